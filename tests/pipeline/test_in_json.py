"""A definition as a document, and its fingerprint."""

import json
from datetime import date

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.calendars import BusinessCalendar
from crmkit.errors import InvalidDocument, InvalidPipeline
from crmkit.expressions import ALWAYS, field
from crmkit.pipeline import Move, Pipeline, Stage, lead_lifecycle
from crmkit.records import CustomFields
from tests.pipeline.sales import SALES, named
from tests.pipeline.strategies import definitions, fewer

FULL = Pipeline(
    "full",
    version=3,
    stages=[
        Stage(
            "a",
            label="A",
            probability=0.25,
            forecast_category="commit",
            rots_after_business_days=5,
            requires="name",
            requires_on_exit=("amount", "currency"),
            when=field("amount") > 3,
        ),
        Stage("w", kind="on_hold", rots_after_days=9),
        Stage("won", kind="won", probability=None, needs_reason=True),
        Stage("lost", kind="lost", reasons=("price", "timing")),
    ],
    moves=[Move("a", "w", when=ALWAYS), Move("w", "won", requires="name"), Move("w", "lost")],
    calendar=BusinessCalendar(holidays=[date(2024, 5, 1)], timezone="Europe/Berlin"),
)


def body_of(pipeline):
    return json.loads(pipeline.to_json())


def test_what_is_written_is_this():
    pipeline = named("a", version=2, starts="a")
    assert body_of(pipeline) == {
        "format": "crmkit.pipeline",
        "version": 1,
        "name": "p",
        "revision": 2,
        "record": "deal",
        "starts": ["a"],
        "stages": [
            {"name": "a", "kind": "open", "forecast_category": "pipeline"},
            {"name": "won", "kind": "won", "probability": 1.0, "forecast_category": "closed"},
            {"name": "lost", "kind": "lost", "probability": 0.0, "forecast_category": "omitted"},
        ],
        "moves": [{"from_stage": "a", "to_stage": "won"}, {"from_stage": "a", "to_stage": "lost"}],
        "calendar": None,
        "fingerprint": pipeline.fingerprint(),
    }


@pytest.mark.parametrize("pipeline", [FULL, SALES, lead_lifecycle], ids=repr)
def test_what_was_written_is_read_again(pipeline):
    assert Pipeline.from_json(pipeline.to_json()) == pipeline


def test_that_a_won_stage_has_no_probability_is_written():
    assert Pipeline.from_json(FULL.to_json()).stage("won").probability is None
    assert FULL.fingerprint() != _with_stage("won", probability=1.0).fingerprint()


def test_a_document_that_was_edited_is_told_by_its_fingerprint():
    edited = SALES.to_json().replace('"probability":0.1', '"probability":0.2')
    with pytest.raises(InvalidDocument, match="it was edited"):
        Pipeline.from_json(edited)
    without = json.loads(edited)
    del without["fingerprint"]
    assert Pipeline.from_json(json.dumps(without)).stage("qualify").probability == 0.2


def test_another_version_of_a_document_keeps_its_fingerprint():
    assert Pipeline.from_json(SALES.to_json().replace('"revision":1', '"revision":2')).version == 2


def test_custom_fields_are_not_written_but_handed_in():
    seats = CustomFields(deal={"seats": "integer"})
    pipeline = named("a", custom=seats, reopen=field("seats") > 3)
    assert Pipeline.from_json(pipeline.to_json(), custom=seats) == pipeline
    with pytest.raises(InvalidPipeline, match="seats"):
        Pipeline.from_json(pipeline.to_json())
    assert named("a", custom=seats).fingerprint() == named("a").fingerprint()


def _with_stage(name, **said):
    stages = [attrs.evolve(stage, **said) if stage.name == name else stage for stage in FULL.stages]
    return _with(stages=stages)


def _with(**said):
    names = ("name", "stages", "moves", "starts", "record", "version", "calendar")
    return Pipeline(**{**{name: getattr(FULL, name) for name in names}, **said})


OTHERS = {
    "name": _with(name="other"),
    "starts": _with(starts=("a", "w")),
    "calendar": _with(calendar=BusinessCalendar()),
    "order of stages": _with(stages=[FULL.stages[0], *FULL.stages[:0:-1]]),
    "order of moves": _with(moves=FULL.moves[::-1]),
    "another move": _with(moves=[*FULL.moves, Move("won", "lost")]),
    "a move's guard": _with(moves=[Move("a", "w"), *FULL.moves[1:]]),
    "a move's fields": _with(moves=[FULL.moves[0], Move("w", "won"), FULL.moves[2]]),
    "kind": _with_stage("w", kind="open"),
    "label": _with_stage("a", label="B"),
    "no label": _with_stage("a", label=None),
    "probability": _with_stage("a", probability=0.26),
    "no probability": _with_stage("a", probability=None),
    "category": _with_stage("a", forecast_category="pipeline"),
    "days": _with_stage("w", rots_after_days=10),
    "business days": _with_stage("a", rots_after_business_days=6),
    "requires": _with_stage("a", requires="source"),
    "on exit": _with_stage("a", requires_on_exit=("currency", "amount")),
    "when": _with_stage("a", when=field("amount") >= 3),
    "reasons": _with_stage("lost", reasons=("price",)),
    "needs a reason": _with_stage("lost", needs_reason=True),
}


def test_all_but_the_version_is_in_the_fingerprint():
    assert _with(version=4).fingerprint() == FULL.fingerprint()
    assert _with().fingerprint() == FULL.fingerprint()
    prints = [each.fingerprint() for each in OTHERS.values()]
    assert len({*prints, FULL.fingerprint()}) == len(OTHERS) + 1


def _in_version(pipeline, version):
    names = ("name", "stages", "moves", "starts", "record", "calendar", "custom")
    return Pipeline(**{name: getattr(pipeline, name) for name in names}, version=version)


@fewer
@given(definitions(), definitions(), st.integers(1, 9))
def test_definitions_have_one_fingerprint_if_they_are_equal_but_for_the_version(one, other, version):
    assert _in_version(one, version).fingerprint() == one.fingerprint()
    assert (one.fingerprint() == other.fingerprint()) == (one == _in_version(other, one.version))


def test_equal_numbers_are_written_alike():
    assert named("a", moves=None).to_json() == named("a").to_json()
    one, other = (Pipeline("p", stages=[Stage("a", probability=each), Stage("won", kind="won")]) for each in (0, -0.0))
    assert one == other
    assert one.to_json() == other.to_json()
