"""The real page in a real browser: `python app.py` as a process, and Chromium in front of it. Waits are long."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from eval.questions import load

ROOT = Path(__file__).resolve().parent.parent
LONG = 180_000  # milliseconds
HACKED = "window.hacked=1"
TITLE = f"<img src=x onerror='{HACKED}'> **Zorvik** [x](javascript:alert(1)) $5 & $9"


@contextmanager
def served(store: Path) -> Iterator[str]:
    """The address of a page over this store; it must end on Ctrl-C quietly."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = store.parent / "server.log"
    # A proxy that is not there: nothing on the way may need the network.
    quiet = {"DATELINE_STORE": str(store), "DATELINE_READ_ONLY": "", "HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}
    with log.open("w") as out:
        command = [sys.executable, "app.py", "--port", str(port)]
        server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **quiet}, stdout=out, stderr=subprocess.STDOUT)
        try:
            while "Dateline is at" not in log.read_text():
                with pytest.raises(subprocess.TimeoutExpired):  # otherwise it ended
                    server.wait(timeout=0.5)
            yield f"http://127.0.0.1:{port}"
            server.send_signal(signal.SIGINT)
            assert server.wait(timeout=LONG / 1000) == 0
        finally:
            server.kill()
            server.wait()
    assert "Traceback" not in log.read_text()


@pytest.fixture(scope="module")
def demonstration(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page whose own store stays empty."""
    with served(tmp_path_factory.mktemp("demonstration") / "store") as address:
        yield address


@pytest.fixture(scope="module")
def own(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page that articles are added to; each test adds its own."""
    with served(tmp_path_factory.mktemp("own") / "store") as address:
        yield address


@contextmanager
def opened(browser: Any, address: str, width: int = 1280, scheme: str = "light") -> Iterator[Any]:
    """The page in a fresh session; it must ask nobody else, and run into no error."""
    context = browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme, locale="en-GB")
    context.set_default_timeout(LONG)
    page, asked, errors = context.new_page(), list[str](), list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.goto(address)
    page.wait_for_selector("#question textarea")
    yield page
    assert {url for url in asked if not url.startswith((address, "data:", "blob:"))} == set()
    assert errors == []
    context.close()


def ask(page: Any, question: str, turn: int) -> Any:
    """Ask, and wait for the first citation of that turn."""
    tab(page, "Ask")
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    link = page.locator(f"#chat a[href='#cite-{turn}-1']").first
    link.wait_for()
    page.wait_for_selector(f"#evidence [data-cite='{turn}-1'][aria-current=true]")
    return link


def tab(page: Any, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def marked(page: Any) -> str:
    return "".join(page.locator("#evidence mark.current").all_text_contents())


def add(page: Any, text: str = "", files: tuple[Path, ...] = (), **facts: str) -> str:
    """Add through the form; gives the report's words."""
    tab(page, "Add articles")
    if files:
        page.set_input_files("input[type=file]", [str(file) for file in files])
        page.wait_for_selector(f"text={files[-1].stem}")
    page.get_by_label("Or the text of an article").fill(text)
    for label, value in facts.items():
        page.get_by_role("textbox", name=label, exact=True).last.fill(value)
    before = page.locator("table.report").count() and page.locator("table.report").inner_text()
    page.get_by_role("button", name="Add articles").click()
    page.wait_for_function("old => (document.querySelector('table.report')?.innerText ?? 0) !== old", arg=before)
    return str(page.locator("table.report").inner_text())


def get(address: str, data: dict[str, Any] | None = None) -> str:
    body = None if data is None else json.dumps(data).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(address, body, {"Content-Type": "application/json"}), timeout=180) as reply:
        return str(reply.read().decode())


def test_a_citation_opens_the_article_with_its_words_marked(browser: Any, demonstration: str) -> None:
    with opened(browser, demonstration) as page:
        page.get_by_text("Demonstration articles, written for this project: not journalism.").wait_for()
        link = ask(page, "Who closed Aleppo airport?", 0)
        link.click()
        page.wait_for_function("document.activeElement.id === 'cited'")
        answer = json.loads(get_answer(demonstration, "Who closed Aleppo airport?"))
        cited = answer["citations"][0]
        assert marked(page) == cited["quote"] and "authorities" in cited["quote"]
        assert page.locator("#evidence h3").inner_text() == cited["article"]["title"]
        assert "demonstration, not journalism" in page.locator("#evidence .story").inner_text()
        assert page.locator("#cited").first.evaluate("e => { const r = e.getBoundingClientRect();"
                                                     " return r.top >= 0 && r.bottom <= innerHeight }")  # fmt: skip


