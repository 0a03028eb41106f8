"""The log of applied Changes: each entry names the digest of the one before and the digests of its contents.

An entry's digest covers the digests of its contents, not the contents. Each content has a random nonce beside it, so
that a digest that stays when content and nonce are erased gives no guess away (RFC 6962's hash chain, salted).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NoReturn

import attrs

from crmkit import _documents
from crmkit.errors import InvalidRecord, RepositoryError
from crmkit.records import Change, Edit, edit_from_json, edit_to_json, fields_of

__all__ = ["START", "Content", "Entry", "EntryEdit", "Nonce", "digest_of", "entry_digest", "opened", "sealed"]

Nonce = Callable[[], bytes]

START = "0" * 64  # what the first entry names as the digest before it


@attrs.frozen
class Content:
    """A text and its digest. Text and nonce are None once they are erased; the digest stays."""

    text: str | None
    nonce: bytes | None
    digest: str

    @property
    def erased(self) -> bool:
        """Whether the text is gone."""
        return self.text is None


@attrs.frozen
class EntryEdit:
    """What an entry says of one record."""

    record: str
    id: str
    version: int
    content: Content


@attrs.frozen
class Entry:
    """One applied Change in the log.

    Args:
        position: counts from 1; as text it is the id of the Change.
        key: the idempotency key.
        head: the act, when, by whom and why.
        edits: what it did to each record.
        previous: the digest of the entry before.
        digest: its own.
    """

    position: int
    key: str | None
    head: Content
    edits: tuple[EntryEdit, ...]
    previous: str
    digest: str


def sealed(change: Change, *, position: int, previous: str, nonce: Nonce) -> Entry:
    """Write a Change as the entry that follows another.

    Raises:
        InvalidRecord: a text with a NUL character, which not every database can hold.
    """
    head = _documents.dump(
        "entry", {"act": change.act, "at": change.at.isoformat(), "by": change.by, "reason": change.reason}
    )
    edits = tuple(_entry_edit(edit, nonce) for edit in change.edits)
    content = _content(head, nonce)
    digest = entry_digest(position, change.idempotency_key, content.digest, edits, previous)
    return Entry(position, change.idempotency_key, content, edits, previous, digest)


def opened(entry: Entry) -> Change:
    """Read the Change that an entry holds.

    Raises:
        RepositoryError: its contents were erased.
    """
    texts = [edit.content.text for edit in entry.edits]
    if entry.head.text is None or None in texts:
        raise RepositoryError(
            f"the contents of change {entry.position} were erased; only its digest is left",
            code="erased",
            id=str(entry.position),
        )
    head = _documents.load("entry", entry.head.text)
    return Change(
        edits=[edit_from_json(text) for text in texts if text is not None],
        act=head["act"],
        at=datetime.fromisoformat(head["at"]),
        by=head["by"],
        reason=head["reason"],
        idempotency_key=entry.key,
        id=str(entry.position),
    )


def digest_of(text: str, nonce: bytes) -> str:
    """Return the digest of a content."""
    return hashlib.sha256(nonce + text.encode()).hexdigest()


def entry_digest(position: int, key: str | None, head: str, edits: Sequence[EntryEdit], previous: str) -> str:
    """Return the digest of an entry, over the digests of its contents and of the entry before."""
    covered = [position, key, head, [[edit.record, edit.id, edit.version, edit.content.digest] for edit in edits]]
    return hashlib.sha256(json.dumps([previous, covered], separators=(",", ":")).encode()).hexdigest()


def _entry_edit(edit: Edit, nonce: Nonce) -> EntryEdit:
    text = edit_to_json(edit)
    if "\\u0000" in text:
        _refuse_nul(edit)
    version = max(record.version for record in (edit.before, edit.after) if record is not None)
    return EntryEdit(edit.record, edit.id, version, _content(text, nonce))


def _content(text: str, nonce: Nonce) -> Content:
    salt = nonce()
    return Content(text, salt, digest_of(text, salt))


def _refuse_nul(edit: Edit) -> None:
    """Name the field, if there is one: the characters backslash, u, 0, 0, 0, 0 are a text like any other."""
    for record in (edit.before, edit.after):
        if record is None:
            continue
        for name in fields_of(type(record)):
            _refuse_in(edit, name, getattr(record, name))
        for name, value in record.custom.items():
            _refuse_in(edit, name, value)


def _refuse_in(edit: Edit, name: str, value: object) -> None:
    texts = value if isinstance(value, tuple) else (value,)
    if any(isinstance(text, str) and "\0" in text for text in texts):
        _refuse(edit, name, value)


def _refuse(edit: Edit, name: str, value: object) -> NoReturn:
    reason = "holds a NUL character, which not every database can store; take it out"
    raise InvalidRecord(
        f"{edit.record}.{name}: the text {reason}", code="nul_character", record=edit.record, field=name, value=value
    )
