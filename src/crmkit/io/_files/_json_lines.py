"""JSON Lines as rows: one object a line, numbers digit by digit as they stand."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from itertools import chain
from typing import Any, BinaryIO, NoReturn

from crmkit.errors import ImportRejected, shown
from crmkit.io._files._format import FileFormat
from crmkit.io._files._header import MOST_COLUMNS
from crmkit.io._files._rows import Rows
from crmkit.io._files._source import Progress, Source, watched
from crmkit.io._files._sparse import SparseRows
from crmkit.io._files._typed import tags_text
from crmkit.io._findings import Problem, RejectedRow

__all__ = ["read_json_lines"]

_UTF8 = ("utf-8", "utf-8-sig")


def read_json_lines(source: Source, given: FileFormat = FileFormat(), *, progress: Progress = None) -> Rows:  # noqa: B008 (frozen)
    """Read a file with one JSON object on each line; its columns are the keys of all of them.

    Args:
        source: where its bytes come from.
        given: what is known of how it is written.
        progress: called with the bytes read and the bytes in all.

    Raises:
        ImportRejected: it is not UTF-8, no line is an object, or the keys do not name each column once.
    """
    _refuse_other_encoding(source, given)
    with watched(source, progress).open() as stream:
        return _parse(source, stream)


def _parse(source: Source, stream: BinaryIO) -> Rows:
    rows = SparseRows()
    malformed: list[RejectedRow] = []
    for line, raw in enumerate(stream, 1):
        text = _decoded(source, line, raw.removeprefix(codecs.BOM_UTF8) if line == 1 else raw).rstrip("\r\n")
        if not text or text.isspace():
            continue
        try:
            rows.add(line, _cells(text))
        except _NotTaken as fault:
            malformed.append(RejectedRow(line, (text,), (Problem(None, None, str(fault), "json"),)))
        if rows.width > MOST_COLUMNS:
            reason = f"its objects have more than {MOST_COLUMNS:,} keys; every key is a column"
            raise ImportRejected.of(reason, file=source.name, line=line, code="too_many_columns")
    if not rows.width:
        reason = "no line of it is a JSON object with a key; JSON Lines have one object on each line"
        raise ImportRejected.of(reason, file=source.name, code="empty")
    return rows.rows(source.name, malformed)


def _refuse_other_encoding(source: Source, given: FileFormat) -> None:
    if given.encoding is not None:
        with suppress(LookupError):
            if codecs.lookup(given.encoding).name in _UTF8:
                return
        reason = f"encoding = {given.encoding!r}: JSON Lines are UTF-8; take the line out of the mapping"
        raise ImportRejected.of(reason, file=source.name, code="encoding")


def _decoded(source: Source, line: int, raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as fault:
        reason = f"the byte 0x{raw[fault.start]:02X} is not UTF-8, as JSON Lines are; save the file as UTF-8"
        raise ImportRejected.of(reason, file=source.name, line=line, code="encoding") from None


class _NotTaken(Exception):
    """A line that is no row; says why."""


class _Digits(str):
    """A number as it is written."""


def _cells(text: str) -> list[tuple[str, str]]:
    """Return the keys of an object, each with its text."""
    try:
        found = json.loads(
            text, parse_int=_Digits, parse_float=_Digits, parse_constant=_refuse_constant, object_pairs_hook=_object
        )
        if not isinstance(found, dict):
            raise _NotTaken("it is no JSON object; a row is one object on one line, as {...}")
        cells = [(key, _cell(value)) for key, value in found.items()]
    except json.JSONDecodeError as fault:
        raise _NotTaken(f"it is not JSON: {fault.msg} at character {fault.pos + 1}") from None
    except RecursionError:
        raise _NotTaken("its lists and objects are nested too deeply") from None
    if "\\u" in text:
        _refuse_surrogates(chain.from_iterable(cells))
    return cells


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        [(doubled, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise _NotTaken(f"the key {shown(doubled)} stands in it more than once")
    return found


def _refuse_constant(word: str) -> NoReturn:
    raise _NotTaken(f"{word} is no JSON; leave out what is missing, or write null")


def _refuse_surrogates(texts: Iterable[str]) -> None:
    for text in texts:
        try:
            text.encode()
        except UnicodeEncodeError as fault:
            half = ord(text[fault.start])
            raise _NotTaken(f"\\u{half:04x} is half of a surrogate pair, which stands for no character") from None


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return str(value)  # of digits, too
    if isinstance(value, list) and all(type(tag) is str for tag in value):
        return tags_text(value)
    return _compact(value)


def _compact(value: Any) -> str:
    """Write a value as JSON without blanks, its numbers as they stand in the file."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{_compact(key)}:{_compact(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_compact, value)) + "]"
    return value if isinstance(value, _Digits) else json.dumps(value, ensure_ascii=False)
