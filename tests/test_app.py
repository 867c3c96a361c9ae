"""The words of the page: escaped so that articles stay inert, marked so that quotes are exact. Starts no server."""

from __future__ import annotations

import html
import json
import re
import socket
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import app
from answer.assistant import ABSTAINED
from answer.cite import flat
from answer.events import Checked, Cited, Done, Hits, Text, Understood, Withdrawn
from answer.schema import Answer, Citation, Sentence
from index import demo
from index.build import Builder, Progress, Report
from index.errors import QuestionError
from index.schema import Article, Chunk, Hit, digest
from index.settings import Settings
from tests.conftest import article
from ui import chat, evidence, listing, words
from ui.words import date_words

HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    "[x](javascript:alert(1))",
    "![x](https://example.org/a.png)",
    "$5 and $9, $$x$$ and \\(y\\)",
    "# Heading",
    "1. Item",
    "- item",
    "+ item",
    "> quote",
    "`code` ```fence```",
    "**bold** _it_ ~~no~~ | a | b |",
    "&lt;b&gt; &amp;amp;",
    "www.example.org https://example.org me@example.org",
    "<https://example.org>",
    "[[1]](#cite-0-1)",
    "{{value}} ${value} @children",
    "--- ===",
    "\\*",
)
pieces = st.lists(
    st.sampled_from(
        ("\n", "\r\n", "\n\n", "\r\n \r\n", "\t", " ", "'\"<&>", "🙂👩‍👩‍👧", "שלום", "مرحبا", "‮", "word", "é")
    )
    | st.text(max_size=5),
    max_size=30,
).map("".join)


