"""polars: the bare split of a file into cells, all of them texts. It validates nothing."""

import polars as pl  # type: ignore[import-not-found]

from bench.servers.protocol import Request, serve


def run(request: Request, _ready: None) -> int:
    """The number of rows."""
    frame = pl.read_csv(request["path"], infer_schema=False, truncate_ragged_lines=True)
    return int(frame.height)


if __name__ == "__main__":
    serve(lambda _request: None, run, lambda _request, rows: {"verdict": "split", "errors": rows})
