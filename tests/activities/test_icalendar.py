"""iCalendar text: read back by the library, line by line as RFC 5545 has it, and proof against what it quotes."""

import sys
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from crmkit.activities import occurrences, to_icalendar
from crmkit.errors import InvalidArgument, InvalidPeriod, MissingExtra
from crmkit.records import Activity
from tests.activities.moments import BERLIN, between, local, meeting, task, utc

NOW = utc(2026, 7, 1, 12)
MONDAY = local(2026, 7, 6, 9)


def written(*activities, **more):
    return to_icalendar(activities, at=NOW, **more)


def entry(activity, **more):
    (found,) = [
        part for part in Calendar.from_ical(written(activity, **more)).subcomponents if part.name != "VTIMEZONE"
    ]
    return found


def lines(activity):
    """The lines of an entry as they stand, without those that all have."""
    text = written(activity).replace("\r\n ", "")
    body = text[text.index("BEGIN:V", text.rindex("VTIMEZONE") if "VTIMEZONE" in text else 20) :]
    return [line for line in body.split("\r\n")[1:-3] if not line.startswith(("DTSTAMP", "UID", "SEQUENCE"))]


def test_the_event_of_the_standard_is_written_as_it_stands_there():
    # RFC 5545, section 3.6.1: an annual event; here with the time of day that a record has
    anniversary = Activity(
        id="19970901T130000Z-123403",
        kind="meeting",
        subject="Our Blissful Anniversary",
        occurred_at=utc(1997, 11, 2),
        tags=("ANNIVERSARY", "PERSONAL", "SPECIAL OCCASION"),
        recurrence="FREQ=YEARLY",
    )
    text = to_icalendar(
        [anniversary], at=utc(1997, 9, 1, 13), prodid="-//ABC Corporation//NONSGML My Product//EN", domain="example.com"
    )
    assert text.split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//ABC Corporation//NONSGML My Product//EN",
        "BEGIN:VEVENT",
        "SUMMARY:Our Blissful Anniversary",
        "DTSTART:19971102T000000Z",
        "DTSTAMP:19970901T130000Z",
        "UID:19970901T130000Z-123403@example.com",
        "SEQUENCE:0",
        "RRULE:FREQ=YEARLY",
        "CATEGORIES:ANNIVERSARY,PERSONAL,SPECIAL OCCASION",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


def test_a_meeting_is_an_event_on_the_clock_of_its_zone():
    read = entry(
        meeting(
            MONDAY, MONDAY + timedelta(hours=1), timezone=BERLIN, location="Room 1", body="Bring figures", version=3
        )
    )
    assert (read.name, read["DTSTART"].params["TZID"]) == ("VEVENT", BERLIN)
    assert (read["DTSTART"].dt, read["DTEND"].dt) == (MONDAY, MONDAY + timedelta(hours=1))
    assert (read["LOCATION"], read["DESCRIPTION"], read["SEQUENCE"]) == ("Room 1", "Bring figures", 3)
    assert lines(meeting(MONDAY, MONDAY)) == ["DTSTART:20260706T070000Z"]


def test_a_task_is_a_todo_with_its_state():
    assert lines(task(MONDAY)) == ["DUE:20260706T070000Z", "STATUS:NEEDS-ACTION"]
    assert lines(task(done_at=NOW, created_at=NOW)) == [
        "COMPLETED:20260701T120000Z",
        "CREATED:20260701T120000Z",
        "STATUS:COMPLETED",
    ]
    assert lines(task(MONDAY, occurred_at=NOW))[0] == "DTSTART:20260701T120000Z"
    assert lines(task(MONDAY, occurred_at=MONDAY + timedelta(days=1))) == lines(task(MONDAY))
    assert lines(meeting(NOW, due_at=MONDAY))[0] == "DTSTART:20260701T120000Z"


