"""openai-python against a server: models, chat, streams, tools, structured answers, pictures, errors."""

import base64
import json
import sys

from openai import BadRequestError, NotFoundError, OpenAI, UnprocessableEntityError
from pydantic import BaseModel


class Place(BaseModel):
    city: str


TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tell the weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}
client = OpenAI(base_url=f"{sys.argv[1]}/v1", api_key="any", max_retries=0)
ASK = [{"role": "user", "content": "What is the weather in Paris?"}]

assert {model.id for model in client.models.list()} >= {"chat", "draws"}
assert client.models.retrieve("chat").owned_by == "nodebuilder"

whole = client.chat.completions.create(model="chat", messages=[{"role": "user", "content": "hello"}])
assert whole.choices[0].message.content
assert whole.usage is not None
assert whole.usage.total_tokens > 0
assert whole.usage.model_extra == {"cost_usd": 0.0}

pieces, usage = [], None
for chunk in client.chat.completions.create(
    model="chat", messages=[{"role": "user", "content": "hello"}], stream=True, stream_options={"include_usage": True}
):
    pieces += [choice.delta.content or "" for choice in chunk.choices]
    usage = chunk.usage or usage
assert "".join(pieces) == whole.choices[0].message.content
assert usage == whole.usage

with client.chat.completions.stream(model="chat", messages=ASK, tools=[TOOL]) as stream:
    streamed = stream.get_final_completion().choices[0]
called = client.chat.completions.create(model="chat", messages=ASK, tools=[TOOL]).choices[0]
for choice in (streamed, called):
    assert choice.finish_reason == "tool_calls"
    assert json.loads(choice.message.tool_calls[0].function.arguments) == {"city": "Paris"}
result = {"role": "tool", "tool_call_id": called.message.tool_calls[0].id, "content": "18 degrees"}
last = client.chat.completions.create(model="chat", messages=[*ASK, called.message, result], tools=[TOOL])
assert "18 degrees" in (last.choices[0].message.content or "")

parsed = client.chat.completions.parse(
    model="chat", messages=[{"role": "user", "content": "Where is the Louvre?"}], response_format=Place
)
assert parsed.choices[0].message.parsed is not None

picture = client.images.generate(model="draws", prompt="a fox")
assert base64.b64decode(picture.data[0].b64_json).startswith(b"\x89PNG")
assert client.images.generate(model="draws", prompt="a fox", response_format="url").data[0].url
edited = client.images.edit(model="edits", image=base64.b64decode(picture.data[0].b64_json), prompt="add a hat")
assert edited.data[0].b64_json

for kind, ask in (
    (NotFoundError, {"model": "nobody"}),
    (BadRequestError, {"model": "chat", "n": 2}),
    (BadRequestError, {"model": "echo", "tools": [TOOL]}),
    (UnprocessableEntityError, {"model": "crash"}),
):
    try:
        client.chat.completions.create(messages=ASK, **ask)
    except kind as error:
        assert error.code
        assert error.message
    else:
        raise AssertionError(ask)
print("openai-python: passed")
