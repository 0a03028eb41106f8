"""A text is Windows-1252 where its words are written as in Western Europe, and is not misread where they are not."""

from __future__ import annotations

import pytest

from crmkit.io._files import _western
from crmkit.io._files._western import western_evidence

WESTERN = {
    "German": "Jörg Müller;Grüße aus Köln;Übergröße;Ärztin;Vertrieb Süd;STRAßE;MÜLLER;Österreich;weiß;Café",
    "French": "Société Générale;Hélène;où;naïve;Noël;François;août;créée;ÉLÉONORE;Île-de-France;à;Zoë;Aïcha;Besançon",
    "Spanish": "García;Muñoz;López;Núñez;año;¿Qué?;¡Olé!;José María;España;Bogotá;pingüino;1º;LOGROÑO;Íñigo",
    "Portuguese": "São Paulo;ações;João;Conceição;não;você;às;Camões;irmã;AÇÕES;Antônio;maçã;Guimarães;à vista;avó",
    "Italian": "città;perché;è;Niccolò;più;così;lunedì;università;Forlì;Cantù",
    "Dutch": "coördinatie;reünie;één;vóór;België;Daniël",
    "Swedish": "Göteborg;Malmö;Åsa;Jönköping;blåbär;Östersund;ÅKERSTRÖM",
    "Danish": "København;Ærø;Søren;Århus;Jørgensen;træ;smørrebrød",
}
BEYOND_LATIN_1 = {
    "quotes": "“quoted”;it’s;O’Brien;l’été",
    "dashes": "Acme – Berlin;wait…",
    "euro": "100 €;5€",
    "French": "cœur;l’Œuvre",
    "German": "„Angebot“ gültig",
}
FOREIGN = [
    ("cp1251", "Иван Петров;Москва;Продажа;и;в;Сделка выиграна"),
    ("koi8-r", "Иван Петров;Москва;Продажа"),
    ("cp866", "Москва;Иван"),
    ("iso-8859-5", "Москва;Иван"),
    ("cp1250", "Łódź;Wałęsa;Kraków;Gdańsk;Śląsk;żółty;Kościuszko"),
    ("cp1250", "Wałęsa"),
    ("cp1250", "Gdańsk;Kraków"),
    ("cp1250", "Dvořák;Nováček;Jiří;Třebíč;Plzeň;Němec;Kučera;Novotný;Veselý;Svoboda"),
    ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy"),
    ("cp1250", "Petrović;Kovačić"),
    ("cp1250", "Erdős;Szőke;Győr"),
    ("iso-8859-2", "Łódź;Wałęsa;Kraków;Gdańsk"),
    ("iso-8859-2", "Dvořák;Nováček;Jiří;Škoda"),
    ("mac_roman", "Müller;Größe;Köln;Jäger;Übung;Österreich"),
    ("mac_roman", "Köln"),
    ("mac_roman", "Straße"),
    ("mac_roman", "Schönefeld;König;Möller"),
    ("mac_roman", "García;Muñoz;López;Martínez"),
    ("mac_roman", "García;José"),
    ("mac_roman", "été;François"),
    ("mac_roman", "it’s;“x”"),
    ("shift_jis", "株式会社;日本;山田太郎;東京都"),
    ("shift_jis", "ソニー"),
    ("euc_jp", "株式会社;日本"),
    ("gbk", "王伟;公司"),
    ("big5", "中國;公司"),
    ("euc_kr", "한국;서울"),
    ("cp1253", "Αθήνα;Γιώργος"),
    ("cp1254", "Yılmaz;Şahin;Doğan;Müller"),
    ("cp1255", "שלום;ישראל"),
    ("cp1256", "محمد;القاهرة"),
    ("cp1257", "Jankauskienė;Žukauskas;Čepaitė;Šiauliai"),
    ("cp874", "สวัสดี"),
    ("cp850", "Müller;Jäger;Köln"),
    ("cp850", "García;Muñoz;José"),
    ("cp850", "Straße"),
    ("iso-8859-15", "100 €"),
    ("utf-8", "Müller;Köln;100 €"),
]


def table(words: str, encoding: str) -> bytes:
    return b"id,name\n" + words.encode(encoding).replace(";".encode(encoding), b",x\n1,") + b",y\n"


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize("language", WESTERN)
def test_texts_of_western_europe_are_taken(language: str, encoding: str) -> None:
    evidence = western_evidence([table(WESTERN[language], encoding)])
    assert evidence is not None
    assert (evidence.word in WESTERN[language], evidence.line) == (True, 2)


@pytest.mark.parametrize("kind", BEYOND_LATIN_1)
def test_signs_that_windows_adds_are_taken_where_they_are_used(kind: str) -> None:
    assert western_evidence([table(BEYOND_LATIN_1[kind], "cp1252")]) is not None


@pytest.mark.parametrize(("encoding", "words"), FOREIGN)
def test_texts_of_other_languages_and_systems_are_not_misread(encoding: str, words: str) -> None:
    assert western_evidence([table(words, encoding)]) is None


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_a_byte_that_windows_leaves_undefined_speaks_against_it(byte: int) -> None:
    assert western_evidence([table("Müller", "cp1252") + bytes([byte])]) is None


def test_one_odd_word_among_many_changes_nothing() -> None:
    many = ";".join(f"Müller{at}" for at in range(150))
    assert western_evidence([table(many + ";Wa³êsa", "cp1252")]) is not None
    assert western_evidence([table("Müller;Wa³êsa", "cp1252")]) is None


def test_words_are_looked_at_whole_wherever_the_bytes_are_cut() -> None:
    text = b"id\r\nplain\rJ\xf6rg\r\nM\xfcller\n"
    for cut in range(len(text)):
        evidence = western_evidence([text[:cut], text[cut:]])
        assert evidence is not None
        assert (evidence.words, evidence.word, evidence.line) == (2, "Jörg", 3)


def test_no_more_lines_and_words_are_looked_at_than_tell(monkeypatch: pytest.MonkeyPatch) -> None:
    text = [b"J\xf6rg M\xfcller\n", b"Gr\xfcn\nplain\n", b"a text that has no line end ", b"\xfc"]
    monkeypatch.setattr(_western, "_LONGEST_PIECE", 8)
    for name in ("_MOST_LINES", "_MOST_WORDS"):
        with monkeypatch.context() as patch:
            patch.setattr(_western, name, 1)
            evidence = western_evidence(text)
        assert evidence is not None
        assert (evidence.words, evidence.word) == (2 if name == "_MOST_LINES" else 1, "Jörg")
