"""The chat door of a workflow: a request becomes values for its inputs, its outputs become the answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from nodebuilder.interop.openai.chat import ChatBody, Message, calls_of
from nodebuilder.interop.openai.errors import Refused
from nodebuilder.values import Asset, as_mapping, as_sequence, to_json
from nodebuilder.workflow.doors import Parameter, Result

RESPONSE: Final = "response"
CALLS: Final = "tool_calls"
_EMPTY: Final[Mapping[str, Any]] = {"tools": [], "response_format": {}, "messages": []}


def inputs_of(body: ChatBody, parameters: Sequence[Parameter], results: Sequence[Result]) -> dict[str, Any]:
    """Return the inputs that a request fills, as far as the workflow has them.

    Raises:
        Refused: the workflow lacks the input for tools or for a form of answer that the client wants.
    """
    names = {parameter.name for parameter in parameters}
    if body.tools and not ("tools" in names and any(result.name == CALLS for result in results)):
        raise Refused(
            "This workflow cannot call the tools of its client.",
            'Leave out tools (or send tool_choice "none"), or give it an input tools and an output tool_calls.',
            param="tools",
            code="tools_not_supported",
        )
    if body.response_format is not None and "response_format" not in names:
        raise Refused(
            "This workflow cannot promise a form of answer.",
            "Leave out response_format, or give the workflow an input response_format.",
            param="response_format",
            code="response_format_not_supported",
        )
    said = _last_user(body.messages)
    pictures = list(picture_urls([said] if said else []))
    known: dict[str, Any] = {
        "prompt": text_of(said.get("content")) if said else "",
        "messages": list(body.messages),
        "system_prompt": "\n\n".join(_system_texts(body.messages)),
        "image": pictures[0] if pictures else None,
        "tools": list(body.tools) or None,
        "response_format": body.response_format,
        **body.sampling,
    }
    given = {name: value for name, value in known.items() if name in names and value not in (None, "")}
    empty = {each.name: _EMPTY[each.name] for each in parameters if each.required and each.name in _EMPTY}
    return {**empty, **given}


def check_filled(given: Mapping[str, Any], parameters: Iterable[Parameter]) -> None:
    """Raise `Refused` when a request leaves an input empty that must have a value."""
    for each in parameters:
        if each.required and each.name not in given:
            cause = f'The workflow wants the input "{each.name}", which this request does not fill.'
            remedy = "Send it in the last user message." if each.name in ("prompt", "image") else "Give it a default."
            raise Refused(cause, remedy, param="messages", code="no_value")


def with_pictures(messages: Iterable[Message], replaced: Mapping[str, str]) -> list[Message]:
    """Return the messages with the URLs of pictures replaced."""
    return [_with_pictures(message, replaced) for message in messages]


def _with_pictures(message: Message, replaced: Mapping[str, str]) -> Message:
    parts = as_sequence(message.get("content"))
    if parts is None:
        return message
    return {**message, "content": [_part(part, replaced) for part in parts]}


def _part(part: Any, replaced: Mapping[str, str]) -> Any:
    image = as_mapping((as_mapping(part) or {}).get("image_url"))
    if image is None or image.get("url") not in replaced:
        return part
    return {**(as_mapping(part) or {}), "image_url": {**image, "url": replaced[image["url"]]}}


def picture_urls(messages: Iterable[Message]) -> Iterator[str]:
    """Yield the URLs of all pictures in messages."""
    for message in messages:
        for part in as_sequence(message.get("content")) or ():
            image = (as_mapping(part) or {}).get("image_url")
            url = image if isinstance(image, str) else (as_mapping(image) or {}).get("url")
            if isinstance(url, str):
                yield url


def text_of(content: Any) -> str:
    """Return the text of a message's content."""
    if isinstance(content, str):
        return content
    parts = [as_mapping(part) or {} for part in as_sequence(content) or ()]
    return "\n".join(str(part.get("text") or "") for part in parts if part.get("type") in ("text", "input_text"))


def _last_user(messages: Sequence[Message]) -> Message | None:
    return next((message for message in reversed(messages) if message["role"] == "user"), None)


def _system_texts(messages: Iterable[Message]) -> Iterator[str]:
    return (text_of(each.get("content")) for each in messages if each["role"] in ("system", "developer"))


def answer_of(outputs: Mapping[str, Any], results: Sequence[Result]) -> tuple[str | None, list[dict[str, Any]]]:
    """Return the text of the answer, None when there is none, and the calls that the client is to make."""
    calls = calls_of(outputs.get(CALLS))
    name = next(
        (each.name for each in results if each.name == RESPONSE),
        next((each.name for each in results if each.name != CALLS), ""),
    )
    return (as_text(outputs[name]) if name in outputs else None), calls


def as_text(value: Any) -> str:
    """Return a result as text: a picture as its URL, lists and objects as JSON."""
    match value:
        case str():
            return value
        case Asset():
            return value.url
        case None:
            return ""
        case _:
            return json.dumps(to_json(value), ensure_ascii=False)


def rest_of(streamed: str, final: str) -> str:
    """Return what is still to be sent, so that a client that joins the pieces has the answer."""
    if final.startswith(streamed):
        return final[len(streamed) :]
    if streamed.rstrip().endswith(final.rstrip()):
        return ""
    return final if streamed[-1:].isspace() else f"\n\n{final}"


def feeders(
    results: Sequence[Result], feeds: Callable[[str], Iterable[str]], passes_on: Callable[[str], bool]
) -> frozenset[str]:
    """Return the nodes whose streamed text is the answer: those that feed it, through nodes that only pass on."""
    node = next((each.node for each in results if each.name == RESPONSE), results[0].node if results else "")
    found: set[str] = set()
    waiting, seen = [node], {node}
    while waiting:
        for source in feeds(waiting.pop()):
            if source in seen:
                continue
            seen.add(source)
            if passes_on(source):
                waiting.append(source)
            else:
                found.add(source)
    return frozenset(found)
