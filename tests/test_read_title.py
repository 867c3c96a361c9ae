"""What a text without a title is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.read import title_of

TEXT = "The harbour of Portville reopened on Monday after a week of storms, its master said.\n\nTwo ferries sailed.\n"


@pytest.mark.parametrize(
    "line",
    [
        "Portville harbour reopens after a week of storms",
        "Harbour reopens, says master of U.S.",
        "Why did the ferry stop?",
    ]
    + ["أعيد فتح ميناء المدينة بعد العواصف", "风暴之后港口重新开放", "Getty Images opens an office in Portville"],
)
def test_a_first_line_that_reads_like_a_headline_is_the_title(line: str) -> None:
    assert title_of(f"\n{line}\n\n{TEXT}") == line


@pytest.mark.parametrize(
    "line",
    [
        "Boats are moored in the harbour of Portville on March 14, 2021 (AFP Photo)",
        "Waves break over the pier following the storm around the old lighthouse of Portville on March 14, 2021.",
        "Rescuers at the flooded quay in Portville, Example Province, March 14, 2021",
        "The lighthouse of Portville is pictured before the storm",
        "A ferry leaves Portville [Ann Example/Reuters]",
        "A ferry leaves Portville. Ann Example/Getty Images",
        "Photo: the harbour at dawn",
        "File photo of the harbour",
    ],
)
def test_a_photo_caption_is_not_the_title(line: str) -> None:
    assert title_of(f"{line}\nHarbour reopens\n\n{TEXT}") == "Harbour reopens"
    assert (
        title_of(f"{line}\n\n{TEXT}")
        == "The harbour of Portville reopened on Monday after a week of storms, its master…"
    )


@pytest.mark.parametrize(
    "line",
    ["Bonus video:", ">> Ferries stop", "See also Ferries stop", "By Ann Example and Bo Sample", "World", "Harbour:"],
)
def test_a_line_beside_the_article_is_not_the_title(line: str) -> None:
    assert title_of(f"{line}\n\nHarbour reopens\n\n{TEXT}") == "Harbour reopens"


def test_a_text_without_a_headline_is_called_by_its_opening_words() -> None:
    assert title_of("Ferries sailed again.\nMore.") == "Ferries sailed again."
    assert (
        title_of("Ferries sailed\nagain on Monday, the\nMayor said.")
        == "Ferries sailed again on Monday, the Mayor said."
    )
    assert title_of("World") == "World"


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"])))
def test_opening_words_are_short(text: str) -> None:
    title = title_of("x " * 80 + text + " x.")
    assert len(title) <= 80
    assert title.endswith("x…")


@given(st.text())
def test_every_text_has_a_title(text: str) -> None:
    assert bool(title_of(text)) == bool(text.strip())
    assert "\n" not in title_of(text)
