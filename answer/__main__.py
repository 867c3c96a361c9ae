"""python -m answer "who closed Aleppo airport?": ask the archive, and see the source."""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Sequence

from answer.assistant import query
from answer.schema import UNSUPPORTED, Answer, Citation, Value
from index import terminal
from index.demo import COLLECTION as DEMONSTRATION
from index.errors import DatelineError
from index.schema import Article, flat

_NEAREST, _NEAREST_WIDTH = 3, 240


def main(arguments: Sequence[str] | None = None) -> int:
    """Answer one question, or with -i one after another; returns 0, or 1 when a question could not be asked."""
    parser = _parser()
    given = parser.parse_args(arguments)
    if given.question is None and not given.interactive:
        parser.error("give a question, or -i to ask several")
    return terminal.run(lambda: _ask_all(given))


def _ask_all(given: argparse.Namespace) -> int:
    history: list[Answer] = []
    status = _ask(given.question, given, history) if given.question is not None else 0
    return _ask_on(given, history) if given.interactive else status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m answer", description=__doc__)
    parser.add_argument("question", nargs="?", help="what to ask")
    parser.add_argument("--store", help="the store's folder (default: DATELINE_STORE, else .dateline beside app.py)")
    for name in ("outlet", "author", "collection"):
        parser.add_argument(f"--{name}", help=f"search this {name} only")
    parser.add_argument(
        "--since", metavar="DATE", help="search articles published on or after 2024, 2024-11 or 2024-11-30"
    )
    parser.add_argument("--until", metavar="DATE", help="search articles published on or before that date")
    parser.add_argument("--as-of", metavar="DATE", help="ask as if it were that date, of nothing published later")
    parser.add_argument("-k", type=int, default=10, metavar="N", help="how many chunks to read (default 10)")
    parser.add_argument(
        "--literal", action="store_true", help="search the words alone, not the outlets, times and parts that they name"
    )
    parser.add_argument("--json", action="store_true", help="print the whole answer as one JSON object")
    parser.add_argument(
        "-i", "--interactive", action="store_true", help="keep asking, a question a line; an empty line ends"
    )
    parser.add_argument("--llm", metavar="NAME", help="the language model that writes, such as ollama:llama3.2")
    return parser


def _ask_on(given: argparse.Namespace, history: list[Answer]) -> int:
    status = 0
    while question := _typed():
        status = _ask(question, given, history)
    return status


def _typed() -> str:
    """The next question; empty at the end of the input, or where there is none."""
    if sys.stdin is None:
        return ""
    try:
        return input("? " if sys.stdin.isatty() else "").strip()
    except (EOFError, UnicodeDecodeError):
        return ""


def _ask(question: str, given: argparse.Namespace, history: list[Answer]) -> int:
    """Print the answer to a question that follows on these, and add it to them."""
    names = ("store", "outlet", "author", "collection", "since", "until", "as_of", "k", "literal", "llm")
    try:
        answer = query(question, history=history, **{name: getattr(given, name) for name in names})
    except DatelineError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    history.append(answer)
    print(json.dumps(answer.as_dict(), ensure_ascii=False) if given.json else shown(answer), flush=True)
    return 0


def shown(answer: Answer) -> str:
    """The answer, then each citation: what it is, copies, link or path, quote; or the nearest passages."""
    short = ", ".join(filter(None, (flat(answer.short), flat(answer.said))))
    values = [_value(value, answer) for value in answer.values]
    parts = [
        *filter(None, ["\n".join([short, *values])]),
        _text(answer),
        *(_citation(citation) for citation in answer.citations),
    ]
    if answer.abstained and answer.hits:
        parts.append("Nearest passages, which are not an answer:")
        parts += [_citation(Citation.of(0, hit)) for hit in answer.hits[:_NEAREST]]
    elif answer.abstained:
        parts.append("No article was found: is the store empty, or the filter too narrow?")
    if answer.note:
        parts.append(f"Note: {flat(answer.note)}")
    if answer.read_into:
        parts.append(f"Searched for: {answer.read_into} (--literal searches the words alone)")
    return "\n\n".join(parts)


def _text(answer: Answer) -> str:
    """The sentences with their numbers, and which of them no article supports."""
    if answer.abstained:
        return answer.text
    marked = [
        flat(one.text) + (f" {''.join(f'[{n}]' for n in one.numbers)}" if one.supported else f" ({UNSUPPORTED})")
        for one in answer.sentences
    ]
    return " ".join(marked)


def _value(value: Value, answer: Answer) -> str:
    """One of several values, with the outlets that give it and their dates."""
    given = [answer.citations[number - 1] for number in value.numbers]
    where = "; ".join(f"{_outlet(one.article)} [{one.number}]" for one in given)
    return f"    {value.words}: {where}"


def _outlet(article: Article) -> str:
    return ", ".join(filter(None, (flat(article.outlet or article.title), _date(article))))


def _date(article: Article) -> str:
    return (article.published or "")[:10] + (" (a guess)" if article.published_from == "guess" else "")


def _citation(citation: Citation) -> str:
    article = citation.article
    number = f"[{citation.number}] " if citation.number else "-   "
    about = " · ".join(part for part in (article.title, article.outlet, _date(article), *article.remarks) if part)
    label = " · demonstration, not journalism" if article.collection == DEMONSTRATION else ""
    quote = flat(citation.quote)
    if not citation.number:
        quote = textwrap.shorten(quote, _NEAREST_WIDTH, placeholder=" …")
    also = [f"also in {citation.elsewhere}"] if citation.also_in else []
    lines = (number + flat(about) + label, *also, flat(article.url or article.path or "pasted text"), f"“{quote}”")
    return "\n    ".join(lines)


if __name__ == "__main__":
    sys.exit(main())
