"""What an address may look like, and what a document is called."""

import posixpath
import re
from email.message import Message
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import httpx2

from shared.fetch.addresses import AllowedHosts
from shared.fetch.errors import FetchRefused

_DEFAULT_PORTS = {"http": 80, "https": 443}
_USUAL_PORTS = frozenset({80, 443, 8080, 8443})
_MAX_URL_LENGTH = 4_000
_HOST = re.compile(r"[0-9a-z._-]+|[0-9a-f:.]+", re.IGNORECASE)
_NAME_LENGTH = 200


def checked_url(text: str, *, allowed: AllowedHosts) -> httpx2.URL:
    """The address, parsed; its path is percent-encoded where portals left blanks or accents.

    Raises `FetchRefused` for another scheme than http(s), an unusual port, credentials in
    the address, or a host that is no host name.
    """
    if len(text) > _MAX_URL_LENGTH:
        raise FetchRefused("Cette adresse est trop longue pour être celle d'un fichier.")
    try:
        url = httpx2.URL(text.strip())
    except (httpx2.InvalidURL, ValueError) as error:
        raise FetchRefused(
            f"« {text[:200]} » n'est pas une adresse web valable.",
            message_en="This is not a valid web address.",
        ) from error
    _check_authority(url, allowed)
    return url.copy_with(fragment=None) if url.fragment else url


class Origin(NamedTuple):
    """Whom a connection leads to: what two addresses of one server have in common."""

    scheme: str
    host: str
    port: int


def origin_of(url: httpx2.URL) -> Origin:
    """Scheme, host in ASCII and port that will be dialled."""
    port = url.port if url.port is not None else _DEFAULT_PORTS[url.scheme]
    return Origin(url.scheme, url.raw_host.decode("ascii"), port)


def _check_authority(url: httpx2.URL, allowed: AllowedHosts) -> None:
    if url.scheme not in _DEFAULT_PORTS:
        raise FetchRefused(
            "Seules les adresses qui commencent par http:// ou https:// peuvent être lues.",
            message_en="Only http:// and https:// addresses can be read.",
        )
    if url.userinfo:
        raise FetchRefused(
            "L'adresse contient un identifiant ou un mot de passe : retirez-le.",
            message_en="The address contains credentials.",
        )
    _, host, port = origin_of(url)
    if not _HOST.fullmatch(host):
        raise FetchRefused(
            "L'adresse ne nomme pas de serveur valable.",
            message_en="The address names no valid host.",
        )
    if port not in _USUAL_PORTS and not allowed.names_port(host, port):
        raise FetchRefused(
            f"Le port {port} n'est pas autorisé (ports permis : 80, 443, 8080 et 8443) ; "
            f"l'administrateur peut permettre « {host}:{port} » (SOCLE_ALLOWED_HOSTS).",
            message_en=f"Port {port} is not allowed (80, 443, 8080 and 8443 are); the operator "
            f"may allow `{host}:{port}` (SOCLE_ALLOWED_HOSTS).",
        )


def redirect_target(base: httpx2.URL, location: str, *, allowed: AllowedHosts) -> httpx2.URL:
    """Where a redirect leads: relative or absolute, checked as the first address was."""
    try:
        joined = base.join(location.strip())
    except (httpx2.InvalidURL, ValueError) as error:
        raise FetchRefused("Le serveur redirige vers une adresse qui n'en est pas une.") from error
    return checked_url(str(joined), allowed=allowed)


def file_name(url: str, content_disposition: str | None = None) -> str:
    """Name of the document: the server's, else the last part of the path. Never a path."""
    name = _disposition_name(content_disposition) if content_disposition else ""
    if not name:
        try:
            name = unquote(urlsplit(url).path)
        except ValueError:
            name = ""
        name = name.rstrip("/")
    name = posixpath.basename(name.replace("\\", "/"))
    name = "".join(character for character in name if character.isprintable()).strip(" .")
    return name[-_NAME_LENGTH:] or "fichier"


def _disposition_name(header: str) -> str:
    message = Message()
    message["Content-Disposition"] = header.replace("\r", " ").replace("\n", " ")
    return message.get_filename() or ""
