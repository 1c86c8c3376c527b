"""Prompts: published workflows whose results are the messages, and suggestions for what they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mcp.shared.exceptions import MCPError
from mcp_types import (
    INTERNAL_ERROR,
    INVALID_PARAMS,
    CompleteRequestParams,
    CompleteResult,
    Completion,
    GetPromptRequestParams,
    GetPromptResult,
    InputRequiredResult,
    ListPromptsResult,
    PaginatedRequestParams,
    Prompt,
    PromptArgument,
    PromptMessage,
    PromptReference,
    ResourceLink,
)

from nodebuilder.errors import NodeBuilderError
from nodebuilder.interop.mcp.catalogue import Behind, Published
from nodebuilder.interop.mcp.contents import Writer
from nodebuilder.interop.mcp.progress import Context
from nodebuilder.interop.mcp.rounds import Call, Rounds
from nodebuilder.interop.mcp.sessions import Sessions, address
from nodebuilder.interop.mcp.tools import counted, run, why
from nodebuilder.values import JSON, as_mapping
from nodebuilder.workflow.door_values import read
from nodebuilder.workflow.doors import Parameter, Type


@dataclass(frozen=True, slots=True)
class Prompts:
    """Lists the prompts and makes them."""

    behind: Behind
    rounds: Rounds
    sessions: Sessions

    async def list(self, context: Context, _params: PaginatedRequestParams | None) -> ListPromptsResult:
        """Answer `prompts/list`."""
        await self.sessions.meet(context)
        return ListPromptsResult(prompts=[_described(prompt) for prompt in await self.behind.published("prompt")])

    async def get(self, context: Context, params: GetPromptRequestParams) -> GetPromptResult | InputRequiredResult:
        """Answer `prompts/get`.

        Raises:
            MCPError: there is no such prompt, an argument is missing or wrong, or the run failed.
        """
        found = [each for each in await self.behind.published("prompt") if each.id == params.name]
        if not found:
            raise MCPError(INVALID_PARAMS, f"Unknown prompt: {params.name}", {"name": params.name})
        prompt = found[0]
        inputs = typed(prompt.parameters, params.arguments or {})

        async def work(call: Call) -> GetPromptResult:
            try:
                called = await run(self.behind, self.sessions, call, prompt.id, inputs, counted(prompt.workflow))
            except NodeBuilderError as error:
                raise MCPError(INVALID_PARAMS, self.behind.clean(f"{error.message} {error.remedy}".strip())) from error
            if called.status != "succeeded":
                raise MCPError(INTERNAL_ERROR, why(called, self.behind))
            values = [called.outputs[result.name] for result in prompt.results if result.name in called.outputs]
            return GetPromptResult(description=prompt.description or None, messages=await self._messages(values))

        return await self.rounds.answer(context, params.input_responses, params.request_state, work)

    async def complete(self, _context: Context, params: CompleteRequestParams) -> CompleteResult:
        """Answer `completion/complete`: what a parameter can be, as far as that is known."""
        kind = "prompt" if isinstance(params.ref, PromptReference) else "resource"
        wanted = params.ref.name if isinstance(params.ref, PromptReference) else params.ref.uri
        found = [
            parameter
            for each in await self.behind.published(kind)
            if wanted in (each.id, address(each))
            for parameter in each.parameters
            if parameter.name == params.argument.name
        ]
        values = [text for each in found for text in _suggestions(each) if text.startswith(params.argument.value)]
        return CompleteResult(completion=Completion(values=values[:100], total=len(values), has_more=False))

    async def _messages(self, values: Sequence[Any]) -> list[PromptMessage]:
        writer = Writer(self.behind)
        messages: list[PromptMessage] = []
        for value in values:
            said = as_mapping(value) or {}
            speaks = said.get("role") in ("user", "assistant") and "content" in said
            role = "assistant" if speaks and said["role"] == "assistant" else "user"
            blocks = await writer.blocks(said["content"] if speaks else value)
            shown = [block for block in blocks if not isinstance(block, ResourceLink)] or blocks
            messages += [PromptMessage(role=role, content=block) for block in shown]
        return messages


def typed(parameters: Sequence[Parameter], arguments: Mapping[str, str]) -> dict[str, JSON]:
    """Return arguments, which are texts in MCP, as what the parameters take.

    Raises:
        MCPError: one is missing, or spells no such value.
    """
    missing = [each.name for each in parameters if each.required and not arguments.get(each.name)]
    if missing:
        raise MCPError(INVALID_PARAMS, f"Missing arguments: {', '.join(missing)}", {"missing": missing})
    kinds: dict[str, Type] = {each.name: each.type for each in parameters}
    try:
        return {name: read(name, kinds.get(name, "text"), text) for name, text in arguments.items()}
    except NodeBuilderError as error:
        raise MCPError(INVALID_PARAMS, f"{error.message} {error.remedy}") from error


def _suggestions(parameter: Parameter) -> list[str]:
    if parameter.type == "boolean":
        return ["true", "false"]
    return [parameter.default] if parameter.default else []


def _described(prompt: Published) -> Prompt:
    arguments = [
        PromptArgument(name=each.name, description=each.description or None, required=each.required)
        for each in prompt.parameters
    ]
    return Prompt(name=prompt.id, title=prompt.name, description=prompt.description or prompt.name, arguments=arguments)
