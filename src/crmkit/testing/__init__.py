"""For the tests of what is built on crmkit: contracts that a store fulfils, and values drawn by Hypothesis.

StoreContract           pytest checks of what a store does, for the author of a `Store` to inherit
AuditedStoreContract    the same for an `AuditedStore`
records                 draws records of a class, or of any
changes                 draws Changes made one after the other
questions               draws questions about records of a class
"""

from crmkit.errors import MissingExtra

try:
    import hypothesis as _hypothesis  # noqa: F401 - to say so here, and not in the middle of the checks
    import pytest
except ImportError as fault:
    raise MissingExtra.of("testing", purpose="crmkit.testing") from fault

# Before the checks are imported: where one fails, pytest shows what was compared.
pytest.register_assert_rewrite("crmkit.testing._store", "crmkit.testing._audited")

from crmkit.testing._contract import AuditedStoreContract, StoreContract  # noqa: E402 - as above
from crmkit.testing._strategies import changes, questions, records  # noqa: E402 - as above

__all__ = ["AuditedStoreContract", "StoreContract", "changes", "questions", "records"]
