"""Calendars as hypothesis draws them: any week, any holidays, zones whose clocks do odd things beside plain ones."""

from datetime import UTC, date, datetime

from hypothesis import strategies as st

from crmkit.calendars import BusinessCalendar

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ZONES = st.sampled_from(
    [
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",
        "America/St_Johns",
        "Africa/Cairo",
        "Asia/Kathmandu",
    ]
)
BOUNDS = (datetime(2000, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001 - hypothesis wants naive bounds
LOCAL_TIMES = st.datetimes(*BOUNDS)
INSTANTS = st.datetimes(*BOUNDS, timezones=st.just(UTC))


def _clock(minutes):
    return f"{minutes // 60:02}:{minutes % 60:02}"


HOURS = st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True).map(
    lambda times: ", ".join(
        f"{_clock(opens)}-{_clock(closes)}"
        for opens, closes in zip(sorted(times)[::2], sorted(times)[1::2], strict=False)
    )
)
CALENDARS = st.builds(
    BusinessCalendar,
    hours=st.dictionaries(st.sampled_from(DAYS), HOURS | st.just("00:00-24:00"), min_size=1),
    holidays=st.frozensets(st.dates(date(2000, 1, 1), date(2030, 1, 1)), max_size=8)
    | st.integers(2000, 2029).map(lambda year: frozenset(date(year, 12, day) for day in range(1, 32))),
    timezone=ZONES,
)
