"""Rejected rows are written so that, mended, they are read as if the file had been right from the start."""

from __future__ import annotations

import csv
import io as texts
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from crmkit import io
from crmkit.errors import CrmError
from tests.io.written import Write, deals

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
DEALS: dict[str, Any] = {
    "record": "deal",
    "columns": {"id": "Deal ID", "stage": "Deal Stage", "amount": "Amount"},
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


def test_the_file_says_line_and_problems_and_keeps_the_cells_as_they_stand(write: Write, tmp_path: Path) -> None:
    good = "d1,Won,1,2017-01-01,"
    result = io.read(write(deals(good, "d2,Won,x,2017-02-30,", "", "d3,Won", 'd4,"Won"x,1', good.replace("d1", "d5"))))
    io.write_rejected(result, tmp_path / "rejected.csv")
    assert (tmp_path / "rejected.csv").read_bytes().startswith(b'\xef\xbb\xbf"crmkit line","crmkit problems","Deal ID"')
    header, *rows = rows_of(tmp_path / "rejected.csv")
    assert header == ["crmkit line", "crmkit problems", *result.headers]
    assert [(row[0], row[2:]) for row in rows] == [
        ("3", ["d2", "Won", "x", "2017-02-30", ""]),
        ("5", ["d3", "Won"]),
        ("6", ['d4,"Won"x,1']),
    ]
    assert rows[0][1].startswith("Amount: it is not a number written as")
    assert "; Create Date: there is no such date" in rows[0][1]
    assert rows[1][1].startswith("it has 2 cells")
    assert not list(tmp_path.glob("*.part"))


def test_a_file_without_rejected_rows_gives_a_header_alone(write: Write, tmp_path: Path) -> None:
    io.write_rejected(io.read(write(deals("d1,Won,1,2017-01-01,"))), str(tmp_path / "rejected.csv"))
    assert len(rows_of(tmp_path / "rejected.csv")) == 1


@pytest.mark.parametrize(
    ("cell", "guarded"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30", "'+49 30"),
        ("-5", "'-5"),
        ("'=1", "'=1"),
        ("''=1", "''=1"),
        ("＠x", "'＠x"),
        ("x", "x"),
    ],
)
def test_texts_that_a_spreadsheet_would_calculate_are_guarded_once(
    write: Write, tmp_path: Path, cell: str, guarded: str
) -> None:
    text = f"Deal ID,Deal Stage,Amount,Deal name,=1+1,==\nd1,Won,soon,{cell},{cell},\n"
    for apostrophes, expected, header in (("strip", guarded, "'=1+1"), ("keep", cell, "=1+1")):
        result = io.read(write(text), mapping=DEALS | {"apostrophes": apostrophes})
        io.write_rejected(result, tmp_path / "rejected.csv")
        headers, row = rows_of(tmp_path / "rejected.csv")
        assert (headers[-2:], row[-3:-1]) == ([header, "=="], [expected, expected])
        mended = (tmp_path / "rejected.csv").read_text(encoding="utf-8").replace("soon", "5")
        again = io.read(write(mended, "mended.csv"), mapping=result.mapping).table
        assert again.equals(io.read(write(text.replace("soon", "5"), "right.csv"), mapping=result.mapping).table)


@pytest.mark.parametrize(("cell", "guarded"), [("-5,00", "-5,00"), ("-5 x", "'-5 x"), ("=1+1", "'=1+1"), ("+5", "+5")])
def test_a_number_is_no_formula(write: Write, tmp_path: Path, cell: str, guarded: str) -> None:
    io.write_rejected(io.read(write(deals(f'd1,Won,"{cell}",,', f'd2,Won,"{cell}",,,'))), tmp_path / "rejected.csv")
    assert [row[4] for row in rows_of(tmp_path / "rejected.csv")[1:]] == [guarded, guarded]
    mended = "crmkit line,crmkit problems,Deal ID,Deal Stage,Amount\n2,,d1,Won,'-5\n"
    assert list(io.read(write(mended), mapping=DEALS).table["amount"]) == [-5.0]


def test_a_file_without_quotation_marks_is_written_without(write: Write, tmp_path: Path) -> None:
    path = write('Deal ID|Deal Stage|Amount|Note\nd1|Won|x|5" disk\nd2|"Won|1\n')
    first = io.read(path, mapping=DEALS | {"file": {"separator": "|", "quote": ""}})
    io.write_rejected(first, tmp_path / "rejected.csv")
    text = (tmp_path / "rejected.csv").read_text(encoding="utf-8-sig")
    assert [line.split("|")[2:] for line in text.splitlines()[1:]] == [
        ["d1", "Won", "x", '5" disk'],
        ["d2", '"Won', "1"],
    ]
    mended = write(text.replace("|x|", "|5|").replace('"Won|1', '"Won|1|-'), "mended.csv")
    second = io.read(mended, mapping=first.mapping)
    assert list(second.table["note"]) == ['5" disk', "-"]


def test_the_two_columns_are_left_out_whatever_the_mapping_says(write: Write, tmp_path: Path) -> None:
    io.write_rejected(io.read(write(deals("d1,Won,x,,", "d2,Won,1,,"))), tmp_path / "rejected.csv")
    result = io.read(tmp_path / "rejected.csv", mapping={"record": "deal"})
    assert result.headers == tuple(deals().strip().split(","))
    assert "crmkit" not in str(result.assumptions)
    (part,) = io.read_chunks(tmp_path / "rejected.csv", mapping={"record": "deal"})
    assert part.headers == result.headers


def test_rows_rejected_again_keep_the_line_of_the_first_file(write: Write, tmp_path: Path) -> None:
    mapping = {"record": "deal", "columns": {"stage": "Deal Stage", "amount": "Amount"}}
    first = io.read(write(deals(*["d,Won,1,,"] * 3, "d,Won,x,,", "d,Won,y,,", "d,Won")), mapping=mapping)
    io.write_rejected(first, tmp_path / "one.csv")
    second = io.read(
        write((tmp_path / "one.csv").read_bytes().replace(b",x,", b",5,"), "two.csv"), mapping=first.mapping
    )
    assert list(second.table["id"]) == ["row-5"]
    assert [(row.line, row.original) for row in second.rejected] == [(3, 6), (4, 7)]
    io.write_rejected(second, tmp_path / "three.csv")
    assert [row[0] for row in rows_of(tmp_path / "three.csv")[1:]] == ["6", "7"]
    assert rows_of(tmp_path / "three.csv")[2][2:] == ["d", "Won"]


@pytest.mark.parametrize(("first", "second"), [("7", "7"), ("7", ""), ("x", "8"), ("7.0", "8")])
def test_lines_that_are_none_any_more_name_no_rows(write: Write, first: str, second: str) -> None:
    rows = f'crmkit line,crmkit problems,Stage,Amount\n{first},,Won,1\n{second},,Won,2\n{first},"a"b\n'
    result = io.read(write(rows), mapping={"record": "deal", "columns": {"stage": "Stage", "amount": "Amount"}})
    assert list(result.table["id"]) == ["row-2", "row-3"]
    assert [row.original for row in result.rejected] == [None]


def test_line_items_are_rejected_and_mended_together(write: Write, tmp_path: Path) -> None:
    text = "Order,Customer,Total,Paid on,Item\no1,c1,5,2017-01-01,a\no1,,,,b\no2,c2,x,2017-01-02,c\no2,,,,d\n"
    columns = {"id": "Order", "customer_id": "Customer", "amount": "Total", "ordered_at": "Paid on"}
    mapping = {"record": "order", "columns": columns, "fold": True}
    first = io.read(write(text), mapping=mapping)
    assert (first.accepted, [row.line for row in first.rejected]) == (1, [4, 5])
    io.write_rejected(first, tmp_path / "rejected.csv")
    mended = (tmp_path / "rejected.csv").read_text(encoding="utf-8").replace(",x,", ",7,")
    second = io.read(write(mended, "mended.csv"), mapping=first.mapping)
    whole = io.read(write(text.replace(",x,", ",7,"), "whole.csv"), mapping=first.mapping)
    assert_frame_equal(pd.concat([first.table, second.table], ignore_index=True), whole.table)


@pytest.mark.parametrize("kind", ["xlsx", "jsonl"])
def test_rows_of_other_files_are_mended_as_csv(write: Write, tmp_path: Path, kind: str) -> None:
    path, whole = (write_as(kind, tmp_path / f"{amount}.{kind}", amount) for amount in ("soon", "7"))
    first = io.read(path, mapping={"record": "deal"})
    io.write_rejected(first, tmp_path / "rejected.csv")
    mended = (tmp_path / "rejected.csv").read_text(encoding="utf-8").replace("soon", "7")
    second = io.read(write(mended), mapping=first.mapping)
    expected = io.read(whole, mapping=first.mapping).table
    assert_frame_equal(pd.concat([first.table, second.table], ignore_index=True), expected)


def write_as(kind: str, path: Path, amount: str) -> Path:
    rows = [["d1", "Won", 5, "x"], ["d2", "Won", amount, "y"]]
    if kind == "jsonl":
        headers = ["Deal ID", "Deal Stage", "Amount", "Note"]
        path.write_text(
            "".join(json.dumps(dict(zip(headers, row, strict=True))) + "\n" for row in rows), encoding="utf-8"
        )
        return path
    book = pytest.importorskip("openpyxl").Workbook()
    book.active.title = "Deals of May"
    for row in [["Deal ID", "Deal Stage", "Amount", "Note"], *rows]:
        book.active.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("name", ["absent/rejected.csv", ".", "nul\0.csv", "x" * 300])
def test_a_place_that_cannot_be_written_is_refused_and_left_as_it_was(write: Write, tmp_path: Path, name: str) -> None:
    result = io.read(write(deals("d1,Won,x,,")))
    before = sorted(tmp_path.iterdir())
    with pytest.raises(CrmError, match="cannot write") as refused:
        io.write_rejected(result, tmp_path / name)
    assert refused.value.code == "cannot_write"
    assert sorted(tmp_path.iterdir()) == before


def test_a_write_that_breaks_off_leaves_the_older_file(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    result = io.read(write(deals("d1,Won,x,,")))
    older = write("older", "rejected.csv")
    monkeypatch.setattr("crmkit.io._rejected._write_lines", full)
    with pytest.raises(CrmError, match=r"cannot write .*rejected\.csv: No space left on device"):
        io.write_rejected(result, older)
    assert older.read_text(encoding="utf-8") == "older"
    assert not list(tmp_path.glob("*.part"))
