"""A history that cannot have been is refused by the name of its row, and with what was there."""

from datetime import UTC, date, datetime

import pytest

from crmkit.errors import InvalidArgument, InvalidPeriod, UnknownField, UnknownStage
from crmkit.pipeline import deal_lifecycle, replay, ticket_lifecycle, time_spent
from crmkit.records import CustomFields, Deal, FieldChange
from tests.pipeline.test_replay import PLAIN, START, changed, moved

DEEP = "[" * 99_999


@pytest.mark.parametrize(
    ("rows", "row", "expected", "found", "message"),
    [
        (
            [moved(None, "first", 0), moved("second", "third", 2)],
            "s2",
            "first",
            "second",
            "row 's2' changes stage from 'second', and it was 'first' since row 's0'; give every row",
        ),
        (
            [moved("first", "second", 0, id="a"), moved("first", "third", 0, id="b")],
            "b",
            "second",
            "first",
            "row 'b' changes stage from 'first', and it was 'second' since row 'a'",
        ),
        (
            [moved("first", "second", 0, id="a"), moved("x", "y", 0, id="b"), moved("y", "x", 0, id="c")],
            "b",
            "second",
            "x",
            "from 'x', and it was 'second'",
        ),
        (
            [changed("amount", "5", None, 0), changed("amount", "5.00", "6", 1)],
            "amount1",
            None,
            5,
            r"changes amount from Decimal\('5.00'\), and it was missing since row 'amount0'",
        ),
        (
            [changed("amount", None, "5", 0), changed("amount", None, "6", 1)],
            "amount1",
            5,
            None,
            r"changes amount from missing, and it was Decimal\('5'\)",
        ),
        (
            [moved(None, "first", 0), moved("first", "second", 1, deal_id="d2")],
            "s1",
            "deal:d1",
            "deal:d2",
            "is of 'deal:d2', and row 's0' of 'deal:d1'; give the rows of one record",
        ),
        (
            [changed("source", None, "web", 0, record="lead:d1"), moved(None, "first", 1)],
            "s1",
            "lead:d1",
            "deal:d1",
            "is of 'deal:d1'",
        ),
        ([changed("source", None, "web", 0, record="dael:d1")], "source0", None, "dael", "did you mean 'deal'"),
        ([changed("amount", None, "much", 0)], "amount0", "money", "much", "holds 'much', which is no value of Deal"),
        ([changed("amount", "NaN", None, 0)], "amount0", "money", "NaN", "write it as money"),
        ([changed("probability", None, "1.5", 0)], "probability0", "number", "1.5", "Deal.probability"),
        ([changed("status", None, "closed", 0)], "status0", "choice", "closed", "Deal.status"),
        ([changed("closed_at", None, "2024-05-01T12:00", 0)], "closed_at0", "instant", "2024-05-01T12:00", "instant"),
        ([changed("expected_close_on", None, "soon", 0)], "expected_close_on0", "date", "soon", "write it as date"),
        ([changed("tags", None, "5", 0)], "tags0", "tags", "5", "write it as tags"),
        ([changed("tags", '"ab"', None, 0)], "tags0", "tags", '"ab"', "write it as tags"),
        ([changed("tags", '["a", 1]', None, 0)], "tags0", "tags", '["a", 1]', "write it as tags"),
        pytest.param([changed("tags", DEEP, None, 0)], "tags0", "tags", DEEP, "write it as tags", id="deep"),
        ([changed("active", None, "yes", 0, record="user:u1")], "active0", "flag", "yes", "write it as flag"),
        ([changed("employees", None, "-1", 0, record="lead:l1")], "employees0", "integer", "-1", "Lead.employees"),
    ],
)
def test_a_history_that_cannot_have_been_is_refused_by_the_name_of_its_row(rows, row, expected, found, message):
    with pytest.raises(InvalidArgument, match=message) as refusal:
        replay(reversed(rows))
    assert refusal.value.code == "broken_history"
    assert (refusal.value.row, refusal.value.expected, refusal.value.found) == (row, expected, found)


