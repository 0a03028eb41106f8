"""Tags and custom values, which a Django model keeps in JSON or in an array of PostgreSQL."""

import pytest
from django.db import models

from crmkit.errors import InvalidExpression
from crmkit.expressions import field
from tests.expressions.django_models import APPS, Company, opened
from tests.expressions.strategies import AS_OF


class Listed(models.Model):
    tags = models.JSONField(null=True)

    class Meta:
        app_label = "expressions"
        apps = APPS


CUSTOM = [
    {"segment": "vip", "seats": 3, "paid": True, "score": 0.5, "topics": ["a", "ä"], 'an "é"': "x"},
    {"segment": "VIP", "seats": 2**53 + 1, "paid": False, "score": 7},
    {"segment": "3", "seats": 3.0, "score": -1e300, "topics": []},
    {"segment": "", "seats": -(2**63), "score": 2**53 + 1, "topics": ["vip", None]},
    {"segment": None, "seats": None, "paid": None, "score": None, "topics": None},
    {},
    None,
]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request):
    url = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    with opened(request.param, url, [Company, Listed]) as alias:
        for number, custom in enumerate(CUSTOM):
            Company.objects.using(alias).create(id=number, name=str(number), custom=custom)
            parent = Company.objects.using(alias).get(id=number)
            Company.objects.using(alias).create(id=100 + number, name="child", parent=parent)
        yield alias


def agrees(place, question, **about):
    """Whether the model keeps the companies whose custom values a mapping would be kept for."""
    companies = Company.objects.using(place).filter(id__lt=100).order_by("id")
    kept = list(companies.filter(question.q(**about)).values_list("id", flat=True))
    names = question.fields
    things = [{name: (custom or {}).get(name) for name in names} for custom in CUSTOM]
    assert kept == [number for number, thing in enumerate(things) if question.test(thing)], str(question)


def comparisons(asked, value):
    return [asked == value, asked != value, asked < value, asked <= value, asked > value, asked >= value]


def test_custom_texts_are_asked_as_texts(place):
    for text in ("vip", "VIP", "3", "", "w"):
        asked = field("segment")
        questions = [asked.contains(text), asked.startswith(text), asked.endswith(text), asked.isin(text, "a")]
        for question in (*comparisons(asked, text), *questions, *(~each for each in questions)):
            agrees(place, question)


def test_custom_numbers_are_asked_as_numbers(place):
    for value in (3, 2, 0, -(2**53)):
        for question in (*comparisons(field("seats"), value), field("seats").isin(value, 2**53)):
            agrees(place, question)
    for value in (0.5, 7, 7.0, -1e300, 2.0**53, 1e301):
        for question in (*comparisons(field("score"), value), field("score").isin(value, 0.25)):
            agrees(place, question)
    companies = Company.objects.using(place).filter(id__lt=100)
    assert companies.get((field("seats") > 2**53).q()).id == 1  # objects refuse it beside the 3.0 of another row


def test_custom_flags_are_asked_as_flags(place):
    asked = field("paid")
    for question in (asked == True, asked == False, asked != True, asked.isin(*[True, False])):  # noqa: E712
        agrees(place, question)


def test_custom_lists_are_asked_as_tags(place):
    asked = field("topics")
    questions = [asked.has("a"), asked.has_any("vip", "ä"), asked.has_all("a", "ä"), asked.has_any(), asked.has_all()]
    for question in (*questions, *(~each for each in questions)):
        agrees(place, question)


def test_custom_values_are_present_where_they_are_not_null(place):
    for name in ("segment", "paid", "topics", "nowhere", 'an "é"'):
        for question in (field(name).missing(), field(name).present(), field(name).isin(), ~field(name).isin()):
            agrees(place, question)
    agrees(place, field('an "é"') == "x")


def test_a_custom_value_of_another_kind_is_none_of_what_is_asked(place):
    companies = Company.objects.using(place).filter(id__lt=100)
    for question in (field("segment") > 2, field("seats") == "3", field("paid") == "true", field("seats").has("3")):
        assert companies.filter(question.q()).count() == 0
        assert companies.filter((~question).q()).count() == len(CUSTOM)


