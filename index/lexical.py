"""tantivy: BM25 over the words of chunks. The only file that imports tantivy."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from index.errors import StoreDamaged
from index.spelling import Spellings

_STEMS, _AS_GIVEN = "news", "given"
_FIELDS = {"text": _STEMS, "names": _AS_GIVEN, "pairs": _AS_GIVEN, "initials": _AS_GIVEN}
# How much of a word's score does not grow when a chunk repeats it: 0 is BM25 with the usual k1 of 1.2, and 1 one of 0.
_ONCE = 0.5
# The list of a term that more than this share of the chunks have, and so many of them, is not read beside others: it
# takes the longest and tells the least.
_COMMON, _LONG = 0.3, 10_000
_WRITER_BYTES = 50_000_000


class Term(NamedTuple):
    """A word of a field: of "text" as `terms` gives it, of the others as `index.words` does."""

    field: str
    word: str


@cache
def _analyzer(*, stems: bool) -> Any:
    import tantivy

    filters = tantivy.Filter
    words = (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(filters.remove_long(60))
        .filter(filters.lowercase())
        .filter(filters.ascii_fold())
    )
    return (words.filter(filters.stemmer("English")) if stems else words).build()


def terms(text: str) -> list[str]:
    """The words of a text as the index knows them: lower case, accents folded, English endings off, in order."""
    found: list[str] = _analyzer(stems=True).analyze(text)
    return found


def whole(text: str) -> list[str]:
    """The same words with their endings, one for each of `terms`."""
    found: list[str] = _analyzer(stems=False).analyze(text)
    return found


# tantivy's stemmers by ISO 639 code, and the scripts that do not set words apart.
_STEMMERS = {
    "ar": "Arabic", "da": "Danish", "nl": "Dutch", "fi": "Finnish", "fr": "French", "de": "German", "el": "Greek",
    "hu": "Hungarian", "it": "Italian", "no": "Norwegian", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "es": "Spanish", "sv": "Swedish", "ta": "Tamil", "tr": "Turkish",
}  # fmt: skip
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]{2,}")


@cache
def _foreign(language: str) -> Any:
    import tantivy

    if language not in _STEMMERS:
        return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 2)).build()
    filters = tantivy.Filter
    words = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(filters.remove_long(60))
    return words.filter(filters.lowercase()).filter(filters.stemmer(_STEMMERS[language])).build()


def terms_of(language: str, text: str) -> list[str]:
    """What another language adds to the terms of a text: its words without its endings, and of a script that sets no
    words apart its letters in pairs; nothing where `terms` says it all."""
    if language in _STEMMERS:
        found = _foreign(language).analyze(text)
    else:
        found = [pair for run in _UNSPACED.findall(text) for pair in _foreign("").analyze(run)]
    known = set(terms(text))
    return [term for term in terms(" ".join(found)) if term not in known]


class LexicalIndex:
    """The words of one published folder's chunks."""

    def __init__(self, folder: Path, *, create: bool = False) -> None:
        """Open the index, or make it. Raises StoreDamaged when it is missing or cannot be read."""
        import tantivy

        if create:
            folder.mkdir(parents=True, exist_ok=True)
        try:
            if not create and not tantivy.Index.exists(str(folder)):
                raise ValueError("it is missing")
            self._index = tantivy.Index(_schema(), path=str(folder)) if create else tantivy.Index.open(str(folder))
        except ValueError as error:
            raise StoreDamaged(
                f"The word index {folder} cannot be used ({error}); `python -m index rebuild` makes it anew."
            ) from error
        given = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer(_STEMS, _analyzer(stems=True))
        self._index.register_tokenizer(_AS_GIVEN, given)
        self._reading = threading.Lock()
        self._spellings: dict[str, Spellings] = {}

    def write(self, *, delete: Iterable[str], add: Iterable[tuple[str, str, Mapping[str, str]]]) -> None:
        """Delete chunk ids, then add (chunk id, article id, `words.fields`) rows, replacing known ids; one commit."""
        import tantivy

        writer = self._index.writer(heap_size=_WRITER_BYTES, num_threads=1)
        for id in delete:
            writer.delete_documents_by_term("id", id)
        for id, article, fields in add:
            writer.delete_documents_by_term("id", id)
            writer.add_document(tantivy.Document(id=id, article=article, **fields))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def best(
        self, words: Mapping[Term, float], k: int, *, articles: Sequence[str] | None = None
    ) -> list[tuple[str, float]]:
        """The k best chunk ids for weighted terms with their BM25 scores, best first; in `articles` if given."""
        import tantivy

        query, schema = tantivy.Query, self._index.schema
        if not words or k < 1:
            return []
        searcher = self._index.searcher()
        count, clauses = searcher.num_docs, []
        frequency = {term: searcher.doc_freq(*term) for term in sorted(words)}
        rarer = {term: found for term, found in frequency.items() if found <= max(_LONG, _COMMON * count)}
        for (field, word), found in (rarer if any(rarer.values()) else frequency).items():
            weight = words[Term(field, word)]
            term = query.term_query(schema, field, word)
            rarity = math.log(1 + (count - found + 0.5) / (found + 0.5))
            clauses.append((tantivy.Occur.Should, query.boost_query(term, weight * (1 - _ONCE))))
            clauses.append((tantivy.Occur.Should, query.const_score_query(term, weight * _ONCE * rarity)))
        wanted = query.boolean_query(clauses)
        if articles is not None:
            inside = query.const_score_query(query.term_set_query(schema, "article", list(articles)), 0.0)
            wanted = query.boolean_query([(tantivy.Occur.Must, wanted), (tantivy.Occur.Must, inside)])
        # Uncounted: to count what matches, tantivy scores all of it.
        hits = searcher.search(wanted, k, count=False).hits
        return [(searcher.doc(where)["id"][0], float(score)) for score, where in hits]

    def has(self, term: Term) -> bool:
        """Whether a chunk has the term."""
        return bool(self._index.searcher().doc_freq(*term))

    def spelled(self, term: Term) -> list[Term]:
        """Other spellings of a term among the collection's words: of a name, or of a word that no chunk has."""
        if term.field not in ("names", "text") or (term.field == "text" and self.has(term)):
            return []
        with self._reading:
            if term.field not in self._spellings:
                known = self._index.searcher().terms_with_prefix(term.field, "")
                self._spellings[term.field] = Spellings(one for one, _ in known)
        return [Term(term.field, other) for other in self._spellings[term.field].of(term.word)]

    def ids(self) -> Iterator[str]:
        """Every chunk id in the index."""
        import tantivy

        searcher = self._index.searcher()
        total = searcher.num_docs
        if total:
            for _, where in searcher.search(tantivy.Query.all_query(), total).hits:
                yield searcher.doc(where)["id"][0]


def _schema() -> Any:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("article", tokenizer_name="raw", index_option="basic")
    for field, analyzer in _FIELDS.items():
        builder.add_text_field(field, tokenizer_name=analyzer, index_option="freq")
    return builder.build()
