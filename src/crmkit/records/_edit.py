"""Edit: one record before and after an act, and how edits of the same record follow each other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import attrs

from crmkit.errors import Conflict, shown
from crmkit.records._difference import Difference, differences_between
from crmkit.records._record import Record, evolve, is_record, kind_of
from crmkit.records._values import refuse

__all__ = ["Edit", "addition", "chained", "revision", "undone"]


@attrs.frozen
class Edit:
    """One record before and after: added where `before` is None, removed where `after` is None.

    Raises:
        InvalidRecord: no record, another id or class after than before, or a version that does not go up.
    """

    before: Record | None
    after: Record | None

    def __attrs_post_init__(self) -> None:
        before, after = self.before, self.after
        if before is not None and not is_record(before):
            refuse("Edit", "before", before, "is not a record")
        if after is not None and not is_record(after):
            refuse("Edit", "after", after, "is not a record")
        if before is None and after is None:
            refuse("Edit", "after", None, "on both sides edits nothing; give the record before, after or both")
        if before is None or after is None:
            return
        if type(before) is not type(after):
            refuse(
                "Edit", "after", type(after).__name__, f"is not the class of the record before, {type(before).__name__}"
            )
        if before.id != after.id:
            refuse("Edit", "id", after.id, f"is not the id before, {shown(before.id)}; a record keeps its id")
        if after.version <= before.version:
            refuse(
                "Edit", "version", after.version, f"does not follow {before.version}; Change.of numbers versions itself"
            )

    @property
    def record(self) -> str:
        """The kind of the record, such as "deal"."""
        kind: str = self._there.__record__  # as kind_of, of what is known to be a record
        return kind

    @property
    def id(self) -> str:
        """The id of the record."""
        identifier: str = self._there.id
        return identifier

    def differences(self) -> Iterator[Difference]:
        """Yield each field that differs, `id` and `version` aside."""
        return differences_between(self.before, self.after)

    @property
    def _there(self) -> Any:
        return self.after if self.before is None else self.before


def addition(record: Record) -> Edit:
    """Build the edit that adds a record."""
    return Edit(None, _numbered(record, after=record))


def revision(before: Record, after: Record) -> Edit:
    """Build the edit that makes `after` of `before`."""
    return Edit(before, _numbered(after, after=before))


def undone(edit: Edit) -> Edit:
    """Build the edit that takes this one back, under a version that was not there before."""
    if edit.before is None:
        return Edit(edit.after, None)
    return Edit(edit.after, _numbered(edit.before, after=edit.before if edit.after is None else edit.after))


def chained(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Join edits done one after the other into one for each record; what was added and then removed vanishes.

    Raises:
        Conflict: an edit that does not begin where the one before it on the same record ended.
    """
    first: dict[tuple[str, str], Record | None] = {}
    last: dict[tuple[str, str], Record | None] = {}
    newest: dict[tuple[str, str], int] = {}
    for edit in edits:
        key = (edit.record, edit.id)
        if key not in first:
            first[key] = edit.before
        elif edit.before != last[key]:
            raise _gap(edit, last[key])
        elif edit.after is not None and edit.after.version <= newest[key]:
            raise _used_again(edit.after, newest[key])
        last[key] = edit.after
        newest[key] = max(record.version for record in (edit.before, edit.after) if record is not None)
    return tuple(Edit(first[key], last[key]) for key in first if first[key] is not None or last[key] is not None)


def _numbered(record: Record, *, after: Record) -> Record:
    for given in (record, after):
        if not is_record(given):
            refuse("Change", "edits", given, "is not a record")
    return evolve(record, version=after.version + 1)


def _gap(edit: Edit, last: Record | None) -> Conflict:
    expected = None if last is None else last.version
    found = None if edit.before is None else edit.before.version
    ended = "removed" if expected is None else f"at version {expected}"
    begins = "adds it" if found is None else f"begins at {'another ' if found == expected else ''}version {found}"
    message = (
        f"{edit.record} {shown(edit.id)} is {ended} after the changes before, and the next one {begins}; "
        "combine changes in the order in which they were made"
    )
    return Conflict(message, record=edit.record, id=edit.id, expected=expected, found=found)


def _used_again(record: Record, newest: int) -> Conflict:
    kind = kind_of(record)
    message = (
        f"{kind} {shown(record.id)} comes back as version {record.version}, which it has had; "
        f"add it again from its last version, {newest}"
    )
    return Conflict(message, record=kind, id=record.id, expected=newest + 1, found=record.version)
