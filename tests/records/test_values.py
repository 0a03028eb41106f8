"""The values that each kind of field takes and refuses, seen through the records that hold them."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from crmkit.errors import InvalidRecord
from crmkit.records import Company, Contact, Deal, Spend, SurveyResponse, Ticket, User

NOON = datetime(2017, 3, 31, 12, tzinfo=UTC)


class Nowhere(tzinfo):
    def utcoffset(self, when):
        return None


class Label(str):
    __slots__ = ()


class Euros(Decimal):
    pass


class Day(date):
    pass


@pytest.mark.parametrize(
    ("cls", "field", "value", "message"),
    [
        (Deal, "name", 3, "3 is an int, not a text; say str(...)"),
        (Deal, "name", b"x", "b'x' is a bytes, not a text"),
        (Deal, "name", True, "True is a bool, not a text"),
        (Deal, "name", "\ud83d", "'\\ud83d' holds half of a surrogate pair"),
        (Deal, "status", "wno", "'wno' is not a choice; did you mean 'won'?"),
        (Deal, "status", 1, "1 is an int, not a text"),
        (Deal, "status", None, "None is no value for a field that every Deal has"),
        (Deal, "currency", "eur", "'eur' is not a choice; did you mean 'EUR'?"),
        (Deal, "company_id", "", "'' is empty; an id names its record"),
        (Deal, "amount", 12.5, "12.5 is a float, which holds cents only nearly; say Decimal('12.5')"),
        (Deal, "amount", np.float64(12.5), "say Decimal('12.5')"),
        (Deal, "amount", "12.50", "'12.50' is a str, not a Decimal; say Decimal('12.50')"),
        (Deal, "amount", True, "True is a bool, not a Decimal"),
        (Deal, "amount", Decimal("NaN"), "is not a number; what is missing is None"),
        (Deal, "amount", Decimal("sNaN"), "is not a number"),
        (Deal, "amount", Decimal("Infinity"), "is not a number"),
        (Deal, "amount", Decimal("1e31"), "more than 30 digits before or after the point"),
        (Deal, "amount", 2**63, "does not fit in 64 bits"),
        (Deal, "probability", 1.5, "1.5 is not between 0 and 1"),
        (Deal, "probability", -0.1, "-0.1 is not between 0 and 1"),
        (Deal, "probability", float("nan"), "nan is not a number; what is missing is None"),
        (Deal, "probability", float("-inf"), "is not a number"),
        (Deal, "probability", True, "True is a bool, not a float"),
        (Deal, "probability", "0.5", "'0.5' is a str, not a float"),
        (Deal, "probability", Decimal("0.5"), "is a Decimal, not a float; say float(...)"),
        (Deal, "probability", 2**53 + 1, "has more digits than a float holds"),
        (Deal, "created_at", datetime(2017, 3, 31), "does not say its time zone; say datetime(..., tzinfo=UTC)"),  # noqa: DTZ001
        (Deal, "created_at", datetime(2017, 3, 31, tzinfo=Nowhere()), "does not say its time zone"),
        (Deal, "created_at", date(2017, 3, 31), "is a date, not a datetime; say at which time"),
        (Deal, "created_at", "2017-03-31", "'2017-03-31' is a str, not a datetime"),
        (Deal, "created_at", pd.NaT, "NaT is not a time; what is missing is None"),
        (Deal, "created_at", datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=2))), "outside the years 1 to 9999"),
        (Deal, "expected_close_on", NOON, "is a datetime, not a date; say .date(), in the time zone that counts"),
        (Deal, "expected_close_on", "2017-03-31", "is a str, not a date; say date(2017, 3, 31)"),
        (Deal, "tags", "vip", "'vip' is a str, not a tuple of texts; say ('a', 'b')"),
        (Deal, "tags", {"vip"}, "{'vip'} is a set, not a tuple"),
        (Deal, "tags", None, "None is no value"),
        (Deal, "tags", ["a", 1], "['a', 1] holds something that is an int, not a text"),
        (Company, "employees", 2.0, "2.0 is a float, not a whole number"),
        (Company, "employees", True, "True is a bool, not a whole number"),
        (Company, "employees", int, "is a type, not a whole number"),
        (Company, "employees", np.array([1, 2]), "is a ndarray, not a whole number"),
        (Deal, "probability", int, "is a type, not a float"),
        (Deal, "amount", int, "is a type, not a Decimal"),
        (Company, "employees", -1, "-1 is less than 0"),
        (Company, "employees", 2**63, "does not fit in 64 bits; an identifier of that length is a text"),
        (User, "active", 1, "1 is an int, not True or False"),
        (Deal, "version", -1, "-1 is less than 0"),
    ],
)
def test_a_value_that_the_field_does_not_hold_is_refused_with_the_way_out(cls, field, value, message):
    with pytest.raises(InvalidRecord) as caught:
        cls(**{"id": "x1", field: value})
    assert str(caught.value).startswith(f"{cls.__name__}.{field}: ")
    assert message in str(caught.value)
    assert (caught.value.record, caught.value.field) == (cls.__name__, field)
    assert caught.value.value is value


def test_a_class_is_no_custom_value():
    with pytest.raises(InvalidRecord, match=r"Deal\.seats: \*\*\* is a type; custom values are"):
        Deal(id="x1", custom={"seats": int})


@pytest.mark.parametrize("field", ["first_name", "last_name", "email", "phone"])
def test_a_message_masks_a_personal_value_and_the_error_holds_it_as_a_fact(field):
    secret = b"ada@example.org"
    with pytest.raises(InvalidRecord) as caught:
        Contact(**{"id": "c1", field: secret})
    assert str(caught.value) == f"Contact.{field}: *** is a bytes, not a text"
    assert caught.value.value == secret


def test_a_long_value_is_cut_and_its_control_characters_are_escaped():
    with pytest.raises(InvalidRecord) as caught:
        Deal(id="d1", status="\x1b[31m" + "x" * 500)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("cls", "field", "given", "held"),
    [
        (Deal, "name", Label("Acme"), "Acme"),
        (Deal, "name", np.str_("Größe"), "Größe"),
        (Deal, "amount", 12, Decimal(12)),
        (Deal, "amount", np.int64(12), Decimal(12)),
        (Deal, "amount", Euros("12.50"), Decimal("12.50")),
        (Deal, "amount", Decimal("-0.000000001"), Decimal("-0.000000001")),
        (Deal, "probability", 1, 1.0),
        (Deal, "probability", np.float64(0.25), 0.25),
        (Deal, "probability", 0.1, 0.1),
        (Deal, "created_at", NOON, NOON),
        (Deal, "created_at", pd.Timestamp("2017-03-31T14:00:00+02:00"), NOON),
        (Deal, "created_at", pd.Timestamp("2017-03-31T12:00:00Z"), NOON),
        (Deal, "created_at", NOON.astimezone(timezone(timedelta(hours=-7))), NOON),
        (Deal, "expected_close_on", Day(2017, 3, 31), date(2017, 3, 31)),
        (Deal, "tags", ["b", "a"], ("b", "a")),
        (Company, "employees", np.int32(50), 50),
        (User, "active", False, False),
        (Ticket, "subject", "", ""),
        (Spend, "spent_on", date(2017, 3, 31), date(2017, 3, 31)),
        (SurveyResponse, "comment", "\u202eright to left", "\u202eright to left"),
    ],
)
def test_a_value_is_held_in_its_one_form(cls, field, given, held):
    needed = {"kind": "nps", "score": 10} if cls is SurveyResponse else {}
    value = getattr(cls(**{"id": "x1", **needed, field: given}), field)
    assert value == held
    assert type(value) is type(held)


def test_every_instant_is_held_in_utc():
    deal = Deal(id="d1", created_at=datetime(2017, 3, 31, 20, tzinfo=timezone(timedelta(hours=-4))))
    assert deal.created_at == datetime(2017, 4, 1, tzinfo=UTC)
    assert deal.created_at.tzinfo is UTC


def test_an_id_is_a_text_and_never_empty():
    for wrong in (None, "", 7):
        with pytest.raises(InvalidRecord, match=r"Deal\.id"):
            Deal(id=wrong)
