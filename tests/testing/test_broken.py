"""Every check can fail: each finds out at least one store that is broken on purpose."""

import importlib
import inspect
import pkgutil

import pytest
from hypothesis import Phase, settings

from crmkit.errors import CrmError
from crmkit.records import Company, Deal
from crmkit.testing import AuditedStoreContract, StoreContract
from tests.testing import broken
from tests.testing.broken.wrapped import Wrapped
from tests.testing.test_in_memory import erase

for module in pkgutil.iter_modules(broken.__path__):
    importlib.import_module(f"{broken.__name__}.{module.name}")


class Contract(AuditedStoreContract):
    examples, steps = 60, 15  # the first that fails ends it
    erase = lambda store, change_id: erase(store.inner, change_id)  # noqa: E731 - as a class declares it


class NarrowContract(StoreContract):
    records = (Deal, Company)
    fields = {Deal: {"name", "status"}, Company: {"name"}}
    keeps_custom = False


def stores(cls=Wrapped):
    return [cls, *(each for child in cls.__subclasses__() for each in stores(child))]


def checks(contract):
    return {name: check for name, check in inspect.getmembers(contract, inspect.isfunction) if name.startswith("test_")}


FOUND = [(name, store) for store in stores() for name in store.__dict__.get("finds", ())]


@pytest.fixture
def quick():
    """Draw the same values each time, and do not look for the smallest that fail."""
    before = settings.get_current_profile_name()
    settings.register_profile("quick", derandomize=True, database=None, phases=[Phase.generate], print_blob=False)
    settings.load_profile("quick")
    yield
    settings.load_profile(before)


def test_every_check_finds_out_a_broken_store():
    assert checks(AuditedStoreContract).keys() - {name for name, _ in FOUND} == set()
    assert {name for name, _ in FOUND} - checks(AuditedStoreContract).keys() == set()


def test_every_broken_store_is_found_out():
    assert [store for store in stores() if "finds" in store.__dict__ and not store.finds and store is not Wrapped] == []


@pytest.mark.parametrize(("name", "store"), FOUND, ids=[f"{store.__name__}-{name}" for name, store in FOUND])
def test_a_check_finds_out_a_store_that_is_broken_in_just_that_way(name, store, quick):
    contract = NarrowContract() if getattr(store, "narrow", False) else Contract()
    try:
        with pytest.raises((AssertionError, CrmError, LookupError)):
            checks(type(contract))[name](contract, store)
    except pytest.skip.Exception as reason:
        pytest.fail(f"skipped: {reason}")


class TestWrapped(AuditedStoreContract):
    """The store around a store is sound where nothing in it is broken."""

    examples, steps = 2, 5
    erase = Contract.erase

    @pytest.fixture
    def open_store(self):
        return Wrapped
