"""langchain-openai against a server."""

import sys

from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel


class Place(BaseModel):
    """A place."""

    city: str


@tool
def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    return f"18 degrees in {city}"


model = ChatOpenAI(model="chat", base_url=f"{sys.argv[1]}/v1", api_key="any", max_retries=0, stream_usage=True)
whole = model.invoke("hello")
assert whole.content
assert whole.usage_metadata["total_tokens"] > 0
streamed = None
for piece in model.stream("hello"):
    streamed = piece if streamed is None else streamed + piece
assert streamed.content == whole.content
assert streamed.usage_metadata["total_tokens"] == whole.usage_metadata["total_tokens"]
bound = model.bind_tools([get_weather])
question = HumanMessage("What is the weather in Paris?")
called = bound.invoke([question])
(call,) = called.tool_calls
assert call["args"] == {"city": "Paris"}
answer = bound.invoke([question, called, ToolMessage(get_weather.invoke(call["args"]), tool_call_id=call["id"])])
assert "18 degrees in Paris" in answer.content
assert model.with_structured_output(Place).invoke("Where is the Louvre?").city
print("langchain-openai: passed")
