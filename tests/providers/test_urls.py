from __future__ import annotations

import asyncio
import ipaddress
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nodebuilder.errors import InputError
from nodebuilder.providers.addresses import not_public
from nodebuilder.providers.urls import Resolve, UrlPolicy, check_url, host_matches, read_url
from tests.providers.hostile_urls import SPECIAL_ADDRESSES, loopback_spellings

ANYWHERE = UrlPolicy()


def answers(*addresses: str) -> Resolve:
    async def resolve(_: str, __: int) -> Sequence[str]:
        return addresses

    return resolve


async def refused(url: str, policy: UrlPolicy = ANYWHERE, *addresses: str) -> str:
    with pytest.raises(InputError) as error:
        await check_url(url, policy, answers(*addresses))
    assert error.value.message
    assert error.value.remedy
    return error.value.code


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://Example.COM", "https://example.com/"),
        ("HTTPS://example.com:443/a?b=c#d", "https://example.com/a?b=c"),
        ("http://example.com:8080/ä ?q=ü".replace(" ", ""), "http://example.com:8080/%C3%A4?q=%C3%BC"),
        ("https://münchen.de/x", "https://xn--mnchen-3ya.de/x"),
        ("https://[2606:4700:4700:0::1111]/", "https://[2606:4700:4700::1111]/"),
        ("https://example.com/a%2Fb?c=%20&d=[1]", "https://example.com/a%2Fb?c=%20&d=%5B1%5D"),
        ("https://example.com?q=http://127.0.0.1/", "https://example.com/?q=http://127.0.0.1/"),
    ],
)
def test_a_url_has_one_spelling(written: str, read: str) -> None:
    assert str(read_url(written)) == read
    assert str(read_url(read)) == read


async def test_a_public_url_gives_the_addresses_to_connect_to() -> None:
    target = await check_url("https://example.com/a", ANYWHERE, answers("93.184.216.34", "2606:4700:4700::1111"))
    assert target.addresses == ("93.184.216.34", "2606:4700:4700::1111")
    assert target.url.place == "example.com:443"
    assert not target.private


@pytest.mark.parametrize("url", loopback_spellings(8000))
async def test_no_spelling_of_this_machine_is_allowed(url: str) -> None:
    assert await refused(url, ANYWHERE, "127.0.0.1") in {"bad_url", "address_not_allowed"}


def test_there_are_enough_spellings() -> None:
    assert len(loopback_spellings(8000)) >= 46


@pytest.mark.parametrize("address", [each for each in SPECIAL_ADDRESSES if not_public(each) != "no IP address"])
async def test_a_name_with_a_special_address_is_refused(address: str) -> None:
    assert await refused("https://example.com/", ANYWHERE, address) == "address_not_allowed"


async def test_one_special_address_among_public_ones_is_enough() -> None:
    assert await refused("https://example.com/", ANYWHERE, "93.184.216.34", "127.0.0.1") == "address_not_allowed"
    assert await refused("https://example.com/", ANYWHERE, "93.184.216.34", "::1") == "address_not_allowed"


async def test_a_name_without_address_is_told() -> None:
    async def resolve(_: str, __: int) -> Sequence[str]:
        raise OSError("no such name")

    assert await refused("https://example.com/", ANYWHERE) == "name_not_found"
    with pytest.raises(InputError, match=r"nowhere\.example") as error:
        await check_url("https://nowhere.example/", ANYWHERE, resolve)
    assert error.value.code == "name_not_found"


async def test_only_the_place_that_a_person_allowed_may_be_private() -> None:
    policy = UrlPolicy(private_hosts=("localhost:11434", "[::1]:80"))
    target = await check_url("http://LocalHost:11434/v1", policy, answers("127.0.0.1"))
    assert target.private
    assert (await check_url("http://[::1]/", policy)).private
    assert await refused("http://localhost:11435/", policy, "127.0.0.1") == "address_not_allowed"
    assert await refused("http://127.0.0.1:11434/", policy) == "address_not_allowed"
    assert await refused("http://localhost.:11434/", policy, "127.0.0.1") == "bad_url"


async def test_a_list_of_hosts_is_kept_to() -> None:
    policy = UrlPolicy(hosts=("api.example.com", "*.example.org"))
    assert await check_url("https://api.example.com:8443/", policy, answers("1.1.1.1"))
    assert await check_url("https://a.b.example.org/", policy, answers("1.1.1.1"))
    for other in ("https://example.com/", "https://xapi.example.com/", "https://example.org/", "https://xexample.org/"):
        assert await refused(other, policy, "1.1.1.1") == "host_not_allowed"
    assert await refused("https://api.example.com/", policy, "127.0.0.1") == "address_not_allowed"


def test_a_pattern_may_name_a_port() -> None:
    assert host_matches(read_url("https://example.com/"), "example.com:443")
    assert not host_matches(read_url("https://example.com:8443/"), "example.com:443")
    assert host_matches(read_url("http://[::1]:81/"), "[::1]:81")
    assert host_matches(read_url("http://[::1]:81/"), "[::1]")
    assert host_matches(read_url("https://a.example.com:81/"), "*.example.com:81")


PRIVATE = some.sampled_from(("10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")).flatmap(
    lambda block: some.ip_addresses(v=4, network=block)
)


def spellings(address: ipaddress.IPv4Address) -> tuple[str, ...]:
    a, b, c, d = address.packed
    number = int(address)
    circled = str.maketrans("0123456789", "⓪①②③④⑤⑥⑦⑧⑨")
    wide = str.maketrans("0123456789.", "０１２３４５６７８９．")
    return (
        *(str(address), f"{address}.", str(number), hex(number), f"0{number:o}", f"{a}.{int(address) & 0xFFFFFF}"),
        *(
            f"{a}.{b}.{c << 8 | d}",
            f"0{a:o}.0{b:o}.0{c:o}.0{d:o}",
            ".".join(map(hex, address.packed)),
            f"0x{a:02x}.{b}.{c}.{d}",
        ),
        *(
            str(address).translate(circled),
            str(address).translate(wide),
            "".join(f"%{ord(x):02x}" for x in str(address)),
        ),
        *(
            f"[::ffff:{address}]",
            f"[::{address}]",
            f"[64:ff9b::{address}]",
            f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::]",
        ),
        *(f"[::ffff:{number >> 16:x}:{number & 0xFFFF:x}]", f"[0:0:0:0:0:FFFF:{address}]", f"user@{address}"),
    )


@given(
    PRIVATE.flatmap(lambda address: some.sampled_from(spellings(address))), some.sampled_from(("http", "https", "HTTP"))
)
def test_no_spelling_of_a_private_address_passes(host: str, scheme: str) -> None:
    with pytest.raises(InputError) as error:
        asyncio.run(check_url(f"{scheme}://{host}/", ANYWHERE, answers("127.0.0.1")))
    assert error.value.code in {"bad_url", "address_not_allowed"}


@given(some.text(max_size=60))
def test_reading_a_url_ends_in_a_url_or_a_refusal(text: str) -> None:
    for url in (text, f"http://{text}", f"https://example.com/{text}"):
        try:
            read = read_url(url)
        except InputError:
            continue
        assert str(read).isascii()
        assert read_url(str(read)) == read
