"""Which fields of a model a question reaches, where Django takes it, and what is refused by name."""

import pickle
import sys
import uuid
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.db import connections
from django.db.models import BooleanField, Case, Count, Exists, F, Func, OuterRef, Q, Value, When
from django.test.utils import CaptureQueriesContext, override_settings

from crmkit.errors import InvalidExpression, MissingExtra, UnknownField
from crmkit.expressions import ALWAYS, NEVER, all_of, any_of, field
from tests.expressions.django_models import MODELS, Company, Opportunity, Owner, opened

AT = datetime(2024, 5, 2, 12, tzinfo=UTC)
OWNER = uuid.UUID(int=7)
LARGE = field("company.employees") >= 50


@pytest.fixture(scope="module")
def place():
    with opened("sqlite", models=MODELS) as alias:
        Owner.objects.using(alias).create(id=OWNER, email="ana@example.com")
        group = Company.objects.using(alias).create(name="Group", employees=900)
        small = Company.objects.using(alias).create(name="Small", employees=9, parent=group)
        deals = [("One", 100, group), ("Two", 2_000, small), ("Three", None, None), ("Four", 50, small)]
        for name, value, company in deals:
            Opportunity.objects.using(alias).create(
                name=name, value=value, phase="open", created=AT, company=company, owner_id=OWNER
            )
        yield alias


@pytest.fixture
def deals(place):
    return Opportunity.objects.using(place).order_by("id")


def named(queryset):
    return [deal.name for deal in queryset]


def test_a_model_knows_nothing_of_crmkit_and_calls_fields_by_its_own_names(deals):
    question = (field("amount") >= 100) & (field("stage") == "open")
    assert named(deals.filter(question.q(fields={"amount": "value", "stage": "phase"}))) == ["One", "Two"]


def test_what_is_compared_is_only_ever_a_bound_parameter(deals, place):
    evil = "x'; DROP TABLE expressions_opportunity; --"
    asked = field("name")
    question = any_of(
        asked == evil, asked.isin(evil), asked.contains(evil), asked.startswith(evil), asked.endswith(evil)
    )
    question = any_of(question, field("note") == evil, field("note").has(evil), field(f"note {evil}") == evil)
    sql, params = deals.filter(question.q()).query.get_compiler(place).as_sql()
    assert "DROP" not in sql
    assert params.count(evil) == 7
    assert named(deals.filter(question.q())) == []


def test_a_dotted_path_follows_foreign_keys_and_what_hangs_on_none_is_missing(deals):
    assert named(deals.filter(LARGE.q())) == ["One"]
    assert named(deals.filter((~LARGE).q())) == ["Two", "Three", "Four"]
    assert named(deals.filter((field("company.parent.name") == "Group").q())) == ["Two", "Four"]
    assert named(deals.filter(field("company.parent").missing().q())) == ["One", "Three"]
    assert named(deals.filter((field("boss") == "Group").q(fields={"boss": "company__parent__name"}))) == [
        "Two",
        "Four",
    ]
    assert named(deals.filter((field("company.pk") == field("company_id")).q())) == ["One", "Two", "Four"]
    assert named(deals.filter((field("owner_id") == str(OWNER)).q() & (field("pk") == 1).q())) == ["One"]


def test_it_joins_djangos_own_questions(deals):
    assert named(deals.filter(Q(company__name="Small") & ~LARGE.q(), value__gt=100)) == ["Two"]
    assert named(deals.filter(Q(name="Three") | LARGE.q())) == ["One", "Three"]
    assert named(deals.exclude(Q(name="Three") | LARGE.q())) == ["Two", "Four"]
    assert named(deals.filter(Q(name="Three") ^ LARGE.q())) == ["One", "Three"]
    either = deals.filter((field("company.parent.name") == "Group").q()) | deals.filter(LARGE.q())
    assert named(either) == ["One", "Two", "Four"]
    assert named(
        deals.order_by().filter(LARGE.q()).union(deals.order_by().filter((field("value") == 50).q())).order_by("id")
    ) == [
        "One",
        "Four",
    ]


def test_the_constants_ask_nothing_and_their_complements_are_exact(deals):
    assert deals.filter(ALWAYS.q()).count() == deals.exclude(NEVER.q()).count() == 4
    assert deals.filter(NEVER.q()).count() == deals.filter(~ALWAYS.q()).count() == 0
    assert set(deals.annotate(yes=ALWAYS.q(), no=NEVER.q()).values_list("yes", "no")) == {(True, False)}


