"""What the author of a store says in the class of its tests, and what is wrong with it."""

import inspect
from collections import defaultdict

import pytest

from crmkit.errors import InvalidArgument, InvalidRecord, UnknownField
from crmkit.records import RECORDS, Activity, Deal, StageChange, SurveyResponse, Team, fields_of
from crmkit.testing import AuditedStoreContract, StoreContract


def declared(**said):
    return type("Declared", (StoreContract,), said)()


def test_without_an_opener_a_contract_says_what_to_define():
    with pytest.raises(InvalidArgument, match="fixture `open_store`"):
        StoreContract.open_store.__wrapped__(StoreContract())


def test_every_class_and_field_is_kept_if_nothing_is_said():
    kept = StoreContract()._kept
    assert kept.by_class.keys() == set(RECORDS.values())
    assert {spec.name for spec in kept.by_class[Deal]} == fields_of(Deal).keys() - {"id", "version"}


def test_id_and_version_need_not_be_named():
    for names in ({"name"}, {"id", "name", "version"}):
        kept = declared(records=(Deal,), fields={Deal: names})._kept
        assert [spec.name for spec in kept.by_class[Deal]] == ["name"]


@pytest.mark.parametrize(
    ("said", "error", "message"),
    [
        ({"records": ()}, InvalidArgument, "names no class"),
        ({"records": (Deal,), "fields": {Team: {"name"}}}, InvalidArgument, "not among `records`"),
        ({"records": (Deal,), "fields": {Deal: {"nme"}}}, UnknownField, "did you mean 'name'"),
        (
            {"records": (StageChange,), "fields": {StageChange: {"to_stage"}}},
            InvalidArgument,
            "'changed_at' is missing",
        ),
        ({"records": (str,)}, InvalidRecord, "not a class of records"),
    ],
)
def test_what_a_store_cannot_keep_is_refused(said, error, message):
    with pytest.raises(error, match=message):
        declared(**said)._kept  # noqa: B018 - reading it is the test


def test_plain_values_of_every_class_make_records():
    kept = StoreContract()._kept
    for cls in RECORDS.values():
        records = [kept.filled(cls, "1", number) for number in range(20)]
        assert all(getattr(record, spec.name) is not None for record in records for spec in kept.by_class[cls])
        assert kept.bare(cls, "1").id == "1"
    assert {type(kept.filled(cls, "1", 3)) for cls in (Activity, SurveyResponse)} == {Activity, SurveyResponse}


def test_plain_values_are_in_ascending_order():
    kept = StoreContract()._kept
    for kind in ("text", "id", "money", "instant", "date"):
        for cls, spec in kept.specs(kind):
            values = [getattr(kept.filled(cls, "1", number), spec.name) for number in range(12)]
            assert values == sorted(set(values)), spec.name


def test_no_group_of_checks_hides_a_name_of_another():
    owners = defaultdict(set)
    for group in AuditedStoreContract.__mro__:
        for name, part in vars(group).items():
            if (inspect.isfunction(part) or isinstance(part, property)) and not name.startswith("__"):
                owners[name].add(group.__name__)
    assert {name: groups for name, groups in owners.items() if len(groups) > 1} == {}


def test_there_are_the_checks_that_are_promised():
    def count(contract):
        return len([name for name in dir(contract) if name.startswith("test_")])

    assert count(StoreContract) >= 160
    assert count(AuditedStoreContract) >= 230
