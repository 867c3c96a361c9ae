"""Questions with known answers, in memory and in the native form: JSON Lines, one question a line.

    {"id": "airport", "question": "Who closed Aleppo airport?", "answers": ["the Syrian authorities"],
     "articles": ["https://…"], "evidence": ["The Syrian authorities closed …"], "tags": {"type": "fact"}}

`answers` has three forms: a list of accepted forms; null, when the right reply is to abstain; left out, when nobody has
said yet (thumbs-down feedback, tagged {"type": "feedback"}) or when only the search is measured (then `articles` is
given). A question whose answers are left out is run and its answer listed, but not scored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path

from eval.records import QuestionSetError as QuestionSetError
from eval.records import Record, json_lines
from index.asked_of import aliases
from index.dates import bounds
from index.errors import QuestionError
from index.read_fields import canonical_url, is_of_an_article
from index.schema import Article, Filters, digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question and what is known of its answer.

    `answers` are accepted forms of the one answer, or, when `all_answers` is set, answers that must all be given; None
    means that the right reply is to abstain, () that the answer is not known. `wrong` are answers known to be wrong.
    `articles` are the ids or links of the relevant articles; of a question to abstain from, those nearest to it.
    `evidence` are passages of theirs, word for word. `turns` are the questions asked before it, oldest first. `note`
    is for people and is never scored.
    """

    id: str
    question: str
    answers: tuple[str, ...] | None
    all_answers: bool = False
    wrong: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    filters: Filters = Filters()
    turns: tuple[str, ...] = ()
    note: str = ""

    @property
    def answerable(self) -> bool | None:
        """Whether the articles hold an answer; None when that is not known."""
        return None if self.answers == () else self.answers is not None

    @property
    def relevant(self) -> frozenset[str]:
        """The ids of the articles that a search should find; empty for a question to abstain from."""
        return frozenset(map(article_id, self.articles)) if self.answers is not None else frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionSet:
    """Questions, and the articles to ask them of; None means those of a store that is there already."""

    name: str
    questions: tuple[Question, ...]
    articles: tuple[Article, ...] | None = None


def unnamed(asked: QuestionSet) -> QuestionSet:
    """The same questions without the names of the set's outlets: as people ask, who do not know who printed it."""
    known = {alias for article in asked.articles or () if article.outlet for alias in aliases(article.outlet)}
    if not known:
        return asked
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(known, key=len, reverse=True)))})(?!\w)")
    cut = [replace(one, question=" ".join(pattern.sub(" ", one.question).split())) for one in asked.questions]
    return replace(asked, questions=tuple(cut))


_FIELDS = tuple(one.name for one in fields(Question))
_FILTERS = tuple(one.name for one in fields(Filters))


def load(path: Path) -> QuestionSet:
    """The questions of a file in the native form, in its order, named after the file.

    Raises QuestionSetError, one line that names file, line and field, for the first thing that is wrong.
    """
    first: dict[str, str] = {}
    questions = []
    for record in json_lines(path):
        question = _question(record)
        if question.id in first:
            raise record.fault("id", f"is {question.id!r}, as in {first[question.id]}; give each question its own.")
        first[question.id] = record.where
        questions.append(question)
    return QuestionSet(name=path.stem, questions=tuple(questions))


def dump(questions: Iterable[Question], path: Path) -> None:
    """Write a file that `load` reads as the same questions; what a field is by default is left out."""
    path.write_text("".join(map(line_of, questions)), encoding="utf-8")


def line_of(question: Question) -> str:
    """A question's line in the native form, with its line end, to append to a file."""
    values = asdict(question)
    values["filters"] = {name: value for name, value in values["filters"].items() if value}
    given = {name: value for name, value in values.items() if value or (name, value) == ("answers", None)}
    return json.dumps(given, ensure_ascii=False) + "\n"


def article_id(reference: str) -> str:
    """The id that a store gives to the article that an id or a link stands for; no store is asked."""
    canonical = canonical_url(reference)
    return digest("url", canonical) if canonical and is_of_an_article(canonical) else reference


def _question(record: Record) -> Question:
    for name in record.values:
        if name not in _FIELDS:
            raise record.fault(name, f"is not known; the fields are {', '.join(_FIELDS)}.")
    question = Question(
        id=record.text("id"),
        question=record.text("question"),
        answers=None if "answers" in record.values and record.values["answers"] is None else record.texts("answers"),
        all_answers=record.flag("all_answers"),
        tags={name: record.table("tags").text(name) for name in record.table("tags").values},
        filters=_filters(record.table("filters")),
        note=record.words("note") or "",
        **{name: record.texts(name) for name in ("wrong", "articles", "evidence", "turns")},
    )
    _refuse_contradictions(record, question)
    return question


def _refuse_contradictions(record: Record, question: Question) -> None:
    if question.answers == () and "answers" in record.values:
        raise record.fault("answers", "is an empty list; give accepted forms, or null when the reply is to abstain.")
    if question.answers and not question.articles:
        raise record.fault("articles", "is missing or empty, but there are answers; name the articles that hold them.")
    if question.answers == () and not question.articles and question.tags.get("type") != "feedback":
        raise record.fault("answers", "is missing; give accepted forms, or null when the reply is to abstain.")
    if question.answers is None and question.evidence:
        raise record.fault("evidence", "is given, but answers is null; give the answers, or take the evidence out.")
    for reference in question.articles:
        if article_id(reference) == reference and not re.fullmatch("[0-9a-f]{32}", reference):
            problem = "is neither a link to an article (https://…) nor an id (32 hexadecimal digits); give one of them."
            raise record.fault("articles", f"{reference!r} {problem}")


def _filters(record: Record) -> Filters:
    for name in record.values:
        if name not in _FILTERS:
            raise record.fault(name, f"is not known; the filters are {', '.join(_FILTERS)}.")
    filters = Filters(**{name: record.words(name) for name in _FILTERS})
    try:
        bounds(filters.since, filters.until, filters.as_of)
    except QuestionError as error:
        raise QuestionSetError(f"{record.where}: {error}") from None
    return filters
