"""A server that replies as scripted in the protocols of OpenAI, Ollama and Anthropic, so that the real adapters run."""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What is sent to one request: these pieces of words, `pause` seconds before each.

    After `breaks_after` pieces the connection is cut, after `stalls_after` nothing more comes. With a `status` other
    than 200 there are no words; `garbage` is sent as it is in their place.
    """

    pieces: Sequence[str] = ()
    status: int = 200
    pause: float = 0.0
    breaks_after: int | None = None
    stalls_after: int | None = None
    garbage: bytes = b""


def pieces(words: str, size: int = 3) -> list[str]:
    """Words cut at odd places."""
    return [words[at : at + size] for at in range(0, len(words), size)]


def said(words: str, size: int = 3) -> Reply:
    """A reply of these words that goes well."""
    return Reply(pieces=pieces(words, size))


@dataclass
class ModelServer:
    """Replies in the order of `script`, and for ever with the last one; `asked` are the bodies of the requests."""

    script: deque[Reply] = field(default_factory=deque)
    asked: list[dict[str, Any]] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    first_words: float = 0.0  # when the last reply's were sent, by time.time()

    def __post_init__(self) -> None:
        self.closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def name(self) -> str:
        """What DATELINE_LLM is to name."""
        return f"openai-like:{self.address}/v1|tiny"

    def says(self, *replies: Reply | str) -> None:
        """From now on reply so."""
        self.script = deque(said(one) if isinstance(one, str) else one for one in replies)

    def prompt(self, request: int = -1) -> str:
        """All words of a request's messages."""
        return "\n".join(message["content"] for message in self.asked[request]["messages"])

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            server.heads.append(dict(self.headers))
            reply = server.script.popleft() if len(server.script) > 1 else server.script[0]
            # Whoever asked may be gone.
            try:
                self._send(reply)
            except OSError:
                self.close_connection = True

        def _send(self, reply: Reply) -> None:
            streams = server.asked[-1].get("stream", False)
            self.send_response(reply.status)
            self.send_header("Content-Type", "text/event-stream" if streams else "application/json")
            self.end_headers()
            self.close_connection = True
            if reply.status != 200:
                self.wfile.write(json.dumps({"error": {"message": "no; your key sk-secret", "code": None}}).encode())
                return
            if not streams:
                self.wfile.write(_whole("".join(reply.pieces)))
                return
            server.first_words = 0.0
            for line in _lines(reply, _PROTOCOLS[self.path.partition("?")[0]]):
                if reply.pause:
                    time.sleep(reply.pause)
                server.first_words = server.first_words or time.time()
                self.wfile.write(line)
                self.wfile.flush()
            if reply.stalls_after is not None:
                server.closing.wait(20)
            if reply.breaks_after is not None:
                self.connection.close()

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


def _lines(reply: Reply, told: Callable[[str | None], Iterator[bytes]]) -> Iterator[bytes]:
    cuts = [cut for cut in (reply.breaks_after, reply.stalls_after) if cut is not None]
    for piece in reply.pieces[: min(cuts, default=len(reply.pieces))]:
        yield from told(piece)
    if reply.garbage:
        yield reply.garbage
    elif not cuts:
        yield from told(None)


def _openai(piece: str | None) -> Iterator[bytes]:
    """A piece, or the end, as OpenAI sends it."""
    delta = {} if piece is None else {"role": "assistant", "content": piece}
    choice = {"index": 0, "delta": delta, "finish_reason": "stop" if piece is None else None}
    yield _event({"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "tiny", "choices": [choice]})
    if piece is None:
        yield b"data: [DONE]\n\n"


def _whole(words: str) -> bytes:
    """A reply that is not streamed, as OpenAI sends it."""
    choice = {"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": "stop"}
    row = {"id": "1", "object": "chat.completion", "created": 0, "model": "tiny", "choices": [choice]}
    return json.dumps(row, ensure_ascii=False).encode()


def _ollama(piece: str | None) -> Iterator[bytes]:
    message = {"role": "assistant", "content": piece or ""}
    line = {"model": "tiny", "created_at": "2026-01-01T00:00:00Z", "message": message, "done": piece is None}
    yield json.dumps(line, ensure_ascii=False).encode() + b"\n"


def _anthropic(piece: str | None) -> Iterator[bytes]:
    if piece is None:
        events: list[dict[str, Any]] = [
            {"type": "content_block_stop", "index": 0},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 1}},
            {"type": "message_stop"},
        ]
    else:
        events = [{"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": piece}}]
    for one in events:
        yield f"event: {one['type']}\n".encode() + _event(one)


def _event(value: object) -> bytes:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n".encode()


_PROTOCOLS = {"/v1/chat/completions": _openai, "/api/chat": _ollama, "/v1/messages": _anthropic}
