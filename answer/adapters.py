"""For applications built on llama-index: Dateline's retriever, query engine and chat engine in its shapes.

    from answer.adapters import DatelineChatEngine, DatelineQueryEngine, DatelineRetriever

Nothing of llama-index comes further into Dateline than this file, and its global `Settings` are not touched.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Thread
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.chat_engine.types import AgentChatResponse, BaseChatEngine, StreamingAgentChatResponse
from llama_index.core.llms import ChatMessage, ChatResponse, MessageRole
from llama_index.core.memory import ChatMemoryBuffer
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from answer.assistant import of, query, settings_for, stream
from answer.conversation import Earlier
from answer.events import Checked, Done, Withdrawn
from answer.followup import Turn
from answer.schema import Answer, Citation, article_dict, elsewhere
from index.schema import Article, Filters, Hit


class DatelineRetriever(BaseRetriever):  # type: ignore[misc]
    """Hits as scored nodes: the chunk's words with their offsets, the article's facts as metadata.

    `ranking` is one of `index.search.RANKINGS`; by default a question is read for outlets, times and parts.
    """

    def __init__(
        self,
        store: str | Path | None = None,
        *,
        k: int = 10,
        filters: Filters | None = None,
        ranking: str | None = None,
    ) -> None:
        super().__init__()
        self._store, self._k, self._filters, self._ranking = store, k, filters, ranking

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        retriever = of(settings_for(self._store)).retriever
        found = retriever.search(query_bundle.query_str, k=self._k, filters=self._filters, ranking=self._ranking)
        return [_hit_node(hit) for hit in found]


class DatelineQueryEngine(BaseQueryEngine):  # type: ignore[misc]
    """`query()` as a query engine: the response is the answer's text, its source nodes are the citations.

    `response.metadata["answer"]` is the whole Answer as plain values. `asking` are further arguments of `query`, such
    as `k=20`, `outlet="Harbour Wire"` or `llm="ollama:llama3.2"`.
    """

    def __init__(self, store: str | Path | None = None, **asking: Any) -> None:
        super().__init__(callback_manager=None)
        self._asking = {"store": store, **asking}

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = query(query_bundle.query_str, **self._asking)
        return Response(response=answer.text, source_nodes=_cited(answer), metadata={"answer": answer.as_dict()})

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


class DatelineChatEngine(BaseChatEngine):  # type: ignore[misc]
    """A conversation as a chat engine: each question is understood by the ones before it, and searched anew.

    Arguments are those of `query`. What is streamed are checked sentences with their numbers, one at a time.
    """

    def __init__(self, store: str | Path | None = None, **asking: Any) -> None:
        self._asking = {"store": store, **asking}
        self._memory = ChatMemoryBuffer.from_defaults(token_limit=100_000)
        self._answers: list[Earlier] = []

    def chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        answer = query(message, history=self._earlier(chat_history), **self._asking)
        self._memory.put(ChatMessage(role=MessageRole.USER, content=message))
        self._memory.put(ChatMessage(role=MessageRole.ASSISTANT, content=answer.text))
        self._answers.append(answer)
        metadata = {"answer": answer.as_dict()}
        return AgentChatResponse(response=answer.text, source_nodes=_cited(answer), metadata=metadata)

    def stream_chat(self, message: str, chat_history: list[ChatMessage] | None = None) -> StreamingAgentChatResponse:
        earlier = self._earlier(chat_history)
        self._memory.put(ChatMessage(role=MessageRole.USER, content=message))
        response = StreamingAgentChatResponse()
        response.chat_stream = self._replies(message, earlier, response)
        Thread(target=response.write_response_to_history, args=(self._memory,), daemon=True).start()
        return response

    async def achat(self, message: str, chat_history: list[ChatMessage] | None = None) -> AgentChatResponse:
        return await asyncio.to_thread(self.chat, message, chat_history)

    async def astream_chat(
        self, message: str, chat_history: list[ChatMessage] | None = None
    ) -> StreamingAgentChatResponse:
        return await asyncio.to_thread(self.stream_chat, message, chat_history)

    def reset(self) -> None:
        self._memory.reset()
        self._answers = []

    @property
    def chat_history(self) -> list[ChatMessage]:
        return list(self._memory.get_all())

    def _earlier(self, given: list[ChatMessage] | None) -> list[Earlier]:
        """What was asked before: of the messages that are given, or else of this engine's own."""
        if given is None:
            return list(self._answers)
        found: list[Earlier] = []
        for one in given:
            if one.role == MessageRole.USER:
                found.append(Turn(question=one.content or ""))
            elif one.role == MessageRole.ASSISTANT and found and isinstance(found[-1], Turn):
                found[-1] = Turn(question=found[-1].question, answer=one.content or "")
        return found

    def _replies(
        self, message: str, earlier: Sequence[Earlier], response: StreamingAgentChatResponse
    ) -> Iterator[ChatResponse]:
        for event in stream(message, history=earlier, **self._asking):
            if isinstance(event, Checked):
                numbers = "".join(f"[{number}]" for number in event.sentence.numbers)
                yield _piece(f"{event.sentence.text} {numbers}".rstrip() + " ")
            elif isinstance(event, Withdrawn):
                yield _piece(f"({event.note}) ")
            elif isinstance(event, Done):
                self._answers.append(event.answer)
                response.source_nodes = _cited(event.answer)


def _piece(words: str) -> ChatResponse:
    return ChatResponse(message=ChatMessage(role=MessageRole.ASSISTANT, content=words), delta=words)


def _cited(answer: Answer) -> list[NodeWithScore]:
    return [NodeWithScore(node=_citation_node(citation), score=answer.confidence) for citation in answer.citations]


def _hit_node(hit: Hit) -> NodeWithScore:
    chunk = hit.chunk
    node = _node(chunk.id, chunk.article, chunk.start, chunk.end, hit.also_in)
    return NodeWithScore(node=node, score=hit.score)


def _citation_node(citation: Citation) -> TextNode:
    id = f"{citation.article.id}:{citation.start}:{citation.end}"
    return _node(id, citation.article, citation.start, citation.end, citation.also_in)


def _node(id: str, article: Article, start: int, end: int, also_in: Sequence[Article]) -> TextNode:
    facts = {name: value for name, value in article_dict(article).items() if value is not None}
    if also_in:
        facts["also_in"] = elsewhere(also_in)
    return TextNode(
        id_=id,
        text=article.text[start:end],
        start_char_idx=start,
        end_char_idx=end,
        metadata=facts,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=article.id)},
        excluded_embed_metadata_keys=list(facts),
        excluded_llm_metadata_keys=["id", "version", "path", "published_from", "collection"],
    )
