"""Audited stores whose batches, undo, verification or subscriptions are wrong."""

from contextlib import suppress
from datetime import UTC, datetime

import attrs

from crmkit.errors import Conflict, CrmError, NotFound, RepositoryError
from crmkit.records import Change, evolve
from crmkit.repositories import InMemoryStore
from tests.testing.broken.wrapped import Wrapped
from tests.testing.broken.writes import as_stored


class Backwards(Wrapped):
    finds = ("test_apply_all_applies_all_in_their_order",)

    def apply_all(self, changes, /):
        return super().apply_all([*changes][::-1])


class ProvesFirst(Wrapped):
    """Compares every Change of a batch with what was there before the batch."""

    finds = ("test_apply_all_follows_a_record_through_many_changes",)

    def apply_all(self, changes, /):
        changes = [*changes]
        for change in changes:
            for edit in change.edits:
                if self.stored(edit) != edit.before:
                    raise Conflict("stale", record=edit.record, id=edit.id, expected=None, found=None)
        return super().apply_all(changes)


class OneStatementForAll(Wrapped):
    """Writes for every Change of a batch the columns that the first one writes."""

    finds = ("test_apply_all_edits_one_field_in_some_and_another_in_others",)

    def apply_all(self, changes, /):
        applied = super().apply_all(changes)
        first = {each.field for change in applied[:1] for each in change.differences()}
        for change in applied:
            for edit in change.edits:
                lost = {each.field: each.before for each in edit.differences() if each.field not in first}
                if edit.before is not None and edit.after is not None and lost:
                    self.put(edit.record, edit.id, evolve(edit.after, **lost))
        return applied


class NothingIsAnError(Wrapped):
    finds = ("test_apply_all_of_nothing_does_nothing",)

    def apply_all(self, changes, /):
        changes = [*changes]
        if not changes:
            raise RepositoryError("nothing to apply")
        return super().apply_all(changes)


class EachOnItsOwn(Wrapped):
    """Applies a batch without a transaction."""

    finds = ("test_apply_all_does_all_or_nothing", "test_apply_all_of_what_breaks_off_does_nothing")

    def apply_all(self, changes, /):
        return tuple([self.apply(change) for change in changes])


class GoesThroughTwice(Wrapped):
    finds = ("test_apply_all_takes_what_can_be_gone_through_once",)

    def apply_all(self, changes, /):
        assert all(isinstance(change, Change) for change in changes)
        return super().apply_all(changes)


class AppliedWithoutId(Wrapped):
    finds = ("test_applied_returns_a_change_by_its_id",)

    def applied(self, change_id, /):
        return attrs.evolve(super().applied(change_id), id=None)


class AppliedIsNone(Wrapped):
    finds = ("test_applied_of_an_unknown_id_is_not_found",)

    def applied(self, change_id, /):
        try:
            return super().applied(change_id)
        except NotFound:
            return None


class UndoesNothing(Wrapped):
    """Says that it has undone a Change."""

    finds = (
        "test_an_undone_edit_is_as_before_under_a_new_version",
        "test_an_undone_addition_is_gone",
        "test_an_undone_removal_is_back_under_a_new_version",
        "test_a_change_of_several_records_is_undone_whole",
        "test_undo_says_who_when_and_why_and_is_in_the_history",
        "test_an_undo_is_undone",
    )

    def undo(self, change_id, /, **said):
        return attrs.evolve(self.inner.applied(change_id).inverse(**said), id=change_id)


class UndoesByForce(Wrapped):
    """Undoes what newer Changes touched."""

    finds = (
        "test_what_newer_changes_touched_is_not_undone_and_they_are_named",
        "test_a_change_is_undone_once",
        "test_an_edit_that_was_put_back_by_hand_is_newer_too",
        "test_after_any_sequence_of_acts_and_undos_a_store_verifies",
        "test_undo_does_not_take_a_value_from_another_record",
    )

    def undo(self, change_id, /, **said):
        inverse = self.inner.applied(change_id).inverse(**said)
        self.inner._shelf.unique.clear()
        edits = [as_stored(edit, self.stored(edit)) for edit in inverse.edits if self.stored(edit) or edit.after]
        return self.inner.apply(attrs.evolve(inverse, edits=edits)) if edits else inverse


