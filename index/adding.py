"""Reading files into a job: skips what has not changed, embeds what has in groups, publishes now and then."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import file_digest
from pathlib import Path

from index.catalog import ReadAs, Source
from index.job import EMBEDDED_AT_ONCE, Job, Prepared
from index.publish import step
from index.read import READER_VERSION, Record, read
from index.read_fields import NOTHING_GIVEN, Given
from index.schema import Article, flat

PUBLISH_SECONDS = 180.0
_NOTED_AT_ONCE = 500
PASTED = "pasted text"  # where an article has no file


@dataclass(slots=True)
class Report:
    """What a job did, in articles; `failed` has one line for each file or record that could not be read.

    `copies` are articles that were added and tell what another one tells; `files` counts by file what became of its
    articles, under the same names; `left_out` counts files of kinds that are not read, by suffix. `guessed`, `partial`
    and `copied` name what was written with a date that is a guess, in part, and as a copy, each with its file.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    copies: int = 0
    removed: int = 0
    failed: list[str] = field(default_factory=list)
    files: dict[str, Counter[str]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    guessed: list[str] = field(default_factory=list)
    partial: list[str] = field(default_factory=list)
    copied: list[str] = field(default_factory=list)
    interrupted: bool = False

    def count(self, kind: str, file: str, articles: int = 1) -> None:
        """Count articles of a file as "added", "updated", "unchanged" or "copies"."""
        setattr(self, kind, getattr(self, kind) + articles)
        self.files.setdefault(file, Counter())[kind] += articles

    def note(self, article: Article, *, is_copy: bool) -> None:
        """Note what is to be known of an article that was written."""
        name = f"{flat(article.title)} ({article.path or article.url or PASTED})"
        if article.published_from == "guess":
            self.guessed.append(f"{name}: {article.published}")
        if article.partial:
            self.partial.append(name)
        if is_copy:
            self.copied.append(name)


@dataclass(slots=True)
class Progress:
    """How far a job is, in bytes of the files that it was given, and which file it is at."""

    total: int = 0
    done: int = 0
    articles: int = 0
    now: str = ""


Watch = Callable[[Progress], None]


class Adding:
    """One run of reading into a job.

    While a file is read, each of its articles is noted under a provisional source; only at the file's end do its
    sources become those that were found, in one transaction. A reading that stops half-way therefore takes nothing
    away, and the file is read again.
    """

    def __init__(self, job: Job, watch: Watch, given: Given = NOTHING_GIVEN) -> None:
        self.report = Report()
        self._job, self._watch, self._given = job, watch, given
        self._progress = Progress()
        self._group: list[tuple[Prepared, str, int]] = []
        self._noted: list[Source] = []
        self._ended: dict[str, list[Source]] = {}
        self._failed: dict[str, tuple[ReadAs, list[str]]] = {}
        self._published = time.monotonic()

    def add_files(self, files: dict[Path, Path]) -> None:
        """Read each file (file → the folder it was found in); Ctrl-C ends the reading and is noted."""
        self._progress.total = sum(_size(file) for file in files)
        try:
            for file, folder in files.items():
                self._progress.now = file.name
                self._add_file(file, folder)
            self._flush()
        except KeyboardInterrupt:
            self.report.interrupted = True

    def add_articles(self, articles: Sequence[Article]) -> None:
        """Add articles that no file keeps."""
        self._progress.total = sum(len(article.text) for article in articles)
        self.add_records(Record(number=0, size=len(one.text), article=one) for one in articles)

    def add_records(self, records: Iterable[Record]) -> None:
        """Add what comes from no file, as it comes; Ctrl-C ends it and is noted."""
        try:
            for record in records:
                if record.article is None:
                    self.report.failed.append(record.error or "What came in cannot be read.")
                    continue
                id = record.article.id
                self._take(record.article, Source(path=f"pasted:{id}", record=0, article=id), record.size)
            self._flush()
        except KeyboardInterrupt:
            self.report.interrupted = True

    def finish(self, gone: Sequence[tuple[str, int]]) -> None:
        """Publish what is written; `gone` are sources whose files are no longer there."""
        self.report.removed += self._job.publish(dropped=gone)

    def _add_file(self, file: Path, folder: Path) -> None:
        known = self._job.catalog.sources_of(str(file))
        try:
            stat = file.stat()
            read_as = ReadAs(size=stat.st_size, mtime_ns=stat.st_mtime_ns, reader_version=READER_VERSION)
            if self._is_filed(known) and all(source.read_as == read_as for source in known):
                return self._skip(str(file), len(known), stat.st_size)
            if failures := self._job.catalog.failures(str(file), read_as, self._job.settings.max_article_mb):
                self.report.failed += failures
                return self._skip(str(file), len(known), stat.st_size)
            read_as = replace(read_as, sha256=_sha256(file))
        except OSError as error:
            self.report.failed.append(f"{file} cannot be read ({error.strerror}); allow it, or leave it out.")
            return
        if self._is_filed(known) and all(source.is_same(read_as) for source in known):
            self._ended[str(file)] = [replace(source, read_as=read_as) for source in known]
            return self._skip(str(file), len(known), stat.st_size)
        self._read(file, folder, read_as)

    def _is_filed(self, known: Sequence[Source]) -> bool:
        """Whether a file's articles are known, with what is given for them."""
        given = (self._given.collection, self._given.outlet, self._given.published)
        filed = self._job.catalog.filed(known[0].path) if known else []
        return (
            bool(known)
            and len(filed) == len(known)
            and all(wanted in (None, has) for facts in filed for wanted, has in zip(given, facts, strict=True))
        )

    def _read(self, file: Path, folder: Path, read_as: ReadAs) -> None:
        found, failures = list[Source](), len(self.report.failed)
        for record in self._records(file, folder):
            if record.article is None:
                self.report.failed.append(record.error or f"{file} cannot be read.")
                continue
            id = record.article.id
            found.append(Source(path=str(file), record=record.number, article=id, read_as=read_as))
            self._take(record.article, Source(path=str(file), record=_provisional(id), article=id), record.size)
        if len(self.report.failed) == failures:
            # Only a file that was read to its end, and whole, can say which articles it holds no longer.
            self._ended[str(file)] = found
        self._failed[str(file)] = (read_as, self.report.failed[failures:])

    def _records(self, file: Path, folder: Path) -> Iterator[Record]:
        """What a file holds; the reading of each record is a step."""
        records = read(file, folder=folder, max_mb=self._job.settings.max_article_mb, given=self._given)
        while True:
            with step(self._job.at, "read"):
                record = next(records, None)
            if record is None:
                return
            yield record

    def _take(self, article: Article, source: Source, size: int) -> None:
        """Queue an article for embedding, or note its source alone when the store has it as it is."""
        waiting = [prepared.article for prepared, _, _ in self._group]
        old = next((one for one in waiting if one.id == article.id), None) or self._job.catalog.newest(article.id)
        if old:
            article = _kept(article, old)
        if old and (old == replace(article, path=old.path) or _is_less(article, old)):
            self._noted.append(source)
            self._skip(article.path or article.url or PASTED, 1, size)
        else:
            kind = "updated" if old else "added"
            self._group.append((self._job.prepare(article, source), kind, size))
        chunks = sum(len(prepared.chunks) for prepared, _, _ in self._group)
        if chunks >= EMBEDDED_AT_ONCE or len(self._noted) >= _NOTED_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        """Write the group and the sources, and publish if the last publication is long ago."""
        copied = self._job.write([prepared for prepared, _, _ in self._group])
        with step(self._job.at, "write sources"), self._job.catalog.transaction():
            for source in self._noted:
                self._job.catalog.write_source(source)
            for path, sources in self._ended.items():
                self._job.catalog.write_file(path, sources)
            for path, (read_as, lines) in self._failed.items():
                self._job.catalog.write_failures(path, read_as, self._job.settings.max_article_mb, lines)
        for (prepared, kind, size), is_copy in zip(self._group, copied, strict=True):
            kind = "copies" if is_copy and kind == "added" else kind
            self.report.count(kind, prepared.article.path or prepared.article.url or PASTED)
            self.report.note(prepared.article, is_copy=is_copy)
            self._step(1, size)
        self._group, self._noted, self._ended, self._failed = [], [], {}, {}
        if time.monotonic() - self._published > PUBLISH_SECONDS:
            self.report.removed += self._job.publish()
            self._published = time.monotonic()

    def _skip(self, file: str, articles: int, size: int) -> None:
        self.report.count("unchanged", file, articles)
        self._step(articles, size)

    def _step(self, articles: int, size: int) -> None:
        self._progress.articles += articles
        self._progress.done += size
        self._watch(self._progress)


def _is_less(article: Article, old: Article) -> bool:
    """Whether an article is a teaser of what the store has of it: a feed tells of a page that was read whole."""
    return article.partial and (not old.partial or len(article.text) < len(old.text))


def _kept(article: Article, old: Article) -> Article:
    """An article read anew with what was given for it when it was added, unless it or somebody says otherwise now."""
    article = replace(article, collection=article.collection or old.collection, outlet=article.outlet or old.outlet)
    if old.published_from == "given" and article.published_from in (None, "guess"):
        return replace(article, published=old.published, published_from="given")
    return article


def _provisional(article: str) -> int:
    """A record number, below all real ones, for a source whose file is not read to its end: one for each article."""
    return -1 - int(article[:14], 16)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0  # its failure is reported when it is read


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()
