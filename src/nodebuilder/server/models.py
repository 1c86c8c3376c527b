"""What goes over the wire, as models: the documentation and the editor's types are made from these."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nodebuilder.errors import SettingsError

Status = Literal["running", "succeeded", "failed", "cancelled", "interrupted"]
ChargedAnswer = Literal["yes", "no", "unknown"]
Document = Annotated[dict[str, Any], Field(description="A workflow document, as in a `*.flow.json`.")]
WorkflowId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$", description="The id of a kept workflow.")]


class Wire(BaseModel):
    """What the server sends."""

    model_config = ConfigDict(extra="ignore")


def _without_defaults(schema: dict[str, Any]) -> None:
    """Leave defaults out of the description: generators of types take a field that has one for a required one."""
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


class Sent(BaseModel):
    """What a caller sends: nothing else is taken."""

    model_config = ConfigDict(extra="forbid", strict=True, json_schema_extra=_without_defaults)


class ProblemOut(Wire):
    """One thing that is wrong with a workflow."""

    code: str
    severity: Literal["error", "warning"]
    node: str | None
    socket: str | None
    widget: str | None
    message: str
    remedy: str


class Failure(Wire):
    """Why a request was refused or failed (`application/problem+json`)."""

    type: str
    title: str
    status: int
    detail: str
    remedy: str
    code: str
    problems: list[ProblemOut] | None = None


class Health(Wire):
    """That the server answers."""

    status: Literal["ok"]


class Info(Wire):
    """What the server is and how it is set up."""

    version: str
    sandbox: bool
    token_required: bool
    public_url: str
    keys: dict[str, Literal["secret", "environment", "sandbox"] | None]
    spent_today_usd: float
    nodes: int
    data_dir: str
    max_upload_bytes: int
    max_cost_usd_per_run: float | None
    max_cost_usd_per_day: float | None


class SocketRuleOut(Wire):
    """How an input takes part while a widget holds a value."""

    widget: str
    value: bool | str
    pull: bool
    do_not_wait: bool


class InputOut(Wire):
    """An input socket; `default` is absent when it is required, `when` where no widget changes how it takes part."""

    name: str
    type: str
    required: bool
    array: bool
    pull: bool
    do_not_wait: bool
    many: bool
    tools: bool
    back: bool
    description: str
    default: Any = None
    when: list[SocketRuleOut] | None = None


class OutputOut(Wire):
    """An output socket."""

    name: str
    type: str
    array: bool
    body: bool
    description: str


class WidgetOut(Wire):
    """A widget; which of the last fields it has depends on its kind."""

    name: str
    kind: Literal["text", "number", "slider", "toggle", "combo", "secret", "image", "code"]
    default: Any
    label: str
    description: str
    options: list[str] | None = None
    min: float | None = None
    max: float | None = None
    step: float | None = None
    integer: bool | None = None
    lines: int | None = None
    language: str | None = None
    accept: str | None = None
    provider: str | None = None
    option_warnings: dict[str, str] | None = None
    advanced: bool | None = None


class ToolOut(Wire):
    """What a model is told of a tool."""

    name: str
    description: str
    input_schema: dict[str, Any]


class NodeOut(Wire):
    """The definition of a node type."""

    type: str
    title: str
    category: str
    description: str
    version: str
    tags: list[str]
    paid: bool
    inputs: list[InputOut]
    outputs: list[OutputOut]
    widgets: list[WidgetOut]
    tool: ToolOut | None


class NodesOut(Wire):
    """All node types, and which socket types each socket type may be linked to."""

    nodes: list[NodeOut]
    connections: dict[str, list[str]]


class CheckIn(Sent):
    """A document to check."""

    workflow: Document


class EstimateOut(Wire):
    """What one firing of every paid node may cost, in US dollars."""

    low_usd: float
    high_usd: float
    paid_calls: int
    unknown: bool
    repeated: int


class CheckOut(Wire):
    """What is wrong with a document, and what a run may cost."""

    problems: list[ProblemOut]
    estimate: EstimateOut | None = None


class WorkflowIn(Sent):
    """A document to keep; `base_version` is the version it was made from."""

    workflow: Document
    base_version: int | None = Field(default=None, ge=0, le=2**31)


class WorkflowOut(Wire):
    """A kept document."""

    id: str
    version: int
    updated_at: float
    workflow: Document


class WorkflowEntry(Wire):
    """A kept document in a list."""

    id: str
    name: str
    version: int
    updated_at: float


class WorkflowsOut(Wire):
    """All kept documents."""

    workflows: list[WorkflowEntry]


class VersionOut(Wire):
    """One version of a kept document."""

    version: int
    updated_at: float


class VersionsOut(Wire):
    """The versions of a kept document, newest first."""

    versions: list[VersionOut]


class RunIn(Sent):
    """What to run; a request with a `request_id` that was used before answers with the run it started then."""

    workflow: Document | WorkflowId
    start: str | None = Field(default=None, max_length=64)
    values: dict[str, dict[str, Any]] | None = Field(
        default=None,
        description="Widget values for this run: `{node: {widget: value}}`; a key given here is not stored.",
    )
    inputs: dict[str, Any] | None = Field(
        default=None, description="Values for the inputs of the workflow, by the names of its Input nodes."
    )
    request_id: str | None = Field(default=None, pattern=r"^[A-Za-z0-9._:-]{1,128}$")


class ResumeIn(Sent):
    """How to go on: `retry_unknown` is your word that calls which may have been charged are to be made again."""

    retry_unknown: bool = False


class DecisionIn(Sent):
    """What a person says to a call of a tool that waits for them; the model is told the `reason`."""

    approved: bool
    reason: str = Field(default="", max_length=2000)


class RunAccepted(Wire):
    """A run that began."""

    run_id: str
    status: Status


class RunSummary(Wire):
    """A run in a list; `asking` is how many calls of tools wait for a person."""

    run_id: str
    workflow_id: str | None
    name: str
    status: Status
    started_at: float
    finished_at: float | None
    cost_usd: float | None
    firings: int
    asking: int


class RunsOut(Wire):
    """Runs, newest first."""

    runs: list[RunSummary]


class RunErrorOut(Wire):
    """One error of a run."""

    node: str
    message: str
    remedy: str
    code: str


class WaitingOut(Wire):
    """A node that got some values and still waited for others when the run ended."""

    node: str
    inputs: list[str]


class ApprovalOut(Wire):
    """A model's call of a tool that waits for a person; `call_id` is what the answer names."""

    node: str
    firing: int
    call_id: str
    name: str
    arguments: Any