def test_it_is_annotated_counted_and_ordered_by(deals, place):
    assert [deal.large for deal in deals.annotate(large=LARGE.q())] == [True, False, False, False]
    companies = Company.objects.using(place).order_by("id")
    cheap = (field("deals") < 100).q(fields={"deals": "value"})
    assert deals.aggregate(cheap=Count("pk", filter=cheap)) == {"cheap": 1}
    first = Case(When(LARGE.q(), then=1), default=0)
    assert named(deals.order_by(first, "-id")) == ["Four", "Three", "Two", "One"]
    rich = Exists(Opportunity.objects.filter((field("value") > 1_000).q(), company=OuterRef("pk")))
    assert [company.name for company in companies.filter(rich)] == ["Small"]
    counted = companies.annotate(deals__count=Count("deals"))
    assert [company.name for company in counted.filter((field("deals.count") > 1).q())] == ["Small"]
    many = (field("deals__count") > 1).q()
    assert counted.aggregate(many=Count("pk", filter=many)) == {"many": 1}
    assert [group["n"] for group in deals.values(large=LARGE.q()).annotate(n=Count("pk")).order_by("n")] == [1, 3]


def test_it_limits_what_is_updated_and_deleted(place):
    deals = Opportunity.objects.using(place)
    doomed = deals.create(
        name="Doomed", value=1, phase="open", created=AT, company=Company.objects.using(place).first()
    )
    assert deals.filter(LARGE.q(), pk=doomed.pk).update(phase="lost", won=(field("value") == 1).q()) == 1
    assert deals.get(pk=doomed.pk).won is True
    with pytest.raises(InvalidExpression, match="Joined field references") as refusal:
        deals.update(won=LARGE.q())
    assert refusal.value.code == "not_in_sql"
    assert deals.filter((LARGE & (field("phase") == "lost")).q()).delete()[0] == 1


def test_a_q_alone_checks_the_values_of_one_row(place):
    asked = ((field("amount") > 3) & (field("note") == "x")).q()
    assert asked.check({"amount": 5, "note": "x"}, using=place)
    assert not asked.check({"amount": 1, "note": "x"}, using=place)
    with pytest.raises(UnknownField, match="did you mean 'amounts'"):
        asked.check({"amounts": 5}, using=place)


def test_it_is_equal_where_asked_alike_pickles_and_shows_the_question():
    one, same, other = ((field("amount") > bound).q() for bound in (3, 3, 4))
    assert one == same != other
    assert hash(one) == hash(same)
    assert pickle.loads(pickle.dumps(one)) == one  # noqa: S301 - ours
    assert repr(one) == "<Q: (AND: <Asked: amount > 3>)>"


def test_two_answers_of_one_query_are_equal_where_asked_alike_of_the_same_columns(deals):
    one, same = (deals.filter(LARGE.q()).query.where for _ in range(2))
    assert one == same
    assert hash(one.children[0].lhs) == hash(same.children[0].lhs)
    assert one != deals.filter((field("company.employees") >= 51).q()).query.where
    assert one != deals.filter((field("of") >= 50).q(fields={"of": "company.parent.employees"})).query.where


def test_a_long_question_is_not_too_deep_for_the_database(deals):
    asked = any_of(*(field("value") == number for number in range(4_000)))
    assert named(deals.filter(asked.q())) == ["One", "Two", "Four"]
    assert named(deals.filter((~all_of(~asked, field("value").isin(*range(3_000)))).q())) == named(deals)


def test_indexes_serve_what_is_asked(deals, place):
    with connections[place].cursor() as cursor:
        for column in ("name", "value", "created"):
            cursor.execute(f"CREATE INDEX {column}_index ON expressions_opportunity({column})")
    name, value, created = field("name"), field("value"), field("created")
    for question in (
        *(name == "a", name < "a", name.startswith("a"), name.isin("a", "b")),
        *(value > 1, value == Decimal("1.5"), value.isin(1, 2), ~(value > 1)),
        *(created == AT, created < AT, created.within(days=3)),
    ):
        plan = deals.order_by().filter(question.q(as_of=AT)).explain()
        assert "USING INDEX" in plan, (str(question), plan)


@pytest.mark.parametrize(
    ("question", "message"),
    [
        (field("valeu") > 3, "no field 'valeu' in the model Owner; there are: email, id"),
        (field("emial") == "x", "no field 'emial' in the model Owner; did you mean 'email'?"),
        (field("email.lower") == "x", "no field 'lower' in field 'email', which is no relation"),
        (field("emails.x") == "x", "no field 'emails' in the model Owner; did you mean 'email'?"),
        (field("e_mail").missing(), "no field 'e_mail' in the model Owner; did you mean 'email'?"),
    ],
)
def test_an_unknown_field_is_refused_with_the_near_miss(place, question, message):
    with pytest.raises(UnknownField) as refusal:
        Owner.objects.using(place).filter(question.q())
    assert str(refusal.value) == message


def test_an_annotation_is_among_the_near_misses(deals):
    with pytest.raises(UnknownField, match="did you mean 'twofold'"):
        Owner.objects.annotate(twofold=Value(2)).filter((field("twofolt") == 2).q())


