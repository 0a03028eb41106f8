"""The public holidays of a country, by the library `holidays`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from crmkit.errors import InvalidArgument, MissingExtra, did_you_mean, shown

__all__ = ["country_holidays"]


def country_holidays(country: str, *, years: Iterable[int], subdivision: str | None = None) -> frozenset[date]:
    """Return the public holidays of a country, for a `BusinessCalendar`.

    Args:
        country: its code of ISO 3166, such as "DE".
        years: the calendar years.
        subdivision: a state or region that has more of them, such as "BY" or "Bayern".

    Raises:
        InvalidArgument: a country or subdivision that is not known (codes "unknown_country", "unknown_subdivision"),
            or a year whose holidays are not (code "unknown_year").
        MissingExtra: the library is not installed.
    """
    try:
        import holidays
    except ImportError:
        raise MissingExtra.of("calendar", purpose="country_holidays") from None
    known = holidays.list_supported_countries(include_aliases=True)
    if str(country) not in known:
        raise InvalidArgument(
            f"no holidays are known of country {shown(country)}{did_you_mean(str(country), known)}",
            code="unknown_country",
            argument="country",
            value=country,
        )
    aliases = holidays.country_holidays(country).get_subdivision_aliases()
    regions = [name for code, others in aliases.items() for name in (code, *others)]
    if subdivision is not None and str(subdivision) not in regions:
        raise InvalidArgument(
            f"no subdivision {shown(subdivision)} of {country} is known{did_you_mean(str(subdivision), regions)}",
            code="unknown_subdivision",
            argument="subdivision",
            value=subdivision,
        )
    span = holidays.country_holidays(country, subdiv=subdivision)
    wanted = _whole_years(years)
    for year in wanted:
        if not span.start_year <= year <= span.end_year:
            raise InvalidArgument(
                f"the holidays of {country} are known for {span.start_year} to {span.end_year}, not for {shown(year)}",
                code="unknown_year",
                argument="years",
                value=year,
            )
    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=wanted))


def _whole_years(years: object) -> tuple[int, ...]:
    wanted: tuple[Any, ...] = tuple(years) if isinstance(years, Iterable) else (None,)
    if not all(isinstance(year, int) for year in wanted):
        raise InvalidArgument(
            f"years are several whole numbers, such as [2026] or range(2026, 2030), not {shown(years)}",
            argument="years",
            value=years,
        )
    return wanted
