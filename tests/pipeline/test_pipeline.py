"""A pipeline as a value: what it is made of, what follows where nothing is said, and what it refuses to be made of."""

import pickle
from copy import copy, deepcopy

import pytest
from attrs.exceptions import FrozenInstanceError

from crmkit.calendars import BusinessCalendar
from crmkit.errors import InvalidPipeline, UnknownStage
from crmkit.expressions import ALWAYS, field
from crmkit.pipeline import Move, Pipeline, Stage, default_moves
from crmkit.records import CustomFields, Deal
from tests.pipeline.sales import DEAL, LATER, NOW, SALES, after, named


def test_where_nothing_is_said_it_moves_deals_from_the_first_stage_and_reopens_none():
    pipeline = named("a", "b")
    assert (pipeline.record, pipeline.version, pipeline.starts) == ("deal", 1, ("a",))
    assert pipeline.moves == default_moves(pipeline.stages)
    assert (pipeline.calendar, pipeline.custom) == (None, None)


def test_moves_that_are_listed_are_all_there_are():
    ways = (Move("a", "won"), Move("a", "lost"))
    assert named("a", moves=iter(ways)).moves == ways


def test_a_rule_of_reopening_adds_moves_to_those_that_are_listed():
    ways = (Move("a", "won"), Move("a", "lost"))
    back = (Move("won", "a", when=ALWAYS), Move("lost", "a", when=ALWAYS))
    assert named("a", moves=ways, reopen=ALWAYS).moves == ways + back


@pytest.mark.parametrize("starts", ["b", ("b",), ["b"], iter(["b"])])
def test_one_start_is_said_as_a_text_or_in_a_list(starts):
    assert named("a", "b", starts=starts).starts == ("b",)


def test_stages_are_found_by_name_and_in_their_order():
    assert SALES.names == ("qualify", "propose", "waiting", "won", "lost")
    assert [SALES.stage(name) for name in SALES.names] == list(SALES.stages)
    assert [SALES.is_final(name) for name in SALES.names] == [False, False, False, True, True]


@pytest.mark.parametrize("ask", [SALES.stage, SALES.is_final])
def test_an_unknown_stage_is_answered_with_the_nearest(ask):
    with pytest.raises(UnknownStage, match="no stage 'propos' in pipeline 'sales'; did you mean 'propose'") as caught:
        ask("propos")
    assert (caught.value.suggestion, caught.value.known) == ("propose", SALES.names)


@pytest.mark.parametrize("name", [None, 5, ["won"], {"won": 1}, b"won"])
def test_what_is_no_text_is_an_unknown_stage(name):
    with pytest.raises(UnknownStage):
        SALES.stage(name)


def test_a_move_is_found_by_its_ends():
    assert SALES.move_between("qualify", "lost") == Move("qualify", "lost")
    assert SALES.move_between("won", "waiting") is None
    assert SALES.move_between("won", "nowhere") is None


def test_it_shows_itself_in_a_line():
    assert repr(named("a", version=3)) == "<Pipeline 'p', version 3: a, won, lost>"


def test_equal_definitions_are_equal_and_hash_alike():
    assert named("a") == named("a") != named("b")
    assert hash(named("a")) == hash(named("a"))


def test_what_it_has_prepared_does_not_make_it_another():
    fresh = Pipeline.from_json(SALES.to_json())
    SALES.move(DEAL, to="lost", at=LATER, by="ana", reason="price")
    assert fresh == SALES
    assert hash(fresh) == hash(SALES)


def test_it_does_not_change():
    with pytest.raises(FrozenInstanceError):
        named("a").name = "other"


@pytest.mark.parametrize("copied", [copy, deepcopy, lambda each: pickle.loads(pickle.dumps(each))])  # noqa: S301  # ours
def test_a_copy_is_the_same_and_moves_as_the_original_does(copied):
    original = named("a", "b", custom=CustomFields(deal={"seats": "integer"}), calendar=BusinessCalendar(), version=4)
    deal = after(original.start(Deal(id="d1"), at=NOW, by="ana"))
    change = original.move(deal, to="b", at=LATER, by="ana")
    assert copied(original) == original
    assert copied(original).move(deal, to="b", at=LATER, by="ana") == change


def test_a_move_is_prepared_once():
    pipeline = named("a", "b")
    assert pipeline.step("a", "b") is pipeline.step("a", "b")
    assert pipeline.step("won", "a") is None


def test_what_names_no_stage_is_not_kept():
    pipeline = named("a")
    for stage, to in [("a", "x"), ("x", "a"), ("a", ["won"]), (["a"], "won")]:
        with pytest.raises(UnknownStage):
            pipeline.step(stage, to)
    assert not pipeline._steps


@pytest.mark.parametrize("name", ["", "  ", None, 5, "half \ud800"])
def test_it_has_a_name(name):
    with pytest.raises(InvalidPipeline) as caught:
        Pipeline(name, stages=SALES.stages)
    assert caught.value.code == "invalid_name"


@pytest.mark.parametrize("version", [0, -1, True, 1.0, "1", None, 2**63])
def test_its_version_is_a_whole_number_that_a_deal_can_hold(version):
    with pytest.raises(InvalidPipeline) as caught:
        named("a", version=version)
    assert caught.value.code == "invalid_version"


def test_the_greatest_version_moves_deals():
    pipeline = named("a", version=2**63 - 1)
    assert after(pipeline.start(Deal(id="d"), at=NOW, by="ana")).pipeline_version == 2**63 - 1


@pytest.mark.parametrize(
    ("argument", "value", "words"),
    [
        ("stages", "qualify", "stages holds 'qualify', which is no Stage"),
        ("stages", 5, "stages holds 5, which is no Stage"),
        ("stages", [Stage("a"), "won"], "stages holds 'won', which is no Stage"),
        ("stages", frozenset([Stage("a")]), "which is a set, which has no order; say a list"),
        ("moves", Stage("a"), "which is no Move"),
        ("starts", [5], "starts holds 5, which is no str"),
        ("moves", [("a", "won")], "moves holds ('a', 'won'), which is no Move"),
        ("calendar", "Europe/Berlin", "calendar 'Europe/Berlin' is no BusinessCalendar"),
        ("custom", {"seats": "integer"}, "custom {'seats': 'integer'} is no CustomFields"),
    ],
)
def test_what_it_is_made_of_is_of_its_class(argument, value, words):
    with pytest.raises(InvalidPipeline) as caught:
        Pipeline("p", **{"stages": SALES.stages, argument: value})
    assert (caught.value.code, caught.value.argument) == ("invalid_argument", argument)
    assert words in str(caught.value)


def test_a_rule_of_reopening_is_a_question():
    with pytest.raises(InvalidPipeline, match="is no question") as caught:
        named("a", reopen=True)
    assert caught.value.code == "invalid_stage"


def test_an_unknown_kind_of_record_is_refused():
    with pytest.raises(InvalidPipeline) as caught:
        named("a", record="deals")
    assert caught.value.code == "unknown_record"


def test_definitions_that_differ_in_anything_are_not_equal():
    plain = named("a")
    others = [
        named("a", version=2),
        named("a", moves=[Move("a", "won"), Move("a", "lost")], reopen=field("amount").present()),
        named("a", calendar=BusinessCalendar()),
        named("a", custom=CustomFields(deal={"seats": "integer"})),
        named("a", "b"),
        named("a", "b", starts="b"),
        named("a", "b", starts=("a", "b")),
    ]
    assert len({plain, *others}) == len(others) + 1
