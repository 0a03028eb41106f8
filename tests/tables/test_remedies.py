"""Who does what a message says gets an answer: the code in it is run as it stands."""

from datetime import UTC, date, datetime
from decimal import Decimal

import narwhals as nw
import pandas as pd
import polars as pl
import pyarrow
import pyarrow.compute  # the messages say pyarrow.compute
import pytest

from crmkit.errors import InvalidColumn, MissingColumn
from crmkit.records import Company
from crmkit.tables import (
    conform,
    customer_summary,
    extent,
    from_table,
    join,
    open_table,
    purchases_by_day,
    stage_steps,
)
from crmkit.tables._remedies import native_type, no_instants, remedy
from tests.kinds import KINDS, rows

TIMES = [datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 5, tzinfo=UTC), datetime(2025, 1, 20, tzinfo=UTC)]
MINE = pd.DataFrame(
    {"who": ["a", "a", "b"], 'at "noon"': pd.to_datetime(TIMES, utc=True), "it's worth": [1.0, 2.0, 3.0]}
)
WHO, AT, WORTH = MINE.columns
NAMES = {"customer": WHO, "at": AT, "amount": WORTH}
JANUARY = date(2025, 1, 31)
EXPECTED = rows(customer_summary(MINE, as_of=JANUARY, **NAMES).table)
HELD = {
    "local": MINE[AT].dt.tz_localize(None),
    "text": MINE[AT].dt.strftime("%Y-%m-%d"),
    "seconds": pd.Series([int(time.timestamp()) for time in TIMES]),
}


def followed(message, frame):
    """The caller's frame after the code in a message."""
    code = message.partition(" say ")[2].removesuffix(", for others the name of their zone")
    names = {"frame": frame, "pd": pd, "pl": pl, "pyarrow": pyarrow}
    exec(code, names)  # noqa: S102  # what the message says to do
    return names["frame"]


@pytest.mark.parametrize("ask", [customer_summary, purchases_by_day])
def test_columns_under_names_of_their_own_are_found_by_what_the_messages_say(ask):
    names, said = {}, []
    for argument in NAMES:
        with pytest.raises(MissingColumn, match=f"{ask.__name__} needs column '.*'; there are: .* ") as fault:
            ask(MINE, as_of=JANUARY, **names)
        said.append(str(fault.value).rpartition("(")[2].removesuffix(")"))
        words = said[-1].partition(", or ")[0].removeprefix("say ").replace("'its name'", repr(NAMES[argument]))
        names |= eval(f"dict({words})")  # noqa: S307  # what the message says to do
    assert said[0] == "say customer='its name'"
    assert said[2] == "say amount='its name', or amount=None to leave spend out"
    assert names == NAMES
    ask(MINE, as_of=JANUARY, **names)
    ask(MINE, as_of=JANUARY, **names | {"amount": None})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("held", HELD)
def test_times_that_are_no_instants_become_such(held, kind):
    frame = KINDS[kind](MINE.assign(**{AT: HELD[held]}))
    with pytest.raises(InvalidColumn, match="not instants with a time zone or dates") as fault:
        customer_summary(frame, as_of=JANUARY, **NAMES)
    assert fault.value.column == AT
    made = followed(str(fault.value), frame)
    assert rows(customer_summary(made, as_of=JANUARY, **NAMES).table) == EXPECTED


@pytest.mark.parametrize("texts", ["object", "category"])
def test_texts_of_pandas_become_instants_whatever_keeps_them(texts):
    frame = MINE.assign(**{AT: HELD["text"].astype(texts)})
    with pytest.raises(InvalidColumn, match=f"holds {texts}, ") as fault:
        customer_summary(frame, as_of=JANUARY, **NAMES)
    made = followed(str(fault.value), frame)
    assert rows(customer_summary(made, as_of=JANUARY, **NAMES).table) == EXPECTED


@pytest.mark.parametrize("kind", KINDS)
def test_amounts_that_are_texts_become_numbers(kind):
    frame = KINDS[kind](MINE.assign(**{WORTH: MINE[WORTH].astype(str)}))
    with pytest.raises(InvalidColumn, match="where amounts are needed") as fault:
        customer_summary(frame, as_of=JANUARY, **NAMES)
    made = followed(str(fault.value), frame)
    assert rows(customer_summary(made, as_of=JANUARY, **NAMES).table) == EXPECTED


def test_amounts_that_pandas_keeps_as_decimals_become_numbers():
    frame = MINE.assign(**{WORTH: pd.Series([Decimal(1), Decimal(2), Decimal(3)], dtype=object)})
    with pytest.raises(InvalidColumn, match="holds object, where amounts are needed") as fault:
        customer_summary(frame, as_of=JANUARY, **NAMES)
    made = followed(str(fault.value), frame)
    assert rows(customer_summary(made, as_of=JANUARY, **NAMES).table) == EXPECTED


