"""Stores that apply wrongly."""

import attrs

from crmkit.errors import Conflict, CrmError
from crmkit.records import Change, Edit, evolve
from tests.testing.broken.wrapped import Wrapped


def as_stored(edit, stored):
    """Return an edit that begins with what is stored, whatever it said."""
    if stored is None or edit.after is None:
        return Edit(stored, edit.after)
    version = max(edit.after.version, stored.version + 1)
    return Edit(stored, evolve(edit.after, version=version))


class LastWriteWins(Wrapped):
    """Compares no versions."""

    finds = (
        "test_a_stale_edit_is_a_conflict_that_names_record_and_versions",
        "test_a_stale_removal_is_a_conflict",
        "test_of_threads_that_edit_the_same_version_one_wins",
        "test_an_edit_of_a_record_that_went_and_came_back_is_a_conflict",
    )

    def apply(self, change, /):
        with self.transaction():
            edits = [as_stored(edit, self.stored(edit)) if edit.before else edit for edit in change.edits]
            return super().apply(attrs.evolve(change, edits=edits))


class ComparesVersionsOnly(Wrapped):
    finds = ("test_an_edit_that_begins_with_other_values_is_a_conflict",)

    def apply(self, change, /):
        edits = []
        for edit in change.edits:
            stored = self.stored(edit)
            same = stored is not None and edit.before is not None and stored.version == edit.before.version
            edits.append(as_stored(edit, stored) if same else edit)
        return super().apply(attrs.evolve(change, edits=edits))


class Overwrites(Wrapped):
    """Adds over what is there."""

    finds = (
        "test_adding_what_is_there_already_is_refused_and_says_so",
        "test_of_threads_that_add_the_same_id_one_wins",
    )

    def apply(self, change, /):
        with self.transaction():
            edits = [edit if edit.before else as_stored(edit, self.stored(edit)) for edit in change.edits]
            return super().apply(attrs.evolve(change, edits=edits))


class Upserts(Wrapped):
    """Adds what it should edit, and removes what is not there."""

    finds = ("test_an_edit_of_what_is_not_there_is_a_conflict",)

    def apply(self, change, /):
        edits = [Edit(None, edit.after) if self.stored(edit) is None else edit for edit in change.edits if edit.after]
        return super().apply(attrs.evolve(change, edits=edits)) if edits else change


class OneByOne(Wrapped):
    """Applies each edit on its own, so that half of a Change may stand."""

    finds = ("test_a_change_is_done_whole_or_not_at_all", "test_a_refused_change_in_a_transaction_leaves_the_others")

    def apply(self, change, /):
        applied = [super(OneByOne, self).apply(attrs.evolve(change, edits=[edit])) for edit in change.edits]
        return attrs.evolve(change, id=applied[-1].id)


class OnlyTheFirst(Wrapped):
    """Does the first edit of each Change only."""

    finds = ("test_one_change_adds_edits_and_removes_records_of_every_class",)

    def apply(self, change, /):
        return attrs.evolve(change, id=super().apply(attrs.evolve(change, edits=change.edits[:1])).id)


class UpdatesNotAll(Wrapped):
    """Writes the first field that differs only."""

    def apply(self, change, /):
        applied = super().apply(change)
        for edit in applied.edits:
            if edit.before is not None and edit.after is not None:
                self.put(edit.record, edit.id, evolve(edit.after, **self.lost(edit)))
        return applied


class LosesTheLastField(UpdatesNotAll):
    finds = ("test_each_field_can_be_edited_on_its_own",)

    def lost(self, edit):
        return {each.field: each.before for each in edit.differences() if each.field == "owner_id"}


class WritesNoNulls(UpdatesNotAll):
    """Leaves a field as it was where it becomes missing."""

    finds = ("test_each_field_can_become_missing_and_come_back",)

    def lost(self, edit):
        return {each.field: each.before for each in edit.differences() if each.after is None}


class SpillsOver(Wrapped):
    """An UPDATE without its WHERE."""

    finds = ("test_an_edit_touches_no_other_record",)

    def apply(self, change, /):
        applied = super().apply(change)
        for edit in applied.edits:
            if edit.before is not None and edit.after is not None:
                for name, record in [*self.inner._shelf.records[edit.record].items()]:
                    self.put(edit.record, name, evolve(edit.after, id=name, version=record.version))
        return applied


