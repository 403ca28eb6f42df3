from ipaddress import IPv4Network, IPv6Network

import pytest

from shared.fetch import AllowedHosts, is_forbidden

SPECIAL_USE = [
    "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
    "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24",
    "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
    "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32", "168.63.129.16/32",
    "::/128", "::1/128", "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64",
    "100:0:0:1::/64", "2001::/23", "2001::/32", "2001:2::/48", "2001:10::/28", "2001:20::/28",
    "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7",
    "fe80::/10", "fec0::/10", "ff00::/8",
]  # fmt: skip


@pytest.mark.parametrize("block", SPECIAL_USE)
def test_both_ends_of_every_special_use_range_are_forbidden(block):
    network = IPv6Network(block) if ":" in block else IPv4Network(block)
    assert is_forbidden(str(network[0]))
    assert is_forbidden(str(network[-1]))


@pytest.mark.parametrize(
    "address",
    [
        "169.254.169.254", "100.100.100.200", "192.0.0.192", "168.63.129.16", "::127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:a9fe:a9fe::", "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2", "fd00:ec2::254", "fe80::1%eth0", "fec0::1",
        "ff02::1", "localhost", "", "127.1",
    ],
)  # fmt: skip
def test_metadata_services_and_embedded_addresses_are_forbidden(address):
    assert is_forbidden(address)


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "185.75.143.29", "172.32.0.1", "172.15.255.255", "100.128.0.0",
     "168.63.129.15", "168.63.129.17", "2001:4860:4860::8888", "2a01:e0a::1", "2001:200::1"],
)  # fmt: skip
def test_public_addresses_are_allowed(address):
    assert not is_forbidden(address)


def test_an_allowed_host_opens_its_usual_ports_only():
    allowed = AllowedHosts.parse("Portail.Ville.fr")
    assert allowed.may_be_private("portail.ville.fr.", 443)
    assert not allowed.names_port("portail.ville.fr", 6379)
    assert not allowed.may_be_private("autre.ville.fr", 443)


def test_an_allowed_port_opens_that_port_alone():
    allowed = AllowedHosts.parse(" 127.0.0.1:5001 , [::1]:5002")
    assert allowed.names_port("127.0.0.1", 5001)
    assert allowed.may_be_private("127.0.0.1", 5001)
    assert not allowed.may_be_private("127.0.0.1", 5002)
    assert not allowed.may_be_private("127.0.0.1", 80)
    assert allowed.names_port("::1", 5002)


def test_a_star_opens_every_port():
    allowed = AllowedHosts.parse("127.0.0.1:*")
    assert allowed.names_port("127.0.0.1", 1)
    assert allowed.may_be_private("127.0.0.1", 65535)
