"""What a provider's refusal means: one sentence of cause, one of remedy, and whether it was charged.

Told by status and body as they came over the wire, never by the class of a client library's error.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any, Final, cast

import orjson

from nodebuilder.errors import Charged, ProviderError
from nodebuilder.providers.prices import retirement, successors
from nodebuilder.providers.rate_limits import asked_wait
from nodebuilder.redaction import Redactor

QUOTED: Final = 200
IN_THE_ANSWER: Final = 0
"""The status of an error that came within an answer that had begun well."""
LOOK_BEFORE_AGAIN: Final = (
    "Nobody knows whether it was charged: look at the provider's usage page before you run it again."
)
_BILLING: Final = re.compile(r"quota|billing|credit_balance|spend_limit|usage_limit")
_BILLING_TEXT: Final = re.compile(r"billing .*limit|exceeded your current quota|credit balance", re.IGNORECASE)
_CONTEXT: Final = re.compile(
    r"context_length|context length|context window|prompt is too long|too many tokens|input is too long"
    r"|maximum number of tokens|exceeds? the (?:maximum|available) (?:context|number of (?:input )?tokens)",
    re.IGNORECASE,
)
_MODERATION: Final = frozenset({"moderation_blocked", "content_policy_violation"})


@dataclass(frozen=True, slots=True)
class Job:
    """What a provider was asked to do, in the words of the sentences about it; `setting` says where its address is."""

    does: str = "draws"
    do: str = "draw"
    api: str = "image API"
    settings: str = "the prompt, size, quality or model"
    models: Callable[[str], str] = lambda model: f"Choose another model: {successors(but=model)}."
    setting: str = "NODEBUILDER_OPENAI_BASE_URL"

    def at(self, setting: str) -> Job:
        """Return the same job at an address that is set elsewhere."""
        return replace(self, setting=setting)


DRAWING: Final = Job()
TALKING: Final = Job(
    does="answers",
    do="talk",
    api="chat API",
    settings="the messages, the settings or the model",
    models=lambda _: "Choose another model; the provider's own list has the names that it knows.",
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is no success, and whose it is: `provider` by name, `model` as it was asked for."""

    status: int
    message: str
    type: str
    code: str
    param: str
    provider: str
    model: str
    job: Job = DRAWING

    @property
    def billing(self) -> bool:
        """Whether money is the reason: waiting does not help."""
        named = bool(_BILLING.search(f"{self.code} {self.type}")) or self.status == HTTPStatus.PAYMENT_REQUIRED
        return named or (self.code != "rate_limit_exceeded" and bool(_BILLING_TEXT.search(self.message)))


@dataclass(frozen=True, slots=True)
class _Rule:
    code: str
    applies: Callable[[Refusal], bool]
    cause: Callable[[Refusal], str]
    remedy: Callable[[Refusal], str]
    charged: Charged = "no"


def _says(sentence: str) -> Callable[[Refusal], str]:
    return lambda refusal: sentence.format(
        provider=refusal.provider, model=refusal.model, status=refusal.status, job=refusal.job
    )


def _status(*statuses: int) -> Callable[[Refusal], bool]:
    return lambda refusal: refusal.status in statuses


def _no_such_model(refusal: Refusal) -> bool:
    about = refusal.status == HTTPStatus.NOT_FOUND and "model" in refusal.message.lower()
    return about or refusal.code == "model_not_found" or (refusal.status < 500 and refusal.param == "model")


def _too_long(refusal: Refusal) -> bool:
    said = _CONTEXT.search(f"{refusal.code} {refusal.message}")
    return refusal.job is not DRAWING and refusal.status in (IN_THE_ANSWER, 400, 413, 422) and said is not None


