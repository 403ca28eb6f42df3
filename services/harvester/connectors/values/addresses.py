"""Addresses as portals write them: relative, with spaces and accents, of odd schemes."""

import re
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

_LINKABLE = frozenset({"http", "https", "ftp", "ftps"})
_SAFE = "%/:=&?~#+!$,;'@()*[]-._"
_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_WWW = re.compile(r"^www\.")

URL_LIMIT = 2_000


def clean_url(value: object, base: str) -> str | None:
    """An absolute http(s) or ftp address, resolved against `base` and percent-encoded.

    `None` for anything else (`javascript:`, `file:`, `odsfile:`, text): it ends up as a
    link on a page.
    """
    if not isinstance(value, str) or not (text := "".join(value.split("\n")).strip()):
        return None
    try:
        # Spaces and accents first: urljoin keeps them, servers do not.
        joined = urljoin(base, quote(text, safe=_SAFE))
        parts = urlsplit(joined)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() not in _LINKABLE or not host or len(joined) > URL_LIMIT:
        return None
    return joined


def is_web_address(value: str | None) -> bool:
    """Whether the text is an absolute http(s) address."""
    return bool(value) and urlsplit(str(value)).scheme in {"http", "https"}


def has_scheme(value: str) -> bool:
    """Whether the text begins like an absolute address of any scheme."""
    return bool(_SCHEME.match(value))


def same_host(first: str, second: str) -> bool:
    """Whether two addresses are of one host and port, `www.` and scheme left aside."""
    one, two = urlsplit(first), urlsplit(second)
    return _bare(one.hostname) == _bare(two.hostname) and (
        one.port == two.port or one.scheme != two.scheme
    )


def on_host_of(url: str, reference: str) -> str:
    """The path and query of `url` on the host of `reference`."""
    target, host = urlsplit(url), urlsplit(reference)
    return urlunsplit((host.scheme, host.netloc, target.path, target.query, ""))


def _bare(host: str | None) -> str:
    return _WWW.sub("", (host or "").lower())
