"""Each kind of value in a Django model compares exactly, where a database would compare otherwise by itself."""

import random
import uuid
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connections, models
from django.db.models import F, Max, Value
from django.db.models.functions import Cast, Now

from crmkit.expressions import field
from tests.expressions.django_models import APPS, Owner, opened

AT = datetime(2017, 3, 31, 22, 30, tzinfo=UTC)


class Thing(models.Model):
    text = models.CharField(max_length=50, null=True)
    other = models.CharField(max_length=50, null=True)
    whole = models.BigIntegerField(null=True)
    exact = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    wide = models.DecimalField(max_digits=30, decimal_places=10, null=True)
    double = models.FloatField(null=True)
    at = models.DateTimeField(null=True)
    later = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    owner = models.ForeignKey(Owner, models.CASCADE, null=True)

    class Meta:
        app_label = "expressions"
        apps = APPS


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def opened_place(request):
    url = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with opened(request.param, url, [Owner, Thing]) as alias:
        yield alias


@pytest.fixture
def place(opened_place):
    yield opened_place
    Thing.objects.using(opened_place).all().delete()


def keep(place, **columns):
    """Store one thing for each value, and return them with their values."""
    ((name, values),) = columns.items()
    return [(Thing.objects.using(place).create(**{name: value}).pk, value) for value in values]


def agrees(place, things, name, question):
    kept = Thing.objects.using(place).filter(question.q()).order_by("pk").values_list("pk", flat=True)
    assert list(kept) == [key for key, value in things if question.test({name: value})], str(question)


def comparisons(asked, value):
    return [asked == value, asked != value, asked < value, asked <= value, asked > value, asked >= value]


def as_now_writes(place, key):
    """Write an instant as Django's Now() does on SQLite: to the millisecond."""
    if "sqlite" in place:
        with connections[place].cursor() as cursor:
            update = "UPDATE expressions_thing SET at = strftime('%%Y-%%m-%%d %%H:%%M:%%f', at) WHERE id = %s"
            cursor.execute(update, [key])


def test_texts_are_looked_for_literally_and_by_case(place):
    texts = ["", "a", "A", "ab", "a%", "a_b", "a\\b", "ä", "b😀", "😀", "\uffff", "ba", "\U0010ffff", "\U0010ffffa"]
    things = keep(place, text=[*texts, None])
    for text in [*texts, "\ud7ff", "x\U0010ffff"]:
        asked = field("text")
        for question in (asked.contains(text), asked.startswith(text), asked.endswith(text), ~asked.endswith(text)):
            agrees(place, things, "text", question)
        for question in comparisons(asked, text):
            agrees(place, things, "text", question)


def test_a_nul_character_is_a_character(place):
    texts = ["", "a", "ab", "b"] + (["a\0", "a\0b", "\0"] if "sqlite" in place else [])
    things = keep(place, text=[*texts, None])
    for text in ("\0", "a\0", "a\0b", "b\0a"):
        asked = field("text")
        questions = [asked.contains(text), asked.startswith(text), asked.endswith(text), asked.isin(text, "b")]
        for question in [*questions, ~asked.startswith(text), *comparisons(asked, text)]:
            agrees(place, things, "text", question)


def test_decimals_compare_as_their_nearest_doubles(place):
    chance = random.Random(7)
    short = [Decimal(chance.randrange(10 ** chance.randrange(1, 15))) / 100 for _ in range(60)]
    long = [*short, Decimal("9007199254740993.0000000000"), Decimal("0.1000000001"), Decimal("0.3000000000")]
    for name, values in (("exact", short), ("wide", long)):
        things = keep(place, **{name: [*values, None]})
        for value in [*values[::6], 0.1, 0.1 + 0.2, 19.99, -1.5, 2**53, 1e300]:
            for question in (*comparisons(field(name), value), field(name).isin(value, 7)):
                agrees(place, things, name, question)
        Thing.objects.using(place).all().delete()


