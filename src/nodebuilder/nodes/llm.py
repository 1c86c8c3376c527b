"""LLM and LLM Tool: a language model on the canvas, with the tools that are linked to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final, NamedTuple

from nodebuilder.context import Context
from nodebuilder.errors import InputError, NodeError
from nodebuilder.node import node
from nodebuilder.nodes.llm_loop import LoopLimits, Outcome, Turn
from nodebuilder.nodes.llm_messages import CHAT, ContextFilter, Message, assemble, checked, from_display
from nodebuilder.nodes.llm_pictures import readable, with_pictures
from nodebuilder.nodes.toolbox import Toolbox, pack
from nodebuilder.providers.chat import ChatModel, ChatRequest
from nodebuilder.providers.pictures import Pictures
from nodebuilder.tool_calls import identity, parse_call
from nodebuilder.values import SKIP, Secret, Skip
from nodebuilder.widgets import Advanced, Array, DoNotWait, KeyOf, Needs, Number, Pull, Slider, Text, Tools

Provider = Annotated[str, Text()]
Key = Annotated[Secret, KeyOf("openai", widget="provider")]
Temperature = Annotated[float, Slider(0, 2, 0.1)]
MaxTokens = Annotated[int, Number(1, 128_000, 1), Advanced()]
TopP = Annotated[float, Slider(0, 1, 0.05), Advanced()]
Option = Annotated[bool, Advanced()]
MaxRounds = Annotated[int, Number(1, 1000, 1), Advanced()]
MaxCalls = Annotated[int, Number(1, 10_000, 1), Advanced()]
ToolSeconds = Annotated[float, Number(1, 86_400, 1), Advanced()]
MaxSeconds = Annotated[float, Number(0, 86_400, 1), Advanced()]
MaxTokensInAll = Annotated[int, Number(0, 100_000_000, 1), Advanced()]
MaxCost = Annotated[float, Number(0, 10_000, 0.01), Advanced()]
KEYLESS: Final = frozenset({"ollama", "ollama_chat", "lm_studio", "vllm", "hosted_vllm", "llamafile", "xinference"})
"""Providers that run on the person's own machines and take no key."""
MODELS_NOT_PROVIDERS: Final = ("gpt-", "claude-", "gemini-", "o1", "o3", "chatgpt")


class Answer(NamedTuple):
    """What the LLM gives.

    Attributes:
        response: The answer; with output_intermediate_messages also what the model says before it calls tools.
        tool_calls: The calls for the tools, each down the slot that leads to its tool.
        usage: Tokens used by the turn: prompt_tokens, completion_tokens and total_tokens.
        cost_usd: What the model's answers of the turn cost in US dollars; nothing is sent when that is not known.
    """

    response: str | Skip
    tool_calls: Annotated[list[Any], Array()]
    usage: dict[str, Any]
    cost_usd: float | Skip


def price(values: Mapping[str, Any]) -> tuple[float, float] | None:
    """Return the least and the most that one turn may cost: its own cap, tools included."""
    most = float(values.get("max_cost_usd") or 0)
    return (0.0, most) if most else None


