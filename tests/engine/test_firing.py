"""What a node may say and ask while it fires."""

from __future__ import annotations

from typing import Annotated, Any

from nodebuilder.context import Context
from nodebuilder.node import node
from nodebuilder.widgets import Array, Needs, Pull
from tests.engine.harness import Harness
from tests.engine.samples import count_to, number, text


async def test_a_node_knows_where_it_is(harness: Harness) -> None:
    @node
    async def asks(ctx: Context, value: Any, many: Annotated[list[Any], Array(), Pull()], free: Any = None) -> Any:
        return [ctx.run_id, ctx.node, ctx.title, ctx.firing, sorted(ctx.connected), sorted(ctx.fresh)]

    await harness.run(
        {"n": (number, {"value": 2}), "c": count_to, "t": text, "asks": asks},
        *("n.output -> c.last", "c.output -> asks.value", "t.output -> asks.many[4]"),
        run_id="run",
    )
    connected = ["many[4]", "value"]
    assert harness.sent("asks") == [
        ["run", "asks", "Asks", 1, connected, connected],
        ["run", "asks", "Asks", 2, connected, ["value"]],
    ]


async def test_all_that_a_node_says_becomes_an_event(harness: Harness) -> None:
    @node
    async def talks(ctx: Context, value: Any) -> None:
        ctx.log("a line")
        ctx.log("careful", "warning")
        ctx.progress(0.5, "half")
        ctx.progress(None)
        ctx.stream("par")
        ctx.preview("http://x/y.png")
        ctx.delayed(3, "rate limit")
        ctx.display("text", "shown")
        ctx.error("It went wrong.", "Look.", charged="yes")

    finished = await harness.run({"n": number, "t": talks}, "n.output -> t.value")
    said = [event.as_json() for event in harness.events if getattr(event, "node", "") == "t"]
    told = [{name: each[name] for name in each if name not in ("seq", "run_id", "at", "seconds")} for each in said]
    place = {"node": "t", "firing": 1}
    assert told == [
        {"kind": "node_fired", **place},
        {"kind": "node_logged", **place, "level": "info", "message": "a line"},
        {"kind": "node_logged", **place, "level": "warning", "message": "careful"},
        {"kind": "node_progressed", **place, "fraction": 0.5, "message": "half"},
        {"kind": "node_progressed", **place, "fraction": None, "message": ""},
        {"kind": "text_streamed", **place, "text": "par"},
        {"kind": "preview_shown", **place, "url": "http://x/y.png"},
        {"kind": "call_delayed", **place, "reason": "rate limit"},
        {"kind": "displayed", **place, "title": "Talks", "content_type": "text", "data": "shown"},
        {
            "kind": "node_failed",
            **place,
            "code": "reported",
            "message": "It went wrong.",
            "remedy": "Look.",
            "charged": "yes",
            "details": None,
            "caught": False,
        },
    ]
    assert finished.status == "failed"


async def test_memory_lives_as_long_as_the_run_one_per_node(harness: Harness) -> None:
    @node
    async def remembers(ctx: Context, value: Any) -> int:
        ctx.memory["count"] = ctx.memory.get("count", 0) + 1
        return ctx.memory["count"]

    for _ in range(2):
        await harness.run(
            {"n": (number, {"value": 3}), "c": count_to, "a": remembers, "b": remembers},
            *("n.output -> c.last", "c.output -> a.value", "n.output -> b.value"),
        )
        assert harness.sent("a") == [1, 2, 3]
        assert harness.sent("b") == [1]


async def test_a_file_is_saved_with_where_it_came_from(harness: Harness) -> None:
    @node
    async def saves(ctx: Context, value: Any) -> str:
        return (await ctx.save(b"data", prefix="picture", about={"prompt": "x"})).filename

    finished = await harness.run({"n": number, "s": saves}, "n.output -> s.value", run_id="r")
    assert finished.outputs["s"]["output"].startswith("picture_")
    assert harness.memory.assets.about == [{"run": "r", "node": "s", "firing": 1, "prompt": "x"}]


class Oracle:
    """A provider."""

    def answer(self) -> int:
        return 42


async def test_a_provider_is_handed_in_or_its_absence_told(harness: Harness) -> None:
    @node
    async def consults(oracle: Needs[Oracle], value: Any) -> int:
        return oracle.answer()

    nodes = {"n": number, "c": consults}
    finished = await harness.run(nodes, "n.output -> c.value")
    assert (finished.errors[0].code, finished.errors[0].message) == ("no_provider", "There is no Oracle here.")
    harness.memory.providers[Oracle] = Oracle()
    finished = await harness.run(nodes, "n.output -> c.value")
    assert finished.outputs["c"] == {"output": 42}
