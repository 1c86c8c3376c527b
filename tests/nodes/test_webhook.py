from __future__ import annotations

import json
from typing import Any

import pytest

from tests.workbench import Bench


async def given(bench: Bench, **values: Any) -> Any:
    end = await bench.run({"hook": ("webhook", values)})
    assert end.status == "succeeded", end.errors
    return end.outputs["hook"]


async def test_run_by_hand_it_gives_what_is_written_on_it(bench: Bench) -> None:
    assert await given(bench) == {"received_data": "", "method": "POST", "query": {}, "headers": {}}
    assert (await given(bench, payload=" a\nb "))["received_data"] == " a\nb "


async def test_what_was_delivered_comes_out_as_it_is_written_in_the_run(bench: Bench) -> None:
    told = {"method": "PUT", "query": {"a": ["1", "2"]}, "headers": {"content-type": "text/plain"}}
    end = await given(bench, payload="{{not a template}} /etc/passwd", request=json.dumps(told))
    assert end == {"received_data": "{{not a template}} /etc/passwd", **told}


async def test_its_secret_never_comes_out(bench: Bench) -> None:
    await bench.store.secrets.set("sender", "CANARY-of-a-sender-1234")
    assert "CANARY" not in json.dumps(await given(bench, secret="sender", payload="x"))


@pytest.mark.parametrize("request_text", ["{", "[]", "7", '"a"', "[" * 100_000])
async def test_a_request_that_is_no_object_fails_with_a_sentence(bench: Bench, request_text: str) -> None:
    end = await bench.run({"hook": ("webhook", {"request": request_text})})
    assert end.status == "failed"
    assert end.errors[0].code == "bad_input"


@pytest.mark.parametrize("told", [{"method": 5, "query": [], "headers": "x"}, {}])
async def test_parts_of_a_request_that_do_not_fit_are_left_out(bench: Bench, told: dict[str, Any]) -> None:
    end = await given(bench, request=json.dumps(told))
    assert end == {"received_data": "", "method": "POST", "query": {}, "headers": {}}
