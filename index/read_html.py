"""Web pages → drafts: JSON-LD first, then meta tags, then <time>. trafilatura and lxml are imported here only."""

from __future__ import annotations

import re
import warnings
from collections import Counter
from html import unescape
from typing import Any

from index.dates import normalise
from index.errors import ReadError
from index.notices import is_stub, kind
from index.read_bytes import decode
from index.read_fields import Draft, canonical_url, first, is_of_an_article, words
from index.read_jsonld import json_ld

_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,100}encoding=[\"']([\w.:-]+)", re.I
)
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)(?:=\s*+(?:\"[^\"]*\"|'[^']*')|[^>])*+>")
_RAW = ("script", "style", "textarea", "title")
_BESIDE = re.compile(r"related|comment|recommend|sidebar|teaser|most-read|footer|newsletter", re.IGNORECASE)
_BLOCKS = ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "blockquote", "tr", "pre", "figure", "figcaption")
_MUST_END = ("div", "article", "main", "section")

_TITLE = ("og:title",)
_URL = ("og:url",)
_OUTLET = ("og:site_name", "dc.publisher", "publisher")
_AUTHOR = ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author", "citation_author", "byl")
_PUBLISHED = (
    *("article:published_time", "og:article:published_time", "og:published_time", "datepublished", "date", "dc.date"),
    *("dc.date.issued", "dcterms.date", "dcterms.issued", "dcterms.created", "pubdate", "publishdate", "publish-date"),
    *("publish_date", "published_time", "published-date", "parsely-pub-date", "sailthru.date", "citation_date"),
    *("citation_publication_date", "article.published", "cxenseparse:recs:publishtime"),
)
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "last-modified", "lastmod")


def html(data: bytes) -> Draft:
    """The draft of a web page. Raises ReadError when it is cut off or holds no article."""
    page = decode(data, _declared_charset(data))
    if inside := _cut_off(page):
        raise ReadError(f"is cut off (it ends {inside}); download it again.")
    tree = _tree(page)
    text = _article_text(page, tree)
    node, meta = json_ld(tree), _meta(tree)
    dated = _dated(node, meta, tree)
    return Draft(
        text=text,
        title=_unescaped(words(node.get("headline"))) or _tagged(meta, _TITLE) or _heading(tree),
        url=_url(node, meta, tree),
        outlet=_unescaped(words(node.get("publisher"))) or _tagged(meta, _OUTLET),
        author=_unescaped(words(node.get("author"))) or _author(meta),
        published=dated[0][1] if dated else None,
        published_from=dated[0][0] if dated else None,
        also_dated=tuple(dated[1:]),
        modified=normalise(node.get("dateModified")) or first(normalise(meta.get(name)) for name in _MODIFIED),
        language=words(node.get("inLanguage")) or tree.get("lang") or tree.get("xml:lang") or None,
        kind=kind(
            *_types(node), words(node.get("genre")), words(node.get("articleSection")), meta.get("article:section")
        ),
        partial=is_stub(text, node.get("isAccessibleForFree")),
    )


def text_of(fragment: str) -> str:
    """The text of a piece of HTML, a block a paragraph: of a feed's entry, or of a mail."""
    from lxml import etree
    from lxml import html as parser

    if not fragment.strip():
        return ""
    try:
        tree = parser.fragment_fromstring(fragment, create_parent="div")
    except (etree.LxmlError, ValueError) as error:
        raise ReadError(f"cannot be read as HTML ({error}); save the article's text as .txt.") from None
    for tag in [*tree.iter("script", "style", "head")]:
        tag.drop_tree()
    for tag in tree.iter(*_BLOCKS):
        tag.tail = f"\n{tag.tail or ''}"
        tag.text = f"\n{tag.text or ''}"
    lines = (" ".join(line.split()) for line in tree.text_content().split("\n"))
    return "\n\n".join(filter(None, lines))


def _declared_charset(data: bytes) -> str | None:
    match = _CHARSET.search(data[:4096])
    return (match[1] or match[2]).decode("ascii", "ignore") if match else None


def _cut_off(page: str) -> str | None:
    """Where the page breaks off, if it does: browsers mend such a page, and would show half an article as whole."""
    left_open: Counter[str] = Counter()
    at, body_ended = 0, False
    while (at := page.find("<", at)) >= 0:
        tag = None if page.startswith("<!--", at) else _TAG.match(page, at)
        end, inside = _past(page, tag) if tag else _past_other(page, at)
        if end < 0:
            return inside
        at = end + 1
        name, closing = (tag[2].lower(), tag[1] == "/") if tag else ("", False)
        if closing and name == "html":
            return None
        body_ended = body_ended or (closing and name == "body")
        if name in _MUST_END:
            left_open[name] = max(0, left_open[name] + (-1 if closing else 1))
    return None if body_ended else next((f"with <{name}> open" for name, count in left_open.items() if count), None)


def _past(page: str, tag: re.Match[str]) -> tuple[int, str]:
    """The last position of a tag and, after <script> and its like, of what must not be read as tags."""
    name = tag[2].lower()
    if tag[1] or name not in _RAW or tag[0].endswith("/>"):
        return tag.end() - 1, ""
    end = re.compile(f"</{name}", re.IGNORECASE).search(page, tag.end())
    return (end.start() - 1 if end else -1), f"inside <{name}>"


