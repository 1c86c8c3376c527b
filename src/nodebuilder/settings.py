"""All settings in one frozen model, read from the environment (`NODEBUILDER_…`), and the limits they set."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_config_path, user_data_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from nodebuilder.errors import SettingsError

MIB = 1024 * 1024
Positive = Annotated[int, Field(gt=0)]
PositiveFloat = Annotated[float, Field(gt=0)]
PrivateHost = Annotated[str, Field(pattern=r"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):[0-9]{1,5}$")]


class Settings(BaseSettings):
    """What can be set; every field is an environment variable `NODEBUILDER_<FIELD>`."""

    model_config = SettingsConfigDict(env_prefix="NODEBUILDER_", frozen=True, extra="ignore", env_ignore_empty=True)

    data_dir: Path = Field(
        default_factory=lambda: user_data_path("nodebuilder", appauthor=False),
        description="Folder of the database, the pictures and the receipts; one server at a time uses it.",
    )
    key_file: Path | None = Field(
        default=None,
        description="File with the key that encrypts secrets, never in the data folder; by default `secret.key` in the "
        "user's configuration folder.",
    )
    host: str = Field(
        default="127.0.0.1", description="Address the server listens on; anything beyond loopback requires a token."
    )
    port: int = Field(default=8000, ge=0, le=65535, description="Port the server listens on (0: any free one).")
    public_url: str = Field(default="http://localhost:8000", description="Beginning of the URLs given to pictures.")
    allowed_hosts: tuple[str, ...] = Field(
        default=(), description="Further host names (JSON list) under which the server may be reached."
    )
    token: SecretStr | None = Field(
        default=None, description="Token that callers must present; required for any bind beyond loopback."
    )
    sandbox: bool = Field(default=False, description="Whether calls without a key go to the built-in offline provider.")
    openai_base_url: str | None = Field(
        default=None, description="Address of the OpenAI-compatible API; by default OpenAI's own."
    )
    openweathermap_base_url: str = Field(
        default="https://api.openweathermap.org/data/2.5", description="Address of the weather API of OpenWeatherMap."
    )
    image_hosts: tuple[str, ...] = Field(
        default=(),
        description="Hosts (JSON list; `*.example.com` for all below one) whose https pictures a language model's "
        "provider may be told to fetch; others are refused.",
    )
    allowed_private_hosts: tuple[PrivateHost, ...] = Field(
        default=(),
        description="Places (JSON list of `host:port`) that may be contacted although they are on this machine or in a "
        'private network, for example `["localhost:11434"]`.',
    )
    database_url: str | None = Field(
        default=None, description="SQLAlchemy URL of the database; by default a SQLite file in the data folder."
    )
    nodes_dir: Path | None = Field(default=None, description="Folder with your own node files, read at start-up.")
    published_tools: tuple[str, ...] = Field(
        default=(), description="Types of tool nodes (JSON list) that MCP hosts may call, each as a tool."
    )

    max_document_bytes: Positive = Field(
        default=16 * MIB, description="Largest workflow document that is read, in bytes."
    )
    max_document_depth: Positive = Field(default=64, description="Deepest nesting in a workflow document.")
    max_nodes: Positive = Field(default=20_000, description="Most nodes in a workflow.")
    max_links: Positive = Field(default=100_000, description="Most links in a workflow.")
    max_string_chars: Positive = Field(
        default=2_000_000, description="Longest single text in a workflow, in characters."
    )

    max_firings_per_node: Positive = Field(default=1000, description="Most firings of one node in one run.")
    max_calls_at_once: Positive = Field(
        default=8, description="Most calls of one tool node that are worked on at the same time."
    )
    max_run_seconds: PositiveFloat = Field(default=6 * 3600, description="Longest run, in seconds.")
    max_cost_usd_per_run: PositiveFloat | None = Field(
        default=None, description="Most money one run may spend, in US dollars (empty: no cap)."
    )
    max_cost_usd_per_day: PositiveFloat | None = Field(
        default=None, description="Most money all runs of a day (UTC) may spend, in US dollars (empty: no cap)."
    )
    image_deadline_seconds: PositiveFloat = Field(default=600, description="Longest wait for a picture, in seconds.")
    chat_deadline_seconds: PositiveFloat = Field(
        default=600, description="Longest wait for the whole answer of a language model, in seconds."
    )
    max_rate_limit_wait_seconds: PositiveFloat = Field(
        default=120, description="Longest total wait when a provider says 429, in seconds."
    )
    weather_deadline_seconds: PositiveFloat = Field(default=20, description="Longest wait for the weather, in seconds.")
    max_image_pixels: Positive = Field(default=40_000_000, description="Largest picture that is decoded, in pixels.")
    max_answer_bytes: Positive = Field(
        default=64 * MIB, description="Largest answer of a provider that is read, in bytes."
    )
    mcp_connect_seconds: PositiveFloat = Field(
        default=60, description="Longest wait until an MCP server has started and told its tools, in seconds."
    )
    mcp_call_seconds: PositiveFloat = Field(
        default=300, description="Longest wait for one call of an MCP server's tool, in seconds."
    )
    mcp_idle_seconds: PositiveFloat = Field(
        default=600, description="How long the connection to an MCP server is kept without being used, in seconds."
    )

    max_upload_bytes: Positive = Field(default=10 * MIB, description="Largest uploaded file, in bytes.")
    max_body_bytes: Positive = Field(default=20 * MIB, description="Largest request body of any other kind, in bytes.")
    retention: Literal["keep", "session", "max_age", "max_bytes"] = Field(
        default="keep",
        description="When servable files are deleted: never (`keep`), when the server ends (`session`), by age or "
        "by total size.",
    )
    retention_max_age_days: PositiveFloat = Field(
        default=30, description="With `max_age`: days after which a file is deleted."
    )
    retention_max_bytes: Positive = Field(
        default=10 * 1024 * MIB,
        description="With `max_bytes`: total size above which the oldest files are deleted, in bytes.",
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least important log lines that are written."
    )

    @cached_property
    def secret_key_path(self) -> Path:
        """The file with the key that encrypts secrets."""
        return self.key_file or user_config_path("nodebuilder", appauthor=False) / "secret.key"


def load_settings(**overrides: object) -> Settings:
    """Read the settings from the environment; `overrides` that are not None win.

    Raises:
        SettingsError: a variable has a value that cannot be used; the message names it.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # pyright: ignore[reportArgumentType] - overrides are checked by the model itself
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = "NODEBUILDER_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(
            f"{name} cannot be used: {first['msg']}.", f"Set {name} to a valid value or unset it."
        ) from error