def get_answer(address: str, question: str) -> str:
    """What the HTTP API says, as the README shows it."""
    call = json.loads(get(f"{address}/gradio_api/call/ask", {"data": [question, "", "", "", "", "", "", False, []]}))
    events = get(f"{address}/gradio_api/call/ask/{call['event_id']}")
    assert "event: complete" in events
    return json.dumps(json.loads(events.rsplit("data: ", 1)[1])[0])


def test_earlier_answers_keep_their_sources_and_cards_answer_to_keys(browser: Any, demonstration: str) -> None:
    with opened(browser, demonstration) as page:
        first = ask(page, "Who closed Aleppo airport?", 0)
        quote = marked(page)
        ask(page, "Where was the summit held?", 1)
        assert marked(page) != quote
        first.click()
        page.wait_for_selector("#evidence [data-cite='0-1'][aria-current=true]")
        assert marked(page) == quote
        page.locator("#evidence [data-cite='0-1']").focus()
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.id === 'cited'")


def test_what_the_articles_do_not_say_is_not_answered(browser: Any, demonstration: str) -> None:
    with opened(browser, demonstration) as page:
        page.get_by_text("Who won the 2022 World Cup?").click()
        page.locator("#chat a[href='#cite-0-1']").first.wait_for()
        assert "The articles do not say." in page.locator("#chat").inner_text()
        assert "which are not an answer" in page.locator("#chat").inner_text()
        page.locator("#evidence .near [data-cite='0-2']").click()
        page.wait_for_selector("#evidence .near [data-cite='0-2'][aria-current=true]")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_every_tab_without_scrolling_sideways(browser: Any, demonstration: str, scheme: str) -> None:
    with opened(browser, demonstration, 390, scheme) as page:
        chat = ask(page, "Who closed Aleppo airport?", 0)
        assert page.locator("#evidence").bounding_box()["y"] > chat.bounding_box()["y"]
        assert ("dark" in (page.locator("body").get_attribute("class") or "")) == (scheme == "dark")
        for name in ("Ask", "Add articles", "Articles"):
            tab(page, name)
            page.wait_for_timeout(500)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_articles_are_listed_found_and_opened(browser: Any, demonstration: str) -> None:
    with opened(browser, demonstration) as page:
        tab(page, "Articles")
        page.get_by_text(re.compile(r"^\d+ articles, in")).wait_for()
        page.get_by_label("Find").fill("airport ledger")
        page.get_by_text(re.compile(r"^1 of \d+ articles")).wait_for()
        page.get_by_role("button", name=re.compile("Aleppo airport")).click()
        page.locator("#article .story").wait_for()
        assert "The Levant Ledger" in page.locator("#article").inner_text()


