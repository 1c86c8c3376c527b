"""Where a call goes and with which key: the sandbox's key to the sandbox only, and no other key ever there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from nodebuilder.errors import ProviderError
from nodebuilder.settings import Settings
from nodebuilder.values import Secret

OPENAI_URL: Final = "https://api.openai.com/v1"
OPENAI_SETTING: Final = "NODEBUILDER_OPENAI_BASE_URL"


@dataclass(frozen=True, slots=True)
class Target:
    """A provider to call: its `url`, its `name` as it is shown, the `key`, and what `setting` the address is from."""

    url: str
    name: str
    key: str
    setting: str = OPENAI_SETTING


def openai_target(key: Secret, settings: Settings, sandbox_url: str | None) -> Target:
    """Return where a call of OpenAI's API goes with this key.

    Raises:
        ProviderError: the key cannot be one (code `bad_key`), or belongs elsewhere (code `wrong_key`).
    """
    value = usable(key)
    url = (sandbox_url if key.source == "sandbox" else settings.openai_base_url or OPENAI_URL) or ""
    if not url or (key.source != "sandbox" and url.rstrip("/") == (sandbox_url or "").rstrip("/")):
        raise ProviderError(
            "The sandbox takes sandbox keys only, and sandbox keys work nowhere else.",
            f"Start with --sandbox and leave the key empty, or set {OPENAI_SETTING} to another address.",
            charged="no",
            code="wrong_key",
        )
    return Target(url, "The sandbox" if key.source == "sandbox" else shown_name(url), value)


def usable(key: Secret) -> str:
    """Return the key itself, without blanks around it.

    Raises:
        ProviderError: it is empty or holds what no key has (code `bad_key`).
    """
    value = key.reveal().strip()
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ProviderError(
            "The API key is empty or holds characters that no key has.",
            "Copy the key again, without spaces or line breaks.",
            charged="no",
            code="bad_key",
        )
    return value


def shown_name(url: str) -> str:
    """Return how the provider at an address is called: OpenAI, or the host."""
    host = urlsplit(url).netloc.rpartition("@")[2]
    return "OpenAI" if host == "api.openai.com" else host
