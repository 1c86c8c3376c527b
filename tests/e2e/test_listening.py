"""Workflows that wait for the world: told so beside Run, seen in their room, kept by the server; loops that catch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Locator, expect

from tests.e2e.editor import Editor, document
from tests.e2e.server import Server
from tests.e2e.test_access import nothing_serious

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

NODES: dict[str, Any] = {
    "hook": {"type": "webhook", "title": "Orders", "values": {"path": "/orders"}},
    "ear": {"type": "receive_event", "values": {"listen_id": "news"}},
    "clock": {"type": "schedule", "values": {"kind": "interval", "every": 2, "unit": "hours"}},
    "show": {"type": "display_output"},
}
HOOKS = document("Hooks", NODES, ["hook.received_data -> show.data"])
CATCH = document(
    "Catching",
    {
        "t": {"type": "text", "values": {"value": "x"}},
        "c": {"type": "catch"},
        "bad": {"type": "broken"},
        "after": {"type": "display_output"},
    },
    ["t.text_out -> c.value", "c.attempt -> bad.text", "bad.output -> c.result", "c.error -> after.data"],
    start="t",
)


@pytest.fixture(autouse=True)
def silence(sandbox: Server) -> Iterator[None]:
    """Let no workflow listen any longer than its test."""
    yield
    for listener in sandbox.api("GET", "/api/listeners")["listeners"]:
        sandbox.api("DELETE", f"/api/workflows/{listener['workflow_id']}/listening")


async def post(editor: Editor, path: str, body: Any) -> None:
    async with httpx.AsyncClient(base_url=editor.url) as client:
        answer = await client.post(f"/hooks{path}", json=body)
        assert answer.status_code == 202, answer.text


def toggle(editor: Editor, name: str) -> Locator:
    return editor.page.locator(".bar").get_by_role("button", name=re.compile(name))


async def room(editor: Editor) -> Locator:
    """Open the room of what listens."""
    await editor.page.locator(".pn-rail").get_by_role("button", name="Listening", exact=True).click()
    return editor.page.get_by_role("region", name="Listening")


async def listen(editor: Editor) -> None:
    await toggle(editor, "^Listen$").click()
    await expect(toggle(editor, "^Listening since")).to_have_attribute("aria-pressed", "true")


async def test_a_workflow_listens_until_it_is_stopped_whoever_reloads(editor: Editor, sandbox: Server) -> None:
    await expect(toggle(editor, "Listen")).to_have_count(0)
    await editor.load(HOOKS)
    await editor.saved()
    panel = await room(editor)
    await expect(panel).to_contain_text("No workflow listens; this one could.")
    await listen(editor)
    for name in ("hook", "ear", "clock"):
        await expect(editor.node(name).get_by_role("img", name="Listening")).to_be_visible()
    await expect(editor.node("show").get_by_role("img", name="Listening")).to_have_count(0)
    card = panel.get_by_role("listitem", name="Hooks")
    await expect(card).to_contain_text("Orders")
    await expect(card).to_contain_text("/hooks/orders")
    await expect(card).to_contain_text("unsigned: whoever has the address can call it")
    await expect(card).to_contain_text("news")
    await expect(card).to_contain_text(re.compile(r"every 2 hours · next (today|tomorrow) \d\d:\d\d"))
    await card.get_by_role("button", name="Copy the address").click()
    copied = await editor.page.evaluate("() => navigator.clipboard.readText()")
    assert copied == f"{sandbox.url}/hooks/orders"

    await editor.open()
    await expect(toggle(editor, "^Listening since")).to_be_visible()
    await post(editor, "/orders", {"number": 7})
    await expect(editor.node("show")).to_have_attribute("data-status", "done")
    await expect(editor.display).to_contain_text('{"number":7}')
    panel = await room(editor)
    await expect(panel.get_by_label("Last runs")).to_contain_text("done")
    await panel.get_by_label("Last runs").get_by_role("button").first.click()
    await expect(editor.page.get_by_role("region", name="History")).to_be_visible()

    panel = await room(editor)
    await panel.get_by_role("button", name="Stop listening for Hooks").click()
    await expect(panel).to_contain_text("No workflow listens")
    await expect(toggle(editor, "^Listen$")).to_have_attribute("aria-pressed", "false")
    await expect(editor.node("hook").get_by_role("img", name="Listening")).to_have_count(0)
    assert sandbox.api("GET", "/api/listeners")["listeners"] == []


async def test_another_tab_sees_at_once_that_the_workflow_listens(editor: Editor) -> None:
    await editor.load(HOOKS)
    await editor.saved()
    other = await Editor(await editor.page.context.new_page(), editor.url).open()
    await other.has("doc.name", "Hooks")
    await editor.page.bring_to_front()
    await listen(editor)
    await expect(toggle(other, "^Listening since")).to_be_visible()
    await expect(other.node("hook").get_by_role("img", name="Listening")).to_be_visible()
    await toggle(editor, "^Listening").click()
    await expect(toggle(other, "^Listen$")).to_have_attribute("aria-pressed", "false")


async def test_a_wrong_value_is_marked_on_its_widget(editor: Editor) -> None:
    nodes = {"clock": {"type": "schedule", "values": {"kind": "cron", "cron": "*/5 61 * * *"}}}
    await editor.load(document("Clock", nodes))
    field = editor.node("clock").get_by_role("textbox", name="cron")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await expect(field).to_have_attribute("title", re.compile("is no cron expression"))
    await expect(editor.node("clock").get_by_role("textbox", name="timezone")).not_to_have_attribute(
        "aria-invalid", "true"
    )


async def test_the_room_is_worked_by_keys_and_keeps_the_focus(editor: Editor, sandbox: Server) -> None:
    for number in range(4):
        hook = {"type": "webhook", "values": {"path": f"/keys/{number}"}}
        sandbox.api("PUT", f"/api/workflows/w{number}", {"workflow": document(f"W{number}", {"hook": hook})})
        sandbox.api("PUT", f"/api/workflows/w{number}/listening")
    await editor.page.set_viewport_size({"width": 900, "height": 700})
    await editor.load(HOOKS)
    await editor.saved()
    await toggle(editor, "^Listen$").press("Enter")
    await expect(toggle(editor, "^Listening")).to_be_focused()
    button = editor.page.locator(".pn-rail").get_by_role("button", name="Listening", exact=True)
    await button.press("Enter")
    panel = editor.page.get_by_role("region", name="Listening")
    await expect(panel.get_by_text("/hooks/keys/1")).to_have_count(0)
    await panel.get_by_role("button", name="Unfold W1").press("Enter")
    await expect(panel.get_by_text("/hooks/keys/1")).to_be_visible()
    await panel.get_by_role("button", name="Stop listening for W1").press("Enter")
    await expect(panel.get_by_role("button", name="Stop listening for W2")).to_be_focused()
    await editor.press("Escape")
    await expect(panel).to_have_count(0)
    await expect(button).to_be_focused()


async def test_runs_of_a_workflow_in_the_background_are_seen_in_its_room(editor: Editor, sandbox: Server) -> None:
    await editor.load(HOOKS)
    await editor.saved()
    await listen(editor)
    await editor.press("Control+k")
    await editor.page.keyboard.type("New workflow")
    await editor.press("Enter")
    await editor.has("doc.name", "Untitled")
    await expect(toggle(editor, "Listen")).to_have_count(0)
    panel = await room(editor)
    await expect(panel).to_contain_text("Nothing came yet.")
    for number in range(7):
        await post(editor, "/orders", {"number": number})
    await expect(panel.get_by_label("Last runs").get_by_role("button")).to_have_count(5)
    await panel.get_by_label("Last runs").get_by_role("button").first.click()
    await editor.has("doc.name", "Hooks")
    await expect(editor.display).to_contain_text('{"number":6}')


async def test_what_stands_in_the_way_is_said_in_one_sentence(editor: Editor, sandbox: Server) -> None:
    other = {"format": "nodebuilder/1", "name": "Other", "nodes": {"h": NODES["hook"]}, "links": [], "layout": {}}
    sandbox.api("PUT", "/api/workflows/other", {"workflow": other})
    sandbox.api("PUT", "/api/workflows/other/listening")
    await editor.load(HOOKS)
    await editor.saved()
    await toggle(editor, "^Listen$").click()
    refusal = 'The webhook "Orders" cannot listen at /orders: "Orders" in the workflow "Other" does.'
    await expect(editor.page.get_by_text(refusal)).to_be_visible()
    await expect(toggle(editor, "^Listen$")).to_have_attribute("aria-pressed", "false")

    await editor.node("hook").get_by_role("textbox", name="path").click()
    await editor.press("Control+a")
    await editor.page.keyboard.type("/free")
    await editor.press("Escape")
    await listen(editor)
    await editor.node("hook").get_by_role("textbox", name="path").click()
    await editor.press("Control+a")
    await editor.page.keyboard.type("/orders")
    await editor.press("Escape")
    await expect(toggle(editor, "^Cannot listen")).to_be_visible()
    notice = editor.page.locator(".notice")
    await expect(notice).to_contain_text(f"It cannot listen. {refusal}")
    sandbox.api("DELETE", "/api/workflows/other/listening")
    await notice.get_by_role("button", name="Try again").click()
    await expect(toggle(editor, "^Listening since")).to_be_visible()
    await expect(notice).to_have_count(0)
    await post(editor, "/orders", {"number": 1})
    await expect(editor.node("show")).to_have_attribute("data-status", "done")


async def test_a_caught_failure_warns_and_the_run_succeeds(editor: Editor) -> None:
    await editor.load(CATCH)
    await editor.run()
    bad = editor.node("bad")
    await expect(bad).to_have_attribute("data-status", "caught")
    await expect(bad.get_by_role("note")).to_contain_text("caught The bridge is out.")
    await expect(bad.get_by_role("alert")).to_have_count(0)
    await expect(editor.node("after")).to_have_attribute("data-status", "done")
    await editor.page.get_by_role("tab", name="Log").click()
    await expect(editor.page.get_by_role("tabpanel", name="Log")).to_contain_text("The bridge is out. (caught)")


async def test_a_loop_shows_where_its_body_begins_and_ends(editor: Editor) -> None:
    await editor.load(CATCH)
    begin = editor.socket("c", "Output", "attempt")
    await expect(begin).to_have_attribute("aria-label", re.compile("begins the body of the loop"))
    end = editor.socket("c", "Input", "result")
    await expect(end).to_have_attribute("aria-label", re.compile("ends the body of the loop"))
    await editor.head("c").click()
    await expect(editor.node("bad")).to_have_attribute("data-body", "true")
    await expect(editor.node("after")).not_to_have_attribute("data-body", "true")
    await editor.head("t").click()
    await expect(editor.node("bad")).not_to_have_attribute("data-body", "true")


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize(("width", "height"), [(1440, 900), (900, 700)])
async def test_axe_finds_nothing_serious_in_what_listens(
    browser: Browser, sandbox: Server, theme: str, width: int, height: int
) -> None:
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="light" if theme == "light" else "dark",
        reduced_motion="reduce",
    )
    editor = await Editor(await context.new_page(), sandbox.url).open()
    group = {"title": "Everything that comes in", "bounding": [-30, -60, 900, 400], "color": "#3f789e"}
    await editor.load({**HOOKS, "groups": [group]})
    await editor.saved()
    await toggle(editor, "^Listen$").click()
    await expect(toggle(editor, "^Listening")).to_have_attribute("aria-pressed", "true")
    await nothing_serious(editor.page, "listening, with a group")
    await room(editor)
    await post(editor, "/orders", {"number": 1})
    await expect(editor.page.get_by_label("Last runs")).to_contain_text("done")
    await nothing_serious(editor.page, "the room of what listens")
    await editor.page.locator(".pn-rail").get_by_role("button", name="Listening", exact=True).click()
    await editor.load(CATCH)
    await editor.run()
    await editor.page.keyboard.press("Escape")
    await nothing_serious(editor.page, "caught")
    await context.close()
