"""Random rows and random questions about them, drawn from the same few awkward values so that they meet."""

import math
import random
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from crmkit.expressions import ALWAYS, NEVER, Expression, all_of, any_of, field

AS_OF = datetime(2017, 3, 31, 22, 30, tzinfo=UTC)

TEXTS = [
    "",
    "a",
    "A",
    "ab",
    "aB%",
    "_b",
    "a\\b",
    "it's",
    '"',
    "ß",
    "SS",
    "Σ",
    "ΑΣ",
    "İ",
    "i̇",
    "é",
    "e\u0301",
    "\uffff",
    "😀",
    "😀a",
    " a",
    "null",
    "7",
]
INTEGERS = [0, 1, -1, 7, 100, 2**31, 2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, 2**63 - 2, -(2**63)]
SMALL = [0, 1, -1, 7, 100, 127, -128]
NUMBERS = [0.0, -0.0, 0.1, 0.30000000000000004, 0.3, 19.99, 20.0, -1.0, 1.0, 7.0, 2.0**53, 2.0**53 + 2, 1e300, 5e-324]
CENTS = [Decimal(text) for text in ("0.00", "0.10", "0.30", "19.99", "20.00", "-1.00", "7.00", "90071992547409.93")]
INSTANTS = [
    AS_OF,
    AS_OF - timedelta(microseconds=1),
    AS_OF + timedelta(microseconds=1),
    AS_OF - timedelta(days=30),
    AS_OF + timedelta(days=30),
    datetime(2017, 3, 31, 22, tzinfo=UTC),  # midnight in Berlin
    datetime(2017, 4, 1, tzinfo=UTC),
    datetime(2016, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(1900, 1, 1, tzinfo=UTC),
    datetime(2200, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
]
DATES = [
    date(2017, 3, 31),
    date(2017, 4, 1),
    date(2017, 3, 30),
    date(2016, 12, 31),
    date(1900, 1, 1),
    date(9999, 12, 31),
]
TAGS = ["vip", "VIP", "", "a", "😀", "%"]

FIELDS = {
    "name": ("text", TEXTS),
    "city": ("text", TEXTS),
    "count": ("integer", INTEGERS),
    "size": ("integer", SMALL),
    "amount": ("number", [*NUMBERS, math.inf, -math.inf, math.nan]),
    "budget": ("number", [*NUMBERS, math.nan]),
    "price": ("money", CENTS),
    "active": ("flag", [True, False]),
    "at": ("instant", INSTANTS),
    "closed": ("instant", INSTANTS),
    "day": ("date", DATES),
    "due": ("date", DATES),
}
BY_FAMILY = {
    "text": ["name", "city"],
    "numeric": ["count", "size", "amount", "budget", "price"],
    "instant": ["at", "closed"],
    "date": ["day", "due"],
}


def rows(max_size=24):
    """Rows with every field, each of which may be None: from a seed, since drawing each value takes too long."""
    return st.builds(_rows, st.integers(0, max_size), st.integers(0, 2**32))


def expressions(*, lower=True):
    """Questions about these rows."""
    return st.recursive(leaves(lower=lower), _joined, max_leaves=8)


def leaves(*, lower=True):
    """Questions about one field, or two."""
    every = [
        _texts(lower=lower),
        _numbers(),
        _flags(),
        _times("instant"),
        _times("date"),
        _tags(),
        _pairs(lower=lower),
        _presence(),
    ]
    return st.one_of(*every, st.sampled_from([ALWAYS, NEVER]))


def _rows(size, seed):
    chance = random.Random(seed)
    holes = {name: chance.choice([0, 0.2, 0.2, 1]) for name in (*FIELDS, "tags")}
    table = []
    for number in range(size):
        row = {name: chance.choice(values) for name, (_, values) in FIELDS.items()}
        row["tags"] = tuple(chance.sample(TAGS, chance.randrange(4)))
        table.append({"id": number, **{name: None if chance.random() < holes[name] else row[name] for name in row}})
    return table


def _joined(parts):
    few = st.lists(parts, min_size=1, max_size=4)
    return st.one_of(parts.map(lambda e: ~e), few.map(lambda es: all_of(*es)), few.map(lambda es: any_of(*es)))


def _compared(asked, value):
    return st.sampled_from(
        [asked == value, asked != value, asked < value, asked <= value, asked > value, asked >= value]
    )


def _texts(*, lower):
    asked = st.sampled_from([field(name) for name in BY_FAMILY["text"]])
    asked = asked | asked.map(lambda each: each.lower()) if lower else asked
    text = st.sampled_from(TEXTS)
    return st.one_of(
        st.builds(lambda each, value: (each, value), asked, text).flatmap(lambda both: _compared(*both)),
        st.builds(lambda each, values: each.isin(*values), asked, st.lists(text, max_size=4)),
        st.builds(lambda each, value: each.contains(value), asked, text),
        st.builds(lambda each, value: each.startswith(value), asked, text),
        st.builds(lambda each, value: each.endswith(value), asked, text),
    )


def _numbers():
    def about(name):
        exact = name in ("count", "size")
        literals = (
            st.sampled_from([*INTEGERS, *SMALL] if exact else SMALL) | st.sampled_from(NUMBERS) | st.sampled_from(CENTS)
        )
        literals = literals | st.just(10**30) if exact else literals
        return st.one_of(
            literals.flatmap(lambda value: _compared(field(name), value)),
            st.lists(literals, max_size=4).map(lambda values: field(name).isin(*values)),
        )

    return st.sampled_from(BY_FAMILY["numeric"]).flatmap(about)


def _flags():
    asked = field("active")
    return st.sampled_from([asked == True, asked == False, asked != True, asked.isin(*(True, False))])  # noqa: E712


def _times(family):
    literals = st.sampled_from(INSTANTS if family == "instant" else DATES)

    def about(name):
        asked = field(name)
        periods = st.builds(
            asked.during,
            st.sampled_from(["day", "week", "month", "quarter", "year"]),
            offset=st.integers(-2, 2),
            timezone=st.sampled_from(["UTC", "Europe/Berlin", "America/New_York"]),
            fiscal_year_start=st.sampled_from([1, 4]),
        )
        return st.one_of(
            literals.flatmap(lambda value: _compared(asked, value)),
            st.lists(literals, max_size=3).map(lambda values: asked.isin(*values)),
            st.sampled_from([1, 30, 100_000]).flatmap(
                lambda days: st.sampled_from([asked.within(days=days), asked.next(days=days)])
            ),
            periods,
        )

    return st.sampled_from(BY_FAMILY[family]).flatmap(about)


def _tags():
    some = st.lists(st.sampled_from(TAGS), max_size=3)
    asked = field("tags")
    return st.one_of(
        st.sampled_from(TAGS).map(asked.has),
        some.map(lambda tags: asked.has_any(*tags)),
        some.map(lambda tags: asked.has_all(*tags)),
    )


def _pairs(lower):
    def about(names):
        one, other = st.sampled_from(names), st.sampled_from(names)
        return st.tuples(one, other).flatmap(lambda both: _compared(field(both[0]), field(both[1])))

    plain = st.sampled_from([*BY_FAMILY.values(), ["size", "count"], ["amount", "budget"]]).flatmap(about)
    lowered = st.sampled_from([field("name").lower() == field("city"), field("name").lower() < field("city")])
    return plain | lowered if lower else plain


def _presence():
    return st.sampled_from([*FIELDS, "tags"]).flatmap(
        lambda name: st.sampled_from([field(name).missing(), field(name).present()])
    )


__all__ = ["AS_OF", "FIELDS", "Expression", "expressions", "leaves", "rows"]
