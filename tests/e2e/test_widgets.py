"""Each kind of widget, by mouse and keyboard; and the key that never gets into a workflow."""

from __future__ import annotations

import asyncio
import json
import re
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Request, expect

from tests.e2e.editor import Editor, document
from tests.e2e.server import Server
from tests.standin import png

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KEY = "sk-e2e-ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


@pytest_asyncio.fixture(loop_scope="session")
async def form(editor: Editor) -> Editor:
    """The editor with one node that has a widget of each kind."""
    await editor.load(document("Form", {"f": {"type": "form"}}))
    return editor


def widget(form: Editor, role: Any, name: str) -> Locator:
    return form.node("f").get_by_role(role, name=name, exact=True)


async def value(form: Editor, name: str, expected: Any) -> None:
    await form.has(f"doc.nodes.f.values.{name}", expected)


async def test_a_line_of_text_is_kept_as_one_step(form: Editor) -> None:
    before = await form.text()
    await widget(form, "textbox", "line").click()
    await form.press("Control+a")
    await form.page.keyboard.type("two words")
    await form.press("Enter")
    await value(form, "line", "two words")
    assert len((await form.state())["undo"]) == 1
    await form.back_and_forth(before)


async def test_a_text_of_several_lines_keeps_them(form: Editor) -> None:
    await widget(form, "textbox", "lines").click()
    await form.page.keyboard.type("one")
    await form.press("Enter")
    await form.page.keyboard.type("  two ✓ مرحبا")
    await form.press("Escape")
    await value(form, "lines", "one\n  two ✓ مرحبا")


async def test_a_number_stays_within_its_limits(form: Editor) -> None:
    before = await form.text()
    await widget(form, "textbox", "count").click()
    await form.page.keyboard.type("11")
    await expect(widget(form, "textbox", "count")).to_have_attribute("aria-invalid", "true")
    await form.press("Enter")
    assert await form.text() == before
    await widget(form, "textbox", "count").click()
    await form.page.keyboard.type("9")
    await form.press("ArrowUp")
    await form.press("ArrowUp")
    await form.press("Enter")
    await value(form, "count", 10)


async def test_a_slider_is_dragged_and_moved_by_keys(form: Editor) -> None:
    slider = widget(form, "slider", "share")
    await slider.focus()
    await form.press("ArrowRight")
    await value(form, "share", 0.6)
    await form.press("End")
    await value(form, "share", 1)
    box = await slider.bounding_box()
    assert box
    await form.drag((box["x"] + box["width"] - 2, box["y"] + 10), (box["x"] + 1, box["y"] + 10))
    await value(form, "share", 0)


async def test_a_toggle_is_switched_by_mouse_and_by_space(form: Editor) -> None:
    toggle = widget(form, "switch", "on")
    await toggle.click()
    await value(form, "on", True)
    await expect(toggle).to_be_checked()
    await toggle.focus()
    await form.press("Space")
    await value(form, "on", False)


async def test_an_option_is_chosen_by_keys(form: Editor) -> None:
    await form.node("f").get_by_role("button", name="kind: plain").focus()
    await form.press("ArrowDown")
    await expect(form.page.get_by_role("option", name="plain")).to_be_focused()
    await form.press("ArrowDown")
    await expect(form.page.get_by_role("option", name="fancy")).to_be_focused()
    await form.press("Enter")
    await value(form, "kind", "fancy")


async def test_a_retired_model_is_marked_with_a_sentence(editor: Editor) -> None:
    await editor.load(document("Retired", {"g": {"type": "gpt_image"}}))
    combo = editor.node("g").get_by_role("button", name="model: gpt-image-1")
    sentence = re.compile("retired gpt-image-1 on 23 October 2026; use gpt-image-2")
    await expect(combo).to_have_attribute("title", sentence)
    await expect(editor.node("g").get_by_role("img", name=sentence)).to_have_attribute("title", sentence)
    await combo.click()
    await expect(
        editor.page.get_by_role("option", name="gpt-image-1", exact=False).get_by_label(sentence)
    ).to_have_count(1)
    await editor.page.get_by_role("option", name="gpt-image-2", exact=True).click()
    await editor.has("doc.nodes.g.values.model", "gpt-image-2")
    await expect(editor.node("g").get_by_role("img", name=sentence)).to_have_count(0)


