"""For the tests of what is built on crmkit: contracts that a store has to fulfil, and records drawn by Hypothesis.

StoreContract           a class of pytest checks that the author of a `Store` inherits
AuditedStoreContract    the same for an `AuditedStore`
"""

from crmkit.errors import MissingExtra

try:
    import hypothesis as _hypothesis  # noqa: F401 - proves that it is there
    import pytest
except ImportError as fault:
    raise MissingExtra.of("testing", purpose="crmkit.testing") from fault

pytest.register_assert_rewrite(
    "crmkit.testing._store", "crmkit.testing._audited"
)  # before the checks are imported: a failure shows what was compared

from crmkit.testing._contract import AuditedStoreContract, StoreContract  # noqa: E402 - as above

__all__ = ["AuditedStoreContract", "StoreContract"]
