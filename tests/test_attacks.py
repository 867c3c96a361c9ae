"""A collection made of attacks, added through the page and asked about: nothing runs or is fetched, all is text."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.test_page import add, ask, marked, opened, reload, served, shot, tab

RUN = "window.hacked=1"
# Each is a whole sentence of an article, and its headline, outlet and author too; `{n}` keeps them apart.
ATTACKS = (
    "<script>{run}</script> burned down depot {n} on Monday.",
    "<img src=x onerror={run}> burned down depot {n} on Monday.",
    "<svg/onload={run}> burned down depot {n} on Monday.",
    "</mark></p></article><iframe srcdoc='<script>parent.{run}</script>'></iframe> burned down depot {n} on Monday.",
    "[Anna](javascript:{run}) and <a href='javascript:{run}'>Bela</a> burned down depot {n} on Monday.",
    "[Anna](data:text/html,<script>{run}</script>) burned down depot {n} on Monday.",
    "![Anna](https://evil.example/{n}.png) burned down depot {n} on Monday.",
    "<link rel=stylesheet href=https://evil.example/{n}.css> <style>*{{display:none}}</style> burned down depot {n}.",
    "<form action=https://evil.example><button>Anna</button></form> burned down depot {n} on Monday.",
    "$$\\href{{javascript:{run}}}{{Anna}}$$ and \\(x\\) burned down depot {n} on Monday.",
    "\u202eannA\u202c and \u2066Bela\u2069 burned down depot {n} on Monday.",
    "[1](#cite-0-1) and [[2]](#cite-9-9) and [ask](#ask) burned down depot {n} on Monday.",
    "Anna' onmouseover='{run}' x=' and \" onfocus=\"{run}\" autofocus burned down depot {n} on Monday.",
    "{{{{ constructor.constructor('{run}')() }}}} ${{{run}}} burned down depot {n} on Monday.",
    "Anna\u001b[31m and \ufeff\ufffe burned down depot {n} on Monday, said three neighbours who saw her run away.",
    "<a href='#ask'>Anna</a> <button data-cite='0-1' data-drop='filter:since'>x</button> burned down depot {n}.",
)  # fmt: skip
WATCHED = """() => {
  const own = (node) => node.closest('#evidence, #chat, #listing, #article, #shape, #conversations, #chips');
  const bad = [...document.querySelectorAll('script, iframe, object, embed, form, link, style, img, svg, [onerror]')];
  return bad.filter((node) => own(node) && !node.closest('button.icon-button, .icon-button-wrapper, .placeholder'))
    .map((node) => node.outerHTML.slice(0, 200));
}"""
UNSAFE = """() => [...document.querySelectorAll('*')].flatMap((node) => [...node.attributes]
  .filter((one) => /^on/.test(one.name) || (/^(href|src|action|srcdoc)$/.test(one.name)
    && /^\\s*(javascript|data:text|vbscript)/i.test(one.value))).map((one) => `${one.name}=${one.value}`))"""


def sentence(number: int) -> str:
    return ATTACKS[number].format(run=RUN, n=number)


@pytest.fixture(scope="module")
def attacked(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("attacked") / "store") as address:
        yield address


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The attacks as records, and files that are attacks themselves."""
    folder = tmp_path_factory.mktemp("attacks")
    records = folder / "attacks.jsonl"
    rows = []
    for number in range(len(ATTACKS)):
        words = sentence(number)
        facts = {"headline": f"Depot {number}: {words}", "source": words, "byline": words, "url": f"javascript:{RUN}"}
        rows.append(json.dumps({**facts, "id": number, "body": f"{words}\n\nIt rained.", "published_at": "2024-11-30"}))
    records.write_text("\n".join(rows), encoding="utf-8")
    long = folder / "long.txt"
    long.write_text("The long depot was burned down by Zeno. " + "x" * 1_000_000 + "\n" + "word " * 200_000, "utf-8")
    page = folder / "<img src=x onerror=alert(1)>.html"
    page.write_text(
        f"<html><head><title>Page</title><script>{RUN}</script><base href='https://evil.example/'></head><body>"
        f"<p onclick='{RUN}'>The page depot was burned down by Yuri <img src='https://evil.example/p.png'>.</p></body>",
        encoding="utf-8",
    )
    return [records, long, page]


