"""What comes in to be kept or run: documents are read within limits, and keys are taken out of them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from nodebuilder.engine.estimate import Estimate, estimate
from nodebuilder.errors import Problem, StorageError, WorkflowError
from nodebuilder.interop.litegraph.importing import FoundSecret, Imported
from nodebuilder.node import NodeType
from nodebuilder.registry import Registry
from nodebuilder.storage.secrets import SecretStore
from nodebuilder.values import JSON
from nodebuilder.workflow.check import blocks_run, check
from nodebuilder.workflow.model import Workflow, node_of, with_start, with_values
from nodebuilder.workflow.secrets import extract_keys

Values = Mapping[str, Mapping[str, JSON]]


@dataclass(frozen=True, slots=True)
class Checked:
    """What is wrong with a workflow, and what one firing of each paid node may cost."""

    problems: list[Problem]
    estimate: Estimate


@dataclass(frozen=True, slots=True)
class Ready:
    """A workflow that can run: `workflow` holds no key and may be kept; `keys` are those given for this run alone."""

    workflow: Workflow
    keys: dict[str, dict[str, str]]


@dataclass(frozen=True, slots=True)
class KeptSecret:
    """Where a key stood, and the name under which it is kept now."""

    node: str
    widget: str
    name: str

    def as_json(self) -> dict[str, str]:
        """Return it as a JSON object."""
        return {"node": self.node, "widget": self.widget, "name": self.name}


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A workflow made of an older file: what was mended, and which keys are kept, or could be, under which names."""

    workflow: Workflow
    mends: tuple[str, ...]
    secrets: tuple[KeptSecret, ...]


async def look_over(workflow: Workflow, registry: Registry, secrets: SecretStore) -> Checked:
    """Find all that is wrong with a workflow and what it may cost."""
    names = {secret.name for secret in await secrets.names()}
    problems = check(workflow, registry, secrets=names)
    sources = {provider: await secrets.describe(provider) for provider in providers_of(registry)}

    def simulated(node_id: str, kind: NodeType) -> bool:
        node = workflow.nodes[node_id]
        return any(
            not node.values.get(widget) and sources.get(provider) == "sandbox"
            for widget, provider in kind.secrets.items()
        )

    return Checked(problems, estimate(workflow, registry.get, simulated))


async def make_ready(
    workflow: Workflow, registry: Registry, secrets: SecretStore, *, start: str | None, values: Values
) -> Ready:
    """Return a workflow with `start` and `values` in it, ready to run.

    A value for a secret widget that names a stored secret is that name; anything else is the key itself, which is used
    for this run and never kept.

    Raises:
        WorkflowError: it cannot run (code `not_runnable`); `problems` says why.
    """
    names = {secret.name for secret in await secrets.names()}
    kept, given = _divide(workflow, registry, values, names)
    workflow, found = extract_keys(with_values(workflow, kept), registry.definition)
    for (node, widget), key in found.items():
        given.setdefault(node, {}).setdefault(widget, key)
    if start is not None:
        workflow = with_start(workflow, start)
    problems = check(workflow, registry, secrets=names)
    if blocks_run(problems):
        first = next(problem for problem in problems if problem.severity == "error")
        raise WorkflowError(first.message, first.remedy, code="not_runnable", problems=tuple(problems))
    return Ready(workflow, given)


async def without_keys(workflow: Workflow, registry: Registry, secrets: SecretStore) -> Workflow:
    """Return the workflow with every key in it replaced by a name, under which the key is now kept.

    Raises:
        StorageError: a key cannot be kept.
    """
    emptied, found = extract_keys(workflow, registry.definition)
    named: dict[str, dict[str, JSON]] = {}
    for (node_id, widget), key in found.items():
        kind = registry.get(node_of(workflow, node_id).type)
        provider = kind.secrets.get(widget, "") if kind else ""
        named.setdefault(node_id, {})[widget] = await _keep(secrets, provider or "key", key)
    return with_values(emptied, named)


async def take_in(
    imported: Imported,
    registry: Registry,
    secrets: SecretStore,
    *,
    keep_keys: bool = True,
    leave_out: Collection[str] = (),
) -> TakenIn:
    """Keep the keys that an older file held, and return its workflow with their names.

    Without `keep_keys` nothing is kept: the workflow has no names, and `secrets` tells under which ones the keys would
    be kept, so that a person can be asked first. Keys whose names are in `leave_out` are not kept either, and the names
    of the others are as they were told.

    Raises:
        StorageError: a key cannot be kept, but for one that can be none: that is told among the mends.
    """
    mends, told = list(imported.mends), list[KeptSecret]()
    named: dict[str, dict[str, JSON]] = {}
    given: dict[str, str] = {}
    for found in imported.secrets:
        key = found.value.reveal()
        name = await _free_name(secrets, found.name, key, given)
        if keep_keys and name in leave_out:
            given[name] = key
            continue
        if keep_keys and not await _kept_or_told(secrets, name, found, mends):
            continue
        given[name] = key
        told.append(KeptSecret(found.node, found.widget, name))
        kind = registry.get(node_of(imported.workflow, found.node).type)
        if keep_keys and kind and found.widget in kind.secrets:
            named.setdefault(found.node, {})[found.widget] = name
    return TakenIn(with_values(imported.workflow, named), tuple(mends), tuple(told))


async def _kept_or_told(secrets: SecretStore, name: str, found: FoundSecret, mends: list[str]) -> bool:
    """Keep a key of an older file; of one that can be none, say so among the mends and return False."""
    try:
        await _keep_as(secrets, name, found.value.reveal())
    except StorageError as error:
        if error.code != "bad_secret_value":
            raise
        mends.append(f'The key in "{found.widget}" of node "{found.node}" is not kept. {error.message}')
        return False
    return True


def providers_of(registry: Registry) -> list[str]:
    """Return the providers whose keys node types ask for, by name."""
    return sorted({provider for kind in registry for provider in kind.secrets.values() if provider})


async def _keep(secrets: SecretStore, provider: str, key: str) -> str:
    """Keep a key under the provider's name, or, if another key has that, under one made of both."""
    name = await _free_name(secrets, provider, key, {})
    await _keep_as(secrets, name, key)
    return name


async def _keep_as(secrets: SecretStore, name: str, key: str) -> None:
    known = await secrets.get(name)
    if known is None or known.reveal() != key:
        await secrets.set(name, key)


async def _free_name(secrets: SecretStore, provider: str, key: str, given: Mapping[str, str]) -> str:
    """Return the name for a key: the provider's, or, if another key has that, one made of both.

    `given` are names that other keys of the same file have got already, with those keys.
    """
    stored = await secrets.get(provider)
    known = given.get(provider) if stored is None else stored.reveal()
    if known is None or known == key:
        return provider
    return f"{provider}-{hashlib.sha256(key.encode()).hexdigest()[:8]}"


def _divide(
    workflow: Workflow, registry: Registry, values: Values, names: Collection[str]
) -> tuple[dict[str, dict[str, JSON]], dict[str, dict[str, str]]]:
    """Part the values into those that may be kept and the keys."""
    kept: dict[str, dict[str, JSON]] = {}
    given: dict[str, dict[str, str]] = {}
    for node_id, widgets in values.items():
        kind = registry.get(node_of(workflow, node_id).type)
        secret: Mapping[str, Any] = kind.secrets if kind else {}
        for widget, value in widgets.items():
            if widget in secret and isinstance(value, str) and value.strip() and value not in names:
                given.setdefault(node_id, {})[widget] = value.strip()
            else:
                kept.setdefault(node_id, {})[widget] = value
    return kept, given
