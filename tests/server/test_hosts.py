"""Names and origins: what a Host and an Origin header may say."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodebuilder.server.hosts import Doors, Name, check_host, check_origin, check_site, is_api
from nodebuilder.server.problems import Refusal

HERE = ("127.0.0.1", 8000)
DOORS = Doors.of(("box.lan", "named.lan:9000"), "https://pictures.example/nb")

GOOD = ["localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST:8000", "box.lan", "box.lan:1234", "named.lan:9000"]
GOOD += ["pictures.example", "pictures.example:443"]
BAD = [
    "",
    "evil.example",
    "evil.example:8000",
    "localhost",
    "localhost:80",
    "localhost:8001",
    "localhost.evil.example:8000",
    "127.0.0.1.nip.io:8000",
    "evil.example@localhost:8000",
    "localhost:8000@evil.example",
    "localhost:8000.evil.example",
    "localhost.:8000",
    "0.0.0.0:8000",
    "127.1:8000",
    "2130706433:8000",
    "0x7f.1:8000",
    "[::1]",
    "[::ffff:127.0.0.1]:8000",
    "[::1]:8000:8000",
    "[::1",
    "::1:8000",
    "localhost:8000/",
    "localhost:",
    "localhost:80000000",
    "localhost:٨٠٠٠",
    "localhost\t:8000",
    "named.lan",
    "named.lan:8000",
    "sub.box.lan",
    "pictures.example:8000",
    "192.168.1.5:8000",
]


@pytest.mark.parametrize("host", GOOD)
def test_the_servers_own_names_are_answered(host: str) -> None:
    assert check_host(DOORS, [host], HERE, "http")


@pytest.mark.parametrize("host", BAD)
def test_any_other_name_is_misdirected(host: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_host(DOORS, [host], HERE, "http")
    assert refused.value.status_code == 421


@pytest.mark.parametrize("hosts", [[], ["localhost:8000", "localhost:8000"], ["evil.example", "localhost:8000"]])
def test_there_is_exactly_one_host(hosts: list[str]) -> None:
    with pytest.raises(Refusal) as refused:
        check_host(DOORS, hosts, HERE, "http")
    assert refused.value.status_code == 400


def test_the_address_a_request_came_in_on_is_a_name_of_the_server() -> None:
    assert check_host(DOORS, ["192.168.1.5:8000"], ("192.168.1.5", 8000), "http")
    assert check_host(DOORS, ["[fe80::1]:8000"], ("fe80::1", 8000), "http")


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_a_host(text: str) -> None:
    name = Name.parse(text)
    if name is not None:
        assert name.host == name.host.lower()
        assert name.port is None or 0 <= name.port <= 99999
        assert not set(name.host) & set("@/\\?#% ")


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://evil.example",
        "http://evil.example:8000",
        "http://localhost",
        "http://localhost:8001",
        "https://localhost:8000",
        "http://127.0.0.1:8000",
        "http://localhost:8000.evil.example",
        "http://localhost:8000/",
        "HTTP://localhost:8000",
        "http://LOCALHOST:8000 ",
        "file://",
        "chrome-extension://abc",
        "http://localhost:8000, http://localhost:8000",
    ],
)
def test_a_page_of_any_other_origin_is_refused(origin: str) -> None:
    name = Name("localhost", 8000)
    with pytest.raises(Refusal) as refused:
        check_origin(DOORS, name, "http", {"origin": [origin]})
    assert refused.value.status_code == 403


def test_the_servers_own_pages_and_programs_without_an_origin_pass() -> None:
    check_origin(DOORS, Name("localhost", 8000), "http", {"origin": ["http://localhost:8000"]})
    check_origin(DOORS, Name("[::1]", 8000), "http", {"origin": ["http://[::1]:8000"]})
    check_origin(DOORS, Name("localhost", 8000), "http", {})


def test_behind_a_proxy_with_tls_the_public_address_is_an_origin() -> None:
    check_origin(DOORS, Name("pictures.example", None), "http", {"origin": ["https://pictures.example"]})
    with pytest.raises(Refusal):
        check_origin(DOORS, Name("box.lan", None), "http", {"origin": ["https://box.lan"]})


def test_two_origins_are_none() -> None:
    with pytest.raises(Refusal):
        check_origin(DOORS, Name("localhost", 8000), "http", {"origin": ["http://localhost:8000"] * 2})


LINK = {"sec-fetch-mode": ["navigate"], "sec-fetch-dest": ["document"]}


@pytest.mark.parametrize(
    ("method", "path", "site", "more", "passes"),
    [
        ("GET", "/api/info", None, {}, True),
        ("POST", "/api/runs", None, {}, True),
        ("GET", "/api/info", "same-origin", {}, True),
        ("POST", "/api/runs", "none", {}, True),
        ("GET", "/", "cross-site", LINK, True),
        ("GET", "/", "same-site", LINK, True),
        ("GET", "/servable/a.png", "cross-site", LINK, True),
        ("GET", "/", "cross-site", {}, False),
        ("GET", "/", "cross-site", {**LINK, "sec-fetch-dest": ["iframe"]}, False),
        ("GET", "/servable/a.png", "cross-site", {"sec-fetch-mode": ["no-cors"]}, False),
        ("POST", "/", "cross-site", LINK, False),
        ("GET", "/api/info", "cross-site", LINK, False),
        ("GET", "/api/info", "same-site", LINK, False),
        ("DELETE", "/api/files/a.png", "same-site", {}, False),
        ("PROPFIND", "/", "cross-site", LINK, False),
        ("GET", "/api/info", "Same-Origin", {}, False),
        ("GET", "/api/info", "", {}, False),
    ],
)
def test_another_site_may_link_to_pages_and_nothing_else(
    method: str, path: str, site: str | None, more: dict[str, list[str]], passes: bool
) -> None:
    headers = {**more, **({} if site is None else {"sec-fetch-site": [site]})}
    if passes:
        check_site(method, path, headers)
    else:
        with pytest.raises(Refusal) as refused:
            check_site(method, path, headers)
        assert refused.value.status_code == 403


def test_the_api_is_told_from_pages_by_whole_words() -> None:
    assert is_api("/api")
    assert is_api("/api/x")
    assert is_api("/sandbox/v1/models")
    assert not is_api("/apiary")
    assert not is_api("/servable/x.png")
