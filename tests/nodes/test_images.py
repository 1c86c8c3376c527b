from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
from PIL import Image

from nodebuilder.engine.store import ReceiptState
from nodebuilder.nodes.drawing import shorten
from tests.standin import StandIn
from tests.workbench import Bench, open_bench

KEY = "sk-canary-0123456789abcdefghijklmn"
PROMPT = "A majestic lion"
DRAW = {"image": ("gpt_image", {"quality": "low", "model": "gpt-image-1"}), "show": ("display_output", {})}
LINKS = ("prompt.text_out -> image.prompt", "image.image_url -> show.data")


@pytest.fixture
async def paying(tmp_path: Path, openai: StandIn) -> AsyncIterator[Bench]:
    settings = {"image_deadline_seconds": 3, "max_rate_limit_wait_seconds": 4}
    async with open_bench(tmp_path, openai_base_url=openai.url, **settings) as bench:
        await bench.store.secrets.set("openai", KEY)
        yield bench


async def draw(bench: Bench, prompt: str = PROMPT, **values: object):  # noqa: ANN201
    nodes = {**DRAW, "prompt": ("text", {"value": prompt})}
    nodes["image"] = ("gpt_image", {**DRAW["image"][1], **values})
    return await bench.run(nodes, *LINKS)


async def test_a_text_becomes_a_picture_in_the_servable_folder(paying: Bench, openai: StandIn) -> None:
    end = await draw(paying, size="1024x1536")
    assert end.status == "succeeded"
    assert not end.errors
    image = end.outputs["image"]
    assert re.fullmatch(r"gpt_image_[0-9a-f]{8}\.png", image["filename"])
    assert image["image_url"] == image["servable_url"] == f"http://localhost:8000/servable/{image['filename']}"
    with Image.open(paying.servable / image["filename"]) as picture:
        assert (picture.format, picture.size) == ("PNG", (1024, 1536))
    assert end.outputs["show"]["data_out"] == image["image_url"]
    assert openai.count == 1


async def test_the_request_says_what_the_widgets_say(paying: Bench, openai: StandIn) -> None:
    await draw(paying, size="1536x1024", quality="medium")
    (request,) = openai.requests
    assert request.path == "/v1/images/generations"
    assert request.headers["authorization"] == f"Bearer {KEY}"
    body = request.body
    assert (body["model"], body["prompt"], body["size"], body["quality"], body["n"]) == (
        "gpt-image-1", PROMPT, "1536x1024", "medium", 1,
    )  # fmt: skip


async def test_the_log_tells_size_quality_prompt_name_and_bytes(paying: Bench) -> None:
    end = await draw(paying, prompt="a very long prompt " * 40)
    start, prompt, saved = paying.log()
    assert "1024x1024" in start
    assert "low" in start
    assert prompt.endswith("…")
    assert len(prompt) < 100
    filename = end.outputs["image"]["filename"]
    assert filename in saved
    assert f"{(paying.servable / filename).stat().st_size:,} bytes" in saved


async def test_the_cost_comes_from_the_usage_that_was_returned(paying: Bench) -> None:
    end = await draw(paying)
    (cost,) = paying.told("cost_added")
    assert cost.usd == pytest.approx(50 * 5e-6 + 4160 * 40e-6)
    assert end.cost_usd == pytest.approx(cost.usd)


async def test_without_a_prompt_nothing_is_called_and_empty_outputs_go_on(paying: Bench, openai: StandIn) -> None:
    end = await draw(paying, prompt="   ")
    assert end.status == "failed"
    assert [error.message for error in end.errors] == ["Image generation prompt is required"]
    assert end.outputs["image"] == {"image_url": "", "filename": "", "servable_url": ""}
    assert end.outputs["show"] == {"data_out": ""}
    assert openai.count == 0


async def test_without_a_key_nothing_is_called(bench: Bench) -> None:
    end = await draw(bench)
    (error,) = end.errors
    assert error.message == "OpenAI API key is required for GPT-image-1"
    assert "openai" in error.remedy
    assert end.outputs["image"]["image_url"] == ""


async def test_a_secret_that_does_not_exist_is_named(paying: Bench, openai: StandIn) -> None:
    end = await draw(paying, api_key="my-other-key")
    assert end.status == "failed"
    assert "my-other-key" in end.errors[0].message
    assert openai.count == 0


FAULTS: list[tuple[str, str, str, ReceiptState, str]] = [
    ("401", "GPT-image-1 generation error", "refused the API key", "refused", "no"),
    ("403", "GPT-image-1 generation error", "verif", "refused", "no"),
    ("400moderation", "GPT-image-1 generation error", "safety", "refused", "no"),
    ("400bad", "GPT-image-1 generation error", "9x9", "refused", "no"),
    ("400billing", "GPT-image-1 generation error", "limit", "refused", "no"),
    ("429quota", "GPT-image-1 generation error", "quota", "refused", "no"),
    ("404", "GPT-image-1 generation error", "gpt-image-1", "refused", "no"),
    ("500", "GPT-image-1 generation error", "500", "unknown", "unknown"),
    ("502", "GPT-image-1 generation error", "502", "unknown", "unknown"),
    ("503", "GPT-image-1 generation error", "503", "unknown", "unknown"),
    ("reset", "GPT-image-1 generation error", "", "unknown", "unknown"),
    ("close", "GPT-image-1 generation error", "", "unknown", "unknown"),
    ("stall", "GPT-image-1 generation error", "", "unknown", "unknown"),
    ("cut:50", "GPT-image-1 generation error", "", "unknown", "yes"),
    ("empty", "No image data returned from API", "", "unknown", "yes"),
    ("nob64", "No image data returned from API", "", "unknown", "yes"),
    ("badbase64", "GPT-image-1 generation error", "", "unknown", "yes"),
    ("htmlbase64", "GPT-image-1 generation error", "", "unknown", "yes"),
    ("truncatedpng", "GPT-image-1 generation error", "", "unknown", "yes"),
    ("bomb", "GPT-image-1 generation error", "", "unknown", "yes"),
    ("wrongsize", "GPT-image-1 generation error", "64", "unknown", "yes"),
    ("html200", "GPT-image-1 generation error", "", "unknown", "yes"),
]


