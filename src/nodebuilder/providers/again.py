"""Making a call again, only where it provably was not made: a refused connection, or a provider that says 429."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from nodebuilder.errors import ProviderError
from nodebuilder.providers.rate_limits import Patience

CONNECT_AGAIN: Final = (0.3, 1.0)
"""Waits before a connection that never came about is tried again."""


class Again:
    """How often one call may still be made again, and after which wait; `name` is whom it calls."""

    def __init__(
        self,
        name: str,
        seconds: float,
        *,
        delayed: Callable[[float, str], None],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._name = name
        self._patience = Patience(seconds)
        self._connections = iter(CONNECT_AGAIN)
        self._delayed = delayed
        self._sleep = sleep

    async def after(self, error: ProviderError) -> None:
        """Wait until the call may be made again after this error, or raise the error."""
        if error.code == "rate_limit" and (seconds := self._patience.wait(error.retry_after)):
            self._delayed(seconds, f"{self._name} limits how often it may be asked")
        elif error.code != "not_reachable" or not (seconds := next(self._connections, None)):
            raise error
        await self._sleep(seconds)
