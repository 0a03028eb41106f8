import copy
import inspect
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmkit import errors
from crmkit.errors import (
    Conflict,
    CrmError,
    CrmWarning,
    ImportRejected,
    InvalidRecord,
    MissingColumn,
    MissingExtra,
    UnknownField,
    did_you_mean,
    nearest,
    shown,
)

CLASSES = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, CrmError)]


@given(st.text() | st.binary() | st.lists(st.integers()), st.integers(2, 200))
def test_a_value_is_shown_on_one_line_within_the_limit(value, limit):
    text = shown(value, limit=limit)
    assert len(text) <= limit
    assert text.isprintable()


def test_a_short_value_is_shown_whole_and_a_long_one_ends_in_an_ellipsis():
    assert shown("a\x1b\n") == r"'a\x1b\n'"
    assert shown("x" * 500) == "'" + "x" * 118 + "…"
    assert shown("x" * 118) == "'" + "x" * 118 + "'"


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [
        ("ammount", ["amount", "stage"], "amount"),
        ("AMOUNT", ["Amount"], "Amount"),
        ("eur", ["EUR", "USD"], "EUR"),
        ("zzz", ["amount"], None),
        ("amount", [], None),
    ],
)
def test_the_near_miss_is_found_whatever_its_case(name, known, near):
    assert nearest(name, known) == near


def test_an_unknown_name_ends_with_the_near_miss_or_with_what_there_is():
    assert did_you_mean("ammount", iter(["amount"])) == "; did you mean 'amount'?"
    assert did_you_mean("zzz", ["b", "a"]) == "; there are: a, b"
    assert did_you_mean("zzz", [f"n{number:02}" for number in range(12)]).endswith("n11")
    assert did_you_mean("zzz", [f"n{number:02}" for number in range(13)]).endswith("n11, ...")
    assert did_you_mean("zzz", []) == ""


def test_an_error_carries_its_facts():
    error = InvalidRecord("no", record="Deal", field="amount", value=3)
    assert (error.record, error.field, error.value) == ("Deal", "amount", 3)
    assert error.facts == {"record": "Deal", "field": "amount", "value": 3}
    assert str(error) == "no"
    with pytest.raises(TypeError):
        error.facts["value"] = 4


def test_a_code_is_the_classs_own_or_a_finer_one():
    assert InvalidRecord("no").code == "invalid_record"
    finer = InvalidRecord("no", code="too_long", field="name")
    assert finer.code == "too_long"
    assert finer.facts == {"field": "name"}
    assert InvalidRecord.code == "invalid_record"


@pytest.mark.parametrize("cls", CLASSES)
def test_every_error_has_a_code_is_exported_and_keeps_its_facts_when_copied(cls):
    assert cls.__name__ in errors.__all__
    assert cls.code.isidentifier()
    error = cls("no", code="finer", field="x")
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):  # noqa: S301  # made here
        assert type(again) is cls
        assert (str(again), again.code, again.facts) == ("no", "finer", {"field": "x"})


def test_codes_are_unique_and_every_warning_is_one_of_crmkits():
    assert len({cls.code for cls in CLASSES}) == len(CLASSES)
    warned = [each for _, each in inspect.getmembers(errors, inspect.isclass) if issubclass(each, Warning)]
    assert all(issubclass(each, CrmWarning) for each in warned)
    assert len(warned) == 4


@pytest.mark.parametrize(
    ("cls", "builtin"),
    [
        (InvalidRecord, ValueError),
        (UnknownField, LookupError),
        (UnknownField, ValueError),
        (MissingColumn, ValueError),
        (MissingExtra, ImportError),
        (ImportRejected, ValueError),
    ],
)
def test_an_error_is_also_what_python_calls_it(cls, builtin):
    assert issubclass(cls, builtin)
    assert not issubclass(Conflict, ValueError)


def test_an_unknown_field_knows_what_there_is():
    error = UnknownField.of("ammount", iter(["amount", "stage"]), place="Deal")
    assert str(error) == "no field 'ammount' in Deal; did you mean 'amount'?"
    assert (error.field, error.known, error.suggestion) == ("ammount", ("amount", "stage"), "amount")


def test_a_missing_column_says_who_needs_it_and_how_to_rename():
    error = MissingColumn.of("status", ["state"], purpose="win_rate")
    assert str(error) == (
        "win_rate needs column 'status'; did you mean 'state'? "
        "(a table that names it otherwise can say columns={'status': 'its name'})"
    )
    assert (error.column, error.known, error.suggestion) == ("status", ("state",), "state")


def test_a_missing_column_says_what_to_do_where_the_function_takes_no_columns():
    error = MissingColumn.of("who", ["buyer"], purpose="customer_summary", remedy="say customer='its name'")
    assert str(error) == "customer_summary needs column 'who'; there are: buyer (say customer='its name')"


def test_a_rejected_import_begins_with_its_place():
    whole = ImportRejected.of("no date", file="deals.csv", line=7, column="close", value="31.2.", code="bad_date")
    assert str(whole) == "deals.csv, line 7, column 'close', value '31.2.': no date"
    assert whole.code == "bad_date"
    assert str(ImportRejected.of("empty", file="deals.csv")) == "deals.csv: empty"
    assert ImportRejected.of("empty", file="deals.csv").facts == {
        "file": "deals.csv",
        "line": None,
        "column": None,
        "value": None,
    }


def test_a_missing_extra_names_the_command():
    error = MissingExtra.of("report", purpose="the HTML page")
    assert str(error) == "the HTML page needs more libraries: pip install 'crmkit[report]'"
    assert error.extra == "report"


def test_an_integer_too_long_to_write_is_shown_by_its_kind():
    assert shown(10**5000) == "<int>"
