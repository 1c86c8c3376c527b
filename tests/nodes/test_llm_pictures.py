"""Pictures of a conversation from outside, as the provider gets them."""

from __future__ import annotations

import base64
import json
from pathlib import Path

from tests.nodes.llm_bench import open_llm_bench
from tests.standin import png
from tests.standin_chat import Turn


async def test_a_picture_of_this_canvas_in_a_message_is_sent_as_data(tmp_path: Path) -> None:
    async with open_llm_bench(tmp_path) as talk:
        talk.openai.chat.script = [Turn("A red square.")]
        asset = await talk.bench.store.assets.save(png(8, 8), prefix="cat", about={})
        picture = {"type": "image_url", "image_url": {"url": asset.url, "detail": "low"}}
        said = [
            {"role": "assistant", "content": None, "tool_calls": []},
            {"role": "user", "content": [{"type": "text", "text": "What is it?"}, picture]},
        ]
        nodes = {"messages": ("input", {"type": "list", "default": json.dumps(said)})}
        end = await talk.run(nodes, "messages.value -> llm.messages", prompt="What is it?")
        assert end.status == "succeeded", end.errors
        (sent,) = [each for each in talk.openai.chat.requests[0]["messages"] if each["role"] == "user"]
        words, shown = sent["content"]
        assert words["text"] == "What is it?"
        url = "data:image/png;base64," + base64.b64encode(png(8, 8)).decode()
        assert shown["image_url"] == {"url": url, "detail": "low"}


async def test_a_picture_that_lies_elsewhere_is_named(tmp_path: Path) -> None:
    async with open_llm_bench(tmp_path) as talk:
        picture = {"type": "image_url", "image_url": {"url": "http://127.0.0.2:9/cat.png"}}
        said = [{"role": "user", "content": [picture]}]
        nodes = {"messages": ("input", {"type": "list", "default": json.dumps(said)})}
        end = await talk.run(nodes, "messages.value -> llm.messages")
        assert end.status == "failed"
        assert talk.openai.chat.requests == []
