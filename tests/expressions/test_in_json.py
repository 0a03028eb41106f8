"""The closed grammar of JSON: what is in it comes back the same, what is not is refused by name and place."""

import json
from datetime import UTC, date, datetime

import pytest

from crmkit.errors import InvalidDocument, InvalidExpression
from crmkit.expressions import ALWAYS, NEVER, Expression, field
from crmkit.expressions._limits import MAX_DEPTH, MAX_NODES


def document(where):
    return json.dumps({"format": "crmkit.expression", "version": 1, "where": where})


def read(where):
    return Expression.from_json(document(where))


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        (ALWAYS, {"constant": True}),
        (NEVER, {"constant": False}),
        (~(field("a") == 1), {"not": {"==": [{"field": "a"}, {"integer": 1}]}}),
        (
            (field("a") < 1.5) & field("b").missing(),
            {"and": [{"<": [{"field": "a"}, {"number": 1.5}]}, {"missing": "b"}]},
        ),
        (
            (field("a") > field("b")) | field("c").has("x"),
            {"or": [{">": [{"field": "a"}, {"field": "b"}]}, {"has_any": ["c", ["x"]]}]},
        ),
        (field("a").isin("x", "y"), {"in": [{"field": "a"}, [{"text": "x"}, {"text": "y"}]]}),
        (field("a").lower() == "X", {"==": [{"field": "a", "lower": True}, {"text": "x"}]}),
        (field("a").lower().contains("x"), {"contains": [{"field": "a", "lower": True}, "x"]}),
        (field("a") == True, {"==": [{"field": "a"}, {"flag": True}]}),  # noqa: E712
        (field("a") >= date(2020, 1, 2), {">=": [{"field": "a"}, {"date": "2020-01-02"}]}),
        (
            field("a") <= datetime(2020, 1, 2, 3, tzinfo=UTC),
            {"<=": [{"field": "a"}, {"instant": "2020-01-02T03:00:00+00:00"}]},
        ),
        (field("a") == 2**53, {"==": [{"field": "a"}, {"integer": 2**53}]}),
        (field("a") == 2**53 + 1, {"==": [{"field": "a"}, {"integer": "9007199254740993"}]}),
        (field("a").has_all("x"), {"has_all": ["a", ["x"]]}),
        (field("a").within(weeks=1), {"within": ["a", {"days": 7}]}),
        (field("a").next(minutes=90), {"next": ["a", {"minutes": 90}]}),
        (
            field("a").during("quarter", offset=-1, timezone="Europe/Berlin", fiscal_year_start=4),
            {
                "during": [
                    "a",
                    {"every": "quarter", "offset": -1, "timezone": "Europe/Berlin", "fiscal_year_start": 4},
                ]
            },
        ),
    ],
    ids=str,
)
def test_each_question_is_written_and_read_so(asked, where):
    assert json.loads(asked.to_json())["where"] == where
    assert read(where) == asked


@pytest.mark.parametrize(
    ("where", "asked"),
    [
        ({"==": [{"field": "a"}, {"integer": 9007199254740993}]}, field("a") == 2**53 + 1),
        ({"==": [{"field": "a"}, {"integer": "-7"}]}, field("a") == -7),
        ({"==": [{"field": "a"}, {"number": 1}]}, field("a") == 1.0),
        ({"==": [{"field": "a", "lower": False}, {"text": "X"}]}, field("a") == "X"),
        (
            {">": [{"field": "a"}, {"instant": "2020-01-02T04:00:00+01:00"}]},
            field("a") > datetime(2020, 1, 2, 3, tzinfo=UTC),
        ),
        ({"during": ["a", {"every": "day"}]}, field("a").during("day")),
        ({"and": []}, ALWAYS),
        ({"or": [{"missing": "a"}]}, field("a").missing()),
    ],
)
def test_what_an_application_writes_may_be_shorter(where, asked):
    assert read(where) == asked


BAD_LEAF = {"==": [{"field": "a"}, {"integer": 1.5}]}


