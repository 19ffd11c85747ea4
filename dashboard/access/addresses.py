"""This machine's addresses: whether one stays on the machine, and how others reach it."""

import ipaddress
import socket

import psutil

_A_REMOTE_ADDRESS = ("192.0.2.1", 9)
"""Reserved for documentation (RFC 5737); connecting a datagram socket to it sends nothing."""


def is_loopback(address: str) -> bool:
    """Return whether an address, or every address of a name, can be reached from this machine alone."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(address, None, type=socket.SOCK_STREAM)}
    except OSError:
        return False
    return all(_parse(one).is_loopback for one in found)


def is_unspecified(host: str) -> bool:
    """Return whether listening on this host means every address: 0.0.0.0 or ::."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def names_of(host: str) -> list[str]:
    """List the names under which others may address what listens on `host`, the most likely one first."""
    if not is_unspecified(host):
        return [_in_url(host)]
    every = [
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family in {socket.AF_INET, socket.AF_INET6} and "%" not in address.address
    ]
    outside = [address for address in every if not _parse(address).is_loopback]
    # A class can reach the address of the route that leads out.
    outgoing = _outgoing_address()
    outside.sort(key=lambda address: (address != outgoing, ":" in address))
    return [*map(_in_url, outside), socket.gethostname().lower()]


def same_machine(client: str, server: str) -> bool:
    """Return whether a connection between these two addresses never left this machine."""
    try:
        return _parse(client).is_loopback or _parse(client) == _parse(server)
    except ValueError:
        return False


def _parse(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the address; one of IPv4 that is mapped into IPv6 as that of IPv4. Raises ValueError."""
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
