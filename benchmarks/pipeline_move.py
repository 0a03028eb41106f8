"""Move a deal of 20 fields, with a guard and a row of history, against transitions and python-statemachine.

Both keep a state, and ask a guard. Neither makes a new version of the deal, a row or a Change, nor looks at the clock,
the version or the reason; what they do is the least that a move can be. Their models get a plain tuple as history, so
that the results can be compared.
"""

import argparse
import json
import logging
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from statistics import median

START = datetime(2026, 1, 1, tzinfo=UTC)
AT = datetime(2026, 2, 1, tzinfo=UTC)
STAGES = ("qualify", "propose", "won", "lost")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def with_crmkit(moves: int) -> dict[str, object]:
    from crmkit.expressions import field
    from crmkit.pipeline import Move, Pipeline, Stage
    from crmkit.records import Deal

    pipeline = Pipeline(
        "sales",
        stages=[
            Stage("qualify", probability=0.1),
            Stage("propose", probability=0.4),
            Stage("won", kind="won"),
            Stage("lost", kind="lost"),
        ],
        moves=[
            Move("qualify", "propose", when=field("amount").present()),
            Move("propose", "won"),
            Move("propose", "lost"),
        ],
    )
    deal = Deal(
        id="deal-1",
        name="Robots",
        company_id="c1",
        contact_id="k1",
        owner_id="o1",
        pipeline="sales",
        pipeline_version=1,
        stage="qualify",
        stage_entered_at=START,
        amount=Decimal("1200.50"),
        currency="EUR",
        probability=0.1,
        product="Starter",
        source="Web",
        created_at=START,
        expected_close_on=AT.date(),
        tags=("new", "eu"),
        custom={"seats": 3},
        version=3,
    )
    seconds = clocked(lambda: pipeline.move(deal, to="propose", at=AT, by="ana"), moves)
    change = pipeline.move(deal, to="propose", at=AT, by="ana")
    after, row = (edit.after for edit in change.edits)
    return {"seconds": seconds, "stage": after.stage, "row": (row.from_stage, row.to_stage, row.changed_by)}


class Model:
    """A deal as a mutable object, for the peers."""

    def __init__(self) -> None:
        self.amount = Decimal("1200.50")
        self.history: tuple[str, str, str] | None = None

    def has_amount(self, *_: object) -> bool:
        """Answer the guard."""
        return self.amount is not None

    def keep(self, *_: object) -> None:
        """Keep what a row of history would."""
        self.history = ("qualify", "propose", "ana")


def with_transitions(moves: int) -> dict[str, object]:
    from transitions import Machine

    logging.getLogger("transitions").setLevel(logging.ERROR)
    model = Model()
    machine = Machine(model, states=list(STAGES), initial="qualify")
    machine.add_transition("propose", "qualify", "propose", conditions="has_amount", after="keep")
    machine.add_transition("back", "propose", "qualify", conditions="has_amount", after="keep")

    def there_and_back() -> None:
        model.propose()
        model.back()

    seconds = clocked(there_and_back, moves // 2)
    model.propose()
    return {"seconds": seconds, "stage": model.state, "row": model.history}


def with_statemachine(moves: int) -> dict[str, object]:
    from statemachine import State, StateMachine

    class Sales(StateMachine):
        qualify = State(initial=True)
        propose = State()
        won = State(final=True)
        to_propose = qualify.to(propose, cond="has_amount", after="keep")
        back = propose.to(qualify, cond="has_amount", after="keep")
        win = propose.to(won)

    model = Model()
    machine = Sales(model)

    def there_and_back() -> None:
        machine.to_propose()
        machine.back()

    seconds = clocked(there_and_back, moves // 2)
    machine.to_propose()
    return {"seconds": seconds, "stage": machine.propose.id if machine.propose.is_active else "?", "row": model.history}


def clocked(act: Callable[[], object], times: int) -> float:
    for _ in range(200):
        act()
    began = time.process_time()
    for _ in range(times):
        act()
    return time.process_time() - began


SIDES = {"crmkit": with_crmkit, "transitions": with_transitions, "python-statemachine": with_statemachine}


def measured_in_a_process(side: str, moves: int) -> dict[str, object]:
    command = [sys.executable, __file__, "--side", side, "--moves", str(moves)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **ONE_THREAD})  # noqa: S603  # itself
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--moves", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--side", choices=SIDES)
    arguments = parser.parse_args()
    if arguments.side:
        result = SIDES[arguments.side](arguments.moves)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({**result, "megabytes": round(peak)}))
        return
    runs = {side: [] for side in SIDES}
    for _ in range(arguments.runs):
        for side, results in runs.items():
            results.append(measured_in_a_process(side, arguments.moves))
    first = runs["crmkit"][0]
    seconds = {side: median(result["seconds"] for result in results) for side, results in runs.items()}
    for peer in list(SIDES)[1:]:
        for result in runs[peer]:
            assert (result["stage"], result["row"]) == (first["stage"], first["row"]), f"{peer} ends elsewhere"
        line = {
            "case": "move a deal of 20 fields: guard, history row, Change",
            "size": arguments.moves,
            "crmkit_seconds": round(seconds["crmkit"], 4),
            "crmkit_megabytes": first["megabytes"],
            "peer": peer,
            "peer_seconds": round(seconds[peer], 4),
            "peer_megabytes": runs[peer][0]["megabytes"],
            "ratio": round(seconds["crmkit"] / seconds[peer], 3),
        }
        print(json.dumps(line))


if __name__ == "__main__":
    main()
