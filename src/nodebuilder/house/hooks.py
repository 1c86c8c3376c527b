"""Webhooks: which addresses are listened at, whose deliveries are taken, and what those are answered."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from nodebuilder.errors import InputError, NodeBuilderError, StorageError
from nodebuilder.house.calls import results_of
from nodebuilder.house.ears import Fire
from nodebuilder.house.hook_bodies import Delivery, values_of
from nodebuilder.house.hook_limits import Bucket, DayPurse, HookLimits
from nodebuilder.house.hook_paths import PREFIX, asked_path, hook_path
from nodebuilder.house.published import Published
from nodebuilder.house.runs import Runs
from nodebuilder.house.signatures import Headers, Proof, prove, usable
from nodebuilder.nodes.webhook import METHODS, webhook
from nodebuilder.storage.deliveries import DeliveryStore, request_of
from nodebuilder.storage.secrets import SecretStore, is_secret_name
from nodebuilder.widget_values import read
from nodebuilder.workflow.model import Node, Workflow

log: Final = logging.getLogger(__name__)
BUSY_SECONDS: Final = 10
"""After so many seconds a sender may try again when too many runs are under way."""
_IDS: Final = ("webhook-id", "idempotency-key")
"""Headers in which the sender of a delivery without a signature may say which one it is."""


class HookRefused(NodeBuilderError):
    """A delivery that is not taken; `status` and `headers` are those of the answer."""

    code = "hook_refused"

    def __init__(
        self, status: int, code: str, message: str, remedy: str, *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message, remedy, code=code)
        self.status = status
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Hook:
    """An address that is listened at, as the widgets of its node say."""

    target: Published
    node: str
    title: str
    path: str
    methods: tuple[str, ...]
    secret: str
    signature: str
    waits: bool
    answer_seconds: float
    rate_per_minute: int
    max_cost_usd_per_day: float

    @classmethod
    def of(cls, workflow_id: str, workflow: Workflow, node: Node) -> Hook:
        """Return the hook of a Webhook node; raises `InputError` when it cannot be one."""
        widgets = {
            each.name: read(each, node.values.get(each.name, each.default)) for each in webhook.definition.widgets
        }
        method = str(widgets["methods"])
        return cls(
            target=Published.of(workflow, workflow_id),
            node=node.id,
            title=node.title or node.id,
            path=hook_path(widgets["path"], node.title or node.id),
            methods=METHODS if method == "any" else (method,),
            secret=str(widgets["secret"]).strip(),
            signature=str(widgets["signature"]),
            waits=widgets["answer"] == "result",
            answer_seconds=_number(widgets["answer_seconds"]),
            rate_per_minute=int(_number(widgets["rate_per_minute"])),
            max_cost_usd_per_day=_number(widgets["max_cost_usd_per_day"]),
        )

    @property
    def name(self) -> str:
        """What its deliveries and its money are kept under."""
        return f"{self.target.id}/{self.node}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the sender of a delivery is told."""

    status: int
    body: Mapping[str, Any]


