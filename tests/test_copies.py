"""Copies: small edits and cuts are found, other articles on one topic and other numbers are not."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.copies import Wording, bands, holds, likeness, quotes

WIRE = """The harbour of Tolvane was closed on Tuesday after a freighter ran aground in fog at the mouth of the river.
At least 12 people were taken off the ship by lifeboat, the coast guard said, and none of them was hurt badly.
Divers will look at the hull once the tide allows it, and tugs from two other ports are on their way to help.
The port authority said that the ferries to the islands would not sail before Thursday at the earliest.
Fishermen had asked for a new light on the northern pier since a trawler was lost there eleven years ago."""
SAME_TOPIC = """Ferries to the islands are to sail again on Thursday, the port authority of Tolvane said, if fog lifts.
Shops on the islands have run short of bread and of fuel since the harbour was closed by a stranded freighter.
The coast guard took at least 12 people off that ship by lifeboat, and its owner has sent tugs of his own.
A new light on the northern pier was promised by the mayor, who met the fishermen on Wednesday evening."""
WORDS = st.lists(st.sampled_from(sorted(set(WIRE.split()))), min_size=40, unique=True)


def shared(one: str, other: str) -> bool:
    return bool(set(bands(Wording(one))) & set(bands(Wording(other))))


def are_copies(one: str, other: str) -> bool:
    return likeness(Wording(one), Wording(other)) > 0


@given(st.text(max_size=200), st.sampled_from(["\n", "  ", "\t \n"]))
def test_a_signature_knows_neither_case_nor_spacing(text: str, gap: str) -> None:
    spaced = re.sub(r"\s+", gap, f" {text} ")
    assert bands(Wording(spaced)) == bands(Wording(text))
    assert Wording(spaced.casefold()).words == Wording(text).words


@given(WORDS, st.integers(0, 10_000), st.sampled_from(["replaced", "left out", "added"]))
def test_an_article_with_a_word_edited_is_a_copy_of_it_and_is_looked_at(words: list[str], at: int, how: str) -> None:
    edited = list(words)
    edited[at % len(words) : at % len(words) + (how != "added")] = [] if how == "left out" else ["reportedly"]
    assert are_copies(" ".join(words), " ".join(edited))
    assert shared(" ".join(words), " ".join(edited))


@pytest.mark.parametrize("lines", [1, 2, 3, 4, 5])
def test_a_story_that_was_cut_short_is_a_copy(lines: int) -> None:
    assert are_copies(WIRE, "\n".join(WIRE.splitlines()[:lines]))


def test_other_articles_on_one_topic_are_no_copies() -> None:
    assert not are_copies(WIRE, SAME_TOPIC)
    assert not shared(WIRE, SAME_TOPIC)


@pytest.mark.parametrize("text", ["", " \n", "… — !", "\u200b"])
def test_a_text_without_words_is_a_copy_of_nothing(text: str) -> None:
    assert bands(Wording(text)) == []
    assert not are_copies(text, text)
    assert not holds(Wording(text), Wording(WIRE))


def test_a_short_text_is_a_copy_of_the_same_words_alone() -> None:
    assert are_copies("Mayor resigns!", "MAYOR RESIGNS")
    assert shared("Mayor resigns!", "MAYOR RESIGNS")
    assert not are_copies("Mayor resigns", "Mayor stays")


def test_scripts_without_spaces_are_compared_by_their_characters() -> None:
    text = "市長は月曜日に辞任した。橋は嵐の後に閉鎖された。技師は橋脚に亀裂を見つけた。"
    assert are_copies(text, text.replace("月曜日", "火曜日"))


def test_a_signature_is_the_same_in_every_process() -> None:
    assert bands(Wording("The bridge fell in the night."))[:2] == [268114392804453, 242930150196048]


@pytest.mark.parametrize(
    ("passage", "held"),
    [
        ("at least 12 people were taken off the ship by lifeboat, the coast guard said, and none was hurt badly", True),
        ("AT LEAST TWELVE PEOPLE were taken off the ship by lifeboat", True),
        ("at least 14 people were taken off the ship by lifeboat, the coast guard said, and none of them", False),
        ("at least fourteen people were taken off the ship by lifeboat, the coast guard said, and none", False),
        ("Divers will look at the hull", True),
        ("Divers examined the whole hull", False),
        ("was lost there 11 years ago.", True),
    ],
)
def test_a_text_holds_a_passage_with_small_edits_and_never_with_another_number(passage: str, held: bool) -> None:
    assert holds(Wording(passage), Wording(WIRE)) is held


def test_a_number_must_stand_where_it_stands_in_the_passage() -> None:
    one = "The blast killed 12 people and wounded 14 people in the old market of the town, doctors there said."
    other = one.replace("killed 12", "killed 14")
    assert not holds(Wording(other), Wording(one))
    assert holds(Wording(one.replace("the old market", "the market")), Wording(one))
    assert holds(Wording(one.replace("wounded 14", "injured 14")), Wording(one))
    assert not holds(Wording(one.replace("wounded 14", "injured 15")), Wording(one))


@pytest.mark.parametrize(
    ("old", "new", "is_held"),
    [
        ("Piet Aaldal", "Jan Brandsma", False),
        ("Piet Aaldal", "Mr Aaldal", False),
        ("on Tuesday", "on Wednesday", False),
        ("Divers will", "Frogmen will", True),
        ("fishermen there", "trawlermen there", True),
        ("in heavy fog.", "in heavy fog, Herald reporters write.", True),
        ("The captain", "TOLVANE (Herald) — The captain", True),
    ],
)
def test_a_name_in_the_place_of_another_is_news_and_a_byline_is_not(old: str, new: str, is_held: bool) -> None:
    text = """The captain of the ship, Piet Aaldal, was taken off by lifeboat on Tuesday after it ran aground
    in heavy fog. Divers will look at the hull once the tide allows it, and
    fishermen there are asking for a new light on the pier."""
    assert old in text
    assert holds(Wording(text.replace(old, new)), Wording(text)) is is_held


def test_a_passage_may_stand_in_two_texts_together() -> None:
    first, second = WIRE.splitlines()[1], WIRE.splitlines()[2]
    assert holds(Wording(f"{first} {second}"), Wording(first), Wording(second))
    assert not holds(Wording(f"{first} {second}"), Wording(first))


def test_a_copy_quotes_a_sentence_that_it_changed_but_not_with_another_answer() -> None:
    sentence, answer = "The mayor, Ada Quill, opened the bridge on Monday morning in the rain.", Wording("Ada Quill")
    assert quotes(Wording(f"News. {sentence.replace('in the rain', 'in rain')}"), Wording(sentence), answer)
    assert not quotes(Wording(f"News. {sentence.replace('Ada Quill', 'Ann Marsh')}"), Wording(sentence), answer)
    assert not quotes(Wording(WIRE), Wording(sentence), answer)
