from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from nodebuilder.errors import StorageError
from nodebuilder.settings import load_settings
from nodebuilder.storage.mcp_servers import McpServer, McpServers
from nodebuilder.storage.store import Store

KEY = "sk-test-abcdefghijklmnop-0123456789"


@pytest.fixture
async def servers(tmp_path: Path) -> AsyncIterator[McpServers]:
    store = await Store.open(load_settings(data_dir=tmp_path / "data", key_file=tmp_path / "key"), exclusive=False)
    yield McpServers(store.preferences)
    await store.close()


async def test_servers_are_kept_whole_listed_by_name_and_forgotten(servers: McpServers) -> None:
    weather = McpServer("weather", url="https://tools.example/mcp", secret="weather", header="X-API-Key")
    files = McpServer("files", command="npx", arguments=("-y", "a server"), variables={"TOKEN": "files"}, folder="/x")
    await servers.set(weather)
    await servers.set(files)
    assert await servers.all() == [files, weather]
    assert await servers.get("weather") == weather
    assert await servers.remove("files")
    assert not await servers.remove("files")
    assert await servers.get("files") is None


async def test_a_server_takes_the_place_of_an_earlier_one_of_its_name(servers: McpServers) -> None:
    await servers.set(McpServer("it", command="python", arguments=("-m", "it")))
    await servers.set(McpServer("it", url="http://127.0.0.1:9/mcp"))
    assert await servers.all() == [McpServer("it", url="http://127.0.0.1:9/mcp")]


async def test_servers_do_not_mix_with_other_preferences(servers: McpServers, tmp_path: Path) -> None:
    await servers._preferences.change({"settings.max_run_seconds": 5})
    await servers.set(McpServer("it", url="http://localhost/mcp"))
    assert [server.name for server in await servers.all()] == ["it"]
    assert (await servers._preferences.all())["settings.max_run_seconds"] == 5


URL = "https://tools.example/mcp"
UNFIT = {
    "no name": McpServer("", url=URL),
    "a path as name": McpServer("../it", url=URL),
    "a key as name": McpServer(KEY, url=URL),
    "nothing": McpServer("it"),
    "both": McpServer("it", url=URL, command="python"),
    "a file": McpServer("it", url="file:///etc/passwd"),
    "no host": McpServer("it", url="https:///mcp"),
    "a broken address": McpServer("it", url="http://[::1/mcp"),
    "a port that is none": McpServer("it", url="http://host:99999/mcp"),
    "a line break": McpServer("it", url="https://host/mcp\nHost: x"),
    "a password": McpServer("it", url="https://me:secret@host/mcp"),
    "a key in the URL": McpServer("it", url=f"https://host/mcp?key={KEY}"),
    "a token in the URL": McpServer("it", url="https://host/mcp?access_token=abcdefghijklmnop"),
    "a key for a secret": McpServer("it", url=URL, secret=KEY),
    "a header of ours": McpServer("it", url=URL, secret="mine", header="Mcp-Session-Id"),
    "two headers": McpServer("it", url=URL, secret="mine", header="X: y\r\nZ"),
    "a header alone": McpServer("it", url=URL, header="X-API-Key"),
    "a URL with arguments": McpServer("it", url=URL, arguments=("-y",)),
    "a key in the command": McpServer("it", command="python", arguments=("--key", KEY)),
    "a key in a variable": McpServer("it", command="python", variables={"TOKEN": KEY}),
    "a variable that is none": McpServer("it", command="python", variables={"A=B": "mine"}),
    "a command with a secret": McpServer("it", command="python", secret="mine"),
    "a word that ends early": McpServer("it", command="python", arguments=("a\0b",)),
    "too many words": McpServer("it", command="python", arguments=("a",) * 300),
}


@pytest.mark.parametrize("case", UNFIT)
async def test_what_cannot_be_a_server_is_refused_and_not_repeated(servers: McpServers, case: str) -> None:
    with pytest.raises(StorageError) as caught:
        await servers.set(UNFIT[case])
    assert caught.value.code == "bad_mcp_server"
    assert KEY not in caught.value.message + caught.value.remedy
    assert caught.value.remedy
    assert await servers.all() == []
