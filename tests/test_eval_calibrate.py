"""The weights of the reader's confidence: fitted to what was right, and never speaking against an answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from answer.signals import Signals, Weights
from eval.calibrate import Judged, fitted

known = st.lists(st.floats(0, 1), min_size=10, max_size=10).map(lambda values: Signals(*values))
rows = st.lists(st.tuples(known, st.booleans()), min_size=1, max_size=30)


def of_span(span: float, *, margin: float = 0.0) -> Signals:
    return Signals(span, margin, *[0.0] * 8)


def test_what_speaks_for_an_answer_is_weighed_and_what_does_not_is_not() -> None:
    judged: list[Judged] = [(of_span(1.0), True), (of_span(0.0, margin=1.0), False)] * 50
    weights, bias = fitted(judged)
    assert weights[0] > 1 and weights[1:] == [0.0] * 9
    sure = Weights(Signals(*weights), bias)
    assert sure.confidence(of_span(1.0)) > 0.8 > 0.2 > sure.confidence(of_span(0.0))


@given(rows)
def test_no_weight_is_below_zero_whatever_was_right(judged: list[Judged]) -> None:
    weights, _ = fitted(judged)
    assert len(weights) == 10 and min(weights) >= 0.0
