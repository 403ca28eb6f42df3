"""Structured logs on stdout: an event is a constant phrase, facts are fields.

Called once by each process, never at import. No credential and no cell value of a
file is ever logged above debug.
"""

import logging
import sys

import structlog


def configure(*, log_format: str = "json", level: str = "INFO") -> None:
    """Send structlog and the standard library's loggers to stdout, as JSON or as text."""
    shared_processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(colors=False)
        if log_format == "text"
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    structlog.configure(
        processors=[
            *shared_processors,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared_processors,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    # One line per request is the reverse proxy's business; per poll of arq it is noise.
    for noisy in ("uvicorn.access", "httpx2", "httpcore2", "arq.worker"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
