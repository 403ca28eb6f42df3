"""The one way a service checks who is calling: a FastAPI dependency by scope.

The application carries its `Database` as `app.state.database`; a write route says
`principal: Annotated[Principal, Depends(require(Scope.HARVEST))]`.
"""

from collections.abc import Awaitable, Callable

from fastapi import Request

from shared.access.models import Principal, Scope
from shared.access.store import AccessStore
from shared.db import Database
from shared.errors import ForbiddenError, UnauthorizedError

_SCOPE_IN_FRENCH = {
    Scope.ADMIN: "administrer la plateforme",
    Scope.HARVEST: "gérer les sources et les moissonnages",
    Scope.VALIDATE: "demander des validations",
    Scope.CATALOGUE: "écrire dans le catalogue",
}


async def identify(request: Request) -> Principal | None:
    """Whom the request's key stands for; None when it carries none.

    Raises `UnauthorizedError` when a key is given and is not good: a caller that believes
    it is authenticated is never served as a stranger.
    """
    header = request.headers.get("authorization", "")
    if not header:
        return None
    scheme, _, secret = header.partition(" ")
    if scheme.lower() == "bearer" and secret.strip():
        database: Database = request.app.state.database
        async with database.begin() as session:
            principal = await AccessStore(session).authenticate(secret.strip())
        if principal is not None:
            return principal
    raise UnauthorizedError(
        "La clé d'API envoyée est inconnue, révoquée ou expirée. Demandez-en une à votre "
        "administrateur (commande « socle keys create »).",
        message_en="The API key is unknown, revoked or expired. Ask your administrator for one "
        "(`socle keys create`).",
    )


def require(scope: Scope) -> Callable[[Request], Awaitable[Principal]]:
    """A dependency that gives the caller, or raises 401 (no key) or 403 (no such scope)."""

    async def dependency(request: Request) -> Principal:
        principal = await identify(request)
        if principal is None:
            raise UnauthorizedError(
                "Cette action demande une clé d'API (en-tête « Authorization: Bearer … »).",
                message_en="This call needs an API key (`Authorization: Bearer …`).",
            )
        if not principal.may(scope):
            raise ForbiddenError(
                f"Cette clé d'API ne permet pas de {_SCOPE_IN_FRENCH[scope]} "
                f"(droit « {scope.value} » absent).",
                message_en=f"This API key lacks the scope `{scope.value}`.",
            )
        return principal

    return dependency