class UndoesTheNewest(Wrapped):
    """Undoes the newest Change only."""

    finds = ("test_newer_changes_of_other_records_do_not_keep_from_undoing",)

    def undo(self, change_id, /, **said):
        if change_id != str(len(self.inner._shelf.log)):
            raise Conflict("not the newest", record="", id="", expected=None, found=None, records=())
        return super().undo(change_id, **said)


class UndoesWhatIsNot(Wrapped):
    finds = ("test_undo_of_an_unknown_change_is_not_found",)

    def undo(self, change_id, /, **said):
        with suppress(NotFound):
            return super().undo(change_id, **said)


class UndoesForNobody(Wrapped):
    finds = ("test_undo_that_says_no_moment_and_nobody_is_refused",)

    def undo(self, change_id, /, **said):
        try:
            return super().undo(change_id, **said)
        except CrmError:
            return super().undo(change_id, at=datetime(2017, 1, 1, tzinfo=UTC), by="nobody")


class Verifies(Wrapped):
    """Verifies, and says something else."""

    said = {}

    def verify(self, *, anchor=None):
        return attrs.evolve(self.inner.verify(anchor=anchor), **self.said)


class FindsFault(Verifies):
    finds = ("test_a_new_store_verifies", "test_an_earlier_head_is_an_anchor")
    said = {"faults": ("it smells",)}


class CountsNothing(Verifies):
    finds = ("test_verify_finds_no_fault_in_what_was_applied", "test_an_erased_change_is_counted_and_is_no_fault")
    said = {"entries": 0}


class OneHead(Verifies):
    finds = ("test_every_change_gives_the_log_another_head",)
    said = {"head": "0" * 64}


class KnowsNoAnchor(Verifies):
    finds = ("test_a_head_that_the_log_never_had_is_a_fault",)
    said = {"faults": ()}


class SaltsWithNothing(Wrapped):
    finds = ("test_two_logs_of_the_same_changes_have_other_heads",)

    def __init__(self, custom=None, inner=None):
        super().__init__(inner=inner or InMemoryStore(custom=custom, nonce=lambda: b"salt"))


class LogsTheVerification(Wrapped):
    finds = ("test_verify_changes_nothing",)
    verified = 0

    def verify(self, *, anchor=None):
        self.verified += 1
        found = self.inner.verify(anchor=anchor)
        return attrs.evolve(found, entries=found.entries + self.verified)


class ReadsTheErased(Wrapped):
    """Makes something up where contents were erased."""

    finds = ("test_an_erased_change_is_not_read_or_undone",)

    def applied(self, change_id, /):
        with suppress(RepositoryError):
            return super().applied(change_id)


class Tells(Wrapped):
    """Tells subscribers itself."""

    def __init__(self, custom=None, inner=None):
        super().__init__(custom, inner)
        self.subscribers = []

    def subscribe(self, subscriber, /):
        self.subscribers.append(subscriber)
        return lambda: None

    def apply(self, change, /):
        applied = super().apply(change)
        for subscriber in self.subscribers:
            subscriber(applied)
        return applied


class TellsAtOnce(Tells):
    """Tells while the transaction may still fail, tells of what was applied before, and lets errors out."""

    finds = (
        "test_subscribers_are_told_once_a_transaction_has_ended",
        "test_subscribers_are_not_told_of_what_was_refused_or_taken_back",
        "test_subscribers_are_not_told_again_of_what_was_applied_before",
        "test_a_subscriber_that_fails_is_logged_and_keeps_nothing_from_standing",
        "test_a_subscription_ends_and_ending_it_again_does_nothing",
    )


class TellsWithoutId(Tells):
    finds = ("test_subscribers_get_each_applied_change_in_order_and_with_its_id",)

    def apply(self, change, /):
        for subscriber in self.subscribers:
            subscriber(change)
        return Wrapped.apply(self, change)


class TellsTooSoon(Tells):
    finds = ("test_a_subscriber_reads_what_was_applied_and_may_apply_more",)

    def apply(self, change, /):
        for subscriber in self.subscribers:
            subscriber(change)
        return Wrapped.apply(self, change)
