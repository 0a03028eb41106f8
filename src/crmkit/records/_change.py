"""Change: what an act does to records, as a value that touches nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, Self

import attrs

from crmkit.errors import shown
from crmkit.records._difference import Difference, written
from crmkit.records._edit import Edit, addition, chained, revision, undone
from crmkit.records._json import change_from_json, change_to_json
from crmkit.records._record import Record
from crmkit.records._values import Refused, refuse, to_instant, to_text

__all__ = ["Change"]


def _to_edits(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    found = tuple(edits)
    if not found:
        refuse("Change", "edits", (), "changes nothing; where nothing is to be done, make no Change")
    seen = set()
    for edit in found:
        there: Any = edit.after if edit.before is None else edit.before
        if (key := (type(there), there.id)) in seen:
            refuse(
                "Change",
                "edits",
                edit.id,
                f"is the id of two {edit.record} edits; Change.combine joins acts in sequence",
            )
        seen.add(key)
    return found


def _pair(pair: Any) -> tuple[Record, Record]:
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        refuse("Change", "edit", pair, "is no pair; say edit=[(before, after)]")
    return pair[0], pair[1]


def _instant(value: Any) -> datetime:
    if type(value) is datetime and value.tzinfo is UTC:
        return value
    try:
        return to_instant(value)
    except Refused as refused:
        refuse("Change", "at", value, str(refused))


def _prove_text(name: str, value: Any) -> None:
    if type(value) is str and value and value.isascii():
        return
    try:
        to_text(value)
    except Refused as refused:
        refuse("Change", name, value, str(refused))
    if value == "":
        refuse("Change", name, value, "is empty; say what it is")


@attrs.frozen(kw_only=True, repr=False)
class Change:
    """What one act does to records: which, by whom, when and why. A store applies it whole or not at all.

    Args:
        edits: the records before and after, each record once; `Change.of` builds them.
        act: what was done, such as "import" or "move".
        at: when.
        by: who did it.
        reason: why.
        idempotency_key: a name by which a store knows an act that it has applied already.
        id: the name that a store gave it as it applied it; None before. Changes that differ in it only are equal.
    """

    edits: tuple[Edit, ...] = attrs.field(converter=_to_edits)
    act: str
    at: datetime = attrs.field(converter=_instant)
    by: str
    reason: str | None = None
    idempotency_key: str | None = None
    id: str | None = attrs.field(default=None, eq=False)

    def __attrs_post_init__(self) -> None:
        _prove_text("act", self.act)
        _prove_text("by", self.by)
        if self.reason is not None:
            _prove_text("reason", self.reason)
        if self.idempotency_key is not None:
            _prove_text("idempotency_key", self.idempotency_key)
        if self.id is not None:
            _prove_text("id", self.id)

    @classmethod
    def of(
        cls,
        *,
        add: Iterable[Record] = (),
        edit: Iterable[tuple[Record, Record]] = (),
        remove: Iterable[Record] = (),
        act: str,
        at: datetime,
        by: str,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> Self:
        """Build a Change and number the new versions: each is one more than the version before.

        Args:
            add: records that are not there yet.
            edit: pairs of a record as it is and as it shall be.
            remove: records that go.
            act: what was done, such as "import" or "move".
            at: when.
            by: who did it.
            reason: why.
            idempotency_key: a name by which a store knows an act that it has applied already.

        Raises:
            InvalidRecord: nothing in it, a record twice in it, another id or class after than before, a naive `at`.
        """
        return cls(
            edits=[
                *(addition(record) for record in add),
                *(revision(*_pair(pair)) for pair in edit),
                *(Edit(record, None) for record in remove),
            ],
            act=act,
            at=at,
            by=by,
            reason=reason,
            idempotency_key=idempotency_key,
        )

    @classmethod
    def combine(
        cls,
        changes: Iterable[Change],
        *,
        act: str,
        at: datetime,
        by: str,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> Self:
        """Join Changes made one after the other into one; each record goes from its first state to its last.

        Args:
            changes: in the order in which they were made.
            act: what they do together.
            at: when.
            by: who did it.
            reason: why.
            idempotency_key: a name by which a store knows an act that it has applied already.

        Raises:
            Conflict: a Change that does not begin where the one before it on the same record ended.
            InvalidRecord: nothing is left, since all that was added is removed again.
        """
        return cls(
            edits=chained(edit for change in changes for edit in change.edits),
            act=act,
            at=at,
            by=by,
            reason=reason,
            idempotency_key=idempotency_key,
        )

    def inverse(self, *, at: datetime | None = None, by: str | None = None, reason: str | None = None) -> Self:
        """Build the Change that undoes this one; versions go on upwards.

        Args:
            at: when it is undone; when it was done, if not given.
            by: who undoes it; who did it, if not given.
            reason: why.
        """
        return attrs.evolve(
            self,
            edits=[undone(edit) for edit in reversed(self.edits)],
            act=f"undo {self.act}",
            at=self.at if at is None else at,
            by=self.by if by is None else by,
            reason=reason,
            idempotency_key=None if self.idempotency_key is None else f"undo:{self.idempotency_key}",
            id=None,
        )

    def differences(self) -> tuple[Difference, ...]:
        """List each field of each record that differs, `id` and `version` aside; custom fields by their own names."""
        return tuple(difference for edit in self.edits for difference in edit.differences())

    def to_json(self) -> str:
        """Write this Change as a document that `from_json` reads."""
        return change_to_json(self)

    @classmethod
    def from_json(cls, text: str) -> Change:
        """Read a Change from a document.

        Raises:
            InvalidDocument: a text that holds no Change; the message says where.
        """
        return change_from_json(text, cls)

    def __str__(self) -> str:
        reason = "" if self.reason is None else f": {_plain(self.reason)}"
        head = f"{_plain(self.act)} by {_plain(self.by)} at {written(self.at)}{reason}"
        return "\n".join([head, *(_paragraph(edit) for edit in self.edits)])

    def __repr__(self) -> str:
        records = f"{len(self.edits)} record{'s' if len(self.edits) > 1 else ''}"
        return f"Change({shown(self.act)} by {shown(self.by)} at {written(self.at)}, {records})"


def _paragraph(edit: Edit) -> str:
    """Write one record on a line, and each field that differs on a line below."""
    return "\n    ".join(
        [f"{_sign(edit)} {edit.record} {shown(edit.id)}, {_versions(edit)}", *map(str, edit.differences())]
    )


def _sign(edit: Edit) -> str:
    return "+" if edit.before is None else "-" if edit.after is None else "~"


def _versions(edit: Edit) -> str:
    numbers = [str(record.version) for record in (edit.before, edit.after) if record is not None]
    return f"version {' -> '.join(numbers)}"


def _plain(text: str) -> str:
    """Return a text as it is, or quoted and escaped where it holds what a terminal would obey."""
    return text if text.isprintable() else shown(text)
