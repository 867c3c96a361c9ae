"""What a file says about an article → Article: names of fields, links, dates and identity. courlan only here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from urllib.parse import parse_qsl, urlencode, urlsplit

from index.dates import agree, guess, in_link, normalise
from index.errors import ReadError
from index.languages import language_of
from index.notices import corrected, ends_at_a_paywall, kind
from index.read_bytes import refuse_controls
from index.read_title import title_of
from index.schema import Article, digest

# Ours → theirs, in order of preference; compared without case, "_", "-" or spaces.
FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline"),
    "text": ("text", "body", "content"),
    "url": ("url", "link"),
    "outlet": ("outlet", "source", "publisher"),
    "author": ("author", "authors", "byline"),
    "published": ("published", "publishedat", "publishdate", "date"),
    "modified": ("modified", "updated"),
    "language": ("language", "lang"),
    "collection": ("collection",),
    "record": ("id", "guid"),
    "kind": ("kind", "genre", "type", "section"),
    "available_from": ("availablefrom", "embargo", "embargoed", "embargoeduntil"),
}
# Only names that are trackers everywhere: a parameter dropped too many makes one article of two.
_TRACKERS = re.compile(
    r"(?:utm|mtm|pk|at|ns|hsa|vero|oly|mkt)_\w+|(?:fb|g|dc|msclk|tw|y|ttc)?clid|[gw]braid|msclkid|igshid|igsh"
    r"|mc_[ce]id|_ga|_gl|_hs\w+|cmpid|ocid|smid|xtor|ref_(?:src|url)|__twitter_impression|guc\w+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What whoever adds files says of them.

    `collection` takes the place of the file's own; `outlet` and `published`, as `normalise` gives it, fill what is
    lacking; `fields` are further names of fields, ours → theirs.
    """

    collection: str | None = None
    outlet: str | None = None
    published: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


NOTHING_GIVEN = Given()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One article as a format found it: nothing is checked yet, and only the text is sure to be there.

    Dates are as `normalise` gives them; `also_dated` are what else is said of the day of publication, each with how it
    is known. `record` is the article's own id in its file.
    """

    text: str
    title: str | None = None
    url: str | None = None
    outlet: str | None = None
    author: str | None = None
    published: str | None = None
    published_from: str | None = None
    modified: str | None = None
    language: str | None = None
    collection: str | None = None
    record: str | None = None
    available_from: str | None = None
    partial: bool = False
    kind: str | None = None
    also_dated: tuple[tuple[str, str], ...] = ()


def draft_of(
    mapping: Mapping[object, object],
    *,
    published_from: str,
    text: str | None = None,
    names: Mapping[str, str] = NOTHING_GIVEN.fields,
) -> Draft:
    """The draft that named fields make; `text` is given where it is not a field. Raises ReadError without a text.

    `names` are looked for before the usual ones, ours → theirs.
    """
    there = {_bare(name): value for name, value in mapping.items()}
    wanted = {ours: ([_bare(names[ours])] if ours in names else []) + list(theirs) for ours, theirs in FIELDS.items()}
    found = {ours: [there[name] for name in theirs if name in there] for ours, theirs in wanted.items()}
    text = text if text is not None else first(map(_body, found["text"]))
    if text is None:
        raise ReadError("has no text; give it in a field named text, body or content.")
    published = first(map(normalise, found["published"]))
    told = {name: first(map(words, found[name])) for name in FIELDS}
    return Draft(
        text=text,
        title=told["title"],
        url=told["url"],
        outlet=told["outlet"],
        author=told["author"],
        published=published,
        published_from=published and published_from,
        modified=first(map(normalise, found["modified"])),
        language=told["language"],
        collection=told["collection"],
        record=told["record"],
        kind=kind(told["kind"]),
        available_from=first(map(normalise, found["available_from"])),
        partial=ends_at_a_paywall(text),
    )


def _bare(name: object) -> str:
    return re.sub(r"[\s_-]", "", str(name)).casefold()


def first(values: Iterable[str | None]) -> str | None:
    """The first of some values with something in it."""
    return next(filter(None, values), None)


def words(value: object) -> str | None:
    """A field's value as one line: an object by its name, a list joined with commas; None when it holds none."""
    parts = value if isinstance(value, list) else [value]
    named = [part.get("name") if isinstance(part, dict) else part for part in parts]
    plain = [str(part) for part in named if isinstance(part, str | int) and not isinstance(part, bool)]
    return ", ".join(" ".join(part.split()) for part in plain if part.strip()) or None


