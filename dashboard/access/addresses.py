"""This machine's addresses: whether one stays on the machine, and how others reach it."""

import ipaddress
import socket

import psutil

_A_REMOTE_ADDRESS = ("192.0.2.1", 9)
"""Reserved for documentation (RFC 5737); a datagram socket that is connected to it sends nothing."""


def is_loopback(address: str) -> bool:
    """Whether an address, or every address of a name, is reachable from this machine alone."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(address, None, type=socket.SOCK_STREAM)}
    except OSError:
        return False
    return all(_plain(one).is_loopback for one in found)


def is_unspecified(host: str) -> bool:
    """Whether listening on this host means every address: 0.0.0.0 or ::."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def names_of(host: str) -> list[str]:
    """The names under which others may address what listens on `host`, the most likely one first."""
    if not is_unspecified(host):
        return [_in_url(host)]
    every = [
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family in {socket.AF_INET, socket.AF_INET6} and "%" not in address.address
    ]
    outside = [address for address in every if not _plain(address).is_loopback]
    # The address of the route that leads out is the one that a class can reach.
    outside.sort(key=lambda address: (address != _outgoing_address(), ":" in address))
    return [*map(_in_url, outside), socket.gethostname().lower()]


def same_machine(client: str, server: str) -> bool:
    """Whether a connection between these two addresses never left this machine."""
    try:
        return _plain(client).is_loopback or _plain(client) == _plain(server)
    except ValueError:
        return False


def _plain(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """The address itself; an IPv4 address that was dressed as IPv6 is undressed."""
    parsed = ipaddress.ip_address(address)
    return getattr(parsed, "ipv4_mapped", None) or parsed


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _outgoing_address() -> str:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_A_REMOTE_ADDRESS)
        except OSError:
            return ""
        return str(probe.getsockname()[0])
