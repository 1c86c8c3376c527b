"""A real browser with a page of somebody else: it reads nothing, writes nothing and runs nothing here."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import Page, async_playwright

from tests import chromium
from tests.server.serving import TEXT, Server
from tests.server.test_files import png, upload

pytestmark = pytest.mark.browser

ATTACKS = """async ([target, live, picture, workflow, beacon]) => {
  const outcome = {};
  const attempt = async (name, work) => {
    try { outcome[name] = await Promise.race([work(), new Promise((done) => setTimeout(() => done("silent"), 3000))]); }
    catch (error) { outcome[name] = "refused"; }
  };
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array([1])]), "../nodes/evil.py");
  const post = { method: "POST", mode: "no-cors" };
  const typed = { "Content-Type": "application/json" };
  const json = JSON.stringify({ workflow });
  await attempt("control", async () => (await (await fetch(beacon)).text()));
  await attempt("read", async () => (await (await fetch(target + "/api/info")).text()));
  await attempt("upload", async () => (await fetch(target + "/api/files", { ...post, body: form })).type);
  await attempt("run", async () => (await fetch(target + "/api/runs", { ...post, body: json })).type);
  const asJson = { method: "POST", body: json, headers: typed };
  await attempt("run as json", async () => (await fetch(target + "/api/runs", asJson)).status);
  await attempt("delete", async () => (await fetch(target + "/api/files/" + picture, { method: "DELETE" })).status);
  const plain = new Blob([json], { type: "text/plain" });
  await attempt("beacon", async () => navigator.sendBeacon(target + "/api/runs", plain));
  await attempt("live", () => new Promise((done) => {
    const socket = new WebSocket(live);
    socket.onmessage = ({ data }) => done(data);
    socket.onerror = () => done("refused");
  }));
  await attempt("stream", () => new Promise((done) => {
    const stream = new EventSource(target + "/api/runs/x/events");
    stream.onmessage = ({ data }) => done(data);
    stream.onerror = () => { stream.close(); done("refused"); };
  }));
  await attempt("picture", () => new Promise((done) => {
    const image = new Image();
    image.onload = () => done("seen");
    image.onerror = () => done("refused");
    image.src = target + "/servable/" + picture;
  }));
  await attempt("script", () => new Promise((done) => {
    const script = document.createElement("script");
    script.onload = () => done("seen");
    script.onerror = () => done("refused");
    script.src = target + "/api/nodes";
    document.head.append(script);
  }));
  await attempt("form", () => new Promise((done) => {
    const frame = document.createElement("iframe");
    frame.name = "posted";
    document.body.append(frame);
    const posted = document.createElement("form");
    Object.assign(posted, { method: "post", action: target + "/api/runs", target: "posted", enctype: "text/plain" });
    const field = document.createElement("input");
    field.name = json.slice(0, -1) + ', "x": "';
    field.value = '"}';
    posted.append(field);
    document.body.append(posted);
    posted.submit();
    setTimeout(() => done("sent"), 500);
  }));
  await attempt("frame", () => new Promise((done) => {
    const frame = document.createElement("iframe");
    frame.onload = () => { try { done(frame.contentDocument.body.innerHTML || "empty"); } catch { done("refused"); } };
    frame.src = target + "/";
    document.body.append(frame);
  }));
  return outcome;
}"""


@dataclass
class Elsewhere:
    """A page on another port of the same host, and inside a sandboxed frame."""

    url: str
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    there = Elsewhere("")

    class Pages(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            there.asked.append(self.path)
            frame = b"<iframe sandbox='allow-scripts allow-forms' src='/page'></iframe>"
            body = b"here" if self.path == "/beacon" else frame if self.path == "/framed" else b"<p>a page</p>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Access-Control-Allow-Origin", "*")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    pages = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=pages.serve_forever, daemon=True).start()
    there.url = f"http://127.0.0.1:{pages.server_address[1]}"
    yield there
    pages.shutdown()
    pages.server_close()


@pytest.fixture
async def page() -> AsyncIterator[Page]:
    path = chromium.executable()
    if path is None:
        pytest.skip("there is no Chromium here")
    rebinding = "--host-resolver-rules=MAP evil.test 127.0.0.1"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=[*chromium.ARGUMENTS, rebinding])
        yield await browser.new_page()
        await browser.close()


def state(server: Server) -> str:
    """What somebody else could have changed."""
    with server.client() as http:
        told = [http.get(path).json() for path in ("/api/files", "/api/runs", "/api/workflows", "/api/settings")]
    return json.dumps(told)


@pytest.mark.parametrize("framed", [False, True], ids=["another port", "a sandboxed frame"])
async def test_a_page_of_somebody_else_gets_nothing_done(
    server: Server, page: Page, elsewhere: Elsewhere, framed: bool
) -> None:
    picture = str(upload(server, png(9, 9))["filename"])
    before = state(server)
    await page.goto(elsewhere.url + ("/framed" if framed else "/page"))
    inside = page.frames[-1]
    arguments = [server.url, server.live, picture, TEXT, elsewhere.url + "/beacon"]
    outcome = await inside.evaluate(ATTACKS, arguments)
    assert outcome["control"] == "here"
    for name in ("read", "run as json", "delete", "live", "stream", "picture", "script"):
        assert outcome[name] == "refused", (name, outcome[name])
    assert outcome["frame"] in ("refused", "silent", "empty") or "root" not in outcome["frame"]
    assert state(server) == before


async def test_a_name_that_is_made_to_point_here_is_not_answered(server: Server, page: Page) -> None:
    answer = await page.goto(f"http://evil.test:{server.port}/")
    assert answer is not None
    assert answer.status == 421
    told = await page.evaluate("fetch('/api/info').then(answer => answer.status)")
    assert told == 421


async def test_the_servers_own_page_may_do_all_of_it(server: Server, page: Page) -> None:
    """The control: the same calls from the editor's own address."""
    picture = str(upload(server, png(9, 9))["filename"])
    await page.goto(server.url + "/")
    outcome = await page.evaluate(ATTACKS, [server.url, server.live, picture, TEXT, server.url + "/healthz"])
    assert "nodes" in outcome["read"]
    assert outcome["run as json"] == 202
    assert outcome["picture"] == "refused"
    assert outcome["delete"] == 204
    assert json.loads(outcome["live"])["type"] == "hello"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("hello_00000001.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>fetch('/healthz?ran')</script></svg>"),
        ("hello_00000001.html", b"<html><script>fetch('/healthz?ran')</script></html>"),
        ("hello_00000001.png", b"<html><script>fetch('/healthz?ran')</script></html>"),
        ("hello_00000001.txt", b"<script>fetch('/healthz?ran')</script>"),
    ],
)
async def test_a_kept_file_runs_nothing(server: Server, page: Page, name: str, data: bytes) -> None:
    path = server.data_dir / "servable" / name
    path.write_bytes(data)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.goto(server.url + "/healthz")
    await page.evaluate(
        "async (url) => { const f = document.createElement('iframe'); f.src = url; document.body.append(f);"
        " open(url); await new Promise((done) => setTimeout(done, 700)); }",
        f"/servable/{name}",
    )
    assert any(name in url for url in asked)
    assert not any("ran" in url for url in asked)
    path.unlink()
