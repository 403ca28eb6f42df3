"""A line that brings pages of a site in small parts, as a bad connection does."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2

_PART = 1_500
"""Bytes of a page."""
_PAUSE = 0.1
"""Seconds between two parts."""


@contextmanager
def slow_line(url: str) -> Iterator[str]:
    """The address at which the site of `url` is read over such a line. What is no page, as a
    second visit has it kept, comes at once.
    """

    class Line(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = httpx2.get(f"{url}{self.path}")
            self.send_response(answer.status_code)
            type_ = answer.headers["content-type"]
            self.send_header("content-type", type_)
            self.end_headers()
            whole = answer.content
            part = _PART if type_.startswith("text/html") else len(whole) or 1
            for begin in range(0, len(whole), part):
                self.wfile.write(whole[begin : begin + part])
                time.sleep(_PAUSE if part == _PART else 0)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 – the name of the base class
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Line)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
