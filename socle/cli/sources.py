"""`socle sources`: the portals that are harvested."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Annotated, TypeVar
from uuid import UUID

import typer
from rich.table import Table

from shared.clients.harvester import HarvesterClient
from shared.contracts.harvest import HarvestJobView, RunView, SourceView
from shared.errors import InvalidInputError
from socle.cli.access import find_organization
from socle.cli.connection import DataDir, Key, Server, api_key, server_address
from socle.cli.output import moment, number, out, speaks_plainly, warn
from socle.cli.portals import Options, PublisherThere, asked_source, portal_config
from socle.watch import STATES, watch_runs

app = typer.Typer(
    no_args_is_help=True,
    help="Sources moissonnées : ajouter, lister, régler, moissonner, retirer.",
    epilog="Exemple : socle sources add https://data.example.fr --member Créteil",
)
Answer = TypeVar("Answer")
SourceId = Annotated[str, typer.Argument(help="Identifiant de la source, ou son début")]


@app.command("list")
@speaks_plainly
def list_sources(server: Server = None, data_dir: DataDir = None) -> None:
    """Liste les sources et leur dernier moissonnage.

    Exemple : socle sources list
    """
    table = Table("Source", "Nom", "Type", "Horaire", "Dernier moissonnage", "Jeux", "Échecs")
    for source in ask(HarvesterClient.sources, server, data_dir):
        run = source.last_run
        table.add_row(
            str(source.id)[:8],
            source.name,
            source.kind,
            (source.schedule or "à la demande") if source.enabled else "suspendue",
            f"{STATES[run.state]}, {moment(run.created_at)}" if run else "jamais",
            str(run.counts.found) if run else "",
            str(run.counts.failed) if run else "",
        )
    out.print(table)


@app.command()
@speaks_plainly
def add(
    url: Annotated[str, typer.Argument(help="Adresse du portail")],
    member: Annotated[str, typer.Option(help="Membre : SIREN, code INSEE ou nom")],
    kind: Annotated[str | None, typer.Option(help="Type de portail ; sinon reconnu")] = None,
    organization: PublisherThere = None,
    options: Options = None,
    schedule: Annotated[
        str, typer.Option(help="Horaire cron, heure de Paris ; '' : à la demande")
    ] = "0 3 * * *",
    server: Server = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Ajoute une source ; elle sera moissonnée selon son horaire.

    Exemple : socle sources add https://data.example.fr --member Créteil
    """
    config = portal_config(organization, options)
    owner = asyncio.run(find_organization(data_dir, member))
    asked = asked_source(owner, url, kind=kind, config=config, schedule=schedule or None)
    secret = api_key(key, data_dir)
    source = ask(lambda harvester: harvester.create_source(asked), server, data_dir, secret)
    out.print(f"Source « {source.name} » ({source.kind}) ajoutée pour {owner.name}.")
    out.print(f"La moissonner tout de suite : socle sources run {str(source.id)[:8]}")


@app.command()
@speaks_plainly
def run(
    source: SourceId,
    full: Annotated[  # noqa: FBT002 – an option of the command line
        bool, typer.Option("--full", help="Tout relire, même ce que le portail dit inchangé")
    ] = False,
    server: Server = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Moissonne une source maintenant ; code de sortie 1 si elle n'a pas tout donné.

    Exemple : socle sources run 3f2a91c0
    """

    async def harvest(harvester: HarvesterClient) -> RunView:
        found = await find_source(harvester, source)
        started = await harvester.start_run(found.id, full=full)
        [ended] = await watch_runs(harvester, {started.id: found.name})
        return ended

    ended = ask(harvest, server, data_dir, api_key(key, data_dir))
    counts = ended.counts
    out.print(
        f"{STATES[ended.state].capitalize()} : {counts.found} trouvés = {counts.new} nouveaux + "
        f"{counts.changed} modifiés + {counts.unchanged} inchangés + {counts.failed} en échec + "
        f"{counts.skipped} écartés ; {counts.missing} disparus."
    )
    for warning in [*filter(None, [ended.error, ended.stopped]), *ended.warnings]:
        warn(warning)
    if counts.failed or counts.skipped or counts.missing:
        out.print(f"Lesquels, et pourquoi : socle sources show {source}")
    raise typer.Exit(0 if ended.state == "done" else 1)


@app.command()
@speaks_plainly
def remove(
    source: SourceId, server: Server = None, key: Key = None, data_dir: DataDir = None
) -> None:
    """Retire une source ; ses jeux de données restent au catalogue.

    Exemple : socle sources remove 3f2a91c0
    """

    async def retire(harvester: HarvesterClient) -> str:
        found = await find_source(harvester, source)
        await harvester.remove_source(found.id)
        return found.name

    name = ask(retire, server, data_dir, api_key(key, data_dir))
    out.print(f"Source « {name} » retirée. Ses jeux de données restent au catalogue.")


@app.command()
@speaks_plainly
def failures(
    relaunch: Annotated[  # noqa: FBT002 – an option of the command line
        bool, typer.Option("--relaunch", help="Relancer toutes les tâches en échec")
    ] = False,
    server: Server = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Liste les tâches en échec, et les relance avec --relaunch.

    Exemple : socle sources failures --relaunch
    """

    async def look(harvester: HarvesterClient) -> Sequence[HarvestJobView]:
        dead = await harvester.dead_jobs()
        for job in dead if relaunch else ():
            await harvester.relaunch(job.id)
        return dead

    dead = ask(look, server, data_dir, api_key(key, data_dir))
    if not dead:
        out.print("Aucune tâche en échec.")
        return
    table = Table("Tâche", "Type", "Fin", "Erreur")
    for job in dead:
        ended = moment(job.finished_at) if job.finished_at else ""
        table.add_row(str(job.id)[:8], job.kind, ended, job.error or "")
    out.print(table)
    if relaunch:
        out.print(f"{number(len(dead), 'tâche relancée', 'tâches relancées')}.")


def ask(
    question: Callable[[HarvesterClient], Awaitable[Answer]],
    server: str | None,
    data_dir: Path | None,
    key: str | None = None,
) -> Answer:
    """What the harvester answers, asked through one client."""

    async def asked() -> Answer:
        async with HarvesterClient(server_address(server, data_dir), key=key) as harvester:
            return await question(harvester)

    return asyncio.run(asked())


async def find_source(harvester: HarvesterClient, text: str) -> SourceView:
    """The source whose id begins so. Raises `InvalidInputError`."""
    found = [s for s in await harvester.sources() if _means(s.id, text)]
    if len(found) != 1:
        what = "Aucune source" if not found else "Plus d'une source"
        raise InvalidInputError(
            f"{what} dont l'identifiant commence par « {text} ». « socle sources list » les montre."
        )
    return found[0]


def _means(identifier: UUID, text: str) -> bool:
    return str(identifier).startswith(text.lower())
