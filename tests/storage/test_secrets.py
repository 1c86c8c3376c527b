from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, update

from nodebuilder.errors import InputError, StorageError
from nodebuilder.redaction import Redactor
from nodebuilder.settings import Settings
from nodebuilder.storage.secrets import SANDBOX_KEY, environment_variable, is_secret_name
from nodebuilder.storage.store import Store
from nodebuilder.storage.tables import secrets

VALUE = "sk-CANARY-0123456789abcdef"


async def test_a_secret_is_kept_and_given_back(store: Store) -> None:
    await store.secrets.set("openai", f"  {VALUE}\n")
    secret = await store.secrets.get("openai")

    assert secret is not None
    assert (secret.reveal(), secret.source) == (VALUE, "secret")
    assert [name.name for name in await store.secrets.names()] == ["openai"]
    assert (await store.secrets.names())[0].as_json().keys() == {"name", "updated_at", "hosts"}
    assert await store.secrets.get("other") is None


async def test_setting_again_replaces(store: Store) -> None:
    await store.secrets.set("openai", VALUE)
    await store.secrets.set("openai", "another-value")
    secret = await store.secrets.get("openai")

    assert secret is not None
    assert secret.reveal() == "another-value"


async def test_no_file_of_the_data_folder_holds_the_value(store: Store) -> None:
    await store.secrets.set("openai", VALUE)

    for path in store.settings.data_dir.rglob("*"):
        assert not path.is_file() or VALUE.encode() not in path.read_bytes()
    assert not store.settings.secret_key_path.is_relative_to(store.settings.data_dir)


async def test_a_removed_secret_leaves_no_trace(store: Store) -> None:
    await store.secrets.set("openai", VALUE)
    row = await store.database.row(select(secrets.c.sealed))
    assert row is not None
    assert await store.secrets.remove("openai")
    assert not await store.secrets.remove("openai")

    for path in store.settings.data_dir.glob("nodebuilder.db*"):
        assert row.sealed not in path.read_bytes()
    assert store.redactor.known(VALUE) == VALUE


async def test_another_process_sees_a_new_secret_at_once(store: Store, settings: Settings) -> None:
    other = await Store.open(settings, exclusive=False)
    await other.secrets.set("openai", VALUE)

    assert (await store.secrets.resolve("", "openai")).reveal() == VALUE
    await other.close()


async def test_one_changed_bit_is_noticed(store: Store) -> None:
    await store.secrets.set("openai", VALUE)
    row = await store.database.row(select(secrets.c.sealed))
    assert row is not None
    for at in (0, 12, len(row.sealed) - 1):
        changed = bytearray(row.sealed)
        changed[at] ^= 1
        await store.database.execute(update(secrets).values(sealed=bytes(changed)))
        with pytest.raises(StorageError, match="The secret openai cannot be opened") as caught:
            await store.secrets.get("openai")
        assert caught.value.code == "secret_damaged"


async def test_two_secrets_that_were_swapped_are_noticed(store: Store) -> None:
    await store.secrets.set("openai", VALUE)
    await store.secrets.set("gemini", "another-value")
    sealed = {row.name: row.sealed for row in await store.database.rows(select(secrets))}
    await store.database.execute(update(secrets).where(secrets.c.name == "gemini").values(sealed=sealed["openai"]))

    with pytest.raises(StorageError, match="The secret gemini cannot be opened"):
        await store.secrets.get("gemini")


@pytest.mark.parametrize("sealed", [b"", b"short"])
async def test_a_record_that_is_cut_off_is_noticed(store: Store, sealed: bytes) -> None:
    await store.secrets.set("openai", VALUE)
    await store.database.execute(update(secrets).values(sealed=sealed))

    with pytest.raises(StorageError, match="cannot be opened"):
        await store.secrets.get("openai")


