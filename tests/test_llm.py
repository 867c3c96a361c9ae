"""Language models: the real adapters against a server that replies as scripted, well or badly."""

from __future__ import annotations

import logging
import subprocess
import sys
from collections.abc import Callable

import pytest

from answer import llm
from answer.llm import LanguageModel, without_thoughts
from index.errors import LlmError, SettingsError
from index.settings import load
from tests.llm_server import ModelServer, Reply, pieces, said

SECRET = "sk-do-not-show"
Make = Callable[..., LanguageModel]
PROVIDERS = ("openai-like", "ollama", "openai", "anthropic")


@pytest.fixture
def model(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> Make:
    """Makes a provider's model on that server: model("ollama", DATELINE_LLM_RETRIES="0")."""
    monkeypatch.setenv("OPENAI_API_BASE", f"{server.address}/v1")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", server.address)
    names = {
        "openai-like": server.name,
        "ollama": "ollama:tiny",
        "openai": "openai:gpt-4o",
        "anthropic": "anthropic:claude-sonnet-4-5",
    }
    keys = dict.fromkeys(("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "DATELINE_LLM_KEY"), SECRET)

    def make(provider: str = "openai-like", **environ: str) -> LanguageModel:
        settings = load({"OLLAMA_HOST": server.address, **keys, **environ}, llm=names[provider]).llm
        assert settings
        return LanguageModel(settings)

    return make


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_provider_streams_its_words_as_they_come(provider: str, model: Make, server: ModelServer) -> None:
    server.says(said("The gate was shut [1].", 4))
    assert [*model(provider).stream("Be brief.", "Who?")] == pieces("The gate was shut [1].", 4)
    assert "Who?" in str(server.asked[0])
    assert "Be brief." in str(server.asked[0])


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Reply(pieces=pieces("The gate was"), breaks_after=2), "broke off"),
        (Reply(status=401), "refused the key"),
        (Reply(status=404), "is not known to its server"),
        (Reply(status=429), "no more requests"),
        (Reply(status=503), "failed with status 503"),
        (Reply(garbage=b"<html>Welcome to nginx</html>\n\n"), "broke off|cannot be read"),
        (Reply(garbage=b"data: {no json\n\n"), "broke off|cannot be read"),
        (Reply(), "without a word"),
    ],
)
def test_whatever_goes_wrong_is_one_clear_sentence(
    provider: str, reply: Reply, told: str, model: Make, server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.says(reply)
    asked = model(provider, DATELINE_LLM_RETRIES="0")
    with pytest.raises(LlmError, match=told) as raised:
        asked.reply("Be brief.", "Who?")
    message = str(raised.value)
    assert message.startswith(asked.name) and "\n" not in message and message[-1] in ".?"
    # The server's own message repeats a key.
    assert "sk-" not in message and server.address not in message
    assert SECRET not in caplog.text and SECRET not in repr(asked.settings)


def test_a_request_that_fails_before_its_first_words_is_made_again(model: Make, server: ModelServer) -> None:
    server.says(Reply(status=429), Reply(status=500), "It was shut [1].")
    assert model().reply("", "Who?") == "It was shut [1]."
    assert len(server.asked) == 3


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_request_that_can_never_succeed_is_made_once(status: int, model: Make, server: ModelServer) -> None:
    server.says(Reply(status=status))
    with pytest.raises(LlmError):
        model().reply("", "Who?")
    assert len(server.asked) == 1


def test_words_that_have_come_are_never_asked_for_again(model: Make, server: ModelServer) -> None:
    server.says(Reply(pieces=pieces("It was shut"), breaks_after=2))
    with pytest.raises(LlmError, match="broke off"):
        model().reply("", "Who?")
    assert len(server.asked) == 1


def test_a_server_that_stalls_is_given_up_after_the_timeout(model: Make, server: ModelServer) -> None:
    server.says(Reply(pieces=pieces("It was shut"), stalls_after=2))
    stream = model(DATELINE_LLM_TIMEOUT="0.3").stream("", "Who?")
    assert next(stream) == "It "
    with pytest.raises(LlmError, match=r"said nothing for 0\.3 seconds"):
        list(stream)
    assert len(server.asked) == 1


def test_a_server_that_is_not_there_is_named_as_that(model: Make, server: ModelServer) -> None:
    asked = model(DATELINE_LLM_RETRIES="0")
    server.close()
    with pytest.raises(LlmError, match="cannot be reached"):
        asked.reply("", "Who?")


def test_a_key_goes_to_its_own_provider_alone(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", SECRET)
    server.says("Yes.")
    settings = load({"OPENAI_API_KEY": SECRET}, llm=server.name).llm
    assert settings and LanguageModel(settings).reply("", "Who?") == "Yes."
    assert SECRET not in str(server.heads)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("llama3", "give provider:model"),
        ("mistral:large", "openai-like"),
        ("ollama:", "give provider:model"),
        ("openai:gpt-4o", "set OPENAI_API_KEY"),
        ("anthropic:claude-sonnet-4-5", "set ANTHROPIC_API_KEY"),
        ("openai-like:tiny", "give the server's address"),
        ("openai-like:http://127.0.0.1:8000/v1", "give the server's address"),
    ],
)
def test_a_model_that_cannot_be_used_says_what_to_set(name: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        settings = load({}, llm=name).llm
        assert settings
        LanguageModel(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATELINE_LLM_TIMEOUT", "soon"), ("DATELINE_LLM_RETRIES", "-1"), ("DATELINE_LLM_TOKENS", "12")],
)
def test_a_setting_of_it_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is '{value}'"):
        load({name: value}, llm="ollama:tiny")


def test_an_extra_that_is_not_installed_is_named_with_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "llama_index.llms.ollama", None)
    settings = load({}, llm="ollama:tiny").llm
    assert settings
    with pytest.raises(SettingsError, match=r'pip install .*"\.\[ollama\]"'):
        LanguageModel(settings)


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (["<think>hm</think>It was."], "It was."),
        (["<th", "ink>h", "m</thi", "nk>It", " was."], "It was."),
        (["It <thi", "rd> was."], "It <third> was."),
        (["It was.<think>and more"], "It was."),
        (["It was <"], "It was <"),
    ],
)
def test_what_a_model_thinks_aloud_is_no_answer(given: list[str], shown: str) -> None:
    assert "".join(without_thoughts(iter(given))) == shown


def test_without_a_model_nothing_of_its_libraries_is_loaded() -> None:
    code = "import sys, answer; print(*{'openai', 'ollama', 'anthropic', 'llama_index', 'tenacity'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_process_has_one_model_for_the_same_settings() -> None:
    settings = load({}, llm="ollama:tiny").llm
    assert settings
    assert llm.load(settings) is llm.load(settings)
