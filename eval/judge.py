"""What a language model says of answers, by llama-index's evaluators: an opinion, kept apart from what is measured."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import Any, Self

from answer.llm import LanguageModel
from answer.schema import Answer


class Judge:
    """Asks a model of each answer: whether its passages say it, whether it answers, and whether it is correct.

    `failed` counts what it was asked and did not say, and `reason` is why it last did not. The evaluators work in an
    event loop, which is the judge's own until it is closed: llama-index would leave one open.
    """

    def __init__(self, model: LanguageModel) -> None:
        from llama_index.core.evaluation import AnswerRelevancyEvaluator, CorrectnessEvaluator, FaithfulnessEvaluator

        self.name, self.failed, self.reason = model.name, 0, ""
        self._faithfulness = FaithfulnessEvaluator(llm=model.adapter)
        self._relevancy = AnswerRelevancyEvaluator(llm=model.adapter)
        self._correctness = CorrectnessEvaluator(llm=model.adapter)
        self._loop = asyncio.Runner()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.close()

    def judged(self, answer: Answer, wanted: Sequence[str] | None) -> dict[str, float]:
        """Faithfulness, answer relevancy and correctness, each from 0 to 1; none of an answer that was declined.

        Correctness needs a known answer. What the judge fails to say, or says unreadably, is left out.
        """
        if answer.abstained:
            return {}
        words = " ".join(sentence.text for sentence in answer.sentences)
        contexts = [citation.quote for citation in answer.citations]
        found = {
            "faithfulness": self._said(self._faithfulness.aevaluate(response=words, contexts=contexts)),
            "answer relevancy": self._said(self._relevancy.aevaluate(query=answer.asked, response=words)),
        }
        if wanted:
            reference = "; ".join(wanted)
            said = self._said(self._correctness.aevaluate(query=answer.asked, response=words, reference=reference))
            # It marks from 1 to 5.
            found["correctness"] = None if said is None else (said - 1.0) / 4.0
        return {name: min(1.0, max(0.0, value)) for name, value in found.items() if value is not None}

    def _said(self, asked: Coroutine[Any, Any, Any]) -> float | None:
        try:
            value = self._loop.run(asked).score
            if value is not None:
                return float(value)
            self.reason = "it gave no mark"
        except Exception as error:  # a judge that is away judges nothing; the measured figures stand without it
            self.reason = type(error).__name__
        self.failed += 1
        return None