@pytest.mark.parametrize(
    ("kind", "local"),
    [
        ("pandas", "datetime64["),
        ("pandas with pyarrow types", "timestamp["),
        ("polars", "Datetime(time_unit="),
        ("polars lazy", "Datetime(time_unit="),
        ("pyarrow", "timestamp["),
        ("duckdb", "TIMESTAMP"),
    ],
)
def test_a_type_is_called_as_its_library_calls_it(kind, local):
    frame = open_table(KINDS[kind](MINE.assign(**{AT: HELD["local"]})))
    assert native_type(frame, AT).startswith(local)


@pytest.mark.parametrize("kind", KINDS)
def test_dates_become_midnights_where_instants_are_needed(kind):
    frame = KINDS[kind](pd.DataFrame({"at": pd.to_datetime(TIMES).tz_localize(None)}))
    days = nw.from_native(frame).with_columns(nw.col("at").cast(nw.Date)) if kind != "pandas" else None
    frame = pd.DataFrame({"at": [time.date() for time in TIMES]}) if days is None else days.to_native()
    with pytest.raises(InvalidColumn, match="not instants with a time zone; for ") as fault:
        extent(frame, "at")
    assert extent(followed(str(fault.value), frame), "at") == (TIMES[0], TIMES[-1])


@pytest.mark.parametrize("kind", KINDS)
def test_a_stage_history_under_names_of_its_own_is_told_by_them(kind):
    history = pd.DataFrame({"deal_id": ["a"] * 3, "to_stage": ["x", "y", "z"], "moved": HELD["local"]})
    frame, columns = KINDS[kind](history), {"changed_at": "moved"}
    with pytest.raises(InvalidColumn, match="column 'moved' holds ") as fault:
        stage_steps(frame, columns=columns, purpose="a test")
    steps = stage_steps(followed(str(fault.value), frame), columns=columns, purpose="a test")
    assert steps.at.tolist() == [int(time.timestamp() * 1e6) for time in TIMES]


def test_what_has_no_remedy_in_one_line_is_named_all_the_same():
    months = MINE.assign(**{AT: HELD["local"].dt.to_period("M")})
    with pytest.raises(InvalidColumn, match=r"holds period\[M\], .*; make it such a column in its own library$"):
        customer_summary(months, as_of=JANUARY, **NAMES)


class OfAnotherLibrary:
    """A frame of a library that the remedies do not speak of."""

    implementation = nw.Implementation.DASK

    def to_native(self):
        return None

    def collect_schema(self):
        return nw.Schema({"at": nw.Datetime("us")})


def test_a_library_that_the_remedies_do_not_speak_is_told_in_plain_words():
    frame = OfAnotherLibrary()
    assert remedy(frame, "at", "text") == ""
    held = "column 'at' holds Datetime(time_unit='us', time_zone=None), not instants with a time zone"
    assert no_instants(frame, "at", own="at") == f"{held}; make it such a column in its own library"


def test_a_renaming_to_a_column_that_is_absent_says_the_renaming_to_say():
    with pytest.raises(MissingColumn, match=r"\(say columns=\{'id': 'its name'\}\)$"):
        open_table(MINE, columns={"id": "whom"})
    assert "id" in open_table(MINE, columns={"id": WHO}).columns


def test_a_join_says_what_to_rename():
    deals, companies = pd.DataFrame({"firm": ["c"]}), pd.DataFrame({"nr": ["c"], "employees": [7]})
    with pytest.raises(MissingColumn, match=r"\(rename the column that says it to 'company_id'\)$"):
        join(deals, company=companies)
    deals = deals.rename(columns={"firm": "company_id"})
    with pytest.raises(MissingColumn, match=r"the table company .*\(rename the column that says it to 'id'\)$"):
        join(deals, company=companies)
    assert join(deals, company=companies.rename(columns={"nr": "id"}))["company.employees"].tolist() == [7]


def test_records_are_made_of_a_table_that_conform_renames():
    table = pd.DataFrame({"nr": ["c"], "name": ["Acme"]})
    with pytest.raises(MissingColumn, match=r"tables\.conform\(table, Company, columns=\{'id': 'its name'\}\)"):
        from_table(table, Company)
    assert from_table(conform(table, Company, columns={"id": "nr"}), Company) == [Company(id="c", name="Acme")]


def test_an_extent_is_asked_of_columns_that_are_there():
    with pytest.raises(MissingColumn, match=r"did you mean 'at \"noon\"'\? \(say the names of columns it has\)$"):
        extent(MINE, "at noon")
