"""Follow-ups measured on a conversation of our own: the forms that are compared, and what counts as standing alone."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval import conversations
from eval.followups import forms
from eval.records import QuestionSetError

TOPIC = {
    "number": 7,
    "turn": [
        {
            "number": 1,
            "raw_utterance": "Who closed Tolvane airport?",
            "manual_rewritten_utterance": "Who closed Tolvane airport?",
            "passage": "The harbour authority closed Tolvane airport on Saturday.",
        },
        {
            "number": 2,
            "raw_utterance": "And when?",
            "manual_rewritten_utterance": "And when did the harbour authority close Tolvane airport?",
            "passage": "It was closed at noon.",
        },
    ],
}


def written(path: Path, value: object) -> Path:
    with gzip.open(path, "wt", encoding="utf-8") as file:
        json.dump(value, file)
    return path


def test_every_form_of_a_turn_is_compared(tmp_path: Path) -> None:
    (one,) = conversations.load(written(tmp_path / "cast.json.gz", [TOPIC]))
    told = forms(one)
    assert told["raw"] == ["Who closed Tolvane airport?", "And when?"]
    assert told["human rewrite"][1] == "And when did the harbour authority close Tolvane airport?"
    assert told["first turn + raw"][1] == "Who closed Tolvane airport? And when?"
    assert told["previous passage + raw"][1] == "The harbour authority closed Tolvane airport on Saturday. And when?"
    assert told["rewritten"][0] == told["raw"][0] and "Tolvane" in told["rewritten"][1]


@pytest.mark.parametrize("value", [{}, [{"number": 1}], [{"number": 1, "turn": [{"number": 1}]}], "words"])
def test_what_is_no_file_of_conversations_is_refused_in_one_line(value: object, tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError) as refused:
        conversations.load(written(tmp_path / "cast.json.gz", value))
    assert "cast.json.gz" in str(refused.value) and "\n" not in str(refused.value)
