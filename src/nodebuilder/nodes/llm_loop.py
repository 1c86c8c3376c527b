"""The loop between a model and its tools: ask, call what it asks for, tell it the results, until it answers.

Every turn ends in a defined state: with an answer, with calls that somebody outside is to answer, or with an error
beside all the text that came until then.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from nodebuilder.context import Context, Keep, Receipt
from nodebuilder.errors import BudgetError, NodeError
from nodebuilder.nodes.llm_messages import Message
from nodebuilder.nodes.llm_results import content_of
from nodebuilder.nodes.toolbox import LONGEST_NAME, BadCall, GoodCall, Toolbox, plain_name, read_arguments
from nodebuilder.providers.chat import ChatAnswer, ChatModel, ChatRequest, RequestedCall
from nodebuilder.providers.pictures import Pictures
from nodebuilder.values import Secret, as_mapping, as_sequence

SAME_FAILURES: Final = 3
"""How often one call may fail in the same way before the turn is ended."""
COUNTED: Final = ("prompt_tokens", "completion_tokens", "total_tokens")


@dataclass(frozen=True, slots=True)
class LoopLimits:
    """What one turn may use; 0 is no limit, but for rounds, calls and the seconds of one tool."""

    rounds: int = 20
    calls: int = 100
    tool_seconds: float = 120.0
    seconds: float = 0.0
    tokens: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a turn ended: the answer (partial beside an `error`), all messages since it began, and what it used.

    `handed_out` are calls for somebody outside the run, by the slot of `tools` that their tools came by.
    """

    text: str
    messages: tuple[Message, ...]
    usage: Mapping[str, int]
    cost_usd: float | None
    handed_out: Mapping[int, Sequence[Mapping[str, Any]]]
    error: NodeError | None = None


