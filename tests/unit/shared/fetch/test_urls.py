import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.fetch import AllowedHosts, FetchRefused, file_name
from shared.fetch.urls import checked_url

NOBODY = AllowedHosts()


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://ville.fr/a.csv", "gopher://ville.fr/", "data:text/csv,a",
        "javascript:alert(1)", "//ville.fr/a.csv", "/etc/passwd", "ville.fr/a.csv", "", "http://",
        "http:///a.csv", "https:/ville.fr", "http://user@ville.fr/", "http://user:pw@ville.fr/",
        "http://ville.fr:22/", "http://ville.fr:6379/", "http://ville.fr:99999/",
        "http://vil le.fr/", "http://ville.fr\r\n/", "http://evil.fr\\@127.0.0.1/",
        "http://[fe80::1%25eth0]/", "http://①②⑦.⓪.⓪.①/", "unix:///run/docker.sock",
        "http://ville.fr/" + "a" * 5_000,
    ],
)  # fmt: skip
def test_an_address_that_is_no_plain_web_address_is_refused(url):
    with pytest.raises(FetchRefused):
        checked_url(url, allowed=NOBODY)


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        (" https://Ville.fr/a.csv#x ", "https://ville.fr/a.csv"),
        ("http://ville.fr/données été.csv?q=é", "http://ville.fr/donn%C3%A9es%20%C3%A9t%C3%A9.csv?q=%C3%A9"),
        ("http://ville.fr:8080/", "http://ville.fr:8080/"),
        ("https://créteil.fr/", "https://xn--crteil-cva.fr/"),
    ],
)  # fmt: skip
def test_addresses_as_portals_write_them_are_made_sendable(url, sent):
    result = checked_url(url, allowed=NOBODY)
    assert f"{result.scheme}://{result.netloc.decode()}{result.raw_path.decode()}" == sent


def test_an_unusual_port_needs_the_operators_word():
    allowed = AllowedHosts.parse("127.0.0.1:5001")
    assert checked_url("http://127.0.0.1:5001/x", allowed=allowed).port == 5001
    with pytest.raises(FetchRefused, match="5002"):
        checked_url("http://127.0.0.1:5002/x", allowed=allowed)


@given(st.text())
def test_any_text_is_parsed_or_refused(text):
    with contextlib.suppress(FetchRefused):
        assert checked_url(text, allowed=NOBODY).scheme in {"http", "https"}


@pytest.mark.parametrize(
    ("url", "disposition", "name"),
    [
        ("https://v.fr/a/b%20c.csv?x=1", None, "b c.csv"),
        ("https://v.fr/export", 'attachment; filename="d\u00e9lib.csv"', "délib.csv"),
        ("https://v.fr/export", "attachment; filename*=UTF-8''d%C3%A9lib.csv", "délib.csv"),
        ("https://v.fr/export", 'attachment; filename="../../etc/passwd"', "passwd"),
        ("https://v.fr/export", 'attachment; filename="C:\\\\x\\\\a.csv"', "a.csv"),
        ("https://v.fr/..%2f..%2fetc", None, "etc"),
        ("https://v.fr/", None, "fichier"),
        ("https://v.fr/a", "inline", "a"),
        ("https://v.fr/a\u0000.csv", None, "a.csv"),
    ],
)
def test_a_document_is_named_by_its_server_and_never_a_path(url, disposition, name):
    assert file_name(url, disposition) == name


@given(st.text(), st.text())
def test_a_name_is_never_a_path(url, disposition):
    name = file_name(url, disposition)
    assert name
    assert "/" not in name
    assert name not in {".", ".."}
