"""What a pipeline answers, as text and as truth."""

import pytest

from crmkit.errors import MoveRefused, PipelineError
from crmkit.pipeline import Decision, Option, Stage, Unmet
from crmkit.pipeline._decision import refused

ONE, OTHER = Unmet("missing_field", "amount is missing", "amount"), Unmet("guard", "needs more")


def test_a_decision_is_true_where_nothing_stands_against_it():
    allowed, refusal = Decision("a", "b", ()), Decision("a", "b", (ONE,))
    assert (bool(allowed), allowed.allowed) == (True, True)
    assert (bool(refusal), refusal.allowed) == (False, False)


def test_a_decision_says_all_that_stands_against_it():
    assert str(Decision("a", "b", ())) == "a -> b: allowed"
    assert str(Decision("a", "b", (ONE, OTHER))) == "a -> b: amount is missing; needs more"
    assert str(Decision(None, "b", (ONE,))) == "(nowhere) -> b: amount is missing"


def test_an_option_says_what_stands_against_it_now():
    free, barred = Option(Stage("b"), ()), Option(Stage("b"), (ONE, OTHER))
    assert (free.to, free.allowed, str(free)) == ("b", True, "b")
    assert (barred.allowed, str(barred)) == (False, "b: amount is missing; needs more")
    assert str(Option(Stage("b", needs_reason=True), ())) == "b (needs a reason)"
    assert str(Option(Stage("b", reasons="price"), (ONE,))) == "b (needs a reason): amount is missing"


def test_a_refusal_carries_what_is_unmet_and_the_code_of_the_first():
    fault = refused("p", Decision("a", "b", (ONE, OTHER)))
    assert isinstance(fault, MoveRefused)
    assert (fault.code, fault.unmet, fault.stage, fault.to) == ("missing_field", (ONE, OTHER), "a", "b")
    assert str(fault) == "pipeline 'p': a -> b: amount is missing; needs more"
    with pytest.raises(PipelineError):
        raise fault


def test_what_is_unmet_is_written_as_its_message():
    assert str(ONE) == "amount is missing"
