"""Runs that go wrong, wait, lose their server and come back; and what the page says of money."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from tests.e2e.editor import Editor, document
from tests.e2e.server import Server, served
from tests.standin import StandIn

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PICTURE = document(
    "Picture",
    {
        "a": {"type": "text", "values": {"value": "a boat"}},
        "b": {"type": "gpt_image", "values": {"model": "gpt-image-2", "quality": "low"}},
        "c": {"type": "display_output"},
    },
    ["a.text_out -> b.prompt", "b.servable_url -> c.data"],
)


@pytest.fixture
def mortal(tmp_path: Path) -> Iterator[Server]:
    """A server that the test may kill and start again."""
    with served(tmp_path, "--sandbox") as server:
        yield server


async def test_a_failure_is_told_alike_everywhere(editor: Editor) -> None:
    nodes = {"a": {"type": "text"}, "b": {"type": "broken", "values": {"words": 30}}}
    await editor.load(document("Broken", nodes, ["a.text_out -> b.text"]))
    await editor.run("Failed")
    node = editor.node("b")
    await expect(node).to_have_attribute("data-status", "failed")
    alert = node.get_by_role("alert")
    await expect(alert).to_contain_text("The bridge is out and so is the ferry")
    await expect(alert).to_contain_text("Take the long way round.")
    short = await alert.bounding_box()
    await alert.get_by_role("button", name="Show all").click()
    whole = await alert.bounding_box()
    assert short
    assert whole
    assert whole["height"] > short["height"]
    await expect(editor.display).to_contain_text("The bridge is out")
    await expect(editor.display).to_contain_text("Take the long way round.")
    await editor.page.get_by_role("tab", name="Log").click()
    await expect(editor.page.get_by_role("tabpanel", name="Log")).to_contain_text("The bridge is out")
    await editor.head("b").click()
    await editor.page.get_by_role("tab", name="Inspector").click()
    await expect(editor.page.get_by_role("tabpanel", name="Inspector")).to_contain_text("The bridge is out")
    assert "unknown" not in await editor.status.inner_text()


@pytest.mark.parametrize(
    ("fault", "cause", "remedy"),
    [
        ("401", "Incorrect API key", "Add key"),
        ("403", "must be verified", "Verify the organisation"),
        ("400moderation", "safety system", "Rephrase the prompt"),
        ("429quota", "", "billing"),
        ("500", "failed with HTTP 500", "may have been charged"),
    ],
)
async def test_a_refusal_of_the_provider_is_a_sentence_with_a_way_out(
    page: Page, keyed: Server, openai: StandIn, fault: str, cause: str, remedy: str
) -> None:
    editor = await Editor(page, keyed.url).open()
    await editor.load(PICTURE)
    openai.faults.append(fault)
    before = openai.count
    await editor.run("Failed")
    assert openai.count == before + 1
    for place in (editor.node("b").get_by_role("alert"), editor.display):
        await expect(place).to_contain_text(cause)
    words = await editor.node("b").get_by_role("alert").inner_text() + await editor.display.inner_text()
    assert remedy in words
    assert "sk-e2e" not in await page.content()


async def test_a_full_provider_is_waited_out_with_a_countdown(page: Page, keyed: Server, openai: StandIn) -> None:
    editor = await Editor(page, keyed.url).open()
    await editor.load(PICTURE)
    openai.faults.append("429:2")
    await page.get_by_role("button", name="Run Ctrl").click()
    await expect(editor.node("b").get_by_text(re.compile(r"waiting [12] s"))).to_be_visible(timeout=20_000)
    await expect(editor.status).to_contain_text("Succeeded", timeout=20_000)
    await expect(editor.node("b")).to_have_attribute("data-status", "done")
    await page.get_by_role("tab", name="Log").click()
    await expect(page.get_by_role("tabpanel", name="Log")).to_contain_text("limits how often it may be asked")


async def test_a_link_to_a_picture_of_ours_is_shown_as_the_picture(page: Page, keyed: Server) -> None:
    editor = await Editor(page, keyed.url).open()
    text = PICTURE["nodes"] | {"c": {"type": "display_output", "values": {"content_type": "text"}}}
    await editor.load(PICTURE | {"nodes": text})
    await editor.run()
    shown = editor.display.locator("img")
    await expect(shown).to_be_visible()
    await expect(editor.display).to_contain_text(re.compile(r"gpt_image_\w{8}\.png · 1024×1024 · [\d.]+ kB"))
    await expect(editor.display.get_by_role("link", name="open", exact=True)).to_be_visible()
    await expect(editor.node("c").locator("img")).to_be_visible()


async def test_the_page_tells_the_truth_about_money(editor: Editor) -> None:
    page = editor.page
    simulated, real = page.get_by_text("simulated, no cost"), page.get_by_text("openai key is used, calls cost money")
    await expect(simulated).to_be_visible()
    await page.get_by_role("button", name="Secrets").click()
    await page.get_by_role("button", name="Add a key").click()
    form = page.get_by_role("form", name="Add a secret")
    await form.get_by_role("textbox", name="Value").fill("sk-e2e-0123456789abcdef")
    await form.get_by_role("button", name="Save").click()
    await expect(real).to_be_visible()
    await expect(page.get_by_title("Estimated price of the next run")).to_be_visible()
    await page.get_by_role("button", name="Remove openai").click()
    await page.get_by_role("button", name="Remove", exact=True).click()
    await expect(simulated).to_be_visible()
    await editor.load(document("Free", {"a": {"type": "text"}, "b": {"type": "log"}}, ["a.text_out -> b.value_in"]))
    await editor.run()
    await page.get_by_role("button", name="History").click()
    await expect(page.get_by_role("region", name="History")).to_contain_text("Free")
    assert "unknown" not in await page.locator("body").inner_text()


async def test_the_history_shows_a_run_again_after_a_reload(editor: Editor) -> None:
    page = editor.page
    await editor.run()
    source = await editor.display.locator("img").get_attribute("src")
    await editor.open()
    await expect(editor.status).to_contain_text("Ready")
    await page.get_by_role("button", name="History").click()
    row = page.get_by_role("region", name="History").get_by_role("button", name=re.compile("My first picture.*done"))
    await row.first.click()
    await expect(editor.display.locator("img")).to_have_attribute("src", source or "")
    await expect(editor.node("image")).to_have_attribute("data-status", "done")
    await expect(editor.node("image").locator(".preview img")).to_be_visible()
    await expect(editor.status).to_contain_text("Succeeded")
    await page.get_by_role("tab", name="Log").click()
    await expect(page.get_by_role("tabpanel", name="Log")).to_contain_text("gpt_image_")


async def test_the_history_follows_runs_of_others(editor: Editor, sandbox: Server, tmp_path: Path) -> None:
    page, gate = editor.page, tmp_path / "open"
    await page.get_by_role("button", name="History").click()
    rows = page.get_by_role("region", name="History")
    nodes = {"a": {"type": "text"}, "b": {"type": "held", "values": {"path": str(gate)}}}
    workflow = document("From elsewhere", nodes, ["a.text_out -> b.text"])
    await asyncio.to_thread(sandbox.api, "POST", "/api/runs", {"workflow": workflow})
    row = rows.get_by_role("button", name=re.compile("From elsewhere"))
    await expect(row).to_contain_text("running")
    gate.touch()
    await expect(row).to_contain_text("done")


async def test_a_lost_server_is_told_and_nothing_is_lost(page: Page, mortal: Server) -> None:
    editor = await Editor(page, mortal.url).open()
    await editor.saved()
    await asyncio.to_thread(mortal.stop, signal.SIGKILL)
    banner = page.get_by_text("The server does not answer. Your changes are kept in this browser.")
    await expect(banner).to_be_visible()
    await editor.node("prompt").get_by_role("textbox", name="value").click()
    await page.keyboard.type("written in the dark, ")
    await editor.press("Escape")
    written = await editor.text()
    await editor.has("saved", "local")
    await asyncio.to_thread(mortal.start)
    if await banner.is_visible():
        await page.get_by_role("button", name="Try now").click(force=True)
    await expect(banner).to_be_hidden(timeout=15_000)
    await editor.saved()
    assert await editor.text() == written
    kept = await asyncio.to_thread(mortal.api, "GET", f"/api/workflows/{(await editor.state())['id']}")
    assert "written in the dark" in kept["workflow"]["nodes"]["prompt"]["values"]["value"]
    await editor.run()


async def test_an_interrupted_run_is_marked_and_resumed(page: Page, mortal: Server, tmp_path: Path) -> None:
    gate = tmp_path / "open"
    editor = await Editor(page, mortal.url).open()
    nodes = {"a": {"type": "text"}, "b": {"type": "held", "values": {"path": str(gate)}}, "c": {"type": "log"}}
    await editor.load(document("Long", nodes, ["a.text_out -> b.text", "b.output -> c.value_in"]))
    await page.get_by_role("button", name="Run Ctrl").click()
    await expect(editor.node("b")).to_have_attribute("data-status", "running")
    await asyncio.to_thread(mortal.stop, signal.SIGKILL)
    await asyncio.to_thread(mortal.start)
    await expect(editor.status).to_contain_text("Interrupted", timeout=20_000)
    await page.get_by_role("button", name="History").click()
    rows = page.get_by_role("region", name="History")
    await expect(rows).to_contain_text("This run was cut off.")
    gate.touch()
    await rows.get_by_role("button", name="Resume").click()
    await expect(editor.status).to_contain_text("Succeeded", timeout=20_000)
    await expect(editor.node("c")).to_have_attribute("data-status", "done")
