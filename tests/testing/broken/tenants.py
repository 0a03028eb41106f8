"""Audited stores that mix tenants up, or unique values."""

from crmkit.errors import AlreadyExists
from crmkit.repositories import InMemoryStore
from tests.testing.broken.wrapped import Wrapped


class OneTenant(Wrapped):
    """Has one place for all tenants."""

    finds = (
        "test_a_tenant_reads_nothing_of_another",
        "test_two_tenants_have_records_of_the_same_id",
        "test_a_tenant_writes_nothing_of_another",
        "test_changes_of_one_tenant_are_not_those_of_another",
        "test_keys_of_one_tenant_are_free_for_another",
        "test_what_a_tenant_removed_is_new_to_another",
        "test_a_reference_does_not_lead_into_another_tenant",
        "test_tenants_have_custom_fields_of_their_own",
        "test_a_unique_value_of_one_tenant_is_free_for_another",
        "test_subscribers_of_one_tenant_are_not_told_of_another",
        "test_each_tenant_has_a_log_of_its_own",
    )

    def tenant(self, name, /, *, custom=None):
        return type(self)(inner=self.inner.tenant("", custom=custom))


class NewTenants(Wrapped):
    """Opens a new place each time."""

    finds = ("test_the_same_name_is_the_same_tenant",)

    def tenant(self, name, /, *, custom=None):
        return type(self)(custom=custom)


class FoldsTenants(Wrapped):
    finds = ("test_tenants_are_told_apart_to_the_last_character", "test_what_names_no_tenant_is_refused")

    def tenant(self, name, /, *, custom=None):
        return super().tenant(str(name).strip().casefold().replace("\0", ""), custom=custom)


class NothingIsUnique(Wrapped):
    finds = (
        "test_a_value_that_another_record_has_is_refused_and_named",
        "test_two_records_of_one_change_do_not_share_a_value",
    )

    def __init__(self, custom=None, inner=None):
        super().__init__(inner=inner or InMemoryStore())
        self.declared = custom


class Unique(Wrapped):
    """Proves unique values itself, by rules of its own."""

    def __init__(self, custom=None, inner=None):
        super().__init__(inner=inner or InMemoryStore())
        self.held = {}

    def place(self, edit, value):
        return (edit.record, value)

    def apply(self, change, /):
        for edit in change.edits:
            self.give_up(edit)
            value = edit.after and edit.after.custom.get("c_number", self)
            if value is not self and edit.after is not None:
                place = self.place(edit, value)
                if self.held.setdefault(place, edit.id) != edit.id:
                    raise AlreadyExists("taken", record=edit.record, id=edit.id, field="c_number")
        return super().apply(change)

    def give_up(self, edit):
        self.held = {place: name for place, name in self.held.items() if name != edit.id}


class NothingIsOneValue(Unique):
    """Takes two records without a value for two of the same."""

    finds = ("test_records_without_the_value_do_not_disturb_each_other",)


class FoldsValues(Unique):
    finds = ("test_values_are_told_apart_to_the_last_character",)

    def place(self, edit, value):
        return value and (edit.record, value.strip().casefold())


class OneClass(Unique):
    finds = ("test_a_value_is_unique_among_records_of_its_class",)

    def place(self, edit, value):
        return value

    def give_up(self, edit):
        pass

    def apply(self, change, /):
        edits = [edit for edit in change.edits if edit.after is not None]
        values = [edit.after.custom.get("c_number") for edit in edits]
        if len(set(values)) < len(values):
            raise AlreadyExists("taken", record=edits[0].record, id=edits[0].id, field="c_number")
        return super().apply(change)


class NeverFree(Unique):
    """Keeps a value that was given up, and asks for a value that a record has already."""

    finds = (
        "test_a_value_that_was_given_up_is_free",
        "test_a_value_passes_from_one_record_to_another_in_one_change",
    )

    def give_up(self, edit):
        pass


class NotItsOwn(Unique):
    """Refuses a record the value that it has."""

    finds = ("test_a_record_keeps_its_value_when_it_is_edited",)

    def give_up(self, edit):
        self.held = {place: f"former {name}" for place, name in self.held.items()}
