"""The Ask tab: asking, stopping, asking again, conversations, links, exports and thumbs; no browser, no server."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

import app
from answer.assistant import Assistant
from answer.events import Checked, Cited, Done, Hits, Text, Understood, Withdrawn
from answer.schema import Answer, Citation, Sentence
from index.build import Builder
from index.errors import QuestionError
from index.schema import Article, Filters
from index.settings import Settings
from index.understand import Reading
from tests.conftest import article
from tests.test_app import answer_to
from ui import asking
from ui.asking import OUTPUTS, Again, Asking
from ui.chat import SEARCHING, STOPPED
from ui.kept import State
from ui.scope import ANYWHERE, EARLIER, Scope
from ui.turn import Turn

NOTHING_SET: list[Any] = ["", "", "", "", "", "", False]
SINCE: list[Any] = ["", "", " ", "2024", "", "", False]
SKIP = app._gradio().skip()


def named(view: Sequence[Any]) -> dict[str, Any]:
    """What an event changes, by name."""
    return {name: value for name, value in zip(OUTPUTS, view, strict=True) if value is not SKIP and value != SKIP}


@pytest.fixture
def asker(settings: Settings) -> Asking:
    return Asking(settings, app._gradio())


@pytest.fixture
def real(sample: Assistant) -> Asking:
    """Over the sample, with the real model."""
    return Asking(replace(sample.settings, demo_store=sample.settings.store), app._gradio())


def asked(asker: Asking, monkeypatch: pytest.MonkeyPatch, parts: Sequence[Any]) -> list[dict[str, Any]]:
    """What the page yields when these parts are streamed; an exception among them is raised."""

    def stream(question: str, **where: Any) -> Iterator[Any]:
        assert where["since"] == "2024" and "outlet" not in where
        for part in parts:
            if isinstance(part, Exception):
                raise part
            yield part

    monkeypatch.setattr(asking, "stream", stream)
    return [named(view) for view in asker.ask("Who <b>?", [], {}, *SINCE)]


def said(views: Sequence[dict[str, Any]]) -> list[str]:
    """The words of the answer under way, view by view."""
    return [view["chat"][-1]["content"] for view in views if "chat" in view]


def test_an_answer_comes_sentence_by_sentence(asker: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = answer_to("Who <b>?", article("First words."))
    cited, checked = Cited(answer.citations[0]), Checked(answer.sentences[0])
    events = [Understood("Who?", "Who?"), Hits(answer.hits), Text("First *w"), cited, checked, Done(answer)]
    views = asked(asker, monkeypatch, events)
    assert said(views) == [
        SEARCHING,
        "*Reading what was found for: Who?*",
        "<span class='pending'>First &#42;w</span>",
        "<span class='pending'>First &#42;w</span>",
        'First [[1]](#cite-0-1 "First")',
        "First [[1]](#cite-0-1 \"First\")\n\n<span class='made'>By the built-in reader</span>",
    ]
    assert "panel" not in views[2] and "id=cited" in views[3]["panel"]  # a source opens as soon as it is cited
    assert views[0]["chat"][0] == {"role": "user", "content": "Who &#60;b&#62;?"}
    first, last = views[0]["question"], views[-1]["question"]
    assert (first["value"], first["stop_btn"], last["stop_btn"], last["submit_btn"]) == ("", "Stop", False, "Ask")
    turn = views[-1]["turns"][0]
    assert turn.answer == answer and turn.scope == Scope(Filters(since="2024")) and turn.kept.where == {"since": "2024"}


def test_what_a_model_said_before_it_failed_is_taken_back(asker: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = replace(answer_to("?", article("First words.")), note="The model <b>broke off.")
    events = [Checked(Sentence(text="A lie.", supported=False)), Text("And an"), Withdrawn(answer.note), Done(answer)]
    words = said(asked(asker, monkeypatch, events))
    assert words[2] == "<span class='unsupported'>A lie. (not found in the articles)</span> " + (
        "<span class='pending'>And an</span>"
    )
    assert words[-1].startswith('First [[1]](#cite-0-1 "First")\n\n*The model &#60;b&#62;broke off.*')


def test_errors_are_said_plainly_and_the_question_stays(
    asker: Asking, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    views = asked(asker, monkeypatch, [QuestionError("Give a date, not <x>.")])
    assert html.unescape(said(views)[-1]) == "*Give a date, not <x>.*" and not capsys.readouterr().err
    assert views[-1]["turns"][0].question == "Who <b>?" and views[-1]["question"]["submit_btn"] == "Ask"
    opened = named(asker.open(views[-1]["browser"]))
    assert html.unescape(opened["chat"][1]["content"]) == "*Give a date, not <x>.*"
    views = asked(asker, monkeypatch, [Text("Half an ans"), RuntimeError("secret")])
    assert said(views)[-1] == f"*{asking.FAILED}*" and "RuntimeError: secret" in capsys.readouterr().err


def test_a_blank_question_asks_nothing(asker: Asking) -> None:
    assert [named(view) for view in asker.ask(" \n", [], {}, *NOTHING_SET)] == [{"question": ""}]
    assert list(asker.ask_again(None, [], {}, *NOTHING_SET)) == []


def last(views: Iterator[list[Any]]) -> dict[str, Any]:
    """Everything that a question changed, as it is at its end."""
    found: dict[str, Any] = {}
    for view in views:
        found |= named(view)
    return found


def test_a_conversation_is_kept_by_the_browser_and_opened_again_with_its_sources(real: Asking) -> None:
    first = last(real.ask("Who closed Aleppo airport?", [], {}, *NOTHING_SET))
    both = last(real.ask("When?", first["turns"], first["browser"], *NOTHING_SET))
    assert both["name"] == "Who closed Aleppo airport?" and "Understood as" in both["chips"]
    opened = named(real.open(json.loads(json.dumps(both["browser"]))))
    assert [turn.question for turn in opened["turns"]] == ["Who closed Aleppo airport?", "When?"]
    assert opened["turns"][0].citations[0].quote == first["turns"][0].answer.citations[0].quote
    assert "The Syrian authorities" in opened["chat"][1]["content"] and "#cite-0-1" in opened["chat"][1]["content"]
    assert "id=cited" in opened["panel"]
    again = last(real.ask("When?", opened["turns"][:1], opened["browser"], *NOTHING_SET))
    assert again["turns"][1].answer.asked == both["turns"][1].answer.asked != "When?"
    fresh = named(real.switch("", both["browser"]))
    assert fresh["turns"] == [] and fresh["chat"] == [] and fresh["name"] == ""
    back = named(real.switch(both["browser"]["open"], fresh["browser"]))
    assert len(back["turns"]) == 2
    assert named(real.rename("Airport", back["browser"]))["name"] == "Airport"
    assert named(real.delete(back["browser"]))["browser"] == {"open": "", "all": []}


def test_a_reading_that_is_taken_back_is_asked_without_and_a_filter_is_not(real: Asking) -> None:
    question = "What did The Levant Ledger report about Aleppo airport?"
    found = last(real.ask(question, [], {}, *NOTHING_SET))
    turns = found["turns"]
    assert turns[0].readings == (Reading("outlet", "The Levant Ledger"),) and "The Levant Ledger" in found["chips"]
    again, _, *boxes = real.drop("reading:The Levant Ledger", turns, *NOTHING_SET)
    assert again == Again(question, 0, frozenset({"The Levant Ledger"})) and boxes == NOTHING_SET
    without = last(real.ask_again(again, turns, found["browser"], *boxes))
    assert len(without["turns"]) == 1 and without["turns"][0].readings == ()
    again, chips, *boxes = real.drop("filter:outlet", [], "Post", "", "", "2024", "", "", True)
    assert again is None and boxes == ["", "", "", "2024", "", "", True]
    assert "Post" not in chips and "2024" in chips


def test_a_follow_up_can_be_taken_as_it_stands(real: Asking) -> None:
    first = last(real.ask("Who closed Aleppo airport?", [], {}, *NOTHING_SET))
    second = last(real.ask("When?", first["turns"], {}, *NOTHING_SET))
    again, *_ = real.drop(f"reading:{EARLIER}", second["turns"], *NOTHING_SET)
    alone = last(real.ask_again(again, second["turns"], {}, *NOTHING_SET))
    assert len(alone["turns"]) == 2 and alone["turns"][1].answer.asked == "When?"


def test_the_last_question_is_asked_again_in_its_place_or_edited(real: Asking) -> None:
    turns = last(real.ask("Who closed Aleppo airport?", [], {}, *NOTHING_SET))["turns"]
    assert real.edit(turns) == "Who closed Aleppo airport?" and real.edit([]) == ""
    assert real.again([]) is None
    again = last(real.ask_again(real.again(turns), turns, {}, *NOTHING_SET))
    assert [turn.question for turn in again["turns"]] == ["Who closed Aleppo airport?"]


def test_a_declined_question_says_what_was_searched_and_what_can_be_asked(real: Asking) -> None:
    found = last(real.ask("Where is Atlantis?", [], {}, "", "", "", "2020", "", "", False))
    words = found["chat"][-1]["content"]
    assert words.startswith("The articles do not say.") and "with since 2020" in words
    assert "Searched: " in words and "articles, of" in words and "which are not an answer" in words
    assert found["turns"][0].suggestions and "](#ask)" in words


def test_nothing_is_suggested_while_somebody_waits_for_an_answer(real: Asking) -> None:
    waiting = real.ask("Who closed Aleppo airport?", [], {}, *NOTHING_SET)
    next(waiting), next(waiting)
    assert not last(real.ask("Where is Atlantis?", [], {}, *NOTHING_SET))["turns"][0].suggestions
    waiting.close()
    assert last(real.ask("Where is Atlantis?", [], {}, *NOTHING_SET))["turns"][0].suggestions


def test_a_stopped_answer_keeps_what_had_come_and_never_the_impression_of_being_whole(asker: Asking) -> None:
    under_way = Turn(question="Who?", words="First words.")
    stopped = named(asker.stopped([under_way], {}))
    assert stopped["chat"][-1]["content"] == f"First words.\n\n*{STOPPED}*" and stopped["turns"][0].kept
    assert stopped["question"]["submit_btn"] == "Ask" and stopped["browser"]["all"]
    assert named(asker.stopped([replace(under_way, words=SEARCHING)], {}))["chat"][-1]["content"] == f"*{STOPPED}*"
    done = stopped["turns"]
    assert set(named(asker.stopped(done, {}))) == {"question"}  # the click came too late
    assert set(named(asker.stopped([], {}))) == {"question"}


def test_a_link_shows_what_was_cited_as_it_is_now(asker: Asking, builder: Builder) -> None:
    changed, gone = article("The bridge fell.", id="changed"), article("The mayor fled.", id="gone")
    same = article("Nobody was hurt.", id="same")
    builder.add_articles([same, changed, gone])
    cited = tuple(
        Citation(number=n, article=one, start=0, end=len(one.text)) for n, one in enumerate((same, changed, gone), 1)
    )
    told = tuple(Sentence(text=one.quote, numbers=(one.number,)) for one in cited)
    turn = Turn.of(Answer(question="What <b>?", sentences=told, citations=cited), Scope(Filters(since="2020")))
    text, link = asker.taken("Text", [turn], 0, "http://here/")
    assert text.count("“") == 3 and link in text and link.startswith("http://here/?a=")
    builder.add_articles([replace(changed, text="The bridge stands.", version="")])
    builder.remove(["gone"])
    opened = named(asker.open({}, link.partition("?a=")[2]))
    turn = opened["turns"][0]
    assert [one.state for one in turn.sources] == [State.SAME, State.CHANGED, State.REMOVED]
    words = opened["chat"][1]["content"]
    assert "Nobody was hurt." in words and "fell" not in words and "fled" not in words
    assert "no longer here" in words and "these words no longer" in words
    assert opened["since"] == "2020" and "browser" not in opened
    assert "changed since" in opened["panel"] and "removed" in opened["panel"]
    assert "are no longer in this article" in asker.select("0-2", [turn])[0]
    assert "was removed from the archive" in asker.select("0-3", [turn])[0]
    assert asker.taken("Text", [turn], 0, "http://here/")[0] in (asking.GONE, "")


def test_a_damaged_link_is_one_clear_line_and_leaves_the_page_usable(asker: Asking) -> None:
    shown = named(asker.open({}, "<script>"))
    assert set(shown) == {"notice"} and "ask the question again" in shown["notice"]


def test_an_answer_is_taken_along_in_both_forms_and_a_failure_is_not(real: Asking) -> None:
    turns = last(real.ask("Who closed Aleppo airport?", [], {}, *NOTHING_SET))["turns"]
    text, link = real.taken("Text", turns, 0, "http://here/")
    markdown, same = real.taken("Markdown", turns, 0, "http://here/")
    quote = turns[0].citations[0].quote
    assert link == same and quote in text and "[^1]:" in markdown
    assert real.taken("Text", [*turns, Turn.failed("?", ANYWHERE, "No.")], 1, "http://here/") == ["", ""]
    assert real.taken("Text", [], -1, "") == ["", ""]
    opened = named(real.open(last(real.ask("Who closed Aleppo airport?", [], {}, *NOTHING_SET))["browser"]))["turns"]
    assert quote in real.taken("Text", opened, 0, "http://here/")[0]


def click(message: int, liked: bool | str = False) -> Any:
    """What gradio tells of a click on the thumb of a message; a second one takes it back, and `liked` is empty."""
    return SimpleNamespace(index=message, liked=liked)


def judged(asker: Asking, builder: Builder, one: Article) -> list[Turn]:
    """A failed question, and an answer from an article of the user's store."""
    builder.add_articles([one])
    scope = Scope(Filters(since="2024"))
    return [Turn.failed("?", ANYWHERE, "No."), Turn.of(answer_to("Who <b>?", one), scope)]


