"""The one form that the variants of a link share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.read import canonical_url


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Example.org:80/a/?b=2&utm_medium=x&a=1&fbclid=y&gclid=z#part", "http://example.org/a?a=1&b=2"),
        ("https://example.org/", "https://example.org"),
        ("https://example.org/a?amp=1&amp;b=2", "https://example.org/a?amp=1&b=2"),
        ("https://example.org/%c3%a4", "https://example.org/%C3%A4"),
        ("https://example.org/ä", "https://example.org/%C3%A4"),
        ("https://xn--bcher-kva.example/a", "https://bücher.example/a"),
        ("https://example.org/#!/news/7", "https://example.org#!/news/7"),
    ],
)
def test_the_variants_of_a_link_share_one_form(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize("query", ["uid=7", "gallery=7", "source_id=7", "cid=7", "7", "section=7&id=1"])
def test_a_parameter_that_may_name_the_article_stays(query: str) -> None:
    assert canonical_url(f"https://example.org/a?{query}") != canonical_url(f"https://example.org/a?{query}8")


@given(st.text() | st.text().map("https://example.org/".__add__))
def test_a_canonical_link_is_its_own_canonical_form(url: str) -> None:
    canonical = canonical_url(url)
    assert canonical is None or canonical_url(canonical) == canonical
