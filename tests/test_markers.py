"""Markers in a model's words: every form that models write, however the stream is cut, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from answer.drafts import Draft, Drafts
from answer.markers import Marker, Markers, Words

CASES = [
    ("Closed [1].", "Closed <1>."),
    ("Closed.[1] Next", "Closed.<1> Next"),
    ("A [1, 2] b [1][2] c [1-3] d", "A <1,2> b <1><2> c <1,2,3> d"),
    ("[1 and 2] [1;3] [1–2] [2 to 4]", "<1,2> <1,3> <1,2> <2,3,4>"),
    ("【1】 and 【2†source】 and ［３］", "<1> and <2> and <3>"),
    ("[^1] [Source 1, 2] [passage #3] [Passages 1 and 2] [#4]", "<1> <1,2> <3> <1,2> <4>"),
    ("It closed (1). Then (2), and (3)", "It closed <1>. Then <2>, and <3>"),
    ("It closed.¹ Then² and “so”¹,²", "It closed.<1> Then<2> and “so”<1,2>"),
    ("`[1]` and ``` x[2] ```", "<1> and ``` x[2] ```"),
    ("It closed [99]. It opened [0].", "It closed <>. It opened <>."),
    ("It closed [1, 99].", "It closed <1>."),
    ("It closed `[1]", "It closed `<1>"),
]
WORDS = [
    "The crisis of [2020] and [2020, 1]",
    "(1) first\n(2) second",
    "killed four (4) people and two (2)",
    "in Idlib (12) and (twelve)",
    "5 km² and 3 m³ and 10² and 2¹",
    "`a[1]` and ```\nx[2]\n```",
    "[sic] [he said] [a1] [1a] [] [ ]",
    "an end [1",
    "an end (1",
    "[1\n]",
    "¹ a footnote",
]


def read(words: str, size: int, passages: int = 5) -> str:
    """What is read of a stream of pieces of this size: words, and markers in angle brackets."""
    markers = Markers(passages)
    found = [one for at in range(0, len(words), size) for one in markers.feed(words[at : at + size])]
    found += markers.end()
    shown = (one.text if isinstance(one, Words) else f"<{','.join(map(str, one.numbers))}>" for one in found)
    return "".join(shown)


@pytest.mark.parametrize("size", [1, 2, 3, 100])
@pytest.mark.parametrize(("words", "expected"), CASES)
def test_every_form_of_a_marker_is_read_wherever_the_stream_is_cut(words: str, expected: str, size: int) -> None:
    assert read(words, size) == expected


@pytest.mark.parametrize("size", [1, 4, 100])
@pytest.mark.parametrize("words", WORDS)
def test_what_only_looks_like_a_marker_stays_a_word(words: str, size: int) -> None:
    assert read(words, size) == words


@given(st.text(alphabet="ab .,\n[]()【】`¹²123450-†,;", max_size=60), st.integers(1, 7))
@example("[1" + "2" * 70 + "]", 3)
def test_how_a_stream_is_cut_changes_nothing(words: str, size: int) -> None:
    assert read(words, size) == read(words, max(1, len(words)))


@given(st.text(max_size=80))
def test_only_numbers_of_passages_come_out_and_no_word_is_made_up(words: str) -> None:
    markers = Markers(3)
    found = [*markers.feed(words), *markers.end()]
    assert all(1 <= number <= 3 for one in found if isinstance(one, Marker) for number in one.numbers)
    rest = iter(words)
    assert all(character in rest for one in found if isinstance(one, Words) for character in one.text)


def test_a_range_that_no_answer_can_mean_is_not_counted_out() -> None:
    assert read("[1-999]", 100) == "<1>"


def drafts(words: str, size: int = 3, passages: int = 5) -> list[Draft]:
    reading = Drafts(passages)
    found = [one for at in range(0, len(words), size) for one in reading.feed(words[at : at + size])]
    return [*found, *reading.end()]


@pytest.mark.parametrize("size", [1, 2, 5, 200])
def test_a_sentence_has_the_markers_in_it_and_behind_it(size: int) -> None:
    words = "It closed [1]. Rebels came.[2][3] Mr. Smith left [1, 4]! “It is over,” he said. [5]\nNobody knows."
    assert drafts(words, size) == [
        Draft("It closed.", (1,)),
        Draft("Rebels came.", (2, 3)),
        Draft("Mr. Smith left!", (1, 4)),
        Draft("“It is over,” he said.", (5,)),
        Draft("Nobody knows."),
    ]


def test_a_marker_before_the_words_of_a_line_is_the_next_sentence_s() -> None:
    assert drafts("[1] It closed.\n- [2] It opened.") == [Draft("It closed.", (1,)), Draft("It opened.", (2,))]


def test_markdown_of_a_model_is_taken_for_prose() -> None:
    words = "# Answer:\n\n1. **It closed** [1]\n* It _opened_ `later` [2]"
    assert drafts(words) == [Draft("Answer: It closed", (1,)), Draft("It opened later", (2,))]


def test_what_asserts_nothing_alone_is_read_with_what_follows() -> None:
    assert drafts("Yes. It closed [1].") == [Draft("Yes. It closed.", (1,))]
    assert drafts("Three things are known:\n- It closed [1]") == [Draft("Three things are known: It closed", (1,))]
    assert drafts("Yes.") == [Draft("Yes.")]


def test_words_that_a_marker_stood_between_are_kept_apart() -> None:
    assert drafts("It closed[1]and opened [2] , then closed [3] .") == [
        Draft("It closed and opened, then closed.", (1, 2, 3))
    ]


def test_the_sentence_under_way_is_seen_without_its_markers() -> None:
    reading = Drafts(3)
    assert [*reading.feed("It closed [1]. Reb")] == [Draft("It closed.", (1,))]
    assert reading.pending == "Reb"
    assert [*reading.feed("els came [")] == []
    assert reading.pending == "Rebels came"


@given(st.text(max_size=120), st.integers(1, 9))
def test_drafts_are_one_line_of_words_whatever_a_model_writes(words: str, size: int) -> None:
    for draft in drafts(words, size):
        assert draft.text == " ".join(draft.text.split()) != ""
        assert all(1 <= number <= 5 for number in draft.numbers)
