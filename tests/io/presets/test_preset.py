"""A preset is read from TOML, and every slip in it is refused with the way out."""

from __future__ import annotations

from typing import Any

import pytest

from crmkit.errors import ImportRejected
from crmkit.io._presets import Preset

TOML = """
name = "acme deals"
system = "Acme"
record = "deal"
key = ["Deal no", "Phase"]
entered = ["Since {stage}"]
tag_mark = "|"
fold = true
several = "company_id"
nulls = ["n/a"]
prefixes = ["acme_"]
ignored = ["Deal type"]
id_form = "salesforce"

[columns]
id = "Deal no"
stage = ["Phase", "Step"]
won_at = ["Won on"]
merged_into = "Merged into"

[values.status]
"Running" = "open"

[values.is_won]
"ja" = "true"

[units]
probability = "percent"

[stages]
won = "Signed"
"""
PARTS: dict[str, Any] = {
    "name": "mine",
    "system": "Mine",
    "record": "deal",
    "key": [["No", "Phase"], ["Nr"]],
    "columns": {"id": ["No"]},
}


def test_a_preset_is_read_from_toml() -> None:
    preset = Preset.from_toml(TOML)
    assert (preset.name, preset.system, preset.record) == ("acme deals", "Acme", "deal")
    assert preset.key == (("Deal no", "Phase"),)
    assert preset.columns == {
        "id": ("Deal no",),
        "stage": ("Phase", "Step"),
        "won_at": ("Won on",),
        "merged_into": ("Merged into",),
    }
    assert preset.values == {"status": {"Running": "open"}, "is_won": {"ja": "true"}}
    assert (preset.stages, preset.units) == ({"won": ("Signed",)}, {"probability": "percent"})
    assert (preset.nulls, preset.tag_mark, preset.several) == (("n/a",), "|", ("company_id",))
    assert (preset.id_form, preset.fold, preset.entered) == ("salesforce", True, ("Since {stage}",))
    assert (preset.prefixes, preset.ignored) == (("acme_",), ("Deal type",))
    assert preset == Preset.from_toml(TOML)


