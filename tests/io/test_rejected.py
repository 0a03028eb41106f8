"""Rejected rows are written so that, mended, they are read as if the file had been right from the start."""

from __future__ import annotations

import csv
import io as texts
from pathlib import Path
from typing import Any

import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from crmkit import io

HEADERS = ["Deal ID", "Deal Stage", "Amount", "Create Date", "Note", "=sum"]
COLUMNS = {"id": "Deal ID", "stage": "Deal Stage", "amount": "Amount", "created_at": "Create Date", "name": "Note"}
NOTES = ["", "x", "=1+1", "'=1", "''=1", "-50.00", "+49 30 1", "'t Hooft", 'a"b', "a,b;c|d", "＝1", "@x", "two\nlines"]
SLIPS: dict[str, tuple[int, str]] = {
    "words": (2, "soon"),
    "formula": (2, "=1+1"),
    "sign": (2, "-5 x"),
    "day": (3, "2017-02-30"),
    "id": (0, ""),
}
FAST = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def written(rows: list[list[str]], mark: str, end: str = "\n") -> str:
    out = texts.StringIO()
    csv.writer(out, delimiter=mark, lineterminator=end).writerows(rows)
    return out.getvalue()


def rows_of(path: Path, encoding: str = "utf-8-sig", mark: str = ",") -> list[list[str]]:
    return list(csv.reader(texts.StringIO(path.read_text(encoding=encoding), newline=""), delimiter=mark))


def spoilt(row: list[str], slip: str | None, mark: str) -> str:
    """A row as a line of the file: as it is, with one bad cell, or not well-formed."""
    if slip in SLIPS:
        at, text = SLIPS[slip]
        return written([[*row[:at], text, *row[at + 1 :]]], mark)
    if slip == "quotes":
        return f'{row[0]}{mark}"Won"x\n'
    return written([{"more": [*row, "-"], "fewer": row[:-2]}.get(slip or "", row)], mark)


def mended(rows: list[list[str]], right: dict[int, list[str]], slips: dict[int, str | None]) -> list[list[str]]:
    """The rejected rows with the bad cells replaced; what is not well-formed is written anew."""
    header, *rejected = rows
    done = [header]
    for line, problems, *cells in rejected:
        slip = slips[int(line)]
        at, _ = SLIPS.get(str(slip), (None, ""))
        good = right[int(line)]
        done.append([line, problems, *(good if at is None else [*cells[:at], good[at], *cells[at + 1 :]])])
    return done


@FAST
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["1", "-5", "-50.00", "1234.5"]),
            st.sampled_from(["2017-01-02", "2017-01-02 10:00"]),
            st.sampled_from(NOTES),
            st.sampled_from(NOTES),
            st.sampled_from([None, "more", "fewer", "quotes", *SLIPS]),
        ),
        max_size=8,
    ),
    st.sampled_from([("utf-8", ","), ("utf-8", ";"), ("utf-8", "\t"), ("cp1252", "|"), ("utf-16", ",")]),
    st.booleans(),
)
def test_mended_rows_are_those_of_a_file_that_was_right_from_the_start(
    tmp_path: Path, drawn: list[tuple[str, ...]], form: tuple[str, str], named: bool
) -> None:
    encoding, mark = form
    right, slips, lines = {}, {}, written([HEADERS], mark)
    for number, (amount, day, note, other, slip) in enumerate(drawn):
        line = 1 + lines.count("\n")
        cells = [f"d{number}", "Won", amount, day, *("F1" if encoding == "cp1252" else x for x in (note, other))]
        right[line], slips[line] = cells, slip
        lines += spoilt(cells, slip, mark)
    columns = {field: header for field, header in COLUMNS.items() if named or field != "id"}
    file: dict[str, Any] = {"separator": mark} | ({} if encoding == "utf-8" else {"encoding": encoding})
    mapping = {"record": "deal", "columns": columns, "formats": {"created_at": "ISO"}, "file": file}
    path, rest, whole = tmp_path / "file.csv", tmp_path / "rejected.csv", tmp_path / "whole.csv"
    path.write_bytes(lines.encode(encoding))
    first = io.read(path, mapping=mapping)
    io.write_rejected(first, rest)
    assert io.read(rest, mapping=first.mapping).accepted == 0
    rest.write_bytes(written(mended(rows_of(rest, encoding, mark), right, slips), mark).encode(encoding))
    second = io.read(rest, mapping=first.mapping)
    whole.write_bytes(written([HEADERS, *right.values()], mark).encode(encoding))
    expected = io.read(whole, mapping=first.mapping)
    assert first.accepted + second.accepted == first.records == expected.accepted
    if named:
        both = pd.concat([first.table, second.table]).sort_values("id", ignore_index=True)
        assert_frame_equal(both, expected.table.sort_values("id", ignore_index=True))
    else:
        assert {*first.table["id"], *second.table["id"]} == {f"row-{line}" for line in right}
