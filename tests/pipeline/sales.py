"""A pipeline of five stages that uses most of what there is, and a deal in its first stage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from crmkit.expressions import field
from crmkit.pipeline import Pipeline, Stage
from crmkit.records import Change, Deal

NOW = datetime(2024, 5, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
LATER = NOW + 3 * DAY

SALES = Pipeline(
    "sales",
    stages=[
        Stage("qualify", probability=0.1, rots_after_days=14),
        Stage("propose", probability=0.5, requires=("amount", "currency")),
        Stage("waiting", kind="on_hold"),
        Stage("won", kind="won", when=field("amount") > 0),
        Stage("lost", kind="lost", reasons=("price", "timing")),
    ],
    reopen=field("owner_id").present(),
)

DEAL = Deal(
    id="d1",
    pipeline="sales",
    pipeline_version=1,
    stage="qualify",
    stage_entered_at=NOW,
    amount=Decimal(900),
    currency="EUR",
    probability=0.1,
    version=1,
)


def named(*names: str, **said: Any) -> Pipeline:
    """A pipeline of these open stages, a won and a lost one."""
    stages = [*map(Stage, names), Stage("won", kind="won"), Stage("lost", kind="lost")]
    return Pipeline("p", stages=stages, **said)


def after(change: Change) -> Any:
    """The record that a Change moves, starts, revises or migrates."""
    return change.edits[0].after


def rows(change: Change) -> list[Any]:
    """The rows of history that a Change adds."""
    assert all(edit.before is None for edit in change.edits[1:])
    return [edit.after for edit in change.edits[1:]]
