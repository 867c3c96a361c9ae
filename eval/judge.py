"""What a language model says of answers, by llama-index's evaluators: an opinion, kept apart from what is measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from answer.llm import LanguageModel
from answer.schema import Answer


class Judge:
    """Asks a model of each answer: whether its passages say it, whether it answers, and whether it is correct.

    `failed` counts what it was asked and did not say, and `reason` is why it last did not.
    """

    def __init__(self, model: LanguageModel) -> None:
        from llama_index.core.evaluation import AnswerRelevancyEvaluator, CorrectnessEvaluator, FaithfulnessEvaluator

        self.name, self.failed, self.reason = model.name, 0, ""
        self._faithfulness = FaithfulnessEvaluator(llm=model.adapter)
        self._relevancy = AnswerRelevancyEvaluator(llm=model.adapter)
        self._correctness = CorrectnessEvaluator(llm=model.adapter)

    def judged(self, answer: Answer, wanted: Sequence[str] | None) -> dict[str, float]:
        """Faithfulness, answer relevancy and correctness, each from 0 to 1; none of an answer that was declined.

        Correctness needs a known answer. What the judge fails to say, or says unreadably, is left out.
        """
        if answer.abstained:
            return {}
        words = " ".join(sentence.text for sentence in answer.sentences)
        contexts = [citation.quote for citation in answer.citations]
        asks: dict[str, Callable[[], Any]] = {
            "faithfulness": lambda: self._faithfulness.evaluate(response=words, contexts=contexts).score,
            "answer relevancy": lambda: self._relevancy.evaluate(query=answer.asked, response=words).score,
        }
        if wanted:
            asks["correctness"] = lambda: _of_five(
                self._correctness.evaluate(query=answer.asked, response=words, reference="; ".join(wanted)).score
            )
        found = {name: self._said(ask) for name, ask in asks.items()}
        return {name: min(1.0, max(0.0, value)) for name, value in found.items() if value is not None}

    def _said(self, ask: Callable[[], Any]) -> float | None:
        try:
            value = ask()
            if value is not None:
                return float(value)
            self.reason = "it gave no mark"
        except Exception as error:  # a judge that is away judges nothing; the measured figures stand without it
            self.reason = type(error).__name__
        self.failed += 1
        return None


def _of_five(score: float | None) -> float | None:
    """A mark from 1 to 5 as 0 to 1."""
    return None if score is None else (score - 1.0) / 4.0
