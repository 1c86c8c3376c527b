"""Pictures from elsewhere: fetched when asked for, from public places and those that were allowed, and nothing else."""

from __future__ import annotations

import io
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from PIL import Image

from tests.server.serving import Server, start


def drawn() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (20, 10), "teal").save(out, "PNG")
    return out.getvalue()


class Gallery(ThreadingHTTPServer):
    """A foreign server with a picture, something else, and a note of who asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class _Door(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Gallery)
        self.server.asked.append((self.path, dict(self.headers)))
        known = {"/a.png": drawn(), "/page.png": b"<html><script>1</script>", "/cut.png": drawn()[:60]}
        found = known.get(self.path)
        self.send_response(404 if found is None else 200)
        self.send_header("content-type", "image/png")
        self.end_headers()
        self.wfile.write(found or b"")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - it is called so
        pass


@contextmanager
def gallery() -> Generator[Gallery]:
    """Serve a gallery on loopback."""
    with Gallery() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def foreign() -> Iterator[Gallery]:
    with gallery() as server:
        yield server


@pytest.fixture(scope="module")
def allowing(tmp_path_factory: pytest.TempPathFactory, foreign: Gallery) -> Iterator[Server]:
    folder: Path = tmp_path_factory.mktemp("allowing")
    server = start(folder, allowed_private_hosts=f'["{foreign.place}"]')
    yield server
    server.stop()


def test_a_picture_is_fetched_without_a_word_of_who_asks(allowing: Server, foreign: Gallery) -> None:
    foreign.asked.clear()
    with allowing.client(cookies={"mine": "secret"}) as http:
        answer = http.post("/api/elsewhere", json={"url": f"http://{foreign.place}/a.png"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/png"
    assert answer.content == drawn()
    ((path, headers),) = foreign.asked
    assert path == "/a.png"
    assert not {name.lower() for name in headers} & {"cookie", "referer", "origin", "authorization"}


@pytest.mark.parametrize("path", ["/page.png", "/cut.png", "/nothing.png"])
def test_what_is_no_whole_picture_is_not_passed_on(allowing: Server, foreign: Gallery, path: str) -> None:
    with allowing.client() as http:
        answer = http.post("/api/elsewhere", json={"url": f"http://{foreign.place}{path}"})
    assert (answer.status_code, answer.json()["code"]) == (422, "no_picture")


def test_a_private_place_that_nobody_allowed_is_not_contacted(server: Server, foreign: Gallery) -> None:
    foreign.asked.clear()
    with server.client() as http:
        for url in (f"http://{foreign.place}/a.png", "file:///etc/passwd", "no url", "http://[::1]/a.png"):
            assert http.post("/api/elsewhere", json={"url": url}).status_code == 422
    assert foreign.asked == []
