"""The one writer: add, sync, remove, rebuild, upgrade. Each is a job that ends in the same flip.

A job that dies loses nothing it had finished: the next one publishes what was written whole, and finds every finished
vector again by its hash.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

from index.adding import Adding, Progress, Report, Watch
from index.catalog import Catalog
from index.embed import Encoder
from index.errors import ReadError, StoreError, StoreMismatch
from index.job import Job, job
from index.languages import language_of
from index.publish import Step
from index.read import canonical_url, walk
from index.read_fields import NOTHING_GIVEN, Given
from index.read_source import Record
from index.schema import Article, digest
from index.settings import Settings
from index.store import Store


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

    def add(self, paths: Sequence[Path], *, given: Given = NOTHING_GIVEN, prune: bool = False) -> Report:
        """Read files and folders into the store, and publish; `given` is what is known of all of them.

        Files whose size and time are as they were are not read. With `prune` (sync), articles whose files have gone
        from these folders go too. Ctrl-C publishes what is done and is reported, not raised. Raises ReadError when a
        path cannot be read at all, and StoreError.
        """
        paths = [path.expanduser().resolve() for path in paths]
        found = [walk(path) for path in paths]
        # A store that lies inside of the archive is no part of it.
        own = self._settings.store
        files = {file: folder for one in found for file, folder in one.files if not file.is_relative_to(own)}
        with self._job() as job:
            adding = Adding(job, self._watch, given)
            for one in found:
                adding.report.left_out.update(one.left_out)
            gone = _vanished(job.catalog, paths, files) if prune else []
            for path in paths if prune else ():
                job.catalog.forget_failures(path, files)
            adding.add_files(files)
            adding.finish([] if adding.report.interrupted else gone)
        return adding.report

    def add_articles(self, articles: Sequence[Article]) -> Report:
        """Add articles that come from no file that stays, such as text pasted or files uploaded into the page."""
        with self._job() as job:
            adding = Adding(job, self._watch)
            adding.add_articles(articles)
            adding.finish([])
        return adding.report

    def add_records(self, records: Iterable[Record]) -> Report:
        """Add what comes from standard input or from links, as `index.incoming` reads it."""
        with self._job() as job:
            adding = Adding(job, self._watch)
            adding.add_records(records)
            adding.finish([])
        return adding.report

    def remove(self, names: Sequence[str], *, forget: bool = False) -> list[Article]:
        """Take articles out by id, link, file or folder; with `forget` erase every trace of them from the store.

        An article that another file holds as well stays when a file or folder is removed, and goes when it is
        forgotten. Returns those that went. Raises StoreError when a name matches nothing or is not clear, before
        anything is removed, and after an erasure when a running query still holds an old folder.
        """
        with self._job(create=False) as job:
            named = [_named(job.catalog, name, past=forget) for name in names]
            ids = list(dict.fromkeys(id for one, _ in named for id in one))
            articles = [article for id in ids if (article := job.catalog.article(id))]
            dropped = [key for _, keys in named for key in keys]
            marks = [*ids, *(article.url for article in articles if article.url)]
            if forget:
                dropped = [key for id in ids for key in job.catalog.source_keys(id)]
                # First, since after a crash nobody would know these names; and again, for what came in the meantime.
                job.store.forget_mentions(marks)
            job.publish(dropped=dropped, fresh=forget, forget=ids if forget else ())
            if forget:
                job.store.forget_mentions(marks)
            if forget and not job.erase():
                raise StoreError(
                    f"The articles cannot be found any more, but a running query still holds old files of "
                    f"{job.store.path}. The next job erases those too."
                )
            return [article for article in articles if not job.catalog.article(article.id)]

    def rebuild(self) -> int:
        """Make both indexes anew from the catalog, without embedding; returns the number of chunks."""
        with self._job(create=False) as job:
            with job.catalog.transaction():
                job.catalog.drop_unused_vectors()
            job.publish(fresh=True)
            return job.catalog.count_chunks()

    def upgrade(self, *, embed: bool = False) -> int:
        """Cut every article anew from its stored text, and with `embed` use the model that the settings name.

        Returns the number of articles. Interrupted it changes nothing, and when run again finds the vectors it made.
        Raises StoreMismatch when the settings name another model and `embed` is not given.
        """
        with self._job(create=False, expect=False) as job:
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
                job.write([job.prepare(replace(article, language=language_of(article.text, article.language)))])
            job.publish(fresh=True)
            return job.catalog.count()

    def after_upgrade(self, add: Callable[[], Report]) -> Report:
        """What `add` adds, upgrading the store first where an earlier Dateline made it; for stores of our own."""
        try:
            return add()
        except StoreMismatch:
            self.upgrade()
            return add()

    def _job(self, *, create: bool = True, expect: bool = True) -> AbstractContextManager[Job]:
        """A job; raises StoreError where there must be a store and is none."""
        store = Store(self._settings.store)
        if not create and not store.catalog.is_file():
            raise StoreError(f"There is no store at {store.path}; `python -m index add PATH` makes one.")
        return job(self._settings, self._encoder, self._at, expect=expect)


def _named(catalog: Catalog, name: str, *, past: bool) -> tuple[list[str], list[tuple[str, int]]]:
    """The ids of the articles that a name means, and the sources to drop for them.

    Raises StoreError when it means none, or when it begins the ids of several.
    """
    if not name.strip():
        raise StoreError("An empty name means no article; `python -m index list` shows them.")
    ids = catalog.matching(name, past=past) or catalog.matching(digest("url", canonical_url(name) or ""), past=past)
    if len(ids) > 1 and not any(name in (id, _url(catalog, id)) for id in ids):
        raise StoreError(f"{name!r} begins the ids of {len(ids)} articles: {', '.join(ids)}. Give more of one.")
    if ids:
        return ids, [key for id in ids for key in catalog.source_keys(id)]
    path = str(Path(name).expanduser().resolve())
    ids, keys = catalog.read_from(path, past=past), catalog.sources_at(path)
    if not ids:
        raise StoreError(f"No article has the id, link, file or folder {name!r}. `python -m index list` shows them.")
    return ids, keys


def _url(catalog: Catalog, id: str) -> str | None:
    article = catalog.article(id)
    return article.url if article else None


def _vanished(catalog: Catalog, folders: Sequence[Path], files: Collection[Path]) -> list[tuple[str, int]]:
    """The sources that were read from these folders and whose files are no longer there.

    Raises ReadError for a folder that holds no article now and did: a disk that is not mounted looks like that.
    """
    gone = []
    for folder in folders:
        known = [path for path in catalog.source_paths() if Path(path).is_relative_to(folder)]
        if known and not any(file.is_relative_to(folder) for file in files):
            raise ReadError(
                f"{folder} is empty, and {len(known)} files were read from it: is its disk mounted? If they are "
                f"meant to go, run `python -m index remove {folder}`."
            )
        left = [path for path in known if Path(path) not in files]
        gone += [(path, source.record) for path in left for source in catalog.sources_of(path)]
    return gone
