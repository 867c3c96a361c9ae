"""What a question is asked of, and the chips that take it back."""

from __future__ import annotations

from index.schema import Filters
from index.understand import Reading
from ui.scope import ANYWHERE, EARLIER, FILTERS, Scope, chips_html, without

BOXES = ["Harbour <Wire>", "", None, " 2024 ", "", "", False]


def test_the_boxes_of_the_page_are_the_filters_and_back() -> None:
    boxes = ["Wire", "Ann", "strike", "2024", "2025", "2026", True]
    scope = Scope.of(boxes, {"time"})
    assert scope == Scope(Filters(**dict(zip(FILTERS, boxes[:6], strict=True))), True, frozenset({"time"}))
    assert scope.boxes == boxes and list(scope.set_filters) == list(FILTERS)
    assert Scope.of(BOXES).set_filters == {"outlet": "Harbour <Wire>", "since": "2024"}
    assert Scope.of([""] * 6 + [False]) == ANYWHERE


def test_a_filter_that_is_taken_back_leaves_the_others() -> None:
    assert without(["Wire", "Ann", "", "", "", "", True], "outlet") == ["", "Ann", "", "", "", "", True]
    assert without(["Wire", "Ann", "", "", "", "", True], "literal")[-1] is False
    assert without(["Wire", "", "", "", "", "", False], "no such") == ["Wire", "", "", "", "", "", False]


def test_every_filter_and_reading_is_a_chip_and_stays_text() -> None:
    readings = (Reading("outlet", "The 'Post'"), Reading("time", "printed 2024"))
    shown = chips_html(Scope.of([*BOXES[:-1], True]), readings, "Who <b> did it?")
    assert shown.count("<li>") == 6
    for key in ("filter:outlet", "filter:since", "filter:literal", "reading:The &#x27;Post&#x27;", "reading:time"):
        assert f"data-drop='{key}'" in shown
    assert f"data-drop='reading:{EARLIER}'" in shown and "Who &lt;b&gt; did it?" in shown
    assert "aria-label='Remove: Outlet Harbour &lt;Wire&gt;'" in shown


def test_nothing_set_and_nothing_read_is_no_chip() -> None:
    assert chips_html(ANYWHERE) == ""