def article_of(draft: Draft, *, place: tuple[str, ...], path: str | None, given: Given = NOTHING_GIVEN) -> Article:
    """The article of a draft. `place` identifies one that has neither a link nor an id.

    Raises ReadError when the text is empty or cannot be stored.
    """
    if not draft.text.strip():
        raise ReadError("has no text; put the article's text in it, or leave it out.")
    refuse_controls(draft.text)
    published, published_from, doubt = _dated(draft, given)
    article = Article(
        id=_identity(draft, place),
        title=" ".join((draft.title or title_of(draft.text)).split()),
        text=draft.text,
        url=_link(draft.url),
        outlet=draft.outlet or given.outlet,
        author=draft.author,
        published=published,
        published_from=published_from,
        modified=draft.modified,
        language=language_of(draft.text, draft.language),
        collection=given.collection or draft.collection,
        path=path,
        partial=draft.partial,
        kind=draft.kind,
        available_from=draft.available_from,
        corrected=corrected(draft.text),
        doubt=doubt,
    )
    _refuse_surrogates(article)
    return article


def canonical_url(url: str) -> str | None:
    """The one form of a link that its variants share, or None when it is not an http or https link.

    Lower-case host, no default port, no trailing slash, no fragment (unless it is a route, "#!/…"), no tracking
    parameters, the others sorted.
    """
    from courlan import normalize_url

    try:
        url.encode()  # half a surrogate pair, which urllib would let through, is a ValueError
        parts = urlsplit(_link_text(url).replace("&amp;", "&"))
        host = parts.netloc.rpartition("@")[2]
        if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s\\<>]", host):
            return None
        path = re.sub(r"%[0-9a-fA-F]{2}", lambda match: match.group().upper(), parts.path.rstrip("/"))
        # courlan takes "gallery", "uid" or "source_id" for trackers, and empty values away: it sees no query.
        clean: str = normalize_url(parts._replace(netloc=host, path=path, query="", fragment=""))
    except ValueError:
        return None
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKERS.fullmatch(pair[0])]
    route = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""
    return clean + (f"?{urlencode(sorted(pairs))}" if pairs else "") + route


def is_of_an_article(canonical: str) -> bool:
    """Whether a canonical link leads further than to a home page, which many articles give as their own."""
    parts = urlsplit(canonical)
    return bool(parts.path.strip("/") or parts.query or parts.fragment)


def _dated(draft: Draft, given: Given) -> tuple[str | None, str | None, str | None]:
    """When an article was published, how that is known, and what contradicts it.

    Of what its source says the first counts, unless only others bear each other out; what nothing bears out against
    another is no more than a guess.
    """
    said = [
        *((draft.published_from or "", draft.published or ""), *draft.also_dated),
        ("url", in_link(draft.url or "") or ""),
    ]
    known = [(source, date) for source, date in said if date and source != "guess"]
    if not known:
        if given.published:
            return given.published, "given", None
        guessed = draft.published or guess(draft.text)
        return guessed, guessed and "guess", None
    borne_out = {one: sum(agree(one[1], other[1]) for other in known) - 1 for one in known}
    source, date = max(known, key=lambda one: bool(borne_out[one]))
    against = [f"{other} says {when}" for other, when in known if not agree(date, when)]
    is_known = borne_out[source, date] or not against
    return date, source if is_known else "guess", f"{source} says {date}, {', '.join(against)}" if against else None


def _identity(draft: Draft, place: tuple[str, ...]) -> str:
    canonical = canonical_url(draft.url) if draft.url else None
    if canonical and is_of_an_article(canonical):
        return digest("url", canonical)
    # A record's own id names it within its file: the ids of two exports, 1, 2, 3 …, are not the same articles.
    return digest("record", *place[:-1], draft.record) if draft.record else digest(*place)


def _link(url: str | None) -> str | None:
    return _link_text(url) if url and canonical_url(url) else None


def _link_text(url: str) -> str:
    # Browsers drop these, so "java\nscript:" must not get past a check that does not.
    return re.sub(r"[\x00-\x1f]", "", url).strip()


def _body(value: object) -> str | None:
    if isinstance(value, list):
        value = "\n\n".join(part for part in value if isinstance(part, str))
    return value if isinstance(value, str) and value.strip() else None


def _refuse_surrogates(article: Article) -> None:
    for name in ("text", *(one.name for one in fields(article))):
        if re.search("[\ud800-\udfff]", str(getattr(article, name))):
            raise ReadError(f"has half of a surrogate pair in its {name}, which is no character; export it again.")
