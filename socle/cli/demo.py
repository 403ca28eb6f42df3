"""`socle demo`: the platform with the demonstration portals, harvested once."""

import asyncio
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import httpx2
import typer
from rich.table import Table

from demo.manifest import DemoOrganization, DemoSource, manifest
from shared import logging
from shared.access.models import Organization, OrganizationKind, Role
from shared.access.store import organization_id
from shared.clients.catalogue import CatalogueClient
from shared.clients.harvester import HarvesterClient
from shared.contracts.harvest import NewSource, RunView
from shared.db import Database
from shared.errors import Transient
from socle.bootstrap import save_members
from socle.cli.connection import DataDir
from socle.cli.output import out, speaks_plainly
from socle.cli.up import announce
from socle.embedded.datafolder import default_path
from socle.embedded.errors import EmbeddedError
from socle.embedded.platform import Platform
from socle.embedded.process import ProcessSpec
from socle.embedded.signals import StopSignals
from socle.stack import Stack, free_port
from socle.watch import STATES, watch_runs

app = typer.Typer()

_PORTALS = "portals"
_PORT_SECRET = "demo-port"  # noqa: S105 – where the portals' port is kept, not a secret
_FIRST_PORT = 18_094


@app.command()
@speaks_plainly
def demo(
    port: Annotated[int, typer.Option(min=1, max=65_535, help="Port du portail")] = 8000,
    once: Annotated[  # noqa: FBT002 – an option of the command line
        bool, typer.Option("--once", help="S'arrêter après un moissonnage")
    ] = False,
    data_dir: DataDir = None,
) -> None:
    """Démarre la plateforme avec treize portails fictifs, les moissonne et montre le résultat.

    Exemple : socle demo --once --data-dir /tmp/demonstration
    """
    logging.configure(log_format="text", level="WARNING")
    good = asyncio.run(_demo(port, data_dir or _default_folder(), once=once))
    raise typer.Exit(0 if good else 1)


def _default_folder() -> Path:
    """Beside the real platform's folder, never in it."""
    folder = default_path()
    return folder.with_name(f"{folder.name}-demo")


async def _demo(port: int, data_dir: Path, *, once: bool) -> bool:
    good = True
    async with StopSignals() as signals:
        platform = Platform(data_dir=data_dir, tell=out.print, hurry=signals.hurry)
        out.print("Démarrage de la base de données et de la file d'attente…")
        async with platform:
            portals = _portals_port(platform)
            base_url = f"http://127.0.0.1:{portals}"
            out.print("Démarrage des portails fictifs et des services…")
            await platform.supervisor.add(_portals_process(portals, base_url))
            stack = Stack(
                platform,
                host="127.0.0.1",
                port=port,
                allowed_hosts=f"127.0.0.1:{portals}",
                # Whoever looks at the demonstration does not wait five minutes for its day.
                settings={"CATALOGUE_UPKEEP_SECONDS": "10"},
            )
            admin_key = await stack.start()
            good = await harvest_demo(stack, manifest(base_url))
            announce(stack, admin_key)
            if not once:
                await asyncio.Event().wait()
    if signals.received is not None:
        out.print("Tout est arrêté.")
        return not once
    return good


def _portals_port(platform: Platform) -> int:
    """The same port at every start: the addresses of the datasets are part of what they are."""
    secrets = platform.folder.secrets
    known = secrets.get(_PORT_SECRET)
    if known:
        if not free_port(int(known)):
            raise EmbeddedError(
                f"Le port {known}, celui des portails de cette démonstration, est pris. "
                "Arrêtez ce qui l'occupe, ou repartez d'un autre dossier (--data-dir)."
            )
        return int(known)
    port = next(port for port in range(_FIRST_PORT, 65_536) if free_port(port))
    secrets.put(_PORT_SECRET, str(port))
    return port


def _portals_process(port: int, base_url: str) -> ProcessSpec:
    async def ready() -> bool:
        try:
            async with httpx2.AsyncClient(trust_env=False, timeout=2) as client:
                return (await client.get(f"{base_url}/_demo/state")).is_success
        except httpx2.HTTPError:
            return False

    return ProcessSpec(
        name=_PORTALS,
        argv=(sys.executable, "-m", "demo", "--port", str(port)),
        ready=ready,
        ready_within=timedelta(seconds=30),
    )


