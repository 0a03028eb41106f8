"""Whether a text that is not UTF-8 is Windows-1252, of which Latin-1 is a part: told by its words.

A Polish or a Russian text can be read as Windows-1252, too, and nothing fails. But its words are then none of any
language that is written so, and that is what is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

import attrs

__all__ = ["WESTERN", "Evidence", "western_evidence"]

WESTERN = "cp1252"

_UNDEFINED = b"\x81\x8d\x8f\x90\x9d"
_BETWEEN_WORDS = re.compile(r"[\x00-\x20,;|\"<>()\[\]{}/\xa0]+")
_MOST_LINES = 50_000  # with more than ASCII; further ones would say the same
_MOST_WORDS = 5_000  # of these
_LONGEST_PIECE = 1 << 22

_UPPER = "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝŒŠŽŸÐÞ"
_LOWER = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýœšžÿðþßƒ"
_SPECIAL = _UPPER + _LOWER
_LETTER = f"A-Za-z{_SPECIAL}"
_SIGN = f"[^\x00-\x7f{_SPECIAL}’‘“”„‚«»‹›–—…·\xa0\xad]"
_SLAVIC = frozenset("šžýÿ")
_LANGUAGES = (  # the letters that one word may have beside each other
    frozenset("äöüßé"),  # German
    frozenset("àâæçéèêëîïôœùûü"),  # French
    frozenset("áéíóúüñ"),  # Spanish, Irish
    frozenset("áâãàçéêíóôõúü"),  # Portuguese
    frozenset("àèéìíîòóùú"),  # Italian
    frozenset("àçèéíïòóúü"),  # Catalan
    frozenset("éèëïóöüêí"),  # Dutch
    frozenset("åäöæøéüô"),  # Danish, Finnish, Norwegian, Swedish
)
_NO_WESTERN_WORD = re.compile(
    "|".join(
        (
            f"[{_SPECIAL}]{{3}}",  # Cyrillic, Greek and Asian words are such letters throughout
            f"[a-z{_LOWER}][{_UPPER}]",  # no capital stands within a word
            f"[{_LETTER}][{_UPPER}][a-z{_LOWER}]",
            f"[{_LETTER}][^\x00-\x7f{_SPECIAL}’‘´·–—\xad][{_LETTER}]",  # no sign stands within a word
            f"{_SIGN}{{2}}",
            f"[£€¥†‡¯ˆ˜][{_LETTER}]|[{_LETTER}][„‚¹¼½¾ˆ˜]|[^\x00-\x7f][†‡‰ˆ˜]",
            "[¤¦¬¯þðÞÐ]",
            "[ñÑ](?![aeiouáéíóúüAEIOUÁÉÍÓÚÜ])",
            "[õÕ](?![eE])",
            rf"[ãÃ](?![oeOE]|[sS]?(?![{_LETTER}]))",
            f"[ìùýÌÙÝ][{_LETTER}]|[èÈ][aeiouAEIOU]",
            f"[aiAI][æÆ](?![{_LETTER}])",
        )
    )
)
_DOUBTFUL_WORD = re.compile(
    "|".join(
        (
            "[šžýÿŠŽÝŸƒ]",  # of Slavic names; the umlauts of a Macintosh look like these, too
            rf"[–—·…©®™¹²³¼½¾±×\xad][{_LETTER}]",
            f"[{_LETTER}]{{2}}[ºª]|[{_LETTER}]…",
            f"(?<![{_LETTER}])[{_LETTER}]{{3,}}[’‘´](?!(?:s|S|t|re|ve|ll|m|d)(?![{_LETTER}]))[{_LETTER}]",
            f"[òÒ][{_LETTER}]|áe|[{_LOWER}][A-Z]",
            f"[{_SPECIAL}]{_SIGN}|{_SIGN}[{_SPECIAL}]",
            f"[{_LETTER}](?<![aeiouAEIOU])[ëË]",
            "[œŒ](?![uiUI])",
            f"(?<![{_LETTER}])[{_SPECIAL}]+(?![{_LETTER}])",
        )
    )
)


@attrs.frozen
class Evidence:
    """What speaks for Windows-1252.

    Args:
        words: how many distinct words with more than ASCII letters have been looked at.
        word: the first that is written as in a Western European language.
        line: the line on which it stands.
    """

    words: int
    word: str
    line: int


def western_evidence(blocks: Iterable[memoryview | bytes]) -> Evidence | None:
    """Return what shows that a text is Windows-1252; None where nothing does, or something speaks against it.

    Args:
        blocks: the bytes of the text.
    """
    words: dict[str, int] = {}
    left = _MOST_LINES
    line = 1
    for piece in _pieces(blocks):
        if any(byte in piece for byte in _UNDEFINED):
            return None
        if left:
            for at, raw in enumerate(piece.splitlines(), line):
                if left and not raw.isascii():
                    left -= 1
                    for word in _BETWEEN_WORDS.split(raw.decode(WESTERN)):
                        if not word.isascii():
                            words.setdefault(word, at)
            line += piece.count(b"\n") + piece.count(b"\r") - piece.count(b"\r\n")
    return _judged(words)


def _pieces(blocks: Iterable[memoryview | bytes]) -> Iterable[bytes]:
    """Cut bytes where a line ends, so that no word is cut in two."""
    rest = b""
    for block in blocks:
        rest += block
        cut = max(rest.rfind(b"\n"), rest[:-1].rfind(b"\r")) + 1 or len(rest) * (len(rest) > _LONGEST_PIECE)
        yield rest[:cut]
        rest = rest[cut:]
    yield rest


def _judged(words: dict[str, int]) -> Evidence | None:
    looked_at = list(islice(words, _MOST_WORDS))
    sure = [word for word in looked_at if not _is_foreign(word)]
    western = [word for word in sure if _DOUBTFUL_WORD.search(word) is None]
    if not western or 100 * (len(looked_at) - len(sure)) > len(looked_at) or len(sure) > 2 * len(western):
        return None
    return Evidence(len(looked_at), western[0], words[western[0]])


def _is_foreign(word: str) -> bool:
    """Tell whether a word is none of a Western European language."""
    special = {letter for letter in word.lower() if letter in _LOWER} - _SLAVIC
    return _NO_WESTERN_WORD.search(word) is not None or not any(special <= letters for letters in _LANGUAGES)
