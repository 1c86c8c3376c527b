"""The sandbox over real HTTP: OpenAI's shapes in answers, refusals and streams, and the whole way through litellm."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
from PIL import Image
from starlette.applications import Starlette
from starlette.routing import Mount

from nodebuilder.errors import ProviderError
from nodebuilder.providers.images import ImageRequest
from nodebuilder.providers.prices import cost_of
from nodebuilder.providers.sandbox.app import sandbox_app
from nodebuilder.providers.sandbox.serving import serve_sandbox
from nodebuilder.values import Secret
from tests.providers.conftest import Desk
from tests.providers.sandbox.test_chat import ALL

KEY = "sandbox-key-for-tests"


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(sandbox_app(KEY))
    headers = {"authorization": f"Bearer {KEY}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox/v1", headers=headers) as client:
        yield client


def picture(answer: dict[str, Any], index: int = 0) -> Image.Image:
    image = Image.open(io.BytesIO(base64.b64decode(answer["data"][index]["b64_json"], validate=True)))
    image.load()
    return image


async def drawn(http: httpx.AsyncClient, **body: Any) -> dict[str, Any]:
    response = await http.post("/images/generations", json={"prompt": "a lion", "quality": "low", **body})
    assert response.status_code == 200, response.text
    return response.json()


async def test_a_picture_comes_with_usage_and_what_was_chosen(http: httpx.AsyncClient) -> None:
    answer = await drawn(http, size="1024x1536", model="gpt-image-1")
    assert picture(answer).size == (1024, 1536)
    assert (answer["size"], answer["quality"], answer["output_format"]) == ("1024x1536", "low", "png")
    usage = answer["usage"]
    assert usage["output_tokens"] == 408
    assert usage["total_tokens"] == usage["input_tokens"] + usage["output_tokens"]
    assert cost_of("gpt-image-1", usage) == pytest.approx(0.0163, abs=0.001)


async def test_several_pictures_in_another_format_differ(http: httpx.AsyncClient) -> None:
    answer = await drawn(http, n=2, size="auto", quality="auto", output_format="webp", output_compression=50)
    assert [picture(answer, index).format for index in (0, 1)] == ["WEBP", "WEBP"]
    assert answer["data"][0] != answer["data"][1]
    assert (answer["size"], answer["quality"]) == ("1024x1024", "high")


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"prompt": ""}, "prompt"),
        ({"prompt": None}, "prompt"),
        ({"prompt": 7}, "prompt"),
        ({"prompt": "x" * 32_001}, "prompt"),
        ({"size": "9x9"}, "size"),
        ({"size": 7}, "size"),
        ({"quality": "splendid"}, "quality"),
        ({"n": 0}, "n"),
        ({"n": 5}, "n"),
        ({"n": "many"}, "n"),
        ({"n": True}, "n"),
        ({"output_format": "gif"}, "output_format"),
        ({"stream": True}, "stream"),
    ],
)
async def test_what_openai_would_refuse_is_refused_in_its_shape(
    http: httpx.AsyncClient, body: dict[str, Any], param: str
) -> None:
    response = await http.post("/images/generations", json={"prompt": "a lion", **body})
    assert response.status_code == 400
    error = response.json()["error"]
    assert set(error) == {"message", "type", "param", "code"}
    assert (error["param"], error["type"]) == (param, "invalid_request_error")


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"3", b"\xff\xfe", b'{"a": NaN}'])
async def test_a_body_that_is_no_json_object_is_refused(http: httpx.AsyncClient, raw: bytes) -> None:
    for path in ("/images/generations", "/chat/completions"):
        assert (await http.post(path, content=raw)).status_code == 400


@pytest.mark.parametrize("key", ["", "Bearer", "Bearer wrong", f"Basic {KEY}", f"Bearer {KEY}x", "Bearer schlüssel"])
async def test_only_its_own_key_is_accepted(http: httpx.AsyncClient, key: str) -> None:
    for method, path in (("POST", "/images/generations"), ("GET", "/models"), ("GET", "/nowhere")):
        response = await http.request(method, path, headers={"authorization": key.encode()})
        assert response.status_code == 401
        assert response.json()["error"]["code"] == "invalid_api_key"


async def test_models_are_listed_and_shown(http: httpx.AsyncClient) -> None:
    names = [model["id"] for model in (await http.get("/models")).json()["data"]]
    assert {"gpt-image-1", "gpt-image-2.5-flare", "sandbox-chat"} <= set(names)
    assert (await http.get("/models/any/model")).json()["id"] == "any/model"


async def test_an_unknown_path_is_not_found(http: httpx.AsyncClient) -> None:
    assert (await http.post("/audio/speech", json={})).json()["error"]["code"] == "unknown_url"


def upload(colour: str = "navy", alpha: int = 255) -> bytes:
    out = io.BytesIO()
    image = Image.new("RGBA", (300, 200), colour)
    image.putalpha(alpha)
    image.save(out, "PNG")
    return out.getvalue()


async def edited(http: httpx.AsyncClient, files: Any, **fields: str) -> httpx.Response:
    return await http.post("/images/edits", data={"prompt": "a lion", "size": "1024x1024", **fields}, files=files)


async def test_an_edit_takes_a_picture_and_keeps_what_the_mask_covers(http: httpx.AsyncClient) -> None:
    files = [("image[]", ("a.png", upload(), "image/png")), ("mask", ("m.png", upload(alpha=255), "image/png"))]
    kept = picture((await edited(http, files)).json())
    assert kept.size == (1024, 1024)
    assert kept.getpixel((512, 300)) == (0, 0, 128)
    free = [files[0], ("mask", ("m.png", upload(alpha=0), "image/png"))]
    assert picture((await edited(http, free)).json()).getpixel((512, 300)) != (0, 0, 128)
    answer = (await edited(http, [("image", ("a.png", upload(), "image/png"))], quality="low", n="2")).json()
    assert len(answer["data"]) == 2
    assert answer["usage"]["input_tokens_details"]["image_tokens"] > 0


async def test_an_edit_without_a_usable_picture_is_refused(http: httpx.AsyncClient) -> None:
    assert (await edited(http, [("other", ("a.png", upload(), "image/png"))])).json()["error"]["param"] == "image"
    broken = await edited(http, [("image", ("a.png", upload()[:60], "image/png"))])
    assert (broken.status_code, broken.json()["error"]["code"]) == (400, "invalid_image_file")
    assert (await edited(http, [("image", ("a.txt", b"hello", "image/png"))])).status_code == 400


async def test_a_chat_answers_and_calls_tools(http: httpx.AsyncClient) -> None:
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Draw a picture of a fox"}]}
    plain = (await http.post("/chat/completions", json=body)).json()
    assert plain["choices"][0]["finish_reason"] == "stop"
    assert plain["usage"]["total_tokens"] == plain["usage"]["prompt_tokens"] + plain["usage"]["completion_tokens"]
    called = (await http.post("/chat/completions", json={**body, "tools": ALL})).json()["choices"][0]
    assert called["finish_reason"] == "tool_calls"
    assert called["message"]["content"] is None
    assert called["message"]["tool_calls"][0]["function"]["name"] == "generate_image"


async def streamed(http: httpx.AsyncClient, **body: Any) -> list[Any]:
    request = {"model": "gpt-4o", "stream": True, **body}
    async with http.stream("POST", "/chat/completions", json=request) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = [line.removeprefix("data: ") async for line in response.aiter_lines() if line]
    assert lines.pop() == "[DONE]"
    return [json.loads(line) for line in lines]


async def test_a_streamed_answer_is_the_whole_answer_word_by_word(http: httpx.AsyncClient) -> None:
    messages = [{"role": "user", "content": "Three ideas\nfor a garden"}]
    whole = (await http.post("/chat/completions", json={"messages": messages})).json()
    chunks = await streamed(http, messages=messages, stream_options={"include_usage": True})
    usage = chunks.pop()
    assert usage["choices"] == []
    assert usage["usage"] == whole["usage"]
    pieces = [chunk["choices"][0]["delta"].get("content") or "" for chunk in chunks]
    assert "".join(pieces) == whole["choices"][0]["message"]["content"]
    assert sum(bool(piece) for piece in pieces) > 5
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


async def test_a_streamed_tool_call_comes_in_pieces(http: httpx.AsyncClient) -> None:
    messages = [{"role": "user", "content": "Draw a picture of a majestic lion in the savanna"}]
    chunks = await streamed(http, messages=messages, tools=ALL)
    calls = [call for chunk in chunks for call in chunk["choices"][0]["delta"].get("tool_calls", [])]
    assert calls[0]["id"].startswith("call_")
    assert len(calls) > 3
    assert json.loads("".join(call["function"]["arguments"] for call in calls)) == {
        "prompt": "a majestic lion in the savanna"
    }
    assert chunks[-1]["choices"][0]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": []},
        {"messages": "hi"},
        {"messages": [3]},
        {"messages": [{}]},
        {"messages": [{"role": "user", "content": "x"}], "tools": 3},
        {"messages": [{"role": "user", "content": "x"}], "response_format": "json"},
    ],
)
async def test_a_chat_without_proper_messages_is_refused(http: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert (await http.post("/chat/completions", json=body)).status_code == 400


async def test_mounted_anywhere_it_answers_with_and_without_its_own_prefix() -> None:
    app = Starlette(routes=[Mount("/sandbox/v1", sandbox_app(KEY)), Mount("/other", sandbox_app(KEY))])
    headers = {"authorization": f"Bearer {KEY}"}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x", headers=headers) as http:
        for path in ("/sandbox/v1/models", "/other/v1/models"):
            assert (await http.get(path)).status_code == 200


async def test_the_whole_way_through_litellm_gives_the_same_picture_twice(new_desk: Callable[..., Desk]) -> None:
    async with serve_sandbox(KEY) as url:
        desk = new_desk(None, url)
        request = ImageRequest("gpt-image-1", "A majestic lion in the African savanna", "1536x1024", "medium")
        wanted = {"model": request.model, "size": request.size, "quality": request.quality}
        answers = [await desk.call(request.prompt, Secret(KEY, "sandbox"), **wanted) for _ in range(2)]
        first, second = (desk.model.decode(raw, request) for raw in answers)
        assert first.data == second.data
        assert (first.width, first.height, first.media_type, first.quality) == (1536, 1024, "image/png", "medium")
        assert first.usage is not None
        assert first.usage["output_tokens"] == 1568
        with pytest.raises(ProviderError) as caught:
            await desk.call(request.prompt, Secret("another-key", "sandbox"))
        assert caught.value.code == "bad_key"
