"""Reports of one number: compared within one event only, and told to differ, to be brought up to date or corrected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.cite import Pick, cite
from answer.roles import unit_of
from answer.values import Compared, Report, compare, in_short
from tests.conftest import article

DEAD = "How many people were killed in the Dervan shelling?"


def pick(text: str, exact: str, *, confidence: float = 0.8, **facts: str | None) -> Pick:
    one = article(text, **({"published": "2023-06-10"} | facts))
    at = text.index(exact)
    return Pick(article=one, start=0, end=len(text), confidence=confidence, exact=(at, at + len(exact)))


def told(*picks: Pick, question: str = DEAD, alike: float = 0.9) -> Compared | None:
    return compare(question, picks, lambda one, other: alike)


def short(found: Compared | None) -> str:
    assert found
    _, citations = cite(found.picks)
    return in_short(found.relation.value, found.values(citations))


def test_reports_of_the_same_day_differ() -> None:
    found = told(
        pick("Nine people were killed when shells hit Dervan on Saturday, a doctor said.", "Nine"),
        pick("Shells killed six people in Dervan on Saturday, the army said.", "six"),
    )
    assert short(found) == "Reports differ: nine or six"


def test_equal_numbers_in_words_and_figures_are_one_value() -> None:
    found = told(
        pick("Four people were killed in Dervan on Saturday.", "Four"),
        pick("Shells killed 4 people in Dervan.", "4"),
    )
    assert found is None
    assert short(
        told(
            pick("Four people were killed in Dervan on Saturday.", "Four"),
            pick("Shells killed 4 people in Dervan.", "4"),
            pick("Shells killed 11 people in Dervan.", "11"),
        )
    ) == "Reports differ: four or 11"  # fmt: skip


def test_a_later_higher_toll_is_an_update() -> None:
    older = pick("Four people were killed in Dervan on Saturday.", "Four")
    newer = pick("Seven people were killed by Saturday's shelling of Dervan.", "Seven", published="2023-06-12")
    assert short(told(older, newer)) == "seven (earlier four)"


def test_a_later_lower_toll_of_another_outlet_differs() -> None:
    older = pick("Seven people were killed in Dervan on Saturday.", "Seven", outlet="Wire")
    newer = pick(
        "Four people were killed by Saturday's shelling of Dervan.", "Four", outlet="Post", published="2023-06-12"
    )
    assert short(told(older, newer)) == "Reports differ: four or seven"


def test_a_correction_of_the_same_outlet_supersedes() -> None:
    older = pick("Seven people were killed in Dervan on Saturday.", "Seven", outlet="Wire")
    words = "Four people were killed in Dervan on Saturday. We earlier reported seven."
    newer = pick(words, "Four", outlet="Wire", published="2023-06-12")
    assert short(told(older, newer)) == "four (corrected, earlier seven)"


def test_the_hour_tells_which_of_a_day_is_later_whatever_its_zone() -> None:
    older = pick("Four people were killed in Dervan.", "Four", published="2023-06-10T11:00+03:00")
    newer = pick("Seven people were killed in Dervan.", "Seven", published="2023-06-10T17:00Z")
    assert short(told(older, newer)) == "seven (earlier four)"
    assert short(told(newer, older)) == "seven (earlier four)"


def test_a_higher_toll_of_the_same_hours_is_another_count_unless_it_says_that_it_rose() -> None:
    older = pick("Four people were killed in Dervan.", "Four", published="2023-06-10T11:00Z")
    newer = pick("Seven people were killed in Dervan.", "Seven", published="2023-06-10T12:00Z")
    risen = pick("The number of people killed in Dervan rose to seven.", "seven", published="2023-06-10T12:00Z")
    assert short(told(older, newer)) == "Reports differ: seven or four"
    assert short(told(older, risen)) == "seven (earlier four)"


def test_a_toll_that_rose_is_told_though_the_older_report_allowed_for_it() -> None:
    older = pick("At least four people were killed in Dervan.", "four", published="2023-06-10")
    same = pick("Seven people were killed in Dervan.", "Seven", published="2023-06-11")
    risen = pick("The number of people killed in Dervan has risen to seven.", "seven", published="2023-06-11")
    assert told(older, same) is None
    assert short(told(older, risen)) == "seven (earlier four)"


def test_a_part_is_not_held_against_the_whole() -> None:
    whole = pick("Nine people were killed in Dervan.", "Nine")
    for words, answer in (
        ("In Karvosh, a suburb of Dervan, four people were killed.", "four"),
        ("Shells killed people in Dervan, among them four people of one house.", "four"),
        ("Four of them were killed in Dervan.", "Four"),
        ("Voters of the Northern Region counted four people killed in Dervan.", "four"),
    ):
        assert told(whole, pick(words, answer)) is None, words


@pytest.mark.parametrize(
    ("words", "after", "unit"),
    [
        ("8,700 hectares", " were burnt", "hectare"),
        ("140", " flights at Velmont", "flight"),
        ("Three", " of the four crew members died", "crew"),
        ("615", ", the operator said", ""),
        ("half a million pounds", "", "pounds"),
        ("168", " prisoners had got away", "people"),
        ("12", " were killed", ""),
    ],
)
def test_what_is_counted_is_told_by_the_words_after_a_number(words: str, after: str, unit: str) -> None:
    assert unit_of(words, after) == unit


@pytest.mark.parametrize(
    ("one", "other", "facts"),
    [
        ("Four people were killed in Dervan.", "Twelve people were wounded in Dervan.", {}),
        ("Four people were killed in Dervan.", "Twelve children were killed in Dervan.", {}),
        ("Four people were killed near Asse in Dervan.", "Twelve people were killed near Brind in Dervan.", {}),
        ("Four people were killed in Dervan.", "Twelve people were killed in Dervan.", {"published": "2023-06-20"}),
        ("Four people were killed in Dervan.", "Twelve people were killed in Dervan.", {"published": None}),
        ("Four people were killed on Saturday.", "Twelve people were killed on 2 June 2019.", {}),
    ],
)
def test_another_role_unit_place_or_day_is_another_event(one: str, other: str, facts: dict[str, str | None]) -> None:
    assert told(pick(one, "Four"), pick(other, "Twelve", **facts)) is None


def test_passages_that_are_about_different_things_are_not_compared() -> None:
    picks = (pick("Four people were killed in Dervan.", "Four"), pick("Six people were killed in Dervan.", "Six"))
    assert told(*picks, alike=0.2) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("At least four people were killed.", "four"), ("Six people were killed.", "Six")),
        (("About 300 people were killed.", "300"), ("Some 312 people were killed.", "312")),
        (("Up to 40 people were killed.", "40"), ("Thirty-one people were killed.", "Thirty-one")),
        (("More than 1,000 people were killed.", "1,000"), ("1,150 people were killed.", "1,150")),
    ],
)
def test_what_may_both_be_true_does_not_differ(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert told(pick(*one), pick(*other)) is None


def test_the_role_is_of_the_clause_that_the_number_stands_in() -> None:
    text = "Two nurses were killed and 17 people were wounded; three others fled."
    roles = [Report(DEAD, pick(text, exact)).role for exact in ("Two", "17", "three")]
    assert roles == ["killed", "wounded", "displaced"]


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(10, 28)), min_size=2, max_size=5))
def test_every_value_rests_on_a_citation_that_gives_it(numbers: list[tuple[int, int]]) -> None:
    picks = [
        pick(f"{number} people were killed in Dervan. {i}", str(number), published=f"2023-06-{day}")
        for i, (number, day) in enumerate(numbers)
    ]
    found = told(*picks)
    if found:
        _, citations = cite(found.picks)
        values = found.values(citations)
        assert len(values) > 1 and sorted(n for v in values for n in v.numbers) == list(range(1, len(citations) + 1))
        assert [v.as_of for v in values] == sorted((v.as_of for v in values), reverse=True)


@pytest.mark.parametrize(
    ("asked", "one", "other"),
    [
        (
            "How many houses were flooded?",
            ("Some 300 houses in the town of Anterra stood under water.", "300"),
            ("In all 2,150 houses were flooded, the province said.", "2,150"),
        ),
        (
            "How many dockers of Lornach are on strike?",
            ("Half of the 1,200 dockers in Lornach went on strike.", "1,200"),
            ("A strike by 600 dockers shut Lornach.", "600"),
        ),
        (
            "How many died at Valmorra?",
            ("19 passengers and three railway employees died at Valmorra.", "19"),
            ("At Valmorra, 22 passengers died.", "22"),
        ),
        (
            "How many were hurt off Velanos?",
            ("Fire on a ferry off Velanos injured 18 passengers.", "18"),
            ("Fire in Castreno injured five passengers on a ferry.", "five"),
        ),
    ],
)
def test_a_part_a_sum_and_a_number_of_elsewhere_are_not_compared(
    asked: str, one: tuple[str, str], other: tuple[str, str]
) -> None:
    assert told(pick(*one), pick(*other), question=asked) is None


def test_what_is_asked_may_be_told_in_words_of_no_known_role() -> None:
    question = "How many miners were rescued at Veldt?"
    picks = (
        pick("Nine miners were lifted from Veldt alive on Saturday.", "Nine"),
        pick("On Saturday 32 miners were saved at Veldt.", "32"),
    )
    assert short(told(*picks, question=question)) == "Reports differ: nine or 32"