class Marks(HTMLParser):
    """What a panel shows: its text, the text of each kind of mark, its tags and its addresses."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.current, self.marked = "", "", ""
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.ids = 0
        self._open: list[bool] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        self.ids += given.get("id") == "cited"
        if tag == "mark":
            self._open.append(given.get("class") == "current")

    def handle_endtag(self, tag: str) -> None:
        if tag == "mark":
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open:
            self.marked += data
            self.current += data if self._open[-1] else ""


def spans_of(text: str, numbers: Sequence[int]) -> list[tuple[int, int]]:
    edges = sorted({number % (len(text) + 1) for number in numbers})
    return [(start, end) for start in edges for end in edges if start < end]


@given(text=pieces, numbers=st.lists(st.integers(0, 10_000), min_size=2, max_size=5))
def test_the_marks_hold_the_very_characters_of_the_spans(text: str, numbers: list[int]) -> None:
    spans = spans_of(text, numbers)
    for current in spans:
        shown = Marks(evidence.marked_html(text, current, spans))
        assert shown.text == text
        assert shown.current == text[slice(*current)]
        assert shown.ids == 1
        assert shown.marked == text[min(start for start, _ in spans) : max(end for _, end in spans)]
        assert shown.tags <= {"p", "mark"}


def test_citations_that_overlap_are_each_marked_whole() -> None:
    text = "The mayor, who resigned,\r\nleft at noon.\r\n\r\nNobody saw her go."
    spans = [(0, 23), (11, 39), (26, 61)]
    for span in spans:
        shown = Marks(evidence.marked_html(text, span, spans))
        assert (shown.current, shown.text) == (text[slice(*span)], text)


def test_white_space_without_end_is_split_in_linear_time() -> None:
    text = "a" + " " * 1_000_000 + "b"
    assert Marks(evidence.marked_html(text, (0, 1))).text == text


@given(
    text=st.text(alphabet=st.characters(exclude_characters="\0", exclude_categories=["Cs"])) | st.sampled_from(HOSTILE)
)
def test_plain_words_are_rendered_as_their_characters(text: str) -> None:
    markdown = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    rendered = markdown.render(f"{words.plain(text)} [[1]](#cite-0-1)").strip()
    found = re.fullmatch(r'<p>(.*?) ?<a href="#cite-0-1">\[1\]</a></p>', rendered, re.DOTALL)
    assert found and "<" not in found[1]
    assert html.unescape(found[1]) == flat(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_address_is_left_for_a_browser_to_link(text: str) -> None:
    assert not re.search(r"://|www\.|\w@\w|\$|<", words.plain(text))


def test_lone_surrogates_do_not_reach_the_browser() -> None:
    assert words.esc("a\ud800b") == "a?b" == words.plain("a\ud800b")


@pytest.mark.parametrize(
    ("published", "words"),
    [
        (None, "date unknown"),
        ("2020", "2020"),
        ("2020-02", "February 2020"),
        ("2020-02-09", "9 February 2020"),
        ("2020-02-12T18:40:00+03:00", "12 February 2020, 18:40 +03:00"),
        ("2020-02-12T18:40:00Z", "12 February 2020, 18:40 UTC"),
        ("2020-02-12T18:40", "12 February 2020, 18:40"),
        ("2020-13", "2020-13"),
        ("last <week>", "last <week>"),
    ],
)
def test_dates_are_shown_in_their_own_precision(published: str | None, words: str) -> None:
    assert date_words(published) == words


def test_a_guessed_date_says_so() -> None:
    shown = evidence.article_html(article("Words.", published="2020-02-12", published_from="guess"))
    assert "12 February 2020 (found in the text, a guess)" in shown


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", " javascript:alert(1)", "data:text/html,x", "//example.org", "https://a b", "JaVaScRiPt:x"],
)
def test_only_addresses_of_the_web_become_links(url: str) -> None:
    assert Marks(evidence.article_html(article("Words.", url=url))).addresses == []


def test_a_link_cannot_leave_its_attribute() -> None:
    shown = evidence.origin_html(article("Words.", url="https://example.org/?'onmouseover='alert(1)"))
    assert Marks(shown).addresses == ["https://example.org/?'onmouseover='alert(1)"]
    assert "rel='noopener noreferrer'" in shown


@pytest.mark.parametrize("words", HOSTILE)
def test_a_hostile_article_adds_no_element_to_a_panel(words: str) -> None:
    facts = dict.fromkeys(("title", "outlet", "author", "published", "published_from", "collection", "path"), words)
    one = article(f"{words}\n\n{words}", **facts)
    turns = [chat.Turn((Citation(number=1, article=one, start=0, end=len(words)),), True)]
    panel = Marks(evidence.panel_html(turns, "0-1") + listing.listing_html([one], "", Path(words)))
    own = "a article bdi button div h2 h3 li mark ol p span table tbody td th thead tr"
    assert panel.tags <= set(own.split())
    assert panel.addresses == ["#question"]
    assert panel.current == words and panel.text.count(words) >= 9


def answer_to(question: str, one: Article, *, abstained: bool = False) -> Answer:
    hits = (Hit(chunk=Chunk(article=one, start=0, end=len(one.text)), score=1.0),)
    if abstained:
        return Answer(
            question=question, sentences=(Sentence(text=ABSTAINED, supported=False),), hits=hits, abstained=True
        )
    cited = Citation(number=1, article=one, start=0, end=5)
    return Answer(
        question=question, sentences=(Sentence(text=cited.quote, numbers=(1,)),), citations=(cited,), hits=hits
    )


def test_each_answer_keeps_its_own_citations() -> None:
    first, second = (answer_to("?", article(text, title=text)) for text in ("First words.", "Second words."))
    turns = [chat.Turn.of(first), chat.Turn.of(second)]
    assert "[[1]](#cite-0-1)" in chat.answer_words(first, 0) and "[[1]](#cite-1-1)" in chat.answer_words(second, 1)
    assert Marks(evidence.panel_html(turns, "0-1")).current == "First"
    assert Marks(evidence.panel_html(turns, "1-1")).current == "Secon"


@pytest.mark.parametrize("key", ["", "0-2", "1-1", "-1-1", "0-1-1", "cite", "None"])
def test_a_key_that_means_nothing_shows_no_article(key: str) -> None:
    turns = [chat.Turn.of(answer_to("?", article("First words.")))]
    assert "<article" not in evidence.panel_html(turns, key)


def test_nearest_passages_are_told_from_an_answer() -> None:
    nothing = answer_to("?", article("Some words."), abstained=True)
    turns = [chat.Turn.of(nothing)]
    words, panel = chat.answer_words(nothing, 0), evidence.panel_html(turns, "0-1")
    assert words.startswith(ABSTAINED) and "which are not an answer" in words and "](#cite-0-1)" in words
    assert "Nearest passages" in panel and "class='near'" in panel and "Sources" not in panel


def test_a_demonstration_is_labelled_on_its_card_and_in_the_panel() -> None:
    shown = evidence.panel_html(
        [chat.Turn.of(answer_to("?", article("Some words.", collection=demo.COLLECTION)))], "0-1"
    )
    assert shown.count("demonstration, not journalism") == 2
    assert "not journalism" not in evidence.panel_html([chat.Turn.of(answer_to("?", article("Some words.")))], "0-1")


def test_the_listing_finds_articles_by_every_word() -> None:
    both = [
        article("A.", title="Flood in Keldry", outlet="Record"),
        article("B.", title="Flood at sea", published="2020"),
    ]
    shown = listing.listing_html(both, "flood RECORD", Path("store"))
    assert "1 of 2 articles" in shown and "Keldry" in shown and "at sea" not in shown
    assert "2 articles, in" in listing.listing_html(both, "", Path("store"))


def test_the_report_counts_and_says_what_failed() -> None:
    shown = Marks(listing.report_html(Report(added=2), ["<b>.html has no text."], Path("/store")))
    assert "<b>.html has no text." in shown.text and "from your own articles now" in shown.text
    assert "from your own articles" not in listing.report_html(Report(), ["x"], Path("/store"))


def test_an_upload_is_known_by_its_link_or_its_words_not_by_its_folder(tmp_path: Path) -> None:
    link, home = "https://example.org/news/1-bridge-opens", "https://example.org/"
    records = [{"url": link, "text": "A."}, {"url": home, "text": "B."}, {"id": 7, "text": "C."}, {"text": "D."}]
    found = []
    for folder in (tmp_path / "a", tmp_path / "b"):
        folder.mkdir()
        (folder / "new.jsonl").write_text("\n".join(map(json.dumps, records)), encoding="utf-8")
        found.append(app.Page(Settings(store=tmp_path))._uploads([str(folder / "new.jsonl")], "mine", lambda _: None))
    assert found[0] == found[1]
    articles, failed = found[0]
    assert not failed and {(one.path, one.collection) for one in articles} == {("new.jsonl", "mine")}
    assert [one.id == digest("url", link) for one in articles] == [True, False, False, False]
    assert len({one.id for one in articles}) == 4


def test_what_cannot_be_read_is_told_without_the_temporary_folder(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "empty.txt").write_text("", encoding="utf-8")
    articles, failed = app.Page(settings)._uploads([str(tmp_path / "empty.txt")], "", lambda _: None)
    assert not articles and len(failed) == 1
    assert failed[0].startswith("empty.txt ") and str(tmp_path) not in failed[0]


def test_added_articles_go_to_the_users_store(
    settings: Settings, builder: Builder, words: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.embed, "load", lambda name: words)
    page, seen = app.Page(settings), list[Progress]()
    assert page.current().store == settings.demo_store
    facts = ("Bridge", "https://example.org/bridge", "", "", "2024-11-30")
    report, done = page.add((), "", ("The bridge has opened.", *facts), seen.append)
    assert done and str(settings.store) in report and seen
    assert page.current().store == settings.store
    assert "Bridge" in page.listing("") and "not journalism" not in page.listing("")


@pytest.mark.parametrize(("text", "date", "says"), [("", "", "Choose files"), ("Words.", "soon", "soon")])
def test_what_cannot_be_added_is_said_in_a_line(settings: Settings, text: str, date: str, says: str) -> None:
    report, done = app.Page(settings).add((), "", (text, "", "", "", "", date), lambda _: None)
    assert not done and says in report and not settings.store.exists()


def asked(settings: Settings, monkeypatch: pytest.MonkeyPatch, parts: Sequence[Any]) -> list[list[Any]]:
    """What the page yields when these parts are streamed; an exception among them is raised."""

    def stream(question: str, **where: Any) -> Iterator[Any]:
        assert where["outlet"] is None and where["since"] == "2024"
        for part in parts:
            if isinstance(part, Exception):
                raise part
            yield part

    monkeypatch.setattr(app, "stream", stream)
    return list(app.Page(settings).ask("Who <b>?", [], [], "", "", " ", "2024", "", "", False))


def test_an_answer_comes_sentence_by_sentence(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = answer_to("?", article("First words."))
    cited, checked = Cited(answer.citations[0]), Checked(answer.sentences[0])
    events = [Understood("Who?", "Who?"), Hits(answer.hits), Text("First *w"), cited, checked, Done(answer)]
    yielded = asked(settings, monkeypatch, events)
    assert [chat[-1]["content"] for chat, *_ in yielded] == [
        "*Searching the articles …*",
        "*Reading what was found for: Who?*",
        "<span class='pending'>First &#42;w</span>",
        "<span class='pending'>First &#42;w</span>",
        "First [[1]](#cite-0-1)",
        "First [[1]](#cite-0-1)",
    ]
    assert "id=cited" in yielded[3][2]  # a source opens as soon as it is cited
    assert yielded[0][0][0] == {"role": "user", "content": "Who &#60;b&#62;?"}
    where = {"store": settings.demo_store, **dict.fromkeys(app.FILTERS), "since": "2024", "literal": False}
    assert yielded[0][3] == "" and yielded[-1][1] == [chat.Turn.of(answer, where, 1)] and "id=cited" in yielded[-1][2]


def test_what_a_model_said_before_it_failed_is_taken_back(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = replace(answer_to("?", article("First words.")), note="The model <b>broke off.")
    events = [Checked(Sentence(text="A lie.", supported=False)), Text("And an"), Withdrawn(answer.note), Done(answer)]
    yielded = [chat[-1]["content"] for chat, *_ in asked(settings, monkeypatch, events)]
    assert yielded[2] == "<span class='unsupported'>A lie. (not found in the articles)</span> " + (
        "<span class='pending'>And an</span>"
    )
    assert yielded[-1] == "First [[1]](#cite-0-1)\n\n*The model &#60;b&#62;broke off.*"


def test_errors_are_said_plainly(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = asked(settings, monkeypatch, [QuestionError("Give a date, not <x>.")])[-1][0][-1]["content"]
    assert html.unescape(told) == "Give a date, not <x>." and not capsys.readouterr().err
    told = asked(settings, monkeypatch, [RuntimeError("secret")])[-1][0][-1]["content"]
    assert told == app.FAILED and "RuntimeError: secret" in capsys.readouterr().err


def click(message: int, liked: bool | str = False) -> Any:
    """What gradio tells of a click on the thumb of a message; a second one takes it back, and `liked` is empty."""
    return SimpleNamespace(index=message, liked=liked)


def judged(settings: Settings, builder: Builder, one: Article) -> tuple[app.Page, list[chat.Turn]]:
    """A page, and the one turn of its chat: an answer from an article of the user's store, after a failed question."""
    builder.add_articles([one])
    where = {"store": settings.store, **dict.fromkeys(app.FILTERS), "since": "2024", "literal": False}
    return app.Page(settings), [chat.Turn.of(answer_to("Who <b>?", one), where, 3)]


