"""What is made of texts: nothing, unless the mapping or a spreadsheet's protection says so, and then it is told."""

from __future__ import annotations

import pytest

from crmkit import io
from crmkit.io._cells._texts import long_id
from tests.io.written import Write


def column(result: io.ImportResult, name: str) -> list[str | None]:
    return list(result.table[name].astype(object).where(result.table[name].notna(), None))


def codes(result: io.ImportResult) -> set[str]:
    return {assumption.code for assumption in result.assumptions}


def test_texts_that_stand_for_nothing_are_declared(write: Write) -> None:
    text = "Deal ID,Deal Stage,Amount,Name,Note\na,Won,#N/A,#N/A,#N/A\nb,Won,5,Null,NA\n"
    result = io.read(write(text), mapping={"record": "deal", "nulls": ["#N/A"]})
    assert column(result, "name") == [None, "Null"]
    assert column(result, "note") == [None, "NA"]
    assert column(result, "amount") == [None, 5.0]
    assert len(io.read(write(text)).rejected) == 1


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("'+49 30 1", "+49 30 1"),
        ("'=1+1", "=1+1"),
        ("''=1", "'=1"),
        ("'-50.00", "-50.00"),
        ("'@me", "@me"),
        ("'＝1", "＝1"),
        ("'t Hooft", "'t Hooft"),
        ("'", "'"),
        ("+49", "+49"),
    ],
)
def test_the_apostrophe_before_a_formula_is_taken_off(write: Write, cell: str, value: str) -> None:
    text = f'Deal ID,Deal Stage,Amount,Name,Note\na,Won,1,"{cell}","{cell}"\n'
    result = io.read(write(text))
    assert (column(result, "name"), column(result, "note")) == ([value], [value])
    assert ("apostrophe" in codes(result)) == (cell != value)
    kept = io.read(write(text), mapping={"record": "deal", "apostrophes": "keep"})
    assert (column(kept, "name"), "apostrophe" in codes(kept)) == ([cell], False)


def test_the_first_of_several_ids_is_taken_and_the_others_are_kept_as_text(write: Write) -> None:
    text = "Deal ID,Deal Stage,Amount,Company ID\na,Won,1,9002;9999\nb,Won,1,7\nc,Won,1,;8 ;\nd,Won,1,;\n"
    mapping = {
        "record": "deal",
        "columns": {"id": "Deal ID", "company_id": "Company ID"},
        "several": ["company_id"],
    }
    result = io.read(write(text), mapping=mapping)
    assert column(result, "company_id") == ["9002", "7", "8", None]
    assert column(result, "company_id_2") == ["9002;9999", "7", ";8 ;", ";"]
    assert "several" in codes(result)


# The pairs are those of Salesforce's own documentation and objects.
@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("006q000000Hddoh", "006q000000HddohAAB"),
        ("006q000000HdPzp", "006q000000HdPzpAAF"),
        ("006q000000HcZXX", "006q000000HcZXXAA3"),
        ("001A0000006Vm9r", "001A0000006Vm9rIAC"),
    ],
)
def test_a_short_id_of_salesforce_becomes_the_long_one(short: str, full: str) -> None:
    assert (long_id(short), long_id(full), long_id(short[:-1])) == (full, full, short[:-1])


def test_short_and_long_ids_are_one(write: Write) -> None:
    text = "Id,Name,Website,Industry\n001A0000006Vm9r,A,,\n001A0000006Vm9rIAC,B,,\n"
    result = io.read(write(text), mapping={"record": "company", "id_form": "salesforce"})
    assert column(result, "id") == ["001A0000006Vm9rIAC"]
    assert [problem.code for row in result.rejected for problem in row.problems] == ["duplicate_id"]
    assert "id_form" in codes(result)
    assert io.read(write(text), mapping={"record": "company"}).accepted == 2


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("a;b", ["a", "b"]),
        (";a; b;", ["a", "b"]),
        ('["a;b"," c",""]', ["a;b", " c", ""]),
        ("[x]", ["[x]"]),
        ("[1]", ["[1]"]),
        ("[" * 5000, ["[" * 5000]),
    ],
)
def test_tags_stand_between_marks_or_in_a_list(write: Write, cell: str, tags: list[str]) -> None:
    quoted = cell.replace('"', '""')
    result = io.read(write(f'Deal ID,Deal Stage,Amount,Tags\na,Won,1,"{quoted}"\n'))
    assert list(result.table["tags"].iloc[0]) == tags


def test_another_mark_between_tags_is_declared(write: Write) -> None:
    text = 'Deal ID,Deal Stage,Amount,Tags\na,Won,1,"a;b, c"\n'
    result = io.read(write(text), mapping={"record": "deal", "tag_mark": ","})
    assert list(result.table["tags"].iloc[0]) == ["a;b", "c"]


def test_a_name_of_fifteen_letters_is_no_id() -> None:
    assert long_id("integrationuser") == "integrationuser"


def test_a_name_with_a_semicolon_is_one(write: Write) -> None:
    text = "Deal ID,Deal Stage,Amount,Company ID\na,Won,1,Smith; Sons\n"
    mapping = {"record": "deal", "columns": {"id": "Deal ID", "company_id": "Company ID"}, "several": ["company_id"]}
    assert column(io.read(write(text), mapping=mapping), "company_id") == ["Smith; Sons"]
