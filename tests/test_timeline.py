"""What was found, day by day: counted rightly, guesses left out, and every word text."""

from __future__ import annotations

import re

from answer.schema import Citation
from tests.conftest import article
from ui.timeline import shape_html, spread, timeline_html


def on(day: str | None, words: str = "", **facts: str) -> object:
    return article(f"Words {words} of {day}.", published=day, **facts)


DAYS = [on("2024-11-30", "a"), on("2024-11-30T10:00+02:00", "b"), on("2024-12-01"), on("2024-12-04")]


def test_a_bar_a_day_with_its_count_and_those_cited_are_marked() -> None:
    cited = Citation(number=1, article=DAYS[2], start=0, end=5)
    shown = timeline_html(DAYS, [cited])
    assert re.findall(r"data-day='([^']+)'", shown) == ["2024-11-30", "2024-12-01", "2024-12-04"]
    assert "30 November 2024: 2 articles'" in shown and "1 December 2024: 1 article, cited" in shown
    assert shown.count("class='bar cited'") == 1 and "30 November 2024 – 4 December 2024" in shown


def test_many_days_are_counted_by_month_or_year() -> None:
    months = [on(f"202{n % 3}-{1 + n % 12:02}-{1 + n % 28:02}", str(n)) for n in range(80)]
    assert set(map(len, re.findall(r"data-day='([^']+)'", timeline_html(months, ())))) == {7}
    years = [on(f"{1950 + n}-01-{1 + n % 28:02}") for n in range(75)]
    assert set(map(len, re.findall(r"data-day='([^']+)'", timeline_html(years, ())))) == {4}


def test_what_has_no_known_day_is_counted_apart_and_makes_no_bar() -> None:
    guess = on("2024-12-09", published_from="guess")
    shown = timeline_html([*DAYS, on(None), guess], ())
    assert "2 without a date" in shown and "2024-12-09" not in shown
    assert spread(DAYS) and not spread([*DAYS[:3], guess, on(None)])


def test_the_quotes_stand_in_the_order_of_their_dates_and_undated_ones_last() -> None:
    cited = [
        Citation(number=n, article=one, start=0, end=len(one.text))
        for n, one in enumerate((on(None, "<b>x"), DAYS[3], DAYS[0]), 1)
    ]
    shown = timeline_html([one.article for one in cited], cited)
    assert [int(n) for n in re.findall(r"\[(\d)\]</li>", shown)] == [3, 2, 1]
    assert "&lt;b&gt;x" in shown and "date unknown" in shown
    assert "order of date" not in timeline_html(DAYS, cited[:1])


def test_the_shape_names_the_largest_outlets_and_counts_the_rest() -> None:
    many = [on("2024-01-01", str(n), outlet=f"Outlet {n % 15}") for n in range(40)]
    shown = shape_html([*many, on("2024-01-02", outlet="<Wire>")])
    assert shown.count("<span class='name'") == 12 and "and 4 more outlets" in shown
    assert shape_html([]) == ""
