"""A model and its tools on the canvas: wired by a link or two, followed as they write and call, asking a person."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, expect

from tests.e2e.editor import Editor, document
from tests.e2e.server import Server
from tests.e2e.test_access import nothing_serious

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PLACES = {"p": [0, 0], "a": [0, 170], "b": [0, 330], "m": [340, 40], "o": [660, 40]}


def talk(*links: str, calls: Any = (), ask: bool = False, **values: Any) -> dict[str, Any]:
    """A prompt, a model with two tools, and an output; the model's own links are named."""
    nodes = {
        "p": {"type": "text", "values": {"value": "hello"}},
        "a": {"type": "echo_tool"} | ({"ask": True} if ask else {}),
        "b": {"type": "grumpy_tool"},
        "m": {"type": "planner", "values": {"calls": json.dumps(calls), "words": 3, **values}},
        "o": {"type": "log"},
    }
    always = ["p.text_out -> m.prompt", "m.response -> o.value_in"]
    return document("Talk", nodes, [*always, *links], layout=PLACES, start="p")


ALWAYS = ("p.text_out -> m.prompt", "m.response -> o.value_in")
ECHO = [[0, {"text": "hi"}]]


@pytest_asyncio.fixture(loop_scope="session")
async def wide(editor: Editor) -> Editor:
    """The editor with the left panel folded away."""
    await editor.press("Control+b")
    return editor


async def test_one_link_makes_a_tool_callable_and_the_next_tool_gets_its_own_slot(wide: Editor) -> None:
    await wide.load(talk())
    before = await wide.text()
    await wide.drag(wide.socket("a", "Output", "output"), wide.socket("m", "Input", "tools[0]"))
    await wide.has_links(*ALWAYS, "a.output -> m.tools[0]")
    await wide.drag(wide.socket("b", "Output", "output"), wide.node("m").locator(".node-title"))
    await wide.has_links(*ALWAYS, "a.output -> m.tools[0]", "b.output -> m.tools[1]")
    await wide.back_and_forth(before)


async def test_the_calls_may_have_a_link_of_their_own_down_the_slot_of_the_tool(wide: Editor) -> None:
    await wide.load(talk("a.output -> m.tools[0]", "b.output -> m.tools[1]"))
    before = await wide.text()
    await wide.drag(wide.socket("m", "Output", "tool_calls[0]"), wide.socket("b", "Input", "tool_call"))
    await wide.drag(wide.socket("m", "Output", "tool_calls[0]"), wide.socket("a", "Input", "tool_call"))
    links = ["a.output -> m.tools[0]", "b.output -> m.tools[1]"]
    calls = ["m.tool_calls[1] -> b.tool_call", "m.tool_calls[0] -> a.tool_call"]
    await wide.has_links(*ALWAYS, *links, *calls)
    await wide.back_and_forth(before)


async def test_several_models_may_call_one_tool(wide: Editor) -> None:
    workflow = talk("m.tool_calls[0] -> a.tool_call")
    workflow["nodes"]["n"] = {"type": "planner"}
    workflow["layout"] = PLACES | {"n": [660, 230]}
    await wide.load(workflow)
    await wide.drag(wide.socket("n", "Output", "tool_calls[0]"), wide.socket("a", "Input", "tool_call"))
    await wide.has_links(*ALWAYS, "m.tool_calls[0] -> a.tool_call", "n.tool_calls[0] -> a.tool_call")


@pytest.mark.parametrize("links", [(), ("m.tool_calls[0] -> a.tool_call",)], ids=["one link", "two links"])
async def test_a_tool_is_called_by_either_wiring(wide: Editor, links: tuple[str, ...]) -> None:
    await wide.load(talk("a.output -> m.tools[0]", *links, calls=ECHO))
    await wide.run()
    await expect(wide.node("m").get_by_role("region", name="Preview")).to_contain_text("[echo hi]")
    await expect(wide.node("a").locator(".node-foot")).to_contain_text("1 call")


async def test_while_a_tool_is_called_both_nodes_run_and_the_text_is_there_as_it_comes(
    wide: Editor, tmp_path: Path
) -> None:
    gate = tmp_path / "open"
    workflow = talk("a.output -> m.tools[0]", calls=ECHO, words=60)
    workflow["nodes"]["a"]["values"] = {"gate": str(gate)}
    await wide.load(workflow)
    await wide.page.get_by_role("button", name="Run Ctrl").click()
    text = wide.node("m").get_by_role("region", name="Preview")
    await expect(text).to_contain_text("word 3 ")
    await expect(wide.node("m")).to_have_attribute("data-status", "running")
    await text.evaluate(
        "box => getSelection().setBaseAndExtent(box.firstChild.firstChild, 0, box.firstChild.firstChild, 6)"
    )
    await expect(text).to_contain_text("word 59")
    assert await wide.page.evaluate("() => String(getSelection())") == "word 0"
    assert await text.evaluate("box => box.scrollHeight - box.clientHeight - box.scrollTop") < 2
    await expect(wide.node("a")).to_have_attribute("data-status", "running")
    gate.touch()
    await expect(text).to_contain_text("[echo hi]")
    await expect(wide.node("m")).to_have_attribute("data-status", "done")
    assert await text.evaluate("box => box.scrollHeight - box.clientHeight - box.scrollTop") < 2
    await text.hover()
    await wide.node("m").get_by_role("button", name="Show all").click()
    await expect(wide.page.get_by_role("dialog", name="Written by this node")).to_contain_text("word 0 word 1 ")


