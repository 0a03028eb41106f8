"""What stands below the rows and is none: a report's totals, its name, its copyright; the end mark of old systems."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect, bisect_left
from collections.abc import Sequence
from decimal import Decimal, localcontext

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
_BESIDE_NUMBER = re.compile(r"[^\W\d_]+\.?|[\s'’%]")
_DIGITS_BY_MARK = {
    ".": re.compile(r"(?:\d{1,3}(?:,\d{2,3})*,\d{3}|\d+)(?:\.\d+)?|\.\d+"),
    ",": re.compile(r"(?:\d{1,3}(?:\.\d{2,3})*\.\d{3}|\d+)(?:,\d+)?|,\d+"),
}
_LONGEST_NUMBER = 40
_DIGITS = 100  # so that the sum of that long numbers is exact


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
    lines = dict[int, tuple[str, ...]]()
    for at in range(len(rows) - 1, max(len(rows) - 1 - _MOST_LINES, -1), -1):
        cells = rows.fields(at)
        lines = {int(rows.lines[at]): cells, **lines}
        if _is_row_of_totals(cells) and _holds_a_sum(rows, at):
            columns = {header: column.slice(0, at) for header, column in rows.columns.items()}
            return attrs.evolve(rows, columns=columns, lines=rows.lines[:at]), lines
        if _filled(cells):
            break
    return rows, {}


def _holds_a_sum(rows: Rows, row: int) -> bool:
    """Tell whether a number of this row is the sum of those above it; the rows below are empty."""
    columns = [column for column in rows.columns.values() if column.texts[column.codes[row]].strip()]
    return any(_is_sum(column, row, *marks) for column in columns[1:] for marks in ((".", ","), (",", ".")))


def _is_sum(column: Column, row: int, decimal: str, thousands: str) -> bool:
    """Tell whether a cell is the sum of the others to half a unit of its last digit, if numbers have these marks."""
    own = int(column.codes[row])
    total = _number(column.texts[own], decimal, thousands)
    if total is None:
        return False
    counts = column.counts()
    counts[own] -= 1
    others = [
        (text, count) for text, count in zip(column.texts, counts.tolist(), strict=True) if count and text.strip()
    ]
    with localcontext(prec=_DIGITS):
        missing = total
        for text, count in others:
            number = _number(text, decimal, thousands)
            if number is None:
                return False
            missing -= number * count
        return bool(others) and 2 * abs(missing) <= Decimal((0, (1,), int(total.as_tuple().exponent)))


def _number(text: str, decimal: str, thousands: str) -> Decimal | None:
    """Return the number in a cell, whatever its currency; None where there is none."""
    if len(text) > _LONGEST_NUMBER:
        return None
    kept = text if _DIGITS_BY_MARK[decimal].fullmatch(text) else _without_currency(text)
    digits = kept.strip("()+-")
    if not _DIGITS_BY_MARK[decimal].fullmatch(digits):
        return None
    number = Decimal(digits.replace(thousands, "").replace(decimal, "."))
    return number.copy_negate() if kept[0] in "(-" or kept[-1] == "-" else number


def _without_currency(text: str) -> str:
    kept = _BESIDE_NUMBER.sub("", text).replace("\u2212", "-")
    return "".join(sign for sign in kept if unicodedata.category(sign) != "Sc")
