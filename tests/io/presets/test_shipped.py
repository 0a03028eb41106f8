"""The presets that come with crmkit tell the exports of six systems apart, whatever columns were chosen."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmkit.io._files import header_key
from crmkit.io._presets import Preset, presets, recognise
from crmkit.records import RECORDS, fields_of
from tests.io.presets.exported import KINDS, PLACE, headers_of
from tests.io.presets.test_renamed import PLACE as RENAMED
from tests.io.presets.test_renamed import TRUTH

PRESETS = presets()


def spellings(preset: Preset) -> list[str]:
    """All headers that a preset knows, one spelling of each."""
    headers = [header for key in preset.key for header in key]
    for named in (*preset.columns.values(), preset.ignored):
        headers += [prefix + header for header in named for prefix in ("", *preset.prefixes)]
    return list({header_key(header): header for header in headers}.values())


KNOWN = {preset.name: spellings(preset) for preset in PRESETS}
KEYS = {name: {header_key(header) for header in headers} for name, headers in KNOWN.items()}


def test_every_kind_of_export_has_its_preset_and_its_file() -> None:
    assert {preset.name for preset in PRESETS} == set(KINDS.values())
    assert sorted(KINDS) == sorted(path.name for path in PLACE.glob("*.csv"))


def test_the_names_are_those_of_the_system_and_in_order() -> None:
    names = [preset.name for preset in PRESETS]
    assert names == sorted(set(names))
    assert all(preset.name.split(" ")[0] == preset.system.casefold() for preset in PRESETS)


@pytest.mark.parametrize("name", KINDS)
def test_an_export_is_recognised_and_every_header_of_it_is_known(name: str) -> None:
    own = {"salesforce_opportunities.csv": 1}  # Region__c is a custom field
    headers = headers_of(name)
    found = recognise(headers, PRESETS)
    assert found is not None
    assert (found.preset.name, found.known) == (KINDS[name], len(headers) - own.get(name, 0))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
@settings(max_examples=20)
@given(chance=st.integers(0, 2**32).map(random.Random))
def test_any_subset_in_any_order_and_case_that_keeps_a_key_is_recognised(preset: Preset, chance: random.Random) -> None:
    key = chance.choice(preset.key)
    others = chance.sample(KNOWN[preset.name], chance.randrange(len(KNOWN[preset.name])))
    headers = list({header_key(header): header for header in (*others, *key)}.values())
    chance.shuffle(headers)
    found = recognise([chance.choice((str.upper, str.lower, str.title, str))(header) for header in headers], PRESETS)
    assert found is not None
    assert (found.preset.name, found.known) == (preset.name, len(headers))


def test_no_two_presets_are_recognised_by_headers_that_both_know() -> None:
    for first, second in itertools.combinations(PRESETS, 2):
        both = KEYS[first.name] & KEYS[second.name]
        for keys in itertools.product(first.key, second.key):
            assert not {header_key(header) for key in keys for header in key} <= both, (first.name, second.name, keys)


def test_no_export_of_one_system_can_be_taken_for_that_of_another() -> None:
    for first, second in itertools.permutations(PRESETS, 2):
        for key in first.key if first.system != second.system else ():
            assert not {header_key(header) for header in key} <= KEYS[second.name], (first.name, second.name, key)


@pytest.mark.parametrize(
    "headers",
    [
        "Deal ID,Deal Stage,Amount,Create Date,Close Date",
        "Deal ID,Deal Title,Deal Value,Deal Stage,Deal Status,Deal Owner",
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value",
        "deal_id,date_entered,value,source",
        "id,name,stage,status,amount,currency,owner,created_at,closed_at",
        "Ticket ID,Customer Name,Customer Email,Ticket Subject,Ticket Status,Ticket Priority,Ticket Channel",
        "id,username,first_name,last_name,email,is_staff,is_active,date_joined",
        "id,title,description,status,created,updated",
        "id,amount,currency,status,created,customer",
        "Record ID,Name,Email,Phone",
        "Name,Email,Phone,Total,Created at",
        "First Name,Last Name,Company,Email,Lead Source,Lead Status",
        "contact_id,account_id,first_name,last_name,email",
        "invoice_id,account_id,account_name,billing_country,total",
        "",
    ],
)
def test_a_file_of_no_system_is_taken_for_none(headers: str) -> None:
    assert recognise(headers.split(","), PRESETS) is None


@pytest.mark.parametrize("record", RECORDS)
def test_a_canonical_table_is_taken_for_no_export(record: str) -> None:
    fields = list(fields_of(RECORDS[record]))
    assert recognise(fields, PRESETS) is None
    assert recognise([field.replace("_", " ").title() for field in fields], PRESETS) is None


@pytest.mark.parametrize("name", TRUTH)
def test_the_renamed_exports_are_left_to_the_guesser(name: str) -> None:
    headers = (RENAMED / name).read_text(encoding="utf-8").split("\n")[0].split(",")
    assert recognise(headers, PRESETS) is None
