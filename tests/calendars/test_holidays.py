"""Public holidays: days as the governments announce them, and what is not known."""

import sys
from datetime import date

import holidays
import pytest

from crmkit.calendars import country_holidays
from crmkit.errors import InvalidArgument, MissingExtra


def test_the_holidays_of_the_united_states_are_those_that_its_government_observes():
    # U.S. Office of Personnel Management, 2026 holiday schedule; 4 July is a Saturday and observed on Friday
    announced = {(1, 1), (1, 19), (2, 16), (5, 25), (6, 19), (7, 3), (9, 7), (10, 12), (11, 11), (11, 26), (12, 25)}
    days = country_holidays("US", years=[2026])
    assert {date(2026, month, day) for month, day in announced} == {day for day in days if day.weekday() < 5}


def test_a_subdivision_has_more_holidays_than_its_country():
    germany, bavaria = (country_holidays("DE", years=[2026], subdivision=name) for name in (None, "BY"))
    assert bavaria - germany == {date(2026, 1, 6), date(2026, 6, 4), date(2026, 11, 1)}
    assert country_holidays("DE", years=[2026], subdivision="Bayern") == bavaria


def test_the_first_and_the_last_year_known_are_known():
    known = holidays.country_holidays("DE")
    assert country_holidays("DE", years=[known.start_year, known.end_year])
    for year in (known.start_year - 1, known.end_year + 1):
        with pytest.raises(InvalidArgument, match=f"not for {year}"):
            country_holidays("DE", years=[year])


def test_years_join():
    single = [country_holidays("FR", years=[year]) for year in (2026, 2027)]
    assert country_holidays("FR", years=range(2026, 2028)) == single[0] | single[1]
    assert country_holidays("FR", years=[]) == frozenset()


@pytest.mark.parametrize(
    ("country", "more", "code", "says"),
    [
        ("de", {}, "unknown_country", "did you mean 'DE'?"),
        (None, {}, "unknown_country", "no holidays are known"),
        ("DE", {"subdivision": "Bayer"}, "unknown_subdivision", "did you mean 'Bayern'?"),
        ("DE", {"years": [2026, 1850]}, "unknown_year", "not for 1850"),
        ("DE", {"years": 2026}, "invalid_argument", "several whole numbers"),
        ("DE", {"years": ["2026"]}, "invalid_argument", "several whole numbers"),
    ],
)
def test_what_is_not_known_is_named(country, more, code, says):
    with pytest.raises(InvalidArgument, match=r".") as caught:
        country_holidays(country, **{"years": [2026], **more})
    assert caught.value.code == code
    assert says in str(caught.value)


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", None)
    with pytest.raises(MissingExtra, match=r"crmkit\[calendar\]"):
        country_holidays("DE", years=[2026])
