"""Whether a log and the records beside it are what was applied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from crmkit.errors import CrmError, shown
from crmkit.records import Record, edit_from_json, kind_of
from crmkit.repositories._ledger import START, Content, Entry, digest_of, entry_digest

__all__ = ["Verification", "verified"]


@attrs.frozen
class Verification:
    """What a verification found.

    Args:
        entries: how many applied Changes the log holds.
        erased: of how many of them contents were erased.
        head: the digest of the newest; kept elsewhere, it is the `anchor` of the next verification.
        faults: what is not as it was written, one sentence each; empty where all is well.
    """

    entries: int
    erased: int
    head: str
    faults: tuple[str, ...]

    @property
    def intact(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def verified(
    entries: Iterable[Entry],
    records: Iterable[Record],
    *,
    newest: tuple[int, str],
    removed: Mapping[tuple[str, str], int],
    anchor: str | None = None,
) -> Verification:
    """Go over a log from its first entry on, and over the records there are.

    Args:
        entries: the log, oldest first.
        records: every record of the store.
        newest: the position and the digest that the store remembers as the last.
        removed: the versions that the store remembers of records that were removed.
        anchor: a digest that must be in the log.
    """
    faults: list[str] = []
    last: dict[tuple[str, str], Any] = {}
    gone: dict[tuple[str, str], Any] = {}
    position, previous, erased, anchored = 0, START, 0, anchor in (None, START)
    for entry in entries:
        faults += _chain_faults(entry, position, previous)
        position, previous = entry.position, entry.digest
        anchored = anchored or entry.digest == anchor
        erased += entry.head.erased or any(edit.content.erased for edit in entry.edits)
        faults += _replayed(entry, last, gone)
    if (position, previous) != newest:
        faults.append(
            f"the log ends with change {position}, the store remembers {newest[0]}: entries are gone or added"
        )
    if not anchored:
        faults.append("the log lacks the anchor: it was written anew since")
    faults += _record_faults(records, last)
    faults += _removal_faults(removed, gone)
    return Verification(position, erased, previous, tuple(faults))


_UNKNOWN = object()  # the state of a record whose newest entry was erased


def _chain_faults(entry: Entry, position: int, previous: str) -> Iterator[str]:
    name = f"change {entry.position}"
    if entry.position != position + 1:
        yield f"{name} follows change {position}: entries between them are gone"
    if entry.previous != previous:
        yield f"{name} names another digest before it than the entry before has"
    if entry.digest != entry_digest(entry.position, entry.key, entry.head.digest, entry.edits, entry.previous):
        yield f"{name} has another digest than was written"
    if not _genuine(entry.head):
        yield f"{name}: who, when or why is not what was written"
    for edit in entry.edits:
        if not _genuine(edit.content):
            yield f"{name}: what it did to {edit.record} {shown(edit.id)} is not what was written"


def _genuine(content: Content) -> bool:
    if content.text is None or content.nonce is None:
        return content.text is None and content.nonce is None
    return digest_of(content.text, content.nonce) == content.digest


def _replayed(entry: Entry, last: dict[tuple[str, str], Any], gone: dict[tuple[str, str], Any]) -> Iterator[str]:
    """Follow the records through an entry; of a record whose content was erased nothing is known until the next."""
    for each in entry.edits:
        key = (each.record, each.id)
        if each.content.text is None:
            last[key] = gone[key] = _UNKNOWN
            continue
        try:
            edit = edit_from_json(each.content.text)
        except CrmError:
            yield f"change {entry.position}: what it did to {each.record} {shown(each.id)} cannot be read"
            continue
        known = last.get(key)
        if known is not _UNKNOWN and known != edit.before:
            name = f"{edit.record} {shown(edit.id)}"
            yield f"change {entry.position} does not begin where the one before it on {name} ended"
        last[key] = edit.after
        if edit.after is None and edit.before is not None:
            gone[key] = edit.before.version


def _record_faults(records: Iterable[Record], last: dict[tuple[str, str], Any]) -> Iterator[str]:
    rest = dict(last)
    for record in records:
        kind = kind_of(record)
        known = rest.pop((kind, record.id), None)
        if known is not _UNKNOWN and known != record:
            yield f"{kind} {shown(record.id)} is not what the log says it is"
    for (kind, identifier), known in rest.items():
        if known is not None and known is not _UNKNOWN:
            yield f"{kind} {shown(identifier)} is gone, and the log does not say so"


def _removal_faults(removed: Mapping[tuple[str, str], int], gone: Mapping[tuple[str, str], Any]) -> Iterator[str]:
    for kind, identifier in sorted(removed.keys() | gone.keys()):
        key = (kind, identifier)
        if gone.get(key) is not _UNKNOWN and removed.get(key) != gone.get(key):
            yield f"the version at which {kind} {shown(identifier)} was removed is not what the log says"
