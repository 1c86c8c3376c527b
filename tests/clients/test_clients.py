"""Programs of other people against a real server with published workflows: what they expect of OpenAI, they get."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clients import install
from tests.conformance.npm import NODE
from tests.docs.blocks import Block, blocks
from tests.house.calling import CRASH, ECHO
from tests.server.serving import Server, start
from tests.server.test_v1 import CHAT
from tests.server.test_v1_images import DRAWS, EDITS
from tests.source import ROOT
from tests.standin import png

HERE = Path(__file__).parent
SCRIPTS = sorted((HERE / "scripts").glob("*.py"))
GUIDE = ROOT / "docs" / "guide" / "openai-sdk.md"
PLACEHOLDER = 'b"Example data"'
"""What the client's own tests send as a picture: it is none, and a picture is put in its place."""

pytestmark = [
    pytest.mark.skipif(not install.ready(), reason="run `python -m tests.clients.install`"),
    pytest.mark.timeout(300),
]


def serve(folder: Path, **workflows: dict[str, object]) -> Server:
    started = start(folder, sandbox="true")
    with started.client() as http:
        for name, document in workflows.items():
            answer = http.put(f"/api/workflows/{name}", json={"workflow": document})
            assert answer.status_code == 200, answer.text
    return started


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    crash = {**CRASH, "publish": ["model"]}
    started = serve(tmp_path_factory.mktemp("clients"), chat=CHAT, echo=ECHO, crash=crash, draws=DRAWS, edits=EDITS)
    yield started
    started.stop()
    assert "Traceback" not in started.log(), started.log()[-4000:]


def run(*command: object, home: Path, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    plain = {key: value for key, value in os.environ.items() if not key.startswith(("OPENAI", "NODEBUILDER", "PYTEST"))}
    environment = {**plain, "HOME": str(home), "NO_PROXY": "127.0.0.1", "PYTHONDONTWRITEBYTECODE": "1", **more}
    return subprocess.run(
        [str(part) for part in command], cwd=cwd or home, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_a_python_client_is_served(server: Server, tmp_path: Path, script: Path) -> None:
    done = run(install.BIN / "python", script, server.url, home=tmp_path)
    assert done.stdout.endswith("passed\n"), done.stdout + done.stderr


PROGRAMS = [block for block in blocks(GUIDE) if block.language == "python"]


@pytest.mark.parametrize("block", PROGRAMS, ids=lambda block: block.title)
def test_the_programs_of_the_guide_run(server: Server, tmp_path: Path, block: Block) -> None:
    text = block.text.replace("http://localhost:8000", server.url)
    for name, ours in (("a-chat-model", "chat"), ("a-picture-model", "draws")):
        text = text.replace(name, ours)
    program = tmp_path / (block.title or "program.py")
    program.write_text(text)
    done = run(install.BIN / "python", program, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "hello" in done.stdout or (tmp_path / "fox.png").is_file()


def test_openai_node_is_served(server: Server, tmp_path: Path) -> None:
    done = run(NODE, HERE / "node" / "openai_node.mjs", server.url, home=tmp_path)
    assert done.stdout == "openai-node: passed\n", done.stdout + done.stderr


def test_the_llm_command_is_served(server: Server, tmp_path: Path) -> None:
    (tmp_path / "extra-openai-models.yaml").write_text(
        f"- model_id: ours\n  model_name: chat\n  api_base: {server.url}/v1\n  supports_tools: true\n"
        "  supports_schema: true\n"
    )
    home = {"LLM_USER_PATH": str(tmp_path), "OPENAI_API_KEY": "any"}
    said = run(install.BIN / "llm", "-m", "ours", "hello", home=tmp_path, **home)
    assert "hello" in said.stdout, said.stderr
    whole = run(install.BIN / "llm", "-m", "ours", "--no-stream", "hello", home=tmp_path, **home)
    assert whole.stdout == said.stdout
    schema = run(
        install.BIN / "llm", "-m", "ours", "--schema", "city, country", "Where is the Louvre?", home=tmp_path, **home
    )
    assert '"city"' in schema.stdout, schema.stderr


@pytest.mark.parametrize(("document", "which", "most"), [(DRAWS, "generate", 32), (EDITS, "edit", 32)])
def test_the_tests_of_openai_python_pass_against_us(
    tmp_path: Path, document: dict[str, object], which: str, most: int
) -> None:
    """The client's own tests of pictures, strict about types; pictures and the name of the model are put in."""
    folder = tmp_path / "suite"
    shutil.copytree(install.suite() / "tests", folder / "tests")
    tests = folder / "tests" / "api_resources" / "test_images.py"
    text = tests.read_text()
    assert PLACEHOLDER in text
    picture = tmp_path / "picture.png"
    picture.write_bytes(png(64, 64))
    text = text.replace(f"mask={PLACEHOLDER},", "").replace(
        PLACEHOLDER, f'__import__("pathlib").Path({str(picture)!r})'
    )
    text = re.sub(r'model="[^"]+"', 'model="ours"', text)
    tests.write_text(text)
    ours = serve(tmp_path / "server", ours=document)
    try:
        done = run(
            install.BIN / "python", "-m", "pytest", "-q", "-p", "no:cacheprovider", tests,
            "-k", f"{which} and not aiohttp and not variation",
            "-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=session",
            home=tmp_path, cwd=folder, TEST_API_BASE_URL=f"{ours.url}/v1",
        )  # fmt: skip
    finally:
        ours.stop()
    passed = re.search(r"(\d+) passed", done.stdout)
    assert done.returncode == 0, done.stdout[-4000:]
    assert passed is not None
    assert int(passed[1]) >= most
