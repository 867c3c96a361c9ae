"""Web pages: what they say about their article, and the ways in which they are broken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.read import Record, read
from index.read_html import _cut_off
from index.schema import Article

BODY = (
    "<p>The harbour of Portville reopened on Monday after a week of storms, its master told reporters on the quay, and "
    "the first two ferries sailed before noon.</p>\n<p>Engineers had worked through the weekend to clear the channel, "
    "which had silted up when the old breakwater gave way under the waves.</p>"
)
Read = Callable[..., Record]


@pytest.fixture
def reading(tmp_path: Path) -> Read:
    """Reads a page: its bytes, or the inside of its head and of its article."""

    def reading(head: str = "", body: str = BODY, *, data: bytes | None = None) -> Record:
        page = f"<!DOCTYPE html>\n<html lang='en'><head>{head}</head><body><article>{body}</article></body></html>\n"
        path = tmp_path / "page.html"
        path.write_bytes(page.encode() if data is None else data)
        [record] = read(path, folder=tmp_path, max_mb=1)
        return record

    return reading


def article(record: Record) -> Article:
    assert record.article is not None, record.error
    return record.article


def ld(*nodes: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(node)}</script>' for node in nodes)


NEWS = {
    "@type": "NewsArticle",
    "headline": "Harbour &amp; ferries reopen",
    "datePublished": "2021-03-14T09:26:00+03:00",
    "dateModified": "2021-03-15",
    "author": [{"@type": "Person", "name": "Ann Example"}, {"name": "Bo Sample"}],
    "publisher": {"@type": "Organization", "name": "Portville Post"},
    "inLanguage": "en-GB",
    "mainEntityOfPage": {"@id": "https://example.org/harbour/"},
}
META = (
    '<meta property="og:title" content="Meta title"><meta property="og:site_name" content="Meta Post">'
    '<meta name="author" content="By Mia Meta"><meta property="article:published_time" content="2021-03-13">'
    '<meta property="og:url" content="https://example.org/meta">'
)


def test_a_page_says_what_it_is_in_json_ld(reading: Read) -> None:
    one = article(reading(ld(NEWS) + META))
    assert (one.title, one.outlet, one.author) == (
        "Harbour & ferries reopen",
        "Portville Post",
        "Ann Example, Bo Sample",
    )
    assert (one.published, one.published_from) == ("2021-03-14T09:26:00+03:00", "json-ld")
    assert (one.modified, one.language, one.url) == ("2021-03-15", "en", "https://example.org/harbour/")
    assert one.text.startswith("The harbour of Portville reopened on Monday")
    assert one.text.endswith("gave way under the waves.")


def test_json_ld_may_be_a_graph_whose_nodes_refer_to_each_other(reading: Read) -> None:
    people = [{"@type": "Person", "@id": "#ann", "name": "Ann Example"}, {"@type": "WebPage", "headline": "Not this"}]
    one = article(reading(ld({"@graph": [*people, NEWS | {"@type": ["Thing", "Article"], "author": {"@id": "#ann"}}]})))
    assert (one.title, one.author) == ("Harbour & ferries reopen", "Ann Example")


@pytest.mark.parametrize(
    "broken", ['{"headline": ', "[" * 100_000, "[" * 900 + "]" * 900, "[null, 3]", '{"@graph": {"@graph": 3}}', ""]
)
def test_broken_json_ld_is_passed_over(reading: Read, broken: str) -> None:
    one = article(reading(f'<script type="application/ld+json">{broken}</script>{META}'))
    assert (one.title, one.outlet, one.author) == ("Meta title", "Meta Post", "Mia Meta")
    assert (one.published, one.published_from, one.url) == ("2021-03-13", "meta", "https://example.org/meta")


def test_an_authors_profile_is_not_a_name(reading: Read) -> None:
    assert article(reading('<meta property="article:author" content="https://example.org/ann">')).author is None


def test_a_date_that_cannot_be_read_falls_through_to_the_next_source(reading: Read) -> None:
    one = article(reading(ld(NEWS | {"datePublished": "04/03/2021"}) + META))
    assert (one.published, one.published_from) == ("2021-03-13", "meta")


def test_the_time_of_publication_is_preferred_among_times(reading: Read) -> None:
    published = '<time itemprop="datePublished" datetime="2021-03-12T08:00Z">today</time>'
    times = f'<time datetime="2021-03-11">yesterday</time>{published}'
    one = article(reading(body=times + BODY))
    assert (one.published, one.published_from) == ("2021-03-12T08:00+00:00", "time")
    assert article(reading(body='<time datetime="2021-03-11">then</time>' + BODY)).published == "2021-03-11"


def test_a_date_on_the_page_is_a_guess_and_a_footers_is_none(reading: Read) -> None:
    one = article(reading(body=f'<span class="date">14 March 2021</span>{BODY}'))
    assert (one.published, one.published_from) == ("2021-03-14", "guess")
    one = article(reading(body=f"{BODY}<footer>Copyright 2019. Last built 3 March 2020.</footer>"))
    assert (one.published, one.published_from) == (None, None)


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>Page</title>", f"<h1>Harbour\n reopens</h1>{BODY}", "Harbour reopens"),
        ("<title>Page</title>", BODY, "Page"),
        ("", BODY, "The harbour of Portville reopened on Monday after a week of storms, its master…"),
    ],
)
def test_the_title_is_the_heading_or_the_pages_or_the_texts(reading: Read, head: str, body: str, title: str) -> None:
    assert article(reading(head, body)).title == title


def test_the_canonical_link_is_used_unless_it_leads_to_the_home_page(reading: Read) -> None:
    assert article(reading('<link rel="canonical" href="https://example.org/a">')).url == "https://example.org/a"
    home = '<meta property="og:url" content="https://example.org/">'
    assert article(reading(home + '<link rel="canonical" href="https://example.org/a">')).url == "https://example.org/a"
    assert article(reading('<link rel="canonical" href="/a">')).url is None


def test_tables_are_text_and_comments_are_not(reading: Read) -> None:
    table = "<table><tr><th>Ferry</th><th>Sails</th></tr><tr><td>Albatross</td><td>noon</td></tr></table>"
    comments = '<section id="comments"><p>I was on the quay and saw none of this happen.</p></section>'
    text = article(reading(body=BODY + table + comments)).text
    assert "Albatross" in text
    assert "I was on the quay" not in text


def test_an_xhtml_page_and_an_old_encoding_are_read(reading: Read) -> None:
    page = f"<html><head><meta charset='windows-1252'><title>Café</title></head><body>{BODY}</body></html>"
    assert article(reading(data=page.encode("cp1252"))).title == "Café"
    page = f"<?xml version='1.0' encoding='utf-8'?>\n<html><body><h1>Café</h1>{BODY}</body></html>"
    assert article(reading(data=page.encode())).title == "Café"


@pytest.mark.parametrize("charset", ["utf-16", "hex", "none-such", "utf-7", "iso-8859-1"])
def test_a_page_may_declare_a_wrong_encoding(reading: Read, charset: str) -> None:
    head = f"<meta http-equiv='Content-Type' content='text/html; charset={charset}'>"
    page = f"<html><head>{head}</head><body><h1>Café</h1>{BODY}</body></html>"
    assert article(reading(data=page.encode())).title == "Café"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<nav><a href='/'>Home</a> <a href='/news'>News</a></nav>",
        "<script>load()</script>",
        "<!-- <p>Words.</p> -->",
    ],
)
def test_a_page_without_article_text_is_an_error(reading: Read, body: str) -> None:
    assert "holds no article text" in (reading(body=body).error or "")


@pytest.mark.parametrize("data", [b"words", b"<", b"<!---->", b"<html></html>", b"<?xml?>"])
def test_what_is_hardly_a_page_is_an_error(reading: Read, data: bytes) -> None:
    assert reading(data=data).error


@pytest.mark.parametrize(
    ("end", "inside"),
    [
        ("<p class='x", "inside a tag"),
        ("<", "inside a tag"),
        ("</", "inside a tag"),
        ("<!-- note", "inside a comment"),
        ("<script>var x = '</div></article></body></html>';", "inside <script>"),
        ("<p>and the", "with <article> open"),
    ],
)
def test_a_page_that_breaks_off_is_an_error(reading: Read, end: str, inside: str) -> None:
    record = reading(data=f"<html><body><article><div>{BODY}</div>{end}".encode())
    assert f"is cut off (it ends {inside})" in (record.error or "")


@pytest.mark.parametrize(
    "page",
    [
        "<div><section><p>Unclosed, as on many pages</body>",
        "<article><p>A fragment without a body.</article>",
        "<p>Neither p</p> nor <li> has to end, and 2 < 3 & 4 <5",
        "</div></div><p>More ends than starts",
        "<script>if (a < b) document.write('<div><!--')</script><p>x",
        "<SCRIPT>x</SCRIPT ><p title='a > b' data-x=\"<div>\">x</p>",
        "<!--[if IE]><div><![endif]--><!--><!-- <section> --><p>x",
        "<div></div></html><!-- cached",
    ],
)
def test_a_page_that_is_only_untidy_is_not_cut_off(page: str) -> None:
    assert _cut_off(page) is None


@given(st.text(alphabet="<>!-/ =\"'dsicrptv&", max_size=200))
def test_looking_for_the_end_never_raises(page: str) -> None:
    assert (_cut_off(page) or "inside a tag").startswith(("inside ", "with <"))
