from __future__ import annotations

import io
from typing import Any

import pytest
from rich.console import Console

from nodebuilder.cli.progress import Progress, money
from nodebuilder.events import (
    CallDelayed,
    CostAdded,
    Displayed,
    Event,
    NodeErrorReport,
    NodeFailed,
    NodeFinished,
    NodeFired,
    NodeLogged,
    NodeProgressed,
    OutputSent,
    PreviewShown,
    RunFinished,
    RunStarted,
    TextStreamed,
    Waiting,
)

AT = (1, "r1", 0.0)
URL = "http://localhost:8000/servable/gpt_image_0a1b2c3d.png"


def finished(**changes: Any) -> RunFinished:
    told: dict[str, Any] = {
        "status": "succeeded", "outputs": {}, "displayed": (), "errors": (), "waiting": (), "cost_usd": None,
        "firings": 3, "seconds": 1.25,
    }  # fmt: skip
    return RunFinished(*AT, **{**told, **changes})


def shown(*events: Event, terminal: bool = False, **options: Any) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=terminal, width=200, color_system=None, soft_wrap=True)
    with Progress(console, **options) as progress:
        for event in events:
            progress.tell(event)
    return out.getvalue()


def test_a_run_is_a_line_for_what_happens() -> None:
    text = shown(
        RunStarted(*AT, None, "A lion", None, 3, True),
        NodeFired(*AT, "image", 1),
        NodeLogged(*AT, "image", 1, "info", "Generating"),
        CostAdded(*AT, "image", 1, 0.0112, "gpt-image-2", ""),
        PreviewShown(*AT, "image", 1, URL),
        OutputSent(*AT, "image", 1, {"image_url": URL}),
        NodeFinished(*AT, "image", 1, 3.21),
        Displayed(*AT, "show", 1, "Display Output", "text", "Hello"),
        finished(cost_usd=0.0112),
    )
    assert text.splitlines() == [
        "A lion: 3 nodes, in the sandbox",
        "image  Generating",
        f"image  {URL}",
        "image  done in 3.2 s, $0.0112",
        "show  shows Hello",
        "succeeded: 3 firings in 1.2 s, $0.0112",
    ]


def test_an_error_has_its_remedy_and_says_whether_it_was_charged() -> None:
    text = shown(NodeFailed(*AT, "image", 1, "timeout", "No answer.", "Look first.", "unknown", 600.0))
    assert text.splitlines() == ["image  failed: No answer.", "  Look first. You may have been charged."]


def test_a_wait_is_said_once_where_nothing_can_move() -> None:
    text = shown(NodeFired(*AT, "image", 1), CallDelayed(*AT, "image", 1, 12.0, "OpenAI limits"))
    assert text == "image  waits 12 s: OpenAI limits\n"


def test_a_terminal_counts_down() -> None:
    text = shown(NodeFired(*AT, "image", 1), CallDelayed(*AT, "image", 1, 12.0, "OpenAI limits"), terminal=True)
    assert "waits 12 s: OpenAI limits" in text


def test_progress_is_shown_beside_the_node_on_a_terminal() -> None:
    text = shown(NodeFired(*AT, "a", 1), NodeProgressed(*AT, "a", 1, 0.5, "half"), terminal=True)
    assert "50% half" in text


def test_many_firings_at_once_do_not_fill_the_screen() -> None:
    out = io.StringIO()
    console = Console(file=out, width=200, color_system=None)
    progress = Progress(console)
    for node, firings in (("image", 64), ("text", 4)):
        for number in range(1, firings + 1):
            progress.tell(NodeFired(*AT, node, number))
    progress.tell(NodeProgressed(*AT, "image", 1, 0.5, "half"))
    console.print(progress)
    shown_now = [line[2:] for line in out.getvalue().splitlines()]  # after the spinner
    assert shown_now == ["image  0 s  50% half  and 63 more", *["text  0 s"] * 4]


def test_streamed_text_is_shown_line_by_line_and_the_rest_at_the_end() -> None:
    text = shown(
        TextStreamed(*AT, "llm", 1, "Hel"),
        TextStreamed(*AT, "llm", 1, "lo\nwor"),
        TextStreamed(*AT, "llm", 1, "ld"),
        NodeFinished(*AT, "llm", 1, 0.1),
    )
    assert text.splitlines() == ["llm  Hello", "llm  world", "llm  done in 0.1 s"]


