"""Drawing through litellm over real HTTP: one request per call in every fault, bytes kept, keys nowhere."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable

import pytest

from nodebuilder.errors import ProviderError
from nodebuilder.providers.images import ImageModel, ImageRequest
from nodebuilder.providers.litellm_images import LitellmImages
from nodebuilder.providers.litellm_library import LITELLM_LOGGERS
from nodebuilder.settings import Settings
from nodebuilder.values import Secret
from tests.providers.conftest import KEY, Desk
from tests.standin import StandIn

NewDesk = Callable[..., Desk]


async def refused(desk: Desk, prompt: str, **wanted: object) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await desk.call(prompt, **wanted)  # pyright: ignore[reportArgumentType] - fields of the request
    return caught.value


def test_the_adapter_is_an_image_model() -> None:
    model: ImageModel = LitellmImages(Settings())
    assert model


async def test_the_raw_answer_comes_back_and_is_kept_byte_for_byte(desk: Desk, openai: StandIn) -> None:
    raw = await desk.call("a lion", size="1024x1536", quality="low")
    assert desk.kept == [raw]
    assert json.loads(raw)["usage"]["output_tokens"] == 4160
    assert openai.count == 1
    request = openai.requests[0]
    assert request.path == "/v1/images/generations"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    assert request.body == {"model": "gpt-image-2", "prompt": "a lion", "size": "1024x1536", "quality": "low", "n": 1}


async def test_the_answer_decodes_to_a_picture_of_the_size(desk: Desk) -> None:
    request = ImageRequest("gpt-image-2", "a lion", "1536x1024")
    answer = desk.model.decode(await desk.call("a lion", size="1536x1024"), request)
    assert (answer.width, answer.height, answer.media_type, answer.size) == (1536, 1024, "image/png", "1536x1024")


@pytest.mark.parametrize("model", ["gpt-image-1", "gpt-image-9-future", "local/flux", "openai/gpt-image-2", "dall-e-3"])
async def test_any_model_name_reaches_the_provider_as_it_is(desk: Desk, openai: StandIn, model: str) -> None:
    await desk.call("a lion", model=model, size="1024x1024")
    assert openai.requests[0].body["model"] == model.removeprefix("openai/")


REFUSED = [
    ("401", "bad_key", "no", "refused the API key"),
    ("403", "organisation_not_verified", "no", "verified your organisation"),
    ("403country", "forbidden", "no", "does not allow"),
    ("400moderation", "moderation", "no", "safety system"),
    ("400bad", "bad_request", "no", "Supported values"),
    ("400billing", "billing_limit", "no", "billing"),
    ("402", "billing_limit", "no", "billing"),
    ("404", "model_not_found", "no", "has no model gpt-image-2"),
    ("404path", "no_such_address", "no", "no image API"),
    ("429quota", "billing_limit", "no", "billing"),
    ("429credit", "billing_limit", "no", "billing"),
    ("500", "provider_down", "unknown", "HTTP 500 (Internal Server Error)"),
    ("502", "provider_down", "unknown", "HTTP 502 (Bad Gateway)."),
    ("503", "provider_down", "unknown", "HTTP 503"),
    ("529", "provider_down", "unknown", "HTTP 529"),
    ("redirect", "redirected", "no", "redirect"),
    ("reset", "connection_reset", "unknown", "broke after the request was sent"),
    ("close", "connection_reset", "unknown", "broke after the request was sent"),
]


@pytest.mark.parametrize(("fault", "code", "charged", "words"), REFUSED)
async def test_a_refusal_is_one_request_and_says_cause_remedy_and_charge(
    desk: Desk,
    openai: StandIn,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    fault: str,
    code: str,
    charged: str,
    words: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    error = await refused(desk, f"a lion FAULT:{fault}")
    assert (error.code, error.charged) == (code, charged)
    assert words in error.message
    assert "<html" not in error.message
    assert error.remedy.endswith(".")
    assert openai.count == 1
    assert desk.kept == []
    printed = capfd.readouterr()
    everything = "".join(traceback.format_exception(error)) + error.remedy + printed.out + printed.err
    assert KEY not in everything
    assert "Give Feedback" not in everything
    assert KEY not in caplog.text


@pytest.mark.parametrize("percent", ["1", "50", "99", "last"])
async def test_an_answer_cut_in_its_body_is_charged_and_what_came_is_kept(
    desk: Desk, openai: StandIn, percent: str
) -> None:
    error = await refused(desk, f"a lion FAULT:cut:{percent}")
    assert (error.code, error.charged, openai.count) == ("truncated_answer", "yes", 1)
    assert len(desk.kept) == 1
    assert desk.kept[0].startswith(b'{"created"')
    assert f"{len(desk.kept[0]):,} bytes" in error.message


async def test_an_answer_reset_in_its_body_is_charged_and_what_came_is_kept(desk: Desk, openai: StandIn) -> None:
    error = await refused(desk, "a lion FAULT:cutreset")
    assert (error.code, error.charged, openai.count) == ("truncated_answer", "yes", 1)
    assert all(kept.startswith(b'{"created"') for kept in desk.kept)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("empty", "no_image_data"),
        ("nob64", "no_image_data"),
        ("link", "no_image_data"),
        ("badbase64", "bad_base64"),
        ("htmlbase64", "not_an_image"),
        ("truncatedpng", "truncated_image"),
        ("bomb", "picture_too_large"),
        ("wrongsize", "wrong_size"),
        ("html200", "bad_answer"),
        ("notjson", "bad_answer"),
        ("cutjson", "truncated_answer"),
        ("deep", "bad_answer"),
    ],
)
async def test_a_useless_answer_is_kept_whole_before_it_is_found_useless(
    desk: Desk, openai: StandIn, fault: str, code: str
) -> None:
    raw = await desk.call(f"a lion FAULT:{fault}")
    assert desk.kept == [raw]
    assert openai.count == 1
    with pytest.raises(ProviderError) as caught:
        desk.model.decode(raw, ImageRequest("gpt-image-2", "a lion"))
    assert (caught.value.code, caught.value.charged) == (code, "yes")


@pytest.mark.parametrize("fault", ["gzip", "gziplie", "bom", "two", "nousage"])
async def test_an_odd_but_usable_answer_gives_its_picture(desk: Desk, fault: str) -> None:
    raw = await desk.call(f"a lion FAULT:{fault}")
    assert desk.model.decode(raw, ImageRequest("gpt-image-2", "a lion")).width == 1024


async def test_silence_ends_at_the_deadline_and_may_have_been_charged(openai: StandIn, new_desk: NewDesk) -> None:
    desk = new_desk(openai.url, image_deadline_seconds=0.4)
    error = await refused(desk, "a lion FAULT:stall")
    assert (error.code, error.charged, openai.count) == ("timeout", "unknown", 1)
    assert "0.4 seconds" in error.message


async def test_a_body_that_stalls_ends_at_the_deadline_charged_and_kept(openai: StandIn, new_desk: NewDesk) -> None:
    desk = new_desk(openai.url, image_deadline_seconds=0.8)
    error = await refused(desk, "a lion FAULT:stallbody")
    assert (error.code, error.charged, openai.count) == ("timeout", "yes", 1)
    assert len(desk.kept) == 1


async def test_a_slow_answer_within_the_deadline_is_no_fault(desk: Desk) -> None:
    assert await desk.call("a lion FAULT:slow:0.3")


async def test_an_answer_beyond_the_limit_is_not_read_on(openai: StandIn, new_desk: NewDesk) -> None:
    desk = new_desk(openai.url, max_answer_bytes=100_000)
    error = await refused(desk, "a lion FAULT:huge:5000000")
    assert (error.code, error.charged, openai.count) == ("answer_too_large", "yes", 1)
    assert [len(kept) for kept in desk.kept] == [100_000]


async def test_a_retired_model_names_its_successors(desk: Desk) -> None:
    error = await refused(desk, "a lion FAULT:404", model="gpt-image-1")
    assert error.code == "model_not_found"
    assert "retired gpt-image-1 on 23 October 2026" in error.message
    assert "gpt-image-2.5-flare" in error.message


@pytest.mark.parametrize("asked", ["1.5", "", "junk", "-5", "0", "Wed, 21 Oct 2015 07:28:00 GMT"])
async def test_a_rate_limit_is_waited_out_with_a_countdown_and_then_the_picture_comes(
    desk: Desk, openai: StandIn, asked: str
) -> None:
    openai.faults.extend([f"429:{asked}", f"429:{asked}"])
    raw = await desk.call("a lion")
    assert openai.count == 3
    assert desk.kept == [raw]
    assert [seconds for seconds, _ in desk.delays] == desk.slept
    assert len(desk.slept) == 2
    assert desk.slept[0] == {"1.5": 1.5, "0": 0.5}.get(asked, 2.0)
    assert all("limits how often" in reason for _, reason in desk.delays)


@pytest.mark.parametrize("asked", ["3600", "1000000000", "Wed, 21 Oct 2099 07:28:00 GMT"])
async def test_a_wait_beyond_the_cap_is_not_begun(desk: Desk, openai: StandIn, asked: str) -> None:
    openai.faults.append(f"429:{asked}")
    error = await refused(desk, "a lion")
    assert (error.code, error.charged, openai.count) == ("rate_limit", "no", 1)
    assert desk.slept == []
    assert error.retry_after is not None
    assert error.retry_after >= 3600


async def test_a_rate_limit_for_ever_ends_within_the_cap(desk: Desk, openai: StandIn) -> None:
    error = await refused(desk, "a lion FAULT:429:0")
    assert (error.code, error.charged) == ("rate_limit", "no")
    assert sum(desk.slept) <= 120
    assert openai.count == len(desk.slept) + 1 < 12


async def test_waiting_out_a_rate_limit_can_be_cancelled(openai: StandIn) -> None:
    waiting = asyncio.Event()

    async def keep(_: bytes) -> None:
        raise AssertionError("nothing to keep")

    model = LitellmImages(Settings(openai_base_url=openai.url))
    request = ImageRequest("gpt-image-2", "a lion FAULT:429:60")
    call = asyncio.create_task(
        model.generate(request, Secret(KEY), keep=keep, delayed=lambda *_: waiting.set()),
    )
    await asyncio.wait_for(waiting.wait(), 30)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert openai.count == 1


async def test_a_cancelled_call_keeps_what_had_arrived(desk: Desk, openai: StandIn) -> None:
    call = asyncio.create_task(desk.call("a lion FAULT:stallbody"))
    await openai.stalling.wait()
    await asyncio.sleep(0.3)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert openai.count == 1
    assert all(kept.startswith(b'{"created"') for kept in desk.kept)
    assert desk.kept


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.mark.parametrize(
    "url", [f"http://127.0.0.1:{closed_port()}/v1", "http://no-such-host.invalid/v1"], ids=["closed port", "no host"]
)
async def test_a_connection_that_never_comes_about_is_tried_thrice_and_not_charged(new_desk: NewDesk, url: str) -> None:
    desk = new_desk(url)
    error = await refused(desk, "a lion")
    assert (error.code, error.charged) == ("not_reachable", "no")
    assert len(desk.slept) == 2
    assert desk.delays == []
    assert url.split("/")[2] in error.message


async def test_a_tls_handshake_that_fails_is_not_charged(openai: StandIn, new_desk: NewDesk) -> None:
    desk = new_desk(openai.url.replace("http://", "https://"))
    error = await refused(desk, "a lion")
    assert (error.code, error.charged, openai.count) == ("not_reachable", "no", 0)


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/v1", "nonsense"])
async def test_an_impossible_address_is_not_charged(new_desk: NewDesk, url: str) -> None:
    error = await refused(new_desk(url), "a lion")
    assert error.charged == "no"
    assert "NODEBUILDER_OPENAI_BASE_URL" in error.remedy


async def test_a_prompt_that_cannot_be_sent_is_not_charged(desk: Desk, openai: StandIn) -> None:
    error = await refused(desk, "a lion \ud800")
    assert (error.code, error.charged, openai.count) == ("not_sent", "no", 0)


@pytest.mark.parametrize("key", ["", "   ", "sk-with space", "sk-with\nline", "sk-schlüssel"])
async def test_a_key_that_cannot_be_one_is_refused_before_any_call(desk: Desk, openai: StandIn, key: str) -> None:
    with pytest.raises(ProviderError) as caught:
        await desk.call("a lion", Secret(key, "given"))
    assert (caught.value.code, caught.value.charged, openai.count) == ("bad_key", "no", 0)
    assert not key.strip() or key.strip() not in caught.value.message


async def test_a_key_pasted_with_a_line_break_works(desk: Desk, openai: StandIn) -> None:
    await desk.call("a lion", Secret(f" {KEY}\n", "given"))
    assert openai.requests[0].headers["authorization"] == f"Bearer {KEY}"


async def test_a_sandbox_key_goes_to_the_sandbox_and_a_real_one_does_not(new_desk: NewDesk) -> None:
    async with StandIn() as real, StandIn() as sandbox:
        desk = new_desk(real.url, sandbox.url)
        await desk.call("for the sandbox", Secret("sandbox-key-1", "sandbox"))
        await desk.call("for real", Secret(KEY, "secret"))
        assert (sandbox.prompts, real.prompts) == (["for the sandbox"], ["for real"])


async def test_a_sandbox_key_without_a_sandbox_goes_nowhere(desk: Desk, openai: StandIn) -> None:
    with pytest.raises(ProviderError) as caught:
        await desk.call("a lion", Secret("sandbox-key-1", "sandbox"))
    assert (caught.value.code, openai.count) == ("wrong_key", 0)


async def test_a_real_key_does_not_go_to_the_sandbox_by_a_setting_either(new_desk: NewDesk) -> None:
    async with StandIn() as sandbox:
        desk = new_desk(sandbox.url + "/", sandbox.url)
        assert (await refused(desk, "a lion")).code == "wrong_key"
        assert sandbox.count == 0


async def test_many_calls_at_once_are_one_request_each(desk: Desk, openai: StandIn) -> None:
    prompts = [f"lion number {number}" for number in range(20)]
    answers = await asyncio.gather(*(desk.call(prompt) for prompt in prompts))
    assert sorted(openai.prompts) == sorted(prompts)
    assert len(set(answers)) == 20


async def test_the_environment_of_other_tools_is_not_asked(
    desk: Desk, openai: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else-123456")
    await desk.call("a lion")
    assert openai.requests[0].headers["authorization"] == f"Bearer {KEY}"


def test_without_litellm_the_error_says_how_to_install_it() -> None:
    script = (
        "import sys, asyncio; sys.modules['litellm'] = None\n"
        "from nodebuilder.providers.litellm_images import LitellmImages\n"
        "from nodebuilder.providers.images import ImageRequest\n"
        "from nodebuilder.settings import Settings\n"
        "from nodebuilder.values import Secret\n"
        "call = LitellmImages(Settings()).generate(ImageRequest('m', 'p'), Secret('sk-1'), keep=None, delayed=None)\n"
        "try: asyncio.run(call)\n"
        "except Exception as error: print(error.code, error.charged, error.message, error.remedy)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("litellm_missing no Requires `litellm` library")
    assert "Install with: `pip install litellm`" in done.stdout


def test_importing_the_adapter_does_not_import_litellm() -> None:
    script = (
        "import sys, nodebuilder.providers.litellm_images;"
        "print(sorted({'litellm', 'openai', 'mcp'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_the_library_writes_to_no_stream_of_its_own(desk: Desk, openai: StandIn) -> None:
    await refused(desk, "a lion FAULT:401")
    assert not any(logging.getLogger(name).handlers for name in LITELLM_LOGGERS)
