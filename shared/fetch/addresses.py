"""Which IP addresses are never dialled.

`ipaddress.is_global` is not used: it depends on the Python version and calls global
several addresses that lead inside (Oracle's and Azure's metadata services, NAT64, 6to4).
The lists follow the IANA special-purpose registries (RFC 6890 and its updates).
"""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_FORBIDDEN_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # carrier-grade NAT, Alibaba's metadata service
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's platform address
        "169.254.0.0/16",  # link local, metadata services
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # protocol assignments, Oracle's metadata service
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # AMT
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, broadcast
    )
)

# Everything outside is loopback, mapped IPv4, NAT64, unique local, link or site local,
# multicast, or not assigned at all.
_ALLOWED_V6 = IPv6Network("2000::/3")

_FORBIDDEN_V6 = tuple(
    IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments, Teredo
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: any IPv4 address inside
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
)


def is_forbidden(address: str) -> bool:
    """Whether this IP literal must not be dialled; what is no IP literal is forbidden too."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return True
    if isinstance(ip, IPv4Address):
        return any(ip in block for block in _FORBIDDEN_V4)
    return _forbidden_v6(ip)


def _forbidden_v6(ip: IPv6Address) -> bool:
    return ip not in _ALLOWED_V6 or any(ip in block for block in _FORBIDDEN_V6)


@dataclass(frozen=True)
class AllowedHosts:
    """Hosts that the operator vouches for: `host`, `host:port` or `host:*`.

    `host` lifts the ban on private addresses, on the usual ports only: otherwise a rule
    for a town's portal would open every other server of that machine. `host:port` lifts
    it for that port, and `host:*` for all of them.
    """

    entries: frozenset[str] = frozenset()

    @classmethod
    def parse(cls, text: str) -> "AllowedHosts":
        """From the comma-separated setting; blanks and letter case do not matter."""
        return cls(frozenset(item.strip().lower() for item in text.split(",") if item.strip()))

    def may_be_private(self, host: str, port: int) -> bool:
        """Whether this host may have a private address when dialled on this port."""
        return _bare(host) in self.entries or self.names_port(host, port)

    def names_port(self, host: str, port: int) -> bool:
        """Whether this very port of the host is allowed, usual or not."""
        host = _bare(host)
        bracketed = f"[{host}]" if ":" in host else host
        return not self.entries.isdisjoint({f"{bracketed}:{port}", f"{bracketed}:*"})


def _bare(host: str) -> str:
    return host.lower().strip("[]").removesuffix(".")
