"""A file in parts is the same file: the same rows, the same rejected ones, by one plan."""

from __future__ import annotations

import csv
import io as streams
from pathlib import Path
from typing import Any, get_args

import narwhals as nw
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from crmkit import io
from crmkit.errors import ImportRejected, InvalidArgument
from crmkit.io._read_chunks import _EarlierIds, read_chunks
from crmkit.tables import Backend
from tests.io.written import Write, deals

CELL = st.sampled_from(["", " ", "1", "2.50", "007", "2017-01-02", "2017-03-04", "Won", "Lost", "Talks", "a;b", "x\ny"])
MAPPING = {
    "record": "deal",
    "columns": {
        "id": "Deal ID",
        "stage": "Stage",
        "amount": "Amount",
        "created_at": "Created",
        "closed_at": "Closed",
        "company_id": "Company",
    },
    "stages": {"won": ["Won"], "lost": ["Lost"]},
    "several": ["company_id"],
    "currency": "EUR",
}
HEADERS = ["Deal ID", "Stage", "Amount", "Created", "Closed", "Company", "Note"]
FAST = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def rejected(results: list[io.ImportResult]) -> list[Any]:
    return [
        (row.line, row.fields, [(problem.column, problem.value, problem.code) for problem in row.problems])
        for result in results
        for row in result.rejected
    ]


@FAST
@given(st.lists(st.lists(CELL, min_size=6, max_size=8).filter(any), max_size=12), st.integers(1, 14))
def test_the_parts_together_are_the_file(tmp_path: Path, rows: list[list[str]], size: int) -> None:
    out = streams.StringIO()
    csv.writer(out).writerows([HEADERS, *rows])
    path = tmp_path / "drawn.csv"
    path.write_text(out.getvalue(), encoding="utf-8", newline="")
    whole = io.read(path, mapping=MAPPING)
    parts = list(read_chunks(path, rows=size, mapping=MAPPING))
    assert rejected(parts) == rejected([whole])
    assert {tuple(part.table.columns) for part in parts} == {tuple(parts[0].table.columns)}
    assert all(part.records <= size + len(part.rejected) for part in parts)
    together = pd.concat([part.table for part in parts], ignore_index=True)
    for name in set(together.columns) - set(whole.table.columns):  # in the whole file there was no need of it
        assert name in {"expected_close_on", "company"}
    assert_frame_equal(together[list(whole.table.columns)], whole.table)


ROWS = (
    "d1,Won,10.50,31/01/2017,2/2/2017",
    "d2,Gone,,1/2/2017,31/3/2017",
    "d3,Talks,7,1/2/2017,1/4/2017",
    "d4,Won,12,2/2/2017,1/4/2017",
)


@pytest.mark.parametrize("backend", get_args(Backend))
def test_the_first_part_decides_for_all_and_says_so_once(write: Write, backend: Backend) -> None:
    path = write(deals(*ROWS))
    whole = io.read(path, backend=backend)
    first, second = read_chunks(path, rows=2, backend=backend)
    assert first.mapping == second.mapping
    assert first.mapping.formats == whole.mapping.formats == {"created_at": "DD/MM/YYYY", "closed_at": "DD/MM/YYYY"}
    assert {"record", "column", "date_format", "stages"} <= {said.code for said in first.assumptions}
    assert not {"record", "column", "date_format", "stages"} & {said.code for said in second.assumptions}
    frames = [nw.from_native(part.table, eager_only=True) for part in (first, second)]
    assert frames[0].schema == frames[1].schema == nw.from_native(whole.table, eager_only=True).schema


def test_later_parts_only_say_what_their_own_rows_gave_rise_to(write: Write) -> None:
    path = write("Deal Name,Amount,Create Date\nFern,5,2017-01-02\nOak,6,2017-01-03\n")
    first, second = ({said.code for said in part.assumptions} for part in read_chunks(path, rows=1))
    assert {"no_status", "row_ids", "currency_unstated"} <= first
    assert second == {"zoneless"}


def test_what_the_first_part_does_not_allow_rejects_a_later_row_with_its_line(write: Write) -> None:
    path = write(deals(*ROWS, "d5,Won,1,12/31/2017,"))
    *_, last = read_chunks(path, rows=2)
    (row,) = last.rejected
    assert (row.line, row.problems[0].code) == (6, "no_such_date")


def test_dates_that_the_first_part_leaves_open_refuse_the_file(write: Write) -> None:
    path = write(deals("d0,Won,1,1/2/2017,", ROWS[0]))
    assert len(list(read_chunks(path, rows=2))) == 1
    with pytest.raises(ImportRejected) as refused:
        list(read_chunks(path, rows=1))
    assert refused.value.code == "ambiguous_dates"
    parts = read_chunks(path, rows=1, mapping={"formats": {"created_at": "DD/MM/YYYY", "closed_at": "DD/MM/YYYY"}})
    assert sum(part.accepted for part in parts) == 2


@given(st.lists(st.lists(st.text("abc", max_size=2), unique=True, max_size=6), max_size=6))
def test_an_id_is_known_from_the_part_after_the_one_that_has_it(parts: list[list[str]]) -> None:
    earlier: set[str] = set()
    known = _EarlierIds()
    for ids in parts:
        assert known.stood(ids).tolist() == [identifier in earlier for identifier in ids]
        earlier.update(ids)


