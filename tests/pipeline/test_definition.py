"""A definition that could never work is refused when it is made."""

from datetime import date

import pytest

from crmkit.calendars import BusinessCalendar
from crmkit.errors import InvalidExpression, InvalidPipeline, UnknownField
from crmkit.expressions import field
from crmkit.pipeline import Move, Pipeline, Stage
from crmkit.records import CustomFields

WON = Stage("won", kind="won")
LOST = Stage("lost", kind="lost")


def refused(*stages, **said):
    with pytest.raises(InvalidPipeline) as caught:
        Pipeline("p", stages=stages, **said)
    assert caught.value.pipeline == "p"
    assert str(caught.value).startswith("pipeline 'p'")
    return caught.value


def test_two_stages_of_one_name():
    fault = refused(Stage("a"), Stage("b"), Stage("a"), WON)
    assert (fault.code, fault.stage) == ("duplicate_stage", "a")


@pytest.mark.parametrize("name", ["Offer", " offer", "OFFER "])
def test_two_stages_whose_names_look_alike(name):
    fault = refused(Stage("offer"), Stage(name), WON)
    assert fault.code == "duplicate_stage"
    assert "case and outer spaces aside" in str(fault)


def test_no_stage_that_is_open():
    assert refused(WON, LOST).code == "no_open_stage"


def test_no_stage_at_all():
    assert refused().code == "no_open_stage"


def test_on_hold_is_open_enough_to_begin_with():
    assert Pipeline("p", stages=[Stage("a", kind="on_hold"), WON]).starts == ("a",)


def test_no_stage_that_is_final():
    fault = refused(Stage("a"), Stage("b"))
    assert fault.code == "no_final_stage"
    assert "Stage('won', kind='won')" in str(fault)


def test_a_stage_that_no_move_leads_to():
    fault = refused(Stage("a"), Stage("b"), WON, moves=[Move("a", "won"), Move("b", "a")])
    assert (fault.code, fault.stage) == ("unreachable_stage", "b")
    assert "from a to 'b'" in str(fault)


def test_a_circle_that_no_start_leads_into_is_unreachable():
    ways = [Move("a", "won"), Move("b", "c"), Move("c", "b"), Move("c", "won")]
    assert refused(Stage("a"), Stage("b"), Stage("c"), WON, moves=ways).stage == "b"


def test_a_stage_is_reached_from_any_start():
    ways = [Move("a", "won"), Move("b", "won")]
    assert Pipeline("p", stages=[Stage("a"), Stage("b"), WON], moves=ways, starts=("a", "b")).moves == tuple(ways)


def test_a_stage_out_of_which_nothing_ends():
    fault = refused(Stage("a"), Stage("b"), WON, moves=[Move("a", "won"), Move("a", "b")])
    assert (fault.code, fault.stage) == ("trapped_stage", "b")


def test_a_circle_without_a_way_out_is_a_trap():
    ways = [Move("a", "won"), Move("a", "b"), Move("b", "c"), Move("c", "b")]
    assert refused(Stage("a"), Stage("b"), Stage("c"), WON, moves=ways).stage == "b"


def test_a_move_between_unknown_stages_is_answered_with_the_nearest():
    fault = refused(Stage("offer"), WON, moves=[Move("ofer", "won")])
    assert (fault.code, fault.stage) == ("unknown_stage", "ofer")
    assert "move ofer -> won: no stage 'ofer'; did you mean 'offer'?" in str(fault)


def test_a_move_to_an_unknown_stage_too():
    assert refused(Stage("offer"), WON, moves=[Move("offer", "wonn")]).stage == "wonn"


def test_a_move_that_stands_twice():
    fault = refused(Stage("a"), WON, moves=[Move("a", "won"), Move("a", "won", requires="amount")])
    assert (fault.code, fault.stage) == ("duplicate_move", "won")
    assert "default_moves(stages, instead=[...])" in str(fault)


def test_a_way_back_that_is_listed_and_follows_from_reopen_stands_twice():
    ways = [Move("a", "won"), Move("won", "a")]
    assert refused(Stage("a"), WON, moves=ways, reopen=field("amount").present()).code == "duplicate_move"


def test_a_start_that_is_no_stage():
    fault = refused(Stage("offer"), WON, starts="ofer")
    assert (fault.code, fault.stage) == ("unknown_stage", "ofer")
    assert "starts: no stage 'ofer'; did you mean 'offer'?" in str(fault)


