"""Audit a stage history against its pipeline and count its deals by their last stage, beside groupbys by hand."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from multiprocessing import Process
from pathlib import Path
from statistics import median

from read_measure_report import ONE_THREAD

OPEN = ("Prospecting", "Engaging", "Proposal", "Negotiation")
ENDS = ("Won", "Lost")
ROWS_A_CUSTOMER = 7.05


def simulate(path: Path, rows: int) -> None:
    """Write the history of a simulated company, its rows in no order, with one bad row in a thousand."""
    import numpy as np

    from crmkit import datasets

    history = datasets.simulate_company(seed=5, customers=int(rows / ROWS_A_CUSTOMER * 1.05)).stage_changes
    assert len(history) >= rows
    history = history.iloc[:rows].sample(frac=1, random_state=5).reset_index(drop=True)
    bad = np.random.default_rng(5).integers(0, rows, rows // 1_000)
    history.loc[bad, "to_stage"] = "Prospecting"
    history.to_pickle(path)


def with_crmkit(path: Path) -> dict[str, object]:
    import numpy as np
    import pandas as pd

    from crmkit.pipeline import Pipeline, Stage
    from crmkit.tables import stage_steps

    ends = [Stage(name, kind=name.lower()) for name in ENDS]
    pipeline = Pipeline("Sales", stages=[*map(Stage, OPEN), *ends])
    history = pd.read_pickle(path)  # noqa: S301  # written above
    pipeline.audit(history.head(100))
    began = time.process_time()
    audit = pipeline.audit(history)
    seconds = time.process_time() - began
    began = time.process_time()
    steps = stage_steps(history, stages=pipeline.names, columns={}, purpose="benchmark")
    deals, stages = steps.deal[steps.order], steps.went_to[steps.order]
    last = np.append(deals[1:] != deals[:-1], True)
    counts = np.bincount(stages[last], minlength=len(pipeline.names)).tolist()
    return {
        "seconds": seconds,
        "final_seconds": time.process_time() - began,
        "rows": audit.rows,
        "broken": audit.counts["broken_chain"],
        "final": counts,
    }


def by_hand(path: Path) -> dict[str, object]:
    """Find the broken chains, the moves that are none and the last stages; nothing else is checked, no row named."""
    import pandas as pd

    history = pd.read_pickle(path)  # noqa: S301  # written above
    began = time.process_time()
    ordered = history.sort_values(["deal_id", "changed_at"], kind="stable")
    before = ordered.groupby("deal_id", sort=False)["to_stage"].shift()
    first = before.isna()
    broken = int((~first & (ordered["from_stage"] != before)).sum())
    allowed = pd.MultiIndex.from_tuples([(a, b) for a in OPEN for b in (*OPEN, *ENDS) if a != b])
    moved = ordered[ordered["from_stage"].notna()]
    assert (~pd.MultiIndex.from_frame(moved[["from_stage", "to_stage"]]).isin(allowed)).any()
    seconds = time.process_time() - began
    began = time.process_time()
    last = history.sort_values("changed_at", kind="stable").groupby("deal_id", sort=False)["to_stage"].last()
    final = last.value_counts().reindex([*OPEN, *ENDS]).tolist()
    return {
        "seconds": seconds,
        "final_seconds": time.process_time() - began,
        "rows": len(history),
        "broken": broken,
        "final": final,
    }


STEPS = {"crmkit": with_crmkit, "pandas": by_hand}


def measured_in_a_process(step: str, path: Path) -> dict[str, object]:
    """Run one step in a fresh process and return what it printed."""
    command = [sys.executable, __file__, "--step", step, "--file", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | ONE_THREAD)  # noqa: S603  # itself
    return json.loads(done.stdout.splitlines()[-1])


def compare(rows: int, runs: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "history.pkl"
        simulated = Process(target=simulate, args=(path, rows))
        simulated.start()
        simulated.join()
        results = {step: [measured_in_a_process(step, path) for _ in range(runs)] for step in STEPS}
    ours, theirs = results["crmkit"][0], results["pandas"][0]
    for name in ("rows", "broken", "final"):
        assert ours[name] == theirs[name], (name, ours[name], theirs[name])
    seconds = {step: median(run["seconds"] for run in made) for step, made in results.items()}
    final = {step: median(run["final_seconds"] for run in made) for step, made in results.items()}
    return {
        "case": "audit a stage history",
        "size": rows,
        "crmkit_seconds": round(seconds["crmkit"], 3),
        "peer": "pandas sort, shift and isin by hand",
        "peer_seconds": round(seconds["pandas"], 3),
        "ratio": round(seconds["crmkit"] / seconds["pandas"], 2),
        "final_stage_seconds": round(final["crmkit"], 3),
        "peer_final_stage_seconds": round(final["pandas"], 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--step", choices=STEPS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    print(json.dumps(compare(asked.rows, asked.runs) if asked.step is None else STEPS[asked.step](asked.file)))


if __name__ == "__main__":
    main()
