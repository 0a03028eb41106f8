"""What may move where is asked of any object, which stays as it is."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from crmkit.errors import InvalidArgument, InvalidExpression, InvalidPeriod, UnknownField, UnknownStage
from crmkit.expressions import field
from crmkit.pipeline import Move, Pipeline, Stage, Unmet, ticket_lifecycle
from crmkit.records import CustomFields, Deal, evolve
from tests.pipeline.sales import DAY, DEAL, LATER, NOW, SALES, named

WON = Stage("won", kind="won")
ROW = {"stage": "qualify", "amount": Decimal(900), "currency": "EUR"}


def codes(decision):
    return [unmet.code for unmet in decision.unmet]


def test_a_record_a_mapping_and_an_object_are_answered_alike():
    for thing in (DEAL, ROW, SimpleNamespace(**ROW)):
        assert SALES.check(thing, to="propose")
        assert SALES.check(thing, to="won")
        assert codes(SALES.check(thing, to="lost")) == ["missing_reason"]


def test_names_of_the_callers_own_stand_for_fields():
    theirs = SimpleNamespace(phase="qualify", value=900, currency="EUR", since=LATER)
    names = {"stage": "phase", "amount": "value", "stage_entered_at": "since"}
    assert SALES.check(theirs, to="propose", fields=names)
    assert codes(SALES.check(theirs, to="propose", as_of=NOW, fields=names)) == ["too_early"]
    assert [each.to for each in SALES.options(theirs, fields=names) if each.allowed] == [
        "propose",
        "waiting",
        "won",
        "lost",
    ]
    with pytest.raises(UnknownField, match=r"fields=\{"):
        SALES.check(theirs, to="propose")


@pytest.mark.parametrize("thing", [DEAL, ROW, SimpleNamespace(**ROW)], ids=lambda thing: type(thing).__name__)
def test_nothing_is_changed_by_asking(thing):
    before = repr(thing)
    SALES.check(thing, to="won", as_of=LATER)
    SALES.options(thing, as_of=LATER)
    SALES.ageing(thing, as_of=LATER)
    assert repr(thing) == before


def test_asking_a_mapping_makes_no_key():
    row = defaultdict(lambda: "made", {"stage": "a"})
    assert named("a", "b").check(row, to="b")
    assert set(row) == {"stage"}


def test_a_property_and_a_value_of_a_class_are_read():
    class Opportunity:
        currency = "EUR"

        def __init__(self, amount):
            self.amount = amount

        @property
        def stage(self):
            return "qualify"

    assert SALES.check(Opportunity(3), to="propose")
    assert codes(SALES.check(Opportunity(None), to="propose")) == ["missing_field"]


@pytest.mark.parametrize("missing", [float("nan"), np.float64("nan"), pd.NaT, pd.NA, None], ids=repr)
@pytest.mark.parametrize("name", ["pipeline", "pipeline_version", "stage_entered_at"])
def test_what_a_row_of_a_dataframe_lacks_is_missing(missing, name):
    assert SALES.check({**ROW, name: missing}, to="propose", as_of=NOW)


def test_a_row_whose_stage_is_missing_begins():
    row = {**ROW, "stage": float("nan")}
    assert SALES.check(row, to="qualify")
    assert codes(SALES.check(row, to="won")) == ["wrong_start"]


@pytest.mark.parametrize("number", [int, float, np.int64, np.float64])
def test_a_version_of_another_type_of_number_is_that_version(number):
    assert SALES.check({**ROW, "pipeline_version": number(1)}, to="propose")
    assert codes(SALES.check({**ROW, "pipeline_version": number(3)}, to="propose")) == ["other_version"]


def test_a_pipeline_and_a_version_of_the_callers_own_that_are_no_name_and_no_number_say_nothing():
    assert SALES.check({**ROW, "pipeline": object(), "pipeline_version": "v3"}, to="propose")


@pytest.mark.parametrize("fields", [["stage"], "phase", {"stage": 5}, {5: "stage"}])
def test_names_of_the_callers_own_are_a_mapping_of_texts(fields):
    for ask in (
        lambda: SALES.check(DEAL, to="won", fields=fields),
        lambda: SALES.options(DEAL, fields=fields),
        lambda: SALES.ageing(DEAL, as_of=LATER, fields=fields),
    ):
        with pytest.raises(InvalidArgument) as caught:
            ask()
        assert caught.value.argument == "fields"


def test_a_move_before_the_last_change_of_a_value_is_too_early():
    row = {**ROW, "stage_entered_at": NOW, "updated_at": LATER}
    assert codes(SALES.check(row, to="propose", as_of=LATER - DAY)) == ["too_early"]
    assert SALES.check(row, to="propose", as_of=LATER)
    assert codes(SALES.check({**row, "updated_at": NOW - DAY}, to="propose", as_of=NOW - DAY / 2)) == ["too_early"]


def test_a_thing_without_a_stage_is_told_what_it_lacks():
    with pytest.raises(UnknownField, match=r"no field 'stage' in a dict; .*did you mean 'stages'") as caught:
        SALES.check({"stages": "qualify", 5: 3}, to="won")
    assert caught.value.known == ("stages",)
    with pytest.raises(UnknownField, match="no field 'stage' in a NoneType"):
        SALES.check(None, to="won")


def test_a_field_that_a_guard_asks_for_must_be_there():
    with pytest.raises(UnknownField, match="amount"):
        SALES.check({"stage": "qualify"}, to="won")


@pytest.mark.parametrize(("stage", "to"), [("qualify", "wonn"), ("qualifi", "won"), (5, "won"), ("qualify", None)])
def test_an_unknown_stage_is_an_error(stage, to):
    with pytest.raises(UnknownStage):
        SALES.check({**ROW, "stage": stage}, to=to)


@pytest.mark.parametrize(
    ("stage", "to", "code", "message"),
    [
        ("qualify", "qualify", "already_there", "is in 'qualify' already"),
        ("won", "won", "already_there", "is in 'won' already"),
        (None, "propose", "wrong_start", "begins in qualify"),
        ("won", "waiting", "no_such_move", "no move leads there; from won they lead to: qualify, propose"),
    ],
)
def test_where_no_move_leads_the_reason_is_said(stage, to, code, message):
    decision = SALES.check({**ROW, "stage": stage}, to=to)
    assert decision.unmet == (Unmet(code, message),)
    assert (decision.stage, decision.to) == (stage, to)


def test_what_is_final_without_a_way_back_is_closed():
    assert named("a").check({"stage": "won"}, to="a").unmet == (
        Unmet("closed", "won is final; nothing leads out of it"),
    )


def test_several_starts_are_all_named():
    assert named("a", "b", "c", starts=("a", "c")).check({"stage": None}, to="b").unmet[0].message == "begins in a or c"


def test_all_that_stands_against_a_move_is_told_and_not_only_the_first():
    strict = Pipeline(
        "p",
        stages=[
            Stage("a"),
            WON,
            Stage("lost", kind="lost", requires=("name", "source"), when=field("amount") > 9, needs_reason=True),
        ],
    )
    decision = strict.check(Deal(id="d", stage="a", stage_entered_at=LATER, amount=3), to="lost", as_of=NOW)
    assert codes(decision) == ["too_early", "missing_field", "missing_field", "guard", "missing_reason"]
    assert [unmet.field for unmet in decision.unmet] == [None, "name", "source", None, None]
    assert decision.unmet[1].message == "name is missing; fill it in"
    assert decision.unmet[3].message == "needs amount > 9"
    assert "3" in str(decision.unmet[3].explanation)
    assert decision.unmet[4].message == "needs a reason"


@pytest.mark.parametrize("as_of", [NOW, NOW.astimezone(timezone(timedelta(hours=5))), LATER, None])
def test_a_move_at_the_time_of_the_last_step_or_later_is_not_too_early(as_of):
    assert SALES.check(DEAL, to="propose", as_of=as_of)


def test_a_move_before_the_last_step_is_too_early():
    unmet = SALES.check(DEAL, to="propose", as_of=NOW - DAY).unmet
    assert unmet == (Unmet("too_early", "2024-05-01 09:00 UTC is before its last change, 2024-05-02 09:00"),)


def test_a_reason_is_one_of_the_choice():
    assert SALES.check(DEAL, to="lost", reason="price")
    assert SALES.check(DEAL, to="lost").unmet == (Unmet("missing_reason", "needs a reason, one of: price, timing"),)
    assert SALES.check(DEAL, to="lost", reason="prize").unmet == (
        Unmet("unknown_reason", "'prize' is no reason for lost; did you mean 'price'?"),
    )


def test_where_there_is_no_choice_any_reason_does():
    free = Pipeline("p", stages=[Stage("a"), Stage("lost", kind="lost", needs_reason=True)])
    assert free.check({"stage": "a"}, to="lost", reason="no budget")
    assert codes(free.check({"stage": "a"}, to="lost")) == ["missing_reason"]
    assert named("a").check({"stage": "a"}, to="won", reason="they like us")


@pytest.mark.parametrize("reason", ["", "  ", 5, ["price"], False])
def test_a_reason_that_says_nothing_is_an_error(reason):
    with pytest.raises(InvalidArgument) as caught:
        SALES.check(DEAL, to="lost", reason=reason)
    assert caught.value.argument == "reason"


def test_a_guard_about_time_is_asked_at_the_time_of_the_move():
    fresh = Pipeline("p", stages=[Stage("a"), Stage("won", kind="won", when=field("created_at").within(days=30))])
    row = {"stage": "a", "created_at": NOW - 20 * DAY}
    assert fresh.check(row, to="won", as_of=NOW)
    assert codes(fresh.check(row, to="won", as_of=NOW + 11 * DAY)) == ["guard"]
    with pytest.raises(InvalidExpression, match="as_of"):
        fresh.check(row, to="won")


def test_a_guard_may_ask_about_custom_fields():
    seats = CustomFields(deal={"seats": "integer"})
    pipeline = Pipeline("p", stages=[Stage("a"), Stage("won", kind="won", when=field("seats") >= 5)], custom=seats)
    assert pipeline.check(Deal(id="d", stage="a", custom={"seats": 5}), to="won")
    assert codes(pipeline.check(Deal(id="d", stage="a", custom={"seats": 4}), to="won")) == ["guard"]
    assert codes(pipeline.check(Deal(id="d", stage="a"), to="won")) == ["guard"]


def test_a_guard_may_follow_a_reference_of_the_callers_own_which_a_record_does_not_have():
    german = Pipeline("p", stages=[Stage("a"), Stage("won", kind="won", when=field("company.country") == "DE")])
    assert german.check({"stage": "a", "company": {"country": "DE"}}, to="won")
    with pytest.raises(UnknownField, match="company"):
        german.check(Deal(id="d", stage="a", company_id="c"), to="won")


@pytest.mark.parametrize("as_of", [datetime(2024, 5, 2), "2024-05-02", date(2024, 5, 2), 5, pd.NaT])  # noqa: DTZ001  # naive
def test_a_time_that_is_no_instant_is_refused(as_of):
    for ask in (lambda: SALES.check(DEAL, to="won", as_of=as_of), lambda: SALES.options(DEAL, as_of=as_of)):
        with pytest.raises(InvalidPeriod):
            ask()


def test_a_naive_time_in_the_thing_itself_is_refused():
    with pytest.raises(InvalidPeriod, match="no time zone"):
        SALES.check({**ROW, "stage_entered_at": datetime(2024, 5, 2)}, to="won", as_of=NOW)  # noqa: DTZ001  # the point


def test_a_deal_of_another_pipeline_or_version_is_to_be_migrated():
    of_other = SALES.check(evolve(DEAL, pipeline="service"), to="won")
    assert of_other.unmet == (Unmet("other_pipeline", "is in pipeline 'service', not in 'sales'; migrate it"),)
    older = SALES.check(evolve(DEAL, pipeline_version=3), to="won")
    assert codes(older) == ["other_version"]
    assert older.unmet[0].message == "it moved under version 3 of the pipeline, this is 1; migrate it first"
    assert (of_other.stage, older.stage) == ("qualify", "qualify")
    options = SALES.options(evolve(DEAL, pipeline_version=3))
    assert [option.to for option in options] == list(SALES.names)
    assert {option.unmet for option in options} == {older.unmet}


def test_the_stage_of_another_pipeline_need_not_be_known():
    assert codes(SALES.check({"stage": "intake", "pipeline": "service"}, to="won")) == ["other_pipeline"]


def test_a_ticket_is_of_no_pipeline():
    assert ticket_lifecycle.check({"status": "new", "pipeline": "support", "pipeline_version": 9}, to="open")


def test_options_are_the_stages_a_move_leads_to_in_the_order_of_stages():
    options = SALES.options(evolve(DEAL, amount=None))
    assert [(each.to, [unmet.code for unmet in each.unmet]) for each in options] == [
        ("propose", ["missing_field"]),
        ("waiting", []),
        ("won", ["guard"]),
        ("lost", []),
    ]
    assert [each.stage for each in options] == [SALES.stage(each.to) for each in options]


def test_options_of_what_has_not_begun_are_the_starts():
    assert [each.to for each in named("a", "b", "c", starts=("a", "c")).options({"stage": None})] == ["a", "c"]


def test_options_of_what_is_closed_are_none():
    assert named("a").options({"stage": "won"}) == ()


def test_a_guard_of_the_way_and_one_of_the_stage_must_both_hold():
    ways = [Move("a", "won", when=field("name").present()), Move("a", "lost"), Move("won", "lost")]
    pipeline = Pipeline(
        "p",
        stages=[Stage("a"), Stage("won", kind="won", when=field("amount") > 0), Stage("lost", kind="lost")],
        moves=ways,
    )
    assert codes(pipeline.check({"stage": "a", "name": None, "amount": 0}, to="won")) == ["guard", "guard"]
    assert pipeline.check(
        {"stage": "a", "name": "x", "amount": 1, "stage_entered_at": datetime(1, 1, 1, tzinfo=UTC)}, to="won"
    )