@pytest.mark.parametrize(("fault", "message", "word", "state", "charged"), FAULTS, ids=[fault[0] for fault in FAULTS])
async def test_every_fault_is_one_request_one_sentence_and_the_truth_about_money(
    paying: Bench, openai: StandIn, fault: str, message: str, word: str, state: ReceiptState, charged: str
) -> None:
    openai.faults.append(fault)
    end = await draw(paying)
    assert openai.count == 1
    assert end.status == "failed"
    (error,) = end.errors
    assert error.message.startswith(message)
    assert word in error.message
    assert error.message != message
    assert error.remedy
    assert KEY not in repr(paying.events)
    (failed,) = paying.told("node_failed")
    assert failed.charged == charged
    assert end.outputs["image"] == {"image_url": "", "filename": "", "servable_url": ""}
    (receipt,) = await paying.store.ledger.of_run(end.run_id)
    assert receipt.charged == charged
    assert not list(paying.servable.glob("*.png"))


@pytest.mark.parametrize("fault", ["cut:99", "badbase64", "truncatedpng", "empty", "html200"])
async def test_what_was_paid_for_is_kept_even_when_it_is_no_picture(paying: Bench, openai: StandIn, fault: str) -> None:
    openai.faults.append(fault)
    await draw(paying)
    (raw,) = (paying.settings.data_dir / "receipts").glob("*.raw")
    assert raw.read_bytes()


async def test_a_rate_limit_is_waited_out_with_a_countdown(paying: Bench, openai: StandIn) -> None:
    openai.faults.append("429:1")
    end = await draw(paying)
    assert end.status == "succeeded"
    assert openai.count == 2
    (delay,) = paying.told("call_delayed")
    assert delay.seconds == pytest.approx(1, abs=0.5)
    assert delay.reason
    assert len(await paying.store.ledger.of_run(end.run_id)) == 1


async def test_a_rate_limit_beyond_the_cap_ends_in_an_error(paying: Bench, openai: StandIn) -> None:
    openai.faults.append("429:3600")
    end = await draw(paying)
    assert openai.count == 1
    assert end.errors[0].code == "rate_limit"
    assert paying.told("node_failed")[0].charged == "no"


async def test_cancelling_the_run_keeps_the_picture_that_was_paid_for(paying: Bench, openai: StandIn) -> None:
    openai.faults.append("slow:0.6")
    nodes = {**DRAW, "prompt": ("text", {"value": PROMPT})}
    run = asyncio.create_task(paying.run(nodes, *LINKS))
    while not openai.count:  # noqa: ASYNC110 - the stand-in has no event to wait for
        await asyncio.sleep(0.02)
    (handle,) = paying.runner.running.values()
    handle.cancel()
    end = await run
    assert end.status == "cancelled"
    await paying.runner.close()
    (receipt,) = await paying.store.ledger.of_run(end.run_id)
    assert receipt.state == "done"
    assert len(list(paying.servable.glob("gpt_image_*.png"))) == 1
    assert openai.count == 1


async def test_a_resumed_run_takes_the_picture_from_the_receipt(paying: Bench, openai: StandIn) -> None:
    first = await draw(paying)
    nodes = {**DRAW, "prompt": ("text", {"value": PROMPT})}
    again = await paying.run(nodes, *LINKS, root=first.run_id)
    assert again.status == "succeeded"
    assert openai.count == 1
    finished = {event.node: event.reused for event in paying.told("node_finished")}
    assert finished["image"]
    first_file, again_file = (end.outputs["image"]["filename"] for end in (first, again))
    assert (paying.servable / first_file).read_bytes() == (paying.servable / again_file).read_bytes()


async def test_a_cap_stops_the_run_before_the_call(tmp_path: Path, openai: StandIn) -> None:
    async with open_bench(tmp_path, openai_base_url=openai.url, max_cost_usd_per_run=0.001) as bench:
        await bench.store.secrets.set("openai", KEY)
        end = await draw(bench, quality="high")
    assert end.status == "failed"
    assert openai.count == 0
    assert [error.code for error in end.errors] == ["budget_per_run"]


async def test_the_key_is_nowhere_in_the_data_folder(paying: Bench, openai: StandIn) -> None:
    openai.faults.extend(["401", ""])
    await draw(paying)
    await draw(paying)
    forms = {KEY.encode(), base64.b64encode(KEY.encode()), KEY.encode().hex().encode(), orjson.dumps(KEY)}
    for path in paying.settings.data_dir.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(form in content for form in forms), path.name


def test_a_prompt_is_shortened_to_one_line() -> None:
    assert shorten("a\n b\tc") == "a b c"
    assert shorten("x" * 81) == "x" * 79 + "…"
    assert shorten("x" * 80) == "x" * 80


async def test_a_picture_that_was_paid_for_and_cannot_be_written_is_said_to_be_charged(paying: Bench) -> None:
    if paying.servable.exists():
        paying.servable.rmdir()
    paying.servable.write_text("a file where the folder should be")
    end = await draw(paying)
    assert end.status == "failed"
    (failed,) = paying.told("node_failed")
    assert failed.charged == "yes"
    (raw,) = (paying.settings.data_dir / "receipts").glob("*.raw")
    assert raw.read_bytes()
