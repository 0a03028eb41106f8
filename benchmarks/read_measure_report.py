"""Read, measure and report a CSV of deals, against pandas.read_csv and the same groupbys by hand."""

import argparse
import json
import math
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

# Deals that a customer of `simulate_company` has by default; the file is cut to the number asked for.
DEALS_PER_CUSTOMER = 1.9
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def simulate(path: Path, deals: int) -> dict[str, float]:
    """Write a file of this many deals."""
    from crmkit.datasets import sales_pipeline, simulate_company

    began = time.process_time()
    company = simulate_company(1, customers=max(10, math.ceil(deals / DEALS_PER_CUSTOMER)))
    frame = sales_pipeline(company)
    seconds = time.process_time() - began
    if len(frame) < deals:
        raise SystemExit(f"simulated {len(frame)} deals, {deals} were asked for")
    frame.head(deals).to_csv(path, index=False, lineterminator="\r\n")
    return {"seconds": seconds}


def with_crmkit(path: Path) -> dict[str, float]:
    """Read, measure every KPI of deals, whole, by owner and by month, and make the page."""
    from crmkit import io, kpi, reporting

    began = time.process_time()
    result = io.read(path)
    measured = reporting.report(result, by="owner_id", every="month")
    page = reporting.render_html(measured)
    seconds = time.process_time() - began
    assert page.rstrip().endswith("</html>")
    values = {card.metric.name: card.measurement.value for card in measured.cards if card.measurement is not None}
    assert set(values) <= set(kpi.CATALOGUE)
    return {"seconds": seconds, "win_rate": values["win_rate"], "won_revenue": values["won_revenue"]}


def by_hand(path: Path) -> dict[str, float]:
    """Compute the same numbers, without intervals, checks or a page."""
    import pandas as pd

    began = time.process_time()
    deals = pd.read_csv(path, parse_dates=["engage_date", "close_date"])
    deals["won"] = deals["deal_stage"] == "Won"
    closed = deals[deals["deal_stage"].isin(["Won", "Lost"])]
    won = closed[closed["won"]]
    cycle = (won["close_date"] - won["engage_date"]).dt.days
    win_rate, revenue = closed["won"].mean(), won["close_value"].sum()
    numbers = [
        win_rate,
        won["close_value"].sum() / closed["close_value"].sum(),
        revenue,
        won["close_value"].mean(),
        cycle.median(),
        cycle.mean(),
        deals["close_value"][~deals["deal_stage"].isin(["Won", "Lost"])].sum(),
    ]
    tables = [
        closed.groupby("sales_agent")["won"].agg(["mean", "size"]),
        won.groupby(won["close_date"].dt.to_period("M"))["close_value"].sum(),
        deals.groupby("deal_stage").size(),
    ]
    seconds = time.process_time() - began
    assert len(numbers) == 7
    assert all(len(table) for table in tables)
    return {"seconds": seconds, "win_rate": float(win_rate), "won_revenue": float(revenue)}


STEPS = {"crmkit": with_crmkit, "pandas": by_hand}


def measured_in_a_process(step: str, path: Path, deals: int) -> dict[str, float]:
    """Run one step in a fresh process and return what it printed."""
    command = [sys.executable, __file__, "--step", step, "--file", str(path), "--deals", str(deals)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | ONE_THREAD)  # noqa: S603  # itself
    return json.loads(done.stdout.splitlines()[-1])


def compare(deals: int, runs: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "sales_pipeline.csv"
        simulated = measured_in_a_process("simulate", path, deals)
        results = {step: [measured_in_a_process(step, path, deals) for _ in range(runs)] for step in STEPS}
    ours, theirs = results["crmkit"], results["pandas"]
    for name in ("win_rate", "won_revenue"):
        assert math.isclose(ours[0][name], theirs[0][name], rel_tol=1e-12), (name, ours[0][name], theirs[0][name])
    seconds = {step: median(run["seconds"] for run in made) for step, made in results.items()}
    return {
        "case": "read, measure and report deals",
        "size": deals,
        "crmkit_seconds": round(seconds["crmkit"], 3),
        "peer": "pandas.read_csv and groupbys",
        "peer_seconds": round(seconds["pandas"], 3),
        "ratio": round(seconds["crmkit"] / seconds["pandas"], 2),
        "crmkit_mb": round(max(run["mb"] for run in ours)),
        "peer_mb": round(max(run["mb"] for run in theirs)),
        "simulation_seconds": round(simulated["seconds"], 3),
        "simulation_mb": round(simulated["mb"]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deals", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--step", choices=["simulate", *STEPS], help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step is None:
        print(json.dumps(compare(asked.deals, asked.runs)))
        return
    made = simulate(asked.file, asked.deals) if asked.step == "simulate" else STEPS[asked.step](asked.file)
    made["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(made))


if __name__ == "__main__":
    main()
