"""The page of a report: what it tells of each question, its plots, and, in a real browser, that it stays inert."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import drawing
from eval.about import About
from eval.detail import VERDICTS, data, embedded, marks, verdict
from eval.figures import figures
from eval.html_report import html
from eval.plots import Plot, plots
from eval.report import Report, report
from eval.result import Cited, Passage, Result

ROOT = Path(__file__).resolve().parent.parent
HACKED = "window.hacked=1"
# Markup, the ends of a script and of a string, an entity, letters that turn what follows the other way, a line end of
# JavaScript, and a letter of two UTF-16 units.
HOSTILE = (
    f"</script><script>{HACKED}</script><!--<img src=x onerror='{HACKED}'><svg onload={HACKED}>\"'&lt; "
    "\u202egnorw\u202c \u2066x\u2028y\\u003c 🚢 {{ 7 * 7 }} $\\frac{1}{0}$"
)
FIRE = Passage(
    article="f" * 32, title="Fire at the mill", outlet="Harbour Wire", published="2024-11-30T14:25:00+02:00",
    start=10, text="🚢 The fire killed four people.", score=0.5,
)  # fmt: skip
FLOOD = replace(FIRE, article="d" * 32, title="Flood", published="", text="The flood killed nine.", score=0.25)
QUOTED = Cited(number=1, article=FIRE.article, start=16, quote="fire killed four", carries=True)
RIGHT = Result(
    id="right", question="How many died?", answerable=True, wanted=("four", "4"), relevant=(FIRE.article,),
    mode="reader", answered=True, right=True, confidence=0.9, text="The fire killed four. [1]", hits=(FIRE, FLOOD),
    evidence_ranks=(1, None), cited=(QUOTED,), seconds={"search": 0.01, "read": 0.5}, tags={"type": "number"},
    judged={"faithful": 0.75},
)  # fmt: skip
WRONG = replace(
    RIGHT, id="wrong", question="Who saw it?", right=False, confidence=0.4, tags={"type": "name"}, judged={}
)
SHY = replace(WRONG, id="shy", question="Where was it?", answered=False, cited=(), text="The articles do not say.")
DECLINED = replace(SHY, id="declined", question="Who won?", answerable=False, wanted=(), relevant=())
FAILED = replace(WRONG, id="failed", error="The index is damaged.", answered=False, hits=(), cited=(), text="")
RESULTS = (RIGHT, WRONG, SHY, DECLINED, FAILED)


def made(results: Sequence[Result], name: str = "some questions") -> Report:
    about = About(
        name=name, n=len(results), questions="1" * 32, store="2" * 32, settings={"k": 10},
        versions={"python": "3.11"}, commit="3" * 40 + "+", started="2026-11-22T06:22:10+00:00",
    )  # fmt: skip
    return report(about, results, rankings={})


def page_of(*results: Result) -> str:
    return html(made(results), results)


def words_marked(hit: Passage, *cited: Cited) -> list[tuple[str, list[int]]]:
    return [(hit.text[start:end], numbers) for start, end, numbers in marks(hit, cited)]


def test_the_words_of_a_hit_that_are_quoted_are_marked() -> None:
    assert words_marked(FIRE, QUOTED) == [("fire killed four", [1])]
    assert words_marked(FIRE) == []
    assert words_marked(FLOOD, QUOTED) == [], "it quotes another article"
    assert words_marked(replace(FIRE, start=26), QUOTED) == [("🚢 The ", [1])], "the quote began in the hit before"
    assert words_marked(replace(FIRE, start=0), replace(QUOTED, start=23)) == [("people.", [1])], "and here it goes on"
    assert words_marked(replace(FIRE, start=32), QUOTED) == [], "the quote ends where the hit starts"


def test_where_two_citations_overlap_the_words_in_common_are_a_piece_of_both() -> None:
    second = Cited(number=2, article=FIRE.article, start=21, quote="killed four people", carries=True)
    assert words_marked(FIRE, second, QUOTED) == [("fire ", [1]), ("killed four", [2, 1]), (" people", [2])]


@given(st.integers(0, 12), st.integers(1, 12), st.integers(0, 12), st.integers(1, 12))
def test_what_is_marked_is_what_hit_and_quote_share(hit_at: int, hit_n: int, at: int, n: int) -> None:
    text = "abcdefghijklmnopqrstuvwxyz"
    hit = replace(FIRE, start=hit_at, text=text[hit_at : hit_at + hit_n])
    found = words_marked(hit, Cited(number=1, article=FIRE.article, start=at, quote=text[at : at + n], carries=True))
    assert "".join(words for words, _ in found) == "".join(sorted({*hit.text} & {*text[at : at + n]}))


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        *zip(RESULTS, ("right", "wrong", "declined wrongly", "declined rightly", "failed"), strict=True),
        (replace(WRONG, answerable=False), "wrong"),
        (replace(WRONG, answerable=None), "not scored"),
        (replace(SHY, mode="search"), "found"),
        (replace(SHY, mode="search", hits=(FLOOD,)), "not found"),
        (replace(SHY, mode="search", relevant=()), "not scored"),
    ],
)
def test_each_question_has_a_verdict(result: Result, expected: str) -> None:
    assert verdict(result) == expected
    assert expected in VERDICTS


def test_a_passage_that_many_questions_find_is_told_once() -> None:
    told = data(RESULTS)
    assert [text for _, text in told["passages"]] == [FIRE.text, FLOOD.text]
    assert told["articles"] == [("Fire at the mill", "Harbour Wire", "2024-11-30"), ("Flood", "Harbour Wire", "")]
    assert [[hit["passage"] for hit in one["hits"]] for one in told["questions"]] == [[0, 1]] * 4 + [[]]


def test_what_is_told_of_a_question_names_the_relevant_articles_that_were_not_found() -> None:
    unseen = "9" * 32
    told = data([RIGHT, replace(RIGHT, hits=(FLOOD,), relevant=(FIRE.article, unseen))])["questions"]
    assert [one["missing"] for one in told] == [[], ["Fire at the mill", unseen]]
    assert [(hit["relevant"], hit["evidence"]) for hit in told[0]["hits"]] == [(True, [1]), (False, [])]


def test_data_can_stand_in_a_script_whatever_its_words_are() -> None:
    words = embedded({"words": [HOSTILE, "\ud800 alone"]})
    assert not set(words) & set("<>&\u2028\u2029\ud800")
    assert json.loads(words) == {"words": [HOSTILE, "\ud800 alone"]}


def drawn(results: Sequence[Result]) -> dict[str, Plot]:
    return {plot.title: plot for plot in plots(figures(results), results)}


def test_a_plot_with_nothing_to_show_is_left_out() -> None:
    assert list(drawn(RESULTS)) == ["Search, by k", "Risk and coverage", "Seconds a question", "By type"]
    assert list(drawn([RIGHT, SHY])) == ["Search, by k", "Risk and coverage", "Seconds a question", "By type"]
    assert list(drawn([replace(RIGHT, tags={}, relevant=())])) == ["Risk and coverage", "Seconds a question"]
    assert list(drawn([replace(RIGHT, mode="search", tags={}, seconds={})])) == ["Search, by k"]
    assert list(drawn([replace(DECLINED, tags={}, seconds={})])) == []
    assert list(drawn([])) == []


def test_a_report_of_nothing_is_a_page_without_plots() -> None:
    assert "<svg" not in page_of() and 'id="plots"' not in page_of()


def test_the_curve_ends_at_what_was_served() -> None:
    note = drawn([RIGHT, WRONG, SHY])["Risk and coverage"].note
    assert "67% of the questions answered, 50% of those answers wrong" in note
    assert "lowest confidence served is 0.40" in note


def test_evidence_is_drawn_where_it_is_known() -> None:
    assert "evidence recall@k" in drawn(RESULTS)["Search, by k"].svg
    assert "evidence recall@k" not in drawn([replace(RIGHT, evidence_ranks=())])["Search, by k"].svg


def test_bars_show_the_largest_groups() -> None:
    many = [replace(RIGHT, id=f"{at}", tags={"month": f"month {at % 30}"}) for at in range(700)]
    plot = drawn(many)["By month"]
    assert plot.note.endswith("The 20 largest groups of 30.")
    assert len(re.findall(r">month \d+<", plot.svg)) == 20


def test_a_plot_takes_its_colours_and_its_letters_from_the_page() -> None:
    assert len(set(drawing.COLOURS.values())) == len(drawing.COLOURS)
    template = (ROOT / "eval/report.html.j2").read_text(encoding="utf-8")
    light, dark = template.split("prefers-color-scheme: dark", 1)
    for plot in drawn(RESULTS).values():
        assert not re.search(r"(fill|stroke): *#", plot.svg)
        for name in set(re.findall(r"var\(--([a-z-]+)\)", plot.svg)):
            assert f"--{name}:" in light and f"--{name}:" in dark
        assert "<text" in plot.svg and "<style" not in plot.svg and "<metadata" not in plot.svg


def test_names_of_tags_are_drawn_as_they_are() -> None:
    values = (HOSTILE, "$x^$", "حلب", "新聞\n", "a" * 200)
    results = [replace(RIGHT, id=f"{at}", tags={HOSTILE: value}) for at, value in enumerate(values)]
    (plot,) = [plot for title, plot in drawn(results).items() if title.startswith("By")]
    assert all(words in plot.svg for words in (">$x^$<", ">حلب<", ">新聞<", f">{'a' * 28}…<"))
    assert "<script" not in plot.svg and "<img" not in plot.svg


def test_the_same_report_gives_the_same_bytes() -> None:
    told = made(RESULTS)
    assert html(told, RESULTS) == html(told, RESULTS)


def test_drawing_needs_no_home_and_prints_nothing(tmp_path: Path) -> None:
    code = (
        "import eval.html_report\nfrom eval.drawing import draw\n"
        "assert 'matplotlib' not in __import__('sys').modules\n"
        "assert '<svg' in draw('x', lambda axes: axes[0].set_title('\u65b0'), height=2)"
    )
    nowhere = tmp_path / "file"
    nowhere.touch()
    without = {name: value for name, value in os.environ.items() if not name.startswith(("MPL", "XDG_"))}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env={**without, "HOME": str(nowhere)},
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert (done.stdout, done.stderr) == ("", "")


def test_the_policy_lets_our_script_run_and_nothing_else() -> None:
    page = page_of(*RESULTS)
    (script,) = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    policy = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    hashed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hashed}';" in policy[0]
    assert "innerHTML" not in script and "https:" not in page


@contextmanager
def opened(browser: Any, folder: Path, page: str, **settings: Any) -> Iterator[Any]:
    """The page from its file; it must fetch nothing and run into no error."""
    file = folder / "report.html"
    file.write_text(page, encoding="utf-8")
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **settings})
    shown, asked, errors = context.new_page(), list[str](), list[str]()
    shown.on("request", lambda request: asked.append(request.url))
    for kind in ("console", "pageerror", "dialog"):
        shown.on(kind, lambda told: errors.append(str(told)))
    shown.goto(file.as_uri())
    yield shown
    assert asked == [file.as_uri()]
    assert errors == []
    context.close()


def questions_of(page: Any) -> list[str]:
    found = page.locator("#list > details:visible .asked").all_text_contents()
    assert page.locator("#shown").inner_text() == f"{len(found)} of {len(RESULTS)} questions"
    return list(found)


def test_a_question_opens_down_to_its_hits_answer_and_marked_citations(browser: Any, tmp_path: Path) -> None:
    with opened(browser, tmp_path, page_of(*RESULTS)) as page:
        assert page.locator(".detail").count() == 0, "what is in a row is made when it is opened"
        page.get_by_text("How many died?").click()
        said = " ".join(page.locator(".said").inner_text().split())
        for words in ("Expected four 4", "Answer The fire killed four. [1]", "the mill Harbour Wire · 2024-11-30",
                      "carries the answer", "faithful 0.75", "search 0.01 read 0.5", "type number"):  # fmt: skip
            assert words in said
        assert page.locator("blockquote").inner_text() == QUOTED.quote
        hits = page.locator(".hits > li")
        assert [one.split("\n")[0] for one in hits.all_inner_texts()] == ["Fire at the mill", "Flood"]
        assert hits.locator(".words").all_text_contents() == [FIRE.text, FLOOD.text]
        assert hits.locator("mark").all_text_contents() == [QUOTED.quote]
        assert hits.nth(0).locator(".label").all_text_contents() == ["relevant", "evidence 1"]
        assert hits.nth(1).locator(".label").count() == 0
        assert "evidence 2 not found" in page.locator(".detail").inner_text()


def test_what_should_be_declined_and_what_failed_say_so(browser: Any, tmp_path: Path) -> None:
    with opened(browser, tmp_path, page_of(*RESULTS)) as page:
        page.get_by_text("Who won?").click()
        assert "To decline: the articles do not say." in page.locator(".said").inner_text()
        page.locator("summary", has_text="failed").last.click()
        assert "The index is damaged." in page.locator(".error").inner_text()


def test_questions_are_filtered_by_what_came_of_them_by_tag_and_by_words(browser: Any, tmp_path: Path) -> None:
    with opened(browser, tmp_path, page_of(*RESULTS)) as page:
        assert len(questions_of(page)) == len(RESULTS)
        page.get_by_label("What came of it").select_option("declined wrongly")
        assert questions_of(page) == [SHY.question]
        page.get_by_label("What came of it").select_option("")
        page.get_by_label("Tag").select_option(label="number (1)")
        assert questions_of(page) == [RIGHT.question]
        page.get_by_label("Tag").select_option("")
        page.get_by_role("searchbox").fill("NOT say won")
        assert questions_of(page) == [DECLINED.question]
        page.get_by_role("searchbox").fill("")
        page.get_by_label("Order").select_option("most confident first")
        assert questions_of(page)[0] == RIGHT.question
        page.get_by_label("Order").select_option("least confident first")
        assert questions_of(page)[-1] == RIGHT.question


def test_the_keyboard_opens_a_question(browser: Any, tmp_path: Path) -> None:
    with opened(browser, tmp_path, page_of(*RESULTS)) as page:
        page.get_by_role("searchbox").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator(".hits mark").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_it_without_scrolling_sideways(browser: Any, tmp_path: Path, scheme: str) -> None:
    narrow = {"viewport": {"width": 390, "height": 860}, "color_scheme": scheme}
    with opened(browser, tmp_path, page_of(*RESULTS), **narrow) as page:
        page.locator("#list > details > summary").first.click()
        page.locator(".hits mark").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        colour = page.evaluate("getComputedStyle(document.querySelector('figure svg text')).fill")
        assert (min(map(int, re.findall(r"\d+", colour))) > 127) == (scheme == "dark")


def test_without_scripts_tables_and_plots_show_and_what_is_missing_is_said(browser: Any, tmp_path: Path) -> None:
    with opened(browser, tmp_path, page_of(*RESULTS), java_script_enabled=False) as page:
        assert page.locator("figure svg").count() == 4
        assert page.locator("table").first.is_visible()
        assert "need JavaScript" in page.locator("noscript").inner_text()
        assert not page.locator("#controls").is_visible()


def test_hostile_words_are_shown_and_do_nothing(browser: Any, tmp_path: Path) -> None:
    hit = replace(FIRE, title=HOSTILE, outlet=HOSTILE, published=HOSTILE, text=HOSTILE)
    words = {"wanted": (HOSTILE,), "text": HOSTILE, "error": HOSTILE, "mode": HOSTILE, "tags": {HOSTILE: HOSTILE}}
    cited = Cited(number=1, article=hit.article, start=hit.start + 2, quote=HOSTILE[2:-2], carries=False)
    named = {"judged": {HOSTILE: 0.5}, "seconds": {HOSTILE: 0.5}}
    bad = replace(RIGHT, id=HOSTILE, question=HOSTILE, hits=(hit,), cited=(cited,), **words, **named)
    results = (bad, replace(RIGHT, tags={HOSTILE: "else"}))
    with opened(browser, tmp_path, html(made(results, HOSTILE), results)) as page:
        page.locator("#list > details > summary").first.click()
        shown = {
            name: page.locator(f"{name} >> visible=true").first.text_content()
            for name in (".asked", ".head b", ".head span span", ".hits .words", ".error", ".said .words", "h1")
        }
        assert shown == dict.fromkeys(shown, HOSTILE)
        assert page.locator(".hits mark").text_content() == HOSTILE[2:-2]
        assert page.locator("#list dt", has_text="onerror").first.text_content() == HOSTILE
        page.get_by_label("Tag").select_option(label="else (1)")
        assert page.locator("#list > details:visible").count() == 1
        assert page.locator("img, [onerror], [onload], #list script").count() == 0
        assert page.locator("script").count() == 2
        assert page.evaluate("window.hacked") is None


def test_the_policy_holds_were_words_ever_to_become_markup(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "report.html"
    file.write_text(page_of(RIGHT), encoding="utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    markup = json.dumps(f"<img src='data:,' onerror='{HACKED}'><img src='https://example.org/x.png'>")
    page.evaluate(f"document.addEventListener('securitypolicyviolation', e => (window.broken ??= []).push(e));"
                  f"document.body.innerHTML = {markup}")  # fmt: skip
    page.wait_for_function("window.broken?.length === 2")
    assert page.evaluate("window.hacked") is None
    page.close()
