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
from axe_playwright_python.sync_playwright import Axe

from eval.questions import load
from tests.llm_server import ModelServer, Reply, pieces, said

ROOT = Path(__file__).resolve().parent.parent
SHOTS = ROOT / "build" / "screens"
LONG = 90_000  # milliseconds
HACKED = "window.hacked=1"
TITLE = f"<img src=x onerror='{HACKED}'> **Zorvik** [x](javascript:alert(1)) $5 & $9"


@contextmanager
def served(store: Path, **environment: str) -> Iterator[str]:
    """The address of a page over this store; it must end on Ctrl-C quietly."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = store.parent / "server.log"
    # A proxy that is not there: nothing on the way may need the network.
    quiet = {"DATELINE_STORE": str(store), "DATELINE_READ_ONLY": "", "HTTP_PROXY": "http://127.0.0.1:9", "NO_PROXY": ""}
    quiet |= environment
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
    page.under_way = under_way = list[str]()
    page.on("request", lambda request: under_way.append(request.url))
    for ended in ("requestfinished", "requestfailed"):
        page.on(ended, lambda request: under_way.remove(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("dialog", lambda dialog: errors.append(dialog.message))
    page.goto(address)
    page.wait_for_selector("#question textarea")
    yield page
    here = address.partition("?")[0].rstrip("/")
    assert {url for url in asked if not url.startswith((here, "data:", "blob:"))} == set()
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


def reload(page: Any) -> None:
    """Open the page anew once all is quiet: what a reload cuts off, gradio calls an error."""
    while [url for url in page.under_way if "/heartbeat/" not in url]:
        page.wait_for_timeout(100)
    page.reload()
    page.wait_for_selector("#question textarea")


def shot(page: Any, name: str) -> None:
    """Keep a picture of the page, for people to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")


def accessible(page: Any) -> None:
    """No violation of WCAG 2.1 AA that axe-core finds."""
    rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
    found = Axe().run(page, options={"runOnly": rules}).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []


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
    page.evaluate("document.querySelector('table.report')?.classList.add('old')")
    page.get_by_role("button", name="Add articles").click()
    page.wait_for_selector("table.report:not(.old)")
    return str(page.locator("table.report").inner_text())


def get(address: str, data: dict[str, Any] | None = None) -> str:
    body = None if data is None else json.dumps(data).encode()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(address, body, {"Content-Type": "application/json"}), timeout=180) as reply:
        return str(reply.read().decode())


def events(address: str, **given: str) -> str:
    """What the HTTP API sends about a call of /query."""
    call = json.loads(get(f"{address}/gradio_api/call/v2/query", given))
    return get(f"{address}/gradio_api/call/v2/query/{call['event_id']}")


def test_a_citation_opens_the_article_with_its_words_marked(browser: Any, demonstration: str) -> None:
    with opened(browser, demonstration) as page:
        page.get_by_text("Demonstration articles, written for this project: not journalism.").wait_for()
        page.get_by_text("Answers by the built-in reader, from 24 articles").wait_for()
        shot(page, "first visit")
        link = ask(page, "Who closed Aleppo airport?", 0)
        link.click()
        page.wait_for_function("document.activeElement.id === 'cited'")
        told = events(demonstration, question="Who closed Aleppo airport?")
        cited = json.loads(told.rpartition("event: complete\ndata: ")[2])[0]["citations"][0]
        assert marked(page) == cited["quote"] and "authorities" in cited["quote"]
        assert page.locator("#evidence h3").inner_text() == cited["article"]["title"]
        assert link.get_attribute("title") == cited["quote"]
        assert re.search(r"search \d+\.\d\d s, read \d+\.\d\d s", page.locator("#chat .made").inner_text())
        story = page.locator("#evidence .story").inner_text()
        assert "demonstration, not journalism" in story and "(from the file’s front matter)" in story
        shot(page, "an answer and its source")
        assert page.locator("#cited").first.evaluate("e => { const r = e.getBoundingClientRect();"
                                                     " return r.top >= 0 && r.bottom <= innerHeight }")  # fmt: skip


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


