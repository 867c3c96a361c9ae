"""Language models through llama-index's adapters: a system and a user message in, words as they come out.

    ollama:llama3.2
    openai:gpt-5-mini                                   the key in OPENAI_API_KEY
    anthropic:claude-sonnet-4-5                         the key in ANTHROPIC_API_KEY
    openai-like:http://127.0.0.1:8000/v1|model          vLLM, llama.cpp, LM Studio; a key, if any, in DATELINE_LLM_KEY

Whatever an adapter raises becomes one LlmError of our own words: a provider's message may repeat the key or the prompt.
"""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

from index.errors import LlmError, SettingsError
from index.settings import KEYS, LlmSettings

_ANSWER_TOKENS = 700  # the most that an answer may have
_BUSY = (408, 409, 425, 429)
_LONGEST_WAIT = 8.0  # seconds before asking again


class LanguageModel:
    """One model; safe from threads."""

    def __init__(self, settings: LlmSettings) -> None:
        """Make the adapter; nothing is asked yet. Raises SettingsError for an extra or a key that is missing."""
        self.settings = settings
        self.name = settings.label
        self.adapter = _adapter(settings)

    def stream(self, system: str, user: str) -> Iterator[str]:
        """The reply's words as they come, without what the model thinks aloud.

        A request that fails before its first words is made again, up to `retries` times. Raises LlmError when it
        fails for good, stalls for `timeout` seconds, breaks off, or comes to nothing.
        """
        said = False
        try:
            for words in without_thoughts(self._replies(system, user)):
                said = said or bool(words.strip())
                yield words
        except LlmError:
            raise
        except Exception as error:
            raise LlmError(f"{self.name} {_reason(error, self.settings)}") from None
        if not said:
            raise LlmError(f"{self.name} answered without a word; ask again, or name another model in DATELINE_LLM.")

    def reply(self, system: str, user: str) -> str:
        """The whole reply; errors as for `stream`."""
        return "".join(self.stream(system, user)).strip()

    def tokens(self, text: str) -> int:
        """About how many tokens a text has; other models' tokenizers count up to a sixth more."""
        from llama_index.core.utils import get_tokenizer

        return len(get_tokenizer()(text))

    @property
    def room(self) -> int:
        """How many tokens, as `tokens` counts them, the messages of one request may have."""
        return int((self.settings.tokens - _ANSWER_TOKENS) / 1.17)

    def _replies(self, system: str, user: str) -> Iterator[str]:
        from llama_index.core.llms import ChatMessage
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

        messages = [ChatMessage(role="system", content=system), ChatMessage(role="user", content=user)]

        def begin() -> tuple[list[Any], Iterator[Any]]:
            replies, passed = iter(self.adapter.stream_chat(messages)), []
            for reply in replies:
                passed.append(reply)
                if reply.delta:
                    break
            return passed, replies

        again = Retrying(
            stop=stop_after_attempt(1 + self.settings.retries),
            wait=wait_random_exponential(multiplier=0.5, max=_LONGEST_WAIT),
            retry=retry_if_exception(_may_pass),
            reraise=True,
        )
        passed, rest = again(begin)
        ended = False
        for reply in chain(passed, rest):
            ended = ended or _is_last(reply.raw)
            yield reply.delta or ""
        if not ended:
            raise LlmError(f"{self.name} broke off in the middle; is its server still running?")


def _is_last(raw: Any) -> bool:
    """Whether a piece of a reply, as the provider sent it, says that nothing follows."""
    if hasattr(raw, "choices"):
        return any(choice.finish_reason for choice in raw.choices)
    return hasattr(raw, "get") and bool(raw.get("done") or raw.get("type") == "message_delta")


def without_thoughts(words: Iterator[str]) -> Iterator[str]:
    """The words outside of <think> … </think>, which small models write before they answer."""
    held, inside = "", False
    for piece in words:
        held += piece
        while True:
            mark = "</think>" if inside else "<think>"
            before, found, after = held.partition(mark)
            if not found:
                break
            if not inside and before:
                yield before
            held, inside = after, not inside
        keep = _begun(held, mark)
        if not inside and len(held) > keep:
            yield held[: len(held) - keep]
        held = held[len(held) - keep :]
    if held and not inside:
        yield held


def _begun(text: str, mark: str) -> int:
    """How many characters at the end of a text may be the mark's beginning."""
    return next((n for n in range(len(mark) - 1, 0, -1) if text.endswith(mark[:n])), 0)


_loaded: dict[LlmSettings, LanguageModel] = {}
_loading = threading.Lock()


