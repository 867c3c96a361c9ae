"""SQLite: articles with their versions, chunks, vectors and sources. The source of truth; all indexes are made from it.

An article row is `pending` (written, not yet searchable), `live` (what queries see), `superseded` (an older version) or
`removed`. Pending rows are written whole, with their chunks and vectors, in one transaction; `publish` turns them live
in one other. A query reads one snapshot, so it sees the state before or after a publication, never between.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, field, fields
from pathlib import Path

import numpy as np

from index import dates
from index.errors import StoreDamaged, StoreMismatch
from index.schema import Article, Chunk, digest
from index.vectors import Vectors

SCHEMA_VERSION = 3

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    row INTEGER PRIMARY KEY, state TEXT NOT NULL CHECK (state IN ('pending', 'live', 'superseded', 'removed')),
    id TEXT NOT NULL, version TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL, url TEXT, outlet TEXT,
    author TEXT, published TEXT, published_from TEXT, modified TEXT, language TEXT, collection TEXT, path TEXT,
    partial INTEGER NOT NULL DEFAULT 0, kind TEXT, corrected TEXT, available_from TEXT, doubt TEXT,
    first_day INTEGER, last_day INTEGER, indexed_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP, story INTEGER
);
CREATE UNIQUE INDEX one_live ON articles (id) WHERE state = 'live';
CREATE UNIQUE INDEX one_pending ON articles (id) WHERE state = 'pending';
CREATE INDEX versions ON articles (id);
CREATE TABLE chunks (
    article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE, seq INTEGER NOT NULL, id TEXT NOT NULL,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, occurrence INTEGER NOT NULL, vector TEXT NOT NULL,
    PRIMARY KEY (article, seq)
) WITHOUT ROWID;
CREATE INDEX chunk_ids ON chunks (id);
CREATE TABLE vectors (hash TEXT PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE sources (
    path TEXT NOT NULL, record INTEGER NOT NULL, article TEXT NOT NULL, size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL, reader_version INTEGER NOT NULL, PRIMARY KEY (path, record)
) WITHOUT ROWID;
CREATE INDEX source_articles ON sources (article);
"""
# What could not be read of a file, a line each; it is read again once one of the others is different.
_FAILED = """
CREATE TABLE failed (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, reader_version INTEGER NOT NULL,
    max_mb REAL NOT NULL, lines TEXT NOT NULL
) WITHOUT ROWID;
"""
# Articles that share a band may be copies (copies.py). An article's `story` is the row of the first one that told it,
# NULL for that one itself; rows are numbered upwards, so while a story has a row no other article gets its number.
_BANDS = """
CREATE TABLE bands (
    band INTEGER NOT NULL, article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE, PRIMARY KEY (band, article)
) WITHOUT ROWID;
CREATE INDEX article_bands ON bands (article);
"""
# What each schema added to the one before; the store counts as one of the newest once an upgrade has filled it.
_FROM = {
    "1": f"""
ALTER TABLE articles ADD COLUMN story INTEGER;
DROP INDEX same_words;
ALTER TABLE articles DROP COLUMN words;
{_BANDS}
""",
    "2": f"""
{_FAILED}
ALTER TABLE articles ADD COLUMN partial INTEGER NOT NULL DEFAULT 0;
ALTER TABLE articles ADD COLUMN kind TEXT;
ALTER TABLE articles ADD COLUMN corrected TEXT;
ALTER TABLE articles ADD COLUMN available_from TEXT;
ALTER TABLE articles ADD COLUMN doubt TEXT;
""",
}
_ADDED = {"1": "story", "2": "doubt"}  # a column of each, by which to tell that it is there
MOST_COMPARED = 50  # articles that share a band; a phrase that an outlet prints under everything brings up more
_ARTICLE_FIELDS = tuple(one.name for one in fields(Article))
_COLUMNS = ", ".join(f"a.{name}" for name in _ARTICLE_FIELDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadAs:
    """What a file was when it was read to its end; the defaults are of one that was not, and is read again."""

    size: int = -1
    mtime_ns: int = 0
    sha256: str = field(default="", compare=False)
    reader_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One record of one file, and the article that it held when it was last read."""

    path: str
    record: int
    article: str
    read_as: ReadAs = ReadAs()

    def is_same(self, now: ReadAs) -> bool:
        """Whether this reader has read the same bytes, to their end."""
        return (self.read_as.sha256, self.read_as.reader_version) == (now.sha256, now.reader_version)


@dataclass(frozen=True, slots=True)
class Printed:
    """A live article's row, id and facts, the first and last day on which it may have been printed, and its story.

    Days are yyyymmdd, and None where they are not known; copies have the same story. Until `available_from` it is
    hidden.
    """

    row: int
    id: str
    outlet: str | None
    author: str | None
    collection: str | None
    first: int | None
    last: int | None
    story: int
    available_from: str | None
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What built a store; another value of any field makes its vectors or rows unusable without `upgrade`."""

    model: str
    weights: str
    dimension: int
    chunker: int
    schema: int = SCHEMA_VERSION


class Catalog:
    """One connection to a store's catalog; used by one thread at a time, closed by its opener."""

    def __init__(self, path: Path, *, create: bool = False, upgrade: bool = False) -> None:
        """Open the catalog. Raises StoreDamaged when the file is not one, StoreMismatch when another schema made it.

        With `upgrade` an older schema is made ready to be filled as this one; until that is published it stays older.
        """
        self._path = path
        mode = "rwc" if create else "rw"
        try:
            self._db = sqlite3.connect(
                f"{path.as_uri()}?mode={mode}", uri=True, timeout=30, isolation_level=None, check_same_thread=False
            )
            self._db.execute("PRAGMA foreign_keys = ON")
            if create and not self.is_made():
                self._create()
            if upgrade and self.is_made():
                self._make_ready()
            elif self.is_made():
                self._check_schema()
        except sqlite3.DatabaseError as error:
            advice = (
                "It must be a Dateline catalog, in a folder that may be written: SQLite and Chroma keep files there."
            )
            raise StoreDamaged(f"The catalog {path} cannot be opened: {error}. {advice}") from error

    def close(self) -> None:
        self._db.close()

    def is_made(self) -> bool:
        """Whether the file holds a catalog; an empty one is that of a store whose first job has just begun."""
        return bool(self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0])

    def _create(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        meta = f"INSERT INTO meta VALUES ('schema', '{SCHEMA_VERSION}'), ('published', '0');"
        self._db.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} {_BANDS} {_FAILED} {meta} COMMIT;")

    def _make_ready(self) -> None:
        if self.meta("schema") not in _FROM:
            return self._check_schema()
        known = {str(column[1]) for column in self._db.execute("PRAGMA table_info(articles)")}
        for schema, statements in _FROM.items():
            if _ADDED[schema] not in known:
                self._db.executescript(f"BEGIN IMMEDIATE; {statements} COMMIT;")

    def _check_schema(self) -> None:
        found = self.meta("schema")
        if found in _FROM:
            raise StoreMismatch(
                f"The store {self._path.parent} was made by an earlier Dateline, with schema {found}, and this one "
                f"knows schema {SCHEMA_VERSION}. `python -m index upgrade` brings it up to date without embedding."
            )
        if found is not None and found != str(SCHEMA_VERSION):
            raise StoreMismatch(
                f"The store {self._path.parent} has schema {found}, and this Dateline knows schema {SCHEMA_VERSION} "
                "alone. Use the Dateline that made it, or add the articles to a new store."
            )

    @contextmanager
    def transaction(self, kind: str = "IMMEDIATE") -> Iterator[None]:
        """One write transaction, or with "DEFERRED" one read snapshot from its first statement on."""
        self._db.execute(f"BEGIN {kind}")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    # What the store is

    def meta(self, key: str) -> str | None:
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def set_meta(self, key: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, value))

    @property
    def published(self) -> int:
        """The number of the published folder; 0 before the first."""
        return int(self.meta("published") or 0)

    def built(self) -> Built | None:
        """What built this store, or None before the first job."""
        model = self.meta("model")
        if model is None:
            return None
        return Built(
            model=model,
            weights=self.meta("weights") or "",
            dimension=int(self.meta("dimension") or 0),
            chunker=int(self.meta("chunker") or 0),
            schema=int(self.meta("schema") or 0),
        )

    def set_built(self, built: Built) -> None:
        for one in fields(Built):
            self.set_meta(one.name, str(getattr(built, one.name)))

    def fingerprint(self) -> str:
        """A hash of what is searched: what built the store, and the id and version of every live article."""
        rows = self._db.execute("SELECT id, version FROM articles WHERE state = 'live' ORDER BY id")
        return digest(str(self.built()), *(f"{id} {version}" for id, version in rows))

    # Articles

    def articles(self, state: str = "live") -> Iterator[Article]:
        """The articles of a state, newest publication first, undated last."""
        query = f"SELECT {_COLUMNS} FROM articles a WHERE state = ? ORDER BY last_day IS NULL, last_day DESC, title"
        for row in self._db.execute(query, (state,)):
            yield _article(row)

    def article(self, id: str, state: str = "live") -> Article | None:
        row = self._db.execute(f"SELECT {_COLUMNS} FROM articles a WHERE id = ? AND state = ?", (id, state)).fetchone()
        return None if row is None else _article(row)

    def newest(self, id: str) -> Article | None:
        """The article as the store will have it once everything pending is published."""
        return self.article(id, "pending") or self.article(id)

    def count(self, state: str = "live") -> int:
        return int(self._db.execute("SELECT count(*) FROM articles WHERE state = ?", (state,)).fetchone()[0])

    def count_chunks(self) -> int:
        query = "SELECT count(*) FROM chunks JOIN articles a ON a.row = chunks.article WHERE state = 'live'"
        return int(self._db.execute(query).fetchone()[0])

    def filed(self, path: str) -> list[tuple[str | None, str | None, str | None]]:
        """Collection, outlet and date of the newest version of each article that a file holds."""
        return self._db.execute(_FILED, (path,)).fetchall()

    def matching(self, wanted: str, *, past: bool = False) -> list[str]:
        """Ids of the articles that an id, its first 6 or more characters, or a link names.

        Live articles only, or with `past` also those that were removed.
        """
        return [str(row[0]) for row in self._db.execute(_MATCHING, {"wanted": wanted, "past": past})]

    def sources_at(self, path: str) -> list[tuple[str, int]]:
        """The (path, record) of every source that a file is, or that a folder holds."""
        query = (
            "SELECT path, record FROM sources WHERE path = :path OR substr(path, 1, length(:path) + 1) = :path || '/'"
        )
        return [(str(path), int(record)) for path, record in self._db.execute(query, {"path": path})]

    def read_from(self, path: str, *, past: bool = False) -> list[str]:
        """Ids of the articles that have such a source, or with `past` of those that have none and were read there."""
        return [str(row[0]) for row in self._db.execute(_READ_FROM, {"path": path, "past": past})]

    # Pending work

    def sharing(self, bands: Sequence[int], id: str) -> list[tuple[int, str]]:
        """The story and text of the articles that share the most bands, in their newest versions, without this id's.

        At most MOST_COMPARED. During an upgrade only of what it has written, so that stories are found anew.
        """
        marks = ", ".join("?" * len(bands))
        query = _SHARING.format(marks=marks)
        return [(int(row[0]), str(row[1])) for row in self._db.execute(query, [*bands, id, MOST_COMPARED])]

    def write_pending(
        self,
        article: Article,
        chunks: Sequence[Chunk],
        hashes: Sequence[str],
        source: Source | None,
        *,
        bands: Sequence[int] = (),
        story: int | None = None,
    ) -> None:
        """Write an article as pending, whole, replacing an earlier pending one; its vectors must be there already.

        `story` is that of the article that it is a copy of, None where it is alone.
        """
        self._db.execute("DELETE FROM articles WHERE id = ? AND state = 'pending'", (article.id,))
        first, last = dates.days(article.dated) if article.dated else (None, None)
        values = [getattr(article, name) for name in _ARTICLE_FIELDS] + [first, last, story]
        marks = ", ".join("?" * len(values))
        row = self._db.execute(
            f"INSERT INTO articles ({', '.join(_ARTICLE_FIELDS)}, first_day, last_day, story, state) "
            f"VALUES ({marks}, 'pending')",
            values,
        ).lastrowid
        self._db.executemany(
            "INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (row, seq, chunk.id, chunk.start, chunk.end, chunk.occurrence, hash)
                for seq, (chunk, hash) in enumerate(zip(chunks, hashes, strict=True))
            ],
        )
        self._db.executemany("INSERT INTO bands VALUES (?, ?)", [(band, row) for band in bands])
        if source:
            self.write_source(source)

    def missing_vectors(self, hashes: Iterable[str]) -> list[str]:
        """Those of the hashes that no vector is kept for, each once, in order."""
        known = "SELECT 1 FROM vectors WHERE hash = ?"
        return [hash for hash in dict.fromkeys(hashes) if self._db.execute(known, (hash,)).fetchone() is None]

    def write_vectors(self, hashes: Sequence[str], vectors: Vectors) -> None:
        rows = [(hash, vector.tobytes()) for hash, vector in zip(hashes, vectors.astype(np.float32), strict=True)]
        self._db.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    # Sources

    def sources_of(self, path: str) -> list[Source]:
        """A file's sources, by record number."""
        return [
            Source(
                path=path,
                record=record,
                article=article,
                read_as=ReadAs(size=size, mtime_ns=mtime_ns, sha256=sha256, reader_version=reader_version),
            )
            for record, article, size, mtime_ns, sha256, reader_version in self._db.execute(_SOURCES_OF, (path,))
        ]

    def source_paths(self) -> list[str]:
        return [str(row[0]) for row in self._db.execute("SELECT DISTINCT path FROM sources ORDER BY path")]

    def source_keys(self, article: str) -> list[tuple[str, int]]:
        """The (path, record) of every source of an article."""
        query = "SELECT path, record FROM sources WHERE article = ?"
        return [(str(path), int(record)) for path, record in self._db.execute(query, (article,))]

    def write_source(self, source: Source) -> None:
        values = (source.path, source.record, source.article, *astuple(source.read_as))
        self._db.execute("INSERT OR REPLACE INTO sources VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def write_file(self, path: str, sources: Sequence[Source]) -> None:
        """Make these the sources of a file that was read to its end; an article without any other then leaves."""
        self._db.execute("DELETE FROM sources WHERE path = ?", (path,))
        for source in sources:
            self.write_source(source)

    def failures(self, path: str, read_as: ReadAs, max_mb: float) -> list[str]:
        """What could not be read of a file, if it is as it was then and would be read as it was; else nothing."""
        query = "SELECT lines FROM failed WHERE (path, size, mtime_ns, reader_version, max_mb) = (?, ?, ?, ?, ?)"
        given = (path, read_as.size, read_as.mtime_ns, read_as.reader_version, max_mb)
        row = self._db.execute(query, given).fetchone()
        return str(row[0]).split("\n") if row else []

    def write_failures(self, path: str, read_as: ReadAs, max_mb: float, lines: Sequence[str]) -> None:
        """Keep what could not be read of a file, or that there is nothing any more."""
        self._db.execute("DELETE FROM failed WHERE path = ?", (path,))
        if lines:
            values = (path, read_as.size, read_as.mtime_ns, read_as.reader_version, max_mb, "\n".join(lines))
            self._db.execute("INSERT INTO failed VALUES (?, ?, ?, ?, ?, ?)", values)

    def forget_failures(self, folder: Path, there: Collection[Path]) -> None:
        """Drop what is kept of the files of a folder that are not there any more."""
        known = [str(row[0]) for row in self._db.execute("SELECT path FROM failed")]
        gone = [(path,) for path in known if Path(path).is_relative_to(folder) and Path(path) not in there]
        self._db.executemany("DELETE FROM failed WHERE path = ?", gone)

    # Publication

    def stage(self, dropped: Iterable[tuple[str, int]]) -> bool:
        """Work out what the next publication changes, if the (path, record) sources in `dropped` go; says if any does.

        The connection's temporary tables `gone` (those sources) and `leaving` (article rows that stop being live) hold
        it until `publish` or the next `stage`.
        """
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS gone (path TEXT, record INTEGER, PRIMARY KEY (path, record))")
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS leaving (row INTEGER PRIMARY KEY)")
        self._db.execute("DELETE FROM gone")
        self._db.execute("DELETE FROM leaving")
        self._db.executemany("INSERT OR IGNORE INTO gone VALUES (?, ?)", list(dropped))
        self._db.execute(_LEAVING)
        return bool(self._db.execute(_ANY_CHANGE).fetchone()[0])

    def count_leaving(self) -> int:
        """How many staged articles leave without a newer version of them."""
        query = """
            SELECT count(*) FROM leaving JOIN articles USING (row)
            WHERE id NOT IN (SELECT id FROM articles WHERE state = 'pending')
        """
        return int(self._db.execute(query).fetchone()[0])

    def ids_to_delete(self) -> list[str]:
        """Ids of chunks that are live and will not be."""
        return [str(row[0]) for row in self._db.execute(_IDS_TO_DELETE)]

    def next_chunks(self, *, only_new: bool) -> Iterator[tuple[Chunk, Vectors]]:
        """The chunks that will be live after the staged publication, or only those new or moved by it, with vectors."""
        states = "('pending')" if only_new else "('pending', 'live')"
        where = f"a.state IN {states} AND a.row NOT IN (SELECT row FROM leaving)"
        return ((chunk, vector) for chunk, _, vector in self._chunks(where))

    def publish(self, number: int, *, built: Built | None = None, forget: Sequence[str] = ()) -> None:
        """Make folder `number` and everything staged current, in one transaction.

        `built` is what an upgrade changes it to. Of the articles in `forget` no row is kept that is not live; their
        bytes are in the file until `vacuum`, and the store is marked for it.
        """
        with self.transaction():
            self._db.execute("DELETE FROM sources WHERE (path, record) IN (SELECT path, record FROM gone)")
            # The file that an article was read from has gone, another still holds it: read that one again.
            self._db.execute(_REREAD)
            self._db.execute(_MOVE)
            # A row with the words of its successor is not an older version, only older facts about it.
            self._db.execute(_DELETE_SAME_VERSION)
            self._db.execute("DELETE FROM bands WHERE article IN (SELECT row FROM leaving)")
            self._db.execute(_SUPERSEDE)
            self._db.execute("UPDATE articles SET state = 'live' WHERE state = 'pending'")
            self.set_meta("published", str(number))
            if built:
                self.set_built(built)
            if forget:
                self._forget(forget)
            self._db.execute("DELETE FROM meta WHERE key = 'upgrading'")

    def discard_upgrade(self) -> None:
        """Drop what an upgrade that died had written; its vectors stay and are found again by their hash."""
        self._db.execute("DELETE FROM articles WHERE state = 'pending'")
        self._db.execute("DELETE FROM meta WHERE key = 'upgrading'")

    def _forget(self, ids: Sequence[str]) -> None:
        self._db.executemany("DELETE FROM articles WHERE id = ? AND state != 'live'", [(id,) for id in ids])
        self._db.executemany("DELETE FROM sources WHERE article = ?", [(id,) for id in ids])
        self.drop_unused_vectors()
        self.set_meta("erasing", "1")

    def drop_unused_vectors(self) -> None:
        self._db.execute("DELETE FROM vectors WHERE hash NOT IN (SELECT vector FROM chunks)")

    def vacuum(self) -> bool:
        """Rewrite the file, so that nothing deleted stays in free pages or in the write-ahead log.

        Says whether that is done; a reader with an open snapshot keeps the log. Until it is, the store is marked.
        """
        self._db.execute("VACUUM")
        busy = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if not busy:
            self._db.execute("DELETE FROM meta WHERE key = 'erasing'")
        return not busy

    # Search

    def chunk_rows(self, ids: Sequence[str]) -> dict[str, Chunk]:
        """The live chunks among the ids; the others are left out."""
        found: dict[str, Chunk] = {}
        articles: dict[int, Article] = {}
        for id in ids:
            row = self._db.execute(_LIVE_CHUNK, (id,)).fetchone()
            if row is None:
                continue
            if row[0] not in articles:
                articles[row[0]] = self.article_at(row[0])
            found[id] = Chunk(article=articles[row[0]], start=row[1], end=row[2], occurrence=row[3])
        return found

    def printed(self) -> Iterator[Printed]:
        """Who printed each live article, and when, by row."""
        columns = (
            "row, id, outlet, author, collection, first_day, last_day, ifnull(story, row), available_from, language"
        )
        query = f"SELECT {columns} FROM articles WHERE state = 'live' ORDER BY row"
        return (Printed(*row) for row in self._db.execute(query))

    def chunk_list(self, *, staged: bool = False) -> list[tuple[str, int, str]]:
        """Id, article row and hash of the vector of every live chunk, article by article.

        With `staged`, of every one that will be live after the staged publication; the order is the same then.
        """
        return self._db.execute(_CHUNK_LIST.format(live=_WILL_BE_LIVE if staged else _IS_LIVE)).fetchall()

    def vectors(self, hashes: Sequence[str]) -> Vectors:
        """The vectors of these hashes, of shape (hashes, dimension); of one that is lost all numbers are 0."""
        query = "SELECT vector FROM vectors WHERE hash = ?"
        rows = [self._db.execute(query, (hash,)).fetchone() for hash in hashes]
        # Of what an upgrade writes, the dimension is not yet the store's.
        size = next((len(row[0]) for row in rows if row), 4 * int(self.meta("dimension") or 0))
        data = b"".join(row[0] if row else bytes(size) for row in rows)
        return np.frombuffer(data, dtype=np.float32).reshape(len(rows), size // 4)

    # Checking

    def live_chunks(self) -> Iterator[tuple[Chunk, str, Vectors]]:
        """Every live chunk, article by article, with the id that it is kept under and its vector."""
        return self._chunks("a.state = 'live'")

    def _chunks(self, where: str) -> Iterator[tuple[Chunk, str, Vectors]]:
        # The text is fetched once an article, not once a chunk: a long article has thousands.
        row, article = -1, None
        for found, start, end, occurrence, id, vector in self._db.execute(_SPANS.format(where=where)):
            if found != row or article is None:
                row, article = found, self.article_at(found)
            chunk = Chunk(article=article, start=start, end=end, occurrence=occurrence)
            yield chunk, str(id), np.frombuffer(vector, dtype=np.float32)

    def article_at(self, row: int) -> Article:
        """The article of a row that there is."""
        return _article(self._db.execute(f"SELECT {_COLUMNS} FROM articles a WHERE row = ?", (row,)).fetchone())

    def without_vectors(self) -> list[tuple[str, str]]:
        """Id and title of the live articles that have a chunk whose vector is not kept."""
        query = f"SELECT DISTINCT a.id, a.title FROM {_CHUNKS} WHERE c.vector NOT IN (SELECT hash FROM vectors)"
        return [(str(id), str(title)) for id, title in self._db.execute(f"{query} AND a.state = 'live'")]

    def integrity(self) -> str:
        """SQLite's own verdict on the file: "ok", or what is wrong."""
        return str(self._db.execute("PRAGMA integrity_check").fetchone()[0])


_SOURCES_OF = """
    SELECT record, article, size, mtime_ns, sha256, reader_version FROM sources WHERE path = ? ORDER BY record
"""
_FILED = """
    SELECT collection, outlet, published FROM (
        SELECT s.record, a.collection, a.outlet, a.published, max(a.state = 'pending')
        FROM sources s JOIN articles a ON a.id = s.article AND a.state IN ('pending', 'live')
        WHERE s.path = ? GROUP BY s.record
    )
"""
_SHARING = """
    SELECT ifnull(a.story, a.row), a.text
    FROM (SELECT article, count(*) AS shared FROM bands WHERE band IN ({marks}) GROUP BY article)
    JOIN articles a ON a.row = article
    WHERE a.id != ? AND (
        a.state = 'pending' OR (
            a.state = 'live' AND NOT EXISTS (SELECT 1 FROM articles n WHERE n.id = a.id AND n.state = 'pending')
            AND NOT EXISTS (SELECT 1 FROM meta WHERE key = 'upgrading')
        )
    )
    ORDER BY shared DESC, a.row LIMIT ?
"""
_CHUNKS = "chunks c JOIN articles a ON a.row = c.article"
_CHUNK_LIST = "SELECT id, article, vector FROM chunks WHERE article IN ({live}) ORDER BY article, seq"
# By the index of what is live: the articles themselves are long.
_IS_LIVE = "SELECT row FROM articles INDEXED BY one_live WHERE state = 'live'"
_WILL_BE_LIVE = f"""
    SELECT row FROM articles INDEXED BY one_pending WHERE state = 'pending'
    UNION ALL SELECT row FROM ({_IS_LIVE}) WHERE row NOT IN (SELECT row FROM leaving)
"""
# An article leaves when a pending row replaces it, or when its last source is gone.
_LEAVING = """
    INSERT INTO leaving
    SELECT row FROM articles WHERE state = 'live' AND (
        id IN (SELECT id FROM articles WHERE state = 'pending')
        OR NOT EXISTS (
            SELECT 1 FROM sources s WHERE s.article = articles.id
            AND NOT EXISTS (SELECT 1 FROM gone g WHERE g.path = s.path AND g.record = s.record)
        )
    )
"""
_ANY_CHANGE = """
    SELECT EXISTS (SELECT 1 FROM leaving) OR EXISTS (SELECT 1 FROM articles WHERE state = 'pending')
        OR EXISTS (SELECT 1 FROM gone)
"""
_MATCHING = """
    SELECT DISTINCT id FROM articles WHERE (state = 'live' OR :past) AND (
        id = :wanted OR (length(:wanted) >= 6 AND substr(id, 1, length(:wanted)) = :wanted) OR url = :wanted
    )
"""
_READ_FROM = """
    SELECT article FROM sources WHERE path = :path OR substr(path, 1, length(:path) + 1) = :path || '/'
    UNION
    SELECT id FROM articles WHERE :past AND state != 'live' AND id NOT IN (SELECT article FROM sources)
    AND (path = :path OR substr(path, 1, length(:path) + 1) = :path || '/')
"""
_IDS_TO_DELETE = """
    SELECT id FROM chunks WHERE article IN (SELECT row FROM leaving) EXCEPT
    SELECT c.id FROM chunks c JOIN articles a ON a.row = c.article WHERE a.state = 'pending'
"""
_SPANS = """
    SELECT a.row, c.start, c."end", c.occurrence, c.id, v.vector FROM chunks c
    JOIN articles a ON a.row = c.article JOIN vectors v ON v.hash = c.vector WHERE {where} ORDER BY a.row, c.seq
"""
_MOVED = """
    SELECT id FROM articles a WHERE state = 'live' AND path IS NOT NULL
    AND EXISTS (SELECT 1 FROM sources s WHERE s.article = a.id AND s.path NOT LIKE 'pasted:%')
    AND NOT EXISTS (SELECT 1 FROM sources s WHERE s.article = a.id AND s.path = a.path)
"""
_REREAD = f"UPDATE sources SET size = -1, sha256 = '' WHERE article IN ({_MOVED})"
_MOVE = f"""
    UPDATE articles SET path = (SELECT min(s.path) FROM sources s WHERE s.article = articles.id)
    WHERE state = 'live' AND id IN ({_MOVED})
"""
_DELETE_SAME_VERSION = """
    DELETE FROM articles WHERE state != 'pending' AND (id, version) IN (
        SELECT id, version FROM articles WHERE state = 'pending'
    )
"""
_SUPERSEDE = """
    UPDATE articles SET state = iif(id IN (SELECT id FROM articles WHERE state = 'pending'), 'superseded', 'removed')
    WHERE row IN (SELECT row FROM leaving)
"""
_LIVE_CHUNK = """
    SELECT c.article, c.start, c."end", c.occurrence FROM chunks c JOIN articles a ON a.row = c.article
    WHERE c.id = ? AND a.state = 'live'
"""


def _article(row: Sequence[object]) -> Article:
    facts = dict(zip(_ARTICLE_FIELDS, row, strict=False))
    return Article(**facts | {"partial": bool(facts["partial"])})  # type: ignore[arg-type]