@node(
    "llm", title="LLM", category="AI", tags=("llm", "chat", "gpt", "claude", "model", "tools"), paid=True, price=price
)
async def llm(
    ctx: Context,
    model_of: Needs[ChatModel],
    pictures: Needs[Pictures],
    prompt: Annotated[str, Pull()] = "",
    system_prompt: Annotated[str, Pull()] = "",
    image: Annotated[str, Pull()] = "",
    tools: Annotated[list[Any], Array(), Pull(), Tools()] = [],  # noqa: B006 - it is never changed
    messages: Annotated[list[Any], Pull()] = [],  # noqa: B006 - it is never changed
    response_format: Annotated[dict[str, Any] | None, Pull()] = None,
    *,
    provider: Provider = "openai",
    model: str = "gpt-4o",
    api_key: Key = Secret(""),
    temperature: Temperature = 0.7,
    max_tokens: MaxTokens = 1000,
    top_p: TopP = 1.0,
    use_display_context: Option = False,
    display_context_filter: Annotated[ContextFilter, Advanced()] = "user_and_self",
    use_runtime_memory: Option = True,
    enable_tools: Option = True,
    output_intermediate_messages: Option = False,
    base_url: Annotated[str, Advanced()] = "",
    max_rounds: MaxRounds = 20,
    max_tool_calls: MaxCalls = 100,
    tool_timeout: ToolSeconds = 120,
    max_seconds: MaxSeconds = 0,
    max_total_tokens: MaxTokensInAll = 0,
    max_cost_usd: MaxCost = 1.0,
) -> Answer | Skip:
    """Ask a language model, let it call the tools that are linked to it, and give its answer.

    Args:
        prompt: What is asked; each prompt that arrives is one turn.
        system_prompt: Who the model is to be; said before all else.
        image: A picture that goes with the prompt: a file of this canvas, a data URL, or an address you allowed.
        tools: The tools the model may call: link a tool's output here.
        messages: A whole conversation from outside, in OpenAI's form; the prompt is its last word.
        response_format: The form the answer must have, in OpenAI's words, such as a JSON schema.
        provider: Whose model it is: openai, anthropic, gemini, ollama or another that LiteLLM knows
        model: The model's name
        api_key: The key; empty: the secret named after the provider
        temperature: How freely the model chooses its words
        max_tokens: The longest answer, in tokens
        top_p: The share of likely words it chooses from
        use_display_context: Tell the model what stands on the display panel
        display_context_filter: Only the person's messages and this node's answers, or everything
        use_runtime_memory: Remember earlier turns of the same run; in a For Each, of the same item
        enable_tools: Let the model call tools
        output_intermediate_messages: Send what the model says before it calls tools, too
        base_url: Another server that speaks the provider's API; the key goes there only if you bind it to its host
        max_rounds: Most rounds of calls in one turn
        max_tool_calls: Most calls of tools in one turn
        tool_timeout: Seconds a tool may take
        max_seconds: Seconds a turn may take (0: as long as the run)
        max_total_tokens: Tokens a turn may use (0: no limit)
        max_cost_usd: US dollars a turn may cost, its tools included (0: only the caps of run and day)
    """
    if ctx.firing > 1 and not _is_new_turn(ctx):
        return SKIP
    request = ChatRequest(
        provider.strip(), model.strip(), (), (), temperature, max_tokens, top_p, response_format, base_url.strip()
    )
    check_settings(ctx, request, api_key)
    box = pack(tools, ctx.slots("tools"), ctx.answers) if enable_tools else Toolbox(())
    for sentence in box.unusable:
        ctx.log(sentence, "warning")
    said = await with_pictures(ctx, pictures, prompt, image, sees=model_of.sees(request))
    history: list[Message] = ctx.own_memory.setdefault("history", [])
    panel = ctx.display_context() if use_display_context else []
    start = assemble(
        system_prompt=system_prompt,
        shown=from_display(panel, only=display_context_filter, node=ctx.node, prompt=prompt),
        history=history if use_runtime_memory else (),
        given=await readable(pictures, checked(messages)),
        prompt=said,
    )
    if not any(message["role"] != "system" for message in start):
        raise InputError("There is nothing to ask.", "Connect a prompt that is not empty.", code="no_prompt")
    marked = CHAT if use_display_context and display_context_filter == "user_and_self" else ""
    turn = Turn(
        ctx,
        model_of,
        pictures,
        api_key,
        replace(request, messages=tuple(start), tools=box.as_openai()),
        box,
        LoopLimits(max_rounds, max_tool_calls, tool_timeout, max_seconds, max_total_tokens),
        (lambda text: ctx.emit({"response": marked + text})) if output_intermediate_messages else None,
    )
    ctx.spend_within(max_cost_usd or None)
    outcome = await turn.finish()
    if use_runtime_memory and outcome.error is None:
        history += [*([said.as_message()] if said else []), *outcome.messages]
    return _answer(ctx, outcome, marked)


def _is_new_turn(ctx: Context) -> bool:
    """Say whether something to answer arrived, rather than a tool that describes itself anew."""
    asks = {"prompt"} if "prompt" in ctx.connected else {"messages", "image", "system_prompt"}
    return not ctx.fresh.isdisjoint(asks)


def _answer(ctx: Context, outcome: Outcome, marked: str) -> Answer:
    error = outcome.error
    if error is not None and not outcome.text.strip():
        raise error
    if error is not None:
        ctx.error(error.message, error.remedy, code=error.code, charged=error.charged)
    slots = max(outcome.handed_out, default=-1) + 1
    calls: list[Any] = [list(outcome.handed_out[slot]) if slot in outcome.handed_out else SKIP for slot in range(slots)]
    text = marked + outcome.text if outcome.text.strip() else outcome.text
    known = outcome.cost_usd
    return Answer(text, calls, dict(outcome.usage), SKIP if known is None else known)


