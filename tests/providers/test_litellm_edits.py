"""Editing through litellm over real HTTP: the form arrives once, and every fault is told as for a drawing."""

from __future__ import annotations

import json
import logging
import traceback

import pytest

from nodebuilder.errors import ProviderError
from nodebuilder.providers.images import ImageRequest
from nodebuilder.providers.pictures import Picture
from nodebuilder.values import Secret
from tests.providers.conftest import KEY, Desk
from tests.providers.test_litellm_images import REFUSED, NewDesk, closed_port
from tests.standin import StandIn, png


def picture(width: int, height: int) -> Picture:
    return Picture(png(width, height), "image/png", width, height)


JPEG = Picture(b"\xff\xd8\xff\xe0 as far as the header goes", "image/jpeg", 8, 8)
IMAGES = (picture(64, 48), JPEG, Picture(b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp", 8, 8))
MASK = picture(64, 48)


async def refused(desk: Desk, prompt: str) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        await desk.call(prompt, images=IMAGES, mask=MASK)
    return caught.value


async def test_the_form_arrives_once_with_every_picture_the_mask_and_the_fields(desk: Desk, openai: StandIn) -> None:
    raw = await desk.call("a lion", images=IMAGES, mask=MASK, size="auto", quality="low", input_fidelity="high")
    assert desk.kept == [raw]
    assert json.loads(raw)["usage"]["output_tokens"] == 4160
    (request,) = openai.requests
    assert request.path == "/v1/images/edits"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    wanted = {"model": "gpt-image-2", "prompt": "a lion", "size": "auto", "quality": "low", "n": "1"}
    assert request.body == {**wanted, "input_fidelity": "high"}
    files = [(name, data) for name, filename, data in request.parts if filename]
    assert files == [*(("image[]", image.data) for image in IMAGES), ("mask", MASK.data)]
    for media_type in (b"image/png", b"image/jpeg", b"image/webp"):
        assert b"Content-Type: " + media_type in request.raw


async def test_without_a_mask_and_a_fidelity_none_is_sent(desk: Desk, openai: StandIn) -> None:
    await desk.call("a lion", images=IMAGES[:1])
    assert [name for name, filename, _ in openai.requests[0].parts if filename] == ["image[]"]
    assert "input_fidelity" not in openai.requests[0].body


async def test_the_answer_decodes_to_a_picture_of_any_size_when_the_model_may_choose(desk: Desk) -> None:
    raw = await desk.call("a lion", images=IMAGES, size="auto")
    assert desk.model.decode(raw, ImageRequest("gpt-image-2", "a lion", "auto")).size == "1024x1024"


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
    assert openai.count == 1
    assert desk.kept == []
    printed = capfd.readouterr()
    everything = "".join(traceback.format_exception(error)) + error.remedy + printed.out + printed.err
    assert KEY not in everything
    assert "Give Feedback" not in everything
    assert KEY not in caplog.text


@pytest.mark.parametrize("fault", ["cut:1", "cut:50", "cut:last", "cutreset"])
async def test_an_answer_cut_in_its_body_is_charged_and_what_came_is_kept(
    desk: Desk, openai: StandIn, fault: str
) -> None:
    error = await refused(desk, f"a lion FAULT:{fault}")
    assert (error.code, error.charged, openai.count) == ("truncated_answer", "yes", 1)
    assert all(kept.startswith(b'{"created"') for kept in desk.kept)


@pytest.mark.parametrize("fault", ["empty", "nob64", "badbase64", "html200", "notjson", "cutjson", "deep", "nothing"])
async def test_a_useless_answer_is_kept_whole_before_it_is_found_useless(
    desk: Desk, openai: StandIn, fault: str
) -> None:
    raw = await desk.call(f"a lion FAULT:{fault}", images=IMAGES)
    assert desk.kept == ([raw] if raw else [])
    assert openai.count == 1
    with pytest.raises(ProviderError) as caught:
        desk.model.decode(raw, ImageRequest("gpt-image-2", "a lion"))
    assert caught.value.charged == "yes"


async def test_silence_ends_at_the_deadline_and_may_have_been_charged(openai: StandIn, new_desk: NewDesk) -> None:
    error = await refused(new_desk(openai.url, image_deadline_seconds=0.4), "a lion FAULT:stall")
    assert (error.code, error.charged, openai.count) == ("timeout", "unknown", 1)


async def test_a_rate_limit_is_waited_out_and_the_whole_form_is_sent_again(desk: Desk, openai: StandIn) -> None:
    openai.faults.extend(["429:1.5", "429:0"])
    raw = await desk.call("a lion", images=IMAGES, mask=MASK)
    assert desk.kept == [raw]
    assert [seconds for seconds, _ in desk.delays] == desk.slept
    assert (len(desk.slept), desk.slept[0]) == (2, 1.5)
    sent = [[(name, data) for name, _, data in request.parts] for request in openai.requests]
    assert sent[0] == sent[1] == sent[2]


async def test_a_connection_that_never_comes_about_is_tried_thrice_and_not_charged(new_desk: NewDesk) -> None:
    desk = new_desk(f"http://127.0.0.1:{closed_port()}/v1")
    error = await refused(desk, "a lion")
    assert (error.code, error.charged, len(desk.slept)) == ("not_reachable", "no", 2)


async def test_a_sandbox_key_goes_to_the_sandbox_and_a_real_one_does_not(new_desk: NewDesk) -> None:
    async with StandIn() as real, StandIn() as sandbox:
        desk = new_desk(real.url, sandbox.url)
        await desk.call("for the sandbox", Secret("sandbox-key-1", "sandbox"), images=IMAGES)
        await desk.call("for real", Secret(KEY, "secret"), images=IMAGES)
        assert (sandbox.prompts, real.prompts) == (["for the sandbox"], ["for real"])


async def test_the_environment_of_other_tools_is_not_asked(
    desk: Desk, openai: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "OPENAI_BASE_URL", "OPENAI_API_BASE"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-somebody-else-123456")
    await desk.call("a lion", images=IMAGES)
    assert openai.requests[0].headers["authorization"] == f"Bearer {KEY}"
