"""A web request that moves a deal does not pay for dataframes."""

import subprocess
import sys

HEAVY = {
    "cattrs",
    "dateutil",
    "django",
    "holidays",
    "icalendar",
    "matplotlib",
    "narwhals",
    "numpy",
    "pandas",
    "polars",
    "pyarrow",
    "scipy",
    "sqlalchemy",
}
LIGHT = (
    "crmkit, crmkit.records, crmkit.repositories, crmkit.expressions, crmkit.calendars, "
    "crmkit.pipeline, crmkit.quotes, crmkit.activities"
)


def loaded_by(code):
    script = f"{code}\nimport sys\nprint(' '.join(sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)  # noqa: S603  # ours
    return set(done.stdout.split())


def test_what_a_web_request_needs_loads_no_dataframe_library():
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


def test_a_deal_is_moved_and_kept_without_a_dataframe_library():
    modules = loaded_by(
        "from datetime import UTC, datetime, timedelta\n"
        "from crmkit.calendars import BusinessCalendar\n"
        "from crmkit.pipeline import Pipeline, Stage, revise_deal, deal_lifecycle as sales\n"
        "from crmkit.records import Deal\n"
        "from crmkit.repositories import InMemoryStore\n"
        "store, now = InMemoryStore(), datetime(2017, 3, 31, tzinfo=UTC)\n"
        "store.apply(sales.start(Deal(id='d1', amount=12), at=now, by='ana'))\n"
        "deal = store.repository(Deal).get('d1')\n"
        "assert sales.check(deal, to='won', as_of=now) and len(sales.options(deal, as_of=now)) == 5\n"
        "store.apply(revise_deal(deal, at=now, by='ana', amount=15))\n"
        "store.apply(sales.move(store.repository(Deal).get('d1'), to='won', at=now, by='ana'))\n"
        "assert Pipeline.from_json(sales.to_json()) == sales and sales.to_mermaid() and sales.fingerprint()\n"
        "slow = Stage('a', rots_after_business_days=3)\n"
        "calls = Pipeline('calls', stages=[slow, Stage('won', kind='won')], calendar=BusinessCalendar())\n"
        "assert calls.ageing({'stage': 'a', 'stage_entered_at': now}, as_of=now + timedelta(days=9)).rotten\n"
        "calls.migrate(deal, stages={'qualification': 'a'}, at=now, by='ana')"
    )
    assert not modules & HEAVY