def check_settings(ctx: Context, request: ChatRequest, key: Secret) -> None:
    """Raise `InputError` when provider, model or key are missing, or the provider is the name of a model.

    When the sandbox is to answer in the place of somebody else, it is said on the node.
    """
    name = request.provider
    if not name or not request.model:
        what = "provider" if not name else "model"
        raise InputError(f"The LLM has no {what}.", f"Write one in the {what} widget.", code=f"no_{what}")
    if name.lower().startswith(MODELS_NOT_PROVIDERS):
        raise InputError(
            f"{name} is the name of a model, not of a provider.",
            "Write openai, anthropic or gemini as the provider, and the model's name as the model.",
            code="model_as_provider",
        )
    if not key and not request.base_url and name.lower() not in KEYLESS:
        raise InputError(
            f"There is no API key for {name}.",
            f"Add a secret named {name}, or choose one in the api_key widget.",
            code="no_key",
        )
    if key.source == "sandbox" and (request.base_url or name.lower() != "openai"):
        place = request.base_url or name
        ctx.log(f"There is no key for {place}, so the sandbox answers in its place.", "warning")


@node(
    "llm_tool", title="LLM Tool", category="Tools", tags=("llm", "agent", "assistant", "tool"), paid=True, price=price
)
async def llm_tool(
    ctx: Context,
    model_of: Needs[ChatModel],
    pictures: Needs[Pictures],
    tool_call: Annotated[Any, DoNotWait()] = None,
    tools: Annotated[list[Any], Array(), Pull(), Tools()] = [],  # noqa: B006 - it is never changed
    *,
    name: str = "ask_assistant",
    description: Annotated[str, Text(lines=2)] = "Ask an assistant who has tools of its own.",
    system_prompt: Annotated[str, Text(lines=3)] = "",
    provider: Provider = "openai",
    model: str = "gpt-4o",
    api_key: Key = Secret(""),
    temperature: Temperature = 0.7,
    max_tokens: MaxTokens = 1000,
    base_url: Annotated[str, Advanced()] = "",
    max_rounds: MaxRounds = 20,
    max_tool_calls: MaxCalls = 100,
    tool_timeout: ToolSeconds = 120,
    max_cost_usd: MaxCost = 1.0,
) -> Any:
    """Lend a language model, with tools of its own, to another one as a tool.

    Args:
        tool_call: A model's call, with one argument `prompt`.
        tools: The tools that this model may call.
        name: What the other model calls it by
        description: What the other model is told of it
        system_prompt: Who this model is to be
        provider: Whose model it is
        model: The model's name
        api_key: The key; empty: the secret named after the provider
        temperature: How freely the model chooses its words
        max_tokens: The longest answer, in tokens
        base_url: Another server that speaks the provider's API
        max_rounds: Most rounds of calls for one question
        max_tool_calls: Most calls of tools for one question
        tool_timeout: Seconds a tool may take
        max_cost_usd: US dollars one question may cost, its tools included (0: only the caps of run and day)
    """
    if tool_call is None:
        asked = {"type": "string", "description": "What you want to know or have done, in full sentences."}
        schema = {"type": "object", "properties": {"prompt": asked}, "required": ["prompt"]}
        return {"name": name, "description": description, "input_schema": schema}
    call_id = identity(tool_call) or f"{name}_result"
    try:
        prompt = parse_call(tool_call).arguments.get("prompt")
        if not isinstance(prompt, str) or not prompt.strip():
            raise InputError("The argument prompt is missing.", f"Call {name} again with it.", code="missing_argument")
        request = ChatRequest(
            provider.strip(), model.strip(), (), (), temperature, max_tokens, None, None, base_url.strip()
        )
        check_settings(ctx, request, api_key)
        box = pack(tools, ctx.slots("tools"), ctx.answers)
        said = await with_pictures(ctx, pictures, prompt, "", sees=model_of.sees(request))
        start = assemble(system_prompt=system_prompt, prompt=said)
        limits = LoopLimits(max_rounds, max_tool_calls, tool_timeout)
        ctx.spend_within(max_cost_usd or None)
        outcome = await Turn(
            ctx,
            model_of,
            pictures,
            api_key,
            replace(request, messages=tuple(start), tools=box.as_openai()),
            box,
            limits,
        ).finish()
        if outcome.error is not None:
            raise outcome.error
    except NodeError as error:
        ctx.error(error.message, error.remedy, code=error.code, charged=error.charged)
        return {"id": call_id, "error": error.message}
    return {"id": call_id, "result": {"answer": outcome.text}}
