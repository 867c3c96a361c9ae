"""An answer to take along: every quote exact, every source named, and nothing that its words could do."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from answer.schema import ABSTAINED, Answer, Citation, Sentence
from tests.conftest import article
from ui.export import FORMATS, exported

ONE = article(
    "Police said two men were held.",
    title="Two [men] held",
    outlet="Post",
    author="Ann Lee",
    published="2024-11-30",
    published_from="json-ld",
    url="https://example.org/a?b=1",
)
COPY = article("Police said two men were held!", outlet="Wire")


def answer(**facts: object) -> Answer:
    cited = Citation(number=1, article=ONE, start=0, end=len(ONE.text), also_in=(COPY,))
    told = (Sentence(text="Two men were held.", numbers=(1,)), Sentence(text="They *fled*.", supported=False))
    return replace(Answer(question="Who was held?", sentences=told, short="two men", citations=(cited,)), **facts)


def test_text_has_question_answer_footnotes_and_the_time_of_asking() -> None:
    text = exported(answer(), "2024-12-01T10:00+00:00", "Text", "http://here/?a=x")
    assert text == (
        "Who was held?\n\ntwo men\n\nTwo men were held. [1]\nThey *fled*. (not found in the articles)\n\n"
        "[1] “Police said two men were held.”\n"
        "    Two [men] held, Post, Ann Lee, 30 November 2024 (from the page’s metadata); also in Wire\n"
        "    https://example.org/a?b=1\n\n"
        "Asked of Dateline on 1 December 2024, 10:00 +00:00; answered by the built-in reader.\n\nhttp://here/?a=x\n"
    )


def test_markdown_has_footnotes_that_stay_text() -> None:
    text = exported(answer(), "2024-12-01T10:00+00:00", "Markdown")
    assert "Two men were held. [^1]" in text and "They \\*fled\\*. (not found in the articles)" in text
    assert "[^1]: “Police said two men were held.” — Two \\[men\\] held, Post" in text
    assert "<https://example.org/a?b=1>" in text and "<http://here" not in text


def test_a_declined_question_is_not_marked_as_a_lie() -> None:
    nothing = Answer(question="Why?", sentences=(Sentence(text=ABSTAINED, supported=False),), abstained=True)
    for form in FORMATS:
        text = exported(nothing, "2024-12-01", form)
        assert "The articles do not say" in text and "not found" not in text


def test_an_address_that_is_none_of_the_web_is_left_out() -> None:
    for url in ("javascript:alert(1)", "https://a b", "data:text/html,x", "https://a><script>"):
        cited = Citation(number=1, article=replace(ONE, url=url), start=0, end=6)
        told = Answer(question="Q?", sentences=(Sentence(text="Police.", numbers=(1,)),), citations=(cited,))
        for form in FORMATS:
            assert url not in exported(told, "2024", form)


@given(st.text(min_size=1, max_size=80))
def test_no_words_of_an_article_become_markup_in_markdown(words: str) -> None:
    one = article(f"{words}.", title=words, outlet=words)
    cited = Citation(number=1, article=one, start=0, end=len(one.text))
    told = Answer(question=f"{words}?", sentences=(Sentence(text=one.text, numbers=(1,)),), citations=(cited,))
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(exported(told, "2024", "Markdown"))
    for tag in ("<a ", "<img", "<script", "<ul", "<ol", "<table", "<s>", "<code"):
        assert tag not in html
