"""The one writer: add, sync, remove, rebuild, upgrade. Each is a job that ends in the same flip.

A job that dies loses nothing it had finished: the next one publishes what was written whole, and finds every finished
vector again by its hash.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from hashlib import file_digest
from pathlib import Path

from index.catalog import Catalog, ReadAs, Source
from index.embed import Encoder
from index.errors import ReadError, StoreError, StoreMismatch
from index.job import EMBEDDED_AT_ONCE, Job, Prepared, job
from index.publish import Step
from index.read import READER_VERSION, read, walk
from index.schema import Article
from index.settings import Settings

PUBLISH_SECONDS = 180.0


@dataclass(slots=True)
class Report:
    """What a job did, in articles; `failed` has one line for each file or record that could not be read.

    `left_out` counts files of kinds that are not read, by suffix.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    copies: int = 0
    removed: int = 0
    failed: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    interrupted: bool = False


@dataclass(slots=True)
class Progress:
    """How far a job is, in bytes of the files that it was given, and which file it is at."""

    total: int = 0
    done: int = 0
    articles: int = 0
    now: str = ""


Watch = Callable[[Progress], None]


class Builder:
    """Jobs on one store. `encoder` is called when the first text has to be chunked; `at` is told of every step."""

    def __init__(
        self,
        settings: Settings,
        encoder: Callable[[], Encoder],
        *,
        watch: Watch = lambda _: None,
        at: Step = lambda _: None,
    ) -> None:
        self._settings, self._encoder, self._watch, self._at = settings, encoder, watch, at

    def add(self, paths: Sequence[Path], *, collection: str | None = None, prune: bool = False) -> Report:
        """Read files and folders into the store, and publish.

        Files whose size and time are as they were are not read. With `prune` (sync), articles whose files have gone
        from these folders go too. Ctrl-C publishes what is done and is reported, not raised. Raises ReadError when a
        path cannot be read at all, and StoreError.
        """
        paths = [path.expanduser().resolve() for path in paths]
        found = [walk(path) for path in paths]
        files = dict(pair for one in found for pair in one.files)
        with self._job() as job:
            adding = _Adding(job, self._watch, collection)
            for one in found:
                adding.report.left_out.update(one.left_out)
            gone = _vanished(job.catalog, paths, files) if prune else []
            adding.add_files(files)
            adding.finish(gone if not adding.report.interrupted else [])
        return adding.report

    def add_articles(self, articles: Sequence[Article]) -> Report:
        """Add articles that come from no file that stays, such as text pasted or files uploaded into the page."""
        with self._job() as job:
            adding = _Adding(job, self._watch, None)
            adding.add_articles(articles)
            adding.finish([])
        return adding.report

    def remove(self, names: Sequence[str], *, forget: bool = False) -> list[Article]:
        """Take articles out by id, url, file or folder; with `forget` erase every trace of them from the store.

        Returns those that were live. Raises StoreError when a name matches nothing, before anything is removed, and
        after an erasure when a running query still holds an old folder.
        """
        with self._job() as job:
            ids = list(dict.fromkeys(id for name in names for id in _matching(job.catalog, name, past=forget)))
            articles = [article for id in ids if (article := job.catalog.article(id))]
            dropped = [key for id in ids for key in job.catalog.source_keys(id)]
            job.publish(dropped=dropped, fresh=forget, forget=ids if forget else ())
            if forget and not job.erase():
                raise StoreError(
                    f"The articles cannot be found any more, but a running query still holds old files of "
                    f"{job.store.path}. The next job erases those too."
                )
        return articles

    def rebuild(self) -> int:
        """Make both indexes anew from the catalog, without embedding; returns the number of chunks."""
        with self._job() as job:
            with job.catalog.transaction():
                job.catalog.drop_unused_vectors()
            job.publish(fresh=True)
            return job.catalog.count_chunks()

    def upgrade(self, *, embed: bool = False) -> int:
        """Cut every article anew from its stored text, and with `embed` use the model that the settings name.

        Returns the number of articles. Interrupted it changes nothing, and when run again finds the vectors it made.
        Raises StoreMismatch when the settings name another model and `embed` is not given.
        """
        with self._job(expect=False) as job:
            built = job.catalog.built()
            if built and not embed and built.model != self._settings.embed_model:
                raise StoreMismatch(
                    f"The store was built with {built.model} and the settings name {self._settings.embed_model}: "
                    "`python -m index upgrade --embed` re-embeds it."
                )
            job.begin_upgrade()
            progress = Progress(total=job.catalog.count())
            for article in list(job.catalog.articles()):
                progress.done, progress.now = progress.done + 1, article.title
                self._watch(progress)
                job.write([job.prepare(article)])
            job.publish(fresh=True)
            return job.catalog.count()

    def _job(self, *, expect: bool = True) -> AbstractContextManager[Job]:
        return job(self._settings, self._encoder, self._at, expect=expect)