@pytest.mark.parametrize(
    ("where", "place"),
    [
        ("a == 1", "where"),
        ({}, "where"),
        ({"missing": "a", "not": {"missing": "b"}}, "where"),
        ({"equals": 1}, "where"),
        ({"and": {"missing": "a"}}, "where.and"),
        ({"and": [{"missing": "a"}, {"or": [{"nor": []}]}]}, "where.and[1].or[0]"),
        ({"not": BAD_LEAF}, "where.not.=="),
        ({"constant": 1}, "where.constant"),
        ({"missing": "_a"}, "where.missing"),
        ({"missing": ["a"]}, "where.missing"),
        ({"==": [{"field": "__class__"}, {"text": "x"}]}, "where.=="),
        ({"==": {"field": "a"}}, "where.=="),
        ({"==": [{"field": "a"}]}, "where.=="),
        ({"==": [{"field": "a"}, {"text": 1}]}, "where.=="),
        ({"==": [{"field": "a"}, {"flag": 1}]}, "where.=="),
        ({"==": [{"field": "a"}, {"integer": True}]}, "where.=="),
        ({"==": [{"field": "a"}, {"integer": "1.5"}]}, "where.=="),
        ({"==": [{"field": "a"}, {"integer": "9" * 39}]}, "where.=="),
        ({"==": [{"field": "a"}, {"number": "1"}]}, "where.=="),
        ({"==": [{"field": "a"}, {"number": False}]}, "where.=="),
        ({"==": [{"field": "a"}, {"number": 10**400}]}, "where.=="),
        ({"==": [{"field": "a"}, {"instant": "2020-01-01T00:00:00"}]}, "where.=="),
        ({"==": [{"field": "a"}, {"instant": "yesterday"}]}, "where.=="),
        ({"==": [{"field": "a"}, {"date": "2020-13-01"}]}, "where.=="),
        ({"==": [{"field": "a"}, {"money": 1}]}, "where.=="),
        ({"==": [{"field": "a", "upper": True}, {"text": "x"}]}, "where.=="),
        ({"==": [{"field": "a", "lower": 1}, {"text": "x"}]}, "where.=="),
        ({"==": [{"text": "x"}, {"field": "a"}]}, "where.=="),
        ({"<": [{"field": "a"}, {"flag": True}]}, "where.<"),
        ({"in": [{"field": "a"}, {"text": "x"}]}, "where.in"),
        ({"in": [{"field": "a"}, [{"text": "x"}, {"integer": 1}]]}, "where.in"),
        ({"in": [{"field": "a"}, [{"integer": 1}] * (MAX_NODES + 1)]}, "where.in"),
        ({"contains": [{"field": "a"}, {"text": "x"}]}, "where.contains"),
        ({"has_any": ["a", "x"]}, "where.has_any"),
        ({"has_all": ["a", [1]]}, "where.has_all"),
        ({"within": ["a", {"years": 1}]}, "where.within"),
        ({"within": ["a", {"days": 1.5}]}, "where.within"),
        ({"next": ["a", {"days": 1, "hours": 1}]}, "where.next"),
        ({"during": ["a", {"every": "decade"}]}, "where.during"),
        ({"during": ["a", {"offset": 1}]}, "where.during"),
        ({"during": ["a", {"every": "day", "timezone": 5}]}, "where.during"),
        ({"during": ["a", "day"]}, "where.during"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_what_is_outside_the_grammar_is_refused_with_its_place(where, place):
    with pytest.raises(InvalidExpression) as refused:
        read(where)
    assert refused.value.place == place
    assert str(refused.value).startswith(f"at {place}: ")


def test_a_near_miss_is_named():
    with pytest.raises(InvalidExpression, match="did you mean 'missing'"):
        read({"misssing": "a"})


def test_another_document_is_refused():
    for text in ("", "[]", "{}", document({"missing": "a"}).replace("expression", "pipeline")):
        with pytest.raises(InvalidDocument):
            Expression.from_json(text)
    with pytest.raises(InvalidExpression, match="the document"):
        Expression.from_json(document({"missing": "a"}).replace('"where"', '"when"'))


def nested(levels):
    where = {"missing": "a"}
    for level in range(levels - 1):
        where = {"or" if level % 2 else "and": [where, {"missing": "b"}]}
    return where


def test_depth_and_size_are_limited_as_in_python():
    assert read(nested(MAX_DEPTH))._depth == MAX_DEPTH
    with pytest.raises(InvalidExpression, match="nested"):
        read(nested(MAX_DEPTH + 1))
    with pytest.raises(InvalidExpression, match="nodes"):
        read({"and": [{"missing": "a"}] * MAX_NODES})
    with pytest.raises(InvalidExpression, match="nodes"):
        read({"and": [{"or": [{"missing": "a"}] * 5000}] * 3})


def test_equal_questions_have_equal_bytes():
    assert (field("a") == 1).to_json() == (field("a") == 1).to_json()
