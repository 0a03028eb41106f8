"""The times in each stage become changes of stage, and a history of stages says where each step came from."""

from __future__ import annotations

import pandas as pd
import pytest

from crmkit import io, tables
from crmkit.errors import ImportRejected
from crmkit.records import StageChange
from tests.io.written import Write

WIDE = (
    "Deal ID,Deal Stage,In New,In Offer,In Won\n"
    "d1,Won,2024-01-02,2024-01-05,2024-01-05\nd2,Offer,2024-01-03,,\nd3,x,,,\n"
)
MAPPING = {
    "record": "deal",
    "columns": {"id": "Deal ID", "stage": "Deal Stage"},
    "entered": {"New": "in new", "Offer": "In Offer", "Won": "In Won"},
}


def test_the_times_in_each_stage_become_changes_of_stage(write: Write) -> None:
    result = io.read(write(WIDE), mapping=MAPPING)
    changes = result.related["stage_change"]
    assert changes.drop(columns="changed_at").astype(object).where(
        lambda table: table.notna(), None
    ).to_numpy().tolist() == [
        ["d1:1", "d1", None, "New"],
        ["d1:2", "d1", "New", "Offer"],
        ["d1:3", "d1", "Offer", "Won"],
        ["d2:1", "d2", None, "New"],
    ]
    assert list(changes["changed_at"].dt.day) == [2, 5, 5, 3]
    assert list(result.table.columns) == ["id", "stage", "status"]
    assert "4 changes of stage" in next(said.text for said in result.assumptions if said.code == "entered")
    pd.testing.assert_frame_equal(tables.conform(changes, StageChange), changes)


def test_a_mapping_repeats_the_times_in_each_stage(write: Write) -> None:
    path = write(
        WIDE.replace("2024-01-02", "02.01.2024").replace("2024-01-05", "13.01.2024").replace("2024-01-03", "03.01.2024")
    )
    first = io.read(path, mapping=MAPPING)
    assert first.mapping.formats["entered"] == "DD.MM.YYYY"
    again = io.read(path, mapping=io.Mapping.from_toml(first.mapping.to_toml()))
    assert again.related["stage_change"].equals(first.related["stage_change"])


def test_a_file_in_which_no_deal_was_in_a_stage_has_no_changes(write: Write) -> None:
    result = io.read(write("Deal ID,Deal Stage,In New\nd1,Won,\n"), mapping={**MAPPING, "entered": {"New": "In New"}})
    assert list(result.related["stage_change"].columns) == ["id", "deal_id", "from_stage", "to_stage", "changed_at"]
    assert len(result.related["stage_change"]) == 0


def test_a_time_in_a_stage_that_is_none_refuses_its_row(write: Write) -> None:
    result = io.read(write(WIDE.replace("2024-01-03", "soon")), mapping=MAPPING)
    (row,) = result.rejected
    assert (row.line, row.problems[0].column, row.problems[0].code) == (3, "In New", "not_a_date")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"entered": {"New": "In Nwe"}}, "the file has no such column; did you mean 'In New'"),
        ({"record": "company", "columns": {"id": "Deal ID"}}, "only deals are in stages; each row is a company"),
    ],
)
def test_times_in_a_stage_are_columns_of_deals(write: Write, changed: dict[str, object], reason: str) -> None:
    with pytest.raises(ImportRejected, match=reason) as refused:
        io.read(write(WIDE), mapping={**MAPPING, **changed})
    assert refused.value.code == "invalid_mapping"


HISTORY = (
    "id,deal_id,to_stage,changed_at\n"
    "h3,d1,Won,2024-01-09\nh1,d1,New,2024-01-02\nx1,d2,New,2024-01-01\nh2,d1,New,2024-01-03\nh4,d1,New,2024-01-09\n"
)


def test_a_history_without_the_stage_before_is_completed(write: Write) -> None:
    result = io.read(write(HISTORY))
    assert result.record == "stage_change"
    before = result.table["from_stage"].astype(object)
    steps = dict(zip(result.table["id"], before.where(before.notna(), None), strict=True))
    assert steps == {"h3": "New", "h1": None, "x1": None, "h4": "Won"}  # h2 changed something else
    assert dict(result.set_aside) == {"unchanged": 1}
    assert "1 rows change something other" in next(
        said.text for said in result.assumptions if said.code == "stages_before"
    )


def test_a_history_that_says_the_stage_before_is_left_as_it_is(write: Write) -> None:
    result = io.read(write("id,deal_id,from_stage,to_stage,changed_at\nh1,d1,New,New,2024-01-02\n"))
    assert (len(result.table), dict(result.set_aside)) == (1, {})


def test_an_empty_history_is_one(write: Write) -> None:
    assert list(io.read(write("id,deal_id,to_stage,changed_at\n")).table["from_stage"]) == []


def test_an_exact_mapping_leaves_a_history_as_it_is(write: Write) -> None:
    columns = {name: name for name in ("id", "deal_id", "to_stage", "changed_at")}
    mapping = {"record": "stage_change", "columns": columns, "exact": True}
    result = io.read(write(HISTORY), mapping=mapping)
    assert (len(result.table), list(result.table.columns), dict(result.set_aside)) == (5, list(columns), {})
    (part, *_) = io.read_chunks(write(HISTORY), mapping=mapping, rows=2)
    assert len(part.table) == 2
