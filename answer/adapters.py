"""For applications built on llama-index: Dateline's retriever and query engine in its shapes.

    from answer.adapters import DatelineQueryEngine, DatelineRetriever

Nothing of llama-index comes further into Dateline than this file, and its global `Settings` are not touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from answer.assistant import of, query, settings_for
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

    `response.metadata["answer"]` is the whole Answer as plain values.
    """

    def __init__(
        self, store: str | Path | None = None, *, k: int = 10, literal: bool = False, **filters: str | None
    ) -> None:
        super().__init__(callback_manager=None)
        self._store, self._k, self._literal, self._filters = store, k, literal, filters

    def _query(self, query_bundle: QueryBundle) -> Response:
        asked = query_bundle.query_str
        return _response(query(asked, store=self._store, k=self._k, literal=self._literal, **self._filters))

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        import asyncio

        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}


def _response(answer: Answer) -> Response:
    nodes = [NodeWithScore(node=_citation_node(citation), score=answer.confidence) for citation in answer.citations]
    return Response(response=answer.text, source_nodes=nodes, metadata={"answer": answer.as_dict()})


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
