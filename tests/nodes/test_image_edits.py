from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from nodebuilder.engine.store import ReceiptState
from nodebuilder.events import RunFinished
from nodebuilder.nodes.image_edits import image_edit
from tests.nodes.test_images import FAULTS
from tests.providers.test_edits import mask as masking
from tests.standin import StandIn, png
from tests.workbench import Bench, open_bench

KEY = "sk-canary-0123456789abcdefghijklmn"
PROMPT = "Give the lion a crown"
EMPTY = {"image_url": "", "filename": "", "servable_url": ""}


@pytest.fixture
async def paying(tmp_path: Path, openai: StandIn) -> AsyncIterator[Bench]:
    settings = {"image_deadline_seconds": 3, "max_rate_limit_wait_seconds": 4}
    async with open_bench(tmp_path, openai_base_url=openai.url, **settings) as bench:
        await bench.store.secrets.set("openai", KEY)
        yield bench


async def kept(bench: Bench, data: bytes = png(64, 48), prefix: str = "lion") -> str:
    """Put a picture into the servable folder and return its file name."""
    return (await bench.store.assets.save(data, prefix=prefix, about={})).filename


async def edit(bench: Bench, *images: str, prompt: str = PROMPT, mask: str = "", **values: Any) -> RunFinished:
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "edit": ("image_edit", {"quality": "low", "model": "gpt-image-1", **values}),
        "prompt": ("text", {"value": prompt}),
        "show": ("display_output", {}),
    }
    links = ["prompt.text_out -> edit.prompt", "edit.image_url -> show.data"]
    for slot, image in enumerate(images):
        nodes[f"image{slot}"] = ("text", {"value": image})
        links.append(f"image{slot}.text_out -> edit.images[{slot}]")
    if mask:
        nodes["mask"] = ("text", {"value": mask})
        links.append("mask.text_out -> edit.mask")
    return await bench.run(nodes, *links)


def files(openai: StandIn) -> list[tuple[str, bytes]]:
    return [(name, data) for name, filename, data in openai.requests[-1].parts if filename]


async def test_a_picture_is_edited_and_kept_beside_the_first(paying: Bench, openai: StandIn) -> None:
    name = await kept(paying)
    end = await edit(paying, name, size="1024x1536")
    assert end.status == "succeeded"
    result = end.outputs["edit"]
    assert result["filename"].startswith("image_edit_")
    assert result["image_url"] == result["servable_url"] == f"http://localhost:8000/servable/{result['filename']}"
    assert (paying.servable / name).read_bytes() == png(64, 48)
    (request,) = openai.requests
    assert request.path == "/v1/images/edits"
    assert files(openai) == [("image[]", png(64, 48))]
    said = {"model": "gpt-image-1", "prompt": PROMPT, "size": "1024x1536", "quality": "low", "n": "1"}
    assert request.body == said


async def test_a_picture_that_was_just_drawn_is_edited(paying: Bench, openai: StandIn) -> None:
    nodes = {
        "prompt": ("text", {"value": "A lion"}),
        "draw": ("gpt_image", {"quality": "low", "model": "gpt-image-1"}),
        "change": ("text", {"value": PROMPT}),
        "edit": ("image_edit", {"model": "gpt-image-1"}),
    }
    links = ("prompt.text_out -> draw.prompt", "change.text_out -> edit.prompt", "draw.image_url -> edit.images[0]")
    end = await paying.run(nodes, *links)
    assert end.status == "succeeded"
    drawn = end.outputs["draw"]["filename"]
    assert files(openai) == [("image[]", (paying.servable / drawn).read_bytes())]
    assert [request.path for request in openai.requests] == ["/v1/images/generations", "/v1/images/edits"]


async def test_the_result_knows_which_pictures_it_was_made_from(paying: Bench) -> None:
    first, second = await kept(paying), await kept(paying, png(8, 8))
    mask = await kept(paying, masking(64, 48).data, "mask")
    url = "data:image/png;base64," + base64.b64encode(png(9, 9)).decode()
    end = await edit(paying, first, f"/servable/{second}", url, mask=f"http://localhost:8000/servable/{mask}")
    about = (await paying.store.assets.info(end.outputs["edit"]["filename"])).about
    assert about["edited_from"] == [first, second, "data URL"]
    assert about["mask"] == mask
    assert (about["prompt"], about["model"], about["node"]) == (PROMPT, "gpt-image-1", "edit")


async def test_the_pictures_go_in_the_order_of_the_slots_with_the_mask(paying: Bench, openai: StandIn) -> None:
    names = [await kept(paying, png(64, 48, (shade, 0, 0))) for shade in (10, 20, 30)]
    mask = await kept(paying, masking(64, 48).data, "mask")
    await edit(paying, *names, mask=mask)
    pictures = [("image[]", png(64, 48, (shade, 0, 0))) for shade in (10, 20, 30)]
    assert files(openai) == [*pictures, ("mask", masking(64, 48).data)]


