"""What a stage and a move can be."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.errors import InvalidPipeline
from crmkit.expressions import field
from crmkit.pipeline import Move, Stage

HALF_A_PAIR = "half \ud800"


@pytest.mark.parametrize(
    ("kind", "probability", "category", "final"),
    [
        ("open", None, "pipeline", False),
        ("on_hold", None, "pipeline", False),
        ("won", 1.0, "closed", True),
        ("lost", 0.0, "omitted", True),
    ],
)
def test_probability_and_category_follow_from_the_kind(kind, probability, category, final):
    stage = Stage("s", kind=kind)
    assert (stage.probability, stage.forecast_category, stage.is_final) == (probability, category, final)


def test_what_is_said_stands_before_what_follows_from_the_kind():
    stage = Stage("s", kind="won", probability=None, forecast_category="commit")
    assert (stage.probability, stage.forecast_category) == (None, "commit")


def test_a_stage_without_a_label_is_called_by_its_name():
    assert (Stage("s").title, Stage("s", label="Offer").title) == ("s", "Offer")


@pytest.mark.parametrize("given", [0, 1, 0.0, 1.0, -0.0, Decimal("0.25")])
def test_equal_probabilities_have_one_form(given):
    assert repr(Stage("s", probability=given).probability) == repr(float(given) + 0.0)


@pytest.mark.parametrize("given", ["amount", ["amount"], ("amount",), iter(["amount"])])
def test_what_is_required_is_a_tuple_and_one_text_is_one_name(given):
    assert Stage("s", requires=given).requires == ("amount",)


NO_STAGE = [
    ("name", ""),
    ("name", "  "),
    ("name", None),
    ("name", HALF_A_PAIR),
    ("label", ""),
    ("label", 5),
    ("label", HALF_A_PAIR),
    ("kind", "closed"),
    ("kind", ["won"]),
    ("kind", None),
    ("probability", 1.5),
    ("probability", -0.1),
    ("probability", float("nan")),
    ("probability", 10**400),
    ("probability", Decimal("NaN")),
    ("probability", Decimal("1.1")),
    ("probability", "0.5"),
    ("probability", False),
    ("forecast_category", "comit"),
    ("rots_after_days", 0),
    ("rots_after_days", -3),
    ("rots_after_days", 2.0),
    ("rots_after_days", True),
    ("rots_after_business_days", "5"),
    ("requires", 5),
    ("requires", [""]),
    ("requires", ["amount", "amount"]),
    ("requires", {"amount"}),
    ("requires", [["amount"]]),
    ("requires_on_exit", [None]),
    ("reasons", ["price", " "]),
    ("reasons", ["price", "price"]),
    ("reasons", [HALF_A_PAIR]),
    ("when", "amount > 3"),
    ("when", field("amount")),
    ("needs_reason", "no"),
    ("needs_reason", None),
]


@pytest.mark.parametrize(("name", "value"), NO_STAGE, ids=lambda each: repr(each)[:30])
def test_an_argument_that_is_not_what_it_should_be_is_named(name, value):
    with pytest.raises(InvalidPipeline) as caught:
        Stage(**{"name": "offer", name: value})
    assert (caught.value.code, caught.value.argument) == ("invalid_stage", name)
    assert f": {name} " in str(caught.value)


@pytest.mark.parametrize(
    ("argument", "word", "near"), [("kind", "one", "won"), ("forecast_category", "comit", "commit")]
)
def test_a_word_that_is_no_choice_is_answered_with_the_nearest(argument, word, near):
    with pytest.raises(InvalidPipeline, match=f"did you mean '{near}'"):
        Stage("s", **{argument: word})


def test_a_stage_rots_after_days_of_one_kind_only():
    with pytest.raises(InvalidPipeline, match="stands beside rots_after_days"):
        Stage("s", rots_after_days=3, rots_after_business_days=3)


@pytest.mark.parametrize("kind", ["won", "lost"])
@pytest.mark.parametrize("argument", ["rots_after_days", "rots_after_business_days"])
def test_what_is_closed_does_not_rot(kind, argument):
    with pytest.raises(InvalidPipeline, match="does not rot"):
        Stage("s", kind=kind, **{argument: 3})


def test_a_move_is_written_as_an_arrow():
    assert str(Move("a", "b")) == "a -> b"


def test_staying_is_no_move():
    with pytest.raises(InvalidPipeline, match="move a -> a: to_stage 'a' is where it begins") as caught:
        Move("a", "a")
    assert (caught.value.code, caught.value.argument) == ("invalid_stage", "to_stage")


@pytest.mark.parametrize(
    ("said", "argument"),
    [
        ({"from_stage": None, "to_stage": "b"}, "from_stage"),
        ({"from_stage": "a", "to_stage": HALF_A_PAIR}, "to_stage"),
        ({"from_stage": "a", "to_stage": "b", "when": True}, "when"),
        ({"from_stage": "a", "to_stage": "b", "requires": [3]}, "requires"),
    ],
)
def test_a_move_names_the_argument_that_does_not_do(said, argument):
    with pytest.raises(InvalidPipeline) as caught:
        Move(**said)
    assert (caught.value.code, caught.value.argument) == ("invalid_stage", argument)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner),
    max_leaves=3,
)
ARGUMENTS = [name for name in Stage.__annotations__ if name != "name"]


@given(st.dictionaries(st.sampled_from(ARGUMENTS), ANYTHING, max_size=3), ANYTHING)
def test_whatever_a_stage_is_made_of_it_is_made_or_refused_by_name(said, name):
    try:
        stage = Stage(name, **said)
    except InvalidPipeline:
        return
    assert hash(stage) == hash(Stage(name, **said))
