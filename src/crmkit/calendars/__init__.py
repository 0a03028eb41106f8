"""Half-open periods of the calendar: days, weeks, months, quarters and (fiscal) years in any time zone.

    Period            two instants [start, end), in UTC, with a name
    period_of         the period of a kind that holds an instant, or one some periods away
    periods_between   all periods of a kind that meet a window, without a gap
    local_dates       the dates that a period covers on the wall calendar of a zone
    instant_of        an instant in UTC; a date stands for the end of that day
    zone              a time zone by its name

A day begins with the first instant at which the zone's calendar shows its date. So a day has 23 hours or 25 where
the clocks change, and one whose midnight the clocks skip begins when they land.
"""

from crmkit.calendars._calendar import Every, local_dates, period_of, periods_between
from crmkit.calendars._period import Period
from crmkit.calendars._zone import instant_of, zone

__all__ = ["Every", "Period", "instant_of", "local_dates", "period_of", "periods_between", "zone"]
