"""pydantic-ai against a server."""

import asyncio
import sys

from pydantic import BaseModel
from pydantic_ai import Agent, NativeOutput
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider


class Place(BaseModel):
    city: str


model = OpenAIChatModel("chat", provider=OpenAIProvider(base_url=f"{sys.argv[1]}/v1", api_key="any"))
agent = Agent(model)
asked: list[str] = []


@agent.tool_plain
def get_weather(city: str) -> str:
    """Tell the weather of a city."""
    asked.append(city)
    return f"18 degrees in {city}"


found = agent.run_sync("What is the weather in Paris?")
assert asked == ["Paris"]
assert "18 degrees in Paris" in found.output
assert Agent(model, output_type=NativeOutput(Place)).run_sync("Where is the Louvre?").output.city


async def stream() -> str:
    async with Agent(model).run_stream("hello") as answer:
        return "".join([piece async for piece in answer.stream_text(delta=True)])


assert asyncio.run(stream())
print("pydantic-ai: passed")