async def test_two_calls_of_one_tool_run_at_once_and_it_has_finished_when_both_have(
    wide: Editor, tmp_path: Path
) -> None:
    gate = tmp_path / "open"
    workflow = talk("a.output -> m.tools[0]", calls=[[0, {"text": "x"}], [0, {"text": "y"}]])
    workflow["nodes"]["a"]["values"] = {"gate": str(gate)}
    await wide.load(workflow)
    await wide.page.get_by_role("button", name="Run Ctrl").click()
    await expect(wide.node("a")).to_have_attribute("data-status", "running")
    gate.touch()
    await expect(wide.node("a")).to_have_attribute("data-status", "done")
    await expect(wide.node("a").locator(".node-foot")).to_contain_text("2 calls")


async def test_a_person_allows_a_call(wide: Editor) -> None:
    await wide.load(talk("a.output -> m.tools[0]", calls=ECHO, ask=True))
    await wide.page.get_by_role("button", name="Run Ctrl").click()
    box = wide.node("a").get_by_role("region", name="Allow")
    await expect(box).to_contain_text('"text": "hi"')
    await expect(wide.node("a")).to_have_attribute("data-status", "asks")
    await nothing_serious(wide.page, "a call that waits for a person")
    await box.get_by_role("button", name="Allow").click()
    await expect(box).to_be_hidden()
    await expect(wide.node("m").get_by_role("region", name="Preview")).to_contain_text("[echo hi]")
    await expect(wide.status.locator(".status-run")).to_contain_text("Succeeded")


async def test_a_call_that_waits_is_there_again_after_the_page_was_reloaded(wide: Editor) -> None:
    await wide.load(talk("a.output -> m.tools[0]", calls=ECHO, ask=True))
    await wide.page.get_by_role("button", name="Run Ctrl").click()
    box = wide.node("a").get_by_role("region", name="Allow")
    await expect(box).to_be_visible()
    await wide.page.reload()
    await expect(box).to_contain_text('"text": "hi"')
    await wide.page.get_by_role("button", name="History").click()
    await expect(wide.page.locator(".pn-run").first).to_contain_text("waits for you")
    await box.get_by_role("button", name="Allow").click()
    await expect(wide.status.locator(".status-run")).to_contain_text("Succeeded")
    await expect(wide.page.locator(".pn-run").first).to_contain_text("done")


async def test_a_person_refuses_a_call_that_is_off_screen(wide: Editor) -> None:
    await wide.load(talk("a.output -> m.tools[0]", calls=ECHO, ask=True) | {"layout": PLACES | {"a": [0, 4000]}})
    await wide.page.evaluate("() => window.__editor.zoomTo('m')")
    await wide.page.get_by_role("button", name="Run Ctrl").click()
    waits = wide.status.get_by_role("button", name="1 call waits for you")
    await expect(waits).to_be_visible()
    await expect(wide.node("a")).to_have_count(0)
    await waits.click()
    box = wide.node("a").get_by_role("region", name="Allow")
    await box.get_by_role("textbox", name="Reason for a refusal").fill("too loud")
    await box.get_by_role("button", name="Refuse").click()
    await expect(waits).to_be_hidden()
    await wide.page.evaluate("() => window.__editor.zoomTo('m')")
    await expect(wide.node("m").get_by_role("region", name="Preview")).to_contain_text("too loud")
    await wide.page.get_by_role("tab", name="Log").click()
    await expect(wide.page.get_by_role("tabpanel", name="Log")).to_contain_text("refused the call: too loud")


async def test_asking_is_switched_on_in_the_inspector_and_kept_in_the_file(wide: Editor) -> None:
    await wide.load(talk())
    before = await wide.text()
    await wide.head("a").click()
    await wide.page.get_by_role("tab", name="Inspector").click()
    await wide.page.get_by_role("switch", name="Ask before each call").click()
    await wide.has("doc.nodes.a.ask", True)
    await expect(wide.node("a").locator(".node-foot")).to_contain_text("asks first")
    assert '"a": {"type": "echo_tool", "ask": true}' in await wide.text()
    await wide.head("m").click()
    await expect(wide.page.get_by_role("switch", name="Ask before each call")).to_have_count(0)
    await wide.page.mouse.click(*await wide.blank())
    await wide.back_and_forth(before)