def test_no_file_is_served_and_errors_of_the_api_are_plain(demonstration: str) -> None:
    for path in ("app.py", str(ROOT / "app.py"), "/etc/passwd", "../app.py"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            get(f"{demonstration}/gradio_api/file={quote(str(path))}")
        refused.value.close()
    given = {"data": ["Who?", "", "", "", "yesterday-ish", "", "", False, []]}
    call = json.loads(get(f"{demonstration}/gradio_api/call/ask", given))
    events = get(f"{demonstration}/gradio_api/call/ask/{call['event_id']}")
    assert "event: error" in events and "yesterday-ish" in events


def test_a_pasted_article_is_answered_from_at_once(browser: Any, own: str) -> None:
    with opened(browser, own) as page:
        text = "The Hallendorf bridge was opened by mayor Ilse Brandt on Monday.\n\nIt rained all day."
        assert re.search(r"Added.*\n.*\b1\b", add(page, text, Title="Bridge opens", Outlet="Hallendorf Post"))
        page.get_by_text("Questions are answered from your own articles now").wait_for()
        page.locator(".banner").wait_for(state="detached")
        ask(page, "Who opened the Hallendorf bridge?", 0).click()
        page.wait_for_function("document.activeElement.id === 'cited'")
        assert marked(page) == text.split("\n")[0]
        assert "not journalism" not in page.locator("#evidence").inner_text()


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_wrong_with_an_answer_is_asked_and_kept_with_the_keyboard_alone(
    browser: Any, own: str, tmp_path_factory: pytest.TempPathFactory, width: int
) -> None:
    town, comment = f"Varnholm{width}", f"It was <b>not</b> the mayor, at {width} pixels."
    with opened(browser, own, width) as page:
        add(
            page, f"The {town} ferry was named by the harbour master on Friday.\n\nIt rained.", Title=f"Ferry of {town}"
        )
        ask(page, f"Who named the {town} ferry?", 0)
        box = page.get_by_label("What is wrong with it?")
        for answer in ("Cancel", "Send"):
            page.get_by_role("button", name="Dislike", exact=True).focus()
            page.keyboard.press("Enter")
            page.wait_for_function("document.activeElement.closest('#wrong')")
            page.keyboard.type(comment)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            page.keyboard.press("Tab")
            if answer == "Cancel":
                page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            box.wait_for(state="hidden")
        page.locator("#kept").get_by_text("Kept in").wait_for()
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('#question') !== null")
        kept = Path(page.locator("#kept bdi").inner_text())
    assert kept.is_relative_to(tmp_path_factory.getbasetemp())
    notes = [question.note for question in load(kept).questions if town in question.question]
    assert len(notes) == 1 and notes[0].startswith(f"{comment}\nAnswered: The {town} ferry")


def test_uploads_are_read_once_and_quoted_exactly(browser: Any, own: str, tmp_path: Path) -> None:
    sentence = (
        "The Grünau ferry 🚢, which had carried people over the river since\r\n"
        "1951, was sunk on Monday by a drifting mine, the harbour master of\r\n"
        "the town, Olaf Lind, said at the quay in front of some hundred of\r\n"
        "those who had come to see it."
    )
    file, empty = tmp_path / "ferry.txt", tmp_path / "empty.txt"
    file.write_bytes(f"Ferry lost\r\n\r\n{sentence}\r\n\r\nNobody was hurt.\r\n".encode())
    empty.write_bytes(b"")
    with opened(browser, own) as page:
        assert add(page, files=(file,)).split()[-5:] == ["1", "0", "0", "0", "0"]
        assert add(page, files=(file, empty)).split()[-5:] == ["0", "0", "1", "0", "1"]
        assert page.locator("ul.failed").inner_text().startswith("empty.txt ")
        ask(page, "Who said that the Grünau ferry was sunk by a drifting mine?", 0)
        assert marked(page) == sentence


def test_a_hostile_article_stays_inert(browser: Any, own: str) -> None:
    sentence = (
        f"The Zorvik dam was sabotaged by <b onmouseover='{HACKED}'>agents</b> <script>{HACKED}</script> for $5 or $9, "
        "said [a witness](javascript:alert(1)), **another** {{value}} ${alert(1)} @children `x` https://evil.example/x."
    )
    with opened(browser, own) as page:
        add(page, f"{sentence}\n\n<style>body {{ display: none }}</style>", Title=TITLE, Outlet=TITLE, Author=TITLE)
        ask(page, "Who sabotaged the Zorvik dam?", 0).click()
        page.wait_for_function("document.activeElement.id === 'cited'")
        assert sentence.startswith(marked(page)) and "<script>" in marked(page)
        assert page.locator("#evidence h3").inner_text() == TITLE
        assert marked(page) in page.locator("#chat").inner_text()
        tab(page, "Articles")
        page.get_by_role("button", name="Zorvik").click()
        page.locator("#article .story").wait_for()
        assert page.locator("#article h3").inner_text() == TITLE
        found = "img[src='x'], [onerror], [onmouseover], a[href^=javascript], #chat a[href*=evil], .katex"
        assert page.locator(found).count() == 0
        # What stands in bold is the answer in few words, none of the article's own mark-up.
        assert [words for words in page.locator("#chat strong").all_inner_texts() if words not in sentence] == []
        assert page.locator("#chat strong").count() <= 1
        assert page.evaluate("window.hacked") is None
