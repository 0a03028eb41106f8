"""The text of a rule: which are read, and which are refused before anything runs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit.activities._recurrence import recurrence_of
from crmkit.errors import InvalidArgument


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=2;COUNT=9999",
        "FREQ=DAILY;INTERVAL=1;COUNT=1",
        "FREQ=YEARLY;BYMONTHDAY=" + "1," * 188 + "1",
        "FREQ=WEEKLY;WKST=SU;BYDAY=MO,TH;UNTIL=20261231",
        "FREQ=MONTHLY;BYDAY=-1FR,+2MO;UNTIL=20261231T235959Z",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=MONTHLY;BYMONTHDAY=1,-1",
        "FREQ=YEARLY;BYWEEKNO=-53,53;BYDAY=MO",
        "FREQ=YEARLY;BYYEARDAY=1,366,-366",
        "FREQ=MONTHLY;BYDAY=53MO,-53MO;BYMONTHDAY=31,-31;BYSETPOS=366,-366",
        "FREQ=YEARLY;INTERVAL=999;BYMONTH=1,12;BYHOUR=0;BYMINUTE=0;BYSECOND=59",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=23;BYMINUTE=59;BYSECOND=0",
    ],
)
def test_a_rule_is_written_as_it_was_read(text):
    assert recurrence_of(text).replaced() == text
    assert recurrence_of(text.lower()).replaced() == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has a part ''"),
        ("RRULE:FREQ=DAILY", "has a part 'RRULE:FREQ'"),
        ("FREQ=DAILY;", "has a part ''"),
        ("FREQ=DAILY\nEXDATE:20260101", "says 'DAILY\\nEXDATE:20260101' for FREQ"),
        ("FREQ=DAILY;BYDAI=MO", "did you mean 'BYDAY'?"),
        ("INTERVAL=2", "has no FREQ"),
        ("FREQ", "says '' for FREQ"),
        ("FREQ=DAYLY", "an activity recurs DAILY, WEEKLY, MONTHLY, YEARLY"),
        ("FREQ=SECONDLY", "an activity recurs DAILY, WEEKLY, MONTHLY, YEARLY"),
        ("FREQ=HOURLY", "an activity recurs DAILY"),
        ("FREQ=DAILY;FREQ=WEEKLY", "says FREQ twice"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "has both COUNT and UNTIL"),
        ("FREQ=DAILY;COUNT=0", "says 0 for COUNT, which goes from 1 to 9999"),
        ("FREQ=DAILY;COUNT=10000", "says '10000' for COUNT"),
        ("FREQ=DAILY;COUNT=-1", "says '-1' for COUNT"),
        ("FREQ=DAILY;INTERVAL=0", "says 0 for INTERVAL"),
        ("FREQ=DAILY;INTERVAL=1000", "says '1000' for INTERVAL"),
        ("FREQ=DAILY;INTERVAL=٣", "says '٣' for INTERVAL"),
        ("FREQ=DAILY;UNTIL=2027", "say a date or a time in UTC"),
        ("FREQ=DAILY;UNTIL=20270101T120000", "say a date or a time in UTC"),
        ("FREQ=DAILY;UNTIL=20270230", "which is no date"),
        ("FREQ=DAILY;UNTIL=20270201T250000Z", "which is no date"),
        ("FREQ=DAILY;BYHOUR=9,15", "at one time of day"),
        ("FREQ=DAILY;BYHOUR=24", "says 24 for BYHOUR"),
        ("FREQ=DAILY;BYMINUTE=60", "says 60 for BYMINUTE"),
        ("FREQ=WEEKLY;BYDAY=Monday", "say days as in MO,TH or -1FR"),
        ("FREQ=WEEKLY;BYDAY=1MO", "counts weekdays"),
        ("FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "counts weekdays"),
        ("FREQ=MONTHLY;BYDAY=0MO", "says 0 for BYDAY"),
        ("FREQ=MONTHLY;BYDAY=54MO", "says 54 for BYDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "says 0 for BYMONTHDAY, which goes from -31 to 31"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "says 32 for BYMONTHDAY"),
        ("FREQ=WEEKLY;BYMONTHDAY=1", "goes only with FREQ=DAILY or MONTHLY or YEARLY"),
        ("FREQ=MONTHLY;BYYEARDAY=1", "goes only with FREQ=YEARLY"),
        ("FREQ=MONTHLY;BYWEEKNO=1", "goes only with FREQ=YEARLY"),
        ("FREQ=MONTHLY;BYSETPOS=1", "without days to choose from"),
        ("FREQ=YEARLY;BYMONTH=13", "says 13 for BYMONTH"),
        ("FREQ=YEARLY;BYYEARDAY=367", "says 367 for BYYEARDAY"),
        ("FREQ=YEARLY;BYYEARDAY=-367", "says -367 for BYYEARDAY"),
        ("FREQ=YEARLY;BYWEEKNO=54", "says 54 for BYWEEKNO"),
        ("FREQ=YEARLY;BYWEEKNO=-54", "says -54 for BYWEEKNO"),
        ("FREQ=MONTHLY;BYDAY=-54MO", "says -54 for BYDAY"),
        ("FREQ=MONTHLY;BYMONTHDAY=-32", "says -32 for BYMONTHDAY"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=367", "says 367 for BYSETPOS"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-367", "says -367 for BYSETPOS"),
        ("FREQ=DAILY;BYSECOND=60", "says 60 for BYSECOND"),
        ("FREQ=YEARLY;BYMONTHDAY=" + "1," * 188 + "11", "is longer than 400 characters"),
    ],
)
def test_a_text_that_is_no_rule_or_beyond_the_limits_is_refused(text, says):
    with pytest.raises(InvalidArgument, match="recurrence") as caught:
        recurrence_of(text)
    assert says in str(caught.value)
    assert (caught.value.code, caught.value.argument) == ("invalid_recurrence", "recurrence")


PIECES = st.lists(
    st.sampled_from(["FREQ=", "DAILY", "WEEKLY", ";", "BYDAY=", "MO", ",", "-1", "UNTIL=", "20260101", "T", "COUNT="])
)


@given(st.text() | PIECES.map("".join))
def test_whatever_the_text_only_an_error_of_crmkit_escapes(text):
    try:
        rule = recurrence_of(text)
    except InvalidArgument:
        return
    assert rule.replaced() == text.upper()