def _past_other(page: str, at: int) -> tuple[int, str]:
    """The last position of what begins with "<" and is not a tag: a comment, a doctype, half a tag, or just a "<"."""
    if page.startswith("<!--", at):
        end = page.find("-->", at + 2)
        return (end + 2 if end >= 0 else -1), "inside a comment"
    if page[at + 1 : at + 2] in ("!", "?", "/"):
        return page.find(">", at), "inside a tag"
    half = at + 1 == len(page) or (page[at + 1].isascii() and page[at + 1].isalpha())
    return (-1 if half else at), "inside a tag"


def _tree(page: str) -> Any:
    from lxml import etree
    from lxml import html as parser

    try:
        # As bytes, because lxml refuses a string that declares an encoding.
        return parser.document_fromstring(page.encode(), parser=parser.HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError) as error:
        raise ReadError(f"cannot be read as HTML ({error}); save the article's text as .txt.") from None


def _article_text(page: str, tree: Any) -> str:
    trafilatura = _trafilatura()
    try:
        text: str = trafilatura.extract(page, include_comments=False, include_tables=True) or ""
    except Exception as error:  # pages are wild, and one that breaks trafilatura must not end a job
        raise ReadError(f"cannot be read as an article ({error!r}); save its text as .txt.") from None
    links = {" ".join(link.text_content().split()) for link in tree.iter("a")}
    # A front page gives trafilatura nothing but its links.
    if all(line.strip(" -") in links for line in text.splitlines() if line.strip(" -")):
        raise ReadError("holds no article text that could be found; save the article's own page, or its text as .txt.")
    return text


def _meta(tree: Any) -> dict[str, str]:
    """The page's meta tags: property, name or itemprop, in lower case → the first content that is not empty."""
    found: dict[str, str] = {}
    for tag in tree.iter("meta"):
        content = " ".join(tag.get("content", "").split())
        for key in ("property", "name", "itemprop"):
            if content and tag.get(key):
                found.setdefault(tag.get(key).strip().lower(), content)
    return found


def _dated(node: dict[str, Any], meta: dict[str, str], tree: Any) -> list[tuple[str, str]]:
    """What the page says of the day it was published, each with how, the most to be trusted first; else one guess."""
    said = [("json-ld", normalise(node.get("datePublished")))]
    said += [("meta", first(normalise(meta.get(name)) for name in _PUBLISHED)), ("time", _time(tree))]
    known = [(source, date) for source, date in said if date]
    guessed = None if known else _found_by_trafilatura(tree)
    return [("guess", guessed)] if guessed else known


def _time(tree: Any) -> str | None:
    """The day of the <time> that is marked as that of publication, else the one day that all of the article's give."""
    times = [
        time for time in tree.iter("time") if time.get("datetime") and not any(map(_is_beside, time.iterancestors()))
    ]
    marked = [time for time in times if time.get("itemprop") == "datePublished" or time.get("pubdate") is not None]
    found = {normalise(time.get("datetime")) for time in marked[:1] or times} - {None}
    return found.pop() if len(found) == 1 else None


def _is_beside(element: Any) -> bool:
    """Whether what an element holds is beside the article: other articles, comments, the page's own frame."""
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    return element.tag in ("aside", "footer", "nav") or bool(_BESIDE.search(named))


def _types(node: dict[str, Any]) -> list[str]:
    given = node.get("@type")
    return [str(one) for one in (given if isinstance(given, list) else [given])]


def _trafilatura() -> Any:
    # Importing it warns that a proxy it could download through is not installed; nothing is downloaded here.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import trafilatura
    return trafilatura


def _found_by_trafilatura(tree: Any) -> str | None:
    trafilatura = _trafilatura()
    # It takes a footer's date, which is the site's, for the article's.
    for footer in list(tree.iter("footer")):
        footer.drop_tree()
    try:
        return normalise(trafilatura.extract_metadata(tree, extensive=False).date)
    except Exception:  # as above; a page without a date is still an article
        return None


def _url(node: dict[str, Any], meta: dict[str, str], tree: Any) -> str | None:
    page = node.get("mainEntityOfPage")
    links = [link.get("href") for link in tree.iter("link") if "canonical" in link.get("rel", "").lower().split()]
    given = [node.get("url"), page.get("@id") if isinstance(page, dict) else page, *map(meta.get, _URL), *links]
    for url in given:
        canonical = canonical_url(url) if isinstance(url, str) else None
        if canonical and is_of_an_article(canonical):
            return str(url)
    return None


def _author(meta: dict[str, str]) -> str | None:
    # Facebook asks for a profile's link where others put the name.
    names = [re.sub(r"^by\s+", "", meta[name], flags=re.I) for name in _AUTHOR if name in meta]
    return first(name for name in names if "://" not in name)


def _tagged(meta: dict[str, str], names: tuple[str, ...]) -> str | None:
    return first(map(meta.get, names))


def _heading(tree: Any) -> str | None:
    return first(" ".join(tag.text_content().split()) for name in ("h1", "title") for tag in tree.iter(name))


def _unescaped(text: str | None) -> str | None:
    return unescape(text) if text else None