def test_a_recurring_task_starts_on_the_day_on_which_it_is_due():
    rule = "FREQ=WEEKLY;UNTIL=20261231T080000Z;BYHOUR=9"
    assert lines(task(MONDAY, timezone=BERLIN, recurrence=rule)) == [
        "DTSTART;TZID=Europe/Berlin:20260706T000000",
        "DUE;TZID=Europe/Berlin:20260706T090000",
        "RRULE:FREQ=WEEKLY;UNTIL=20261230T230000Z",
        "STATUS:NEEDS-ACTION",
    ]
    assert lines(task(local(2026, 7, 6), timezone=BERLIN, recurrence="FREQ=DAILY"))[:2] == [
        "DTSTART;TZID=Europe/Berlin:20260706T000000",
        "RRULE:FREQ=DAILY",
    ]


@pytest.mark.parametrize(
    ("zone", "until", "written_as"),
    [
        (BERLIN, "20261231", "20261231T225959Z"),
        (BERLIN, "20261231T120000Z", "20261231T120000Z"),
        (None, "20261231", "20261231T235959Z"),
        ("America/New_York", "99991231", "99991231T235959Z"),
    ],
)
def test_the_end_of_a_rule_is_written_as_an_instant(zone, until, written_as):
    activity = meeting(MONDAY, timezone=zone, recurrence=f"FREQ=DAILY;UNTIL={until}")
    assert f"RRULE:FREQ=DAILY;UNTIL={written_as}" in lines(activity)


def test_reminders_are_alarms_as_long_before_as_they_say():
    alarms = [
        (alarm["TRIGGER"].params, alarm["ACTION"], alarm["DESCRIPTION"])
        for alarm in entry(task(MONDAY, reminders=("PT15M",))).subcomponents
    ]
    assert alarms == [({"RELATED": "END"}, "DISPLAY", "Reminder")]
    text = written(meeting(MONDAY, subject="Call", reminders=("P1D", "PT24H", "P1D")))
    assert [line for line in text.split("\r\n") if "TRIGGER" in line] == [
        "TRIGGER;RELATED=START:-P1D",
        "TRIGGER;RELATED=START:-PT24H",
    ]
    midnight = task(utc(2026, 7, 6), recurrence="FREQ=DAILY", reminders=("PT1H",))
    assert "TRIGGER;RELATED=START:-PT1H" in written(midnight)
    assert "ALARM" not in written(task(reminders=("PT15M",)))


def test_each_zone_is_described_once_and_in_order():
    text = written(
        meeting(MONDAY, timezone="Europe/Berlin"),
        meeting(MONDAY, timezone="America/New_York"),
        meeting(MONDAY, timezone="UTC"),
        meeting(MONDAY, timezone="Europe/Berlin"),
    )
    assert [line for line in text.split("\r\n") if line.startswith("TZID")] == [
        "TZID:America/New_York",
        "TZID:Europe/Berlin",
    ]
    assert "DTSTART:20260706T070000Z" in text


@pytest.mark.parametrize(
    ("year", "years"),
    [(2026, (2020, 2038)), (2005, (2005, 2038)), (2050, (2020, 2050)), (1902, (1970, 2038)), (9000, (2020, 2100))],
)
def test_a_zone_is_described_for_the_years_of_the_activities_and_those_around_now(year, years):
    (zone,) = [
        part
        for part in Calendar.from_ical(written(meeting(utc(year, 7, 1), timezone=BERLIN))).subcomponents
        if part.name == "VTIMEZONE"
    ]
    found = [
        at.year
        for part in zone.subcomponents
        for at in [part["DTSTART"].dt, *(each.dt for each in (part["RDATE"].dts if "RDATE" in part else ()))]
    ]
    assert (min(found), max(found)) == years


TEXTS = st.text(st.characters(codec="utf-8") | st.sampled_from('\r\n;:,\\"\u2028\x00\x85')) | st.sampled_from(
    ["x\r\nATTACH:http://evil", "x\nEND:VEVENT\nBEGIN:VEVENT", "x\rRRULE:FREQ=SECONDLY", "a;b,c\\n:d", "ü" * 90]
)


