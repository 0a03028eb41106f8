"""A question as a Django Q: `_condition` tells the story, the other files what fields, leaves and JSON are."""

from crmkit.expressions._in_django._condition import asked

__all__ = ["asked"]
