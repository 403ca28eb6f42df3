"""Signing in with an API key, for those who look after the platform."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from starlette.exceptions import HTTPException

from services.catalogue.api.dependencies import GivenDatabase
from services.catalogue.portal.rendering import render
from shared.access import sign_in
from shared.access.models import Principal
from shared.access.store import AccessStore

router = APIRouter()

PAGE = "/connexion"
COOKIE = "socle_session"
_SEE_OTHER = 303
_BODY_LIMIT = 10_000


class NotSignedInError(Exception):
    """The page is for signed-in people; `wanted` is where they were going."""

    def __init__(self, wanted: str) -> None:
        super().__init__(wanted)
        self.wanted = wanted


@dataclass(frozen=True)
class SignedIn:
    """Who is looking, and what the forms of the page must carry."""

    principal: Principal
    form_token: str


def _secret(request: Request) -> str | None:
    key = request.app.state.settings.service_key
    return key.get_secret_value() if key else None


async def visitor(request: Request, database: GivenDatabase) -> SignedIn | None:
    """The signed-in person; None for everybody else."""
    token, secret = request.cookies.get(COOKIE), _secret(request)
    key_id = sign_in.read(token, secret, now=datetime.now(UTC)) if token and secret else None
    if key_id is None or token is None or secret is None:
        return None
    async with database.begin() as session:
        principal = await AccessStore(session).principal(key_id)
    return SignedIn(principal, sign_in.form_token(token, secret)) if principal else None


Visitor = Annotated[SignedIn | None, Depends(visitor)]


async def signed_in(request: Request, found: Visitor) -> SignedIn:
    """The signed-in person. Raises `NotSignedInError`, which leads to the form."""
    if found is None:
        raise NotSignedInError(str(request.url.path))
    return found


GivenSignedIn = Annotated[SignedIn, Depends(signed_in)]


async def form_of(request: Request, person: SignedIn | None) -> dict[str, str]:
    """The fields of a small form. Raises 403 when a signed-in page did not send it, 413."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _BODY_LIMIT:
            raise HTTPException(413)
    fields = dict(parse_qsl(body.decode("utf-8", "replace")))
    if person and not sign_in.same(fields.get("jeton", ""), person.form_token):
        raise HTTPException(403)
    return fields


@router.get(PAGE)
async def form(request: Request, person: Visitor, suite: str = "") -> Response:
    """The form that asks for a key."""
    return _form(request, person, _inside(suite))


@router.post(PAGE)
async def enter(request: Request, database: GivenDatabase) -> Response:
    """Check the key; a good one opens the visit, a wrong one is said."""
    fields = await form_of(request, None)
    wanted, secret = _inside(fields.get("suite", "")), _secret(request)
    if secret is None:
        return _form(request, None, wanted, trouble="sign_in.closed", status=503)
    async with database.begin() as session:
        principal = await AccessStore(session).authenticate(fields.get("cle", "").strip())
    if principal is None:
        return _form(request, None, wanted, trouble="sign_in.wrong", status=401)
    answer = RedirectResponse(wanted, status_code=_SEE_OTHER)
    answer.set_cookie(
        COOKIE,
        sign_in.issue(principal.key_id, secret, now=datetime.now(UTC)),
        max_age=int(sign_in.LASTS.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.app.state.settings.public_url.startswith("https:"),
    )
    return answer


@router.post("/deconnexion")
async def leave(request: Request, person: Visitor) -> Response:
    """End the visit."""
    await form_of(request, person)
    answer = RedirectResponse("/", status_code=_SEE_OTHER)
    answer.delete_cookie(COOKIE)
    return answer


def to_form(_request: Request, error: Exception) -> Response:
    """Lead somebody who is not signed in to the form, and back afterwards."""
    wanted = error.wanted if isinstance(error, NotSignedInError) else "/"
    return RedirectResponse(f"{PAGE}?{urlencode({'suite': wanted})}", status_code=_SEE_OTHER)


def _inside(wanted: str) -> str:
    """An address on this site, never another one that somebody put into a link."""
    safe = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\n" not in wanted
    return wanted if safe else "/tableau-de-bord"


def _form(
    request: Request,
    person: SignedIn | None,
    wanted: str,
    *,
    trouble: str | None = None,
    status: int = 200,
) -> Response:
    values = {"wanted": wanted, "trouble": trouble, "person": person}
    return render(request, "sign_in.html", values, status=status)
