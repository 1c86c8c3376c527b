"""Which IP addresses are on the public internet: our own table, because the standard library's is too kind.

`ipaddress.is_global` of Python 3.11 lets multicast, NAT64, 6to4 and the IPv4-compatible form of loopback pass. Here an
IPv4 address is public unless a special-purpose block holds it, and an IPv6 address only inside 2000::/3 and outside its
special blocks. Where IPv6 carries an IPv4 address that a network truly forwards to, that one is judged.
"""

from __future__ import annotations

import ipaddress
from typing import Final

_RESERVED_V4: Final = tuple(
    (ipaddress.IPv4Network(block), what)
    for block, what in (
        ("0.0.0.0/8", "unspecified"),
        ("10.0.0.0/8", "private"),
        ("100.64.0.0/10", "shared by a provider's customers"),
        ("127.0.0.0/8", "loopback"),
        ("169.254.0.0/16", "link-local"),
        ("172.16.0.0/12", "private"),
        ("192.0.0.0/24", "reserved"),
        ("192.0.2.0/24", "for documentation"),
        ("192.31.196.0/24", "reserved"),
        ("192.52.193.0/24", "reserved"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "private"),
        ("192.175.48.0/24", "reserved"),
        ("198.18.0.0/15", "for benchmarks"),
        ("198.51.100.0/24", "for documentation"),
        ("203.0.113.0/24", "for documentation"),
        ("224.0.0.0/4", "multicast"),
        ("240.0.0.0/4", "reserved"),
    )
)
_RESERVED_V6: Final = tuple(
    (ipaddress.IPv6Network(block), what)
    for block, what in (
        ("::/128", "unspecified"),
        ("::1/128", "loopback"),
        ("fc00::/7", "private"),
        ("fe80::/10", "link-local"),
        ("fec0::/10", "site-local"),
        ("ff00::/8", "multicast"),
        ("2001::/32", "a Teredo tunnel"),
        ("2001::/23", "reserved"),
        ("2001:db8::/32", "for documentation"),
        ("2002::/16", "a 6to4 tunnel"),
        ("2620:4f:8000::/48", "reserved"),
        ("3ffe::/16", "reserved"),
        ("3fff::/20", "for documentation"),
    )
)
_GLOBAL_UNICAST: Final = ipaddress.IPv6Network("2000::/3")
_MAPPED: Final = ipaddress.IPv6Network("::ffff:0:0/96")
_NAT64: Final = ipaddress.IPv6Network("64:ff9b::/96")


def not_public(address: str) -> str | None:
    """Say what an address is instead of public (`loopback`, `private`, …); None when it is public.

    What is no address in the plain spelling, or names a zone (`fe80::1%eth0`), is not public either.
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "no IP address"
    if isinstance(parsed, ipaddress.IPv4Address):
        return _special_v4(parsed)
    if parsed.scope_id is not None:
        return "bound to a network interface"
    if parsed in _MAPPED or parsed in _NAT64:
        return _special_v4(ipaddress.IPv4Address(int(parsed) & 0xFFFF_FFFF))
    found = next((what for block, what in _RESERVED_V6 if parsed in block), None)
    return found or (None if parsed in _GLOBAL_UNICAST else "reserved")


def _special_v4(address: ipaddress.IPv4Address) -> str | None:
    return next((what for block, what in _RESERVED_V4 if address in block), None)
