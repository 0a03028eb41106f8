"""tenant: stores in the same place that know nothing of each other."""

from __future__ import annotations

from itertools import count
from typing import Any

from crmkit.errors import AlreadyExists, Conflict, CrmError, NotFound, UnknownField
from crmkit.expressions import ALWAYS, field
from crmkit.records import Change, CustomField, CustomFields, evolve, kind_of
from crmkit.repositories import AuditedStore
from crmkit.testing._acts import AT, act, added, edited, gone, refusal, stand
from crmkit.testing._declared import Declared, OpenStore, first

__all__ = ["TenantChecks"]


_NUMBERS = count()  # stores may be tenants of one place themselves, so no two checks use the same names


class TenantChecks(Declared):
    """One tenant neither reads nor writes what is another's."""

    def test_a_tenant_reads_nothing_of_another(self, open_store: OpenStore) -> None:
        one, other, cls, _ = self._tenants(open_store)
        added(one, self._kept.filled(cls, "1"))
        repository = other.repository(cls)
        assert (list(repository.find()), repository.count(), repository.exists(ALWAYS)) == ([], 0, False)
        assert repository.find(~(field("id") == "2") | ALWAYS).records == ()
        refusal(NotFound, repository.get, "1")
        assert other.history(cls, "1") == ()

    def test_two_tenants_have_records_of_the_same_id(self, open_store: OpenStore) -> None:
        one, other, cls, text = self._tenants(open_store)
        (mine,) = added(one, self._kept.bare(cls, "1", **{text: "mine"}))
        (theirs,) = added(other, self._kept.bare(cls, "1", **{text: "theirs"}))
        mine = edited(one, mine, **{text: "mine still"})
        assert one.repository(cls).get("1") == mine
        assert other.repository(cls).get("1") == theirs
        gone(other, theirs)
        assert one.repository(cls).get("1") == mine
        assert [len(store.history(cls, "1")) for store in (one, other)] == [2, 2]

    def test_a_tenant_writes_nothing_of_another(self, open_store: OpenStore) -> None:
        one, other, cls, text = self._tenants(open_store)
        (mine,) = added(one, self._kept.bare(cls, "1", **{text: "mine"}))
        for change in (act(edit=[(mine, evolve(mine, **{text: "theirs"}))]), act(remove=[mine])):
            refused = refusal(Conflict, other.apply, change)
            assert refused.found is None
        assert one.repository(cls).get("1") == mine

    def test_changes_of_one_tenant_are_not_those_of_another(self, open_store: OpenStore) -> None:
        one, other, cls, _ = self._tenants(open_store)
        changes = [one.apply(act(add=[self._kept.bare(cls, name)])) for name in "12"]
        (theirs,) = added(other, self._kept.bare(cls, "9"))
        for change in changes:
            try:
                found: Change | None = other.applied(change.id)
            except NotFound:
                found = None
            assert found != change
        refusal(NotFound, other.applied, _longer(changes))
        refusal(NotFound, other.undo, _longer(changes), at=AT, by="ana")
        assert stand(one, cls).keys() == {"1", "2"}
        assert stand(other, cls) == {"9": theirs}

    def test_keys_of_one_tenant_are_free_for_another(self, open_store: OpenStore) -> None:
        one, other, cls, text = self._tenants(open_store)
        one.apply(act(add=[self._kept.bare(cls, "1", **{text: "mine"})], key="once"))
        other.apply(act(add=[self._kept.bare(cls, "1", **{text: "theirs"})], key="once"))
        assert [getattr(store.repository(cls).get("1"), text) for store in (one, other)] == ["mine", "theirs"]

    def test_what_a_tenant_removed_is_new_to_another(self, open_store: OpenStore) -> None:
        one, other, cls, _ = self._tenants(open_store)
        gone(one, *added(one, self._kept.bare(cls, "1")))
        assert added(other, self._kept.bare(cls, "1"))[0].version == 1

    def test_a_reference_does_not_lead_into_another_tenant(self, open_store: OpenStore) -> None:
        texts = {cls: spec.name for cls, spec in reversed([*self._kept.specs("text", nullable=True)])}
        found = ((cls, spec, target) for cls, spec, target in self._kept.references() if target in texts)
        cls, spec, target = first(found, "reference to a class that it keeps")
        one, other, *_ = self._tenants(open_store)
        added(one, self._kept.bare(target, "x", **{texts[target]: "mine"}))
        added(other, self._kept.bare(cls, "1", **{spec.name: "x"}))
        asked = field(f"{spec.name.removesuffix('_id')}.{texts[target]}")
        assert other.repository(cls).count(asked == "mine") == 0
        assert [record.id for record in other.repository(cls).find(asked.missing())] == ["1"]

    def test_the_same_name_is_the_same_tenant(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        name = f"acme {next(_NUMBERS)}"
        (record,) = added(store.tenant(name), self._kept.bare(cls, "1"))
        again = store.tenant(f"other {next(_NUMBERS)}").tenant(name)
        assert isinstance(again, AuditedStore)
        assert again.repository(cls).get("1") == record
        edited(again, record)
        assert store.tenant(name).repository(cls).get("1").version == 2

    def test_tenants_are_told_apart_to_the_last_character(self, open_store: OpenStore) -> None:
        store = open_store()
        cls, _ = self._text
        mine = next(_NUMBERS)
        names = ["a", "A", "a ", "a:b", "a/b", "%", "é", "e\u0301", "'; --", "\\", "7", "07"]
        for name in names:
            added(store.tenant(f"{mine} {name}"), self._kept.bare(cls, name))
        for name in names:
            assert list(stand(store.tenant(f"{mine} {name}"), cls)) == [name]
        assert stand(store, cls) == {}

    def test_what_names_no_tenant_is_refused(self, open_store: OpenStore) -> None:
        store = open_store()
        wrong: Any
        for wrong in (None, 7, b"a", ["a"], {}, "a\0"):
            refusal(CrmError, store.tenant, wrong)

    def test_tenants_have_custom_fields_of_their_own(self, open_store: OpenStore) -> None:
        cls, _ = self._text
        kind = kind_of(cls)
        ours = CustomFields(**{kind: {"c_seats": CustomField("integer")}})
        theirs = CustomFields(**{kind: {"c_seats": CustomField("text"), "c_plan": CustomField("text")}})
        store = open_store()
        one = store.tenant(f"one {next(_NUMBERS)}", custom=ours)
        other = store.tenant(f"other {next(_NUMBERS)}", custom=theirs)
        assert (one.custom, other.custom) == (ours, theirs)
        added(one, self._kept.bare(cls, "1", custom={"c_seats": 7}))
        added(other, self._kept.bare(cls, "1", custom={"c_seats": "seven", "c_plan": "pro"}))
        assert one.repository(cls).count(field("c_seats") == 7) == 1
        assert other.repository(cls).count(field("c_seats") == "seven") == 1
        refusal(UnknownField, one.repository(cls).count, field("c_plan") == "pro")
        refusal(CrmError, one.apply, act(add=[self._kept.bare(cls, "2", custom={"c_seats": "seven"})]))

    def test_a_unique_value_of_one_tenant_is_free_for_another(self, open_store: OpenStore) -> None:
        cls, _ = self._text
        fields: Any = {"c_number": CustomField("id", unique=True)}
        custom = CustomFields(**{kind_of(cls): fields})
        store = open_store()
        for name in ("one", "other"):
            tenant = store.tenant(f"{name} {next(_NUMBERS)}", custom=custom)
            added(tenant, self._kept.bare(cls, "1", custom={"c_number": "7"}))
            refusal(AlreadyExists, tenant.apply, act(add=[self._kept.bare(cls, "2", custom={"c_number": "7"})]))

    def test_subscribers_of_one_tenant_are_not_told_of_another(self, open_store: OpenStore) -> None:
        one, other, cls, _ = self._tenants(open_store)
        told: list[Change] = []
        one.subscribe(told.append)
        added(other, self._kept.bare(cls, "1"))
        assert told == []
        added(one, self._kept.bare(cls, "1"))
        assert len(told) == 1

    def test_each_tenant_has_a_log_of_its_own(self, open_store: OpenStore) -> None:
        one, other, cls, _ = self._tenants(open_store)
        before = other.verify()
        added(one, self._kept.bare(cls, "1"))
        assert other.verify() == before
        assert (one.verify().entries, other.verify().entries) == (1, 0)
        added(other, self._kept.bare(cls, "1"))
        assert one.verify().head != other.verify().head
        assert one.verify(anchor=other.verify().head).faults
        assert (one.verify().faults, other.verify().faults) == ((), ())

    def _tenants(self, open_store: OpenStore) -> tuple[Any, Any, type, str]:
        store = open_store()
        return store.tenant(f"one {next(_NUMBERS)}"), store.tenant(f"other {next(_NUMBERS)}"), *self._text


def _longer(changes: list[Change]) -> str:
    """The id of the newest of several Changes, which a tenant with fewer does not have."""
    return str(changes[-1].id)