class Hooks:
    """Is the `Ear` of Webhook nodes; `take` is called for each request below `/hooks/`."""

    types: frozenset[str] = frozenset({"webhook"})

    def __init__(
        self,
        runs: Runs,
        secrets: SecretStore,
        deliveries: DeliveryStore,
        fire: Fire,
        *,
        url: Callable[[], str],
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Listen at `url` and below; `clock` gives seconds since 1970."""
        self._runs = runs
        self._secrets = secrets
        self._deliveries = deliveries
        self._fire = fire
        self._url = url
        self._clock = clock
        self._armed: dict[str, tuple[Hook, ...]] = {}
        self._limits: dict[str, HookLimits] = {}
        self._unusable: set[str] = set()

    async def arm(self, workflow_id: str, workflow: Workflow) -> None:
        """Listen for the Webhook nodes of a workflow (see `Ear`); raises `InputError` when a path cannot be theirs."""
        hooks = tuple(
            Hook.of(workflow_id, workflow, node) for node in workflow.nodes.values() if node.type in self.types
        )
        others = [hook for owner, armed in self._armed.items() if owner != workflow_id for hook in armed]
        for number, hook in enumerate(hooks):
            _check_free(hook, [*others, *hooks[:number]])
        for hook in hooks:
            await self._key(hook)
        self._armed[workflow_id] = hooks

    async def disarm(self, workflow_id: str) -> None:
        """Listen no more for a workflow (see `Ear`)."""
        self._armed.pop(workflow_id, None)

    def describe(self, workflow_id: str) -> list[dict[str, Any]]:
        """Return where the nodes of a workflow are listened for: `url`, `method`, `signed`, and `warning` if any."""
        return [self._described(hook) for hook in self._armed.get(workflow_id, ())]

    async def look_at_secrets(self) -> None:
        """See which hooks can check signatures; called when a secret was set or removed."""
        for hook in [hook for armed in self._armed.values() for hook in armed]:
            await self._key(hook)

    def is_signed(self, method: str, path: str) -> bool:
        """Say whether a request needs no token, since its signature is checked.

        Where a method begins no run, nobody needs one for hearing so, unless a hook without a secret is there.
        """
        here = self._at(path)
        return bool(here) and all(hook.secret for hook in here if method in hook.methods or method not in METHODS)

    def find(self, method: str, path: str) -> Hook:
        """Return the hook that a request asks for; raises `HookRefused`: 404, there is none, or 405, another method."""
        here = self._at(path)
        if not here:
            raise HookRefused(
                404, "no_such_hook", "No workflow listens at this address.", "Check it, and let the workflow listen."
            )
        found = next((hook for hook in here if method in hook.methods), None)
        if found is None:
            allowed = ", ".join(name for name in METHODS if any(name in hook.methods for hook in here))
            raise HookRefused(
                405,
                "method_not_allowed",
                "The webhook does not take this method.",
                f"Use {allowed}.",
                headers={"allow": allowed},
            )
        return found

    async def take(self, delivery: Delivery, *, signed: bool = False) -> Answer:
        """Take a delivery: begin a run of its own, or find the one that it began before.

        One that was let in without a token because it would be `signed` must be, even if the hook was changed since.

        Raises:
            HookRefused: it is not taken, and no run was begun.
        """
        hook = self.find(delivery.method, delivery.path)
        if signed and not hook.secret:
            raise _not_now("hook_failed")
        proof = await self._proved(hook, delivery)
        try:
            values = values_of(delivery)
        except InputError as error:
            raise HookRefused(400, error.code, error.message, error.remedy) from error
        limits = self._limits_of(hook)
        async with limits.turn:
            run_id = await self._known(hook, proof)
            again = run_id is not None
            if run_id is None:
                run_id = await self._begin(hook, proof, values, limits)
        return await self._answer(hook, run_id, limits, again=again)

    async def _known(self, hook: Hook, proof: Proof) -> str | None:
        """Return the run that this very delivery began; refuse one that only calls itself another."""
        if not proof.id:
            return None
        run_id = await self._deliveries.find(hook.name, _id(proof))
        if run_id is None and proof.seal and await self._deliveries.find(hook.name, _seal(proof)):
            raise HookRefused(
                409, "hook_replayed", "This was delivered before, under another id.", "Send each delivery once."
            )
        return run_id

    async def _begin(self, hook: Hook, proof: Proof, values: Mapping[str, str], limits: HookLimits) -> str:
        await self._admit(hook, limits)
        names = [_id(proof), *([_seal(proof)] if proof.seal else [])] if proof.id else [f"once {uuid4().hex}"]
        try:
            with limits.purse.open():
                # The id of the request stands for the delivery until that is noted, should the server end in between.
                run_id = await self._fire(
                    hook.target.id, hook.node, dict(values), request_id=request_of(hook.name, names[0])
                )
        except NodeBuilderError as error:
            raise _not_begun(hook, error) from error
        await self._deliveries.keep(hook.name, names, run_id)
        return run_id

    async def _admit(self, hook: Hook, limits: HookLimits) -> None:
        """Refuse a delivery that is one too many."""
        if await limits.purse.is_empty(hook.max_cost_usd_per_day):
            message = "The runs of this webhook have spent what they may spend in a day."
            raise _later("hook_budget", message, limits.purse.seconds_left)
        if seconds := limits.bucket.take():
            raise _later("hook_rate", "The webhook gets too many deliveries.", seconds)

    async def _proved(self, hook: Hook, delivery: Delivery) -> Proof:
        """Return which delivery it is; refuse one whose signature does not show that it comes from the sender."""
        if not hook.secret:
            return Proof(next((value for name in _IDS if (value := _one(delivery.headers, name))), ""))
        key = await self._key(hook)
        if key is None:
            raise HookRefused(
                503,
                "hook_secret_missing",
                "The webhook cannot check signatures now.",
                "Set its secret, then try again.",
            )
        proof = prove(hook.signature, key, delivery.headers, delivery.body, self._clock())
        if proof is None:
            raise HookRefused(
                401,
                "bad_signature",
                "The signature of the delivery is missing or wrong.",
                "Sign the bytes that you send with the secret of the webhook, and send them at once.",
            )
        return proof

    async def _key(self, hook: Hook) -> str | None:
        """Return the secret of a hook, if it has a usable one, and note whether it has."""
        if not hook.secret:
            return None
        try:
            found = await self._secrets.get(hook.secret) if is_secret_name(hook.secret) else None
        except StorageError as error:
            log.warning("The secret of the webhook /%s cannot be opened: %s", hook.path, error)
            found = None
        key = found.reveal() if found is not None else ""
        if usable(hook.signature, key):
            self._unusable.discard(hook.name)
            return key
        self._unusable.add(hook.name)
        return None

    async def _answer(self, hook: Hook, run_id: str, limits: HookLimits, *, again: bool) -> Answer:
        more = {"duplicate": True} if again else {}
        if not hook.waits:
            told = "This was delivered before, and its run has begun." if again else "The run has begun."
            return Answer(200 if again else 202, {"status": "ok", "run_id": run_id, "message": told, **more})
        try:
            if not limits.crowded:
                with limits.waiting():
                    async with asyncio.timeout(hook.answer_seconds):
                        await self._runs.wait(run_id)
            run: dict[str, Any] = await self._runs.detail(run_id)
        except TimeoutError:
            run = {"status": "running"}
        except StorageError as error:
            if error.code != "not_found":
                raise
            run = {"status": "unknown"}  # it was deleted since; that it ran is known
        match run["status"]:
            case "succeeded":
                told = {"outputs": results_of(hook.target, run["outputs"])}
                return Answer(200, {"run_id": run_id, "status": "succeeded", **told, **more})
            case "running":
                return Answer(202, {"run_id": run_id, "status": "running", **more})
            case status:
                return Answer(502, {"run_id": run_id, "status": status, **more})

    def _at(self, path: str) -> list[Hook]:
        asked = asked_path(path)
        return [hook for armed in self._armed.values() for hook in armed if hook.path == asked]

    def _limits_of(self, hook: Hook) -> HookLimits:
        limits = self._limits.get(hook.name)
        if limits is None:
            purse = DayPurse(lambda since: self._deliveries.spent_since(hook.name, since), self._clock)
            limits = self._limits[hook.name] = HookLimits(Bucket(hook.rate_per_minute, self._clock), purse)
        limits.bucket.allow(hook.rate_per_minute)
        return limits

    def _described(self, hook: Hook) -> dict[str, Any]:
        warning = "secret_missing" if hook.name in self._unusable else "" if hook.secret else "unsigned"
        return {
            "node": hook.node,
            "type": "webhook",
            "url": f"{self._url().rstrip('/')}{PREFIX}{hook.path}",
            "method": ", ".join(hook.methods),
            "signed": bool(hook.secret),
            **({"warning": warning} if warning else {}),
        }


def _check_free(hook: Hook, others: Iterable[Hook]) -> None:
    for other in others:
        if hook.path == other.path and set(hook.methods) & set(other.methods):
            whose = "this workflow" if other.target.id == hook.target.id else f'the workflow "{other.target.name}"'
            raise InputError(
                f'The webhook "{hook.title}" cannot listen at /{hook.path}: "{other.title}" in {whose} does.',
                "Give it another path or method, or stop the other one.",
                code="hook_taken",
            )


def _not_begun(hook: Hook, error: NodeBuilderError) -> HookRefused:
    """Return what a sender is told when its run cannot begin: nothing of the workflow, nothing of this machine."""
    log.warning("A delivery to the webhook /%s began no run: %s", hook.path, error)
    match error.code:
        case "not_listening":
            return HookRefused(404, "no_such_hook", "No workflow listens at this address.", "Check it.")
        case "too_many_runs":
            return _later("too_many_runs", "Too many runs of this webhook are under way.", BUSY_SECONDS)
        case _:
            code = error.code if error.code in ("stopping", "not_runnable") else "hook_failed"
            return _not_now(code)


def _not_now(code: str) -> HookRefused:
    return HookRefused(503, code, "The delivery could not be taken now.", "Send it again later.")


def _later(code: str, message: str, seconds: float) -> HookRefused:
    wait = {"retry-after": str(max(1, math.ceil(seconds)))}
    return HookRefused(429, code, message, "Send it again after the time in Retry-After.", headers=wait)


def _id(proof: Proof) -> str:
    return f"id {proof.id}"


def _seal(proof: Proof) -> str:
    return f"seal {proof.seal}"


def _one(headers: Headers, name: str) -> str:
    values = headers.get(name, [])
    return values[0].strip() if len(values) == 1 else ""


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
