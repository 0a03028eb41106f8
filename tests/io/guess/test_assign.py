"""The surest pair of column and field comes first; two that are alike are not chosen between."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.io._guess._assign import Pair, assign

PAIRS = st.dictionaries(
    st.tuples(st.sampled_from("fgh"), st.sampled_from("ABCD")),
    st.tuples(st.sampled_from([0.3, 0.5, 0.84, 0.85, 0.9, 0.95, 1.0]), st.booleans()),
    max_size=8,
).map(lambda found: [Pair(*names, sure, filled=filled) for names, (sure, filled) in found.items()])


def chosen(*pairs: Pair) -> dict[str, str]:
    return {field: pair.header for field, pair in assign(pairs).chosen.items()}


@given(PAIRS, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_pairs_changes_nothing(pairs, chance):
    shuffled = pairs[:]
    chance.shuffle(shuffled)
    assert assign(shuffled) == assign(pairs)


@given(PAIRS)
@settings(max_examples=100, deadline=None)
def test_every_field_with_a_column_left_is_chosen_or_open(pairs):
    found = assign(pairs)
    used = {pair.header for pair in found.chosen.values()}.union(*found.open.values())
    assert len(used) == len(found.chosen) + sum(map(len, found.open.values()))
    decided = found.chosen.keys() | found.open.keys()
    assert all(pair.header in used for pair in pairs if pair.field not in decided)


def test_the_surest_pair_comes_first_and_its_column_is_no_other_field():
    pairs = (Pair("f", "A", 0.9), Pair("g", "A", 0.8), Pair("g", "B", 0.5))
    assert chosen(*pairs) == {"f": "A", "g": "B"}


def test_a_difference_of_a_twentieth_is_no_reason_to_choose():
    alike = assign([Pair("f", "A", 0.9), Pair("f", "B", 0.85), Pair("f", "C", 0.84)])
    assert (alike.chosen, alike.open, alike.rivals) == ({}, {"f": ("A", "B")}, {})
    unlike = assign([Pair("f", "A", 0.9), Pair("f", "B", 0.849)])
    assert (unlike.chosen["f"].header, unlike.open, unlike.rivals) == ("A", {}, {"f": ("B",)})


def test_a_column_that_is_more_surely_another_field_is_no_rival():
    assert chosen(Pair("f", "A", 0.9), Pair("f", "B", 0.88), Pair("g", "B", 0.89)) == {
        "f": "A",
        "g": "B",
    }


def test_an_empty_column_gives_way_to_one_that_is_alike_and_holds_something():
    assert chosen(Pair("f", "A", 0.9, filled=False), Pair("f", "B", 0.88)) == {"f": "B"}
    assert chosen(Pair("f", "A", 0.9, filled=False), Pair("f", "B", 0.8)) == {"f": "A"}
    assert assign([Pair("f", "A", 0.9, filled=False), Pair("f", "B", 0.9, filled=False)]).open == {"f": ("A", "B")}
