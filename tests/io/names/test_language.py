"""The words of every language speak of what there is, and mean one thing each."""

from __future__ import annotations

import pytest

from crmkit.io._names import KINDS, languages, senses, word_key
from crmkit.io._names._keys import name_keys
from crmkit.io._names._words import _keys
from crmkit.io._signs import signs_of
from crmkit.records import RECORDS, fields_of

LANGUAGES = {language.code: language for language in languages()}
WORDS = {"won", "lost", "open", "true", "false", "enabled", "disabled"}


def test_there_are_five_languages_and_english_comes_first():
    assert list(LANGUAGES) == ["en", "de", "fr", "es", "pt"]
    assert languages() is languages()


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_record_has_words_and_every_field_that_a_file_may_set_names(code):
    language = LANGUAGES[code]
    assert language.words.keys() == WORDS
    for record, cls in RECORDS.items():
        fields = fields_of(cls)
        assert language.itself[record]
        assert language.fields[record].keys() <= {*fields, *signs_of(record)}
        assert fields.keys() - language.fields[record].keys() <= {"version", "custom", "roles"}, record
        assert all(language.fields[record].values())


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_name_stands_for_one_field_of_a_record(code):
    for record, fields in LANGUAGES[code].fields.items():
        keys = [(word_key(name), field) for field, names in fields.items() for name in names]
        assert len({key for key, _ in keys}) == len(keys), record
        own = {word_key(field): field for field in fields}
        assert all(own.get(key, field) == field for key, field in keys), record


def test_the_words_for_values_are_of_fields_with_a_choice_and_mean_one_value_in_all_languages():
    meanings = {}
    for language in languages():
        for (record, field), of in language.values.items():
            choices = fields_of(RECORDS[record])[field].choices
            assert of.keys() <= set(choices)
            for value, words in of.items():
                for key in _keys(words):
                    assert meanings.setdefault((record, field, key), value) == value, (language.code, words)
        for (record, field), named in language.named.items():
            assert {one.value for one in named} | {one.otherwise for one in named} <= set(
                fields_of(RECORDS[record])[field].choices
            )
        for pair in (("won", "lost", "open"), ("true", "false"), ("enabled", "disabled")):
            for word in pair:
                for key in _keys(language.words[word]):
                    assert meanings.setdefault((pair, key), word) == word, (language.code, word)


def test_all_languages_have_words_for_the_same_values():
    places = [{(place, value) for place, of in language.values.items() for value in of} for language in languages()]
    assert all(place == places[0] for place in places)


def test_a_likelier_name_comes_before_a_less_likely_one():
    english, german = (
        {sense.language: sense.fit for sense in senses("deal")[key]}[code]
        for key, code in (("value", "en"), ("betrag", "de"))
    )
    assert (english, german) == (0.92, 0.98)
    assert {sense.fit for sense in senses("deal")["auftragswert"]} == {0.9}
    assert min(sense.fit for of in senses("deal").values() for sense in of) == 0.6


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_words_of_a_name_in_any_order_stand_for_one_field(code):
    for record, fields in LANGUAGES[code].fields.items():
        places = {(key, field) for field, names in fields.items() for name in names for key in name_keys(name)}
        assert len({key for key, _ in places}) == len(places), record


def test_the_merged_names_are_of_all_languages_and_of_one_field_each():
    assert set(KINDS) == set(RECORDS)
    assert {"value", "Betrag", "montant", "importe", "quantia"} <= {*KINDS["deal"].fields["amount"]}
    assert {"deal", "verkaufschance", "affaire", "negocio"} <= set(KINDS["deal"].itself)
    for record, names in KINDS.items():
        assert names.telling <= fields_of(RECORDS[record]).keys()
