"""Which kind of record a file holds and which field each column is, by headers and cells."""

from crmkit.io._guess._guess import Match, Share, best_matches, match, share_of

__all__ = ["Match", "Share", "best_matches", "match", "share_of"]
