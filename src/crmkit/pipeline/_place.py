"""Where a record keeps what a pipeline reads and writes: its stage, when it was entered, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attrs import frozen

from crmkit.errors import InvalidPipeline, did_you_mean, shown

__all__ = ["PLACES", "TRACKED", "Place", "place_of"]

# Fields of a deal, besides its stage, whose history is kept.
TRACKED = ("amount", "currency", "probability", "expected_close_on")


@frozen
class Place:
    """The fields of one kind of record; None where it has no such field.

    Args:
        stage: the stage it is in.
        entered: when it entered it.
        closed: by kind of stage, when it was closed so.
        reason: by kind of stage, why.
        outcome: whether it is open, won or lost.
        probability: of winning.
        pipeline: the name of the pipeline under which it moved last.
        version: that pipeline's version.
        reopened: how often it was closed and came back.
        touched: when it was last moved or revised, where more than its stage has a history.
    """

    stage: str = "status"
    entered: str = "status_changed_at"
    closed: Mapping[str, str] = MappingProxyType({})
    reason: Mapping[str, str] = MappingProxyType({})
    outcome: str | None = None
    probability: str | None = None
    pipeline: str | None = None
    version: str | None = None
    reopened: str | None = None
    touched: str | None = None

    @property
    def fields(self) -> frozenset[str]:
        """All fields that moves write."""
        named = (self.stage, self.entered, self.outcome, self.pipeline, self.version, self.reopened, self.touched)
        written = (*named, *self.closed.values(), *self.reason.values())
        return frozenset(name for name in written if name is not None)


PLACES: Mapping[str, Place] = MappingProxyType(
    {
        "deal": Place(
            stage="stage",
            entered="stage_entered_at",
            closed={"won": "closed_at", "lost": "closed_at"},
            reason={"lost": "lost_reason"},
            outcome="status",
            probability="probability",
            pipeline="pipeline",
            version="pipeline_version",
            touched="updated_at",
        ),
        "lead": Place(closed={"won": "converted_at"}, reason={"lost": "unqualified_reason"}),
        "quote": Place(closed={"won": "accepted_at"}, reason={"lost": "declined_reason"}),
        "ticket": Place(closed={"won": "solved_at"}, reopened="reopened"),
        "campaign": Place(),
        "subscription": Place(closed={"lost": "ended_at"}, reason={"lost": "cancelled_reason"}),
    }
)


def place_of(record: object, *, pipeline: str) -> Place:
    """Return where records of this kind keep their stage.

    Raises:
        InvalidPipeline: no kind of record, or one without stages (code "unknown_record").
    """
    if not isinstance(record, str) or record not in PLACES:
        message = f"pipeline {shown(pipeline)}: records of kind {shown(record)} have no stage"
        hint = did_you_mean(str(record), PLACES)
        raise InvalidPipeline(f"{message}{hint}", code="unknown_record", pipeline=pipeline, value=record)
    return PLACES[record]