def test_an_id_of_an_earlier_part_is_a_duplicate(write: Write) -> None:
    path = write(deals(*ROWS, ROWS[0], "d9,Won,many,2/2/2017,", "d9,Won,5,2/2/2017,"))
    parts = list(read_chunks(path, rows=2))
    (again,) = parts[2].rejected[:1]
    assert again.line == 6
    assert again.problems[0].reason.startswith("the id stands on an earlier line already")
    assert [row.problems[0].code for part in parts[2:] for row in part.rejected] == [
        "duplicate_id",
        "not_a_number",
        "duplicate_id",
    ]


def test_strict_mode_stops_at_the_part_with_the_first_faulty_row(write: Write) -> None:
    parts = read_chunks(write(deals(*ROWS, ROWS[0])), rows=2, on_error="strict")
    assert [next(parts).accepted, next(parts).accepted] == [2, 2]
    with pytest.raises(ImportRejected) as refused:
        next(parts)
    assert (refused.value.line, refused.value.code) == (6, "duplicate_id")


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        ("Name,Total,Created\n#1,5,2017-01-02\n#1,,\n", {"record": "order", "columns": {"id": "Name"}, "fold": True}),
        (
            "Id,OpportunityId,StageName,CreatedDate\n1,d1,Won,2017-01-02\n",
            {
                "record": "stage_change",
                "columns": {
                    "id": "Id",
                    "deal_id": "OpportunityId",
                    "to_stage": "StageName",
                    "changed_at": "CreatedDate",
                },
            },
        ),
    ],
)
def test_a_file_whose_records_may_be_torn_is_refused(write: Write, text: str, mapping: dict[str, Any]) -> None:
    path = write(text)
    assert io.read(path, mapping=mapping).accepted == 1
    with pytest.raises(ImportRejected, match=r"crmkit\.io\.read") as refused:
        list(read_chunks(path, mapping=mapping))
    assert refused.value.code == "needs_whole_file"


def test_a_file_without_rows_is_one_part(write: Write) -> None:
    (part,) = read_chunks(write(deals()))
    assert part.records == 0


def test_what_is_wrong_with_the_arguments_is_said_before_the_first_part(write: Write) -> None:
    path: Any = write(deals(*ROWS))
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"rows": 0}, "rows"),
        ({"rows": 1.5}, "rows"),
        ({"rows": True}, "rows"),
        ({"backend": "panda"}, "backend"),
        ({"on_error": "x"}, "on_error"),
        ({"mapping": 5}, "mapping"),
    ]
    for arguments, argument in wrong:
        with pytest.raises(InvalidArgument) as refused:
            read_chunks(path, **arguments)
        assert refused.value.argument == argument
    with pytest.raises(InvalidArgument, match="no path"):
        read_chunks(5)  # type: ignore[arg-type]
    with pytest.raises(ImportRejected, match="no such file"):
        read_chunks(path.parent / "absent.csv")


def test_progress_grows_to_the_size_of_the_file(write: Write) -> None:
    told: list[tuple[int, int]] = []
    path = write(deals(*(f"d{at},Won,5,2017-01-02," for at in range(20_000))))
    for part in read_chunks(path, rows=5_000, progress=lambda done, size: told.append((done, size))):
        assert part.accepted == 5_000
    assert told == sorted(told)
    assert told[-1] == (path.stat().st_size, path.stat().st_size)


HEAD = "Deal ID,Stage,Amount,Created\n"


def parts(write: Write, text: str, rows: int = 2) -> list[io.ImportResult]:
    return list(io.read_chunks(write(HEAD + text), rows=rows))


def test_a_date_of_a_later_part_that_can_be_read_two_ways_refuses_the_file(write: Write) -> None:
    same = "1,Won,5,01/01/2024\n2,Won,5,02/02/2024\n"
    with pytest.raises(ImportRejected) as refused:
        parts(write, same + "3,Won,5,01/03/2024\n")
    assert (refused.value.code, refused.value.line) == ("ambiguous_dates", 4)
    read = parts(write, same + "3,Won,5,01/31/2024\n4,Won,5,01/03/2024\n5,Won,5,03/01/2024\n")
    assert [list(part.table["created_at"].dt.month) for part in read] == [[1, 2], [1, 1], [3]]


def test_an_amount_of_a_later_part_that_can_be_read_two_ways_refuses_the_file(write: Write) -> None:
    with pytest.raises(ImportRejected) as refused:
        parts(write, "1,Won,100,\n2,Won,200,\n3,Won,12.500,\n")
    assert (refused.value.code, refused.value.line) == ("ambiguous_amounts", 4)
    proven = parts(write, "1,Won,99.50,\n2,Won,200,\n3,Won,12.500,\n")
    assert list(proven[1].table["amount"]) == [12.5]


def test_stages_and_words_of_later_parts_are_known_as_in_the_whole(write: Write) -> None:
    text = "1,Offer,5,\n2,Closed Lost,5,\n3,Closed Won,5,\n4,Offer,5,\n5,Offer,5,\n"
    read = parts(write, text)
    assert [list(part.table["status"]) for part in read] == [["open", "lost"], ["won", "open"], ["open"]]
    assert [sum(said.code == "stages" for said in part.assumptions) for part in read] == [1, 1, 0]
    said = io.read_chunks(write(HEAD + text), rows=2, mapping={"stages": {"won": ["Offer"], "lost": []}})
    assert [list(part.table["status"]) for part in said] == [["won", "open"], ["open", "won"], ["won"]]
    tickets = "Ticket ID,Subject,Priority,Ticket status\na,x,low,open\nb,x,low,resolved\n"
    assert [list(part.table["status"]) for part in io.read_chunks(write(tickets), rows=1)] == [["open"], ["solved"]]
