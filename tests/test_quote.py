"""What is quoted with a sentence: whose words they are, and whether they are in doubt."""

from __future__ import annotations

from answer.cite import Pick
from answer.quote import quoted
from tests.conftest import article


def pick(text: str, words: str, exact: str = "") -> Pick:
    start = text.index(words)
    at = text.index(exact) if exact else 0
    return Pick(
        article=article(text),
        start=start,
        end=start + len(words),
        confidence=0.9,
        exact=(at, at + len(exact)) if exact else None,
    )


def test_a_sentence_that_names_its_speaker_is_quoted_alone() -> None:
    text = "Rain fell. About 4,000 people marched, the unions said. Shops were shut."
    (found,) = quoted([pick(text, "About 4,000 people marched, the unions said.", "4,000")])
    assert found.words == "About 4,000 people marched, the unions said."
    assert (found.speaker, found.doubted) == ("the unions", False)


def test_a_pronoun_is_quoted_with_the_sentence_that_it_stands_for() -> None:
    text = "The mayor, Ana Pell, said nobody was warned. She said the sirens were sounded at 22:50."
    (found,) = quoted([pick(text, "She said the sirens were sounded at 22:50.", "22:50")])
    assert found.words == text
    assert found.speaker == "The mayor, Ana Pell"


def test_a_doubt_in_the_next_sentence_is_quoted_too() -> None:
    text = "Rebels shelled the bridge, the army said. The rebels denied the claim. Rain fell."
    (found,) = quoted([pick(text, "Rebels shelled the bridge, the army said.", "Rebels")])
    assert found.words == "Rebels shelled the bridge, the army said. The rebels denied the claim."
    assert found.doubted


def test_a_table_beside_a_sentence_is_not_searched_for_who_says_it() -> None:
    table = "The council said that " + "x " * 400 + "it was so."
    (found,) = quoted([pick(f"{table} She said rain fell.", "She said rain fell.")])
    assert (found.words, found.speaker) == ("She said rain fell.", "")


def test_a_neighbour_in_another_paragraph_is_not_quoted() -> None:
    text = "The mayor said nobody was warned.\n\nShe said the sirens were sounded."
    (found,) = quoted([pick(text, "She said the sirens were sounded.")])
    assert found.words == "She said the sirens were sounded."


def test_a_sentence_within_the_quote_of_another_is_not_quoted_twice() -> None:
    text = "The mayor, Ana Pell, said nobody was warned. She said the sirens were sounded."
    first, second = (
        pick(text, words)
        for words in ("The mayor, Ana Pell, said nobody was warned.", "She said the sirens were sounded.")
    )
    assert [one.words for one in quoted([first, second])] == [text]
