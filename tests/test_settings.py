"""Settings and prompts: read at the edge, wrong values named."""

from __future__ import annotations

from pathlib import Path

import pytest

import prompts
from index.embed import SentenceEncoder
from index.errors import ModelError, SettingsError
from index.settings import BUNDLED_MODEL, ROOT, load


def test_without_any_setting_everything_lies_beside_the_page() -> None:
    settings = load({})
    assert settings.store == ROOT / ".dateline"
    assert settings.demo_store == ROOT / ".dateline-demo"
    assert settings.embed_model == BUNDLED_MODEL
    assert not settings.read_only


def test_the_environment_is_read_and_an_argument_wins_over_it(tmp_path: Path) -> None:
    environ = {"DATELINE_STORE": "/elsewhere", "DATELINE_MAX_ARTICLE_MB": "1.5", "DATELINE_READ_ONLY": "1"}
    assert load(environ).store == Path("/elsewhere")
    assert load(environ, store=tmp_path).store == tmp_path
    assert load(environ).max_article_mb == 1.5
    assert load(environ).read_only


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATELINE_MAX_ARTICLE_MB", "lots"), ("DATELINE_MAX_ARTICLE_MB", "0"), ("DATELINE_READ_ONLY", "maybe")],
)
def test_a_value_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} is '{value}'"):
        load({name: value})


def test_a_model_that_is_not_there_is_named_with_the_setting_that_chose_it(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="(?s)nowhere.*DATELINE_EMBED_MODEL"):
        SentenceEncoder(str(tmp_path / "nowhere"))


def test_another_model_by_path_is_one_setting(encoder: SentenceEncoder) -> None:
    other = SentenceEncoder(str(encoder._path))
    assert other.dimension == encoder.dimension
    assert other.fingerprint() == encoder.fingerprint()


def test_weights_that_are_not_the_published_ones_are_refused(
    encoder: SentenceEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert encoder.fingerprint().startswith("53aa5117")
    monkeypatch.setattr("index.embed._BUNDLED_SHA256", "0" * 64)
    with pytest.raises(ModelError, match="sha256 53aa5117"):
        encoder.fingerprint()


def test_a_prompt_takes_exactly_its_placeholders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompts, "_FOLDER", tmp_path)
    (tmp_path / "ask.md").write_text('Answer {question} as {{"json"}}.')
    assert prompts.render("ask", question="{who}?") == 'Answer {who}? as {"json"}.'
    for values in ({}, {"question": "?", "passages": "?"}):
        with pytest.raises(KeyError, match="takes"):
            prompts.render("ask", **values)
    with pytest.raises(KeyError, match="there is ask"):
        prompts.render("tell")