async def test_without_its_key_file_the_data_folder_gives_nothing_away(
    store: Store, make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    await store.secrets.set("openai", VALUE)
    copy = await Store.open(make_settings(key_file=tmp_path / "elsewhere" / "key"), exclusive=False)

    with pytest.raises(StorageError, match=r"key file .* is missing"):
        await copy.secrets.get("openai")
    with pytest.raises(StorageError, match=r"key file .* is missing"):
        await copy.secrets.set("gemini", "another-value")
    assert [name.name for name in await copy.secrets.names()] == ["openai"]
    assert await copy.secrets.remove("openai")
    await copy.secrets.set("openai", VALUE)
    assert (await copy.secrets.resolve("openai", "openai")).reveal() == VALUE
    await copy.close()


@pytest.mark.parametrize("name", ["", "1abc", "with space", "a" * 65, "é", "../x", VALUE])
async def test_a_name_that_cannot_be_used_is_refused_without_repeating_it(store: Store, name: str) -> None:
    assert not is_secret_name(name)

    with pytest.raises(StorageError) as caught:
        await store.secrets.set(name, VALUE)
    assert caught.value.code == "bad_secret_name"
    assert not name or name not in caught.value.message


@pytest.mark.parametrize("value", ["", "  ", "two\nlines", "nul\0", "x" * 20_000])
async def test_a_value_that_can_be_no_key_is_refused(store: Store, value: str) -> None:
    with pytest.raises(StorageError) as caught:
        await store.secrets.set("openai", value)
    assert caught.value.code == "bad_secret_value"


async def test_a_key_is_looked_for_in_the_documented_order(
    make_settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = await Store.open(make_settings(), exclusive=False)
    keys = (await Store.open(make_settings(sandbox=True), exclusive=False)).secrets
    found: list[tuple[str, str, str | None]] = []

    async def look(name: str = "") -> None:
        secret = await keys.resolve(name, "openai")
        found.append((secret.source, secret.reveal(), await keys.describe("openai")))

    nothing = await plain.secrets.resolve("", "openai")
    assert (bool(nothing), nothing.source, await plain.secrets.describe("openai")) == (False, "", None)
    await look()
    monkeypatch.setenv("OPENAI_API_KEY", " from-the-environment ")
    await look()
    await keys.set("openai", "from-the-store")
    await look()
    await keys.set("mine", "from-the-widget")
    await look("mine")

    assert found == [
        ("sandbox", SANDBOX_KEY, "sandbox"),
        ("environment", "from-the-environment", "environment"),
        ("secret", "from-the-store", "secret"),
        ("secret", "from-the-widget", "secret"),
    ]


@pytest.mark.parametrize(
    ("provider", "variable"),
    [("openai", "OPENAI_API_KEY"), ("eleven-labs", "ELEVEN_LABS_API_KEY"), ("x.y", "X_Y_API_KEY")],
)
def test_each_provider_has_its_environment_variable(provider: str, variable: str) -> None:
    assert environment_variable(provider) == variable


async def test_a_widget_that_names_no_secret_is_an_error_even_if_there_is_another_key(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "from-the-environment")

    with pytest.raises(InputError, match=r"There is no secret called missing\.") as caught:
        await store.secrets.resolve("missing", "openai")
    assert caught.value.remedy


async def test_a_key_in_the_widget_is_used_and_never_shown(store: Store) -> None:
    secret = await store.secrets.resolve(VALUE, "openai")

    assert (secret.reveal(), secret.source) == (VALUE, "given")
    assert await store.secrets.names() == []
    assert store.redactor.known(f"sent {VALUE}") == "sent ***"


async def test_what_no_secret_may_be_called_is_a_key_and_never_shown(store: Store) -> None:
    secret = await store.secrets.resolve("my pass word!", "openai")

    assert (secret.reveal(), secret.source) == ("my pass word!", "given")
    assert store.redactor.known("sent my pass word!") == "sent ***"


async def test_every_key_that_can_be_known_is_redacted_from_the_start(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await Store.open(settings, exclusive=False)
    await first.secrets.set("openai", "value-in-the-store")
    await first.close()
    monkeypatch.setenv("GEMINI_API_KEY", "value-in-the-environment")
    second = await Store.open(settings, exclusive=False)

    assert second.redactor.text("value-in-the-store value-in-the-environment") == "*** ***"
    assert Redactor().text("value-in-the-store") == "value-in-the-store"
    await second.close()


async def test_a_value_given_for_one_run_is_the_secret_of_that_name_or_else_the_key_itself(store: Store) -> None:
    await store.secrets.set("mine", VALUE)

    named = await store.secrets.resolve("mine", "openai", given=True)
    plain = await store.secrets.resolve("not-a-name-of-mine", "openai", given=True)

    assert (named.reveal(), named.source) == (VALUE, "secret")
    assert (plain.reveal(), plain.source) == ("not-a-name-of-mine", "given")
    assert store.redactor.known("sent not-a-name-of-mine") == "sent ***"


async def test_a_key_is_bound_to_hosts_by_its_name_until_it_is_removed(store: Store) -> None:
    await store.secrets.set("mine", VALUE)
    await store.secrets.bind("mine", ["LLM.example.com:8443", "llm.example.com:8443", "localhost:11434"])
    secret = await store.secrets.get("mine")
    assert secret is not None
    assert (secret.name, secret.hosts) == ("mine", {"llm.example.com:8443", "localhost:11434"})
    assert (await store.secrets.names())[0].hosts == ("llm.example.com:8443", "localhost:11434")
    await store.secrets.remove("mine")
    await store.secrets.set("mine", VALUE)
    again = await store.secrets.get("mine")
    assert again is not None
    assert again.hosts == frozenset()


async def test_a_key_from_elsewhere_has_the_hosts_of_its_provider(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.secrets.bind("openai", ["llm.example.com"])
    monkeypatch.setenv("OPENAI_API_KEY", VALUE)
    for found in (
        await store.secrets.resolve("", "openai"),
        await store.secrets.resolve("sk-given-0123456789abcdef", "openai", given=True),
    ):
        assert (found.name, found.hosts) == ("openai", {"llm.example.com"})
    assert (await store.secrets.resolve("sk-given-0123456789abcdef", "anthropic", given=True)).hosts == frozenset()


@pytest.mark.parametrize(
    "host",
    [
        "",
        "https://a.example",
        "a.example/x",
        "a b",
        "a:0",
        "a:65536",
        "a:",
        "user@a",
        "-a",
        "[",
        "ä.example",
        "a" * 400,
    ],
)
async def test_what_is_no_host_is_refused_and_changes_nothing(store: Store, host: str) -> None:
    await store.secrets.bind("openai", ["a.example"])
    with pytest.raises(StorageError) as caught:
        await store.secrets.bind("openai", ["b.example", host])
    assert caught.value.code == "bad_secret_host"
    assert await store.secrets.bindings.of("openai") == {"a.example"}


async def test_a_key_has_a_few_hosts_at_most(store: Store) -> None:
    with pytest.raises(StorageError) as caught:
        await store.secrets.bind("openai", [f"a{number}.example" for number in range(33)])
    assert caught.value.code == "too_many_secret_hosts"
