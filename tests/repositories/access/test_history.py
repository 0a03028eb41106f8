"""A history is that of a record that may be seen, and tells nothing of what may not."""

from crmkit.errors import NotFound, RepositoryError
from crmkit.expressions import ALWAYS
from crmkit.records import Change, Company, Deal, User, evolve
from crmkit.repositories import VERBS, Grant, Policy
from tests.repositories.access.world import NOW, OWN, TEAM, act, acting, answer, refusal, stocked

HANDS = Policy({"rep": [Grant(Deal, VERBS, where=OWN)]})


def together(store, *pairs, **more):
    """Edit several records in one Change, past every guard."""
    edits = []
    for identifier, changes in pairs:
        before = store.repository(Deal).get(identifier)
        edits.append((before, evolve(before, **changes)))
    return store.apply(act(edit=edits, **more))


def test_a_hidden_record_has_no_history_as_one_that_never_was():
    ana = acting(stocked(), "ana")
    assert ana.history(Deal, "cy1") == ana.history(Deal, "none") == ana.history(Deal, "\ud800") == ()


def test_fields_are_hidden_before_and_after():
    store = stocked()
    together(store, ("bo1", {"amount": 7, "stage": "Offer", "custom": {"margin": 1}}))
    first, second = acting(store, "ana").history(Deal, "bo1")
    (seen,) = [edit for edit in first.edits if edit.id == "bo1"]
    assert (seen.before, seen.after) == (
        None,
        Deal(id="bo1", name="Reed", owner_id="bo", stage="Demo", version=1),
    )
    assert [(each.field, each.before, each.after) for each in second.differences()] == [("stage", "Demo", "Offer")]
    assert (second.act, second.at, second.by, second.id) == ("test", NOW, "ana", "2")


def test_records_that_may_not_be_seen_are_left_out():
    store = stocked()
    together(store, ("ana1", {"stage": "x"}), ("cy1", {"stage": "y"}), ("ana2", {"stage": "z"}))
    change = acting(store, "ana").history(Deal, "ana1")[-1]
    assert [edit.id for edit in change.edits] == ["ana1", "ana2"]
    first = acting(store, "ana").history(Deal, "ana1")[0]
    assert {edit.id for edit in first.edits} == {"ana1", "ana2", "bo1", "cy2", "acme"}
    assert "5000000" not in first.to_json()


def test_the_reason_goes_with_what_is_left_out():
    store = stocked()
    together(store, ("ana1", {"stage": "x"}), reason="asked for")
    together(store, ("ana1", {"stage": "y"}), ("cy1", {"stage": "y"}), reason="with cy")
    together(store, ("bo1", {"stage": "y"}), reason="he asked for 300")
    ana = acting(store, "ana")
    assert [change.reason for change in ana.history(Deal, "ana1")] == [None, "asked for", None]
    assert [change.reason for change in ana.history(Deal, "bo1")] == [None, None]
    assert [change.reason for change in store.history(Deal, "bo1")] == ["the big import", "he asked for 300"]


def test_what_is_gone_shows_its_history_to_those_only_who_may_read_all():
    store = stocked()
    store.apply(act(remove=[store.repository(Deal).get("ana1")]))
    assert acting(store, "ana").history(Deal, "ana1") == ()
    assert len(acting(store, "root").history(Deal, "ana1")) == 2
    partly = Policy({"admin": [Grant(Deal, "read", where=ALWAYS, fields=("status",)), Grant(Deal, "read", where=OWN)]})
    gone = acting(store, "root", partly).history(Deal, "ana1")[-1].edits[0]
    assert (gone.before, gone.after) == (Deal(id="ana1", version=1), None)


def test_an_undo_takes_back_what_may_be_done_and_seen():
    store = stocked()
    ana = acting(store, "ana", HANDS)
    done = ana.apply(act(add=[Deal(id="new", owner_id="ana")]))
    back = ana.undo(done.id, at=NOW, by="ana", reason="by mistake")
    assert [(edit.id, edit.after) for edit in back.edits] == [("new", None)]
    assert (back.reason, back.by, back.idempotency_key) == ("by mistake", "ana", None)
    again = ana.undo(back.id, at=NOW, by="ana")
    assert ana.repository(Deal).get("new") == again.edits[0].after
    before = ana.repository(Deal).get("ana1")
    moved = ana.apply(act(edit=[(before, evolve(before, stage="Won"))], key="k"))
    assert ana.undo(moved.id, at=NOW, by="ana").edits[0].after == evolve(before, version=3)
    assert store.repository(Deal).get("ana1").stage == "Demo"


