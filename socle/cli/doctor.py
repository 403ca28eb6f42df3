"""`socle doctor`: what is well and what is not, with what to do about it."""

import asyncio
import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import typer
from rich.text import Text

from shared.db import Database
from shared.errors import ServiceError
from socle.cli.connection import DataDir, data_folder, server_address
from socle.cli.output import out, speaks_plainly
from socle.embedded.accounts import server_account
from socle.embedded.datafolder import DataFolder
from socle.embedded.leftovers import read_records
from socle.embedded.placement import Placement
from socle.embedded.programs import valkey_program

app = typer.Typer()
_ROOM_BYTES = 1_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `advice` is what to do when it is not well."""

    good: bool
    text: str
    advice: str = ""


@app.command()
@speaks_plainly
def doctor(data_dir: DataDir = None) -> None:
    """Examine l'installation et dit quoi faire ; code de sortie 1 si quelque chose ne va pas.

    Exemple : socle doctor
    """
    findings = list(_examine(data_folder(data_dir), data_dir))
    for finding in findings:
        mark = ("✓", "green") if finding.good else ("✗", "bold red")
        out.print(Text.assemble(mark, f" {finding.text}"))
        if not finding.good and finding.advice:
            out.print(f"    → {finding.advice}")
    raise typer.Exit(0 if all(finding.good for finding in findings) else 1)


def _examine(folder: DataFolder, data_dir: Path | None) -> Iterator[Finding]:
    yield Finding(good=True, text=f"Python {sys.version.split()[0]} ({sys.executable})")
    yield _postgresql()
    yield _valkey()
    yield from _disk(folder)
    pid = folder.served_by()
    if pid is None:
        yield Finding(good=True, text=f"Aucune plateforme ne tourne sur {folder.path}.")
        return
    yield Finding(good=True, text=f"Plateforme en marche sur {folder.path} (processus {pid}).")
    for record in read_records(folder.processes_file):
        yield Finding(
            good=record.process() is not None,
            text=f"Processus {record.name} ({record.pid})",
            advice=f"Il s'est arrêté : voyez {folder.logs_dir / record.name}.log.",
        )
    yield from asyncio.run(_running(folder, server_address(None, data_dir)))


def _postgresql() -> Finding:
    if os.environ.get("DATABASE_URL"):
        return Finding(good=True, text="PostgreSQL : celui de DATABASE_URL")
    try:
        placement = Placement(account=server_account(), tell=lambda _: None)
        found = placement.postgres(origin=os.environ.get("SOCLE_POSTGRES") or None)
    except ServiceError as error:
        return Finding(good=False, text="PostgreSQL : aucun", advice=error.message)
    return Finding(good=True, text=f"PostgreSQL {found.major} ({found.program('postgres')})")


def _valkey() -> Finding:
    if os.environ.get("REDIS_URL"):
        return Finding(good=True, text="Valkey : celui de REDIS_URL")
    try:
        return Finding(good=True, text=f"Valkey ({valkey_program()})")
    except ServiceError as error:
        return Finding(good=False, text="Valkey : aucun", advice=error.message)


def _disk(folder: DataFolder) -> Iterator[Finding]:
    existing = next(p for p in (folder.path, *folder.path.parents) if p.exists())
    free = shutil.disk_usage(existing).free
    yield Finding(
        good=free > _ROOM_BYTES,
        text=f"Place libre pour {folder.path} : {free / 1e9:.1f} Go",
        advice="Libérez de la place ou déplacez le dossier de données (--data-dir).",
    )
    yield Finding(
        good=os.access(existing, os.W_OK),
        text=f"Droit d'écrire dans {existing}",
        advice="Donnez-vous ce droit, ou choisissez un autre dossier avec --data-dir.",
    )


async def _running(folder: DataFolder, server: str) -> list[Finding]:
    findings = []
    addresses = folder.addresses()
    if addresses:
        database = Database(addresses.database_url)
        try:
            await database.ping()
            findings.append(Finding(good=True, text="La base de données répond."))
        except OSError as error:
            findings.append(
                Finding(
                    good=False,
                    text=f"La base de données ne répond pas ({error}).",
                    advice=f"Voyez {folder.logs_dir / 'postgresql.log'}.",
                )
            )
        finally:
            await database.close()
    try:
        async with httpx2.AsyncClient(trust_env=False, timeout=5) as client:
            answer = await client.get(f"{server}/ready")
        ready, text = answer.is_success, f"{server}/ready répond {answer.status_code}"
    except httpx2.HTTPError as error:
        ready, text = False, f"{server} ne répond pas ({type(error).__name__})"
    advice = f"Voyez {folder.logs_dir / 'web.log'}, puis relancez « socle up »."
    findings.append(Finding(good=ready, text=text, advice=advice))
    return findings
