"""Run every code block of the README and the documentation; let no test depend on the machine's speed."""

import pytest
from hypothesis import settings
from tests.documentation import pytest_collect_file

__all__ = ["pytest_collect_file"]

settings.register_profile("crmkit", deadline=None, max_examples=60)
settings.load_profile("crmkit")


def pytest_configure(config: pytest.Config) -> None:
    # Not in pyproject.toml: there it would import crmkit before coverage begins.
    config.addinivalue_line("filterwarnings", "ignore::crmkit.errors.CrmWarning")
