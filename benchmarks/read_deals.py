"""Read a CSV of deals as a canonical table, against pandas.read_csv plus the same conversions by hand."""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from multiprocessing import Process
from pathlib import Path
from statistics import median

from read_measure_report import ONE_THREAD, simulate


def with_crmkit(path: Path) -> dict[str, float]:
    """Read the file: what each column is, how dates and numbers are written and what each row lacks is found out."""
    from crmkit import io

    before = resident()
    began = time.process_time()
    result = io.read(path)
    seconds = time.process_time() - began
    assert not result.rejected
    return {"seconds": seconds, "mb": peak() - before, **digest(result.table)}


def by_hand(path: Path) -> dict[str, float]:
    """Make the same table for a file whose meaning is known beforehand; nothing is checked."""
    import pandas as pd

    before = resident()
    began = time.process_time()
    names = {
        "opportunity_id": "id",
        "account": "company_id",
        "sales_agent": "owner_id",
        "deal_stage": "stage",
        "close_value": "amount",
        "product": "product",
        "engage_date": "created_at",
        "close_date": "closed_at",
    }
    texts = dict.fromkeys(["opportunity_id", "account", "sales_agent", "deal_stage", "product"], "str")
    table = pd.read_csv(path, dtype=texts).rename(columns=names)
    for column in ("created_at", "closed_at"):
        table[column] = pd.to_datetime(table[column], format="%Y-%m-%d", utc=True).dt.as_unit("us")
    table["status"] = table["stage"].map({"Won": "won", "Lost": "lost"}).fillna("open")
    table["amount"] = table["amount"].round(2)
    expected = (table["status"] == "open") & table["closed_at"].notna()
    if expected.any():
        table.loc[expected, "expected_close_on"] = table.loc[expected, "closed_at"].dt.date
        table.loc[expected, "closed_at"] = None
    assert table["id"].is_unique
    seconds = time.process_time() - began
    return {"seconds": seconds, "mb": peak() - before, **digest(table)}


def digest(table) -> dict[str, float]:
    """What both tables must agree on."""
    return {
        "rows": len(table),
        "won": int((table["status"] == "won").sum()),
        "amount": round(float(table["amount"].sum()), 2),
        "days": float((table["closed_at"] - table["created_at"]).dt.days.sum()),
        "companies": int(table["company_id"].nunique()),
        "ids": int(table["id"].nunique()),
    }


def resident() -> float:
    """The resident size of this process in MB, now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6


STEPS = {"crmkit": with_crmkit, "pandas": by_hand}


def measured_in_a_process(step: str, path: Path) -> dict[str, float]:
    """Run one step in a fresh process and return what it printed."""
    command = [sys.executable, __file__, "--step", step, "--file", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | ONE_THREAD)  # noqa: S603  # itself
    return json.loads(done.stdout.splitlines()[-1])


def compare(deals: int, runs: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "sales_pipeline.csv"
        simulated = Process(target=simulate, args=(path, deals))  # its memory would count as that of the steps
        simulated.start()
        simulated.join()
        size = path.stat().st_size / 1e6
        results = {step: [measured_in_a_process(step, path) for _ in range(runs)] for step in STEPS}
    ours, theirs = results["crmkit"], results["pandas"]
    for name in ("rows", "won", "amount", "days", "companies", "ids"):
        assert ours[0][name] == theirs[0][name], (name, ours[0][name], theirs[0][name])
    seconds = {step: median(run["seconds"] for run in made) for step, made in results.items()}
    memory = {step: max(run["mb"] for run in made) for step, made in results.items()}
    return {
        "case": "read deals",
        "size": deals,
        "crmkit_seconds": round(seconds["crmkit"], 3),
        "peer": "pandas.read_csv and the conversions by hand",
        "peer_seconds": round(seconds["pandas"], 3),
        "ratio": round(seconds["crmkit"] / seconds["pandas"], 2),
        "file_mb": round(size),
        "crmkit_mb_per_file_mb": round(memory["crmkit"] / size, 2),
        "peer_mb_per_file_mb": round(memory["pandas"] / size, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deals", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    print(json.dumps(compare(asked.deals, asked.runs) if asked.step is None else STEPS[asked.step](asked.file)))


if __name__ == "__main__":
    main()