def test_an_undo_beyond_what_may_be_done_or_seen_is_that_of_an_unknown_change():
    store = stocked(Deal(id="rich", owner_id="bo", amount=1), User(id="x"))
    ids = [
        together(store, ("cy1", {"stage": "x"})).id,  # hidden
        together(store, ("ana1", {"stage": "x"}), ("cy1", {"stage": "y"})).id,  # in part
        together(store, ("bo1", {"stage": "x"})).id,  # seen, and not to be edited
        together(store, ("ana1", {"owner_id": "cy"})).id,  # gone out of reach
        together(store, ("nobody", {"owner_id": "ana"})).id,  # would go out of reach
        store.apply(act(remove=[store.repository(Deal).get("rich")])).id,  # would come to another
        store.apply(act(add=[Company(id="new")])).id,  # of no class that may be edited
        "1",
    ]
    ana = acting(store, "ana", Policy({"rep": [Grant(Deal, VERBS, where=OWN), Grant(Deal, "read", where=TEAM)]}))
    for identifier in ids:
        hidden = answer(ana.undo, identifier, at=NOW, by="ana")
        unknown = answer(ana.undo, "99", at=NOW, by="ana")
        assert hidden[0] is NotFound
        assert str(hidden).replace(identifier, "99") == str(unknown).replace(identifier, "99")


def test_an_undo_sets_no_field_that_is_not_granted_or_not_seen():
    for unseen in (
        [
            Grant(Deal, "read", where=OWN),
            Grant(Deal, "edit", where=OWN, fields=("stage",)),
        ],
        [
            Grant(Deal, "read", where=OWN, fields=("stage", "status")),
            Grant(Deal, "edit", where=OWN),
        ],
    ):
        store = stocked()
        stage, both = together(store, ("ana1", {"stage": "x"})), together(store, ("ana1", {"stage": "y", "amount": 9}))
        ana = acting(store, "ana", Policy({"rep": unseen}))
        assert isinstance(refusal(ana.undo, both.id, at=NOW, by="ana"), NotFound)
        store.undo(both.id, at=NOW, by="root")
        assert refusal(ana.undo, stage.id, at=NOW, by="ana").code == "conflict"
        third = together(store, ("ana1", {"stage": "z"}))
        assert isinstance(ana.undo(third.id, at=NOW, by="ana"), Change)
        assert store.repository(Deal).get("ana1").amount == 100


def test_whoever_may_remove_a_record_may_undo_its_coming_though_roles_are_hidden():
    store = stocked()
    added = store.apply(act(add=[User(id="eve", name="Eve", roles=("admin",))]))
    root = acting(store, "root")
    back = root.undo(added.id, at=NOW, by="root", reason="by mistake")
    assert (back.reason, back.edits[0].before) == ("by mistake", User(id="eve", name="Eve", version=1))
    assert isinstance(refusal(root.undo, back.id, at=NOW, by="root"), NotFound)  # would set roles


def test_a_restored_record_has_to_be_one_that_may_be_seen():
    policy = Policy({"rep": [Grant(Deal, ("add", "edit", "remove"), where=OWN), Grant(Deal, "read", where=TEAM & OWN)]})
    store = stocked(Deal(id="x", owner_id="loner"))
    gone = store.apply(act(remove=[store.repository(Deal).get("x")]))
    loner = acting(store, "loner", policy)
    assert isinstance(refusal(loner.undo, gone.id, at=NOW, by="loner"), NotFound)


def test_newer_changes_keep_an_undo_from_happening():
    store = stocked()
    ana = acting(store, "ana", HANDS)
    first = together(store, ("ana1", {"stage": "x"}))
    together(store, ("ana1", {"stage": "y"}))
    refused = refusal(ana.undo, first.id, at=NOW, by="ana")
    assert (refused.code, refused.records) == ("conflict", ("deal:ana1",))


def test_a_store_that_keeps_no_undo_says_so():
    class Plain:
        def __init__(self, store):
            self.custom, self.repository, self.apply = store.custom, store.repository, store.apply
            self.history, self.transaction = store.history, store.transaction

    refused = refusal(acting(Plain(stocked()), "ana").undo, "1", at=NOW, by="ana")
    assert (type(refused), refused.code) == (RepositoryError, "no_undo")


def test_what_was_erased_is_not_taken_back_and_not_told(monkeypatch):
    store = stocked()
    ana = acting(store, "ana", HANDS)

    def erased(self, change_id):
        raise RepositoryError("the contents were erased", code="erased")

    monkeypatch.setattr(type(store), "applied", erased)
    assert isinstance(refusal(ana.undo, "1", at=NOW, by="ana"), NotFound)
