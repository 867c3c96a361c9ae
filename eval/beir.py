"""BEIR (Thakur et al. 2021, arXiv 2104.08663): a corpus, queries, and judgements of which article suits which query."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from eval.questions import Question, QuestionSet
from eval.records import QuestionSetError, Record, file_in, json_lines, lines
from index.schema import Article, digest


def beir(folder: Path) -> QuestionSet:
    """A folder with corpus.jsonl, queries.jsonl and qrels/*.tsv, plain or .gz; the questions measure the search alone.

    The judgements are those of qrels/test.tsv, or of every file there when it is missing. A score above 0 is relevant;
    how far above is lost. A query without a relevant article is left out; a relevant article that the corpus lacks
    counts as not found. Tag: split, the name of the file of judgements. Raises QuestionSetError.
    """
    articles = list(_articles(folder))
    queries = {record.text("_id"): record.text("text") for record in json_lines(file_in(folder, "queries.jsonl"))}
    questions = tuple(_questions(folder, queries))
    held = {article.id for article in articles}
    if not any(id in held for question in questions for id in question.articles):
        raise QuestionSetError(
            f"{folder}: judges no article of corpus.jsonl relevant; check that its files belong together."
        )
    return QuestionSet(name=f"beir-{folder.resolve().name}", questions=questions, articles=tuple(articles))


def _articles(folder: Path) -> Iterator[Article]:
    first: dict[str, str] = {}
    for record in json_lines(file_in(folder, "corpus.jsonl")):
        if article := _article(record):
            if article.id in first:
                raise record.fault("_id", f"is that of {first[article.id]}, too; get the file again.")
            first[article.id] = record.where
            yield article


def _article(record: Record) -> Article | None:
    """None for a record without words, of which some collections have a few; one that has only a title is its text."""
    title, text = record.words("title") or "", record.words("text")
    url = record.words("url") or record.table("metadata").words("url")
    if not (text or title):
        return None
    return Article(id=_id(record.text("_id")), title=title, text=text or title, url=url)


def _questions(folder: Path, queries: Mapping[str, str]) -> Iterator[Question]:
    relevant: dict[str, list[str]] = {}
    splits: dict[str, str] = {}
    for where, query, article in _relevant(folder):
        if query not in queries:
            raise QuestionSetError(f"{where}: queries.jsonl holds no query {query!r}; get both files again.")
        splits.setdefault(query, where.stem)
        relevant.setdefault(query, []).append(_id(article))
    for query, ids in relevant.items():
        tags = {"split": splits[query]}
        yield Question(id=query, question=queries[query], answers=(), articles=tuple(dict.fromkeys(ids)), tags=tags)


def _relevant(folder: Path) -> Iterator[tuple[Path, str, str]]:
    """(file, query, article) of every judgement above 0. Raises QuestionSetError."""
    files = sorted((folder / "qrels").glob("*.tsv"))
    if not files:
        raise QuestionSetError(f"{folder}: holds no qrels/*.tsv; give the folder that does.")
    for file in [one for one in files if one.name == "test.tsv"] or files:
        for number, line in lines(file):
            columns = line.rstrip("\r\n").split("\t")
            if number == 1 and columns[-1] == "score":
                continue
            if len(columns) != 3 or not columns[2].lstrip("-").isdecimal():
                problem = "is not a query's id, an article's id and a whole number, separated by tabs; get it again."
                raise QuestionSetError(f"{file}, line {number}: {problem}")
            if int(columns[2]) > 0:
                yield file, columns[0], columns[1]


def _id(record: str) -> str:
    return digest("beir", record)