async def harvest_demo(stack: Stack, sources: list[DemoSource]) -> bool:
    """Harvest every source, wait for the verdicts, print the summary; whether all succeeded."""
    database = Database(stack.database_url)
    try:
        await save_members(database, [_organization(source) for source in sources])
    finally:
        await database.close()
    async with CatalogueClient(stack.url, key=stack.service_key) as catalogue:
        for source in sources:
            await _declare(catalogue, source.organization)
    async with HarvesterClient(stack.url, key=stack.service_key) as harvester:
        started: dict[UUID, str] = {}
        for source in sources:
            stored = await harvester.find_or_create_source(_new_source(source))
            run = await harvester.start_run(stored.id)
            started[run.id] = source.organization.name
        runs = await watch_runs(harvester, started)
    async with CatalogueClient(stack.url) as catalogue:
        statistics = await _settled(catalogue)
    _summarize(sources, runs, statistics)
    return all(run.state == "done" for run in runs)


async def _declare(catalogue: CatalogueClient, owner: DemoOrganization) -> None:
    """What the operator of the demonstration knows of a member."""
    key, said = organization_id(siren=owner.siren, name=owner.name), owner.declared
    if said.facts:
        await catalogue.declare(key, said.facts)
    for action in said.actions:
        await catalogue.note(key, vars(action))


async def _settled(catalogue: CatalogueClient) -> dict[str, Any]:
    """The statistics once no verdict is pending."""
    with out.status("Validation des fichiers…") as status:
        while True:
            try:
                statistics = await catalogue.statistics()
            except Transient:
                await asyncio.sleep(1)
                continue
            pending = statistics["by_verdict"].get("pending", 0)
            if not pending:
                return statistics
            status.update(f"Validation des fichiers… encore {pending}")
            await asyncio.sleep(0.5)


def _organization(source: DemoSource) -> Organization:
    owner = source.organization
    return Organization(
        id=organization_id(siren=owner.siren, name=owner.name),
        name=owner.name,
        kind=OrganizationKind(owner.kind),
        siren=owner.siren,
        insee_code=owner.insee_code,
        population=owner.population,
        roles=tuple(Role(role) for role in owner.declared.roles),
    )


def _new_source(source: DemoSource) -> NewSource:
    owner = source.organization
    return NewSource(
        organization_id=organization_id(siren=owner.siren, name=owner.name),
        url=source.url,
        kind=source.kind,
        name=source.name,
        fictitious=source.fictitious,
        config=dict(source.config),
        schedule=None,
    )


def _summarize(sources: list[DemoSource], runs: list[RunView], statistics: dict[str, Any]) -> None:
    lines = {line["key"]: line for line in statistics["by_organization"]}
    table = Table(
        "Membre", "Portail", "Moissonnage", "Jeux", "Fichiers", "Valides", "À corriger",
        "Illisibles", "Indisponibles", "Sans schéma",
    )  # fmt: skip
    total: Counter[str] = Counter()
    for source, run in zip(sources, runs, strict=True):
        owner = organization_id(siren=source.organization.siren, name=source.organization.name)
        line = lines.get(str(owner), {"datasets": 0, "resources": 0, "verdicts": {}})
        verdicts = line["verdicts"]
        numbers = {
            "datasets": line["datasets"],
            "resources": line["resources"],
            "valid": verdicts.get("valid", 0),
            "invalid": verdicts.get("invalid", 0),
            "unreadable": verdicts.get("unreadable", 0) + verdicts.get("failed", 0),
            "unavailable": verdicts.get("unavailable", 0),
            "no-schema": verdicts.get("no-schema", 0),
        }
        total.update(numbers)
        table.add_row(
            source.organization.name, source.kind, STATES[run.state], *map(str, numbers.values())
        )
    table.add_section()
    table.add_row("Ensemble", "", "", *(str(total[name]) for name in numbers))
    out.print(table)
