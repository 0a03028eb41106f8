"""Run every code block of the README and the documentation."""

from tests.documentation import pytest_collect_file

__all__ = ["pytest_collect_file"]