@dataclass(slots=True)
class Turn:
    """One turn of a conversation: `request` is what is said first, `box` holds the tools, `said` grows."""

    ctx: Context
    model: ChatModel
    pictures: Pictures
    key: Secret
    request: ChatRequest
    box: Toolbox
    limits: LoopLimits
    intermediate: Callable[[str], None] | None = None
    said: list[Message] = field(default_factory=list[Message])
    texts: list[str] = field(default_factory=list[str])
    usage: Counter[str] = field(default_factory=Counter[str])
    cost_usd: float | None = 0.0
    rounds: int = 0
    calls: int = 0
    began: float = 0.0
    handed_out: dict[int, list[Mapping[str, Any]]] = field(default_factory=dict[int, list[Mapping[str, Any]]])
    _ids: set[str] = field(default_factory=set[str])
    _failures: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    _failed_now: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])

    async def finish(self) -> Outcome:
        """Take the turn to its end."""
        self.began = asyncio.get_running_loop().time()
        try:
            while await self._round():
                pass
        except BudgetError as error:
            if error.code != "budget_per_loop":
                raise
            return self._outcome(error)
        except NodeError as error:
            return self._outcome(error)
        return self._outcome()

    def _outcome(self, error: NodeError | None = None) -> Outcome:
        text = "\n\n".join(self.texts) if error else self.texts[-1] if self.texts else ""
        cost = self.cost_usd
        return Outcome(text, tuple(self.said), dict(self.usage), cost, self.handed_out, error)

    async def _round(self) -> bool:
        """Ask once, and answer the calls that come; False when the model has answered."""
        self._check_limits()
        answer = await self._ask()
        self.rounds += 1
        text = answer.text
        if text.strip() or not answer.calls:
            self.texts.append(text)
        if not answer.calls:
            self.said.append({"role": "assistant", "content": text})
            _check_ending(answer)
            if answer.finish_reason == "length":
                self.ctx.log("The answer ends where max_tokens are used up.", "warning")
            return False
        calls = self._identified(answer.calls)
        self.said.append(_asked(text, calls))
        if text.strip():
            self.ctx.stream("\n\n")
            if self.intermediate is not None:
                self.intermediate(text)
        return await self._answer(calls)

    def _check_limits(self) -> None:
        limits, used = self.limits, self.usage["total_tokens"]
        if self.rounds >= limits.rounds:
            raise _limit("rounds", f"asked its tools {_times(self.rounds)}", "max_rounds", "too_many_rounds")
        if limits.tokens and used >= limits.tokens:
            raise _limit("tokens", f"used {used:,} tokens", "max_total_tokens", "too_many_tokens")
        if limits.seconds and self._left() <= 0:
            raise self._too_long()
        if self.calls > limits.calls:
            raise _limit("calls", f"asked for {self.calls} calls of tools", "max_tool_calls", "too_many_calls")
        if self._failures and (worst := self._failures.most_common(1)[0])[1] >= SAME_FAILURES:
            raise NodeError(
                f"The model made the same failing call of {worst[0][0] or 'a tool without a name'} {worst[1]} times.",
                "Look at the call in the log: describe the tool better, or use another model.",
                code="tool_stuck",
            )

    def _left(self) -> float:
        return self.began + self.limits.seconds - asyncio.get_running_loop().time()

    async def _ask(self) -> ChatAnswer:
        ctx, model, key = self.ctx, self.model, self.key
        request = replace(self.request, messages=(*self.request.messages, *self.said))

        async def call(keep: Keep) -> bytes:
            return await model.answer(request, key, keep=keep, delayed=ctx.delayed, stream=ctx.stream)

        async def work(receipt: Receipt) -> tuple[ChatAnswer, float | None]:
            answer = model.decode(await receipt.send(call))
            usd = 0.0 if key.source == "sandbox" else model.cost(request, answer.usage)
            total = (answer.usage or {}).get("total_tokens")
            detail = f"{total} tokens" if total is not None else ""
            await receipt.settle(usd=usd, model=request.model, detail=detail)
            return answer, usd

        ctx.progress(None, "thinking" if not self.rounds else f"thinking, round {self.rounds + 1}")
        answer, usd = await ctx.paid(
            work,
            provider="sandbox" if key.source == "sandbox" else request.provider,
            model=request.model,
            request=_identity(request),
            estimate_usd=0.0 if key.source == "sandbox" else model.estimate(request),
        )
        self.usage.update({name: _count(answer.usage, name) for name in COUNTED})
        self.cost_usd = None if usd is None or self.cost_usd is None else self.cost_usd + usd
        return answer

    def _identified(self, calls: Sequence[RequestedCall]) -> list[RequestedCall]:
        """Return the calls with ids that are there and differ within the turn."""
        found: list[RequestedCall] = []
        for number, call in enumerate(calls, 1):
            call_id = call.id or f"call_{self.rounds}_{number}"
            while call_id in self._ids:
                call_id += "_"
            self._ids.add(call_id)
            found.append(replace(call, id=call_id))
        return found

    async def _answer(self, calls: Sequence[RequestedCall]) -> bool:
        """Make the calls, side by side, and add their results in order; False when somebody outside answers them."""
        room = self.limits.calls - self.calls
        self.calls += len(calls)
        checked = [self.box.check(call) for call in calls[:room]]
        checked += [BadCall(call.id, call.name, self._no_room()) for call in calls[room:]]
        outside = [call for call in checked if isinstance(call, GoodCall) and not call.tool.answers]
        if outside and len(outside) == len(checked):
            for call in outside:
                self.handed_out.setdefault(call.tool.slot, []).append(call.as_value())
            return False
        self.ctx.progress(None, _calling(checked))
        self._failed_now.clear()
        try:
            async with asyncio.timeout(self._left() if self.limits.seconds else None):
                self.said += await asyncio.gather(*(self._result(call) for call in checked))
        except TimeoutError as error:
            raise self._too_long() from error
        return True

    def _too_long(self) -> NodeError:
        return _limit("time", f"took longer than {self.limits.seconds:g} seconds", "max_seconds", "loop_too_long")

    def _no_room(self) -> str:
        return f"Not made: no more than {self.limits.calls} calls are allowed. Answer with what you have."

    async def _result(self, call: GoodCall | BadCall) -> Message:
        """Return the message that tells the model what came of a call."""
        if isinstance(call, BadCall):
            self.ctx.log(f"The model's call of {call.name[:LONGEST_NAME]!r} was not made: {call.why}", "warning")
            answer: Mapping[str, Any] = {"error": call.why}
        elif not call.tool.answers:
            answer = {"error": "Not made: call this tool alone, in a message of its own."}
        else:
            self.ctx.log(f"Calling {call.tool.name}")
            answer = await self.ctx.call_tool(call.tool.slot, call.as_value(), seconds=self.limits.tool_seconds)
        if "error" in answer:
            answer = {"error": self._again(call, str(answer["error"]))}
        sees = self.model.sees(self.request) is True
        content = await content_of(answer, self.pictures, sees=sees)
        return {"role": "tool", "tool_call_id": call.id, "content": content}

    def _again(self, call: GoodCall | BadCall, why: str) -> str:
        """Return what the model is told of a failed call; more when it has made the same one before."""
        name, arguments = (
            (call.name, call.why)
            if isinstance(call, BadCall)
            else (call.tool.name, repr(sorted(call.arguments.items())))
        )
        if (name, arguments) not in self._failed_now:  # it has been told of none of those it makes at once
            self._failures[name, arguments] += 1
            self._failed_now.add((name, arguments))
        times = self._failures[name, arguments]
        return why if times == 1 else f"{why} (You have made this same call {times} times. Do something else.)"


