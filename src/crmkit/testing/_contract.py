"""The contracts: every group of checks in one class."""

from __future__ import annotations

from crmkit.testing._audited._any_sequence import AuditedSequenceChecks
from crmkit.testing._audited._batches import BatchChecks
from crmkit.testing._audited._subscribing import SubscriberChecks
from crmkit.testing._audited._tenants import TenantChecks
from crmkit.testing._audited._undoing import UndoChecks
from crmkit.testing._audited._unique_ids import UniqueIdChecks
from crmkit.testing._audited._verifying import VerifyChecks
from crmkit.testing._store._any_sequence import SequenceChecks
from crmkit.testing._store._applying import ApplyingChecks
from crmkit.testing._store._asking import AskingChecks
from crmkit.testing._store._comparing import ComparingChecks
from crmkit.testing._store._custom_values import CustomValueChecks
from crmkit.testing._store._exact_values import ExactValueChecks
from crmkit.testing._store._history import HistoryChecks
from crmkit.testing._store._keeping import KeepingChecks
from crmkit.testing._store._keys import KeyChecks
from crmkit.testing._store._ordering import OrderingChecks
from crmkit.testing._store._paging import PagingChecks
from crmkit.testing._store._reading import ReadingChecks
from crmkit.testing._store._references import ReferenceChecks
from crmkit.testing._store._several_threads import ThreadChecks
from crmkit.testing._store._transactions import TransactionChecks

__all__ = ["AuditedStoreContract", "StoreContract"]


class StoreContract(
    ReadingChecks,
    ComparingChecks,
    AskingChecks,
    ReferenceChecks,
    OrderingChecks,
    PagingChecks,
    ApplyingChecks,
    KeepingChecks,
    ExactValueChecks,
    CustomValueChecks,
    HistoryChecks,
    KeyChecks,
    TransactionChecks,
    ThreadChecks,
    SequenceChecks,
):
    """What every `Store` does. A class of tests inherits it and defines the fixture `open_store`."""


class AuditedStoreContract(
    StoreContract,
    BatchChecks,
    UndoChecks,
    VerifyChecks,
    SubscriberChecks,
    TenantChecks,
    UniqueIdChecks,
    AuditedSequenceChecks,
):
    """What every `AuditedStore` does, besides what every `Store` does."""
