"""Articles in other languages: known for what they are, found by their words, and counted where they may be missed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from answer.__main__ import main as ask
from index.__main__ import main
from index.build import Builder
from index.languages import language_of
from index.lexical import terms, terms_of
from index.retrieve import Retriever

GERMAN = "Die Brücken über den Fluss wurden am Montag nach einem Jahr Bauzeit geöffnet, sagte die Bürgermeisterin."
ARABIC = "افتتح الجسر فوق النهر يوم الاثنين بعد عام من العمل، كما قالت رئيسة بلدية هالندورف للصحفيين هناك."
CHINESE = "市长周一宣布，横跨河流的新大桥在施工一年后正式开放，数百名市民前来参观，首班公交车已经通过大桥。"
RUSSIAN = "Мост через реку открыли в понедельник после года работ, сказала мэр города журналистам на месте."
ENGLISH = "The harbour of Portville reopened on Monday after a week of storms, its master said to reporters."


@pytest.mark.parametrize(
    ("text", "declared", "language"),
    [
        (GERMAN, "en", "de"),  # what a page declares is often its template's
        (ARABIC, None, "ar"),
        (CHINESE, None, "zh"),
        (RUSSIAN, None, "ru"),
        (ENGLISH, "de", "en"),
        ("Zorvik", "en-GB", "en"),
        ("Zorvik", "deu", "de"),
        ("Zorvik", None, None),
        ("12 34", "nonsense", None),
        ("", None, None),
    ],
)
def test_a_language_is_that_of_the_words_else_the_declared_one(
    text: str, declared: str | None, language: str | None
) -> None:
    assert language_of(text, declared) == language


def test_words_of_other_languages_lose_their_own_endings() -> None:
    assert set(terms_of("de", "Brücken")) & set(terms_of("de", "Brücke")) or terms("Brücke") == terms_of(
        "de", "Brücken"
    )
    assert set(terms_of("ar", "الجسر")) & {*terms_of("ar", "جسر"), *terms("جسر")}
    assert set(terms_of("zh", "新大桥在施工")) >= {"大桥", "施工"} and terms_of("zh", "The bridge") == []
    assert terms_of("en", "bridges") == []


@pytest.fixture
def mixed(builder: Builder, tmp_path: Path) -> Builder:
    texts = {"de": GERMAN, "ar": ARABIC, "zh": CHINESE, "ru": RUSSIAN, "en": ENGLISH}
    folder = tmp_path / "news"
    folder.mkdir()
    for name, text in texts.items():
        (folder / f"{name}.json").write_text(json.dumps({"title": name, "text": text}), encoding="utf-8")
    assert builder.add([folder]).added == 5
    return builder


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Wer hat die Brücke geöffnet?", "de"),
        ("متى افتتح جسر النهر؟", "ar"),
        ("大桥什么时候开放？", "zh"),
        ("Когда открыли мосты?", "ru"),
        ("When did the harbours of Portville reopen?", "en"),
    ],
)
def test_an_article_is_found_by_the_words_of_its_language(
    mixed: Builder, retriever: Retriever, question: str, first: str
) -> None:
    assert retriever.search(question)[0].chunk.article.title == first


def test_how_many_cannot_be_read_is_said_where_they_may_be_missed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, text in {"de": GERMAN, "en": ENGLISH}.items():
        (tmp_path / f"{name}.txt").write_text(text, encoding="utf-8")
    store = str(tmp_path / "store")
    main(["--store", store, "add", str(tmp_path)])
    main(["--store", store, "check"])
    assert "1 articles are not in English (1 de): they are found by their words" in capsys.readouterr().out
    ask(["Who won the 2022 World Cup?", "--store", store])
    assert "1 article is not in English: they are found" in capsys.readouterr().out
    ask(["When did the harbour of Portville reopen?", "--store", store])
    assert "not in English" not in capsys.readouterr().out
