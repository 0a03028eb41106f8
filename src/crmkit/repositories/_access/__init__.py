"""Who may see and do what: a policy as data, and a store as one actor may use it."""

from crmkit.repositories._access._grant import VERBS, Grant
from crmkit.repositories._access._guarded import GuardedStore, guarded
from crmkit.repositories._access._policy import Policy

__all__ = ["VERBS", "Grant", "GuardedStore", "Policy", "guarded"]
