"""Talking through litellm over real HTTP: one request in every fault, what came is kept, keys go nowhere else."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from nodebuilder.errors import NodeError, ProviderError
from nodebuilder.providers.chat import ChatAnswer, ChatModel, ChatRequest
from nodebuilder.providers.litellm_chat import LitellmChat
from nodebuilder.providers.sandbox.serving import serve_sandbox
from nodebuilder.settings import Settings
from nodebuilder.values import Secret
from tests.providers.conftest import KEY
from tests.standin import StandIn, png
from tests.standin_chat import Call, Turn

TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}
CALLS = (Call("call_1", "get_weather", '{"city":"Paris"}'), Call("call_2", "get_time", '{"zone":"CET"}'))
TEXT = "Hellö 👋, here is an answer of some length."
PNG = f"data:image/png;base64,{base64.b64encode(png(1, 1)).decode()}"
SHOWN = {"type": "image_url", "image_url": {"url": PNG}}
ROUND = (
    {"role": "user", "content": "draw"},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "c1", "type": "function", "function": {"name": "draw", "arguments": "{}"}}],
    },
    {"role": "tool", "tool_call_id": "c1", "content": [{"type": "text", "text": "drawn"}, SHOWN]},
)


@dataclass
class Talker:
    """Calls a language model and remembers what it kept, what it streamed and said of waiting, and how it slept."""

    model: LitellmChat
    kept: list[bytes] = field(default_factory=list)
    streamed: list[str] = field(default_factory=list)
    delays: list[tuple[float, str]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    async def keep(self, raw: bytes) -> None:
        self.kept.append(raw)

    async def say(self, *, key: Secret | None = None, **wanted: Any) -> ChatAnswer:
        asked = {"provider": "openai", "model": "gpt-4o", "messages": ({"role": "user", "content": "hi"},), **wanted}
        raw = await self.model.answer(
            ChatRequest(**asked),
            Secret(KEY, "given") if key is None else key,
            keep=self.keep,
            delayed=lambda seconds, reason: self.delays.append((seconds, reason)),
            stream=self.streamed.append,
        )
        assert self.kept == [raw]
        return self.model.decode(raw)

    async def refused(self, **wanted: Any) -> ProviderError:
        with pytest.raises(ProviderError) as caught:
            await self.say(**wanted)
        return caught.value


NewTalker = Callable[..., Talker]


@pytest.fixture
def new_talker() -> NewTalker:
    def make(url: str | None = None, sandbox_url: str | None = None, **options: Any) -> Talker:
        slept: list[float] = []

        async def sleep(seconds: float) -> None:
            slept.append(seconds)

        return Talker(LitellmChat(Settings(openai_base_url=url, **options), sandbox_url, sleep=sleep), slept=slept)

    return make


@pytest.fixture
def talker(openai: StandIn, new_talker: NewTalker) -> Talker:
    return new_talker(openai.url)


def test_the_adapter_is_a_chat_model() -> None:
    model: ChatModel = LitellmChat(Settings())
    assert model


async def test_what_is_asked_reaches_the_provider_and_nothing_else(talker: Talker, openai: StandIn) -> None:
    schema = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
    openai.chat.script = [Turn(TEXT)]
    answer = await talker.say(tools=(TOOL,), temperature=0.5, max_tokens=50, top_p=0.9, response_format=schema)
    assert (answer.text, answer.complete, answer.finish_reason, answer.model) == (TEXT, True, "stop", "gpt-4o")
    assert answer.usage == {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120}
    assert openai.chat.requests == [
        {
            "model": "gpt-4o",
            "messages": [{"role": "user", "content": "hi"}],
            "tools": [TOOL],
            "temperature": 0.5,
            "max_tokens": 50,
            "top_p": 0.9,
            "response_format": schema,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]
    assert openai.requests[0].headers["authorization"] == f"Bearer {KEY}"
    assert "".join(talker.streamed) == TEXT


async def test_two_hundred_pieces_are_told_in_a_few(talker: Talker, openai: StandIn) -> None:
    openai.chat.script = [Turn("x" * 200, fault="split")]
    await talker.say()
    assert "".join(talker.streamed) == "x" * 200
    assert len(talker.streamed) < 100


@pytest.mark.parametrize("model", ["gpt-4o", "openai/gpt-4o", "no-such-model-yet", "org/model:tag"])
async def test_any_model_name_reaches_the_provider_as_it_is(talker: Talker, openai: StandIn, model: str) -> None:
    await talker.say(model=model)
    assert openai.chat.requests[0]["model"] == model.removeprefix("openai/")


async def test_settings_that_a_model_does_not_have_are_left_out_but_its_tools_are_not(
    talker: Talker, openai: StandIn
) -> None:
    await talker.say(model="o3-mini", tools=(TOOL,), temperature=0.5, top_p=0.5, max_tokens=9)
    asked = openai.chat.requests[0]
    assert "temperature" not in asked
    assert asked["tools"] == [TOOL]
    assert asked["max_completion_tokens"] == 9


HARMLESS = [
    "", "split", "bytes", "crlf", "comments", "nofinish", "nodone", "nousage", "absurdusage", "reasoning", "json",
    "interleaved", "noindex", "repeatid", "lateid", "whole", "split interleaved bytes crlf comments repeatid nodone",
]  # fmt: skip


@pytest.mark.parametrize("fault", HARMLESS)
async def test_an_odd_stream_gives_the_same_answer(talker: Talker, openai: StandIn, fault: str) -> None:
    openai.chat.script = [Turn(TEXT, CALLS if fault != "lateid" else CALLS[:1], fault)]
    answer = await talker.say(tools=(TOOL,))
    assert (answer.text, answer.complete, answer.trouble) == (TEXT, True, "")
    expected = [(call.id, call.name, call.arguments) for call in (CALLS if fault != "lateid" else CALLS[:1])]
    assert [(call.id, call.name, call.arguments) for call in answer.calls] == expected
    assert (answer.usage is None) == ("usage" in fault)
    assert len(openai.chat.requests) == 1


CUT = [
    ("length", "stopped at the longest answer"),
    ("content_filter", "filter cut the answer"),
    ("error", "broke off its answer: “The server had an error while it answered”"),
    ("cut", "was cut off after"),
    ("cutclean", "was cut off after"),
    ("nofinish nodone", "was cut off after"),
    ("reset", "was cut off"),
    ("stall", "had not sent the whole answer within 1 seconds"),
    ("huge:300000", "was not read further after 200,000 bytes"),
]


@pytest.mark.parametrize(("fault", "words"), CUT)
async def test_a_cut_answer_keeps_its_text_says_why_and_drops_half_calls(
    openai: StandIn, new_talker: NewTalker, fault: str, words: str
) -> None:
    talker = new_talker(openai.url, chat_deadline_seconds=1, max_answer_bytes=200_000)
    openai.chat.script = [Turn(TEXT, CALLS, fault)]
    answer = await talker.say()
    assert not answer.complete
    assert words in answer.trouble
    assert answer.text.startswith(TEXT[:12])
    assert "".join(talker.streamed) == answer.text
    for call in answer.calls:
        assert json.loads(call.arguments)
    assert len(openai.chat.requests) == 1


REFUSED = [
    ("401", "bad_key", "no", "refused the API key"),
    ("403", "forbidden", "no", "does not allow this key to talk with gpt-4o"),
    ("404", "model_not_found", "no", "has no model gpt-4o"),
    ("404path", "no_such_address", "no", "no chat API"),
    ("429quota", "billing_limit", "no", "answers nothing more"),
    ("400context", "context_length", "no", "longer than gpt-4o can take"),
    ("500", "provider_down", "unknown", "HTTP 500"),
    ("502", "provider_down", "unknown", "HTTP 502"),
    ("503", "provider_down", "unknown", "HTTP 503"),
    ("redirect", "redirected", "no", "redirect"),
    ("resetfirst", "connection_reset", "unknown", "broke after the request was sent"),
    ("close", "connection_reset", "unknown", "broke after the request was sent"),
    ("stallfirst", "timeout", "unknown", "did not answer within 1 seconds"),
    ("errorfirst", "answer_error", "unknown", "broke off its answer"),
    ("html200", "bad_answer", "unknown", "no answer that can be read"),
    ("notjson", "bad_answer", "unknown", "“certainly! here is your answer”"),
    ("empty200", "bad_answer", "unknown", "no answer that can be read"),
    ("nochoices", "bad_answer", "unknown", "no answer that can be read"),
]


@pytest.mark.parametrize(("fault", "code", "charged", "words"), REFUSED)
async def test_a_refusal_is_one_request_and_says_cause_remedy_and_charge(
    openai: StandIn,
    new_talker: NewTalker,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    fault: str,
    code: str,
    charged: str,
    words: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    talker = new_talker(openai.url, chat_deadline_seconds=1)
    openai.chat.script = [Turn(TEXT, fault=fault)] * 3
    error = await talker.refused()
    assert (error.code, error.charged) == (code, charged)
    assert words in error.message
    assert "<html" not in error.message
    assert error.remedy.endswith(".")
    assert len(openai.chat.requests) == 1
    assert talker.kept == []
    printed = capfd.readouterr()
    everything = "".join(traceback.format_exception(error)) + error.remedy + printed.out + printed.err
    assert KEY not in everything
    assert "Give Feedback" not in everything
    assert KEY not in caplog.text


async def test_a_rate_limit_is_waited_out(talker: Talker, openai: StandIn) -> None:
    openai.chat.script = [Turn(fault="429:1.5"), Turn(fault="429"), Turn(TEXT)]
    assert (await talker.say()).text == TEXT
    assert talker.slept == [seconds for seconds, _ in talker.delays] == [1.5, 2.0]
    assert len(openai.chat.requests) == 3


async def test_a_rate_limit_beyond_the_cap_is_not_waited_out(talker: Talker, openai: StandIn) -> None:
    openai.chat.script = [Turn(fault="429:3600")]
    error = await talker.refused()
    assert (error.code, error.charged, error.retry_after, talker.slept) == ("rate_limit", "no", 3600, [])


async def test_a_server_that_cannot_say_the_usage_is_asked_without_and_stays_so(
    talker: Talker, openai: StandIn
) -> None:
    openai.chat.script = [Turn(TEXT, fault="400options")] * 3
    assert (await talker.say()).usage is None
    talker.kept.clear()
    await talker.say()
    assert ["stream_options" in request for request in openai.chat.requests] == [True, False, False]


async def test_a_connection_that_never_comes_about_is_tried_thrice_and_not_charged(new_talker: NewTalker) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    talker = new_talker(f"http://127.0.0.1:{port}/v1")
    error = await talker.refused()
    assert (error.code, error.charged, talker.slept) == ("not_reachable", "no", [0.3, 1.0])


async def test_a_cancelled_call_keeps_what_had_arrived(talker: Talker, openai: StandIn) -> None:
    openai.chat.script = [Turn(TEXT, fault="stall")]
    call = asyncio.create_task(talker.say())
    await openai.stalling.wait()
    await asyncio.sleep(0.3)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    answer = talker.model.decode(talker.kept[0])
    assert TEXT.startswith(answer.text)
    assert not answer.complete
    assert len(openai.chat.requests) == 1


async def test_pictures_of_tools_follow_in_a_message_of_the_user(talker: Talker, openai: StandIn) -> None:
    await talker.say(messages=ROUND)
    sent = openai.chat.requests[0]["messages"]
    assert [message["role"] for message in sent] == ["user", "assistant", "tool", "user"]
    assert isinstance(sent[2]["content"], str)
    assert sent[3]["content"][1] == SHOWN


async def test_fifty_talks_at_once_do_not_mix(openai: StandIn, new_talker: NewTalker) -> None:
    model = new_talker(openai.url).model

    async def one(number: int) -> str:
        answer = await Talker(model).say(messages=({"role": "user", "content": f"number {number}"},))
        return answer.text

    assert await asyncio.gather(*(one(number) for number in range(50))) == [f"You said: number {n}" for n in range(50)]


@pytest.mark.parametrize("model", ["gpt-5-pro", "gpt-5.1-codex", "responses/gpt-4o"])
async def test_only_openai_itself_is_asked_in_its_responses_api(talker: Talker, openai: StandIn, model: str) -> None:
    assert (await talker.say(model=model)).complete
    assert [request.path for request in openai.requests] == ["/v1/chat/completions"]


# Where a key may go


async def test_a_key_goes_to_no_other_host_unless_it_is_bound_there(openai: StandIn, new_talker: NewTalker) -> None:
    host = openai.url.split("/")[2]
    talker = new_talker(allowed_private_hosts=(host,))
    for key in (Secret(KEY, "secret", name="mine"), Secret(KEY, "secret", name="mine", hosts=frozenset({"127.0.0.1"}))):
        error = await talker.refused(key=key, base_url=openai.url)
        assert (error.code, error.charged) == ("key_not_bound", "no")
        assert f"nodebuilder secrets bind mine {host}" in error.remedy
    assert openai.requests == []
    bound = Secret(KEY, "secret", name="mine", hosts=frozenset({host}))
    assert (await talker.say(key=bound, base_url=openai.url)).complete
    assert openai.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_without_a_key_another_host_gets_none_not_even_the_environments(
    openai: StandIn, new_talker: NewTalker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GROQ_API_KEY"):
        monkeypatch.setenv(name, "sk-of-somebody-else-123456")
    talker = new_talker(allowed_private_hosts=(openai.url.split("/")[2],))
    for provider in ("openai", "ollama", "groq", "anthropic"):
        talker.kept.clear()
        await talker.say(provider=provider, key=Secret(), base_url=openai.url.removesuffix("/v1"))
    for request in openai.requests:
        assert "somebody-else" not in json.dumps(request.headers)
    assert [request.path for request in openai.requests] == [*["/v1/chat/completions"] * 3, "/v1/messages"]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/v1", "http://localhost:9", "http://10.0.0.1/v1", "http://[::1]:9/v1"]
)
@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5-pro", "responses/gpt-4o"])
async def test_an_address_on_this_machine_or_network_has_to_be_allowed(
    new_talker: NewTalker, url: str, model: str
) -> None:
    with pytest.raises(NodeError) as caught:
        await new_talker().say(key=Secret(), base_url=url, model=model)
    assert caught.value.code == "address_not_allowed"
    assert "NODEBUILDER_ALLOWED_PRIVATE_HOSTS" in caught.value.remedy


@pytest.mark.parametrize("url", ["ftp://a.example", "http://user:pass@a.example", "not a url", "file:///etc/passwd"])
async def test_what_is_no_address_is_refused(new_talker: NewTalker, url: str) -> None:
    with pytest.raises(NodeError) as caught:
        await new_talker().say(key=Secret(), base_url=url)
    assert caught.value.code == "bad_url"


async def test_the_environment_of_other_tools_is_not_asked(
    talker: Talker, openai: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "OPENAI_BASE_URL", "OPENAI_API_BASE", "ANTHROPIC_API_BASE"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    await talker.say()
    assert openai.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_the_sandbox_takes_its_own_key_only_and_no_other_goes_there(new_talker: NewTalker) -> None:
    async with serve_sandbox("the-sandbox-key") as url:
        talker = new_talker(None, url)
        answer = await talker.say(key=Secret("the-sandbox-key", "sandbox"), provider="anthropic", model="claude-x")
        assert answer.complete
        assert answer.usage
        talker = new_talker(url, url)
        assert (await talker.refused()).code == "wrong_key"
    assert (await new_talker().refused(key=Secret("the-sandbox-key", "sandbox"))).code == "wrong_key"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"key": Secret()}, "no_key"),
        ({"key": Secret("two words", "given")}, "bad_key"),
        ({"provider": "no-such-provider"}, "unknown_provider"),
        ({"provider": "gpt-4o"}, "unknown_provider"),
        ({"messages": ()}, "no_messages"),
    ],
)
async def test_what_cannot_be_asked_is_not_sent(
    talker: Talker, openai: StandIn, wanted: dict[str, Any], code: str
) -> None:
    error = await talker.refused(**wanted)
    assert (error.code, error.charged, openai.requests) == (code, "no", [])


# Another provider, in its own words


@pytest.fixture
def claude(openai: StandIn, new_talker: NewTalker) -> Callable[..., Any]:
    host = openai.url.split("/")[2]
    talker = new_talker(allowed_private_hosts=(host,), chat_deadline_seconds=2)
    key = Secret(KEY, "secret", name="anthropic", hosts=frozenset({host}))
    about = {"provider": "anthropic", "model": "claude-sonnet-4-5", "key": key, "base_url": openai.url[: -len("/v1")]}

    async def say(**wanted: Any) -> tuple[Talker, ChatAnswer]:
        return talker, await talker.say(**about, **wanted)

    return say


async def test_another_provider_goes_the_same_way(openai: StandIn, claude: Callable[..., Any]) -> None:
    openai.chat.script = [Turn(TEXT, CALLS)]
    talker, answer = await claude(tools=(TOOL,), messages=ROUND)
    assert (answer.text, answer.complete) == (TEXT, True)
    assert [(call.id, call.name, json.loads(call.arguments)) for call in answer.calls] == [
        (call.id, call.name, json.loads(call.arguments)) for call in CALLS
    ]
    assert (answer.usage["prompt_tokens"], answer.usage["completion_tokens"]) == (100, 20)
    assert "".join(talker.streamed) == TEXT
    result = openai.chat.requests[0]["messages"][-1]["content"][0]
    assert [part["type"] for part in result["content"]] == ["text", "image"]
    assert openai.requests[0].headers["x-api-key"] == KEY


@pytest.mark.parametrize("fault", ["cut", "cutclean", "nofinish", "error", "stall", "length"])
async def test_its_cut_answers_are_not_taken_for_whole(openai: StandIn, claude: Callable[..., Any], fault: str) -> None:
    openai.chat.script = [Turn(TEXT, CALLS, fault)]
    _, answer = await claude()
    assert not answer.complete
    assert answer.trouble
    assert answer.text.startswith(TEXT[:12])
    assert (answer.usage is None) == (fault != "length")
    assert len(openai.chat.requests) == 1


@pytest.mark.parametrize(
    ("fault", "code", "charged"),
    [
        ("401", "bad_key", "no"),
        ("404", "model_not_found", "no"),
        ("400context", "context_length", "no"),
        ("500", "provider_down", "unknown"),
        ("redirect", "redirected", "no"),
        ("resetfirst", "connection_reset", "unknown"),
        ("html200", "bad_answer", "unknown"),
    ],
)
async def test_its_refusals_are_told_the_same(
    openai: StandIn, claude: Callable[..., Any], fault: str, code: str, charged: str
) -> None:
    openai.chat.script = [Turn(TEXT, fault=fault)] * 3
    with pytest.raises(ProviderError) as caught:
        await claude()
    assert (caught.value.code, caught.value.charged, len(openai.chat.requests)) == (code, charged, 1)
    assert KEY not in "".join(traceback.format_exception(caught.value))


async def test_a_picture_elsewhere_is_not_fetched_from_this_machine(
    openai: StandIn, claude: Callable[..., Any]
) -> None:
    linked = {"type": "image_url", "image_url": {"url": "http://169.254.169.254/a.png"}}
    with pytest.raises(ProviderError) as caught:
        await claude(messages=({"role": "user", "content": [linked]},))
    assert (caught.value.code, openai.requests) == ("picture_by_link", [])


def test_importing_the_adapter_does_not_import_litellm() -> None:
    script = (
        "import sys, nodebuilder.providers.litellm_chat;print(sorted({'litellm', 'openai', 'mcp'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