class _Adding:
    """One run of reading into a job: skips what has not changed, groups what has, and publishes now and then."""

    def __init__(self, job: Job, watch: Watch, collection: str | None) -> None:
        self.report = Report()
        self._job, self._watch, self._collection = job, watch, collection
        self._progress = Progress()
        self._group: list[tuple[Prepared, str, int]] = []
        self._dropped: list[tuple[str, int]] = []
        self._ended: list[tuple[str, ReadAs]] = []
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
        self._progress.total = sum(len(article.text) for article in articles)
        for article in articles:
            source = Source(path=f"pasted:{article.id}", record=0, article=article.id)
            self._take(article, source, len(article.text))
        self._flush()

    def finish(self, gone: Sequence[tuple[str, int]]) -> None:
        """Publish what is written; `gone` are sources whose files are no longer there."""
        self.report.removed += self._job.publish(dropped=[*self._dropped, *gone])

    def _add_file(self, file: Path, folder: Path) -> None:
        known = self._job.catalog.sources_of(str(file))
        try:
            stat = file.stat()
            read_as = ReadAs(size=stat.st_size, mtime_ns=stat.st_mtime_ns, reader_version=READER_VERSION)
            if self._is_filed(known) and all(source.read_as == read_as for source in known):
                return self._skip(len(known), stat.st_size)
            read_as = replace(read_as, sha256=_sha256(file))
        except OSError as error:
            self.report.failed.append(f"{file}: cannot be read ({error.strerror}).")
            return
        if self._is_filed(known) and all(source.is_same(read_as) for source in known):
            self._ended.append((str(file), read_as))
            return self._skip(len(known), stat.st_size)
        self._read(file, folder, known, read_as)

    def _is_filed(self, known: Sequence[Source]) -> bool:
        """Whether a file's articles are known, and in the collection that is asked for."""
        articles = [self._job.catalog.newest(source.article) for source in known]
        return bool(known) and all(one and self._collection in (None, one.collection) for one in articles)

    def _read(self, file: Path, folder: Path, known: Sequence[Source], read_as: ReadAs) -> None:
        numbers, failures = set(), len(self.report.failed)
        for record in read(file, folder=folder, max_mb=self._job.settings.max_article_mb, collection=self._collection):
            if record.article is None:
                self.report.failed.append(record.error or f"{file}: cannot be read.")
                continue
            numbers.add(record.number)
            source = Source(path=str(file), record=record.number, article=record.article.id)
            self._take(record.article, source, record.size)
        if len(self.report.failed) == failures:
            # Only a file that was read to its end, and whole, can say that it no longer holds a record.
            self._dropped += [(s.path, s.record) for s in known if s.record not in numbers]
            self._ended.append((str(file), read_as))

    def _take(self, article: Article, source: Source, size: int) -> None:
        """Queue an article for embedding, or note its source alone when the store has it as it is."""
        waiting = [prepared.article for prepared, _, _ in self._group]
        old = next((one for one in waiting if one.id == article.id), None) or self._job.catalog.newest(article.id)
        if old and replace(old, path=article.path) == article:
            with self._job.catalog.transaction():
                self._job.catalog.write_source(source)
            return self._skip(1, size)
        copied = any(one.text == article.text for one in waiting) or self._job.catalog.has_copy(article)
        kind = "updated" if old else "copies" if copied else "added"
        self._group.append((self._job.prepare(article, source), kind, size))
        if sum(len(prepared.chunks) for prepared, _, _ in self._group) >= EMBEDDED_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        """Write the group, and publish if the last publication is long ago."""
        self._job.write([prepared for prepared, _, _ in self._group])
        with self._job.catalog.transaction():
            for path, read_as in self._ended:
                self._job.catalog.end_source(path, read_as)
        self._ended.clear()
        for _, kind, size in self._group:
            setattr(self.report, kind, getattr(self.report, kind) + 1)
            self._step(1, size)
        self._group.clear()
        if time.monotonic() - self._published > PUBLISH_SECONDS:
            self.report.removed += self._job.publish(dropped=self._dropped)
            self._dropped, self._published = [], time.monotonic()

    def _skip(self, articles: int, size: int) -> None:
        self.report.unchanged += articles
        self._step(articles, size)

    def _step(self, articles: int, size: int) -> None:
        self._progress.articles += articles
        self._progress.done += size
        self._watch(self._progress)


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return 0  # its failure is reported when it is read


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return file_digest(opened, "sha256").hexdigest()


def _matching(catalog: Catalog, name: str, *, past: bool) -> list[str]:
    """Ids of the articles that a name means, tried as given and as a path. Raises StoreError when there is none."""
    ids = catalog.matching(name, past=past) or catalog.matching(str(Path(name).expanduser().resolve()), past=past)
    if not ids:
        raise StoreError(f"No article has the id, link, file or folder {name!r}. `python -m index list` shows them.")
    return ids


def _vanished(catalog: Catalog, folders: Sequence[Path], files: Collection[Path]) -> list[tuple[str, int]]:
    """The sources that were read from these folders and whose files are no longer there.

    Raises ReadError for a folder that is empty now and was not: a disk that is not mounted looks like that.
    """
    gone = []
    for folder in folders:
        known = [path for path in catalog.source_paths() if Path(path).is_relative_to(folder)]
        left = [path for path in known if Path(path) not in files]
        if known and len(left) == len(known):
            raise ReadError(
                f"{folder} holds none of the {len(known)} files that were read from it: is its disk mounted? If they "
                f"are meant to go, run `python -m index remove {folder}`."
            )
        gone += [(path, source.record) for path in left for source in catalog.sources_of(path)]
    return gone
