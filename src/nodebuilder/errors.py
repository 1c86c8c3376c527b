"""Every error of the project, one tree by the moment it can happen.

NodeBuilderError                 has `message` (cause), `remedy`, `code`
├── SettingsError                start-up: a setting cannot be used
├── DefinitionError              import: a node is defined wrongly (file and line)
├── WorkflowError                check: the document cannot be read or run (carries problems)
├── StorageError                 a file or record cannot be read or written
└── NodeError                    run: a node failed (carries node and socket once known)
    ├── InputError               what arrived or was set is not usable
    ├── ProviderError            a called service refused or broke (charged, retry_after)
    ├── BudgetError              a cap on money, time or firings was reached
    └── NodeCrashed              the node's own code raised something else

TryAgain                         apart: said to the model, never to the person
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

Charged = Literal["yes", "no", "unknown"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that `check` found in a workflow: where it is, why it is wrong, and what to do."""

    code: str
    message: str
    remedy: str
    node: str | None = None
    socket: str | None = None
    widget: str | None = None
    severity: Severity = "error"

    def as_json(self) -> dict[str, str | None]:
        """Return the problem as the JSON object that the editor and the HTTP API use."""
        return {
            "code": self.code,
            "severity": self.severity,
            "node": self.node,
            "socket": self.socket,
            "widget": self.widget,
            "message": self.message,
            "remedy": self.remedy,
        }


class NodeBuilderError(Exception):
    """The root of all errors that a person may see: one sentence of cause and one of remedy."""

    code = "error"

    def __init__(self, message: str, remedy: str = "", *, code: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        if code is not None:
            self.code = code


class SettingsError(NodeBuilderError):
    """A setting has a value that cannot be used."""

    code = "bad_setting"


class DefinitionError(NodeBuilderError):
    """A node is defined wrongly; names the file and line of its function."""

    code = "bad_definition"

    def __init__(
        self, message: str, remedy: str = "", *, file: str | Path | None = None, line: int | None = None
    ) -> None:
        place = "" if file is None else f"{file}: " if line is None else f"{file}:{line}: "
        super().__init__(place + message, remedy)
        self.file = file
        self.line = line


class WorkflowError(NodeBuilderError):
    """A document cannot be read, or cannot be run; `problems` says all that is wrong at once."""

    code = "bad_workflow"

    def __init__(
        self,
        message: str,
        remedy: str = "",
        *,
        code: str | None = None,
        problems: tuple[Problem, ...] = (),
    ) -> None:
        super().__init__(message, remedy, code=code)
        self.problems = problems


class StorageError(NodeBuilderError):
    """A file or a record cannot be read or written."""

    code = "storage"


class NodeError(NodeBuilderError):
    """A node failed while it ran, as the node shows it; `charged` says whether it may have cost money.

    `details` are values for programs beside the sentences, such as what an Assert node expected and what came.
    """

    code = "node_failed"

    def __init__(
        self,
        message: str,
        remedy: str = "",
        *,
        code: str | None = None,
        socket: str | None = None,
        charged: Charged | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message, remedy, code=code)
        self.socket = socket
        self.charged: Charged | None = charged
        self.details = details


class InputError(NodeError):
    """What arrived at a socket, or was set in a widget, cannot be used."""

    code = "bad_input"


class ProviderError(NodeError):
    """A called service refused, broke or answered nonsense; `charged` says whether it may have cost money."""

    code = "provider"

    def __init__(
        self,
        message: str,
        remedy: str = "",
        *,
        charged: Charged,
        code: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, remedy, code=code, charged=charged)
        self.retry_after = retry_after


ASKING: Final = frozenset({"maybe_charged", "answer_lost"})
"""The codes of errors of paid calls that only the person can go on with: no loop catches them."""


class BudgetError(NodeError):
    """A cap on money, time or firings was reached; nothing was called."""

    code = "budget"


class NodeCrashed(NodeError):
    """The code of a node raised an error that it did not declare; `__cause__` has it."""

    code = "node_crashed"


class TryAgain(Exception):
    """Said to the model by a tool: what was wrong with its call and how to call again."""