class ReceiptOut(Wire):
    """The record of one paid call."""

    node: str
    firing: int
    state: Literal["intent", "sent", "kept", "done", "refused", "unknown"]
    model: str
    cost_usd: float | None
    charged: ChargedAnswer
    created_at: float
    detail: str = ""
    asset: str | None = None


class RunOut(RunSummary):
    """All that is known of a run; `last_seq` is the number of its newest event."""

    outputs: dict[str, dict[str, Any]]
    displayed: list[Any]
    errors: list[RunErrorOut]
    waiting: list[WaitingOut]
    approvals: list[ApprovalOut]
    receipts: list[ReceiptOut]
    last_seq: int


class FileOut(Wire):
    """A kept file; width and height in pixels (0: not a picture)."""

    filename: str
    url: str
    size: int
    media_type: str
    width: int
    height: int
    created_at: float
    original_name: str
    about: dict[str, Any]


class FilesOut(Wire):
    """Kept files, newest first; `count` and `total_size` (bytes) are of all; `next` is the `before` of more."""

    files: list[FileOut]
    count: int
    total_size: int
    next: str | None


class UploadOut(Wire):
    """An uploaded file."""

    filename: str
    url: str
    size: int
    media_type: str


class SecretOut(Wire):
    """A secret, without its value."""

    name: str
    updated_at: float
    hosts: list[str] = Field(description="Hosts (`host`, `host:port`) beside its provider's that the key may go to.")


class SecretsOut(Wire):
    """All secrets, without their values."""

    secrets: list[SecretOut]
    bindings: dict[str, list[str]] = Field(
        description="Hosts that keys from elsewhere (environment, given for a run) may go to, by provider."
    )


class SecretHostsIn(Sent):
    """The hosts that a key is bound to."""

    hosts: list[Annotated[str, Field(min_length=1, max_length=300)]] = Field(max_length=32)


class SecretIn(Sent):
    """The value of a secret."""

    value: str = Field(min_length=1, max_length=8192)


class McpServerOut(Wire):
    """An MCP server, at a `url` or started by a `command` in `folder`; secrets by their names."""

    name: str
    url: str
    secret: str
    header: str
    command: str
    arguments: list[str]
    variables: dict[str, str] = Field(description="Environment variables, each with the name of its secret.")
    folder: str


class McpServersOut(Wire):
    """All MCP servers that are set up."""

    servers: list[McpServerOut]


class McpServerIn(Sent):
    """An MCP server at a URL, and the name of the secret that is sent to it."""

    url: str = Field(min_length=1, max_length=4096)
    secret: str = Field(default="", max_length=64)
    header: str = Field(
        default="", max_length=64, description="The header that holds the secret; by default `Authorization: Bearer`."
    )

    @model_validator(mode="before")
    @classmethod
    def no_command(cls, given: Any) -> Any:
        """Refuse a command in words of its own: code never enters over HTTP."""
        if isinstance(given, dict) and "command" in given:
            raise SettingsError(
                "A command cannot be set up over HTTP.",
                "Set it up in the terminal: `nodebuilder mcp-servers add NAME -- COMMAND`.",
                code="command_over_http",
            )
        return cast("Any", given)


class DocsEntry(Wire):
    """A page of documentation in a list."""

    slug: str
    title: str
    category: str
    description: str
    kind: Literal["node", "guide"]
    type: str | None = None


class DocsOut(Wire):
    """All pages of documentation."""

    pages: list[DocsEntry]


class PageOut(Wire):
    """A page of documentation."""

    slug: str
    title: str
    markdown: str


class SessionIn(Sent):
    """The token of the server."""

    token: str = Field(max_length=1024)


class SessionOut(Wire):
    """The key that the page sends along from now on, as `X-Nodebuilder-Session`."""

    page_key: str


class SettingsOut(Wire):
    """The settings that may be changed while the server runs."""

    max_cost_usd_per_run: float | None
    max_cost_usd_per_day: float | None
    max_firings_per_node: int
    max_run_seconds: float
    published_tools: list[str]


class SettingsIn(Sent):
    """What to change; what is absent stays, and null lifts a cap on money."""

    max_cost_usd_per_run: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    max_cost_usd_per_day: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    max_firings_per_node: int = Field(default=1000, gt=0, le=10**9)
    max_run_seconds: float = Field(default=21600.0, gt=0, allow_inf_nan=False)
    published_tools: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(default=[], max_length=1000)
