"""Records in a SQL database, by SQLAlchemy: a SQLite file or PostgreSQL. Needs the extra "sql".

SqlStore    a store that keeps records, log and tenants in tables of its own
"""

from crmkit.errors import MissingExtra

try:
    import sqlalchemy  # noqa: F401
except ImportError:
    raise MissingExtra.of("sql", purpose="keeping records in a SQL database") from None

from crmkit.repositories.sql._store import SqlStore

__all__ = ["SqlStore"]
