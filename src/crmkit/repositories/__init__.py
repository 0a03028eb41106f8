"""Where records live: the protocols that a store fulfils, and what is built on them.

    Repository, Store     what an application implements over its own persistence
    AuditedStore          what crmkit's own stores offer besides: tenants, undo, verify, subscribers
    InMemoryStore         in memory; `crmkit.repositories.sql.SqlStore` keeps records in SQLite or PostgreSQL
    Page                  some records in order, and the cursor of the next page
    guarded, GuardedStore a store as one actor may use it, by what a policy grants
    Policy, Grant, VERBS  who may do what, as data
    timeline, Moment      the whole history of a customer, newest first
    search                finding among records at hand, for stores that cannot ask their database
    Verification          what the verification of a log found

A store does what a Change says, whole or not at all, and keeps it: see `Store.apply` for the rules.
"""

from crmkit.repositories._access import VERBS, Grant, GuardedStore, Policy, guarded
from crmkit.repositories._memory import InMemoryStore
from crmkit.repositories._page import Page
from crmkit.repositories._protocols import AuditedStore, Repository, Store
from crmkit.repositories._search import search
from crmkit.repositories._timeline import Moment, timeline
from crmkit.repositories._verification import Verification

__all__ = [
    "VERBS",
    "AuditedStore",
    "Grant",
    "GuardedStore",
    "InMemoryStore",
    "Moment",
    "Page",
    "Policy",
    "Repository",
    "Store",
    "Verification",
    "guarded",
    "search",
    "timeline",
]