async def test_a_picture_is_uploaded_and_shown(form: Editor) -> None:
    async with form.page.expect_file_chooser() as choosing:
        await form.node("f").get_by_role("button", name="picture: choose a picture").click()
    chooser = await choosing.value
    await chooser.set_files({"name": "red.png", "mimeType": "image/png", "buffer": png(40, 30)})
    picture = form.node("f").locator(".picture-field img")
    await expect(picture).to_be_visible()
    name = (await form.document())["nodes"]["f"]["values"]["picture"]
    assert (await picture.get_attribute("src") or "").endswith(name)
    await picture.evaluate("image => image.decode()")
    assert await picture.evaluate("image => image.naturalWidth") == 40
    await form.node("f").get_by_role("button", name=f"Remove {name}").click()
    await value(form, "picture", "")


async def test_a_file_that_is_no_picture_is_refused_in_words(form: Editor) -> None:
    async with form.page.expect_file_chooser() as choosing:
        await form.node("f").get_by_role("button", name="picture: choose a picture").click()
    chooser = await choosing.value
    await chooser.set_files({"name": "evil.png", "mimeType": "image/png", "buffer": b"<script>alert(1)</script>"})
    await expect(form.page.locator("[data-sonner-toast]")).to_be_visible()
    assert (await form.document())["nodes"]["f"].get("values", {}).get("picture", "") == ""


async def test_code_is_written_in_an_editor_that_is_loaded_when_touched(form: Editor) -> None:
    still = widget(form, "textbox", "source")
    await expect(form.node("f").locator(".cm-editor")).to_have_count(0)
    await still.focus()
    await expect(form.node("f").locator(".cm-editor")).to_be_visible()
    await form.page.keyboard.type("def f():\nreturn 1")
    await form.page.mouse.click(*await form.blank())
    await value(form, "source", "def f():\n    return 1")
    await expect(form.node("f").locator(".cm-editor")).to_have_count(0)


async def test_a_key_goes_to_the_store_and_nowhere_else(form: Editor, sandbox: Server) -> None:
    sent: list[Request] = []
    form.page.on("request", lambda request: sent.append(request))
    await form.node("f").get_by_role("button", name="key: automatic").click()
    await form.page.get_by_role("option", name="New key…").click()
    dialog = form.page.get_by_role("dialog", name="New key")
    await dialog.get_by_role("textbox", name="Key").fill(KEY)
    await dialog.get_by_role("button", name="Keep key").click()
    await value(form, "key", "openai")
    await form.saved()
    await form.run()
    await everywhere_but_the_store(form, sent, sandbox)


async def test_a_pasted_key_and_a_key_in_a_dropped_file_are_taken_out(form: Editor, sandbox: Server) -> None:
    sent: list[Request] = []
    form.page.on("request", lambda request: sent.append(request))
    await form.load(document("With a key", {"g": {"type": "gpt_image", "values": {"api_key": KEY}}}))
    await form.has("doc.nodes.g.values.api_key", "openai")
    piece = document("Piece", {"h": {"type": "form", "values": {"key": KEY}}})
    await form.page.evaluate("(text) => navigator.clipboard.writeText(text)", json.dumps(piece))
    await form.page.mouse.click(*await form.blank())
    await form.press("Control+v")
    await form.has("doc.nodes.h.values.key", "openai_2")
    await form.saved()
    await everywhere_but_the_store(form, sent, sandbox)


async def everywhere_but_the_store(form: Editor, sent: list[Request], server: Server) -> None:
    page = form.page
    everything = "() => JSON.stringify([window.__editor.state(), {...localStorage}, {...sessionStorage}])"
    assert KEY not in await page.evaluate(everything)
    assert KEY not in await page.content()
    for _ in (await form.state())["undo"]:
        await form.press("Control+z")
        assert KEY not in await page.evaluate(everything)
    elsewhere = [request for request in sent if "/api/secrets" not in request.url]
    assert any(request.method == "PUT" for request in elsewhere)
    for request in elsewhere:
        assert KEY not in (request.post_data or "") + request.url
    assert any(KEY in (request.post_data or "") for request in sent if "/api/secrets/" in request.url)
    kept = await asyncio.to_thread(server.api, "GET", "/api/workflows")
    for workflow in kept["workflows"]:
        assert KEY not in json.dumps(await asyncio.to_thread(server.api, "GET", f"/api/workflows/{workflow['id']}"))
