"""The command: what it prints, what it writes, how it refuses."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from crmkit import __version__, _documents, datasets, reporting, tables
from crmkit.cli import main
from crmkit.records import Contact, Lead
from tests.kpi.deals import day

HEADER = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
ROWS = """1,Ana,Basic,Acme,Won,2017-01-05,2017-02-01,100
2,Ana,Basic,Acme,Lost,2017-01-06,2017-02-03,0
3,Ben,Pro,,Won,2017-02-01,2017-05-10,300
4,Ben,Pro,Bolt,Engaging,2017-05-01,,
"""


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Every test has a directory of its own, with one small export in it."""
    monkeypatch.chdir(tmp_path)
    Path("deals.csv").write_text(HEADER + ROWS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def no_charts(monkeypatch):
    """Where the page is not the point, it is one line: its charts take long to draw."""
    monkeypatch.setattr(reporting, "render_html", lambda report: f"<!doctype html>{report.title}")


def printed(capsys, *arguments):
    assert main(arguments) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def refused(capsys, *arguments):
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("crmkit: ")
    assert err.count("\n") == 1
    assert err.endswith("\n")
    return err


def numbers(capsys, *arguments):
    document = _documents.load("report", printed(capsys, "report", "deals.csv", "--json", *arguments))
    return document, {metric["name"]: metric["value"] for metric in document["metrics"]}


def test_demo_prints_the_kpis_and_writes_the_page(capsys):
    out = printed(capsys, "demo")
    assert out.startswith("A simulated company\n")
    assert "\nWin rate " in out
    assert "\nWin rate by owner name " in out
    assert out.endswith("\nThe page: crmkit-demo.html\n")
    assert "<h1><bdi>A simulated company</bdi></h1>" in Path("crmkit-demo.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("no_charts")
def test_another_seed_is_another_company(capsys):
    assert len({printed(capsys, "demo", *seed) for seed in ((), ("--seed", "7"), ("--seed", "8"))}) == 2
    assert "seed is -1" in refused(capsys, "demo", "--seed", "-1")


def test_inspect_shows_counts_mapping_and_assumptions(capsys):
    out = printed(capsys, "inspect", "deals.csv")
    assert out.startswith("# deals.csv: 4 deal rows, 4 accepted, 0 rejected\n# The mapping")
    assert '\nrecord = "deal"\n' in out
    assert '\nowner_id = "sales_agent"\n' in out
    assert "\n# Assumed\n# - " in out
    assert list(Path().iterdir()) == [Path("deals.csv")]


def test_inspect_shows_problems_by_line(capsys):
    Path("deals.csv").write_text(HEADER + ROWS + "5,Ana,Basic,Acme,Won,2017-01-05,soon,1\n", encoding="utf-8")
    out = printed(capsys, "inspect", "deals.csv")
    assert "5 deal rows, 4 accepted, 1 rejected" in out
    assert "\n# Rejected\n# - line 6, column 'close_date', value 'soon': " in out


def test_the_mapping_that_inspect_prints_is_edited_and_given_back(capsys):
    mapping = printed(capsys, "inspect", "deals.csv")
    assert 'won = ["Won"]' in mapping
    edited = mapping.replace('won = ["Won"]', 'won = ["Won", "Lost"]').replace('lost = ["Lost"]', "lost = []")
    Path("mapping.toml").write_text(edited, encoding="utf-8")
    assert numbers(capsys)[1]["win_rate"] == 2 / 3
    document, values = numbers(capsys, "--mapping", "mapping.toml")
    assert values["win_rate"] == 1
    assert [one["code"] for one in document["assumptions"]] == ["currency_unstated", "as_of"]
    assert "status follows" not in printed(capsys, "inspect", "deals.csv", "--mapping", "mapping.toml")


def test_report_prints_the_kpis_and_writes_the_page(capsys):
    out = printed(capsys, "report", "deals.csv")
    assert out.startswith("deals.csv\n4 deals in the table, 0 rows rejected, up to the end of 2017-05-10\n")
    assert "\n- as of the end of 2017-05-10, the latest date in the file; --as-of DATE says another\n" in out
    assert out.endswith("\nThe page: crmkit-report.html\n")
    assert "<h1><bdi>deals.csv</bdi></h1>" in Path("crmkit-report.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("no_charts")
def test_the_page_goes_where_it_is_sent(capsys):
    assert printed(capsys, "report", "deals.csv", "-o", "mine.html").endswith("The page: mine.html\n")
    assert sorted(path.name for path in Path().iterdir()) == ["deals.csv", "mine.html"]


@pytest.mark.usefixtures("no_charts")
def test_json_alone_writes_no_page_and_with_an_output_it_does(capsys):
    document, values = numbers(capsys)
    assert (document["rows"], values["won_revenue"]) == (4, 400)
    assert list(Path().iterdir()) == [Path("deals.csv")]
    out = printed(capsys, "report", "deals.csv", "--json", "-o", "mine.html")
    assert json.loads(out)["format"] == "crmkit.report"
    assert Path("mine.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_as_of_is_the_last_day_that_counts(capsys):
    document, values = numbers(capsys, "--as-of", "2017-02-01")
    assert (document["as_of"], values["won_revenue"]) == ("2017-02-02T00:00:00+00:00", 100)
    assert "as_of" not in [one["code"] for one in document["assumptions"]]


def test_by_compares_the_values_of_a_column(capsys):
    document, _ = numbers(capsys, "--by", "product")
    assert [(row["keys"], row["value"]) for row in document["slices"][-1]["rows"]] == [(["Basic"], 0.5), (["Pro"], 1)]


@pytest.mark.parametrize(
    ("options", "periods"),
    [
        ((), ["2017-Q1", "2017-Q2"]),
        (("--every", "month"), ["2017-02", "2017-03", "2017-04", "2017-05"]),
        (("--every", "year", "--fiscal-year-start", "4"), ["FY2017", "FY2018"]),
    ],
)
def test_every_cuts_by_calendar_or_fiscal_periods(capsys, options, periods):
    document, _ = numbers(capsys, *options)
    assert [row["period"] for row in document["slices"][0]["rows"]] == periods


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Auckland"])
def test_a_date_without_a_zone_stays_that_date_in_the_zone_asked_for(capsys, zone):
    document, _ = numbers(capsys, "--timezone", zone, "--every", "month")
    assert document["slices"][0]["rows"][0]["period"] == "2017-02"
    assert "the end of 2017-05-10" in document["assumptions"][-1]["text"]
    Path("mapping.toml").write_text(f'timezone = "{zone}"\n', encoding="utf-8")
    assert numbers(capsys, "--mapping", "mapping.toml")[0] == numbers(capsys, "--timezone", zone)[0]


def test_a_file_without_a_date_has_a_report_of_all_it_holds(capsys):
    Path("deals.csv").write_text("deal_id,deal_stage,amount\n1,Won,100\n2,Lost,50\n", encoding="utf-8")
    document, values = numbers(capsys)
    assert (document["as_of"], values["win_rate"], values["sales_cycle"]) == (None, 0.5, None)


@pytest.mark.usefixtures("no_charts")
def test_leads_have_a_report_too(capsys):
    leads = [
        Lead(id="a", email="a@x.example", status="converted", created_at=day(0), converted_at=day(3)),
        Lead(id="b", email="b@x.example", status="new", created_at=day(1)),
    ]
    tables.to_table(leads, Lead).dropna(axis=1, how="all").to_csv("leads.csv", index=False)
    Path("lead.toml").write_text('record = "lead"\n', encoding="utf-8")
    assert "Lead conversion  50.0 %" in printed(capsys, "report", "leads.csv", "--mapping", "lead.toml")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("report", "none.csv"), "none.csv: there is no such file"),
        (("inspect", "none.csv"), "none.csv: there is no such file"),
        (("inspect", "."), "directory"),
        (("report", "deals.csv", "--mapping", "none.toml"), "none.toml"),
        (("report", "deals.csv", "--by", "onwer_id"), "did you mean 'owner_id'?"),
        (("report", "deals.csv", "--timezone", "Europe/Berlni"), "did you mean 'Europe/Berlin'?"),
        (("report", "deals.csv", "--fiscal-year-start", "13"), "a month from 1 to 12, not 13"),
        (("report", "deals.csv", "--as-of", "9999-12-31"), "9999"),
        (("report", "deals.csv", "--by", "stage", "--as-of", "2017-02-10"), "not what it was then"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(capsys, arguments, told):
    assert told in refused(capsys, *arguments)
    assert list(Path().iterdir()) == [Path("deals.csv")]


def test_a_refused_file_is_named_with_its_line_and_value(capsys):
    Path("deals.csv").write_bytes((HEADER + ROWS).encode() + b"5,Ana\xff,Basic\n")
    assert "deals.csv, line 6: the byte 0xFF is not UTF-8" in refused(capsys, "report", "deals.csv")


def test_a_kind_without_a_kpi_is_told_so(capsys):
    contacts = [Contact(id=name, email=f"{name}@x.example", first_name=name) for name in ("ana", "ben")]
    tables.to_table(contacts, Contact)[["id", "email", "first_name"]].to_csv("contacts.csv", index=False)
    assert "no KPI is measured on contact records yet" in refused(capsys, "report", "contacts.csv")
    assert "2 contact rows" in printed(capsys, "inspect", "contacts.csv")


@pytest.mark.usefixtures("no_charts")
def test_a_page_that_cannot_be_written_is_told_with_its_place(capsys):
    told = refused(capsys, "report", "deals.csv", "-o", "nowhere/page.html")
    assert told == "crmkit: cannot write nowhere/page.html: No such file or directory\n"
    Path("full").mkdir()
    assert main(["report", "deals.csv", "-o", "full"]) == 1
    assert capsys.readouterr().err == "crmkit: cannot write full: Is a directory\n"


def test_no_file_that_is_read_is_written_over(capsys):
    Path("link.csv").symlink_to("deals.csv")
    for page in ("deals.csv", "link.csv", "./deals.csv"):
        assert "it is in use; name another file" in refused(capsys, "report", "deals.csv", "-o", page)
    assert Path("deals.csv").read_text(encoding="utf-8") == HEADER + ROWS


def test_a_file_none_of_whose_rows_can_be_read_has_no_kpis(capsys):
    Path("deals.csv").write_text(HEADER + ROWS.replace("2017-", "in 17-"), encoding="utf-8")
    assert main(["report", "deals.csv", "--mapping", _mapping_of_dates()]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[-1].startswith("crmkit: deals.csv: none of its 4 rows could be read")
    assert "line 2, column 'engage_date', value 'in 17-01-05'" in err


def _mapping_of_dates():
    columns = {"id": "opportunity_id", "stage": "deal_stage", "created_at": "engage_date"}
    listed = "".join(f'{name} = "{header}"\n' for name, header in columns.items())
    Path("dates.toml").write_text(
        f'record = "deal"\n[columns]\n{listed}[formats]\ncreated_at = "YYYY-MM-DD"\n', encoding="utf-8"
    )
    return "dates.toml"


@pytest.mark.usefixtures("no_charts")
def test_a_column_is_compared_by_its_header_as_by_its_field(capsys):
    by_header, by_field = (printed(capsys, "report", "deals.csv", "--by", name) for name in ("account", "company_id"))
    assert by_header == by_field
    assert "\nWin rate by company " in by_header


def test_a_zone_that_the_mapping_leaves_open_is_that_of_the_calendar(capsys):
    mapping = printed(capsys, "inspect", "deals.csv").replace('timezone = "UTC"\n', "")
    Path("open.toml").write_text(mapping, encoding="utf-8")
    there = numbers(capsys, "--mapping", "open.toml", "--timezone", "America/New_York")[0]
    assert there["timezone"] == "America/New_York"
    assert there["as_of"] == "2017-05-11T04:00:00+00:00"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "required: COMMAND"),
        (("report",), "required: FILE"),
        (("report", "deals.csv", "--as-of", "31.12.2017"), "--as-of"),
        (("report", "deals.csv", "--every", "decade"), "--every"),
        (("demo", "--seed", "x"), "--seed"),
    ],
)
def test_a_command_that_is_none_leaves_with_2_and_the_usage(capsys, arguments, told):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(("option", "told"), [("--version", f"crmkit {__version__}\n"), ("--help", "usage: crmkit")])
def test_version_and_help_are_printed(capsys, option, told):
    with pytest.raises(SystemExit) as left:
        main([option])
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith(told)


def test_no_file_name_steers_the_terminal_or_breaks_the_page(capsys):
    name = b"deals \x1b[31m\xff\xe2\x80\xae.csv"
    odd = os.fsdecode(name)
    Path(odd).write_text(HEADER + ROWS, encoding="utf-8")
    for arguments in (("report", odd), ("inspect", odd), ("report", odd, "-o", odd + ".html")):
        assert {letter for letter in printed(capsys, *arguments) if not letter.isprintable()} == {"\n"}
    assert "<bdi>deals [31m .csv</bdi>" in Path("crmkit-report.html").read_text(encoding="utf-8")
    Path(odd).write_bytes(b"")
    assert "\x1b" not in refused(capsys, "report", odd)


class _ClosedPipe:
    """A standard output whose reader has gone."""

    def __init__(self, descriptor):
        self._descriptor = descriptor

    def write(self, text):
        raise BrokenPipeError

    def fileno(self):
        return self._descriptor


def test_a_reader_that_has_seen_enough_is_no_fault(monkeypatch):
    with Path("sink").open("wb") as sink:
        monkeypatch.setattr(sys, "stdout", _ClosedPipe(sink.fileno()))
        assert main(["inspect", "deals.csv"]) == 0
        os.write(sink.fileno(), b"what is still to come goes nowhere")
    assert Path("sink").read_bytes() == b""


def _run(*command, **asked):
    surroundings = {**os.environ, **asked.pop("env", {})}
    return subprocess.run(command, capture_output=True, env=surroundings, check=False, **asked)  # noqa: S603  # our own


def test_the_installed_command_runs():
    script = Path(sys.executable).parent / "crmkit"
    start = (
        [script]
        if script.exists()
        else [sys.executable, "-c", "import sys; from crmkit.cli import main; sys.exit(main())"]
    )
    done = _run(*start, "report", "deals.csv", "--json")
    assert (done.returncode, done.stderr, json.loads(done.stdout)["rows"]) == (0, b"", 4)
    failed = _run(*start, "report", "none.csv")
    assert (failed.returncode, failed.stdout) == (1, b"")
    assert failed.stderr == b"crmkit: none.csv: there is no such file\n"


def test_a_terminal_that_lacks_a_letter_is_no_fault():
    rows = ROWS.replace("Ana", "Łukasz 株式会社") + "5,Ben,Pro,Bolt,Łukasz 株式会社,soon,,\n"
    Path("deals.csv").write_text(HEADER + rows, encoding="utf-8")
    start = [sys.executable, "-c", "import sys; from crmkit.cli import main; sys.exit(main())"]
    ascii_only = {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    done = _run(*start, "inspect", "deals.csv", env=ascii_only)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"?ukasz ????" in done.stdout
    told = json.loads(_run(*start, "report", "deals.csv", "--json", env=ascii_only).stdout.decode("utf-8"))
    assert told["slices"][-1]["rows"][-1]["keys"] == ["Łukasz 株式会社"]


@pytest.mark.usefixtures("no_charts")
def test_the_report_of_a_simulated_company_counts_its_deals(capsys):
    company = datasets.simulate_company(seed=3, customers=60)
    datasets.write_sales_pipeline(company, "pipeline.csv")
    assert f"\n{len(company.deals):,} deals in the table, 0 rows rejected" in printed(capsys, "report", "pipeline.csv")