def test_any_json_object_is_asked_by_a_dotted_key(place):
    companies = Company.objects.using(place)
    assert companies.get((field("custom.segment") == "vip").q()).id == 0
    assert companies.get((field("level") == "vip").q(fields={"level": "custom.segment"})).id == 0
    assert companies.get((field("parent.segment") == "vip").q()).id == 100
    assert companies.get((field("parent.custom.segment") == "vip").q()).id == 100


def test_what_json_has_no_kind_for_is_refused_by_name(place):
    companies = Company.objects.using(place)
    for question in (
        field("seen") == AS_OF,
        field("seen") > AS_OF.date(),
        field("seen").within(days=3),
        field("seen").during("month"),
        field("seats") > field("score"),
        field("name") == field("segment"),
        field("segment") == field("segment"),
    ):
        with pytest.raises(InvalidExpression, match=r"JSON.* cannot be asked of \w+ exactly") as refusal:
            list(companies.filter(question.q(as_of=AS_OF)))
        assert refusal.value.code == "not_in_sql"


def test_a_nul_character_in_json_is_found_nowhere_or_refused(place):
    companies = Company.objects.using(place).filter(id__lt=100)
    questions = [field("segment") == "a\0", field("segment").contains("\0"), field("segment").isin("a\0")]
    questions += [field("topics").has("a\0"), field("topics").has_all("a", "a\0")]
    for question in questions:
        if "sqlite" in place:
            with pytest.raises(InvalidExpression, match="a NUL character in JSON cannot be asked of SQLite"):
                companies.filter(question.q()).count()
        else:
            assert companies.filter(question.q()).count() == 0
    with pytest.raises(InvalidExpression, match="NUL character, at which databases end a text"):
        companies.filter((field("a\0b") == 3).q())


def test_integers_of_json_beyond_64_bits_are_refused_where_they_would_be_rounded(place):
    companies = Company.objects.using(place).filter((field("seats") < 10**20).q(), id__lt=100)
    if "sqlite" in place:
        with pytest.raises(InvalidExpression, match="100000000000000000000 beside a number in JSON"):
            companies.count()
    else:
        assert companies.count() == 4


def test_json_that_is_no_list_holds_no_tags(place):
    held = [["vip"], ["vip", 7, None], [], "vip", {"vip": 1}, 7, None, ["VIP"], [["vip"]]]
    things = [Listed.objects.using(place).create(tags=tags).pk for tags in held]
    null = Listed.objects.using(place).create(tags=models.Value(None, models.JSONField())).pk  # the null of JSON
    things = Listed.objects.using(place)
    assert things.filter(field("tags").has("vip").q()).count() == 2
    assert things.filter((~field("tags").has("vip")).q()).count() == len(held) + 1 - 2
    assert things.filter(field("tags").missing().q()).count() == 2
    assert things.filter(field("tags").present().q(), pk=null).count() == 0
    assert things.filter(field("tags").has_all().q()).count() == len(held) - 1


def test_arrays_of_postgresql_hold_tags(postgres):
    arrays = pytest.importorskip("django.contrib.postgres.fields")

    class Marked(models.Model):
        words = arrays.ArrayField(models.CharField(max_length=5), null=True)
        texts = arrays.ArrayField(models.TextField(), null=True)
        sorted = arrays.ArrayField(models.CharField(max_length=5, db_collation="C"), null=True)
        numbers = arrays.ArrayField(models.IntegerField(), null=True)

        class Meta:
            app_label = "expressions"
            apps = APPS

    held = [["vip"], ["vip", None, "a"], [], None, ["VIP"]]
    with opened("postgresql", postgres, [Marked]) as place:
        marked = Marked.objects.using(place)
        for number, words in enumerate(held):
            marked.create(id=number, words=words, texts=words, sorted=words)
        for name in ("words", "texts", "sorted"):
            asked = field(name)
            questions = [asked.has("vip"), asked.has_any("a", "longer than five"), asked.has_all("a", "vip")]
            questions += [asked.has_any(), asked.has_all(), asked.missing(), asked.has("a\0"), asked.has_all("a", "\0")]
            for question in (*questions, *(~each for each in questions)):
                kept = marked.filter(question.q()).order_by("id").values_list("id", flat=True)
                assert list(kept) == [number for number, words in enumerate(held) if question.test({name: words})]
        assert marked.filter(field("numbers").missing().q()).count() == len(held)
        with pytest.raises(InvalidExpression, match="only missing"):
            marked.filter(field("numbers").has("7").q())