def test_a_thumb_down_asks_what_is_wrong_and_keeps_it_where_the_answer_is_from(
    settings: Settings, builder: Builder
) -> None:
    page, turns = judged(settings, builder, article("First words."))
    turn, chat, box, comment, said = page.disliked(click(3), turns)
    assert (turn, chat["feedback_value"], box["visible"], comment, said) == (turns[0], [None, "Dislike"], True, "", "")
    turn, _, box, comment, said = page.keep(turn, "Not <i>these</i>.")
    assert (turn, box["visible"], comment) == (None, False, "") and "Kept in" in said
    kept = json.loads((settings.store / "feedback.jsonl").read_text(encoding="utf-8"))
    assert kept["note"].startswith("Not <i>these</i>.\nAnswered: First [1]\nCited: ")
    assert (kept["question"], kept["filters"]) == ("Who <b>?", {"since": "2024"})


def test_a_thumb_taken_back_or_on_no_answer_keeps_nothing(settings: Settings, builder: Builder) -> None:
    page, turns = judged(settings, builder, article("First words."))
    for event, says in ((click(3, ""), ""), (click(1), "There is no answer there"), (click(3, True), "")):
        turn, chat, box, _, said = page.disliked(event, turns)
        assert (turn, chat["feedback_value"], box["visible"]) == (None, [], False) and says in said
    page.keep(None, "Sent twice.")
    assert not (settings.store / "feedback.jsonl").exists()


