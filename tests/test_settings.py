from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from nodebuilder.errors import SettingsError
from nodebuilder.settings import Settings, load_settings


def test_a_setting_comes_from_its_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODEBUILDER_PORT", "8123")
    monkeypatch.setenv("NODEBUILDER_DATA_DIR", "/somewhere")
    settings = load_settings()
    assert (settings.port, settings.data_dir) == (8123, Path("/somewhere"))


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODEBUILDER_PORT", "8123")
    assert load_settings(port=9000, host=None).port == 9000


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODEBUILDER_PORT", "")
    assert load_settings().port == 8000


def test_a_bad_value_is_refused_by_the_name_of_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NODEBUILDER_PORT", "many")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert "NODEBUILDER_PORT" in caught.value.message
    assert caught.value.remedy


def test_settings_do_not_change() -> None:
    with pytest.raises(ValidationError):
        load_settings().port = 1  # type: ignore[misc]


def test_the_key_of_the_secrets_lies_outside_the_data_folder(tmp_path: Path) -> None:
    assert not load_settings(data_dir=tmp_path).secret_key_path.is_relative_to(tmp_path)


def test_a_token_does_not_show_itself() -> None:
    assert "hunter2hunter2" not in repr(load_settings(token="hunter2hunter2"))


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described_by_a_sentence(name: str) -> None:
    description = Settings.model_fields[name].description or ""
    assert description[:1].isupper()
    assert description.endswith((".", ")."))
