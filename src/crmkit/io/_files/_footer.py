"""What stands below the rows and is none: a report's totals, its name, its copyright; the end mark of old systems."""

from __future__ import annotations

import re
from bisect import bisect, bisect_left
from collections.abc import Sequence

import attrs
import numpy as np

from crmkit.errors import shown
from crmkit.io._files._content import Content
from crmkit.io._files._rows import Column, Rows
from crmkit.io._findings import Assumption, RejectedRow

__all__ = ["without_end_mark", "without_footer"]

_END_MARK = 0x1A
_MOST_LINES = 20  # of a footer
_COUNTED = (
    "records?|rows?|results?|entries|items|datensätze|zeilen|einträge|enregistrements|lignes|registros|linhas|filas"
)
_TOTAL = re.compile(
    r"(?:(?:grand |overall )?totals?(?: général| generale| general| geral)?|totaux|gesamt(?:summe|ergebnis)?|insgesamt"
    r"|summe|sum|somme|soma|suma)"
    rf"(?: ?\(? ?[\d.,']+ (?:{_COUNTED})?\)?)? ?[:=]?",
    re.IGNORECASE,
)
_CLOSING = re.compile(
    r"copyright\b|©|\(c\) ?\d{4}|.*\ball rights reserved\b|.*\btous droits réservés\b|.*\balle rechte vorbehalten\b"
    r"|.*\btodos (?:los derechos|os direitos) reservados\b"
    r"|confidential\b|confidentiel\b|confidencial\b|vertraulich\b"
    r"|(?:report )?(?:generated|exported|created|printed|run) (?:by|on|at|from)\b"
    r"|(?:erstellt|exportiert|erzeugt|gedruckt) (?:am|von|durch)\b"
    r"|(?:généré|exporté|créé|imprimé)e? (?:le|par)\b"
    r"|(?:generado|exportado|creado|gerado|criado)(?: por| el| em)\b"
    r"|filtered by\b|as of \d|page \d+ (?:of|/) \d+|\W*end of (?:report|file|data)\b"
    rf"|(?:total |number of )*(?:{_COUNTED}) ?[:=] ?\d|[\d.,']+ (?:{_COUNTED})\W*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(
    r"(?:[A-Z]{3} ?|[^\w\s]{0,3} ?)[+-]?[^\w\s]?\d[\d.,' \u00a0\u202f]*-?(?: ?(?:%|[A-Z]{3}|[^\w\s]))?|\([\d.,]+\)"
)


def without_end_mark(content: Content) -> tuple[Content, tuple[Assumption, ...]]:
    """Leave out the byte 0x1A at the end of a text, with which systems before Windows said where it ends."""
    size = content.size
    while size and content.buffer[size - 1] == _END_MARK:
        size -= 1
    if size == content.size:
        return content, ()
    text = "The byte 0x1A at the end of the file is the end mark of old systems and no part of the last row."
    return Content(content.buffer, size), (Assumption("end_mark", "file", text),)


def without_footer(rows: Rows) -> Rows:
    """Take out the foot of a report: lines of one filled cell below the rows, and totals.

    One of the lines at least says what it is; the first of them does, or stands below a blank line.
    """
    above = bisect(rows.malformed, rows.lines[-1], key=_line) if len(rows) else 0
    below = rows.malformed[above:]
    foot = _foot(rows, below[-_MOST_LINES:])
    lines = {row.line: row.fields for row in foot}
    rows = attrs.evolve(rows, malformed=rows.malformed[: len(rows.malformed) - len(foot)])
    if len(foot) == len(below):
        rows, totals = _without_totals(rows)
        lines = totals | lines
    if not lines:
        return rows
    listed = ", ".join(map(str, lines))
    cell = next(filter(str.strip, next(iter(lines.values()))))
    text = (
        f"The foot of a report is no row: {'line' if len(lines) == 1 else 'lines'} {listed}, beginning {shown(cell)}."
    )
    said = Assumption("footer", "footer", text)
    return attrs.evolve(rows, footer=tuple(lines), assumptions=(*rows.assumptions, said))


def _foot(rows: Rows, below: Sequence[RejectedRow]) -> Sequence[RejectedRow]:
    """Return those of the last malformed rows that are the foot of a report."""
    tells = [_tells_of_end(row.fields) for row in below]
    fits = [tell or len(_filled(row.fields)) == 1 for tell, row in zip(tells, below, strict=True)]
    fits = [fit and len(row.fields) < len(rows.columns) for fit, row in zip(fits, below, strict=True)]
    for at, row in enumerate(below):
        if all(fits[at:]) and any(tells[at:]) and (tells[at] or row.line > _next_line(rows, row)):
            return below[at:]
    return ()


def _line(row: RejectedRow) -> int:
    return row.line


def _next_line(rows: Rows, row: RejectedRow) -> int:
    """Return the line below the record that stands before this malformed row."""
    line, fields = rows.header_line, tuple(rows.columns)
    at = int(np.searchsorted(rows.lines, row.line)) - 1
    if at >= 0:
        line, fields = int(rows.lines[at]), rows.fields(at)
    before = bisect_left(rows.malformed, row.line, key=_line) - 1
    if before >= 0 and rows.malformed[before].line > line:
        line, fields = rows.malformed[before].line, rows.malformed[before].fields
    return line + 1 + sum(len(re.findall("\r\n?|\n", field)) for field in fields)


def _filled(fields: Sequence[str]) -> list[str]:
    return [field.strip() for field in fields if field.strip()]


def _tells_of_end(fields: Sequence[str]) -> bool:
    """Tell whether a line of few cells says that it ends a report, or holds its totals."""
    first, *others = _filled(fields) or [""]
    if _TOTAL.fullmatch(first):
        return all(map(_NUMBER.fullmatch, others))
    return not others and _CLOSING.match(first) is not None


def _is_row_of_totals(fields: Sequence[str]) -> bool:
    others = _filled(fields[1:])
    numbers = sum(_NUMBER.fullmatch(text) is not None for text in others)
    return bool(_TOTAL.fullmatch(fields[0].strip())) and 0 < numbers == len(others) < len(fields) - 1


def _without_totals(rows: Rows) -> tuple[Rows, dict[int, tuple[str, ...]]]:
    """Take out a last row of totals, and the empty rows below it; nothing where there is none."""
    shorter, lines = rows, dict[int, tuple[str, ...]]()
    while len(shorter) and len(lines) < _MOST_LINES:
        last = shorter.fields(len(shorter) - 1)
        lines = {int(shorter.lines[-1]): last, **lines}
        shorter = _without_last(shorter)
        if _is_row_of_totals(last):
            return shorter, lines
        if _filled(last):
            break
    return rows, {}


def _without_last(rows: Rows) -> Rows:
    columns = {header: _without_last_cell(column) for header, column in rows.columns.items()}
    return attrs.evolve(rows, columns=columns, lines=rows.lines[:-1])


def _without_last_cell(column: Column) -> Column:
    codes, own = column.codes[:-1], int(column.codes[-1])
    is_new = own == len(column.texts) - 1 and not (codes == own).any()
    return Column(column.header, column.texts[:-1] if is_new else column.texts, codes)
