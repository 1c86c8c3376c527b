"""OpenAI's API over published workflows, by raw HTTP; the clients themselves are tried in tests/clients."""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.house.calling import CRASH, ECHO, flow
from tests.server.serving import Server, start
from tests.source import ROOT
from tests.standin import png

CHAT: dict[str, Any] = json.loads((ROOT / "examples/openai-chat.flow.json").read_text())
SLOW = flow(
    {"prompt": {"type": "input"}, "wait": {"type": "pause"}, "response": {"type": "output"}},
    "prompt.value -> wait.value",
    "wait.output -> response.value",
    publish=["model"],
)
SEES = flow(
    {
        "prompt": {"type": "input"},
        "image": {"type": "input", "values": {"type": "image", "required": True}},
        "response": {"type": "output"},
    },
    "image.value -> response.value",
    publish=["model"],
)
TELLS = flow(
    {"messages": {"type": "input", "values": {"type": "list"}}, "told": {"type": "output"}},
    "messages.value -> told.value",
    publish=["model"],
)
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "Tell the weather of a city.",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


@pytest.fixture(scope="module")
def v1(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = start(tmp_path_factory.mktemp("v1"), sandbox="true")
    kept = {"chat": CHAT, "echo": ECHO, "slow": SLOW, "sees": SEES, "tells": TELLS}
    with started.client() as http:
        for name, document in {**kept, "crash": {**CRASH, "publish": ["model"]}, "private": CRASH}.items():
            assert http.put(f"/api/workflows/{name}", json={"workflow": document}).status_code == 200
    yield started
    started.stop()
    assert "Traceback" not in started.log(), started.log()[-4000:]


def ask(v1: Server, model: str = "echo", content: Any = "hello", **more: Any) -> httpx.Response:
    body = {"model": model, "messages": [{"role": "user", "content": content}], **more}
    with v1.client() as http:
        return http.post("/v1/chat/completions", json=body, headers={"authorization": "Bearer whatever"}, timeout=60)


def chunks(answer: httpx.Response) -> list[dict[str, Any]]:
    lines = [line.removeprefix("data: ") for line in answer.text.split("\n\n") if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    return [json.loads(line) for line in lines[:-1]]


def test_published_workflows_are_listed_as_models(v1: Server) -> None:
    with v1.client() as http:
        listed = http.get("/v1/models").json()
        assert [model["id"] for model in listed["data"]] == ["chat", "crash", "echo", "sees", "slow", "tells"]
        one = http.get("/v1/models/echo").json()
    assert one in listed["data"]
    assert (one["object"], one["owned_by"], one["description"]) == ("model", "nodebuilder", "Says it again.")
    assert abs(one["created"] - time.time()) < 600


def test_the_answer_is_the_output_named_response(v1: Server) -> None:
    told = ask(v1).json()
    assert told["object"] == "chat.completion"
    assert told["model"] == "echo"
    assert told["choices"] == [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "hello", "refusal": None},
            "logprobs": None,
            "finish_reason": "stop",
        }
    ]
    assert told["usage"] == {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0, "cost_usd": 0.0}