def load(settings: LlmSettings) -> LanguageModel:
    """The process's model for these settings, made at the first call. Raises SettingsError."""
    with _loading:
        if settings not in _loaded:
            _loaded[settings] = LanguageModel(settings)
        return _loaded[settings]


def _adapter(settings: LlmSettings) -> Any:
    make = _MAKERS[settings.provider]
    try:
        return make(settings)
    except ImportError:
        raise SettingsError(
            f"{settings.name} needs an extra that is not installed: "
            f'pip install -c constraints.txt -e ".[{settings.provider}]"'
        ) from None
    except SettingsError:
        raise
    except Exception as error:
        raise SettingsError(
            f"DATELINE_LLM is {settings.name!r}, which cannot be used ({type(error).__name__}); name another model."
        ) from None


def _key(settings: LlmSettings) -> str:
    if not settings.key:
        raise SettingsError(f"{settings.name} needs a key: set {KEYS[settings.provider]} in the environment or .env.")
    return settings.key


def _class(module: str, name: str) -> Any:
    return getattr(importlib.import_module(f"llama_index.llms.{module}"), name)


def _ollama(settings: LlmSettings) -> Any:
    host = {"base_url": settings.host if "//" in settings.host else f"http://{settings.host}"} if settings.host else {}
    return _class("ollama", "Ollama")(
        model=settings.model,
        request_timeout=settings.timeout,
        context_window=settings.tokens,  # or the model's own, which may take all memory
        temperature=0.0,
        additional_kwargs={"num_predict": _ANSWER_TOKENS},
        **host,
    )


def _openai(settings: LlmSettings) -> Any:
    made = _class("openai", "OpenAI")
    return made(model=settings.model, api_key=_key(settings), **_common(settings))


def _anthropic(settings: LlmSettings) -> Any:
    made = _class("anthropic", "Anthropic")
    return made(model=settings.model, api_key=_key(settings), **_common(settings))


def _openai_like(settings: LlmSettings) -> Any:
    address, _, model = settings.model.rpartition("|")
    if not address.startswith(("http://", "https://")) or not model:
        raise SettingsError(
            f"DATELINE_LLM is {settings.name!r}; give the server's address and its model, such as "
            "openai-like:http://127.0.0.1:8000/v1|llama-3.1-8b."
        )
    made = _class("openai_like", "OpenAILike")
    # Without a key of its own: one of OpenAI's in the environment is none of this server's business.
    key = settings.key or "none"
    return made(model=model, api_base=address, api_key=key, is_chat_model=True, **_common(settings))


def _common(settings: LlmSettings) -> dict[str, Any]:
    # We ask again ourselves: an adapter would do so, too, after words had come.
    return {"timeout": settings.timeout, "max_retries": 0, "max_tokens": _ANSWER_TOKENS, "temperature": 0.0}


_MAKERS: Mapping[str, Callable[[LlmSettings], Any]] = {
    "ollama": _ollama,
    "openai": _openai,
    "anthropic": _anthropic,
    "openai-like": _openai_like,
}


def _may_pass(error: BaseException) -> bool:
    """Whether the same request may succeed in a moment; a stall is not waited for twice."""
    status = _status(error)
    return status in _BUSY or status >= 500 or (not status and _is(error, "connect") and not _is(error, "timeout"))


def _reason(error: BaseException, settings: LlmSettings) -> str:
    """What happened and what to do, in our own words."""
    status = _status(error)
    if status in (401, 403):
        return f"refused the key; look at {KEYS[settings.provider] or 'its server'}."
    if status == 404:
        mend = f"ollama pull {settings.model}" if settings.provider == "ollama" else "name another in DATELINE_LLM"
        return f"is not known to its server; {mend}."
    if status == 429:
        return "takes no more requests for now, or the account is used up; ask again later."
    if status:
        return f"failed with status {status}; ask again, or look at its server."
    if _is(error, "timeout") or _is(error, "timedout"):
        return f"said nothing for {settings.timeout:g} seconds; raise DATELINE_LLM_TIMEOUT if it is only slow."
    if _is(error, "connect") or _is(error, "transport"):
        return "cannot be reached or broke off; is its server running?"
    return "answered with something that cannot be read; is its server what DATELINE_LLM says?"


def _status(error: BaseException) -> int:
    status = getattr(error, "status_code", 0)
    return status if isinstance(status, int) and status > 0 else 0


def _is(error: BaseException, word: str) -> bool:
    """Whether a class of the error, or of what it came of, has the word in its name."""
    while True:
        if any(word in kind.__name__.lower() for kind in type(error).__mro__):
            return True
        if error.__cause__ is None:
            return False
        error = error.__cause__