def _check_ending(answer: ChatAnswer) -> None:
    """Raise the error of an answer that is none, or no whole one."""
    if answer.finish_reason == "content_filter":
        raise NodeError(
            "The provider's filter stopped the answer.", "Change the prompt, and run again.", code="filtered"
        )
    if not answer.complete and answer.finish_reason != "length":
        raise NodeError(
            answer.trouble or "The answer was cut off on its way.",
            "What came until then is kept. Run again; it is paid again.",
            code="cut_off",
        )
    if not answer.text.strip():
        longer = "Raise max_tokens: the model may have used them up with thinking." if not answer.complete else ""
        raise NodeError("The model answered with nothing.", longer or "Change the prompt.", code="empty_answer")


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def _limit(what: str, did: str, widget: str, code: str) -> NodeError:
    return NodeError(
        f"The loop was ended at its limit of {what}: the model {did} and has not answered.",
        f"Raise {widget} in the node's advanced settings, or make the task smaller.",
        code=code,
    )


def _asked(text: str, calls: Sequence[RequestedCall]) -> Message:
    """Return the assistant's message with its calls; arguments that no provider would take back are left out."""
    return {
        "role": "assistant",
        "content": text or None,
        "tool_calls": [
            {
                "id": call.id,
                "type": "function",
                "function": {
                    "name": plain_name(call.name),
                    "arguments": (call.arguments or "{}") if read_arguments(call.arguments)[0] is not None else "{}",
                },
            }
            for call in calls
        ],
    }


def _calling(calls: Sequence[GoodCall | BadCall]) -> str:
    names = list(dict.fromkeys(call.tool.name for call in calls if isinstance(call, GoodCall)))
    return f"calling {', '.join(names[:3])}{' …' if len(names) > 3 else ''}" if names else "thinking"


def _count(usage: Mapping[str, Any] | None, name: str) -> int:
    value = (usage or {}).get(name)
    return value if isinstance(value, int) and 0 <= value < 10**9 else 0


def _identity(request: ChatRequest) -> dict[str, Any]:
    """Return what makes two requests the same, small enough to be kept: pictures by their hash."""
    return {
        "messages": _hashed(list(request.messages)),
        "tools": list(request.tools),
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "top_p": request.top_p,
        "response_format": request.response_format,
        "base_url": request.base_url,
    }


def _hashed(value: Any) -> Any:
    if isinstance(value, str) and value.startswith("data:"):
        return f"sha256:{hashlib.sha256(value.encode()).hexdigest()}"
    if (entries := as_mapping(value)) is not None:
        return {key: _hashed(item) for key, item in entries.items()}
    items = as_sequence(value)
    return value if items is None else [_hashed(item) for item in items]
