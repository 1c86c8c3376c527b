from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks import Webhook

from nodebuilder.house.signatures import Headers, prove, usable

NOW = 1_790_000_000.0
WHSEC = "whsec_" + base64.b64encode(b"a key of the tests, 32 bytes or so").decode()
PLAIN = "plain-secret-of-the-tests"
BODY = '{"event": "käse"}'.encode()


def standard(secret: str, body: bytes, *, at: float = NOW, name: str = "msg_1") -> dict[str, list[str]]:
    key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
    mac = hmac.new(key, f"{name}.{int(at)}.".encode() + body, hashlib.sha256).digest()
    signature = f"v1,{base64.b64encode(mac).decode()}"
    return {"webhook-id": [name], "webhook-timestamp": [str(int(at))], "webhook-signature": [signature]}


def github(secret: str, body: bytes, *, at: float = NOW, name: str = "guid-1") -> dict[str, list[str]]:
    mac = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"x-hub-signature-256": [f"sha256={mac}"], "x-github-delivery": [name]}


def stripe(secret: str, body: bytes, *, at: float = NOW, name: str = "") -> dict[str, list[str]]:
    mac = hmac.new(secret.encode(), f"{int(at)}.".encode() + body, hashlib.sha256).hexdigest()
    return {"stripe-signature": [f"t={int(at)},v1={mac}"]}


SIGNERS: dict[str, Callable[..., dict[str, list[str]]]] = {"standard": standard, "github": github, "stripe": stripe}
TIMED = ["standard", "stripe"]


def is_proved(scheme: str, headers: Headers, body: bytes = BODY, secret: str = PLAIN, now: float = NOW) -> bool:
    return prove(scheme, secret, headers, body, now) is not None


@pytest.mark.parametrize("scheme", SIGNERS)
@given(body=st.binary(max_size=200), secret=st.text(st.characters(codec="utf-8"), min_size=1, max_size=40))
def test_what_is_signed_is_proved_and_one_changed_byte_is_not(scheme: str, body: bytes, secret: str) -> None:
    if not usable(scheme, secret):
        return
    headers = SIGNERS[scheme](secret, body)
    assert is_proved(scheme, headers, body, secret)
    assert not is_proved(scheme, headers, body + b" ", secret)
    assert not is_proved(scheme, headers, bytes([body[0] ^ 1]) + body[1:] if body else b"\0", secret)
    assert not is_proved(scheme, headers, body, secret + "x")


def test_a_signature_of_another_program_is_proved() -> None:
    signature = Webhook(WHSEC).sign("msg_2", datetime.fromtimestamp(NOW, UTC), BODY.decode())
    headers = {"webhook-id": ["msg_2"], "webhook-timestamp": [str(int(NOW))], "webhook-signature": [signature]}
    proof = prove("standard", WHSEC, headers, BODY, NOW)
    assert proof is not None
    assert proof.id == "msg_2"


@pytest.mark.parametrize("scheme", TIMED)
@pytest.mark.parametrize(("seconds", "expected"), [(0, True), (300, True), (-300, True), (301, False), (-301, False)])
def test_a_signature_holds_five_minutes_either_way(scheme: str, seconds: int, expected: bool) -> None:
    headers = SIGNERS[scheme](PLAIN, BODY, at=NOW + seconds)
    assert is_proved(scheme, headers) is expected


@pytest.mark.parametrize("scheme", SIGNERS)
def test_a_header_that_is_missing_doubled_or_empty_proves_nothing(scheme: str) -> None:
    right = SIGNERS[scheme](PLAIN, BODY)
    for name in right:
        if name == "x-github-delivery":
            continue
        without = {other: values for other, values in right.items() if other != name}
        assert not is_proved(scheme, without)
        assert not is_proved(scheme, {**right, name: [""]})
        assert not is_proved(scheme, {**right, name: right[name] * 2})
    assert not is_proved(scheme, {})


def test_one_right_signature_among_several_is_enough_in_any_order() -> None:
    headers = standard(PLAIN, BODY)
    right = headers["webhook-signature"][0]
    for line in (f"v1,AAAA {right}", f"{right} v1,AAAA", f"v1a,other  {right} v2,{right[3:]}"):
        assert is_proved("standard", {**headers, "webhook-signature": [line]})
    for line in (right[3:], f"v2,{right[3:]}", f"V1,{right[3:]}", "v1,", right.replace(",", "="), "v1,é"):
        assert not is_proved("standard", {**headers, "webhook-signature": [line]})


def test_the_parts_of_a_stripe_signature_may_stand_in_any_order_but_the_time_once() -> None:
    time, mac = stripe(PLAIN, BODY)["stripe-signature"][0].split(",")
    for line in (f"{mac},{time}", f"v0=abc, {time} , {mac}", f"{time},v1=abc,{mac}"):
        assert is_proved("stripe", {"stripe-signature": [line]}), line
    for line in (f"{time},{time},{mac}", mac, time, f"t=+5,{mac}", f"t=,{mac}", f"{time},{mac.upper()}"):
        assert not is_proved("stripe", {"stripe-signature": [line]}), line


def test_an_id_with_a_full_stop_is_refused_since_it_could_be_cut_elsewhere() -> None:
    body = f"{int(NOW)}.rest".encode()
    signed = standard(PLAIN, body, name="a")
    cut = {**signed, "webhook-id": [f"a.{int(NOW)}"]}
    assert is_proved("standard", signed, body)
    assert not is_proved("standard", cut, b"rest")
    assert not is_proved("standard", standard(PLAIN, BODY, name="a.b"))


def test_a_delivery_of_github_is_sealed_by_its_signature() -> None:
    one = prove("github", PLAIN, github(PLAIN, BODY, name="1"), BODY, NOW)
    two = prove("github", PLAIN, github(PLAIN, BODY, name="2"), BODY, NOW)
    bare = prove("github", PLAIN, {**github(PLAIN, BODY), "x-github-delivery": []}, BODY, NOW)
    assert one
    assert two
    assert bare
    assert (one.id, two.id) == ("1", "2")
    assert one.seal == two.seal == bare.id
    assert not is_proved("github", {"x-hub-signature-256": [github(PLAIN, BODY)["x-hub-signature-256"][0][7:]]})


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_not base64!", "whsec_abc"])
def test_a_secret_that_is_none_proves_nothing(secret: str) -> None:
    assert not usable("standard", secret)
    key = b"" if not secret else secret.encode()
    mac = hmac.new(key, f"m.{int(NOW)}.".encode() + BODY, hashlib.sha256).digest()
    forged = {
        "webhook-id": ["m"],
        "webhook-timestamp": [str(int(NOW))],
        "webhook-signature": [f"v1,{base64.b64encode(mac).decode()}"],
    }
    assert not is_proved("standard", forged, secret=secret)


def test_an_empty_secret_signs_for_nobody() -> None:
    for scheme in ("github", "stripe"):
        assert not is_proved(scheme, SIGNERS[scheme]("", BODY), secret="")