def inert(page: Any) -> None:
    assert page.evaluate("window.hacked") is None
    assert page.evaluate(WATCHED) == []
    assert page.evaluate(UNSAFE) == []


def test_a_collection_of_attacks_is_added_and_asked_about_and_stays_text(
    browser: Any, attacked: str, files: list[Path]
) -> None:
    # `opened` fails on a dialog, an error in the console, or a request to anywhere else.
    with opened(browser, attacked) as page:
        report = add(page, files=tuple(files)).split()
        assert report[-5:] == [str(len(ATTACKS) + 2), "0", "0", "0", "0"]
        inert(page)
        for turn, number in enumerate(range(len(ATTACKS))):
            ask(page, f"Who burned down depot {number}?", turn)
            inert(page)
        shown = page.locator("#chat").inner_text()
        assert "<script>" in shown and "javascript:" in shown
        for card in page.locator("#evidence .others [data-cite]").all()[:3]:
            page.locator(".others:not([open]) > summary").click() if page.locator(".others:not([open])").count() else 0
            card.hover()
        shot(page, "attacks")
        tab(page, "Articles")
        page.get_by_role("button", name="By date and outlet").click()
        page.locator("#shape .outlets").wait_for()
        page.locator("#listing [data-article]").first.wait_for()
        inert(page)
        for button in page.locator("#listing [data-article]").all()[:4]:
            button.click()
            page.locator("#article .story").wait_for()
            inert(page)


def test_the_marked_words_of_an_attack_are_its_very_words(browser: Any, attacked: str, files: list[Path]) -> None:
    with opened(browser, attacked) as page:
        add(page, files=tuple(files))
        ask(page, "Who burned down depot 3?", 0)
        assert marked(page) == sentence(3) and "</mark></p>" in marked(page)
        reload(page)
        page.locator("#chat a[href^='#cite-0-']").first.wait_for()
        inert(page)


def test_a_line_of_a_megabyte_is_shown_whole_and_the_page_goes_on(
    browser: Any, attacked: str, files: list[Path]
) -> None:
    with opened(browser, attacked, 390) as page:
        add(page, files=tuple(files))
        tab(page, "Articles")
        page.get_by_label("Find").fill("long depot")
        page.get_by_role("button", name="long depot").click()
        page.locator("#article .story").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert len(page.locator("#article .text").text_content()) > 1_900_000
        tab(page, "Ask")
        ask(page, "Who burned down depot 2?", 0)


def test_a_bomb_and_a_path_that_climbs_are_refused_in_a_line(
    browser: Any, own_files: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    store = tmp_path_factory.mktemp("refusing") / "store"
    with served(store, DATELINE_MAX_ARTICLE_MB="1") as address, opened(browser, address) as page:
        add(page, files=tuple(own_files))
        lines = page.locator("ul.failed li").all_inner_texts()
        assert len(lines) == len(own_files) and all("\n" not in line for line in lines)
        assert all(str(own_files[0].parent) not in line for line in lines)


@pytest.fixture
def own_files(tmp_path: Path) -> list[Path]:
    """Archives in the clothes of articles: a bomb of a gigabyte, a path that climbs, gzip, and too much text."""
    bomb, climbing, packed, large = (tmp_path / name for name in ("bomb.txt", "climb.html", "gzip.md", "large.json"))
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.txt", "w") as inside:
        for _ in range(1_000):
            inside.write(b"\0" * 1_000_000)
    with zipfile.ZipFile(climbing, "w") as archive:
        archive.writestr("../../../climbed.txt", "The mayor fled.")
    packed.write_bytes(gzip.compress(b"\0" * 50_000_000))
    large.write_text(json.dumps({"headline": "Large", "body": "word " * 400_000}), encoding="utf-8")
    return [bomb, climbing, packed, large]