def test_all_but_five_settings_may_be_left_out() -> None:
    preset = Preset(**PARTS)
    assert preset == Preset.from_dict(PARTS)
    assert preset.key == (("No", "Phase"), ("Nr",))
    assert (preset.values, preset.stages, preset.units, preset.nulls, preset.several) == ({}, None, {}, (), ())
    assert (preset.tag_mark, preset.id_form, preset.fold, preset.entered, preset.ignored) == (None, None, False, (), ())


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        ({"colums": {}}, "there is no 'colums' in a preset; did you mean 'columns'?"),
        ({"name": ""}, "name = '': a text was expected"),
        ({"name": 7}, "name = 7: a text was expected"),
        ({"system": []}, "system = []: a text was expected"),
        ({"record": "deals"}, "record = 'deals' is none that crmkit knows; did you mean 'deal'?"),
        ({"record": None}, "record = None: a text was expected"),
        ({"key": "No"}, "key = 'No': at least one list of headers"),
        ({"key": []}, "key = (): at least one list of headers"),
        ({"key": [[]]}, "key holds an empty list"),
        ({"key": [["No", 3]]}, "key = ('No', 3): a list of texts was expected"),
        ({"key": [3]}, "key = 3: a list of texts was expected"),
        ({"key": ["No", " "]}, "key holds a blank text"),
        ({"columns": {}}, "[columns] is empty"),
        ({"columns": ["id"]}, "columns = ['id']: a section [columns] of 'name = value' lines was expected"),
        ({"columns": {3: "No"}}, "a section [columns] of 'name = value' lines"),
        ({"columns": {"owner": "Rep"}}, "[columns] owner: a deal has no such field; did you mean 'owner_id'?"),
        ({"columns": {"version": "V"}}, "[columns] version: a deal has no such field"),
        ({"columns": {"id": 3}}, "[columns] id = 3: a list of texts was expected"),
        ({"columns": {"id": []}}, "[columns] id names no header"),
        ({"columns": {"id": [""]}}, "[columns] id holds a blank text"),
        ({"record": "lead", "columns": {"won_at": "W"}}, "[columns] won_at: a lead has no such field"),
        ({"ignored": 3}, "ignored = 3: a list of texts was expected"),
        ({"ignored": ["no."]}, "ignored holds 'no.', which [columns] id names"),
        ({"values": {"status": {"Run": "opn"}}}, "[values.status] 'Run' = 'opn' is no value of this field; did you"),
        ({"values": {"status": {3: "open"}}}, "[values.status] 3 = 'open' is no value"),
        ({"values": {"is_won": {"ja": True}}}, "[values.is_won] 'ja' = True is no value of this field"),
        ({"values": {"status": "open"}}, "[values] status = 'open': a section [values.status] was expected"),
        ({"values": {"name": {"a": "b"}}}, "[values] name: this field may hold any value"),
        ({"values": {"stat": {}}}, "[values] stat: a deal has no such field; did you mean 'status'?"),
        ({"values": []}, "values = []: a section [values] of"),
        ({"units": {"probability": "percents"}}, "is none that crmkit knows; did you mean 'percent'?"),
        ({"units": {"probability": 3}}, "[units] probability = 3 is none that crmkit knows"),
        ({"units": {"amount": "percent"}}, "[units] amount: this field is no share of one"),
        ({"units": {"prob": "percent"}}, "[units] prob: a deal has no such field"),
        ({"units": 3}, "units = 3: a section [units]"),
        ({"stages": ["Won"]}, "stages = ['Won']: a section [stages]"),
        ({"stages": {"won": 3}}, "[stages] won = 3: a list of texts was expected"),
        ({"stages": {"wom": ["W"]}}, "[stages] does not know 'wom'; did you mean 'won'?"),
        ({"record": "lead", "stages": {"won": ["W"]}}, "[stages] are those of deals, and this is the export of a lead"),
        ({"nulls": [3]}, "nulls = (3,): a list of texts was expected"),
        ({"prefixes": {}}, "prefixes = {}: a list of texts was expected"),
        ({"several": ["company"]}, "several: 'company' is no id of a deal; did you mean 'company_id'?"),
        ({"several": ["stage"]}, "several: 'stage' is no id of a deal"),
        ({"tag_mark": "/"}, "tag_mark = '/' is none that crmkit knows; there are: "),
        ({"id_form": "salesforc"}, "id_form = 'salesforc' is none that crmkit knows; did you mean 'salesforce'?"),
        ({"fold": "yes"}, "fold = 'yes': true or false was expected"),
        ({"entered": [3]}, "entered = (3,): a list of texts was expected"),
        ({"entered": "Since"}, "needs {stage} once"),
        ({"entered": "{stage} {stage}"}, "needs {stage} once"),
        ({"entered": "Since {stage} {day}"}, "needs {stage} once"),
        ({"entered": "{stage}"}, "would fit any header; it needs words around {stage}"),
        ({"entered": '"{stage}"'}, "would fit any header"),
        ({"entered": "Since {stage}{pipeline}"}, "would fit any header"),
        ({"record": "lead", "entered": "Since {stage}"}, "entered: only deals have stages"),
    ],
)
def test_a_slip_is_refused_with_the_way_out(slip: dict[str, Any], words: str) -> None:
    with pytest.raises(ImportRejected) as refused:
        Preset.from_dict(PARTS | slip)
    assert words in str(refused.value)
    assert refused.value.code == "invalid_preset"
    assert refused.value.file == ("preset" if "name" in slip else "preset 'mine'")


@pytest.mark.parametrize("name", ["name", "system", "record", "key", "columns"])
def test_a_preset_needs_five_settings(name: str) -> None:
    with pytest.raises(ImportRejected, match=f"it has no {name}; a preset needs name, system, record, key, columns"):
        Preset.from_dict({key: part for key, part in PARTS.items() if key != name})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = mine", 'this is not TOML: .*; texts stand in quotes: name = "mine"'),
        ("name = 'a'\nname = 'b'", "this is not TOML"),
        ("x = " + "[" * 10_000, "this is not TOML"),
        ("x = " + "9" * 10_000, "this is not TOML"),
        ("", "it has no name"),
    ],
)
def test_what_is_no_toml_is_refused(text: str, words: str) -> None:
    with pytest.raises(ImportRejected, match=words) as refused:
        Preset.from_toml(text)
    assert refused.value.code == "invalid_preset"
