"""What is known of a run while it runs."""

from __future__ import annotations

from nodebuilder.events import (
    ApprovalAsked,
    ApprovalGiven,
    CostAdded,
    Displayed,
    NodeErrorReport,
    NodeFailed,
    NodeFired,
    OutputSent,
    RunFinished,
    RunStarted,
)
from nodebuilder.house.progress import CHANGES_KEPT, Board, Progress

TOLD = [
    RunStarted(1, "r", 10.0, None, "n", None, 2, False),
    NodeFired(2, "r", 11.0, "a", 1),
    OutputSent(3, "r", 11.0, "a", 1, {"out": 1}),
    OutputSent(4, "r", 11.0, "a", 2, {"out": 2}),
    Displayed(5, "r", 11.0, "a", 1, "A", "text", "shown"),
    CostAdded(6, "r", 11.0, "a", 1, 0.5, "m", ""),
    CostAdded(7, "r", 11.0, "a", 1, None, "m", ""),
    NodeFailed(8, "r", 12.0, "b", 1, "code", "cause", "remedy", None, 0.1),
]


def test_a_run_under_way_is_told_in_the_shape_of_a_finished_one() -> None:
    progress = Progress("r", "w", "n")
    changed = [progress.tell(event.as_json()) for event in TOLD]
    assert changed == [True, False, False, False, False, True, False, False]
    detail = progress.detail()
    assert detail["status"] == "running"
    assert detail["started_at"] == 10.0
    assert detail["outputs"] == {"a": {"out": 2}}
    assert detail["displayed"] == [{"node": "a", "title": "A", "content_type": "text", "data": "shown"}]
    assert detail["errors"] == [{"node": "b", "message": "cause", "remedy": "remedy", "code": "code"}]
    assert (detail["cost_usd"], detail["firings"], detail["last_seq"]) == (0.5, 1, 8)


def test_its_end_says_the_last_word() -> None:
    progress = Progress("r", None, "n")
    report = NodeErrorReport("b", "cause", "remedy", "code")
    end = RunFinished(9, "r", 13.0, "failed", {"a": {"out": 3}}, [], (report,), (), 0.75, 4, 3.0)
    assert progress.tell(end.as_json())
    assert progress.summary() == {
        "run_id": "r",
        "workflow_id": None,
        "name": "n",
        "status": "failed",
        "started_at": progress.summary()["started_at"],
        "finished_at": 13.0,
        "cost_usd": 0.75,
        "firings": 4,
        "asking": 0,
    }
    assert progress.detail()["outputs"] == {"a": {"out": 3}}
    assert len(progress.detail()["errors"]) == 1


def test_calls_that_wait_for_a_person_are_told_until_they_are_answered_or_the_run_ends() -> None:
    progress = Progress("r", None, "n")
    asked = [
        ApprovalAsked(1, "r", 1.0, "t", 1, "c1", "add", {"a": 1}),
        ApprovalAsked(2, "r", 1.0, "t", 2, "c2", "add", ""),
    ]
    assert [progress.tell(event.as_json()) for event in asked] == [True, True]
    assert progress.summary()["asking"] == 2
    assert progress.detail()["approvals"][0] == {
        "node": "t",
        "firing": 1,
        "call_id": "c1",
        "name": "add",
        "arguments": {"a": 1},
    }
    assert progress.tell(ApprovalGiven(3, "r", 2.0, "t", 1, "c1", True, "").as_json())
    assert [one["call_id"] for one in progress.detail()["approvals"]] == ["c2"]
    progress.tell(RunFinished(4, "r", 3.0, "cancelled", {}, [], (), (), None, 2, 2.0).as_json())
    assert (progress.detail()["approvals"], progress.summary()["asking"]) == ([], 0)


def test_the_board_has_the_newest_line_of_each_run() -> None:
    board = Board()
    board.post({"run_id": "a", "status": "running"})
    seen = board.version
    board.post({"run_id": "b", "status": "running"})
    board.post({"run_id": "a", "status": "failed"})
    assert [(line["run_id"], line["status"]) for line in board.since(seen)] == [("b", "running"), ("a", "failed")]
    assert board.since(board.version) == []
    for number in range(2 * CHANGES_KEPT):
        board.post({"run_id": str(number)})
    assert len(board.since(0)) == CHANGES_KEPT