SIZES = [(1440, "light"), (1024, "dark"), (390, "light"), (390, "dark")]


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_every_tab_is_accessible_and_fits_the_screen(browser: Any, demonstration: str, width: int, scheme: str) -> None:
    with opened(browser, demonstration, width, scheme) as page:
        chat = ask(page, "How many people died in the flood in Keldry?", 0)
        assert page.locator("#chat table").inner_text().split()[:4] == ["Reported", "By", "On", "Source"]
        if width < 800:
            assert page.locator("#evidence").bounding_box()["y"] > chat.bounding_box()["y"]
        assert ("dark" in (page.locator("body").get_attribute("class") or "")) == (scheme == "dark")
        page.locator(".others summary").click()
        for name in ("Ask", "Add articles", "Articles"):
            tab(page, name)
            page.wait_for_timeout(700)
            accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            shot(page, f"{name.lower()} {width} {scheme}")


def test_other_passages_are_folded_below_with_scores_and_a_day_shows_its_own(browser: Any, demonstration: str) -> None:
    with opened(browser, demonstration) as page:
        ask(page, "Who closed Aleppo airport?", 0)
        page.locator(".others summary").click()
        assert page.locator(".others .score").first.inner_text().startswith("score 0.")
        page.locator("#evidence [data-cite='0-h1']").click()
        page.wait_for_selector("#evidence [data-cite='0-h1'][aria-current=true]")
        page.locator(".days summary").first.click()
        cards = page.locator("#evidence li[data-of-day]")
        page.locator(".bar").first.click()
        day = page.locator(".bar[aria-pressed=true]").get_attribute("data-day")
        shown = [card.get_attribute("data-of-day") for card in cards.all() if card.is_visible()]
        assert shown and all(one.startswith(day) for one in shown) and len(shown) < cards.count()
        shot(page, "found by date")
        page.locator(".bar[aria-pressed=true]").click()
        assert all(card.is_visible() for card in cards.all())


def test_what_was_declined_says_what_was_searched_and_suggests_what_is_answered(
    browser: Any, demonstration: str
) -> None:
    with opened(browser, demonstration) as page:
        ask(page, "Who closed Aleppo airport?", 0)
        page.fill("#question textarea", "Where is Atlantis?")
        page.keyboard.press("Enter")
        suggestion = page.locator("#chat a[href='#ask']").last
        page.get_by_text("Searched: 24 articles").wait_for()
        page.get_by_text("What they do answer:").wait_for()
        box = page.locator("#chat [role=log]").bounding_box()
        asked = page.locator("#chat .user-row").last.bounding_box()
        assert -1 <= asked["y"] - box["y"] < box["height"] / 2  # the question and what became of it are in view
        shot(page, "declined")
        question = suggestion.inner_text()
        suggestion.click()
        page.locator("#chat a[href='#cite-2-1']").first.wait_for()
        assert page.locator("#chat .user-row").last.inner_text().strip() == question


def test_filters_and_readings_are_chips_that_can_be_taken_back(browser: Any, demonstration: str) -> None:
    with opened(browser, demonstration) as page:
        page.get_by_role("button", name="Filters").click()
        page.get_by_role("textbox", name="Since").fill("2024")
        page.locator("[data-drop='filter:since']").wait_for()
        ask(page, "What did The Levant Ledger report about Aleppo airport?", 0)
        shot(page, "filters and readings")
        page.locator("[data-drop='reading:The Levant Ledger']").click()
        page.locator("[data-drop='reading:The Levant Ledger']").wait_for(state="detached")
        assert page.locator("#chat .user-row").count() == 1
        page.locator("[data-drop='filter:since']").click()
        page.locator("[data-drop='filter:since']").wait_for(state="detached")
        assert page.get_by_role("textbox", name="Since").input_value() == ""


def test_conversations_are_kept_in_the_browser_listed_renamed_and_deleted(browser: Any, demonstration: str) -> None:
    with opened(browser, demonstration) as page:
        ask(page, "Who closed Aleppo airport?", 0)
        ask(page, "When?", 1)
        reload(page)
        page.locator("#chat a[href='#cite-1-1']").first.wait_for()
        page.locator(".sidebar .toggle-button").click()
        page.get_by_role("button", name="New conversation").click()
        page.locator("#chat a[href^='#cite']").first.wait_for(state="detached")
        page.locator("#conversations button").click()
        page.locator("#chat a[href='#cite-1-1']").first.wait_for()
        page.locator("#name textarea, #name input").first.fill("Airport")
        page.get_by_role("button", name="Rename").click()
        page.locator("#conversations").get_by_text("Airport").wait_for()
        page.wait_for_timeout(500)
        accessible(page)
        shot(page, "conversations")
        page.get_by_role("button", name="Delete it").click()
        page.get_by_role("button", name="Delete for good").click()
        page.locator("#conversations button").wait_for(state="detached")
        reload(page)
        page.wait_for_timeout(1500)
        assert page.locator("#chat a[href^='#cite']").count() == 0


