"""`python -m demo`: serve the portals on loopback until told to stop."""

import argparse
import socket
import sys
from pathlib import Path

import uvicorn

from demo.app import create_app
from demo.manifest import DEFAULT_SEED


def main(arguments: list[str] | None = None) -> None:
    """Listen first, then say where: whoever reads the address can connect at once."""
    options = _parser().parse_args(arguments)
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", options.port))
        listener.listen(128)
    except OSError as error:
        sys.exit(f"Le port {options.port} n'est pas disponible : {error.strerror}.")
    base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    if options.url_file:
        waiting = options.url_file.with_name(f"{options.url_file.name}.new")
        waiting.write_text(f"{base_url}\n", encoding="utf-8")
        waiting.replace(options.url_file)
    sys.stdout.write(f"{base_url}\n")
    sys.stdout.flush()
    config = uvicorn.Config(create_app(seed=options.seed), log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demo", description="Portails fictifs de la démonstration."
    )
    parser.add_argument("--port", type=int, default=0, help="0 : un port libre")
    parser.add_argument("--seed", type=int, default=DEFAULT_SEED, help="graine des données")
    parser.add_argument("--url-file", type=Path, help="fichier où écrire l'adresse de base")
    return parser


if __name__ == "__main__":
    main()