@pytest.mark.parametrize("starts", [[5], 7, [["offer"]], {"offer"}, [None]])
def test_a_start_that_is_no_text(starts):
    fault = refused(Stage("offer"), WON, starts=starts)
    assert (fault.code, fault.argument) == ("invalid_argument", "starts")


def test_a_start_that_is_final():
    fault = refused(Stage("a"), WON, starts="won")
    assert (fault.code, fault.stage) == ("final_start", "won")


def test_a_first_stage_that_is_final_is_no_start():
    assert refused(WON, Stage("a")).code == "final_start"


def test_a_start_that_stands_twice():
    fault = refused(Stage("a"), WON, starts=("a", "a"))
    assert (fault.code, fault.stage) == ("duplicate_start", "a")


def test_no_start():
    assert refused(Stage("a"), WON, starts=()).code == "no_start"


def test_business_days_without_a_calendar():
    fault = refused(Stage("a", rots_after_business_days=5), WON)
    assert (fault.code, fault.stage) == ("no_calendar", "a")


def test_business_days_with_one():
    calendar = BusinessCalendar(holidays=[date(2024, 5, 1)])
    pipeline = Pipeline("p", stages=[Stage("a", rots_after_business_days=5), WON], calendar=calendar)
    assert pipeline.calendar == calendar


def test_a_status_that_is_a_choice_holds_its_own_words_only():
    fault = refused(Stage("new"), Stage("workin"), Stage("converted", kind="won"), record="lead")
    assert (fault.code, fault.stage) == ("unknown_choice", "workin")
    assert "a lead's status is never 'workin'; did you mean 'working'?" in str(fault)


def test_a_status_need_not_use_every_word():
    assert Pipeline("p", record="lead", stages=[Stage("new"), Stage("converted", kind="won")]).names == (
        "new",
        "converted",
    )


@pytest.mark.parametrize(
    "said",
    [{"when": field("amuont") > 3}, {"requires": "amuont"}, {"requires_on_exit": ("owner_id", "amuont")}],
    ids=str,
)
def test_a_stage_that_asks_about_an_unknown_field(said):
    fault = refused(Stage("a", **said), WON)
    assert (fault.code, fault.field) == ("unknown_field", "amuont")
    assert "stage 'a': no field 'amuont' in a Deal; did you mean 'amount'?" in str(fault)
    assert isinstance(fault.__cause__, UnknownField)


@pytest.mark.parametrize("said", [{"when": field("amuont") > 3}, {"requires": "amuont"}], ids=str)
def test_a_move_that_asks_about_an_unknown_field(said):
    fault = refused(Stage("a"), WON, moves=[Move("a", "won", **said)])
    assert (fault.code, fault.field) == ("unknown_field", "amuont")
    assert "move a -> won: no field 'amuont'" in str(fault)


def test_a_rule_of_reopening_that_asks_about_an_unknown_field():
    assert refused(Stage("a"), WON, reopen=field("amuont").present()).field == "amuont"


@pytest.mark.parametrize("name", ["stage", "status", "closed_at", "updated_at", "pipeline_version", "lost_reason"])
@pytest.mark.parametrize("argument", ["requires", "requires_on_exit"])
def test_what_the_move_itself_writes_is_not_required(argument, name):
    fault = refused(Stage("a", **{argument: name}), WON)
    assert (fault.code, fault.field) == ("written_by_the_move", name)
    assert ("needs_reason=True" in str(fault)) == (name == "lost_reason")


@pytest.mark.parametrize("name", ["_amount", "a..b"])
def test_what_is_required_is_the_name_of_a_field(name):
    fault = refused(Stage("a", requires=name), WON)
    assert (fault.code, fault.field) == ("unknown_field", name)


@pytest.mark.parametrize("guard", [field("amount") == "much", field("status") == "opne", field("tags") > 3], ids=str)
def test_a_guard_that_no_value_could_answer(guard):
    fault = refused(Stage("a", when=guard), WON)
    assert isinstance(fault.__cause__, InvalidExpression)
    assert fault.code == fault.__cause__.code
    assert "stage 'a': " in str(fault)


def test_fields_of_another_kind_of_record_are_unknown():
    stages = [Stage("new", when=field("amount") > 3), Stage("converted", kind="won")]
    assert refused(*stages, record="lead").field == "amount"


def test_custom_fields_are_known_where_they_are_declared():
    seats = CustomFields(deal={"seats": "integer"})
    stages = (Stage("a", requires="seats", when=field("seats") > 3), WON)
    assert Pipeline("p", stages=stages, custom=seats).custom == seats
    assert refused(*stages).field == "seats"
    assert refused(*stages, custom=CustomFields(lead={"seats": "integer"})).field == "seats"
