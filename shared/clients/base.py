"""One HTTP client's manners: the service key, a time limit, and errors in our own words.

The address of another service is set by the operator, so these calls do not go through
the guarded fetcher, which is for addresses that strangers give.
"""

from collections.abc import AsyncIterator, Mapping
from types import TracebackType
from typing import Any, BinaryIO, ClassVar, Self

import httpx2
import structlog
from pydantic import BaseModel

from shared.errors import ClientError, NotFoundError, NotReadyYet, Transient


class UpstreamRefusal(ClientError):
    """Another service understood the call and refused it: repeating it changes nothing."""

    code = "upstream-refusal"
    status = 502
    title = "Refus d'un autre service"


class ServiceClient:
    """Calls one service of the platform. Close it, or use it as an async context."""

    service: ClassVar[str]

    def __init__(
        self,
        base_url: str,
        *,
        key: str | None = None,
        timeout: float = 30.0,
        transport: httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._http = httpx2.AsyncClient(
            base_url=base_url,
            headers=headers,
            timeout=timeout,
            transport=transport,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the pooled connections."""
        await self._http.aclose()

    async def call(
        self,
        method: str,
        path: str,
        *,
        body: BaseModel | None = None,
        json: Any = None,
        params: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, BinaryIO]] | None = None,
        within: float | None = None,
    ) -> httpx2.Response:
        """The answer, when it is 2xx. `body` is a model, `json` plain data, `form` and `files`
        (field → name and content) a multipart form: one of the three. `within`, in
        seconds, takes the place of the client's time limit.

        Raises `Transient` when the service is away, slow or overloaded (5xx, 429),
        `NotFoundError` on 404 and `UpstreamRefusal` on any other refusal, with the service's own
        sentence as message; their details hold what it said (`upstream_detail`) and its code
        (`upstream_code`).
        """
        request_id = structlog.contextvars.get_contextvars().get("request_id")
        sent = {**({"X-Request-Id": str(request_id)} if request_id else {}), **(headers or {})}
        content = body.model_dump_json(by_alias=True) if body is not None else None
        if content is not None:
            sent["Content-Type"] = "application/json"
        try:
            answer = await self._http.request(
                method,
                path,
                content=content,
                json=json,
                params=params,
                headers=sent,
                data=form,
                files=files,
                timeout=within if within is not None else httpx2.USE_CLIENT_DEFAULT,
            )
        except httpx2.TransportError as error:
            raise self._absent(error) from error
        if not answer.is_success:
            self._judge(answer)
        return answer

    async def download(
        self, path: str, *, params: dict[str, Any] | None = None
    ) -> AsyncIterator[bytes]:
        """The body of a GET in chunks, for exports of any length.

        Raises as `call` does, and `NotReadyYet` for what is being made (202).
        """
        try:
            async with self._http.stream("GET", path, params=params) as answer:
                if not answer.is_success:
                    await answer.aread()
                    self._judge(answer)
                if answer.status_code == 202:
                    raise NotReadyYet(
                        "Ce fichier est en préparation.", message_en="This file is being made."
                    )
                async for chunk in answer.aiter_bytes():
                    yield chunk
        except httpx2.TransportError as error:
            raise self._absent(error) from error

    def _absent(self, error: httpx2.TransportError) -> Transient:
        return Transient(
            f"Le service « {self.service} » ne répond pas à l'adresse {self._http.base_url} "
            f"({type(error).__name__}).",
            message_en=f"The {self.service} does not answer at {self._http.base_url} "
            f"({type(error).__name__}).",
        )

    def _judge(self, answer: httpx2.Response) -> None:
        detail, code = _detail(answer)
        told = {"upstream_code": code, "upstream_detail": detail}
        if answer.status_code >= 500 or answer.status_code == 429:
            raise Transient(
                f"Le service « {self.service} » a répondu {answer.status_code} : {detail}", **told
            )
        if answer.status_code == 404:
            raise NotFoundError(detail, **told)
        if code is None:
            said = f"Le service « {self.service} » a refusé la demande ({answer.status_code})"
            detail = f"{said} : {detail}"
        raise UpstreamRefusal(detail, **told)


def _detail(answer: httpx2.Response) -> tuple[str, str | None]:
    """What the other service says for people, and its stable code when it has one."""
    try:
        body = answer.json()
    except ValueError:
        # A page made for people, or another server altogether: its tags explain nothing.
        kind = answer.headers.get("content-type", "sans type").partition(";")[0]
        return f"{answer.url} ne donne pas la réponse attendue ({kind}).", None
    if not isinstance(body, dict):
        return str(body)[:500], None
    return str(body.get("detail", body))[:500], body.get("code")
