"""Every deal is open, won or lost, by the first of status, flags and stage that the file has."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from crmkit import io
from crmkit.errors import ImportRejected
from tests.io.written import Write, deals


def said(result: io.ImportResult, code: str) -> str:
    (text,) = [assumption.text for assumption in result.assumptions if assumption.code == code]
    return text


def statuses(result: io.ImportResult) -> list[str]:
    return list(result.table["status"])


@pytest.mark.parametrize(
    ("stage", "status"),
    [
        *[(name, "won") for name in ("Won", "6 - Closed Won", "closed_won", "Deal won")],
        *[(name, "lost") for name in ("Lost", "CLOSEDLOST", "Dead", "Abandoned")],
        *[(name, "open") for name in ("Engaging", "Won't fit", "", "wonderful")],
    ],
)
def test_a_stage_closes_a_deal_by_its_name(write: Write, stage: str, status: str) -> None:
    assert statuses(io.read(write(deals(f"d1,{stage},5,2017-01-01,")))) == [status]


def test_what_each_stage_was_taken_for_is_said_with_counts_and_kept_in_the_mapping(write: Write) -> None:
    result = io.read(write(deals("a,Won,1,,", "b,Won,1,,", "c,Lost,1,,", "d,Talks,1,,", "e,,1,,")))
    assert "won: 'Won' (2); lost: 'Lost' (1); open: 'Talks' (1)" in said(result, "stages")
    assert result.mapping.stages == {"won": ("Won",), "lost": ("Lost",)}


def test_a_file_in_which_no_stage_looks_won_says_so_and_the_mapping_names_it(write: Write) -> None:
    path = write(deals("a,Signed,1,,", "b,Gone,1,,"))
    result = io.read(path)
    assert statuses(result) == ["open", "open"]
    assert "No stage looks won" in said(result, "stages")
    named = io.read(path, mapping={"stages": {"won": ["signed "], "lost": ["Gone"]}})
    assert statuses(named) == ["won", "lost"]
    assert "stages" not in {assumption.code for assumption in named.assumptions}


def test_many_stages_are_listed_in_part(write: Write) -> None:
    result = io.read(write(deals(*(f"d{at},S{at},1,," for at in range(15)))))
    assert "and 3 more" in said(result, "stages")


def test_a_stage_named_in_the_mapping_that_the_file_has_not_is_said(write: Write) -> None:
    result = io.read(write(deals("a,Signed,1,,")), mapping={"stages": {"won": ["Singed"]}})
    assert "'Signed'" in said(result, "stage_not_found")
    assert "stage_not_found" not in {a.code for a in io.read(write("Deal ID,Deal Stage,Amount\n")).assumptions}


def test_the_status_column_comes_before_flags_and_stages(write: Write) -> None:
    text = "Deal ID,Deal Stage,Deal Status,Is Won,Is Closed,Amount\na,Won,Open,1,1,5\nb,x,LOST,0,0,5\nc,x,,0,0,5\n"
    result = io.read(write(text))
    assert statuses(result) == ["open", "lost", "open"]
    assert "1 rows" in said(result, "default")
    assert result.mapping.stages is None
    assert {"is_won", "is_closed"} <= set(result.table.columns)  # kept as text


def test_two_flags_come_before_stages(write: Write) -> None:
    text = "Id,StageName,IsWon,IsClosed,Amount\na,x,true,true,5\nb,Won,false,true,5\nc,Won,false,false,5\nd,Won,,,5\n"
    result = io.read(write(text))
    assert statuses(result) == ["won", "lost", "open", "open"]
    assert list(result.table.columns) == ["id", "stage", "status", "amount"]


def test_the_flag_of_winning_decides_what_is_won_even_alone(write: Write) -> None:
    text = "Id,StageName,IsWon,Amount\na,Signed,true,5\nb,Lost,false,5\nc,Offer,false,5\nd,Won,false,5\n"
    assert statuses(io.read(write(text))) == ["won", "lost", "open", "open"]
    columns = {"id": "Id", "is_won": "IsWon"}
    without_stage = io.read(write(text), mapping={"record": "deal", "columns": columns})
    assert statuses(without_stage) == ["won", "open", "open", "open"]


def test_the_flag_of_closing_alone_decides_nothing(write: Write) -> None:
    result = io.read(write("Id,StageName,IsClosed,Amount\na,Offer,true,5\n"))
    assert statuses(result) == ["open"]
    assert list(result.table["isclosed"]) == ["true"]


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        ({"won": ["A+"], "lost": ["A-"]}, ["won", "open", "lost"]),
        ({"won": ["A+", " a "], "lost": []}, ["won", "won", "open"]),
        ({"won": ["a"], "lost": ["A"]}, ["open", "lost", "open"]),
    ],
)
def test_stages_are_told_apart_by_all_their_signs(write: Write, ends: Any, expected: list[str]) -> None:
    text = "Deal ID,Stage,Amount\n1,A+,5\n2,A,6\n3,A-,7\n"
    assert statuses(io.read(write(text), mapping={"record": "deal", "stages": ends})) == expected


def test_what_is_said_of_stages_is_what_is_done(write: Write) -> None:
    text = "Deal ID,Stage,Amount\n1,Closed - won,5\n2,Closed (won),6\n3,Demo,7\n4,Abgeschlossen und gewonnen,8\n"
    result = io.read(write(text))
    assert statuses(result) == ["won", "won", "open", "won"]
    assert "open: 'Demo' (1)." in said(result, "stages")


def test_deals_of_which_nothing_tells_how_they_stand_have_no_status(write: Write) -> None:
    result = io.read(write("Deal ID,Amount,Close Date\na,5,2017-01-01\n"))
    assert "status" not in result.table
    assert "[columns] status" in said(result, "no_status")


def test_the_close_date_of_an_open_deal_is_an_expected_one(write: Write) -> None:
    result = io.read(write(deals("a,Won,1,,2017-01-01", "b,Talks,1,,2017-01-02", "c,Talks,1,,")))
    assert result.table["closed_at"].notna().tolist() == [True, False, False]
    assert list(result.table["expected_close_on"]) == [None, date(2017, 1, 2), None]
    assert said(result, "expected_close").startswith("1 open deal has a close date")


def test_the_expected_date_is_that_of_the_files_own_calendar(write: Write) -> None:
    path = write(deals("b,Talks,1,,2017-01-02"))
    result = io.read(path, mapping={"timezone": "Asia/Tokyo"})
    assert list(result.table["expected_close_on"]) == [date(2017, 1, 2)]


def test_an_expected_date_in_the_file_stands(write: Write) -> None:
    text = "Deal ID,Stage,Amount,Close Date,Expected Close Date\na,x,1,2017-01-01,2017-05-05\nb,x,1,2017-01-02,\n"
    result = io.read(write(text))
    assert list(result.table["expected_close_on"]) == [date(2017, 5, 5), date(2017, 1, 2)]
    assert "unless the file has another one" in said(result, "expected_close")


MONEY: list[tuple[dict[str, Any], str, list[float]]] = [
    ({"currency": "USD"}, "0.005", [0.0]),
    ({"currency": "JPY"}, "1.5", [2.0]),
    ({"currency": "KWD"}, "1.005", [1.005]),
    ({}, "1.00512", [1.00512]),
]


@pytest.mark.parametrize(("mapping", "text", "amounts"), MONEY)
def test_amounts_are_rounded_to_what_a_known_currency_can_pay(
    write: Write, mapping: dict[str, Any], text: str, amounts: list[float]
) -> None:
    result = io.read(write(deals(f"a,Won,{text},,")), mapping=mapping)
    assert list(result.table["amount"]) == amounts
    assert ("rounded" in {assumption.code for assumption in result.assumptions}) == (amounts != [float(text)])
    assert list(result.table.get("currency", [])) == list(mapping.values())


def test_each_amount_is_rounded_in_the_currency_of_its_row(write: Write) -> None:
    text = (
        "Deal ID,Stage,Amount,Currency\na,Won,1.005,usd\nb,Won,1.005,KWD\nc,Won,1.0050,\nd,Won,1.005,usd\ne,Won,,USD\n"
    )
    result = io.read(write(text), mapping={"currency": "EUR"})
    assert list(result.table["amount"].fillna(0)) == [1.0, 1.005, 1.005, 1.0, 0.0]
    assert list(result.table["currency"].fillna("")) == ["USD", "KWD", "", "USD", "USD"]
    assert "in 2 rows" in said(result, "rounded")


def test_deals_without_a_stage_are_open_and_told(write: Write) -> None:
    result = io.read(write(deals("a,Won,1,,2017-01-01", "b,,5,,")))
    assert list(result.table["status"]) == ["won", "open"]
    assert "open: none; open too: no stage (1)." in said(result, "stages")


def test_the_words_of_a_status_column_are_told_where_they_are_others(write: Write) -> None:
    result = io.read(write("Deal ID,Status,Amount\na,Abandoned,5\nb,won,5\nc,won,5\n"))
    assert list(result.table["status"]) == ["lost", "won", "won"]
    assert "'Abandoned' is lost (1). To change: [values.status]" in said(result, "values")


def test_stages_that_decide_nothing_are_refused(write: Write) -> None:
    path = write("Deal ID,Status,Amount\na,won,5\n")
    with pytest.raises(ImportRejected, match=r"\[stages\] decides nothing"):
        io.read(path, mapping={"stages": {"won": ["Won"], "lost": []}})


def test_the_times_of_winning_and_losing_close_the_deals(write: Write) -> None:
    text = (
        "No,State,Won,Lost,Closed\n"
        "a,won,2024-01-02,2024-01-01,\n"
        "b,lost,,2024-01-03,\n"
        "c,lost,2024-01-02,,\n"
        "d,open,2024-01-02,2024-01-02,\n"
        "e,won,2024-01-02,,2024-01-09\n"
    )
    columns = {"id": "No", "status": "State", "won_at": "Won", "lost_at": "Lost"}
    for more, last in (({}, 2), ({"closed_at": "Closed"}, 9)):
        table = io.read(write(text), mapping={"record": "deal", "columns": columns | more}).table
        days = [None if pd.isna(at) else at.day for at in table["closed_at"]]
        assert days == [2, 3, None, None, last]
        assert not {"won_at", "lost_at"} & set(table.columns)


def test_a_stage_may_name_its_pipeline(write: Write) -> None:
    text = "Deal ID,Deal Stage,Amount\n1,Closed Won (Partners),5\n2,Closed lost (New (2)),5\n3,Offer (won),5\n"
    assert statuses(io.read(write(text))) == ["won", "open", "open"]


def test_an_exact_mapping_takes_deals_as_they_stand(write: Write) -> None:
    columns = {"id": "Deal ID", "stage": "Deal Stage", "closed_at": "Close Date"}
    result = io.read(write(deals("a,Won,1,,2017-01-01")), mapping={"record": "deal", "columns": columns, "exact": True})
    assert list(result.table.columns) == ["id", "stage", "closed_at", "amount_2", "create_date"]
    assert result.mapping.stages is None
    assert not {"stages", "no_status", "expected_close"} & {assumption.code for assumption in result.assumptions}
