"""A web request that moves a deal does not pay for dataframes."""

import subprocess
import sys

HEAVY = {"cattrs", "django", "matplotlib", "narwhals", "numpy", "pandas", "polars", "pyarrow", "scipy", "sqlalchemy"}
LIGHT = "crmkit, crmkit.records, crmkit.repositories, crmkit.expressions, crmkit.calendars"


def loaded_by(code):
    script = f"{code}\nimport sys\nprint(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603  # ours
    return set(done.stdout.split())


def test_records_and_expressions_load_no_dataframe_library():
    modules = loaded_by(f"import {LIGHT}")
    assert set(LIGHT.split(", ")) <= modules
    assert not modules & HEAVY


def test_a_record_is_made_changed_and_asked_without_a_dataframe_library():
    modules = loaded_by(
        "from datetime import UTC, datetime\n"
        "from crmkit.expressions import field\n"
        "from crmkit.records import Change, Deal, evolve\n"
        "deal = Deal(id='d1', stage='Demo', amount=12, created_at=datetime(2017, 3, 31, tzinfo=UTC))\n"
        "assert (field('amount') > 10).test(deal)\n"
        "Change.of(edit=[(deal, evolve(deal, stage='Offer'))], act='move', at=deal.created_at, by='ana').inverse()"
    )
    assert not modules & HEAVY
