"""Half-open periods of the calendar in any time zone: days, weeks, months, quarters, (fiscal) years; and business time.

    Period            two instants [start, end), in UTC, with a name
    period_of         the period of a kind that holds an instant, or one some periods away
    periods_between   all periods of a kind that meet a window, without a gap
    local_dates       the dates that a period covers on the wall calendar of a zone
    instant_of        an instant in UTC; a date stands for the end of that day
    utc               an aware datetime in UTC
    zone              a time zone by its name

    BusinessCalendar  when a business is open: hours by weekday, holidays, a zone
    country_holidays  the public holidays of a country
    add_business_days, business_days_between   days on which it opens
    add_business_time, business_time_between   hours during which it is open

A day begins with the first instant at which the zone's calendar shows its date. So a day has 23 hours or 25 where
the clocks change, and one whose midnight the clocks skip begins when they land.
"""

from crmkit.calendars._business import BusinessCalendar, add_business_days, business_days_between
from crmkit.calendars._business_time import add_business_time, business_time_between
from crmkit.calendars._calendar import Every, local_dates, period_of, periods_between
from crmkit.calendars._holidays import country_holidays
from crmkit.calendars._period import Period
from crmkit.calendars._zone import instant_of, utc, zone

__all__ = [
    "BusinessCalendar",
    "Every",
    "Period",
    "add_business_days",
    "add_business_time",
    "business_days_between",
    "business_time_between",
    "country_holidays",
    "instant_of",
    "local_dates",
    "period_of",
    "periods_between",
    "utc",
    "zone",
]
