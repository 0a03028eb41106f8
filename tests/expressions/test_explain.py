"""Why the answer is what it is."""

from datetime import UTC, datetime

import pytest

from crmkit.errors import UnknownField
from crmkit.expressions import ALWAYS, field
from tests.expressions.models import Company, Lead

NOON = datetime(2020, 1, 1, 12, tzinfo=UTC)
LEAD = Lead("1", email="ana@example.org", visits=3, custom={"ssn": "123"}, company=Company("2", "Acme"))


def test_the_tree_prints_each_part_with_what_it_saw():
    asked = (field("visits") >= 5) & ~(field("status").isin("lost") | field("tags").has("x")) | ALWAYS
    assert str(asked.explain(LEAD)) == "\n".join(
        [
            "yes  any of",
            "  no   all of",
            "    no   visits >= 5  [visits is 3]",
            "    yes  not",
            "      no   any of",
            "        no   status in (lost)  [status is 'open']",
            "        no   tags has x  [tags is ()]",
            "  yes  always",
        ]
    )


def test_every_part_is_asked_also_where_the_outcome_no_longer_hangs_on_it():
    told = ((field("visits") > 5) & (field("visits") > 1)).explain(LEAD)
    assert [part.outcome for part in told.parts] == [False, True]


@pytest.mark.parametrize("path", ["email", "ssn", "company.owner_email", "company.secret"])
def test_a_personal_value_is_masked(path):
    lead = Lead("1", email="s3cret", custom={"ssn": "s3cret"}, company=Company("2", custom={"secret": "s3cret"}))
    object.__setattr__(lead, "company", {"owner_email": "s3cret", "secret": "s3cret"} if "." in path else None)
    told = field(path).contains("s").explain(lead)
    assert told.outcome
    assert told.seen == {path: "***"}
    assert "s3cret" not in str(told) + repr(told)
    assert f"[{path} is ***]" in str(told)


def test_a_missing_personal_value_is_told():
    assert field("email").missing().explain(Lead("1")).seen == {"email": None}


def test_a_value_that_is_not_personal_is_told():
    assert (field("company.name") == "Acme").explain(LEAD).seen == {"company.name": "Acme"}


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (field("visits") == 1, "equal"),
        (field("visits") != 1, "not_equal"),
        (field("visits") < 1, "less"),
        (field("visits") <= 1, "at_most"),
        (field("visits") > 1, "greater"),
        (field("visits") >= field("visits"), "at_least"),
        (field("visits").isin(1), "in"),
        (field("status").contains("o"), "contains"),
        (field("status").startswith("o"), "startswith"),
        (field("status").endswith("o"), "endswith"),
        (field("status").present(), "not_missing"),
        (field("tags").has("a"), "has_any"),
        (field("tags").has_all("a"), "has_all"),
        (field("seen").within(days=1), "within"),
        (field("seen").next(days=1), "next"),
        (field("seen").during("day"), "during"),
        (ALWAYS, "constant"),
        (~ALWAYS, "not"),
        (ALWAYS & (field("visits") == 1), "all"),
        (ALWAYS | (field("visits") == 1), "any"),
    ],
    ids=str,
)
def test_each_kind_of_question_has_a_stable_code(asked, code):
    assert asked.explain(LEAD, as_of=NOON).code == code


def test_explaining_uses_the_caller_s_names_and_refuses_as_the_test_does():
    assert (field("x") == 3).explain(LEAD, fields={"x": "visits"}).seen == {"x": 3}
    with pytest.raises(UnknownField):
        (field("x") == 3).explain({"y": 1})