def test_an_answer_is_exported_and_linked_and_the_link_opens_elsewhere(browser: Any, demonstration: str) -> None:
    with opened(browser, demonstration) as page:
        ask(page, "Who closed Aleppo airport?", 0)
        quote = marked(page)
        page.get_by_role("button", name="Copy, export or link").click()
        page.wait_for_function("document.querySelector('#answer-text textarea')?.value.includes('[1] “')")
        assert quote in page.locator("#answer-text textarea").input_value()
        page.get_by_label("Markdown").check()
        page.wait_for_function("document.querySelector('#answer-text textarea').value.includes('[^1]: “')")
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as a file").click()
        assert saved.value.suggested_filename == "answer.md"
        assert quote in Path(saved.value.path()).read_text(encoding="utf-8")
        accessible(page)
        shot(page, "export")
        link = page.locator("#answer-link textarea, #answer-link input").first.input_value()
        assert link.startswith(f"{demonstration}/?a=")
    with opened(browser, link) as page:
        page.locator("#chat a[href='#cite-0-1']").first.wait_for()
        assert quote in page.locator("#chat").inner_text() and "From a link" in page.locator("#chat").inner_text()
        page.wait_for_selector("#evidence [data-cite='0-1'][aria-current=true]")
        assert marked(page) == quote
        shot(page, "from a link")
        page.get_by_role("button", name="Ask again").click()
        page.locator("#chat .made").wait_for()
        page.wait_for_function("location.search === ''")
    with opened(browser, f"{demonstration}/?a=broken") as page:
        page.get_by_text("This link is damaged or not one of Dateline's").wait_for()


def test_a_question_is_asked_again_in_its_place_and_edited(browser: Any, demonstration: str) -> None:
    with opened(browser, demonstration) as page:
        ask(page, "Who closed Aleppo airport?", 0)
        page.get_by_role("button", name="Ask again").click()
        page.wait_for_timeout(500)
        page.locator("#chat .made").wait_for()
        assert page.locator("#chat .user-row").count() == 1
        page.get_by_role("button", name="Edit question").click()
        page.wait_for_function("document.querySelector('#question textarea').value === 'Who closed Aleppo airport?'")
        page.wait_for_function("document.activeElement.closest('#question') !== null")


def test_the_keyboard_alone_asks_and_opens_a_source(browser: Any, demonstration: str) -> None:
    with opened(browser, demonstration) as page:
        page.wait_for_function("document.activeElement.closest('#question') !== null")
        page.keyboard.type("Who closed Aleppo airport?")
        page.keyboard.press("Enter")
        page.locator("#chat a[href='#cite-0-1']").first.wait_for()
        page.wait_for_selector("#evidence [data-cite='0-1'][aria-current=true]")
        for _ in range(60):
            if page.evaluate("document.activeElement.getAttribute('href') === '#cite-0-1'"):
                break
            page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        page.wait_for_function("document.activeElement.id === 'cited'")


def test_the_articles_are_listed_found_and_opened(browser: Any, demonstration: str) -> None:
    with opened(browser, demonstration) as page:
        tab(page, "Articles")
        page.get_by_text(re.compile(r"^\d+ articles$")).wait_for()
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
    told = events(demonstration, question="Who?", since="yesterday-ish")
    assert "event: error" in told and "yesterday-ish" in told