@given(TEXTS, TEXTS, TEXTS, st.lists(TEXTS.filter(bool), max_size=2))
def test_no_text_adds_a_line_and_each_comes_back(subject, body, location, tags):
    plain = meeting(MONDAY, subject="s", body="b", location="l", tags=("t",) * len(tags), reminders=("PT5M",))
    given_ = meeting(MONDAY, subject=subject, body=body, location=location, tags=tuple(tags), reminders=("PT5M",))
    text = written(given_)
    names = [
        [line.split(":")[0] for line in each.replace("\r\n ", "").split("\r\n")] for each in (text, written(plain))
    ]
    assert names[0] == names[1]
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert not any(sign < " " and sign not in "\r\n\t" for sign in text)
    read = entry(given_)
    assert str(read["SUMMARY"]) == seen(subject)
    assert str(read["DESCRIPTION"]) == seen(body)
    assert str(read["LOCATION"]) == seen(location)


def seen(text):
    """A text with its line breaks as newlines, without control characters."""
    return "".join(
        sign
        for sign in "\n".join(text.splitlines())
        if sign in "\n\t" or (sign >= " " and not "\x7f" <= sign <= "\x9f")
    )


@given(TEXTS, TEXTS, TEXTS)
def test_no_id_and_no_name_of_a_program_adds_a_line(identifier, prodid, domain):
    text = written(task(MONDAY, id=identifier or "t"), prodid=prodid, domain=domain).replace("\r\n ", "")
    assert [line.split(":")[0] for line in text.split("\r\n")] == [
        line.split(":")[0] for line in written(task(MONDAY)).split("\r\n")
    ]


@given(
    st.sampled_from(["FREQ=DAILY;INTERVAL=2", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY"]),
    st.integers(1, 40),
)
def test_a_rule_comes_back_as_it_was(rule, count):
    activity = meeting(MONDAY, timezone=BERLIN, recurrence=f"{rule};COUNT={count}")
    read = entry(activity)
    again = meeting(read["DTSTART"].dt, timezone=BERLIN, recurrence=read["RRULE"].to_ical().decode())
    period = between(utc(2026, 1, 1), utc(2030, 1, 1))
    assert occurrences(again, period=period) == occurrences(activity, period=period)


def test_without_activities_there_is_an_empty_calendar():
    assert written() == "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//crmkit//crmkit//EN\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize(
    ("activity", "code"),
    [
        (meeting(None), "no_time"),
        (meeting(MONDAY, recurrence="daily"), "invalid_recurrence"),
        (meeting(MONDAY, reminders=("soon",)), "invalid_reminder"),
        (meeting(utc(9999, 12, 31, 23), timezone="Asia/Tokyo"), "out_of_range"),
        ("m1", "invalid_argument"),
    ],
)
def test_what_cannot_be_written_is_named(activity, code):
    with pytest.raises(InvalidArgument, match=r".") as caught:
        written(activity)
    assert caught.value.code == code


def test_an_unknown_zone_and_a_naive_time_are_refused():
    with pytest.raises(InvalidPeriod, match="no time zone 'Mars'"):
        written(meeting(MONDAY, timezone="Mars"))
    with pytest.raises(InvalidPeriod, match="has no time zone"):
        to_icalendar([], at=NOW.replace(tzinfo=None))


def test_without_the_library_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(MissingExtra, match=r"crmkit\[calendar\]"):
        written(task(MONDAY))


@pytest.mark.parametrize("argument", ["prodid", "domain"])
@pytest.mark.parametrize(("given", "says"), [(None, "is no text"), (5, "is no text"), ("a\ud800", "surrogate pair")])
def test_the_name_of_the_program_and_the_domain_are_texts_that_a_file_can_hold(argument, given, says):
    with pytest.raises(InvalidArgument, match=says) as refusal:
        written(task(MONDAY), **{argument: given})
    assert refusal.value.argument == argument
