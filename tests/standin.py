"""A stand-in for OpenAI's API on loopback: it counts what it received in full, and breaks in any way asked for.

    async with StandIn() as openai:
        openai.faults.append("cut:50")          # the next request; or say it in the prompt: "a cat FAULT:cut:50"
        ...base_url=openai.url...
        assert openai.count == 1

`FAULT:name:argument*2` in a prompt: only the first two requests with this prompt. `standin_in_thread()` is the same for
tests that have no event loop of their own. `openai.chat` is its language model, played from a script (`standin_chat`).
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import gzip
import json
import re
import socket
import struct
import threading
import zlib
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from types import TracebackType
from typing import Any

from tests.standin_chat import Answer, ScriptedModel

USAGE = {
    "input_tokens": 50,
    "output_tokens": 4160,
    "total_tokens": 4210,
    "input_tokens_details": {"text_tokens": 50, "image_tokens": 0},
    "output_tokens_details": {"image_tokens": 4160, "text_tokens": 0},
}


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@lru_cache(maxsize=64)
def png(width: int, height: int, colour: tuple[int, int, int] = (200, 30, 30)) -> bytes:
    """A valid picture of one colour."""
    rows = (b"\0" + bytes(colour) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b"")


def bomb(side: int = 60_000) -> bytes:
    """A few hundred bytes that claim to be a picture of `side`² pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 99)) + chunk(b"IEND", b"")