def test_feedback_that_cannot_be_kept_stays_in_its_box_and_the_reason_is_escaped(
    settings: Settings, builder: Builder
) -> None:
    one = article("First words.", title="<b>Gone")
    page, turns = judged(settings, builder, one)
    builder.remove([one.id], forget=True)
    *boxes, said = page.keep(turns[0], "Wrong.")
    assert (
        all(box == app._gradio().skip() for box in boxes)
        and "&lt;b&gt;Gone" in said
        and "no longer in the store" in said
    )


def test_a_page_that_may_not_write_offers_no_thumb_and_no_box(settings: Settings) -> None:
    for read_only in (False, True):
        gr = MagicMock()  # making real components leaves event loops behind
        app._ask_tab(gr, app.Page(replace(settings, read_only=read_only)))
        assert gr.Chatbot.return_value.like.called is not read_only
        labels = [call.kwargs.get("label") for call in gr.Textbox.call_args_list]
        assert ("What is wrong with it?" in labels) is not read_only


def test_a_port_that_is_taken_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATELINE_STORE", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert app.main(["--port", str(taken.getsockname()[1])]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Error: ") and said.count("\n") == 1 and "--port" in said


def test_the_words_that_answer_are_in_bold_type_within_the_marked_quote() -> None:
    text = "Rain fell. The mayor & council closed it."
    html = evidence.marked_html(text, (11, len(text)), (), (11, 30))
    assert "<b>The mayor &amp; council</b>" in html
    assert html.count("<mark class='current'") == 2 and html.count("id=cited") == 1
