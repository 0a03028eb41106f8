"""A move as it is prepared: what it asks, and what it writes into which record."""

import pytest

from crmkit.expressions import field
from crmkit.pipeline import Move, Pipeline, Stage, lead_lifecycle, ticket_lifecycle
from tests.pipeline.sales import SALES, named


def fields_asked(step):
    return [condition.field for condition in step.conditions]


def step_between(origin, target, **move):
    pipeline = Pipeline("p", stages=[origin, target, Stage("end", kind="won")], moves=_ways(origin, target, move))
    return pipeline.step(origin.name, target.name)


def _ways(origin, target, move):
    ends = [] if target.is_final else [Move(target.name, "end")]
    return [Move(origin.name, target.name, **move), Move(origin.name, "end"), *ends]


def test_it_asks_what_leaving_the_way_and_entering_ask_in_this_order_and_once():
    step = step_between(
        Stage("a", requires_on_exit=("name", "source"), requires="product"),
        Stage("b", requires=("amount", "name"), when=field("amount") > 3),
        requires=("source", "currency"),
        when=field("name").present(),
    )
    assert fields_asked(step) == ["name", "source", "currency", "amount", None, None]
    assert [condition.question for condition in step.conditions[4:]] == [field("name").present(), field("amount") > 3]


@pytest.mark.parametrize(
    ("kind", "asked"), [("open", ["name"]), ("on_hold", ["name"]), ("won", ["name"]), ("lost", [])]
)
def test_what_leaving_asks_does_not_keep_from_losing(kind, asked):
    assert fields_asked(step_between(Stage("a", requires_on_exit="name"), Stage("b", kind=kind))) == asked


def test_to_begin_asks_what_entering_asks():
    assert fields_asked(named("a").step(None, "a")) == []
    begins = Pipeline("p", stages=[Stage("a", requires="name", requires_on_exit="amount"), Stage("won", kind="won")])
    assert fields_asked(begins.step(None, "a")) == ["name"]
    assert begins.step(None, "won") is None


@pytest.mark.parametrize(
    ("said", "needed"),
    [
        ({}, False),
        ({"needs_reason": True}, True),
        ({"reasons": ["x"]}, True),
        ({"reasons": ["x"], "needs_reason": True}, True),
    ],
)
def test_a_choice_of_reasons_needs_one(said, needed):
    assert step_between(Stage("a"), Stage("b", **said)).needs_reason is needed


def written(pipeline, origin, to):
    step = pipeline.step(origin, to)
    return dict(step.values), step.stamps, step.reason, step.counts


UNDER = {"pipeline": "sales", "pipeline_version": 1}
CLEARED = {"closed_at": None, "lost_reason": None}


@pytest.mark.parametrize(
    ("origin", "to", "expected"),
    [
        (
            None,
            "qualify",
            ({"stage": "qualify", "status": "open", "probability": 0.1, **UNDER, **CLEARED}, None, None, None),
        ),
        (
            "qualify",
            "propose",
            ({"stage": "propose", "status": "open", "probability": 0.5, **UNDER, **CLEARED}, None, None, None),
        ),
        ("qualify", "waiting", ({"stage": "waiting", "status": "open", **UNDER, **CLEARED}, None, None, None)),
        ("qualify", "won", ({"stage": "won", "status": "won", "probability": 1.0, **UNDER}, "closed_at", None, None)),
        (
            "waiting",
            "lost",
            ({"stage": "lost", "status": "lost", "probability": 0.0, **UNDER}, "closed_at", "lost_reason", None),
        ),
        (
            "lost",
            "qualify",
            ({"stage": "qualify", "status": "open", "probability": 0.1, **UNDER, **CLEARED}, None, None, None),
        ),
    ],
)
def test_what_a_step_of_a_deal_writes(origin, to, expected):
    assert written(SALES, origin, to) == expected


def test_from_won_to_lost_the_closing_is_another():
    ends = [Stage("a"), Stage("won", kind="won"), Stage("lost", kind="lost"), Stage("void", kind="lost")]
    ways = [Move("a", "won"), Move("won", "lost"), Move("lost", "void"), Move("lost", "won")]
    pipeline = Pipeline("p", stages=ends, moves=ways)
    values, *fields = written(pipeline, "won", "lost")
    assert fields == ["closed_at", "lost_reason", None]
    assert not values.keys() & CLEARED.keys()
    values, *fields = written(pipeline, "lost", "won")
    assert fields == ["closed_at", None, None]
    assert values["lost_reason"] is None
    values, *fields = written(pipeline, "lost", "void")
    assert fields == [None, "lost_reason", None]
    assert not values.keys() & CLEARED.keys()


@pytest.mark.parametrize(
    ("origin", "to", "expected"),
    [
        ("open", "solved", ({"status": "solved"}, "solved_at", None, None)),
        ("open", "closed", ({"status": "closed"}, "solved_at", None, None)),
        ("solved", "closed", ({"status": "closed"}, None, None, None)),
        ("solved", "open", ({"status": "open", "solved_at": None}, None, None, "reopened")),
        ("new", "pending", ({"status": "pending"}, None, None, None)),
    ],
)
def test_what_a_step_of_a_ticket_writes(origin, to, expected):
    assert written(ticket_lifecycle, origin, to) == expected


def test_a_ticket_that_ends_otherwise_has_not_come_back():
    stages = [Stage("open"), Stage("solved", kind="won"), Stage("closed", kind="lost")]
    pipeline = Pipeline("p", record="ticket", stages=stages, moves=[Move("open", "solved"), Move("solved", "closed")])
    assert written(pipeline, "solved", "closed") == ({"status": "closed", "solved_at": None}, None, None, None)


@pytest.mark.parametrize(
    ("origin", "to", "expected"),
    [
        ("new", "unqualified", ({"status": "unqualified"}, None, "unqualified_reason", None)),
        (
            "unqualified",
            "nurturing",
            ({"status": "nurturing", "converted_at": None, "unqualified_reason": None}, None, None, None),
        ),
        ("qualified", "converted", ({"status": "converted"}, "converted_at", None, None)),
    ],
)
def test_what_a_step_of_a_lead_writes(origin, to, expected):
    assert written(lead_lifecycle, origin, to) == expected
