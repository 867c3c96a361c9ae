"""What agencies send, NITF and NewsML-G2 → records; an .xml file that is a feed is read as one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from index.dates import normalise
from index.errors import ReadError
from index.read_bytes import refuse_binary
from index.read_feed import feed
from index.read_fields import Draft, first
from index.read_source import Record, Source

_FEEDS = ("rss", "feed", "RDF")
_BLOCKS = ("p", "hl2", "h1", "h2", "h3", "li", "td", "th", "blockquote", "pre", "caption", "media-caption")


def xml(source: Source) -> Iterator[Record]:
    """The articles of an XML file, which its outermost element tells the kind of. Raises ReadError for other kinds."""
    data = source.whole()
    refuse_binary(data[:4096])
    root = _root(data)
    name = _name(root)
    if name in _FEEDS:
        yield from feed(source)
        return
    items = [root] if name in ("nitf", "newsItem") else [*root.iter("{*}newsItem"), *root.iter("{*}nitf")]
    items = [item for item in items if not any(_name(above) in ("newsItem", "nitf") for above in item.iterancestors())]
    if not items:
        raise ReadError(f"is XML of a kind that is not read (<{name}>); NITF, NewsML-G2, RSS and Atom are.")
    share, rest = divmod(len(data), len(items))
    for number, item in enumerate(items, 1):
        draft = partial(_nitf if _name(item) == "nitf" else _news_item, item)
        where = f", item {number}," if len(items) > 1 else ""
        yield source.record(number if where else 0, share + (number <= rest), draft, where=where)


def _root(data: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        raise ReadError(f"cannot be read as XML ({error}); copy it again.") from None


def _nitf(item: Any) -> Draft:
    published = first(normalise(one.get("norm")) for one in item.iter("{*}date.issue"))
    return Draft(
        text=_blocks(first_of(item, "body.content")),
        title=_text(item, "hl1") or _text(item, "title"),
        author=_byline(_text(item, "byline")),
        outlet=_text(item, "distributor") or _attribute(item, "doc.copyright", "holder"),
        record=_attribute(item, "doc-id", "id-string"),
        published=published,
        published_from=published and "field",
    )


def _news_item(item: Any) -> Draft:
    content = first_of(item, "inlineXML")
    body = first_of(content, "body.content") if content is not None else None
    text = _blocks(body if body is not None else content) or _text(item, "inlineData") or ""
    published = normalise(_text(item, "contentCreated"))
    return Draft(
        text=text,
        title=_text(item, "headline") or _text(item, "hl1") or _text(item, "title"),
        author=_byline(_text(item, "by")),
        outlet=_text(first_of(item, "provider"), "name") or _attribute(item, "provider", "literal"),
        modified=normalise(_text(item, "contentModified")),
        language=first(one.get("tag") for one in item.iter("{*}language")),
        record=item.get("guid"),
        available_from=normalise(_text(item, "embargoed")),
        published=published,
        published_from=published and "field",
    )


def first_of(item: Any, name: str) -> Any:
    """The first element of this name below another, in any namespace, or None."""
    return next(item.iter(f"{{*}}{name}"), None) if item is not None else None


def _text(item: Any, name: str) -> str | None:
    found = first_of(item, name)
    return " ".join("".join(found.itertext()).split()) or None if found is not None else None


def _attribute(item: Any, name: str, attribute: str) -> str | None:
    found = first_of(item, name)
    return found.get(attribute) or None if found is not None else None


def _byline(words: str | None) -> str | None:
    return words[3:] if words and words[:3].lower() == "by " else words


def _blocks(content: Any) -> str:
    """The paragraphs of a body; one inside another is a part of it."""
    if content is None:
        return ""
    blocks = [one for one in content.iter() if _name(one) in _BLOCKS]
    outer = [one for one in blocks if not any(_name(above) in _BLOCKS for above in one.iterancestors())]
    found = [" ".join("".join(one.itertext()).split()) for one in outer]
    return "\n\n".join(filter(None, found)) or " ".join("".join(content.itertext()).split())


def _name(element: Any) -> str:
    """An element's name without its namespace; comments and instructions have none."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
