"""Who may call when a token is set."""

from __future__ import annotations

import pytest

from nodebuilder.server.problems import Refusal
from nodebuilder.server.tokens import MAX_SESSIONS, MAX_WRONG, Tokens, offered_protocol

TOKEN = "correct-horse-battery-staple"


def refused(tokens: Tokens, path: str = "/api/info", port: int = 8000, **headers: str) -> int:
    """The status with which a caller is refused, or 0."""
    try:
        tokens.check(path, port, "peer", {name.replace("_", "-"): [value] for name, value in headers.items()})
    except Refusal as refusal:
        return refusal.status_code
    return 0


def test_without_a_token_everybody_may_call() -> None:
    assert not Tokens(None).required
    assert refused(Tokens(None)) == 0


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        TOKEN,
        f"Basic {TOKEN}",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Bearer ",
        "Bearer ünïcode",
        f"Bearer{TOKEN}",
    ],
)
def test_only_the_token_as_bearer_opens(authorization: str) -> None:
    assert refused(Tokens(TOKEN), authorization=authorization) == 401


def test_the_token_opens_every_path() -> None:
    for path in ("/", "/api/info", "/servable/x.png", "/sandbox/v1/models"):
        assert refused(Tokens(TOKEN), path, authorization=f"Bearer {TOKEN}") == 0
        assert refused(Tokens(TOKEN), path, authorization=f"bearer {TOKEN}") == 0
        assert refused(Tokens(TOKEN), path) == 401


def test_the_token_is_taken_from_no_other_header() -> None:
    assert refused(Tokens(TOKEN), x_api_key=TOKEN) == 401
    assert refused(Tokens(TOKEN), cookie=f"nodebuilder_8000={TOKEN}") == 401


def test_two_authorization_headers_are_none() -> None:
    with pytest.raises(Refusal):
        Tokens(TOKEN).check("/", 8000, "peer", {"authorization": [f"Bearer {TOKEN}", f"Bearer {TOKEN}"]})


def test_a_launch_code_opens_one_session() -> None:
    tokens = Tokens(TOKEN)
    code = tokens.launch_code
    assert tokens.launch(code) is not None
    assert tokens.launch(code) is None
    assert tokens.launch("") is None
    assert tokens.launch_code != code


def test_a_cookie_alone_opens_pages_and_pictures_but_not_the_api() -> None:
    tokens = Tokens(TOKEN)
    session = tokens.open_session()
    cookie = f"other=1; nodebuilder_8000={session.cookie}"
    assert refused(tokens, "/", cookie=cookie) == 0
    assert refused(tokens, "/servable/x.png", cookie=cookie) == 0
    assert refused(tokens, "/api/info", cookie=cookie) == 401
    assert refused(tokens, "/api/info", cookie=cookie, x_nodebuilder_session=session.page_key) == 0
    protocol = f"other, nodebuilder.session.{session.page_key}"
    assert refused(tokens, "/api/live", cookie=cookie, sec_websocket_protocol=protocol) == 0
    assert refused(tokens, "/api/info", x_nodebuilder_session=session.page_key) == 401


def test_a_session_belongs_to_its_port_and_its_own_key() -> None:
    tokens = Tokens(TOKEN)
    session, other = tokens.open_session(), tokens.open_session()
    cookie = f"nodebuilder_8000={session.cookie}"
    assert refused(tokens, "/", port=8001, cookie=cookie) == 401
    assert refused(tokens, "/api/info", cookie=cookie, x_nodebuilder_session=other.page_key) == 401


def test_a_wrong_token_is_not_saved_by_a_session() -> None:
    tokens = Tokens(TOKEN)
    session = tokens.open_session()
    assert refused(tokens, "/", cookie=f"nodebuilder_8000={session.cookie}", authorization="Bearer wrong") == 401


def test_the_oldest_session_ends_when_there_are_too_many() -> None:
    tokens = Tokens(TOKEN)
    first = tokens.open_session()
    for _ in range(MAX_SESSIONS):
        tokens.open_session()
    assert refused(tokens, "/", cookie=f"nodebuilder_8000={first.cookie}") == 401


@pytest.mark.parametrize(
    "cookie", ["", "=", "nodebuilder_8000", "nodebuilder_8000=", 'a="; nodebuilder_8000=x', "\x01=2"]
)
def test_a_broken_cookie_opens_nothing(cookie: str) -> None:
    assert refused(Tokens(TOKEN), "/", cookie=cookie) == 401


def test_who_guesses_is_slowed_down_and_others_are_not() -> None:
    now = 0.0
    tokens = Tokens(TOKEN, clock=lambda: now)
    for _ in range(MAX_WRONG):
        assert not tokens.matches("guesser", "wrong")
    with pytest.raises(Refusal) as too_many:
        tokens.matches("guesser", TOKEN)
    assert too_many.value.status_code == 429
    assert tokens.matches("somebody", TOKEN)
    now = 61.0
    assert tokens.matches("guesser", TOKEN)


def test_the_page_key_is_agreed_to_as_subprotocol() -> None:
    assert offered_protocol({"sec-websocket-protocol": ["a, nodebuilder.session.k"]}) == "nodebuilder.session.k"
    assert offered_protocol({}) is None


def test_nothing_secret_shows_in_a_session() -> None:
    session = Tokens(TOKEN).open_session()
    assert session.cookie not in repr(session)
    assert session.page_key not in repr(session)
