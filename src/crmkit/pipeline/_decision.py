"""What a pipeline answers when it is asked whether a move is allowed."""

from __future__ import annotations

from attrs import frozen

from crmkit.errors import MoveRefused, shown
from crmkit.expressions import Explanation
from crmkit.pipeline._stage import Stage

__all__ = ["Decision", "Option", "Unmet", "refused"]


@frozen
class Unmet:
    """One thing that stands against a move.

    Args:
        code: "already_there", "already_started", "wrong_start", "no_such_move", "closed", "missing_field", "guard",
            "missing_reason", "unknown_reason", "too_early", "other_pipeline" or "other_version"; and those of what is
            built on moves: "already_converted" of a lead, "lapsed", "no_lines", "settled", "changed_since_sent" of a
            quote.
        message: what stands against it, and what to do.
        field: the field to fill in, for "missing_field".
        explanation: why the guard does not hold, value by value, for "guard".
    """

    code: str
    message: str
    field: str | None = None
    explanation: Explanation | None = None

    def __str__(self) -> str:
        return self.message


@frozen
class Decision:
    """Whether a move is allowed, and what stands against it. It is true where it is allowed.

    Args:
        stage: where the thing is.
        to: the stage asked for.
        unmet: all that stands against the move.
    """

    stage: str | None
    to: str
    unmet: tuple[Unmet, ...]

    @property
    def allowed(self) -> bool:
        """Whether nothing stands against the move."""
        return not self.unmet

    def __bool__(self) -> bool:
        return not self.unmet

    def __str__(self) -> str:
        way = f"{_start(self.stage)} -> {self.to}"
        return f"{way}: allowed" if not self.unmet else f"{way}: " + "; ".join(each.message for each in self.unmet)


@frozen
class Option:
    """A stage to which a record could go on.

    Args:
        stage: the stage, with the reasons out of which one must be given.
        unmet: what stands against it now; a reason that is still to be given does not count.
    """

    stage: Stage
    unmet: tuple[Unmet, ...]

    @property
    def to(self) -> str:
        """The name of the stage."""
        return self.stage.name

    @property
    def allowed(self) -> bool:
        """Whether nothing stands against it."""
        return not self.unmet

    def __str__(self) -> str:
        asked = f"{self.to} (needs a reason)" if self.stage.needs_reason or self.stage.reasons else self.to
        return asked if not self.unmet else f"{asked}: " + "; ".join(each.message for each in self.unmet)


def refused(name: str, decision: Decision) -> MoveRefused:
    """Build the error for a move that is not allowed; its code is that of the first thing in the way."""
    return MoveRefused(
        f"pipeline {shown(name)}: {decision}",
        code=decision.unmet[0].code,
        unmet=decision.unmet,
        stage=decision.stage,
        to=decision.to,
    )


def _start(stage: str | None) -> str:
    return "(nowhere)" if stage is None else stage
