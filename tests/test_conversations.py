"""What a browser keeps of conversations: listed, renamed, deleted, bounded, and not believed."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from ui.conversations import Conversations, conversations_html
from ui.kept import KeptAnswer

plain_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["open", "all", "id", "name", "answers", "question"]), inner, max_size=4)
    ),
    max_leaves=12,
)


def answer(question: str, note: str = "") -> KeptAnswer:
    return KeptAnswer(question=question, asked_at="2024-12-01T10:00+00:00", abstained=True, note=note)


def both() -> Conversations:
    """Two conversations; the second is open."""
    first = Conversations().saying([answer("Who closed it?")])
    return first.opening("").saying([answer("Where was the summit held?")])


def test_a_conversation_is_named_by_its_first_question_and_the_one_used_last_comes_first() -> None:
    assert [one.name for one in both().all] == ["Where was the summit held?", "Who closed it?"]
    old = both().all[1].id
    again = both().opening(old)
    assert again.open == "" or again.current  # ids are new each time
    kept = both()
    said = kept.opening(kept.all[1].id).saying([answer("Who closed it?"), answer("And when?")])
    assert [one.name for one in said.all] == ["Who closed it?", "Where was the summit held?"]
    assert said.current and [one.question for one in said.current.kept] == ["Who closed it?", "And when?"]


def test_what_is_kept_comes_back_the_same_from_a_browser() -> None:
    kept = both()
    again = Conversations.of(json.loads(json.dumps(kept.state)))
    assert json.dumps(again.state) == json.dumps(kept.state)
    assert again.open == kept.open and again.current and again.current.kept == [answer("Where was the summit held?")]


def test_the_open_one_is_renamed_and_deleted_and_a_blank_name_changes_nothing() -> None:
    renamed = both().renamed("  The <summit>  ")
    assert renamed.current and renamed.current.name == "The <summit>"
    assert "The &lt;summit&gt;" in conversations_html(renamed)
    assert [one.name for one in renamed.renamed("  ").all] == ["The <summit>", "Who closed it?"]
    left = renamed.without_open()
    assert left.open == "" and [one.name for one in left.all] == ["Who closed it?"]
    assert conversations_html(Conversations()) == ""


def test_the_oldest_are_dropped_when_a_browser_has_no_more_room_and_the_open_one_never() -> None:
    kept = Conversations()
    for n in range(4):
        kept = kept.opening("").saying([answer(f"Question {n}?", "x" * 600_000)])
    assert [one["name"] for one in kept.state["all"]] == ["Question 3?", "Question 2?"]
    huge = Conversations().saying([answer("Huge?", "x" * 3_000_000)])
    assert len(huge.state["all"]) == 1


@given(plain_values)
def test_whatever_a_browser_hands_in_is_read_or_left_out(state: object) -> None:
    found = Conversations.of(state)
    for one in found.all:
        assert isinstance(one.kept, list)
    assert Conversations.of(found.state) == found


def test_an_answer_that_is_not_sound_is_left_out_and_the_rest_stays() -> None:
    state = both().state
    state["all"][0]["answers"] = [{"question": 3}, "x", *state["all"][0]["answers"]]
    found = Conversations.of(state)
    assert found.current and [one.question for one in found.current.kept] == ["Where was the summit held?"]