async def test_an_advanced_setting_is_on_the_node_only_when_it_was_changed(wide: Editor) -> None:
    await wide.load(talk())
    rounds = wide.node("m").get_by_role("textbox", name="rounds")
    await expect(wide.node("m").get_by_role("textbox", name="words")).to_be_visible()
    await expect(rounds).to_have_count(0)
    await wide.head("m").click()
    await wide.page.get_by_role("tab", name="Inspector").click()
    await wide.page.get_by_role("region", name="Advanced").get_by_role("textbox", name="rounds").click()
    await wide.page.keyboard.type("7")
    await wide.press("Enter")
    await wide.has("doc.nodes.m.values.rounds", 7)
    await expect(rounds).to_be_visible()
    await wide.page.mouse.click(*await wide.blank())
    await wide.press("Control+z")
    await expect(rounds).to_have_count(0)


async def test_a_workflow_is_published_by_switches_that_write_the_file(wide: Editor, sandbox: Server) -> None:
    nodes = {
        "i": {"type": "input", "values": {"name": "prompt", "default": "hello"}},
        "o": {"type": "output", "values": {"name": "response"}},
    }
    await wide.load(document("Echo", nodes, ["i.value -> o.value"]))
    before = await wide.text()
    await wide.page.get_by_role("button", name="Workflow menu").click()
    await wide.page.get_by_role("menuitem", name="Publish…").click()
    publish = wide.page.get_by_role("region", name="Publish")
    await publish.get_by_role("switch", name="Tool").click()
    await expect(publish.get_by_role("textbox", name="Id")).to_have_value("echo")
    await publish.get_by_role("switch", name="Model").click()
    await wide.has("doc.publish", ["model", "tool"])
    await publish.get_by_role("textbox", name="Description").fill("Says it again.")
    await expect(publish.get_by_role("button", name="prompt text, optional")).to_be_visible()
    await wide.saved()
    state = await wide.state()
    assert state["id"] == "echo"
    await expect(publish).to_contain_text('model="echo"')
    kept = await asyncio.to_thread(sandbox.api, "GET", "/api/workflows/echo")
    assert kept["workflow"]["publish"] == ["model", "tool"]
    assert kept["workflow"]["description"] == "Says it again."
    assert '"publish": ["model", "tool"]' in state["text"]
    await wide.page.mouse.click(*await wide.blank())
    await wide.back_and_forth(before)


async def test_an_id_is_changed_in_one_page_and_another_page_goes_on_under_it(
    wide: Editor, context: BrowserContext, sandbox: Server
) -> None:
    await wide.load(document("Echo", {"t": {"type": "text", "values": {"value": "one"}}}, []) | {"publish": ["tool"]})
    await wide.saved()
    other = await Editor(await context.new_page(), sandbox.url).open()
    before = (await other.state())["id"]
    assert before == (await wide.state())["id"]
    await wide.page.get_by_role("button", name="Workflow menu").click()
    await wide.page.get_by_role("menuitem", name="Publish…").click()
    field = wide.page.get_by_role("region", name="Publish").get_by_role("textbox", name="Id")
    await field.fill("say-it-again")
    await field.press("Enter")
    await wide.has("id", "say-it-again")
    await other.has("id", "say-it-again")
    await other.node("t").get_by_role("textbox").click()
    await other.press("Control+a")
    await other.page.keyboard.type("two")
    await other.page.mouse.click(*await other.blank())
    await other.has("saved", "saved")
    kept = await asyncio.to_thread(sandbox.api, "GET", "/api/workflows/say-it-again")
    assert kept["workflow"]["nodes"]["t"]["values"]["value"] == "two"
    await other.page.reload()
    await other.has("id", "say-it-again")
    listed = (await asyncio.to_thread(sandbox.api, "GET", "/api/workflows"))["workflows"]
    assert [each["id"] for each in listed if each["name"] == "Echo"] == ["say-it-again"]


async def test_why_a_node_failed_is_read_over_the_node_below(wide: Editor) -> None:
    broken = talk("a.output -> m.tools[0]", calls="no list of calls")
    await wide.load(broken)
    box = await wide.node("m").bounding_box()
    assert box
    bottom = PLACES["m"][1] + box["height"] / (await wide.state())["zoom"]
    await wide.load(broken | {"name": "Close", "layout": PLACES | {"o": [340, bottom + 4]}})
    await wide.run("Failed")
    reason = wide.node("m").locator(".node-error")
    on_top = """box => {
        const at = box.getBoundingClientRect();
        return box.contains(document.elementFromPoint(at.x + at.width / 2, at.bottom - 3));
    }"""
    assert await reason.evaluate(on_top)
    below, told = await wide.node("o").bounding_box(), await reason.bounding_box()
    assert below
    assert told
    assert told["y"] + told["height"] > below["y"], "the node below is not covered: the test sees nothing"
