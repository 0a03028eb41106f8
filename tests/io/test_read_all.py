"""Several files at once: each is read as it would be alone, and none is lost."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import narwhals as nw
import pytest

from crmkit import io, tables
from crmkit.errors import ImportRejected, InvalidArgument, InvalidPeriod
from crmkit.io._read_all import read_all
from crmkit.io._several._found import Limits
from crmkit.tables import Backend
from tests.io.exports import DEALS, FILES, archive, directory

BAD_ROW = DEALS + "3,Elm,Won,many,Ana Ng,2017-01-02,9001\n"


def test_a_directory_an_archive_and_a_list_of_the_same_files_are_the_same(tmp_path: Path) -> None:
    here = directory(tmp_path)
    imports = [read_all(source) for source in (here, str(here), archive(here), sorted(here.glob("*.csv")))]
    for name in FILES:
        alone = io.read(here / name)
        for read in imports:
            assert read.results[name].table.equals(alone.table)
            assert read.results[name].mapping == alone.mapping
            assert read.results[name].assumptions == alone.assumptions
    for read in imports:
        assert read.tables.keys() == {"deal", "company", "user"}
        assert all(table.equals(imports[0].tables[kind]) for kind, table in read.tables.items())
        assert read.assumptions == imports[0].assumptions


@pytest.mark.parametrize("backend", get_args(Backend))
def test_the_tables_join_by_id_whatever_the_files_name_each_other_by(tmp_path: Path, backend: Backend) -> None:
    found = read_all(archive(tmp_path), backend=backend).tables
    joined = nw.from_native(tables.join(found["deal"], company=found["company"], owner=found["user"]), eager_only=True)
    assert joined.get_column("company.name").to_list() == ["Bluebay Ltd", "Fern GmbH"]
    assert joined.get_column("owner.email").to_list() == ["ana@x.io", "bo@x.io"]


def test_the_rows_of_all_files_are_counted(tmp_path: Path) -> None:
    read = read_all(directory(tmp_path, {**FILES, "deals.csv": BAD_ROW, "notes.txt": "x", "odd.csv": "a,b\n1,2\n"}))
    assert (read.accepted, read.rejected, read.records) == (6, 1, 7)
    assert read.records == sum(result.records for result in read.results.values())
    assert repr(read) == "Imports(3 files, 1 refused, 1 skipped: 6 rows accepted, 1 rejected)"


def test_a_file_that_cannot_be_read_is_refused_and_in_strict_mode_raised(tmp_path: Path) -> None:
    here = directory(tmp_path, {**FILES, "odd.csv": "a,b\n1,2\n"})
    read = read_all(here)
    assert list(read.refused) == ["odd.csv"]
    assert read.refused["odd.csv"].file == "odd.csv"
    assert read.results.keys() == FILES.keys()
    with pytest.raises(ImportRejected) as refused:
        read_all(here, on_error="strict")
    assert (str(refused.value), refused.value.code) == (str(read.refused["odd.csv"]), read.refused["odd.csv"].code)


def test_a_file_that_cannot_even_be_opened_is_refused_and_in_strict_mode_raised(tmp_path: Path) -> None:
    packed = archive(tmp_path, {"a.csv": DEALS, "b.csv": DEALS})
    content = packed.read_bytes()
    packed.write_bytes(content.replace(b"PK\x03\x04", b"PK\x03\x05", 1))
    twice = archive(tmp_path, {"x/a.csv": DEALS, "y/a.csv": DEALS}, name="twice.zip")
    for source, code in ((packed, "damaged"), (twice, "duplicate_name")):
        assert read_all(source).refused["a.csv"].code == code
        with pytest.raises(ImportRejected) as refused:
            read_all(source, on_error="strict")
        assert refused.value.code == code


def test_strict_mode_takes_no_file_with_a_faulty_row(tmp_path: Path) -> None:
    here = directory(tmp_path, {"deals.csv": BAD_ROW})
    with pytest.raises(ImportRejected) as refused:
        read_all(here, on_error="strict")
    assert (refused.value.file, refused.value.line) == ("deals.csv", 4)


def test_one_mapping_is_for_all_files_and_a_dict_of_names_for_each(tmp_path: Path) -> None:
    here = directory(tmp_path, {"a.csv": DEALS, "b.csv": DEALS})
    whole: list[Any] = [{"currency": "EUR"}, io.Mapping(currency="EUR")]
    for mapping in whole:
        assert set(read_all(here, mapping=mapping).tables["deal"]["currency"]) == {"EUR"}
    toml = tmp_path / "b.toml"
    toml.write_text('currency = "USD"', encoding="utf-8")
    read = read_all(here, mapping={"a.csv": {"currency": "EUR"}, "b.csv": toml})
    assert [set(result.table["currency"]) for result in read.results.values()] == [{"EUR"}, {"USD"}]
    assert "currency" not in read_all(here, mapping={}).tables["deal"]


@pytest.mark.parametrize("name", ["deals.cvs", 5])
def test_a_mapping_for_a_file_that_is_not_there_is_refused(tmp_path: Path, name: Any) -> None:
    with pytest.raises(InvalidArgument, match="neither a file nor a part of a mapping") as refused:
        read_all(directory(tmp_path), mapping={name: {"currency": "EUR"}})
    assert (refused.value.argument, refused.value.value) == ("mapping", name)


def test_what_the_arguments_say_wrong_is_raised_in_both_modes(tmp_path: Path) -> None:
    here = directory(tmp_path)
    wrong: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"on_error": "colect"}, InvalidArgument),
        ({"backend": "panda"}, InvalidArgument),
        ({"mapping": {"record": "del"}}, ImportRejected),
        ({"mapping": {"timezone": "Europe/Berlim"}}, InvalidPeriod),
        ({"limits": Limits(files=2)}, ImportRejected),
    ]
    for arguments, error in wrong:
        with pytest.raises(error):
            read_all(here, **arguments)


def test_the_id_of_a_merged_record_leads_to_the_one_that_is_left(tmp_path: Path) -> None:
    companies = "Record ID,Company name,Website URL,Merged IDs\n9001,Bluebay Ltd,b.test,8000:1661707291575\n"
    deals = "Record ID,Deal Name,Deal Stage,Amount,Company ID\n1,Fern,Won,5,8000\n"
    columns = {"id": "Record ID", "name": "Company name", "merged_ids": "Merged IDs"}
    read = read_all(
        directory(tmp_path, {"companies.csv": companies, "deals.csv": deals}),
        mapping={
            "companies.csv": {"record": "company", "columns": columns},
            "deals.csv": {"record": "deal", "columns": {"id": "Record ID", "company_id": "Company ID"}},
        },
    )
    assert list(read.tables["deal"]["company_id"]) == ["9001"]
    assert list(read.results["deals.csv"].table["company_id"]) == ["8000"]
    assert [(said.code, said.subject) for said in read.assumptions] == [("merged", "deal.company_id")]


@pytest.mark.parametrize("source", ["directory", "archive"])
def test_progress_grows_to_the_size_of_all_files(tmp_path: Path, source: str) -> None:
    told: list[tuple[int, int]] = []
    here = directory(tmp_path)
    read_all(here if source == "directory" else archive(here), progress=lambda done, size: told.append((done, size)))
    size = sum(map(len, FILES.values()))
    assert told == sorted(told)
    assert told[-1] == (size, size)
    assert {whole for _, whole in told} == {size}


def test_nothing_to_read_is_no_tables(tmp_path: Path) -> None:
    read = read_all(tmp_path)
    assert (read.tables, read.records, read.assumptions) == ({}, 0, ())


def test_every_file_of_real_exports_is_read_or_named_with_a_reason(data: Path) -> None:
    for place in (data / "exports", data / "maven_crm"):
        read = read_all(place)
        assert {*read.results, *read.refused, *read.skipped} == {file.name for file in place.iterdir()}
        assert read.accepted > 0


def test_deals_of_a_real_export_find_their_companies_and_owners_by_name(data: Path) -> None:
    found = read_all(data / "maven_crm").tables
    joined = tables.join(found["deal"], company=found["company"], owner=found["user"])
    assert joined["company.industry"].notna().sum() == joined["company_id"].notna().sum() == 8_800 - 1_425
    assert joined["owner.name"].notna().all()
    won = joined[joined["status"] == "won"]
    assert won["amount"].sum() == won.groupby("company.industry")["amount"].sum().sum() == 10_005_534
