"""What the store behind a guarded one refuses is said without what may not be seen."""

import pytest

from crmkit.errors import Conflict, InvalidArgument, InvalidExpression, InvalidRecord, RepositoryError
from crmkit.expressions import ALWAYS, field
from crmkit.records import CustomFields, Deal, evolve
from crmkit.repositories import Grant, InMemoryStore, Policy
from tests.repositories.access.world import NOW, TEAM, act, acting, answer, refusal, stocked

LATER = CustomFields(deal={"margin": "integer", "note": "integer"})
PART = ("name", "stage", "status", "owner_id", "note")
READ = Grant(Deal, "read", where=TEAM, fields=PART)
PARTLY = Policy({"rep": [READ, Grant(Deal, "edit", where=TEAM, fields=(*PART, "margin"))]}, custom=LATER)


def edited(guarded, *identifiers, **changes):
    deals = [guarded.repository(Deal).get(identifier) for identifier in identifiers]
    return guarded.apply(act(edit=[(deal, evolve(deal, **changes)) for deal in deals]))


def declared_late(**values):
    """A store whose custom fields were declared after a deal got its values, and that deal's Change."""
    undeclared = InMemoryStore()
    store = stocked(deals=[], store=undeclared.tenant("", custom=LATER))
    undeclared.apply(act(add=[Deal(id="odd", owner_id="ana", name="x", custom=values), Deal(id="ok", owner_id="ana")]))
    before = undeclared.repository(Deal).get("odd")
    return store, undeclared.apply(act(edit=[(before, evolve(before, stage="z"))]))


@pytest.mark.parametrize("values", [{"margin": "a secret"}, {"gone": "a secret"}])
def test_a_hidden_value_that_the_store_no_longer_takes_is_not_shown(values):
    store, change = declared_late(**values)
    ana = acting(store, "ana", PARTLY)
    for call in (lambda: edited(ana, "odd", name="y"), lambda: ana.undo(change.id, at=NOW, by="ana")):
        refused = refusal(call)
        assert (type(refused), refused.code) == (RepositoryError, "hidden_value")
        assert not any(word in str(answer(call)) for word in ("secret", "margin", "gone"))
    assert store.repository(Deal).get("odd").stage == "z"


def test_it_is_not_shown_either_where_the_same_field_of_another_record_is_set():
    store, _ = declared_late(margin="a secret")
    undeclared = store.tenant("", custom=CustomFields(deal={"margin": "text", "note": "text"}))
    ana = acting(store, "ana", PARTLY)
    odd, ok = (ana.repository(Deal).get(identifier) for identifier in ("odd", "ok"))
    change = act(edit=[(ok, evolve(ok, custom={"margin": 3})), (odd, evolve(odd, name="y"))])
    refused = refusal(ana.apply, change)
    assert refused.code == "hidden_value"
    assert "secret" not in str(answer(ana.apply, change))
    assert undeclared.repository(Deal).get("ok").custom == {}


def test_a_value_that_is_seen_and_not_taken_is_named_by_an_undo():
    store, change = declared_late(note="as it was")
    refused = refusal(acting(store, "ana", PARTLY).undo, change.id, at=NOW, by="ana")
    assert (type(refused), refused.field, refused.value) == (InvalidRecord, "note", "as it was")


def test_reading_shows_no_hidden_value_that_a_grant_cannot_be_asked_of():
    store, _ = declared_late(margin="a secret")
    by_margin = Grant(Deal, "read", where=field("margin") > 3, fields=("status",))
    ana = acting(store, "ana", Policy({"rep": [by_margin]}, custom=LATER))
    deals = ana.repository(Deal)
    for call in (lambda: deals.get("odd"), deals.find, deals.count, deals.exists, lambda: ana.history(Deal, "odd")):
        assert isinstance(refusal(call), InvalidExpression)
        assert "secret" not in str(answer(call))
    whole = acting(store, "ana", Policy({"rep": [Grant(Deal, "read", where=ALWAYS, fields=("status",))]}))
    assert "secret" not in str([whole.repository(Deal).find(), *whole.history(Deal, "odd")])


def test_what_is_no_id_of_a_change_is_refused_without_showing_it():
    ana = acting(stocked(), "ana")
    for given in (act(add=[Deal(id="x", name="a secret")], by="a secret"), 1, None, b"1"):
        refused = refusal(ana.undo, given, at=NOW, by="ana")
        assert (type(refused), refused.argument) == (InvalidArgument, "change_id")
        assert "give the id of the Change" in str(refused)
        assert "secret" not in str(refused)


@pytest.mark.parametrize(
    "error",
    [
        RepositoryError("try again", code="busy"),
        Conflict("moved meanwhile", record="deal", id="ana1", expected=1, found=2),
        InvalidRecord("too long a text", record="deal", field="stage", value="x"),
    ],
)
def test_another_error_of_the_store_passes_as_it_is(monkeypatch, error):
    def refuse(self, change):
        raise error

    ana = acting(stocked(), "ana", Policy({"rep": [Grant(Deal, ("read", "edit"), where=TEAM)]}))
    monkeypatch.setattr(InMemoryStore, "apply", refuse)
    assert refusal(edited, ana, "ana1", stage="x") is error
