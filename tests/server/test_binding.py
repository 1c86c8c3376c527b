"""Taking a port."""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path

import pytest
from pydantic import SecretStr

from nodebuilder.errors import SettingsError
from nodebuilder.server.binding import bind, check_exposure, is_loopback
from nodebuilder.settings import Settings

EVERYWHERE = str(ipaddress.IPv4Address(0))


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.9.9.9", "::1", "[::1]"])
def test_these_hosts_are_this_machine_alone(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host", [EVERYWHERE, "::", "192.168.1.5", "fe80::1", "example.com", "", "localhost.example.com"]
)
def test_these_hosts_let_others_in(host: str, tmp_path: Path) -> None:
    assert not is_loopback(host)
    with pytest.raises(SettingsError) as refused:
        check_exposure(Settings(host=host, data_dir=tmp_path))
    assert refused.value.code == "token_required"
    with pytest.raises(SettingsError):
        check_exposure(Settings(host=host, data_dir=tmp_path, token=SecretStr("")))
    check_exposure(Settings(host=host, data_dir=tmp_path, token=SecretStr("given")))


def test_the_usual_address_is_taken_for_both_protocols() -> None:
    bound = bind("127.0.0.1", 0)
    try:
        assert bound.url == f"http://localhost:{bound.port}"
        assert bound.own_url == f"http://127.0.0.1:{bound.port}"
        assert {each.getsockname()[1] for each in bound.sockets} == {bound.port}
        with pytest.raises(SettingsError) as taken:
            bind("127.0.0.1", bound.port)
        assert taken.value.code == "port_in_use"
    finally:
        bound.close()


def test_a_port_that_is_taken_for_one_protocol_is_taken() -> None:
    with socket.socket(socket.AF_INET6) as other:
        other.bind(("::1", 0))
        other.listen()
        with pytest.raises(SettingsError) as taken:
            bind("localhost", int(other.getsockname()[1]))
        assert taken.value.code == "port_in_use"


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_another_machine_cannot_be_taken(host: str) -> None:
    with pytest.raises(SettingsError) as refused:
        bind(host, 0)
    assert refused.value.code == "bad_host"
    assert refused.value.remedy


def test_an_address_of_its_own_is_named_by_its_number() -> None:
    bound = bind("::1", 0)
    bound.close()
    assert bound.url == f"http://localhost:{bound.port}"
