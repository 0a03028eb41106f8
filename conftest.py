"""Run every code block of the README and the documentation; let no test depend on the machine's speed."""

from hypothesis import settings

from tests.documentation import pytest_collect_file

__all__ = ["pytest_collect_file"]

settings.register_profile("crmkit", deadline=None, max_examples=60)
settings.load_profile("crmkit")
