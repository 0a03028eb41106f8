"""The moves of a pipeline that names none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.errors import InvalidPipeline
from crmkit.expressions import field
from crmkit.pipeline import Move, Stage, default_moves
from crmkit.pipeline._default_moves import reopening_moves

kinds = st.sampled_from(["open", "on_hold", "won", "lost"])
stages = st.lists(kinds, max_size=6).map(lambda of: tuple(Stage(f"s{n}", kind=kind) for n, kind in enumerate(of)))
RULE = field("amount").present()


def ways(moves):
    return [(move.from_stage, move.to_stage) for move in moves]


def test_forward_and_back_among_the_open_and_from_there_to_every_end():
    given_stages = [Stage("a"), Stage("b", kind="on_hold"), Stage("won", kind="won"), Stage("lost", kind="lost")]
    assert ways(default_moves(iter(given_stages))) == [
        ("a", "b"),
        ("a", "won"),
        ("a", "lost"),
        ("b", "a"),
        ("b", "won"),
        ("b", "lost"),
    ]


def test_what_is_reopened_goes_to_the_open_stages_but_not_on_hold():
    given_stages = [Stage("a"), Stage("b", kind="on_hold"), Stage("c"), Stage("won", kind="won")]
    assert reopening_moves(iter(given_stages), RULE) == (Move("won", "a", when=RULE), Move("won", "c", when=RULE))


@given(stages)
def test_every_pair_whose_first_stage_is_open_is_a_move_once(given_stages):
    expected = {
        (one.name, other.name) for one in given_stages for other in given_stages if one != other and not one.is_final
    }
    found = ways(default_moves(given_stages))
    assert len(found) == len(expected)
    assert set(found) == expected


@given(stages)
def test_reopening_adds_no_move_that_is_there(given_stages):
    assert not set(ways(default_moves(given_stages))) & set(ways(reopening_moves(given_stages, RULE)))


def test_moves_of_ones_own_take_the_place_of_the_customary_ones():
    given_stages = [Stage("a"), Stage("b"), Stage("won", kind="won")]
    own = [Move("a", "won", when=RULE), Move("won", "b", requires="amount")]
    assert default_moves(given_stages, instead=iter(own)) == (
        Move("a", "b"),
        own[0],
        Move("b", "a"),
        Move("b", "won"),
        own[1],
    )


@pytest.mark.parametrize(
    ("said", "argument"),
    [
        ({"stages": ["a"]}, "stages"),
        ({"stages": 5}, "stages"),
        ({"stages": [Stage("a"), Move("a", "b")]}, "stages"),
        ({"stages": [Stage("a")], "instead": [("a", "b")]}, "instead"),
        ({"stages": [Stage("a")], "instead": Stage("a")}, "instead"),
    ],
)
def test_what_is_no_stage_and_no_move_is_refused(said, argument):
    with pytest.raises(InvalidPipeline) as caught:
        default_moves(**said)
    assert (caught.value.code, caught.value.argument) == ("invalid_argument", argument)
