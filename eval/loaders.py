"""Published question sets, in the form their authors give them → QuestionSet: one function each, all in LOADERS.

Every loader takes a path, reads .gz and plain files alike, and raises QuestionSetError, one line that names file and
field, when something is missing or is not as it should be.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from eval.beir import beir
from eval.questions import Question, QuestionSet, article_id
from eval.records import QuestionSetError, Record, file_in, json_document, json_lines
from index.dates import normalise
from index.schema import Article, Filters, digest

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def multihop_rag(folder: Path) -> QuestionSet:
    """MultiHop-RAG (Tang and Yang 2024): a folder with corpus.jsonl and questions.jsonl.

    The facts are the evidence, the links of their articles the relevant articles; a `null_query` is one to abstain
    from. Tags: type, one of inference, comparison, temporal and null; split, dev for the half of the questions that the
    search was tuned on and test for the other, by a hash of their words.
    """
    articles = {article.id: article for article in map(_multihop_article, json_lines(file_in(folder, "corpus.jsonl")))}
    questions = [_multihop_question(record, articles) for record in json_lines(file_in(folder, "questions.jsonl"))]
    return _set("multihop-rag", folder, questions, articles.values())


def squad(path: Path) -> QuestionSet:
    """SQuAD 1.1 or 2.0 (Rajpurkar et al. 2016, 2018): a .json file; each paragraph is an article.

    Its title is the document's. A question that is impossible, or has no answers, is one to abstain from; its article
    is the paragraph it was asked of. Tag: type, answerable or unanswerable.
    """
    articles: dict[str, Article] = {}
    questions = []
    for document in json_document(path).records("data"):
        title = (document.words("title") or "").replace("_", " ")
        for paragraph in document.records("paragraphs"):
            text = paragraph.text("context")
            article = Article(id=digest("squad", title, text), title=title, text=text)
            articles[article.id] = article
            questions += [_squad_question(record, article) for record in paragraph.records("qas")]
    return _set("squad", path, questions, articles.values())


def ramdocs(path: Path) -> QuestionSet:
    """RAMDocs (Wang et al. 2025): a .jsonl file, or a folder with questions.jsonl; each question has its own articles.

    They are a collection under the question's id, which its filters name.
    All gold answers are wanted and none of the wrong ones; some have no document that gives them. The relevant
    articles are the documents of type correct. Tags: type, single or several by the gold answers; misinformation, yes
    or no. Control characters, which no article may hold, become spaces.
    """
    path = file_in(path, "questions.jsonl") if path.is_dir() else path
    found = [_ramdocs_question(record) for record in json_lines(path)]
    articles = [article for _, own in found for article in own]
    return _set("ramdocs", path, [question for question, _ in found], articles)


LOADERS: dict[str, Callable[[Path], QuestionSet]] = {
    "multihop-rag": multihop_rag,
    "squad": squad,
    "ramdocs": ramdocs,
    "beir": beir,
}


def _set(name: str, path: Path, questions: list[Question], articles: Iterable[Article]) -> QuestionSet:
    """The set, once its questions are known to be there and to differ. Raises QuestionSetError."""
    if not questions:
        raise QuestionSetError(f"{path}: holds no questions; check that it is the right file or folder.")
    seen: set[str] = set()
    for question in questions:
        if question.id in seen:
            raise QuestionSetError(f"{path}: holds question {question.id} ({question.question!r}) twice; keep one.")
        seen.add(question.id)
    return QuestionSet(name=name, questions=tuple(questions), articles=tuple(articles))


def _multihop_article(record: Record) -> Article:
    published = normalise(record.words("published_at"))
    return Article(
        id=article_id(record.text("url")),
        title=record.text("title"),
        text=record.text("body"),
        url=record.text("url"),
        outlet=record.words("source"),
        author=record.words("author"),
        published=published,
        published_from=published and "field",
        collection=record.words("category"),
    )


def _multihop_question(record: Record, articles: dict[str, Article]) -> Question:
    query, kind = record.text("query"), record.text("question_type")
    evidence = record.records("evidence_list")
    for fact in evidence:
        if article_id(fact.text("url")) not in articles:
            raise fact.fault("url", f"is {fact.text('url')}, which corpus.jsonl does not hold; get both files again.")
    return Question(
        id=digest("multihop-rag", query)[:16],
        question=query,
        answers=None if kind == "null_query" else (record.text("answer"),),
        articles=tuple(dict.fromkeys(fact.text("url") for fact in evidence)),
        evidence=tuple(fact.text("fact") for fact in evidence),
        tags={"type": kind.removesuffix("_query"), "split": _half(query)},
    )


def _half(words: str) -> str:
    return "test" if int(hashlib.sha256(words.encode()).hexdigest(), 16) % 2 else "dev"


def _squad_question(record: Record, article: Article) -> Question:
    answers = () if record.flag("is_impossible") else tuple(one.text("text") for one in record.records("answers"))
    return Question(
        id=record.text("id"),
        question=record.text("question"),
        answers=tuple(dict.fromkeys(answers)) or None,
        articles=(article.id,),
        tags={"type": "answerable" if answers else "unanswerable"},
    )


def _ramdocs_question(record: Record) -> tuple[Question, tuple[Article, ...]]:
    id = digest("ramdocs", record.text("question"))[:16]
    documents = record.records("documents")
    articles = tuple(_ramdocs_article(one, id, at) for at, one in enumerate(documents))
    kinds = [document.text("type") for document in documents]
    if not (gold := record.texts("gold_answers")):
        raise record.fault("gold_answers", "is missing or empty; get the file again.")
    tags = {"type": "several" if gold[1:] else "single", "misinformation": "yes" if "misinfo" in kinds else "no"}
    question = Question(
        id=id,
        question=record.text("question"),
        answers=gold,
        all_answers=True,
        wrong=record.texts("wrong_answers"),
        articles=tuple(article.id for article, kind in zip(articles, kinds, strict=True) if kind == "correct"),
        tags=tags,
        filters=Filters(collection=id),
    )
    return question, articles


def _ramdocs_article(record: Record, question: str, at: int) -> Article:
    text = _CONTROL.sub(" ", record.text("text"))
    return Article(id=digest("ramdocs", question, str(at)), title="", text=text, collection=question)