def test_integers_compare_with_numbers_as_their_nearest_doubles(place):
    values = [0, 1, 2**53, 2**53 + 1, 2**63 - 1, 2**63 - 513, -(2**63), None]
    things = keep(place, whole=values)
    for value in (0.5, 1.0, 2.0**53, 2.0**53 + 2, 2.0**63, -(2.0**63), 1e300, -1e300, 10**30, -(10**30), 2**53 + 1):
        for question in comparisons(field("whole"), value):
            agrees(place, things, "whole", question)
    agrees(place, things, "whole", field("whole").isin(1, 10**30, 2.0**53, 2.0**63, 1e300))
    agrees(place, things, "whole", ~field("whole").isin(10**30, 0.5))


def test_infinity_is_a_number_and_nan_is_missing(place):
    values = [1.0, float("inf"), float("-inf"), None] + ([float("nan")] if "postgresql" in place else [])
    things = keep(place, double=values)
    for question in (*comparisons(field("double"), 1.0), field("double").missing(), field("double").present()):
        agrees(place, things, "double", question)


def test_instants_compare_however_a_database_has_written_them(place):
    values = [AT, AT + timedelta(milliseconds=500), AT + timedelta(microseconds=1), AT + timedelta(seconds=1)]
    things = keep(place, at=[*values, datetime(1, 1, 1, tzinfo=UTC), None])
    for key, _ in things[:2]:
        as_now_writes(place, key)
    for value in values:
        for question in (*comparisons(field("at"), value), field("at").isin(value)):
            agrees(place, things, "at", question)


def test_instants_of_two_forms_are_equal(place):
    for at, later in ((AT, AT), (AT + timedelta(milliseconds=250), AT)):
        thing = Thing.objects.using(place).create(at=at, later=later)
        as_now_writes(place, thing.pk)
    things = Thing.objects.using(place)
    assert things.filter((field("at") == field("later")).q()).count() == 1
    assert things.filter((field("at") > field("later")).q()).count() == 1
    assert things.filter((field("at") >= field("later")).q()).count() == 2


def test_a_uuid_is_the_text_that_python_writes(place):
    known = [uuid.UUID(int=number << 64) for number in (1, 2**60, 2**63)]
    for each in known:
        Owner.objects.using(place).create(id=each, email="")
    things = [
        (Thing.objects.using(place).create(owner_id=each).pk, None if each is None else str(each))
        for each in (*known, None)
    ]
    text = str(known[1])
    for name in ("owner_id", "owner.id", "owner.pk"):
        asked = field(name)
        questions = [asked.isin(text, str(known[2]), "x"), asked.startswith(text[:9]), asked.endswith("0000")]
        for value in (text, text.upper(), text.replace("-", ""), "", "zzz"):
            questions += comparisons(asked, value)
        for question in questions:
            agrees(place, things, name, question)


def test_what_the_database_computes_compares_alike(place):
    Thing.objects.using(place).create(text="b", whole=3, exact=Decimal("19.99"), double=1.5, at=AT, day=AT.date())
    things = Thing.objects.using(place).annotate(
        most=Max("exact"), last=Max("at"), mean=F("double") / 2, word=Value("B"), code=Cast("whole", models.TextField())
    )
    for question in (
        field("most") == Decimal("19.99"),
        field("most").isin(19.99, 7),
        field("last") == AT,
        field("last") == field("at"),
        field("mean") == 0.75,
        field("word") < field("text"),
        field("word").startswith("B"),
        field("code") == "3",
        field("most") > field("mean"),
        field("whole") > field("mean"),
    ):
        assert things.filter(question.q()).count() == 1, str(question)
        assert things.filter((~question).q()).count() == 0, str(question)


def test_the_clock_of_the_database_can_be_asked(place):
    Thing.objects.using(place).create()
    things = Thing.objects.using(place).annotate(now=Now())
    assert things.filter((field("now") > AT).q()).count() == 1


def test_dates_of_all_years_are_asked(place):
    things = keep(place, day=[date(1, 1, 1), date(999, 12, 31), date(9999, 12, 31), None])
    for value in (date(1, 1, 1), date(1000, 1, 1), date(9999, 12, 31)):
        for question in comparisons(field("day"), value):
            agrees(place, things, "day", question)
