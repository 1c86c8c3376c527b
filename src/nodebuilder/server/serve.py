"""Serving: the port is taken, the house opened, requests answered, and all is closed in order within ten seconds."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from typing import Final

import uvicorn

from nodebuilder.house import House, Sandbox, open_house
from nodebuilder.providers.sandbox.app import sandbox_app
from nodebuilder.server.app import build_app
from nodebuilder.server.binding import Bound, bind, check_exposure
from nodebuilder.server.guard import Guard
from nodebuilder.server.live import Hub
from nodebuilder.server.mcp import McpDoor
from nodebuilder.server.tokens import Tokens
from nodebuilder.settings import Settings

if sys.platform != "win32":
    import uvloop

    new_loop: Callable[[], asyncio.AbstractEventLoop] | None = uvloop.new_event_loop
else:
    new_loop = None

CALLS_SECONDS: Final = 4.0
"""How long paid calls that were sent are awaited at the end."""
SOCKETS_SECONDS: Final = 1.0
REQUESTS_SECONDS: Final = 2
MAX_MESSAGE_BYTES: Final = 16 * 1024 * 1024
"""Larger WebSocket messages end the connection; those above 64 KiB are answered by an error."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The server answers: `url` is where, `launch_url` also signs a browser in, once, when a token is set."""

    url: str
    launch_url: str
    port: int
    cpu_seconds: float


OnReady = Callable[[Ready], None]
Opened = Callable[[House], Awaitable[None]]


async def take_up(house: House) -> None:
    """Listen for all that listened when the server was stopped."""
    await house.listening.take_up()


def run_server(settings: Settings, on_ready: OnReady, opened: Opened = take_up) -> None:
    """Serve until SIGINT or SIGTERM; `on_ready` is called once, when requests are answered, `opened` before that.

    Raises:
        SettingsError: the port cannot be taken, or others could reach the server without a token.
        StorageError: the data folder cannot be used, or another server has it.
        DefinitionError: a node is defined wrongly.
    """
    with asyncio.Runner(loop_factory=new_loop) as runner:
        runner.run(serve(settings, on_ready, signals=True, opened=opened))


async def serve(
    settings: Settings,
    on_ready: OnReady,
    *,
    stop: asyncio.Event | None = None,
    signals: bool = False,
    opened: Opened = take_up,
) -> None:
    """Serve until `stop` is set, or with `signals` until SIGINT or SIGTERM comes; raises as `run_server` does."""
    check_exposure(settings)
    bound = bind(settings.host, settings.port)
    try:
        addressed = _addressed(settings, bound)
        await _serve(addressed, bound, on_ready, stop or asyncio.Event(), opened, signals=signals)
    finally:
        bound.close()


async def _serve(
    settings: Settings, bound: Bound, on_ready: OnReady, stop: asyncio.Event, opened: Opened, *, signals: bool
) -> None:
    tokens = Tokens(settings.token.get_secret_value() if settings.token else None)
    sandbox = Sandbox(f"{bound.own_url}/sandbox/v1", secrets.token_urlsafe(32)) if settings.sandbox else None
    async with open_house(
        settings, exclusive=True, url=bound.url, sandbox=sandbox, closing_seconds=CALLS_SECONDS
    ) as house:
        await opened(house)
        hub = Hub(house)
        mcp = McpDoor(house)
        guard = build_app(
            house,
            hub,
            mcp,
            tokens=tokens,
            sandbox=sandbox_app(None) if sandbox else None,
            sandbox_key=sandbox.key if sandbox else "",
        )
        code = f"/?token={tokens.launch_code}" if tokens.required else ""

        def ready() -> None:
            on_ready(Ready(bound.url, bound.url + code, bound.port, time.process_time()))

        server = Server(_config(guard), house, hub, mcp, ready)
        with _signals(server, enabled=signals):
            watching = asyncio.create_task(server.stop_when(stop))
            try:
                await server.serve(list(bound.sockets))
            finally:
                watching.cancel()


class Server(uvicorn.Server):
    """The HTTP server; at its end runs are ended first, so that whoever watches hears of it."""

    def __init__(self, config: uvicorn.Config, house: House, hub: Hub, mcp: McpDoor, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._house = house
        self._hub = hub
        self._mcp = mcp
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer requests."""
        await super().startup(sockets)
        self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End all runs, tell those who watch, finish the requests under way, and stop."""
        await self._house.listening.close()
        await self._house.runs.close(CALLS_SECONDS)
        await self._hub.close(SOCKETS_SECONDS)
        await self._mcp.close()
        await super().shutdown(sockets)

    async def stop_when(self, stop: asyncio.Event) -> None:
        """Stop as soon as `stop` is set."""
        await stop.wait()
        self.should_exit = True

    def ask_to_stop(self) -> None:
        """Stop in order; asked twice, at once."""
        self.force_exit = self.should_exit
        self.should_exit = True

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals to `serve`, which has more to close than this server."""
        yield


def _config(guard: Guard) -> uvicorn.Config:
    return uvicorn.Config(
        guard,
        http="httptools",
        ws="websockets-sansio",
        ws_max_size=MAX_MESSAGE_BYTES,
        ws_per_message_deflate=False,
        lifespan="off",
        interface="asgi3",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=REQUESTS_SECONDS,
    )


def _addressed(settings: Settings, bound: Bound) -> Settings:
    """Return the settings with the address of pictures as it is; one that was given stands."""
    if "public_url" in settings.model_fields_set:
        return settings
    return settings.model_copy(update={"public_url": bound.url})


@contextlib.contextmanager
def _signals(server: Server, *, enabled: bool) -> Generator[None]:
    """Stop the server in order on SIGINT and SIGTERM."""
    if not enabled:
        yield
        return
    loop = asyncio.get_running_loop()
    wanted = (signal.SIGINT, signal.SIGTERM)
    if sys.platform == "win32":
        earlier = {
            each: signal.signal(each, lambda *_: loop.call_soon_threadsafe(server.ask_to_stop)) for each in wanted
        }
    else:
        earlier = {}
        for each in wanted:
            loop.add_signal_handler(each, server.ask_to_stop)
    try:
        yield
    finally:
        for each in wanted:
            if sys.platform == "win32":
                signal.signal(each, earlier[each])
            else:
                loop.remove_signal_handler(each)