class SkipsWhatIsTheSame(Wrapped):
    finds = ("test_an_edit_that_changes_nothing_makes_a_new_version",)

    def apply(self, change, /):
        return super().apply(change) if change.differences() else change


class GivesNoIds(Wrapped):
    finds = ("test_apply_returns_the_change_with_an_id_of_its_own",)

    def apply(self, change, /):
        return attrs.evolve(super().apply(change), id=None)


class MarksTheChange(Wrapped):
    """Writes the id into the caller's own Change."""

    finds = ("test_a_change_that_was_applied_stays_as_it_was",)

    def apply(self, change, /):
        object.__setattr__(change, "id", super().apply(change).id)
        return change


class StepsOfOne(Wrapped):
    finds = ("test_versions_may_go_up_by_more_than_one",)

    def apply(self, change, /):
        for edit in change.edits:
            if edit.before is not None and edit.after is not None and edit.after.version != edit.before.version + 1:
                raise Conflict("not the next version", record=edit.record, id=edit.id, expected=None, found=None)
        return super().apply(change)


class ForgetsVersions(Wrapped):
    """Lets a record come back under a version that it has had."""

    finds = ("test_a_record_that_went_does_not_come_back_under_a_version_it_has_had",)

    def apply(self, change, /):
        self.inner._shelf.removed.clear()
        return super().apply(change)


class AppliesAnything(Wrapped):
    finds = ("test_what_is_no_change_is_refused",)

    def apply(self, change, /):
        return super().apply(change) if isinstance(change, Change) else change


class IgnoresKeys(Wrapped):
    finds = (
        "test_the_same_change_under_the_same_key_is_applied_once",
        "test_a_key_gives_the_first_result_whatever_came_later",
        "test_a_key_is_known_inside_the_transaction_that_used_it",
        "test_of_threads_that_apply_the_same_key_one_does",
        "test_a_replayed_change_is_in_the_log_once",
        "test_a_replayed_change_is_not_newer_than_itself",
        "test_apply_all_knows_keys",
    )

    def apply(self, change, /):
        return super().apply(attrs.evolve(change, idempotency_key=None))


class KnowsKeys(Wrapped):
    """Keeps the results by key itself, beside the store."""

    def __init__(self, custom=None, inner=None):
        super().__init__(custom, inner)
        self.results = {}

    def key(self, change):
        return change.idempotency_key

    def apply(self, change, /):
        key = self.key(change)
        if key is None:
            return super().apply(change)
        if key not in self.results:
            self.results[key] = super().apply(attrs.evolve(change, idempotency_key=None))
        return self.results[key]


class TakesAnyForTheFirst(KnowsKeys):
    finds = ("test_another_change_under_a_used_key_is_refused", "test_the_key_of_a_change_that_was_taken_back_is_free")


class CountsTheMoment(KnowsKeys):
    finds = ("test_the_same_act_at_a_later_moment_is_the_same",)

    def key(self, change):
        return change.idempotency_key and (change.idempotency_key, change.at)


class FoldsKeys(KnowsKeys):
    finds = ("test_keys_are_told_apart_to_the_last_character",)

    def key(self, change):
        return change.idempotency_key and change.idempotency_key.strip().casefold()


class TakesContentForAKey(KnowsKeys):
    finds = ("test_changes_without_a_key_are_applied_each_time",)

    def key(self, change):
        return change.idempotency_key or change.to_json()


class BurnsKeys(Wrapped):
    """Remembers a key before it knows whether the Change fits."""

    finds = ("test_the_key_of_a_refused_change_is_free",)

    def apply(self, change, /):
        try:
            return super().apply(change)
        except CrmError:
            self.inner._shelf.of_key[change.idempotency_key or ""] = 1
            raise


class Rebuilds(Wrapped):
    """Numbers an edited record anew, so that a sequence of acts ends elsewhere."""

    finds = ("test_after_any_sequence_of_acts_a_store_holds_what_a_dict_would",)

    def apply(self, change, /):
        applied = super().apply(change)
        if len(applied.edits) > 1 and applied.edits[1].before is not None and applied.edits[1].after is not None:
            edit = applied.edits[1]
            self.put(edit.record, edit.id, evolve(edit.after, version=edit.before.version))
        return applied
