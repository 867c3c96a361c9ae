"""What a web page's JSON-LD says about its article. Pages break it often, and then it says nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_ARTICLE_TYPE = re.compile(r"Article|BlogPosting|Report\b")


def json_ld(tree: Any) -> dict[str, Any]:
    """The node that describes the article, with the people and publishers it refers to put in; or an empty one."""
    try:
        nodes = [node for text in _texts(tree) for node in _nodes(_parsed(text))]
        articles = [node for node in nodes if _ARTICLE_TYPE.search(str(node.get("@type")))]
    except RecursionError:
        return {}
    known = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and "name" in node}
    named = [node for key in ("headline", "datePublished") for node in nodes if key in node]
    node = next(iter([*articles, *named]), {})
    return {key: _resolved(value, known) for key, value in node.items()}


def _texts(tree: Any) -> Iterator[str]:
    for script in tree.iter("script"):
        if "ld+json" in script.get("type", "").lower():
            yield re.sub(r"^\s*(?:<!--|//<!\[CDATA\[|<!\[CDATA\[)|(?:-->|(?://)?\]\]>)\s*$", "", script.text or "")


def _parsed(text: str) -> object:
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None  # broken JSON-LD is common; the meta tags say the same


def _nodes(value: object) -> Iterator[dict[str, Any]]:
    """The objects at the top of a JSON-LD value, in a list, a graph or as a page's main entity."""
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            yield value
            waiting += [value.get("mainEntity"), value.get("@graph")]


def _resolved(value: object, known: dict[str, Any]) -> object:
    if isinstance(value, list):
        return [_resolved(item, known) for item in value if not isinstance(item, list)]
    if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
        return known.get(value["@id"], value)
    return value