def test_a_thumb_asks_what_is_right_or_wrong_and_keeps_it_where_the_answer_is_from(
    asker: Asking, builder: Builder
) -> None:
    turns = judged(asker, builder, article("First words."))
    held, chat, box, comment, told = asker.judged(click(3), turns)
    assert (held, chat["feedback_value"], box["visible"], told) == ((turns[1], False), [None, "Dislike"], True, "")
    assert comment["label"] == "What is wrong with it?"
    held, _, box, comment, told = asker.keep(held, "Not <i>these</i>.")
    assert (held, box["visible"], comment) == (None, False, "") and "Kept in" in told
    held, chat, _, comment, _ = asker.judged(click(3, True), turns)
    assert chat["feedback_value"] == [None, "Like"] and comment["label"] == "What is right about it?"
    asker.keep(held, "")
    down, up = map(json.loads, (asker.settings.store / "feedback.jsonl").read_text(encoding="utf-8").splitlines())
    assert down["note"].startswith("Not <i>these</i>.\nAnswered: First [1]\nCited: ")
    assert (down["question"], down["filters"]) == ("Who <b>?", {"since": "2024"}) and "articles" not in down
    assert up["articles"] == [turns[1].citations[0].article.id] and up["tags"]["thumb"] == "up"


def test_a_thumb_taken_back_or_on_no_answer_keeps_nothing(asker: Asking, builder: Builder) -> None:
    turns = judged(asker, builder, article("First words."))
    for event, says in (
        (click(3, ""), ""),
        (click(1), "There is no answer there"),
        (click(9, True), "no answer there"),
    ):
        held, chat, box, _, told = asker.judged(event, turns)
        assert (held, chat["feedback_value"], box["visible"]) == (None, [], False) and says in told
    asker.keep(None, "Sent twice.")
    assert not (asker.settings.store / "feedback.jsonl").exists()


def test_feedback_that_cannot_be_kept_stays_in_its_box_and_the_reason_is_escaped(
    asker: Asking, builder: Builder
) -> None:
    one = article("First words.", title="<b>Gone")
    turns = judged(asker, builder, one)
    builder.add_articles([article("Other words.")])
    builder.remove([one.id], forget=True)
    *boxes, told = asker.keep((turns[1], False), "Wrong.")
    assert all(box == SKIP for box in boxes) and "&lt;b&gt;Gone" in told and "no longer in the store" in told
