"""HEAD at every address that GET has (RFC 9110, 9.3.2): whoever checks links asks so."""

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadAsGet:
    """The answer to GET without its content. A long one ends with its first part: what makes it
    is told that the caller has left. Pure ASGI.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises what the application raises."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        asked, answered = False, asyncio.Event()

        async def receive_question() -> Message:
            nonlocal asked
            if not asked:
                asked = True
                return await receive()
            await answered.wait()
            return {"type": "http.disconnect"}

        async def send_head(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
            elif not answered.is_set():
                answered.set()
                await send({"type": "http.response.body", "body": b"", "more_body": False})

        # Since version 2.4 of the protocol answers do not listen to whether the caller is there.
        protocol = {**scope.get("asgi", {}), "spec_version": "2.3"}
        await self._app({**scope, "method": "GET", "asgi": protocol}, receive_question, send_head)
