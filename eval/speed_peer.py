"""The same articles through llama-index's own IngestionPipeline; needs the extra `bench`. A process of its own:

`python -m eval.speed_peer ARCHIVE FOLDER default|bfloat16` prints JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from index import embed
from index.chunk import MAX_TOKENS
from index.read import read, walk
from index.schema import Article
from index.settings import BUNDLED_MODEL

NEEDED = ("llama_index.embeddings.huggingface", "llama_index.vector_stores.chroma")
_SPECIAL_TOKENS = 2
_AT_ONCE = 500  # articles; the wrapper hands Chroma more rows at once than it takes


def is_installed() -> bool:
    """Whether the extra `bench` is."""
    try:
        return all(find_spec(name) for name in NEEDED)
    except ModuleNotFoundError:
        return False


def index(archive: Path, folder: Path, precision: str) -> dict[str, float]:
    """Split, embed and store the articles, which it is given read; its model is loaded and warm.

    `precision` is a type of torch's by name, or "default" for what the pipeline does when nobody says anything.
    """
    pipeline = _pipeline(folder, precision)
    documents = [_document(article) for article in _articles(archive)]
    pipeline.transformations[-1].get_text_embedding_batch(["A sentence to warm up on."] * 32)
    started, nodes = time.perf_counter(), 0
    for start in range(0, len(documents), _AT_ONCE):
        nodes += len(pipeline.run(documents=documents[start : start + _AT_ONCE]))
    return {"chunks": nodes, "seconds": time.perf_counter() - started}


def _pipeline(folder: Path, precision: str) -> Any:
    import chromadb
    from llama_index.core.ingestion import IngestionPipeline
    from llama_index.core.node_parser import SentenceSplitter
    from llama_index.embeddings.huggingface import HuggingFaceEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    given = {} if precision == "default" else {"model_kwargs": {"dtype": precision}}
    model = HuggingFaceEmbedding(
        model_name=str(embed.local_path(BUNDLED_MODEL)), device="cpu", local_files_only=True, **given
    )
    client = chromadb.PersistentClient(folder, settings=chromadb.Settings(anonymized_telemetry=False))
    chunks = client.create_collection("chunks", embedding_function=None)
    splitter = SentenceSplitter(
        chunk_size=MAX_TOKENS - _SPECIAL_TOKENS, chunk_overlap=0, tokenizer=_tokens_of(model._model.tokenizer)
    )
    return IngestionPipeline(
        transformations=[splitter, model], vector_store=ChromaVectorStore(chroma_collection=chunks)
    )


def _tokens_of(tokenizer: Any) -> Any:
    """The model's own count of tokens, without the limit that its tokenizer cuts texts at."""
    from copy import deepcopy

    backend = deepcopy(tokenizer.backend_tokenizer)
    backend.no_truncation()
    backend.no_padding()
    return lambda text: backend.encode(text, add_special_tokens=False).ids


def _articles(archive: Path) -> Iterator[Article]:
    for file, folder in walk(archive).files:
        for record in read(file, folder=folder, max_mb=20):
            if record.article:
                yield record.article


def _document(article: Article) -> Any:
    from llama_index.core import Document

    facts = {"title": article.title, "outlet": article.outlet or "", "published": article.published or ""}
    return Document(text=article.text, id_=article.id, metadata=facts)


if __name__ == "__main__":
    print(json.dumps(index(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])))
