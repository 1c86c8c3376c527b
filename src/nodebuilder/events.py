"""What a run tells the world: one ordered stream of frozen events, in the past tense.

Every event has `kind`, `seq` (1, 2, … within the run), `run_id` and `at` (seconds since 1970). Server, terminal,
tests and history all read this stream; the engine writes it and calls nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal

from nodebuilder.errors import Charged
from nodebuilder.values import JSON, to_json

Level = Literal["debug", "info", "warning", "error"]
ContentType = Literal["text", "image", "video", "json"]
RunStatus = Literal["succeeded", "failed", "cancelled"]


@dataclass(frozen=True, slots=True)
class Told:
    """What all events have in common: place in the run's stream, the run, and the time."""

    kind: ClassVar[str] = ""
    seq: int
    run_id: str
    at: float

    def as_json(self) -> dict[str, JSON]:
        """Return the event as the JSON object of the wire."""
        wire: dict[str, JSON] = {"kind": self.kind}
        for field in fields(self):
            wire[field.name] = to_json(getattr(self, field.name))
        return wire


@dataclass(frozen=True, slots=True)
class RunStarted(Told):
    """A run began; `start` names its start node, or is None when all sources start."""

    kind: ClassVar[Literal["run_started"]] = "run_started"
    workflow_id: str | None
    name: str
    start: str | None
    nodes: int
    sandbox: bool


@dataclass(frozen=True, slots=True)
class NodeFired(Told):
    """A firing began; `firing` counts from 1 per node."""

    kind: ClassVar[Literal["node_fired"]] = "node_fired"
    node: str
    firing: int


@dataclass(frozen=True, slots=True)
class NodeProgressed(Told):
    """A firing is `fraction` (0 to 1, None: unknown) done."""

    kind: ClassVar[Literal["node_progressed"]] = "node_progressed"
    node: str
    firing: int
    fraction: float | None
    message: str


@dataclass(frozen=True, slots=True)
class CallDelayed(Told):
    """A provider asked to wait; the call is made again after `seconds`."""

    kind: ClassVar[Literal["call_delayed"]] = "call_delayed"
    node: str
    firing: int
    seconds: float
    reason: str


@dataclass(frozen=True, slots=True)
class ApprovalAsked(Told):
    """A model's call of a tool waits for a person; `call_id` is what the answer names."""

    kind: ClassVar[Literal["approval_asked"]] = "approval_asked"
    node: str
    firing: int
    call_id: str
    name: str
    arguments: Any


@dataclass(frozen=True, slots=True)
class ApprovalGiven(Told):
    """A person allowed a call of a tool, or refused it for `reason`."""

    kind: ClassVar[Literal["approval_given"]] = "approval_given"
    node: str
    firing: int
    call_id: str
    approved: bool
    reason: str


@dataclass(frozen=True, slots=True)
class TextStreamed(Told):
    """A piece of text came; append it to what came before in this firing."""

    kind: ClassVar[Literal["text_streamed"]] = "text_streamed"
    node: str
    firing: int
    text: str


@dataclass(frozen=True, slots=True)
class PreviewShown(Told):
    """A picture can be shown on the node."""

    kind: ClassVar[Literal["preview_shown"]] = "preview_shown"
    node: str
    firing: int
    url: str


@dataclass(frozen=True, slots=True)
class NodeLogged(Told):
    """A node wrote a line to the log."""

    kind: ClassVar[Literal["node_logged"]] = "node_logged"
    node: str
    firing: int
    level: Level
    message: str


@dataclass(frozen=True, slots=True)
class Displayed(Told):
    """A node put something on the display panel."""

    kind: ClassVar[Literal["displayed"]] = "displayed"
    node: str
    firing: int
    title: str
    content_type: ContentType
    data: Any


@dataclass(frozen=True, slots=True)
class OutputSent(Told):
    """A firing sent these outputs (skipped ones are absent)."""

    kind: ClassVar[Literal["output_sent"]] = "output_sent"
    node: str
    firing: int
    outputs: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CostAdded(Told):
    """A paid call was answered; `usd` is None when its price is not known."""

    kind: ClassVar[Literal["cost_added"]] = "cost_added"
    node: str
    firing: int
    usd: float | None
    model: str
    detail: str


@dataclass(frozen=True, slots=True)
class NodeFinished(Told):
    """A firing ended well; `reused` when its result came from a receipt of an earlier run."""

    kind: ClassVar[Literal["node_finished"]] = "node_finished"
    node: str
    firing: int
    seconds: float
    reused: bool = False


@dataclass(frozen=True, slots=True)
class NodeFailed(Told):
    """A firing ended badly, or reported an error: cause, remedy, and whether money may have been spent.

    `details` are values for programs, such as the `expected` and `actual` ones of an Assert node. `caught`: a loop
    node around it deals with the failure, and the run has not failed by it.
    """

    kind: ClassVar[Literal["node_failed"]] = "node_failed"
    node: str
    firing: int
    code: str
    message: str
    remedy: str
    charged: Charged | None
    seconds: float
    details: Mapping[str, Any] | None = None
    caught: bool = False


@dataclass(frozen=True, slots=True)
class NodeErrorReport:
    """One error of a run as its result lists it."""

    node: str
    message: str
    remedy: str
    code: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A node that got some values and still waited for these inputs when the run ended."""

    node: str
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunFinished(Told):
    """A run ended; `outputs` holds the last outputs of every node that fired."""

    kind: ClassVar[Literal["run_finished"]] = "run_finished"
    status: RunStatus
    outputs: Mapping[str, Mapping[str, Any]]
    displayed: Sequence[Mapping[str, Any]]
    errors: tuple[NodeErrorReport, ...]
    waiting: tuple[Waiting, ...]
    cost_usd: float | None
    firings: int
    seconds: float

    def as_json(self) -> dict[str, JSON]:
        """Return the event as the JSON object of the wire."""
        wire = super(RunFinished, self).as_json()
        wire["errors"] = [
            {"node": e.node, "message": e.message, "remedy": e.remedy, "code": e.code} for e in self.errors
        ]
        wire["waiting"] = [{"node": w.node, "inputs": list(w.inputs)} for w in self.waiting]
        return wire


Event = (
    RunStarted
    | NodeFired
    | NodeProgressed
    | CallDelayed
    | ApprovalAsked
    | ApprovalGiven
    | TextStreamed
    | PreviewShown
    | NodeLogged
    | Displayed
    | OutputSent
    | CostAdded
    | NodeFinished
    | NodeFailed
    | RunFinished
)
