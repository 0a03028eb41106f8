"""How files name records, fields and values, in five languages: data, two files a language, and what reads them.

KINDS, Names            the names of each kind of record, of all languages
languages, Language     the same, by language
record_words            the words for records, which may stand before and behind the names of their fields
readings, senses        what a header may say, and what a name may stand for
choice_words            the words for the values of a field that has a choice of them
STATUS, WON, LOST, OPEN the words for how a deal stands
TRUTHS                  the words for true and false
FLAGS                   these, and the words for on and off that a flag may be written in, too
word_key                what words have in common that are the same but for case, accents and punctuation
"""

from crmkit.io._names._keys import word_key
from crmkit.io._names._kinds import KINDS, Names
from crmkit.io._names._language import ENGLISH, LANGUAGES, Language, languages
from crmkit.io._names._readings import Reading, readings
from crmkit.io._names._senses import Sense, record_words, senses
from crmkit.io._names._words import FLAGS, LOST, OPEN, STATUS, TRUTHS, WON, choice_words

__all__ = [
    "ENGLISH",
    "FLAGS",
    "KINDS",
    "LANGUAGES",
    "LOST",
    "OPEN",
    "STATUS",
    "TRUTHS",
    "WON",
    "Language",
    "Names",
    "Reading",
    "Sense",
    "choice_words",
    "languages",
    "readings",
    "record_words",
    "senses",
    "word_key",
]