def test_without_such_an_output_the_first_is_the_answer_and_all_messages_are_given(v1: Server) -> None:
    told = ask(v1, "tells", [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]).json()
    said = json.loads(told["choices"][0]["message"]["content"])
    assert said == [{"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}]


def test_a_model_of_language_streams_its_text_as_it_comes(v1: Server) -> None:
    answer = ask(v1, "chat", "Tell me a story", stream=True, stream_options={"include_usage": True})
    assert answer.headers["content-type"].startswith("text/event-stream")
    told = chunks(answer)
    assert told[0]["choices"][0]["delta"]["role"] == "assistant"
    pieces = [chunk["choices"][0]["delta"].get("content", "") for chunk in told if chunk["choices"]]
    assert len([piece for piece in pieces if piece]) > 3
    assert told[-2]["choices"][0]["finish_reason"] == "stop"
    assert told[-1]["choices"] == []
    assert told[-1]["usage"]["completion_tokens"] > 5
    assert told[-1]["usage"]["cost_usd"] == 0.0
    assert len({chunk["id"] for chunk in told}) == 1
    whole = ask(v1, "chat", "Tell me a story").json()
    assert "".join(pieces) == whole["choices"][0]["message"]["content"]
    assert whole["usage"] == told[-1]["usage"]


def test_what_does_not_stream_comes_as_one_piece(v1: Server) -> None:
    told = chunks(ask(v1, stream=True))
    assert [chunk["choices"][0]["delta"].get("content") for chunk in told] == ["", "hello", None]


def test_the_tools_of_the_client_are_called_by_the_client(v1: Server) -> None:
    first = ask(v1, "chat", "What is the weather in Paris?", tools=[WEATHER]).json()["choices"][0]
    assert first["finish_reason"] == "tool_calls"
    assert first["message"]["content"] is None
    (call,) = first["message"]["tool_calls"]
    assert (call["type"], call["function"]["name"]) == ("function", "get_weather")
    assert "Paris" in json.loads(call["function"]["arguments"])["city"]
    streamed = chunks(ask(v1, "chat", "What is the weather in Paris?", tools=[WEATHER], stream=True))
    (delta,) = [told for chunk in streamed if (told := chunk["choices"][0]["delta"].get("tool_calls"))]
    assert delta[0]["index"] == 0
    assert delta[0]["function"] == call["function"]
    body = {
        "model": "chat",
        "tools": [WEATHER],
        "messages": [
            {"role": "user", "content": "What is the weather in Paris?"},
            first["message"],
            {"role": "tool", "tool_call_id": call["id"], "content": "18 degrees and sunny"},
        ],
    }
    with v1.client() as http:
        last = http.post("/v1/chat/completions", json=body, timeout=60).json()["choices"][0]
    assert last["finish_reason"] == "stop"
    assert "18 degrees" in last["message"]["content"]


def test_a_form_of_answer_reaches_the_model(v1: Server) -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    wanted = {"type": "json_schema", "json_schema": {"name": "place", "schema": schema}}
    told = ask(v1, "chat", "Where is the Louvre?", response_format=wanted).json()
    assert "city" in json.loads(told["choices"][0]["message"]["content"])
    assert ask(v1, "echo", response_format={"type": "text"}).status_code == 200


@pytest.mark.parametrize("tools", [{"tools": []}, {"tools": [WEATHER], "tool_choice": "none"}])
def test_tools_that_are_not_to_be_called_need_no_input(v1: Server, tools: dict[str, Any]) -> None:
    assert ask(v1, **tools).status_code == 200


def test_a_picture_of_a_message_becomes_a_file_and_goes_in(v1: Server) -> None:
    url = "data:image/png;base64," + base64.b64encode(png(5, 4)).decode()
    content = [{"type": "text", "text": "look"}, {"type": "image_url", "image_url": {"url": url}}]
    said = ask(v1, "sees", content).json()["choices"][0]["message"]["content"]
    with v1.client() as http:
        assert http.get("/servable/" + said.rpartition("/")[2]).content == png(5, 4)
    told = ask(v1, "tells", content).json()["choices"][0]["message"]["content"]
    assert "base64" not in told
    assert "/servable/" in told


@pytest.mark.parametrize(
    ("status", "code", "param", "body"),
    [
        (404, "model_not_found", "model", {"model": "nobody"}),
        (404, "model_not_found", "model", {"model": "private"}),
        (400, "invalid_request", "model", {"model": None}),
        (400, "invalid_request", "messages", {"messages": []}),
        (400, "invalid_request", "messages[0].role", {"messages": ["hello"]}),
        (400, "invalid_request", "messages[0].content", {"messages": [{"role": "user", "content": 5}]}),
        (400, "invalid_request", "n", {"n": 2}),
        (400, "tools_not_supported", "tools", {"tools": [WEATHER]}),
        (400, "invalid_request", "tools[0]", {"tools": [{"type": "web_search"}]}),
        (400, "response_format_not_supported", "response_format", {"response_format": {"type": "json_object"}}),
        (400, "invalid_request", "response_format", {"response_format": {"type": "poem"}}),
        (400, "no_value", "messages", {"messages": [{"role": "system", "content": "Be brief."}]}),
        (400, "no_value", "messages", {"model": "sees"}),
        (422, "node_crashed", None, {"model": "crash"}),
    ],
)
def test_errors_have_the_form_that_clients_know(
    v1: Server, status: int, code: str, param: str | None, body: dict[str, Any]
) -> None:
    for stream in ({}, {"stream": True}):
        base = {"model": "echo", "messages": [{"role": "user", "content": "hello"}]}
        with v1.client() as http:
            answer = http.post("/v1/chat/completions", json={**base, **body, **stream})
        told = answer.json() if answer.status_code != 200 else chunks(answer)[-1]
        assert answer.status_code in (status, 200 if status == 422 and stream else status)
        assert (told["error"]["code"], told["error"]["param"]) == (code, param)
        assert told["error"]["message"]
        assert told["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    ("status", "method", "path", "given"),
    [
        (404, "GET", "/v1", {}),
        (404, "GET", "/v1/nothing", {}),
        (404, "GET", "/v1/models/nobody", {}),
        (405, "GET", "/v1/chat/completions", {}),
        (405, "POST", "/v1/models", {"json": {}}),
        (400, "POST", "/v1/chat/completions", {"content": b"{", "headers": {"content-type": "application/json"}}),
        (400, "POST", "/v1/chat/completions", {"json": [1]}),
        (413, "POST", "/v1/chat/completions", {"json": {"x": "x" * 21_000_000}}),
        (415, "POST", "/v1/chat/completions", {"content": b"{}", "headers": {"content-type": "text/plain"}}),
        (421, "GET", "/v1/models", {"headers": {"host": "evil.example"}}),
    ],
)
def test_whatever_is_refused_under_v1_is_refused_in_that_form(
    v1: Server, status: int, method: str, path: str, given: dict[str, Any]
) -> None:
    with v1.client() as http:
        answer = http.request(method, path, **given)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/json"
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


def test_a_server_with_a_token_wants_it_as_the_key(locked: Server) -> None:
    with httpx.Client(base_url=locked.url) as http:
        refused = http.get("/v1/models", headers={"authorization": "Bearer wrong"})
        assert refused.status_code == 401
        assert refused.json()["error"]["type"] == "authentication_error"
        assert http.get("/v1/models", headers={"authorization": f"Bearer {locked.token}"}).status_code == 200


@pytest.mark.parametrize("stream", [True, False])
def test_when_the_client_goes_away_the_run_is_cancelled(v1: Server, stream: bool) -> None:
    body = {"model": "slow", "messages": [{"role": "user", "content": "hello"}], "stream": stream}
    gone = threading.Event()

    def hang_up() -> None:
        with httpx.Client(base_url=v1.url, timeout=2) as http:
            try:
                with http.stream("POST", "/v1/chat/completions", json=body) as answer:
                    for _ in answer.iter_text():
                        pass
            except httpx.TimeoutException:
                gone.set()

    hang_up()
    assert gone.is_set()
    with v1.client() as http:
        for _ in range(100):
            run = http.get("/api/runs").json()["runs"][0]
            if run["status"] != "running":
                break
            time.sleep(0.1)
    assert (run["workflow_id"], run["status"]) == ("slow", "cancelled")