@pytest.mark.parametrize(
    ("question", "code", "message"),
    [
        (field("name") > 3, "kind_mismatch", "'name' holds text, asked as an integer"),
        (field("value") == "3", "kind_mismatch", "'value' holds a number, asked as text"),
        (field("value") == 2**53 + 1, "inexact_integer", "cannot tell 9007199254740993 from its neighbours"),
        (field("won") < field("won"), "no_order", "'won' holds true or false, which has no order"),
        (field("created") > AT.date(), "kind_mismatch", "give an instant with its time zone"),
        (field("company_id") == "1", "kind_mismatch", "'company_id' holds an integer, asked as text"),
        (field("company") == 1, "unsupported_column", "'company' is a relation; ask company_id, or a field"),
        (field("code") == "a", "unsupported_column", r"code of its own \(from_db_value\)"),
        (field("length") > 3, "unsupported_column", r"only missing\(\) and present\(\)"),
        (field("labels").missing(), "not_in_sql", "'labels' is no column: it leads to many records"),
        (field("company.deals.value") > 3, "not_in_sql", "'company.deals' is no column"),
        (field("custom.a.b") == 3, "not_in_sql", "'custom' is JSON, of which a single key can be asked, not 'a.b'"),
    ],
)
def test_what_does_not_suit_the_model_is_refused_before_anything_runs(deals, place, question, code, message):
    with (
        CaptureQueriesContext(connections[place]) as queries,
        pytest.raises(InvalidExpression, match=message) as refusal,
    ):
        deals.filter(question.q())
    assert refusal.value.code == code
    assert len(queries) == 0


def test_presence_can_be_asked_of_what_nothing_else_can(deals):
    assert deals.filter(field("company").missing().q()).count() == 1
    assert deals.filter(field("length").missing().q() & field("code").present().q()).count() == 4


def test_a_generated_field_and_an_annotation_of_no_known_type(deals):
    assert named(deals.filter((field("twice") == 200).q())) == ["One"]
    unknown = deals.annotate(unknown=Func(F("name"), Value(1), function="coalesce"))
    assert unknown.filter(field("unknown").present().q()).count() == 4
    with pytest.raises(InvalidExpression, match="of a type about which only"):
        unknown.filter((field("unknown") == "x").q())
    flags = deals.annotate(flag=Value(1, BooleanField()))
    assert flags.filter((field("flag") == True).q()).count() == 4  # noqa: E712


def test_lowercase_is_refused_by_name():
    for question in (
        field("name").lower() == "x",
        field("name").lower().isin("x"),
        field("name").lower().contains("x"),
    ):
        with pytest.raises(InvalidExpression, match=r"field\('name'\).lower\(\) is not asked of a database") as refusal:
            question.q()
        assert refusal.value.code == "not_in_this_place"


def test_a_relative_question_asks_for_its_moment():
    with pytest.raises(InvalidExpression, match="say which with as_of="):
        field("created").within(days=3).q()
    with pytest.raises(InvalidExpression, match="must be a datetime with its time zone"):
        field("created").during("month").q(as_of=datetime(2024, 1, 1))  # noqa: DTZ001


def test_names_that_begin_with_an_underscore_are_refused():
    with pytest.raises(InvalidExpression, match="must not be empty nor begin with '_'"):
        (field("secret") == "x").q(fields={"secret": "company___secret"})


def test_datetimes_without_zones_are_refused(deals):
    with override_settings(USE_TZ=False):
        with pytest.raises(InvalidExpression, match="set USE_TZ = True") as refusal:
            deals.filter((field("created") > AT).q())
        assert refusal.value.code == "naive_column"
        deals.filter(field("created").present().q())


def test_times_that_sqlite_keeps_in_another_zone_are_refused(deals, place, monkeypatch):
    monkeypatch.setattr(connections[place], "timezone_name", "Europe/Berlin")
    for question in (field("created") > AT, field("created") == field("created")):
        with pytest.raises(InvalidExpression, match="kept as Europe/Berlin has it cannot be asked of SQLite exactly"):
            deals.filter(question.q()).count()


def test_of_another_database_only_what_all_compare_alike_is_asked(deals, place, monkeypatch):
    monkeypatch.setattr(connections[place], "vendor", "mysql")
    monkeypatch.setattr(connections[place], "display_name", "MySQL")
    name, value, created = field("name"), field("value"), field("created")
    refused = {
        "text": [name == "a", name < name, name.contains("a"), name.startswith("a"), name.isin("a")],
        "a number that is no FloatField": [value > 1, value > value, value.isin(1.5), value == field("pk")],
        "JSON": [field("custom").missing(), field("custom").has("a"), field("note") == 3, field("note").missing()],
    }
    for what, questions in refused.items():
        for question in questions:
            with pytest.raises(InvalidExpression, match=f"{what} cannot be asked of MySQL exactly") as refusal:
                deals.filter(question.q()).count()
            assert refusal.value.code == "not_in_sql"
    asked = all_of(field("pk") > 0.5, field("won") == False, created <= AT, created == created, name.present())  # noqa: E712
    assert deals.filter(asked.q()).count() == 4
    halves = deals.annotate(half=F("pk") / 2.0)
    assert halves.filter((field("half") > 0.7).q() & field("half").isin(1.0, 1.5).q()).count() == 2


def test_without_django_the_pip_command_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "django.db.models", None)
    with pytest.raises(MissingExtra, match=r"pip install 'crmkit\[django\]'"):
        ALWAYS.q()