@dataclass(frozen=True)
class Received:
    """A request that arrived in full."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes

    @property
    def body(self) -> dict[str, Any]:
        try:
            return json.loads(self.raw)
        except ValueError:
            return {name: data.decode() for name, filename, data in self.parts if not filename}

    @property
    def parts(self) -> list[tuple[str, str, bytes]]:
        """The parts of a form: name, file name (empty for a field), bytes."""
        boundary = self.headers.get("content-type", "").partition("multipart/form-data; boundary=")[2]
        found: list[tuple[str, str, bytes]] = []
        for part in self.raw.split(b"--" + boundary.encode())[1:-1] if boundary else ():
            head, _, content = part.partition(b"\r\n\r\n")
            name, filename = (re.search(rf'; {which}="([^"]*)"', head.decode()) for which in ("name", "filename"))
            found.append((name[1] if name else "", filename[1] if filename else "", content.removesuffix(b"\r\n")))
        return found

    @property
    def prompt(self) -> str:
        return str(self.body.get("prompt", ""))


def refusal(
    status: int, message: str, code: str | None = None, kind: str = "invalid_request_error", **more: Any
) -> Answer:
    error = {"message": message, "type": kind, "param": more.get("param"), "code": code}
    return Answer(status, json.dumps({"error": error}).encode(), more.get("headers") or {})


def rate_limit(asked: str) -> Answer:
    headers = {"retry-after": asked} if asked else {}
    message = "Rate limit reached for gpt-image-1 on input-images per min: Limit 5, Used 5, Requested 1."
    return refusal(429, message, "rate_limit_exceeded", "input-images", headers=headers)


def bad_key(request: Received) -> Answer:
    key = request.headers.get("authorization", "").removeprefix("Bearer ")
    return refusal(401, f"Incorrect API key provided: {key}. You can find your API key at …", "invalid_api_key")


REFUSALS: dict[str, Callable[[Received, str], Answer]] = {
    "401": lambda request, _: bad_key(request),
    "403": lambda request, _: refusal(
        403,
        f"Your organization must be verified to use the model `{request.body.get('model')}`. Please go to: "
        "https://platform.openai.com/settings/organization/general and click on Verify Organization.",
    ),
    "403country": lambda *_: refusal(403, "Country, region, or territory not supported", "unsupported_country"),
    "400moderation": lambda *_: refusal(
        400,
        "Your request was rejected by the safety system. safety_violations=[violence].",
        "moderation_blocked",
        "image_generation_user_error",
    ),
    "400bad": lambda *_: refusal(400, "Invalid value: '9x9'. Supported values are: …", "invalid_value", param="size"),
    "400billing": lambda *_: refusal(400, "Billing hard limit has been reached", "billing_hard_limit_reached"),
    "402": lambda *_: refusal(402, "Payment required"),
    "404": lambda request, _: refusal(
        404, f"The model '{request.body.get('model')}' does not exist.", "model_not_found"
    ),
    "404path": lambda *_: Answer(404, b"<html><body>Not here</body></html>", {"content-type": "text/html"}),
    "429": lambda _, asked: rate_limit(asked),
    "429quota": lambda *_: refusal(
        429, "You exceeded your current quota, please check your plan.", "insufficient_quota", "insufficient_quota"
    ),
    "429credit": lambda *_: refusal(429, "No credit.", "credit_balance_exhausted", "insufficient_quota"),
    "500": lambda *_: refusal(500, "The server had an error while processing your request.", kind="server_error"),
    "502": lambda *_: Answer(502, b"<html><body><h1>502 Bad Gateway</h1></body></html>", {"content-type": "text/html"}),
    "503": lambda *_: refusal(503, "The engine is overloaded", kind="server_error", headers={"retry-after": "1"}),
    "529": lambda *_: refusal(529, "Overloaded", kind="server_error"),
    "redirect": lambda *_: Answer(307, b"", {"location": "/v1/images/elsewhere"}),
}


def healthy(request: Received, b64: str | None = None, **more: Any) -> Answer:
    """A good answer to an image request; `b64` takes the place of the picture, `more` of other fields."""
    wanted = request.body
    width, _, height = str(wanted.get("size") or "1024x1024").replace("auto", "1024x1024").partition("x")
    colour = zlib.crc32(request.prompt.encode("utf-8", "replace")).to_bytes(4)
    if b64 is None:
        b64 = base64.b64encode(png(int(width), int(height), (colour[0], colour[1], colour[2]))).decode()
    answer = {
        "created": 1_790_000_000,
        "background": "opaque",
        "output_format": "png",
        "quality": wanted.get("quality", "high").replace("auto", "high"),
        "size": f"{width}x{height}",
        "data": [{"b64_json": b64}] * int(wanted.get("n") or 1),
        "usage": USAGE,
        **more,
    }
    return Answer(200, json.dumps(answer).encode())


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


STRANGE: dict[str, Callable[[Received, str], Answer]] = {
    "empty": lambda request, _: healthy(request, "", data=[]),
    "nodata": lambda request, _: healthy(request, "", data=None),
    "nob64": lambda request, _: healthy(request, "", data=[{}]),
    "nullb64": lambda request, _: healthy(request, "", data=[{"b64_json": None}]),
    "link": lambda request, _: healthy(request, "", data=[{"url": "https://example.invalid/a.png"}]),
    "error200": lambda *_: Answer(200, b'{"error": {"message": "The painter is ill"}}'),
    "badbase64": lambda request, _: healthy(request, "%%% not base64 %%%"),
    "htmlbase64": lambda request, _: healthy(request, encoded(b"<html><body>Sign in</body></html>")),
    "zerobase64": lambda request, _: healthy(request, encoded(b"\0" * 64)),
    "truncatedpng": lambda request, _: healthy(request, encoded(png(1024, 1024)[:-40])),
    "bomb": lambda request, _: healthy(request, encoded(bomb())),
    "wrongsize": lambda request, _: healthy(request, encoded(png(64, 64))),
    "two": lambda request, _: healthy(request, data=[{"b64_json": encoded(png(1024, 1024))}] * 2),
    "nousage": lambda request, _: healthy(request, usage=None),
    "html200": lambda *_: Answer(200, b"<!doctype html><title>Hotel Wi-Fi</title>", {"content-type": "text/html"}),
    "notjson": lambda *_: Answer(200, b"certainly! here is your picture"),
    "cutjson": lambda request, _: Answer(200, healthy(request).body[:-200]),
    "nan": lambda *_: Answer(200, b'{"data": NaN}'),
    "deep": lambda *_: Answer(200, b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"),
    "nothing": lambda *_: Answer(200, b""),
    "bom": lambda request, _: Answer(200, b"\xef\xbb\xbf" + healthy(request).body),
    "gzip": lambda request, _: Answer(200, gzip.compress(healthy(request).body), {"content-encoding": "gzip"}),
    "gziplie": lambda request, _: Answer(200, healthy(request).body, {"content-encoding": "gzip"}),
    "huge": lambda _, size: Answer(200, b'{"data": "' + b"x" * int(size or 2**20) + b'"}'),
}


def broken(request: Received, name: str, argument: str) -> Answer | None:
    """An answer whose trouble is the connection."""
    whole = healthy(request)
    match name:
        case "reset":
            return Answer(sent=0, status=0, reset=True)
        case "close":
            return Answer(sent=0, status=0)
        case "stall":
            return Answer(sent=0, status=0, stall=True)
        case "cut":
            whole.sent = len(whole.body) - 1 if argument == "last" else int(len(whole.body) * float(argument) / 100)
            return whole
        case "cutreset":
            whole.sent, whole.reset = len(whole.body) // 2, True
            return whole
        case "stallbody":
            whole.sent, whole.stall = len(whole.body) // 2, True
            return whole
        case _:
            return None


class StandIn:
    """The server; `url` is its base URL, `requests` its journal, `faults` what the next requests get."""

    def __init__(self) -> None:
        self.requests: list[Received] = []
        self.chat = ScriptedModel()
        self.faults: deque[str] = deque()
        self.url = ""
        self.stalling = asyncio.Event()
        self._seen: Counter[str] = Counter()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    @property
    def count(self) -> int:
        """How many requests arrived in full."""
        return len(self.requests)

    @property
    def prompts(self) -> list[str]:
        return [request.prompt for request in self.requests]

    async def __aenter__(self) -> StandIn:
        self._server = await asyncio.start_server(self._connection, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        for task in list(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)
        await self._server.wait_closed()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            while request := await self._receive(reader):
                self.requests.append(request)
                if not await self._send(writer, await self._answer(request)):
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._open.discard(task)
            writer.close()

    async def _receive(self, reader: asyncio.StreamReader) -> Received | None:
        start = await reader.read(1)
        if not start.isupper():  # the end, or a TLS handshake
            return None
        head = start + await reader.readuntil(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").rstrip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        raw = b""
        if headers.get("transfer-encoding") == "chunked":
            while size := int((await reader.readline()).strip() or b"0", 16):
                raw += await reader.readexactly(size)
                await reader.readline()
            await reader.readline()
        else:
            raw = await reader.readexactly(int(headers.get("content-length", "0")))
        method, path, _ = first.split(" ")
        return Received(method, path, headers, raw)

    async def _answer(self, request: Received) -> Answer:
        if request.path.partition("?")[0] in ("/v1/chat/completions", "/v1/messages"):
            return self.chat.answer(request)
        if not request.path.startswith("/v1/images/"):
            return refusal(404, f"Invalid URL ({request.method} {request.path})")
        name, _, argument = self._fault(request).partition(":")
        if name == "slow":
            await asyncio.sleep(float(argument))
        if name in REFUSALS:
            return REFUSALS[name](request, argument)
        if name in STRANGE:
            return STRANGE[name](request, argument)
        return broken(request, name, argument) or healthy(request)

    def _fault(self, request: Received) -> str:
        if self.faults:
            return self.faults.popleft()
        found = re.search(r"FAULT:([^\s*]+)(?:\*(\d+))?", request.prompt)
        if not found:
            return ""
        self._seen[request.prompt] += 1
        return "" if found[2] and self._seen[request.prompt] > int(found[2]) else found[1]

    async def _send(self, writer: asyncio.StreamWriter, answer: Answer) -> bool:
        if answer.pieces is not None:
            await self._send_pieces(writer, answer, answer.pieces)
        elif answer.status:
            headers = {"content-type": "application/json", "content-length": str(len(answer.body)), **answer.headers}
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            writer.write(f"HTTP/1.1 {answer.status} Whatever\r\n{lines}\r\n".encode("latin-1"))
            writer.write(answer.body[: answer.sent])
            await writer.drain()
        if answer.stall:
            self.stalling.set()
            await asyncio.sleep(3600)
        if answer.reset:
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        return answer.sent is None

    async def _send_pieces(self, writer: asyncio.StreamWriter, answer: Answer, pieces: list[bytes]) -> None:
        headers = {**answer.headers, "transfer-encoding": "chunked"}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        writer.write(f"HTTP/1.1 {answer.status} Whatever\r\n{lines}\r\n".encode("latin-1"))
        for piece in pieces:
            if answer.pause:
                await asyncio.sleep(answer.pause)
            writer.write(b"%x\r\n%s\r\n" % (len(piece), piece))
            await writer.drain()
        if answer.sent is None:
            writer.write(b"0\r\n\r\n")
            await writer.drain()


@contextlib.contextmanager
def standin_in_thread() -> Iterator[StandIn]:
    """The same server on a loop of its own, for tests without one (a browser, a child process)."""
    server, ready, end = StandIn(), threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with server:
            ready.set()
            await end.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(end.set)
        thread.join(10)
        loop.close()