async def test_fidelity_is_asked_of_models_that_have_it(paying: Bench, openai: StandIn) -> None:
    name = await kept(paying)
    await edit(paying, name, input_fidelity="high")
    await edit(paying, name, input_fidelity="high", model="gpt-image-2")
    assert [request.body.get("input_fidelity") for request in openai.requests] == ["high", None]
    assert any("cannot be asked for high input fidelity" in line for line in paying.log())


async def test_the_cost_counts_the_pictures_that_were_looked_at(paying: Bench, openai: StandIn) -> None:
    end = await edit(paying, await kept(paying))
    (cost,) = paying.told("cost_added")
    assert end.cost_usd == cost.usd == pytest.approx(50 * 5e-6 + 4160 * 40e-6)
    (receipt,) = await paying.store.ledger.of_run(end.run_id)
    assert (receipt.state, receipt.charged) == ("done", "yes")


async def test_the_log_tells_how_many_pictures_are_edited(paying: Bench) -> None:
    name = await kept(paying)
    await edit(paying, name, name)
    assert paying.log()[0] == "Editing 2 pictures with gpt-image-1: size auto, quality low"


LION = png(64, 48)
GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
USELESS: list[tuple[list[str | bytes], str | bytes, str, str]] = [
    (["https://example.org/servable/lion.png"], "", "picture_elsewhere", "nothing is fetched"),
    ([LION, "lion_00000000.png"], "", "not_found", "Picture 2 cannot be used: there is no file"),
    ([""], "", "no_picture", "there is no picture"),
    ([LION] * 17, "", "too_many_pictures", "17 pictures"),
    ([GIF], "", "picture_type", "GIF"),
    ([b"hello"], "", "not_an_image", "not a picture"),
    ([LION[:-30]], "", "image_truncated", "cut off"),
    ([LION], masking(32, 32).data, "bad_mask", "32x32 pixels, the first picture 64x48"),
    ([LION], LION, "bad_mask", "no transparency"),
    ([LION], "mask_00000000.png", "not_found", "The mask cannot be used"),
]


@pytest.mark.parametrize(("images", "mask", "code", "words"), USELESS, ids=[case[3] for case in USELESS])
async def test_what_cannot_be_edited_is_a_sentence_before_anything_is_sent(
    paying: Bench, openai: StandIn, images: list[str | bytes], mask: str | bytes, code: str, words: str
) -> None:
    async def name(item: str | bytes) -> str:
        return item if isinstance(item, str) else await kept(paying, item)

    end = await edit(paying, *[await name(image) for image in images], mask=await name(mask))
    assert end.status == "failed"
    (error,) = end.errors
    assert error.code == code
    assert words in error.message
    assert error.remedy
    assert end.outputs["edit"] == EMPTY
    assert openai.count == 0
    assert await paying.store.ledger.of_run(end.run_id) == []


async def test_without_a_prompt_nothing_is_called(paying: Bench, openai: StandIn) -> None:
    end = await edit(paying, await kept(paying), prompt=" ")
    assert [error.message for error in end.errors] == ["Image edit prompt is required"]
    assert (end.outputs["edit"], openai.count) == (EMPTY, 0)


async def test_without_a_key_nothing_is_called(bench: Bench) -> None:
    end = await edit(bench, await kept(bench))
    assert [error.message for error in end.errors] == ["OpenAI API key is required for image editing"]


@pytest.mark.parametrize(
    ("fault", "word", "state", "charged"), [(f, w, s, c) for f, _, w, s, c in FAULTS], ids=[f[0] for f in FAULTS]
)
async def test_every_fault_is_one_request_one_sentence_and_the_truth_about_money(
    paying: Bench, openai: StandIn, fault: str, word: str, state: ReceiptState, charged: str
) -> None:
    name = await kept(paying)
    openai.faults.append(fault)
    end = await edit(paying, name, size="1024x1024")
    assert openai.count == 1
    assert end.status == "failed"
    (error,) = end.errors
    assert error.message.startswith(("Image edit error: ", "No image data returned from API: "))
    assert word in error.message
    assert error.remedy
    assert KEY not in repr(paying.events)
    assert paying.told("node_failed")[0].charged == charged
    assert end.outputs["edit"] == EMPTY
    (receipt,) = await paying.store.ledger.of_run(end.run_id)
    assert (receipt.charged, receipt.state) == (charged, state if charged != "yes" else "kept")
    assert not list(paying.servable.glob("image_edit_*"))


async def test_a_resumed_run_takes_the_edit_from_the_receipt_unless_the_picture_is_another(
    paying: Bench, openai: StandIn
) -> None:
    first, other = await kept(paying), await kept(paying, png(64, 48, (1, 2, 3)))
    nodes = {
        "edit": ("image_edit", {"model": "gpt-image-1"}),
        "prompt": ("text", {"value": PROMPT}),
        "image": ("text", {"value": first}),
    }
    links = ("prompt.text_out -> edit.prompt", "image.text_out -> edit.images[0]")
    begun = await paying.run(nodes, *links)
    again = await paying.run(nodes, *links, root=begun.run_id)
    assert (again.status, openai.count) == ("succeeded", 1)
    await paying.run({**nodes, "image": ("text", {"value": other})}, *links, root=begun.run_id)
    assert openai.count == 2


