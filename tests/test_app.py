"""The words of the page: escaped so that articles stay inert, marked so that quotes are exact. Starts no server."""

from __future__ import annotations

import html
import re
import socket
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import app
from answer.assistant import ABSTAINED
from answer.cite import flat
from answer.schema import Answer, Citation, Sentence
from index import demo
from index.build import Report
from index.schema import Article, Chunk, Hit
from index.settings import Settings
from tests.conftest import article
from ui import chat, evidence, listing, words
from ui.turn import Source, Turn
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
    cited = Citation(number=1, article=one, start=0, end=len(words))
    found = Hit(chunk=Chunk(article=one, start=0, end=len(words)), score=1.0)
    turns = [Turn(question=words, sources=(Source.cited(cited),), others=(Source.found(1, found),))]
    panel = Marks(evidence.panel_html(turns, "0-1") + listing.listing_html([one], ""))
    own = "a article bdi button details div h2 h3 li mark ol p span summary table tbody td th thead tr"
    assert panel.tags <= set(own.split())
    assert panel.addresses == ["#question"]
    assert panel.current == words and panel.text.count(words) >= 11


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
    turns = [Turn.of(first), Turn.of(second)]
    said = [message["content"] for message in chat.messages(turns)]
    assert said[0] == said[2] == "?"
    assert '[[1]](#cite-0-1 "First")' in said[1] and '[[1]](#cite-1-1 "Secon")' in said[3]
    assert Marks(evidence.panel_html(turns, "0-1")).current == "First"
    assert Marks(evidence.panel_html(turns, "1-1")).current == "Secon"


@pytest.mark.parametrize("key", ["", "0-2", "1-1", "-1-1", "0-1-1", "cite", "None"])
def test_a_key_that_means_nothing_shows_no_article(key: str) -> None:
    turns = [Turn.of(answer_to("?", article("First words.")))]
    assert "<article" not in evidence.panel_html(turns, key)


def test_nearest_passages_are_told_from_an_answer() -> None:
    nothing = answer_to("?", article("Some words."), abstained=True)
    turns = [Turn.of(nothing)]
    words, panel = chat.turn_words(turns[0], 0), evidence.panel_html(turns, "0-1")
    assert words.startswith(ABSTAINED) and "which are not an answer" in words and "](#cite-0-1)" in words
    assert "Nearest passages" in panel and "class='near'" in panel and "Sources" not in panel


def test_a_demonstration_is_labelled_on_its_card_and_in_the_panel() -> None:
    shown = evidence.panel_html([Turn.of(answer_to("?", article("Some words.", collection=demo.COLLECTION)))], "0-1")
    assert shown.count("demonstration, not journalism") == 2
    assert "not journalism" not in evidence.panel_html([Turn.of(answer_to("?", article("Some words.")))], "0-1")


def test_the_listing_finds_articles_by_every_word() -> None:
    both = [
        article("A.", title="Flood in Keldry", outlet="Record"),
        article("B.", title="Flood at sea", published="2020"),
    ]
    shown = listing.listing_html(both, "flood RECORD")
    assert "1 of 2 articles" in shown and "Keldry" in shown and "at sea" not in shown
    assert "2 articles" in listing.listing_html(both, "")


def test_the_report_counts_file_by_file_and_says_what_failed() -> None:
    report = Report(failed=["<b>.html has no text."])
    report.count("added", "<i>.txt", 2)
    report.count("copies", "<i>.txt")
    report.count("unchanged", "old.txt")
    shown = Marks(listing.report_html(report, Path("/store")))
    assert "<b>.html has no text." in shown.text and "from your own articles now" in shown.text
    assert "<i>.txt: 2 added, 1 added, and tells what another article tells" in shown.text
    assert "old.txt: 1 here already" in shown.text
    assert "from your own articles" not in listing.report_html(Report(failed=["x"]), Path("/store"))


def test_a_port_that_is_taken_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATELINE_STORE", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert app.main(["--port", str(taken.getsockname()[1])]) == 1
    said = capsys.readouterr().err
    assert said.startswith("Error: ") and said.count("\n") == 1 and "--port" in said


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "news.example", "::"])
def test_others_are_let_in_only_when_told_so_in_as_many_words(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATELINE_STORE", str(tmp_path))
    assert app.main(["--host", host]) == 1
    said = capsys.readouterr().err
    assert "--let-everybody-in" in said and "DATELINE_READ_ONLY" in said and said.count("\n") == 1


@pytest.mark.parametrize(
    ("host", "is_meant"), [("127.0.0.1", False), ("localhost", False), ("::1", False), ("::", True)]
)
def test_this_machine_and_what_is_meant_are_served(host: str, is_meant: bool, settings: Settings) -> None:
    app._require_meant(host, is_meant, settings)


def test_the_words_that_answer_are_in_bold_type_within_the_marked_quote() -> None:
    text = "Rain fell. The mayor & council closed it."
    html = evidence.marked_html(text, (11, len(text)), (), (11, 30))
    assert "<b>The mayor &amp; council</b>" in html
    assert html.count("<mark class='current'") == 2 and html.count("id=cited") == 1
