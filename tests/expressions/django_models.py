"""Models of Django as an application has them, which know nothing of crmkit."""

from contextlib import contextmanager

import django
from django.apps.registry import Apps
from django.conf import settings
from django.db import connections, models
from sqlalchemy import make_url

if not settings.configured:  # a page of the documentation may have done so, to the same effect
    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        USE_TZ=True,
        LOGGING_CONFIG=None,
    )
    django.setup()


APPS = Apps(["tests.expressions"])  # apart from those of a page or of other tests


class Row(models.Model):
    """The rows of `strategies`, many sets of them in one table."""

    pool = models.IntegerField(db_index=True)
    number = models.IntegerField()
    name = models.TextField(null=True)
    city = models.CharField(max_length=20, null=True)
    count = models.BigIntegerField(null=True)
    size = models.SmallIntegerField(null=True)
    amount = models.FloatField(null=True)
    budget = models.FloatField(null=True)
    price = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    active = models.BooleanField(null=True)
    at = models.DateTimeField(null=True)
    closed = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    due = models.DateField(null=True)
    tags = models.JSONField(null=True)

    class Meta:
        app_label = "expressions"
        apps = APPS


class Company(models.Model):
    """A company with an own company above it, and custom values."""

    name = models.CharField(max_length=50)
    employees = models.IntegerField(null=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    custom = models.JSONField(null=True)

    class Meta:
        app_label = "expressions"
        apps = APPS


class Owner(models.Model):
    """Somebody, by a UUID."""

    id = models.UUIDField(primary_key=True)
    email = models.EmailField()

    class Meta:
        app_label = "expressions"
        apps = APPS


class Lowered(models.CharField):
    """A field that converts on the way from the database."""

    def from_db_value(self, value, expression, connection):
        return value.lower()


class Opportunity(models.Model):
    """What crmkit calls a deal."""

    name = models.CharField(max_length=50)
    value = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    phase = models.CharField(max_length=20)
    won = models.BooleanField(default=False)
    created = models.DateTimeField()
    company = models.ForeignKey(Company, models.CASCADE, null=True, related_name="deals")
    owner = models.ForeignKey(Owner, models.CASCADE, null=True)
    labels = models.ManyToManyField(Company, related_name="+")
    code = Lowered(max_length=20, default="")
    length = models.DurationField(null=True)
    custom = models.JSONField(default=dict)
    twice = models.GeneratedField(
        expression=models.F("value") * 2,
        output_field=models.DecimalField(max_digits=13, decimal_places=2),
        db_persist=True,
    )

    class Meta:
        app_label = "expressions"
        apps = APPS


MODELS = (Row, Company, Owner, Opportunity)


@contextmanager
def opened(vendor, url=None, models=MODELS):
    """Make the tables in a database of their own, in memory or in a schema of a PostgreSQL server; yield its alias."""
    name = "_".join(model.__name__.lower() for model in models)
    alias = f"{vendor} {name}"
    configured = connections.configure_settings({"default": {}, alias: _address(vendor, url, name)})[alias]
    connections.settings[alias] = configured
    connection = connections[alias]
    try:
        if vendor == "postgresql":
            _run(connection, f"CREATE SCHEMA of_{name}")
        with connection.schema_editor() as editor:
            for model in models:
                editor.create_model(model)
        yield alias
        if vendor == "postgresql":
            _run(connection, f"DROP SCHEMA of_{name} CASCADE")
    finally:
        if connection.connection is not None:
            connection.connection.close()  # Django keeps the connection to a database in memory open
        del connections[alias]
        del connections.settings[alias]


def _address(vendor, url, name):
    if vendor == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    place = make_url(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": place.database,
        "USER": place.username,
        "PASSWORD": place.password or "",
        "HOST": place.query.get("host", place.host),
        "PORT": place.port or "",
        "OPTIONS": {"options": f"-c search_path=of_{name}"},
    }


def _run(connection, statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