async def test_a_cap_stops_the_run_before_the_call(tmp_path: Path, openai: StandIn) -> None:
    async with open_bench(tmp_path, openai_base_url=openai.url, max_cost_usd_per_run=0.001) as bench:
        await bench.store.secrets.set("openai", KEY)
        end = await edit(bench, await kept(bench), quality="high")
    assert [error.code for error in end.errors] == ["budget_per_run"]
    assert openai.count == 0


def test_the_price_is_that_of_one_picture() -> None:
    assert image_edit.price is not None
    values = {"model": "gpt-image-1", "size": "1024x1024", "quality": "low", "input_fidelity": "high"}
    known = image_edit.price(values)
    assert known is not None
    assert known[0] > 272 * 40e-6 + 6240 * 10e-6
    assert image_edit.price({**values, "model": "?"}) is None


async def call(bench: Bench, tool_call: Any, **values: Any) -> RunFinished:
    nodes = {
        "call": ("dictionary_input", {"json_input": json.dumps(tool_call)}),
        "tool": ("image_edit_tool", {"model": "gpt-image-1", "quality": "low", **values}),
        "show": ("display_output", {}),
    }
    return await bench.run(nodes, "call.dictionary_out -> tool.tool_call", "tool.output -> show.data")


async def test_without_a_call_the_tool_describes_itself(bench: Bench) -> None:
    end = await bench.run({"tool": ("image_edit_tool", {}), "show": ("display_output", {})}, "tool.output -> show.data")
    definition = end.outputs["tool"]["output"]
    assert definition["name"] == "edit_image"
    assert definition["input_schema"]["required"] == ["prompt", "image"]
    assert list(definition["input_schema"]["properties"]) == ["prompt", "image", "mask"]


async def test_a_call_edits_and_answers_as_the_drawing_tool_does(paying: Bench, openai: StandIn) -> None:
    name = await kept(paying)
    url = f"http://localhost:8000/servable/{name}"
    mask = await kept(paying, masking(64, 48).data)
    end = await call(paying, {"id": "e1", "arguments": {"prompt": PROMPT, "image": url, "mask": mask}})
    assert end.status == "succeeded"
    answer = end.outputs["tool"]["output"]
    result = answer["result"]
    assert answer["id"] == "e1"
    assert result == {
        "success": True,
        "message": f"Image edited successfully: {result['filename']}",
        "servable_url": f"http://localhost:8000/servable/{result['filename']}",
        "filename": result["filename"],
        "size": "1024x1024",
        "quality": "low",
        "prompt_used": PROMPT,
        "edited_from": name,
        "instructions": result["instructions"],
    }
    assert result["servable_url"] in result["instructions"]
    assert [part for part, _ in files(openai)] == ["image[]", "mask"]


@pytest.mark.parametrize(
    ("arguments", "message", "identity"),
    [
        ({"prompt": " ", "image": "a.png"}, "Image edit prompt is required", "e1"),
        ({"image": "a.png"}, "Image edit prompt is required", "e1"),
        ({"prompt": "x"}, "The picture to edit is required", "e1"),
        ({"prompt": "x", "image": "lion_00000000.png"}, "The picture to edit cannot be used: there is no file", "e1"),
        ({"prompt": "x", "image": "https://example.org/a.png"}, "The picture to edit cannot be used", "e1"),
        ({"prompt": "x", "image": 5}, "Invalid tool call format", "e1"),
    ],
)
async def test_a_call_that_cannot_be_made_tells_the_model_why(
    paying: Bench, openai: StandIn, arguments: dict[str, Any], message: str, identity: str
) -> None:
    end = await call(paying, {"id": identity, "arguments": arguments})
    answer = end.outputs["tool"]["output"]
    assert answer["id"] == identity
    assert answer["error"].startswith(message)
    assert [error.message for error in end.errors] == [answer["error"]]
    assert openai.count == 0


@pytest.mark.parametrize(("fault", "message"), [("empty", "No image data returned"), ("500", "Image edit error: ")])
async def test_a_failure_of_the_provider_is_the_tools_answer(
    paying: Bench, openai: StandIn, fault: str, message: str
) -> None:
    name = await kept(paying)
    openai.faults.append(fault)
    end = await call(paying, {"arguments": {"prompt": "x", "image": name}})
    answer = end.outputs["tool"]["output"]
    assert answer["id"] == "edit_exception"
    assert answer["error"].startswith(message)
    assert KEY not in repr(paying.events)
    assert paying.told("node_failed")[0].charged in ("yes", "unknown")
