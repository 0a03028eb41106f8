"""A question as a SQLAlchemy clause: `_clause` tells the story, the other files what columns, leaves and JSON are."""

from crmkit.expressions._in_sql._clause import clause_of

__all__ = ["clause_of"]
