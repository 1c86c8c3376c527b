"""`Web` as the settings allow it: the public internet, and the private places that a person allowed."""

from __future__ import annotations

import asyncio
import ssl

from nodebuilder.errors import StorageError
from nodebuilder.providers.safe_http import SafeHttp
from nodebuilder.providers.urls import Resolve, UrlPolicy, resolve_host
from nodebuilder.providers.web import WebAnswer, WebLimits, WebRequest
from nodebuilder.settings import Settings
from nodebuilder.storage.pictures import inspect


class PublicWeb:
    """Contacts the public internet, and of private places only those that the settings and the caller both name."""

    def __init__(
        self, settings: Settings, *, resolve: Resolve = resolve_host, tls: ssl.SSLContext | None = None
    ) -> None:
        self._settings = settings
        self._http = SafeHttp(resolve=resolve, tls=tls)

    async def fetch(self, request: WebRequest, *, hosts: tuple[str, ...], limits: WebLimits) -> WebAnswer:
        """Send one request and return the answer (see `Web.fetch`)."""
        policy = UrlPolicy(self._settings.allowed_private_hosts if hosts else (), hosts)
        return await self._http.fetch(request, policy, limits)

    async def is_picture(self, data: bytes) -> bool:
        """Say whether these bytes are a whole picture that can be kept."""
        try:
            await asyncio.to_thread(inspect, data, self._settings.max_image_pixels)
        except StorageError:
            return False
        return True
