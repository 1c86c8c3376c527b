from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as some

from nodebuilder.providers.addresses import not_public
from tests.providers.hostile_urls import PUBLIC_ADDRESSES, SPECIAL_ADDRESSES

BLOCKS = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
)


@pytest.mark.parametrize("address", SPECIAL_ADDRESSES)
def test_what_is_not_on_the_public_internet_is_named(address: str) -> None:
    assert not_public(address)


@pytest.mark.parametrize("address", PUBLIC_ADDRESSES)
def test_what_is_public_passes(address: str) -> None:
    assert not_public(address) is None


@given(some.sampled_from(BLOCKS).flatmap(lambda block: some.ip_addresses(v=4, network=block)))
def test_no_private_address_passes_in_any_ipv6_dress(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    dresses = (
        number,
        0xFFFF << 32 | number,
        0x64FF9B << 96 | number,
        0x2002 << 112 | number << 80,
        0x2001 << 112 | number,
    )
    assert not_public(str(address))
    assert all(not_public(str(ipaddress.IPv6Address(dress))) for dress in dresses)


@given(some.ip_addresses())
def test_we_are_never_kinder_than_the_standard_library(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    embedded = isinstance(address, ipaddress.IPv6Address) and (
        address.ipv4_mapped or int(address) >> 32 == 0x64FF9B << 64
    )
    if not_public(str(address)) is None and not embedded:
        assert address.is_global
        assert not any((address.is_multicast, address.is_private, address.is_reserved, address.is_link_local))
