# ruff: noqa: A005 - it mirrors crmkit.statistics, and is imported as tests.statistics