@pytest.mark.parametrize(("language", "shell"), [("bash", ["bash", "-c"]), ("python", [sys.executable, "-c"])])
def test_machines_ask_as_the_readme_says(demonstration: str, language: str, shell: list[str]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8").partition("## The page")[2]
    example = readme.partition(f"```{language}\n")[2].partition("```")[0]
    assert example.count("http://127.0.0.1:7860") == 1
    command = [*shell, example.replace("http://127.0.0.1:7860", demonstration)]
    told = subprocess.run(command, capture_output=True, text=True, timeout=180, check=True).stdout
    assert "The Syrian authorities closed Aleppo airport on Saturday" in told


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
        assert page.evaluate("document.activeElement.closest('#actions') !== null")
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


def test_an_answer_of_a_model_is_streamed_stopped_marked_and_survives_the_model(
    browser: Any, tmp_path: Path, server: ModelServer
) -> None:
    closed = "The Syrian authorities closed Aleppo airport on Saturday"
    with (
        served(tmp_path / "store", DATELINE_LLM=server.name, DATELINE_LLM_RETRIES="0") as address,
        opened(browser, address) as page,
    ):
        page.get_by_text("Answers by openai-like:tiny").wait_for()
        server.says(said(f"{closed} [1]. The mayor of Paris resigned [1]."))
        ask(page, "Who closed Aleppo airport?", 0)
        page.locator("#chat .unsupported").get_by_text("The mayor of Paris resigned").wait_for()
        page.locator("#chat .made").wait_for()
        shot(page, "a model held to its citations")
        server.says(Reply(pieces=pieces(f"{closed} [1]. And then nothing came for a long time."), stalls_after=30))
        page.fill("#question textarea", "Which airport did the Syrian authorities close?")
        page.keyboard.press("Enter")
        page.locator("#chat a[href='#cite-1-1']").first.wait_for()
        page.get_by_role("button", name="Stop").click()
        page.locator("#chat").get_by_text("Stopped.").wait_for()
        assert page.locator("#evidence h2").inner_text() == "Sources"
        server.says(Reply(pieces=pieces(f"{closed} [1]."), breaks_after=4))
        page.fill("#question textarea", "Who closed Aleppo airport?")
        page.keyboard.press("Enter")
        page.locator("#chat").get_by_text("This is the built-in reader’s answer.").wait_for()
        page.locator("#chat a[href='#cite-2-1']").first.wait_for()
        assert page.locator("#chat .user-row").count() == 3


def test_who_may_not_write_finds_nothing_to_write_with(browser: Any, tmp_path: Path) -> None:
    with served(tmp_path / "store", DATELINE_READ_ONLY="1") as address, opened(browser, address) as page:
        ask(page, "Who closed Aleppo airport?", 0)
        assert page.get_by_role("tab").all_inner_texts() == ["Ask", "Articles"]
        assert page.get_by_role("button", name="Dislike").count() == 0
        tab(page, "Articles")
        page.locator("#listing [data-article]").first.click()
        page.locator("#article .story").wait_for()
        assert page.get_by_role("button", name="Remove this article").count() == 0
        assert "Your archive is empty" not in page.locator("body").inner_text()


def test_an_article_is_removed_after_a_second_look(browser: Any, own: str) -> None:
    with opened(browser, own) as page:
        add(page, "The Ostvik lighthouse was sold by the coast guard on Monday.", Title="Lighthouse sold")
        ask(page, "Who sold the Ostvik lighthouse?", 0)
        tab(page, "Articles")
        page.get_by_role("button", name="Lighthouse sold").click()
        page.get_by_role("button", name="Remove this article").click()
        page.get_by_role("button", name="Leave it").click()
        page.get_by_role("button", name="Remove it for good").wait_for(state="hidden")
        page.get_by_role("button", name="Remove this article").click()
        page.get_by_role("button", name="Remove it for good").click()
        page.get_by_text("“Lighthouse sold” removed.").wait_for()
        page.get_by_role("button", name="Lighthouse sold").wait_for(state="detached")
        reload(page)
        page.locator("#chat a[href='#cite-0-1']").first.wait_for()
        page.locator("#evidence").get_by_text("was removed from the archive").wait_for()
        assert "[1] removed" in page.locator("#chat").inner_text()


def test_articles_from_right_to_left_and_of_fifty_thousand_words_are_cited_where_they_stand(
    browser: Any, own: str, tmp_path: Path
) -> None:
    story = [f"Paragraph {n} of the report says nothing about it at all, and goes on so." for n in range(3_600)]
    sentence = "The Vesterby silo was demolished by an engineer named Tove Lund on Friday."
    story.insert(1_800, sentence)
    long = tmp_path / "a long report.txt"
    long.write_text("\n\n".join(story), encoding="utf-8")
    hebrew = "הגשר נסגר ביום שני. Dana Levi closed the Ramat bridge on Monday."
    with opened(browser, own, 390) as page:
        add(page, files=(long,))
        add(page, f"{hebrew}\n\nירד גשם.", Title="הגשר נסגר")
        ask(page, "Who demolished the Vesterby silo?", 0).click()
        page.wait_for_function("document.activeElement.id === 'cited'")
        assert marked(page) == sentence
        box = page.locator("#cited").first.bounding_box()
        assert 0 <= box["y"] <= 860
        ask(page, "Who closed the Ramat bridge?", 1)
        assert page.locator("#evidence h3").get_attribute("dir") == "auto"
        assert page.locator("#evidence h3").evaluate("e => getComputedStyle(e).direction") == "rtl"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        shot(page, "right to left on a phone")