def test_two_contents_under_one_id_contradict_each_other():
    first, other = moved(None, "first", 0), moved(None, "second", 0)
    with pytest.raises(InvalidArgument, match="row 's0' is there twice with different contents") as refusal:
        replay([first, other])
    assert (refusal.value.code, refusal.value.expected, refusal.value.found) == ("broken_history", first, other)


@pytest.mark.parametrize("history", [5, None, moved(None, "first", 0), [Deal(id="d1")], [None], ["row"]])
def test_what_holds_no_rows_is_no_history(history):
    for ask in (replay, lambda rows: time_spent(rows, as_of=START)):
        with pytest.raises(InvalidArgument, match="is no history; give a list of StageChange and FieldChange rows"):
            ask(history)


def test_a_field_that_the_record_does_not_have_is_named_with_the_near_miss():
    with pytest.raises(UnknownField, match="no field 'amuont' in Deal, of which row 'amuont0' speaks; did you mean"):
        replay([changed("amuont", None, "5", 0)])
    with pytest.raises(UnknownField, match="seats"):
        replay([changed("seats", None, "5", 0)])


def test_a_pipeline_knows_the_stages_and_is_of_the_record_s_kind():
    with pytest.raises(UnknownStage, match="did you mean 'first'"):
        replay([moved(None, "frist", 0)], pipeline=PLAIN)
    with pytest.raises(UnknownStage, match="no stage 'qualification' in pipeline 'plain'"):
        replay([moved("qualification", "first", 0)], pipeline=PLAIN)
    with pytest.raises(InvalidArgument, match="moves records of kind 'ticket', not of kind 'deal'") as refusal:
        replay([moved(None, "first", 0)], pipeline=ticket_lifecycle)
    assert refusal.value.code == "not_its_record"
    assert replay([], pipeline=deal_lifecycle) == {}


@pytest.mark.parametrize("instant", [datetime(2024, 5, 1), "2024-05-01"])  # noqa: DTZ001  # naive on purpose
def test_an_instant_says_its_time_zone(instant):
    with pytest.raises(InvalidPeriod):
        replay([], until=instant)
    with pytest.raises(InvalidPeriod):
        time_spent([], as_of=instant)


def test_a_date_stands_for_its_end():
    rows = [moved(None, "first", 0), moved("first", "second", 1)]
    assert replay(rows, until=date(2024, 5, 1))["stage"] == "first"
    assert replay(rows, until=date(2024, 5, 2))["stage"] == "second"


def test_no_message_shows_a_personal_value_or_a_custom_one():
    mine = CustomFields(contact={"size": "integer", "nick": "text"})
    whose = {"record": "contact:c1", "changed_at": START}
    histories = [
        [changed("email", None, "ana@x", 0, **whose, id="1"), changed("email", "eva@x", "ina@x", 0, **whose, id="2")],
        [changed("nick", None, "ana@x", 0, **whose, id="1"), changed("nick", "eva@x", "ina@x", 0, **whose, id="2")],
        [changed("size", None, "ana@x", 0, **whose)],
    ]
    for history in histories:
        with pytest.raises(InvalidArgument, match=r"\*\*\*") as refusal:
            replay(history, custom=mine)
        assert "@x" not in str(refusal.value)
    gone = [changed("email", None, "ana@x", 0, **whose, id="1"), changed("email", None, "eva@x", 0, **whose, id="2")]
    with pytest.raises(InvalidArgument, match=r"changes email from missing, and it was \*\*\*"):
        replay(gone)


def test_a_stay_that_began_before_all_time_is_refused():
    for days in (1e6, 1e300):
        for row in (
            moved("first", "second", 0, days_in_stage=days),
            FieldChange(
                id="1",
                record="lead:l1",
                field="status",
                from_value="new",
                to_value="working",
                changed_at=datetime(2024, 5, 1, tzinfo=UTC),
                days_held=days,
            ),
        ):
            with pytest.raises(InvalidArgument, match="leads before the year 1") as refusal:
                time_spent([row], as_of=datetime(2024, 6, 1, tzinfo=UTC))
            assert refusal.value.code == "broken_history"