_RULES: Final = (
    _Rule(
        "bad_key",
        _status(401),
        _says("{provider} refused the API key"),
        _says("Check the key, or make a new one in the API key settings of {provider}, and set it again."),
    ),
    _Rule(
        "context_length",
        _too_long,
        _says("The messages are longer than {model} can take"),
        _says("Shorten the prompt or the conversation, or choose a model with a longer context."),
    ),
    _Rule(
        "moderation",
        lambda refusal: refusal.code in _MODERATION or (refusal.status == 400 and "safety system" in refusal.message),
        _says("{provider}'s safety system rejected the prompt"),
        _says("Rephrase the prompt: the same words will be rejected again."),
    ),
    _Rule(
        "billing_limit",
        lambda refusal: 400 <= refusal.status < 500 and refusal.billing,
        _says("{provider} {job.does} nothing more on this account until its billing is settled"),
        _says("Add credit or raise the spending limit in the billing settings of {provider}; waiting does not help."),
    ),
    _Rule(
        "organisation_not_verified",
        lambda refusal: refusal.status == 403 and "verif" in refusal.message.lower(),
        _says("{provider} has not verified your organisation for {model}"),
        _says(
            "Verify the organisation in its general settings at {provider} (it takes effect within 15 minutes), "
            "or choose a model that needs no verification."
        ),
    ),
    _Rule(
        "model_not_found",
        _no_such_model,
        lambda refusal: (
            retirement(refusal.model) or f"{refusal.provider} has no model {refusal.model}, or this key may not use it"
        ),
        lambda refusal: refusal.job.models(refusal.model),
    ),
    _Rule(
        "answer_error",
        _status(IN_THE_ANSWER),
        _says("{provider} broke off its answer"),
        _says(LOOK_BEFORE_AGAIN),
        "unknown",
    ),
    _Rule(
        "no_such_address",
        _status(404, 405),
        _says("The address of {provider} has no {job.api} (HTTP {status})"),
        _says("Check {job.setting}; it usually ends in /v1."),
    ),
    _Rule(
        "forbidden",
        _status(403),
        _says("{provider} does not allow this key to {job.do} with {model}"),
        _says("Use a key with the right permissions, from a country that {provider} serves."),
    ),
    _Rule(
        "rate_limit",
        _status(429),
        _says("{provider} limits how often it may be asked, and the limit was still reached after waiting"),
        _says("Run again later, or allow longer waits with NODEBUILDER_MAX_RATE_LIMIT_WAIT_SECONDS."),
    ),
    _Rule(
        "timeout",
        _status(408),
        _says("{provider} gave up waiting for the request or for its own work (HTTP 408)"),
        _says(LOOK_BEFORE_AGAIN),
        "unknown",
    ),
    _Rule(
        "provider_down",
        lambda refusal: refusal.status >= 500,
        lambda refusal: f"{refusal.provider} failed with HTTP {refusal.status}{_phrase(refusal.status)}",
        _says(LOOK_BEFORE_AGAIN),
        "unknown",
    ),
    _Rule(
        "redirected",
        lambda refusal: 300 <= refusal.status < 400,
        _says(
            "{provider} answered with a redirect (HTTP {status}), which is not followed because it would take the key"
        ),
        _says("Set {job.setting} to the final address."),
    ),
    _Rule(
        "bad_request",
        lambda _: True,
        _says("{provider} refused the request (HTTP {status})"),
        _says("Change {job.settings} as the message says, and run again."),
    ),
)


def read_refusal(status: int, body: bytes, *, provider: str, model: str, job: Job = DRAWING) -> Refusal:
    """Return what an answer that is no success says, in OpenAI's shape or near it; HTML says nothing."""
    error = _error_object(body)
    said = {name: str(error.get(name) or "") for name in ("message", "type", "code", "param")}
    return Refusal(status, **said, provider=provider, model=model, job=job)


def as_error(refusal: Refusal, headers: Mapping[str, str], key: str) -> ProviderError:
    """Return the refusal as the error a person sees; the `key` is nowhere in it."""
    rule = next(rule for rule in _RULES if rule.applies(refusal))
    cause, said = rule.cause(refusal), quote(refusal.message, key)
    retired = rule.code == "model_not_found" and retirement(refusal.model)
    message = cause if retired else (f"{cause}: {said}." if said else f"{cause}.")
    wait = asked_wait(headers) if rule.code == "rate_limit" else None
    return ProviderError(
        quote_free(message, key), rule.remedy(refusal), charged=rule.charged, code=rule.code, retry_after=wait
    )


def quote(text: str, key: str) -> str:
    """Return foreign text as a quotation: one line, at most 200 characters, without keys; empty if there is none."""
    plain = "".join(char if char.isprintable() else " " for char in quote_free(text, key))
    line = " ".join(plain.split()).rstrip(".")
    return f"“{line if len(line) <= QUOTED else line[: QUOTED - 1] + '…'}”" if line else ""


def quote_free(text: str, key: str) -> str:
    """Return `text` without the `key` in any disguise, and without anything that looks like one."""
    redactor = Redactor()
    redactor.remember(key)
    return re.sub(r"\bsk-[\w*-]+", "***", redactor.text(text))


def _error_object(body: bytes) -> Mapping[str, Any]:
    try:
        answer: object = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    inner = cast("Mapping[str, Any]", answer).get("error", answer) if isinstance(answer, Mapping) else answer
    if isinstance(inner, Mapping):
        named = cast("Mapping[str, Any]", inner)
        return named if "message" in named else {**named, "message": named.get("detail")}
    return {"message": inner if isinstance(inner, str) else ""}


def _phrase(status: int) -> str:
    try:
        return f" ({HTTPStatus(status).phrase})"
    except ValueError:
        return ""
