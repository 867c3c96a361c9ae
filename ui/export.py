"""An answer to take along: plain text or Markdown, with a footnote for each citation."""

from __future__ import annotations

import re

from answer.schema import UNSUPPORTED, Answer, Citation, Sentence
from index.schema import flat
from ui.words import date_words, how_known, sendable

FORMATS = ("Text", "Markdown")


def exported(answer: Answer, asked_at: str, form: str, link: str = "") -> str:
    """The question, the answer, and what it rests on; `asked_at` in ISO 8601, `link` leads back to it."""
    return sendable(_in_markdown(answer, asked_at, link) if form == "Markdown" else _in_text(answer, asked_at, link))


def _in_text(answer: Answer, asked_at: str, link: str) -> str:
    sentences = [
        f"{_said(one, answer)} {''.join(f'[{number}]' for number in one.numbers)}".rstrip() for one in answer.sentences
    ]
    notes = [
        f"[{cited.number}] “{flat(cited.quote)}”\n    {_source(cited)}{_also(cited)}{_address(cited, '    {}')}"
        for cited in answer.citations
    ]
    parts = [flat(answer.question), _short(answer), "\n".join(sentences), *notes, _made(answer, asked_at), link]
    return "\n\n".join(filter(None, parts)) + "\n"


def _in_markdown(answer: Answer, asked_at: str, link: str) -> str:
    sentences = [
        f"{_escaped(_said(one, answer))} {''.join(f'[^{number}]' for number in one.numbers)}".rstrip()
        for one in answer.sentences
    ]
    notes = [
        f"[^{cited.number}]: “{_escaped(flat(cited.quote))}” — {_escaped(_source(cited) + _also(cited))}"
        f"{_address(cited, '<{}>').replace(chr(10), ' ')}"
        for cited in answer.citations
    ]
    short = f"**{_escaped(_short(answer))}**" if answer.short else ""
    made = f"*{_escaped(_made(answer, asked_at))}*"
    parts = [f"# {_escaped(flat(answer.question))}", short, "\n\n".join(sentences), "\n".join(notes), made]
    return "\n\n".join(filter(None, [*parts, f"<{link}>" if link else ""])) + "\n"


def _short(answer: Answer) -> str:
    return ", ".join(filter(None, (flat(answer.short), answer.said)))


def _said(sentence: Sentence, answer: Answer) -> str:
    doubt = "" if sentence.supported or answer.abstained else f" ({UNSUPPORTED})"
    return f"{flat(sentence.text)}{doubt}"


def _source(cited: Citation) -> str:
    article = cited.article
    date = date_words(article.published) + how_known(article)
    return flat(", ".join(filter(None, (article.title, article.outlet, article.author, date))))


def _also(cited: Citation) -> str:
    return f"; also in {cited.elsewhere}" if cited.elsewhere else ""


def _address(cited: Citation, form: str) -> str:
    """On a line of its own: the link of an article that has one."""
    url = cited.article.url or ""
    return f"\n{form.format(url)}" if re.fullmatch(r"https?://[^\s<>\x00-\x20]+", url, re.IGNORECASE) else ""


def _made(answer: Answer, asked_at: str) -> str:
    by = "the built-in reader" if answer.mode == "reader" else answer.mode
    searched = f" Searched for: {answer.read_into}." if answer.read_into else ""
    return f"Asked of Dateline on {date_words(asked_at)}; answered by {by}.{searched}"


def _escaped(text: str) -> str:
    """Text that is Markdown for itself."""
    return re.sub(r"([\\`*_{}\[\]<>#+|~$&!-]|(?<=\d)[.)])", r"\\\1", text)