def test_a_picture_is_shown_once_however_often_it_is_told() -> None:
    drawn: list[str] = []
    text = shown(
        PreviewShown(*AT, "image", 1, URL),
        PreviewShown(*AT, "show", 1, URL),
        Displayed(*AT, "show", 1, "", "image", URL),
        terminal=True,
        draw=drawn.append,
    )
    assert drawn == [URL]
    assert text.count("image  ") == 1


def test_lines_below_the_level_are_left_out() -> None:
    lines = [NodeLogged(*AT, "a", 1, level, level) for level in ("debug", "info", "warning", "error")]
    assert shown(*lines).splitlines() == ["a  info", "a  warning", "a  error"]
    assert len(shown(*lines, level="debug").splitlines()) == 4
    assert shown(*lines, level="error").splitlines() == ["a  error"]


def test_quiet_shows_errors_only() -> None:
    failed = NodeFailed(*AT, "a", 1, "x", "Broken.", "Mend it.", None, 0.0)
    assert shown(NodeFired(*AT, "a", 1), failed, finished(status="failed"), quiet=True).splitlines() == [
        "a  failed: Broken.",
        "  Mend it.",
    ]


def done(node: str, times: int, **more: Any) -> list[Event]:
    return [NodeFinished(*AT, node, firing, 0.1, **more) for firing in range(1, times + 1)]


def test_a_loop_is_told_in_round_numbers_and_its_end_exactly() -> None:
    lines = shown(*done("a", 1234), *done("b", 9), finished(firings=1243)).splitlines()
    assert lines.count("a  done in 0.1 s") == lines.count("b  done in 0.1 s") == 9
    told = [line.split()[2] for line in lines if line.startswith("a  done ") and line.endswith("times")]
    tens, hundreds = [str(n) for n in range(10, 100, 10)], [str(n) for n in range(100, 1000, 100)]
    assert told == [*tens, *hundreds, "1,000", "1,234"]
    assert len(lines) == 39


def test_what_a_loop_costs_is_added_up_and_what_was_paid_before_is_said() -> None:
    costs = [CostAdded(*AT, "image", firing, 0.5, "gpt-image-2", "") for firing in range(1, 9)]
    text = shown(*costs, *done("image", 12, reused=True))
    assert text.splitlines()[-1] == "image  done 10 times, $4, 10 of them from an earlier run"
    unknown = shown(CostAdded(*AT, "image", 3, None, "gpt-image-2", ""), *done("image", 10))
    assert unknown.splitlines()[-1] == "image  done 10 times, cost not known"


def test_at_the_level_debug_every_firing_is_told() -> None:
    assert shown(*done("a", 50), finished(), level="debug").splitlines()[:-1] == ["a  done in 0.1 s"] * 50


def test_who_still_waited_is_named() -> None:
    text = shown(finished(waiting=(Waiting("join", ("b", "c")),), errors=(NodeErrorReport("a", "x", "y", "z"),)))
    assert text.splitlines()[0] == "join  still waited for b, c when the run ended"


def test_every_text_goes_through_the_one_who_keeps_keys_out() -> None:
    text = shown(NodeLogged(*AT, "a", 1, "info", "the key is k"), clean=lambda said: said.replace("key", "***"))
    assert text == "a  the *** is k\n"


def test_text_that_looks_like_markup_is_text() -> None:
    assert shown(NodeLogged(*AT, "a", 1, "info", "[bold]x[/bold] :smile:")) == "a  [bold]x[/bold] :smile:\n"


def test_a_very_long_text_is_shortened() -> None:
    assert len(shown(Displayed(*AT, "show", 1, "", "text", "x" * 10_000))) < 2100


@pytest.mark.parametrize(
    ("usd", "text"), [(None, "cost not known"), (0.0, "free"), (0.0112, "$0.0112"), (1.5, "$1.5"), (2.0, "$2")]
)
def test_money_is_said_as_a_person_reads_it(usd: float | None, text: str) -> None:
    assert money(usd) == text
