"""The house for tests: it leaves nothing behind, and finds the person's keys where they are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nodebuilder.house import open_house
from nodebuilder.house.trial_house import open_trial_house
from nodebuilder.settings import Settings, load_settings

KEY = "sk-CANARY-8888888888-88888"


def chosen(folder: Path, **more: Any) -> Settings:
    return load_settings(data_dir=folder / "data", key_file=folder / "secret.key", **more)


@pytest.fixture(autouse=True)
def no_keys_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)


async def test_it_is_gone_afterwards_and_the_data_folder_was_never_made(tmp_path: Path) -> None:
    async with open_trial_house(chosen(tmp_path)) as house:
        folder = house.settings.data_dir
        assert folder.is_dir()
        assert folder != tmp_path / "data"
    assert not folder.exists()
    assert not (tmp_path / "data").exists()


async def test_it_has_the_secrets_and_settings_that_the_person_keeps(tmp_path: Path) -> None:
    async with open_house(chosen(tmp_path), exclusive=True) as person:
        await person.store.secrets.set("openai", KEY)
        await person.store.secrets.bind("openai", ["example.org:443"])
        await person.change({"max_cost_usd_per_run": 0.5})
        async with open_trial_house(chosen(tmp_path)) as house:
            secret = await house.store.secrets.resolve("", "openai")
            assert (secret.reveal(), secret.hosts) == (KEY, frozenset({"example.org:443"}))
            assert house.settings.max_cost_usd_per_run == 0.5
            assert house.store.redactor.text(f"it is {KEY}") == "it is ***"
            await house.store.secrets.set("another", "sk-another-key-000000000000")
        assert [secret.name for secret in await person.store.secrets.names()] == ["openai"]


async def test_in_the_sandbox_every_key_is_the_sandboxs_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with open_house(chosen(tmp_path), exclusive=False) as person:
        await person.store.secrets.set("openai", KEY)
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    for keep in (False, True):
        async with open_trial_house(chosen(tmp_path, sandbox=True), keep=keep) as house:
            keys = house._services.keys
            assert keys is not None
            assert (await keys.resolve("", "openai")).source == "sandbox"
            assert [s.name for s in await house.store.secrets.names()] == (["openai"] if keep else [])


async def test_a_folder_that_was_asked_for_is_kept(tmp_path: Path) -> None:
    async with open_trial_house(chosen(tmp_path), keep=True) as house:
        assert house.settings.data_dir == tmp_path / "data"
    assert (tmp_path / "data").is_dir()


async def test_keys_that_cannot_be_read_hinder_no_test(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "nodebuilder.db").write_bytes(b"this is no database" * 100)
    async with open_trial_house(chosen(tmp_path)) as house:
        assert await house.store.secrets.names() == []
