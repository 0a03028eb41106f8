"""One question of each kind, in every place: the answers of the table are those of its rows."""

import random

import pytest

from crmkit.expressions import ALWAYS, NEVER, field
from tests.expressions.frames import EAGER, LAZY, ids
from tests.expressions.strategies import (
    AS_OF,
    BY_FAMILY,
    CENTS,
    DATES,
    FIELDS,
    INSTANTS,
    INTEGERS,
    NUMBERS,
    TEXTS,
    _rows,
)

LITERALS = {
    "text": TEXTS,
    "integer": [*INTEGERS, 10**30, -(10**30)],
    "number": NUMBERS,
    "money": CENTS,
    "instant": INSTANTS,
    "date": DATES,
}
ROWS = [{**row, "id": number} for number, row in enumerate(row for seed in range(6) for row in _rows(24, seed))]


def comparisons(asked, value):
    return [asked == value, asked != value, asked < value, asked <= value, asked > value, asked >= value]


def about_literals():
    for name, (kind, _) in FIELDS.items():
        for value in LITERALS.get(kind, []):
            yield from comparisons(field(name), value)
    for name in ("count", "size"):
        for value in NUMBERS:
            yield from comparisons(field(name), value)
        yield field(name).isin(1, 7.0, 2**53, 2.0**53)
    for name, values in (("name", TEXTS), ("amount", NUMBERS), ("price", CENTS), ("at", INSTANTS), ("day", DATES)):
        yield field(name).isin(*values[:4])
        yield field(name).isin()
    yield from (field("active") == True, field("active") == False, field("active").isin(*[True]))  # noqa: E712


def about_texts_and_tags():
    for text in TEXTS:
        yield from (field("name").contains(text), field("name").startswith(text), field("name").endswith(text))
    yield from (field("tags").has("vip"), field("tags").has_any("a", "%"), field("tags").has_all("a", ""))
    yield from (field("tags").has_any(), field("tags").has_all())


def about_pairs():
    for names in (*BY_FAMILY.values(), ["active"]):
        for one in names:
            for other in names:
                asked = comparisons(field(one), field(other))
                yield from asked[:2] if one == "active" else asked


def about_times():
    for name in ("at", "closed", "day", "due"):
        for every in ("day", "week", "month", "quarter", "year"):
            yield field(name).during(every, timezone="Europe/Berlin")
            yield field(name).during(every, offset=-1, fiscal_year_start=4)
        yield from (field(name).within(days=30), field(name).next(days=30))


def about_nothing():
    yield from (ALWAYS, NEVER, ~ALWAYS & (field("size") > 1), (field("size") > 1) | NEVER)
    for name in (*FIELDS, "tags"):
        yield from (field(name).missing(), field(name).present())


def joined():
    chance = random.Random(5)
    parts = [*about_texts_and_tags(), *about_times(), *about_pairs()]
    for _ in range(20):
        one, two, three = chance.sample(parts, 3)
        yield from (one & ~two | three, ~(one | two) & three)


QUESTIONS = [about_literals, about_texts_and_tags, about_pairs, about_times, about_nothing, joined]


@pytest.mark.parametrize("kind", [*EAGER, *LAZY])
@pytest.mark.parametrize("questions", QUESTIONS, ids=lambda each: each.__name__)
def test_a_table_answers_as_its_rows_do(kind, questions):
    frame = {**EAGER, **LAZY}[kind](ROWS)
    asked = list(questions())
    for question in asked[:: max(1, len(asked) // (60 if kind in LAZY else 150))]:  # a stride through all kinds
        kept = [row["id"] for row in ROWS if question.test(row, as_of=AS_OF)]
        assert sorted(ids(question.filter(frame, as_of=AS_OF))) == kept, str(question)
