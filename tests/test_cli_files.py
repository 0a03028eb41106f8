"""The command on several files, and from one format to another."""

import sys
import types
import zipfile
from pathlib import Path

import pytest

from crmkit import cli, io
from crmkit.cli import main
from tests.test_cli import printed, refused

DEALS = (
    "Deal ID,Deal Stage,Amount,Company,Deal owner,Create Date,Close Date\n"
    "d1,Won,100,c1,ann@x.example,2024-01-05,2024-02-01\n"
    "d2,Lost,50,c2,bob@x.example,2024-01-06,2024-02-03\n"
    "d3,Won,x,c2,bob@x.example,2024-01-06,2024-02-04\n"
)
COMPANIES = "Company ID,Company name,Industry,Website\nc1,Acme,Steel,a.example\nc2,Bolt,Glass,b.example\n"
USERS = "User ID,Full name,Email,Active\nu1,Ann,ann@x.example,true\nu2,Bob,bob@x.example,true\n"
PRESET = """
name = "acme deals"
system = "Acme"
record = "deal"
key = [["Opp No", "Phase"]]

[columns]
id = ["Opp No"]
stage = ["Phase"]
amount = ["Worth"]

[stages]
won = ["Signed"]
lost = ["Gone"]
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in (("deals.csv", DEALS), ("companies.csv", COMPANIES), ("users.csv", USERS)):
        Path(name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["out.csv", "out.jsonl", "out.parquet", "out.xlsx"])
def test_convert_writes_a_table_that_is_read_again(capsys, name):
    out = printed(capsys, "convert", "deals.csv", "--to", name, "--rejected", "mend.csv")
    assert out == f"{name}: 2 deal rows\n1 rows rejected: mend.csv\n"
    table, again = io.read("deals.csv").table, io.read(name).table
    assert again[list(table.columns)].equals(table)
    assert "line 4" not in Path("mend.csv").read_text(encoding="utf-8-sig")
    assert "d3,Won,x" in Path("mend.csv").read_text(encoding="utf-8-sig")


def test_convert_writes_what_the_rows_tell_besides(capsys):
    Path("wide.csv").write_text("Opp No,Phase,Worth\n1,Signed,5\n", encoding="utf-8")
    Path("map.toml").write_text(
        'record = "deal"\n[columns]\nid = "Opp No"\nstage = "Phase"\n[entered]\nSigned = "Worth"\n', encoding="utf-8"
    )
    Path("wide.csv").write_text("Opp No,Phase,Worth\n1,Signed,2024-01-02\n", encoding="utf-8")
    out = printed(capsys, "convert", "wide.csv", "--mapping", "map.toml", "--to", "out.csv", "--form", "transfer")
    assert out == "out.csv: 1 deal rows\nout-stage_change.csv: 1 stage_change rows\n0 rows rejected\n"
    assert io.read("out-stage_change.csv").record == "stage_change"


def test_convert_never_writes_over_what_it_reads(capsys):
    assert "it is in use; name another" in refused(capsys, "convert", "deals.csv", "--to", "deals.csv")
    assert "it is in use; name another" in refused(
        capsys, "convert", "deals.csv", "--to", "out.csv", "--rejected", "deals.csv"
    )
    assert ".parquet" in refused(capsys, "convert", "deals.csv", "--to", "out.pdf")


def test_convert_never_writes_two_tables_to_one_place(capsys):
    assert "it is in use" in refused(capsys, "convert", "deals.csv", "--to", "out.csv", "--rejected", "out.csv")
    assert not Path("out.csv").exists()


def test_a_place_that_is_none_is_refused(capsys):
    Path("loop").symlink_to("loop")
    for place in ("loop", ".", "nowhere/out.csv"):
        assert "cannot write" in refused(capsys, "convert", "deals.csv", "--to", place)


def test_a_preset_is_given_to_the_command(capsys):
    Path("acme.toml").write_text(PRESET, encoding="utf-8")
    Path("acme.csv").write_text("Opp No,Phase,Worth\n1,Signed,5\n", encoding="utf-8")
    out = printed(capsys, "inspect", "acme.csv", "--preset", "acme.toml")
    assert "acme deals (Acme)" in out
    assert 'won = ["Signed"]' in out


def test_inspect_counts_the_rows_that_are_no_records(capsys):
    Path("gone.csv").write_text("Deal ID,Deal Stage,Amount,IsDeleted\n1,Won,5,true\n2,Won,5,false\n", encoding="utf-8")
    assert printed(capsys, "inspect", "gone.csv").startswith(
        "# gone.csv: 1 deal rows, 1 accepted, 0 rejected, 1 deleted\n"
    )


def test_further_files_are_joined_to_the_first(capsys):
    out = printed(
        capsys, "report", "deals.csv", "companies.csv", "users.csv", "--by", "company.industry", "--as-of", "2024-12-31"
    )
    assert "Win rate by company industry" in out
    assert "Glass" in out
    assert "companies.csv: 2 company rows, 0 rejected" in out
    assert "deals.csv: 2 deal rows, 1 rejected" in out
    by_owner = printed(capsys, "report", "deals.csv", "users.csv", "--by", "owner.name", "--as-of", "2024-12-31")
    assert "Ann" in by_owner


def test_a_directory_and_an_archive_are_reported_by_their_deals(capsys, here):
    exports = here / "exports"
    exports.mkdir()
    with zipfile.ZipFile("exports.zip", "w") as archive:
        for name in ("deals.csv", "companies.csv"):
            archive.write(name)
            (exports / name).write_bytes(Path(name).read_bytes())
    (exports / "colours.csv").write_text("red,green\n1,2\n", encoding="utf-8")
    assert main(["report", "exports", "--by", "company.name", "--as-of", "2024-12-31"]) == 0
    out, err = capsys.readouterr()
    assert "Win rate by company name" in out
    assert "left out: colours.csv" in err
    assert "Win rate by company name" in printed(
        capsys, "report", "exports.zip", "--by", "company.name", "--as-of", "2024-12-31"
    )


def test_a_directory_without_deals_is_refused(capsys, here):
    (here / "none").mkdir()
    (here / "none" / "companies.csv").write_text(COMPANIES, encoding="utf-8")
    assert "no file in it holds deals" in refused(capsys, "report", "none")


def test_a_named_file_that_cannot_be_read_is_refused(capsys):
    Path("colours.csv").write_text("red,green\n1,2\n", encoding="utf-8")
    assert "colours.csv" in refused(capsys, "report", "deals.csv", "colours.csv")


def test_progress_is_shown_for_large_files_where_someone_looks(capsys, monkeypatch):
    bars = []

    class Bar:
        def __init__(self, **_):
            self.n = self.total = 0
            bars.append(self)

        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

        def update(self, more):
            self.n += more

    monkeypatch.setitem(sys.modules, "tqdm", types.SimpleNamespace(tqdm=Bar))
    monkeypatch.setattr(cli, "_LARGE", 1)
    printed(capsys, "inspect", "deals.csv")
    assert bars == []
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    printed(capsys, "inspect", "deals.csv")
    assert [(bar.n, bar.total) for bar in bars] == [(len(DEALS), len(DEALS))]
    monkeypatch.setitem(sys.modules, "tqdm", None)
    printed(capsys, "inspect", "deals.csv")
    assert len(bars) == 1
