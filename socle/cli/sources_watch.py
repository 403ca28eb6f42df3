"""`socle sources show|pause|resume|confirm|progress|attention|hosts`: watching the harvests."""

import json
from typing import Annotated

import typer
from rich.table import Table

from shared.clients.harvester import HarvesterClient
from shared.contracts.harvest import HostView, ItemView, RunView, SourceView
from shared.errors import InvalidInputError
from socle.cli.connection import DataDir, Key, Server, api_key
from socle.cli.output import moment, out, speaks_plainly, warn
from socle.cli.sources import SourceId, app, ask, find_source
from socle.watch import STATES

NOT_BROUGHT = {"failed": "En échec", "skipped": "Écarté", "missing": "Disparu"}
TROUBLES = {
    "asking": "attend une décision",
    "silent": "muette",
    "late": "en retard",
    "partial": "incomplète",
    "suspended": "suspendue par son budget",
    "distrusted": "listes de changements trompeuses",
}


@app.command()
@speaks_plainly
def show(source: SourceId, server: Server = None, data_dir: DataDir = None) -> None:
    """Montre une source, ses derniers moissonnages et ce qui n'est pas passé au dernier.

    Exemple : socle sources show 3f2a91c0
    """

    async def look(
        harvester: HarvesterClient,
    ) -> tuple[SourceView, list[RunView], dict[str, list[ItemView]]]:
        found = await find_source(harvester, source)
        runs = await harvester.runs(found.id)
        told = {word: await harvester.items(runs[0].id, word) for word in NOT_BROUGHT if runs}
        return found, runs, told

    found, runs, told = ask(look, server, data_dir)
    state = "active" if found.enabled else "suspendue"
    out.print(f"{found.name} ({found.kind}, {state})\n{found.url}\nIdentifiant : {found.id}")
    out.print(f"Horaire : {schedule_words(found)}")
    for name, value in sorted(found.config.items()):
        out.print(f"Option {name} : {option_value(value)}")
    if not found.config:
        out.print("Options : aucune")
    table = Table("Moissonnage", "État", "Trouvés", "Nouveaux", "Modifiés", "Échecs", "Écartés",
                  "Disparus", "Requêtes")  # fmt: skip
    for run in runs:
        counts = run.counts
        table.add_row(
            f"{moment(run.created_at)}{' (complet)' if run.mode == 'full' else ''}",
            STATES[run.state],
            *(str(n) for n in (counts.found, counts.new, counts.changed, counts.failed,
                               counts.skipped, counts.missing, run.requests)),
        )  # fmt: skip
    out.print(table)
    for run in runs[:1]:
        for word, items in told.items():
            _tell(word, items, getattr(run.counts, word))
        for text in [*filter(None, [run.error, run.stopped]), *run.warnings]:
            warn(text)


def schedule_words(source: SourceView) -> str:
    """The cron expression of a source, and when that is next."""
    if source.schedule is None:
        return "à la demande"
    following = source.next_run_at if source.enabled else None
    return f"{source.schedule}{f' (prochain : {moment(following)})' if following else ''}"


def option_value(value: object) -> str:
    """As it is written after `--set name=`."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _tell(word: str, items: list[ItemView], total: int) -> None:
    for item in items:
        reason = f" : {item.reason}" if item.reason else ""
        name = item.title or item.remote_id or "entrée sans titre ni identifiant"
        out.print(f"{NOT_BROUGHT[word]} – {name}{reason}", soft_wrap=True)
    if total > len(items) > 0:
        out.print(f"{NOT_BROUGHT[word]} – et {total - len(items)} de plus.")


@app.command()
@speaks_plainly
def pause(
    source: SourceId, server: Server = None, key: Key = None, data_dir: DataDir = None
) -> None:
    """Suspend l'horaire d'une source ; « resume » le reprend.

    Exemple : socle sources pause 3f2a91c0
    """
    _enable(source, server, key, data_dir, enabled=False)


@app.command()
@speaks_plainly
def resume(
    source: SourceId, server: Server = None, key: Key = None, data_dir: DataDir = None
) -> None:
    """Reprend l'horaire d'une source suspendue.

    Exemple : socle sources resume 3f2a91c0
    """
    _enable(source, server, key, data_dir, enabled=True)


@app.command()
@speaks_plainly
def confirm(
    source: SourceId,
    refuse: Annotated[  # noqa: FBT002 – an option of the command line
        bool, typer.Option("--refuse", help="Ne rien archiver, attendre encore")
    ] = False,
    server: Server = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Accepte (ou refuse) d'archiver les nombreux jeux qui ont disparu d'un portail.

    Exemple : socle sources confirm 3f2a91c0
    """

    async def decide(harvester: HarvesterClient) -> RunView:
        found = await find_source(harvester, source)
        asking = [run for run in await harvester.runs(found.id) if run.state == "asking"]
        if not asking:
            raise InvalidInputError(f"La source « {found.name} » n'attend aucune décision.")
        return await harvester.decide(asking[0].id, archive=not refuse)

    run = ask(decide, server, data_dir, api_key(key, data_dir))
    done = "Rien n'est archivé : on attend encore." if refuse else "Ils vont être archivés."
    out.print(f"{run.condemned} jeux de données disparus. {done}")


@app.command()
@speaks_plainly
def progress(server: Server = None, data_dir: DataDir = None) -> None:
    """Montre les moissonnages en cours.

    Exemple : socle sources progress
    """
    table = Table("Source", "État", "Pages", "Traités", "Annoncés", "Échecs")
    for run in ask(HarvesterClient.progress, server, data_dir):
        expected = str(run.expected) if run.expected else "?"
        table.add_row(run.source_name, STATES[run.state], str(run.pages), str(run.ended), expected,
                      str(run.failed))  # fmt: skip
    out.print(table if table.row_count else "Aucun moissonnage en cours.")


@app.command()
@speaks_plainly
def attention(server: Server = None, data_dir: DataDir = None) -> None:
    """Liste les sources qui demandent quelqu'un : en retard, muettes, en attente d'une décision.

    Exemple : socle sources attention
    """
    table = Table("Source", "Nom", "Trouble", "Depuis", "Détail", "Que faire")
    for each in ask(HarvesterClient.attention, server, data_dir):
        since = moment(each.since) if each.since else ""
        table.add_row(str(each.source_id)[:8], each.source_name, TROUBLES[each.trouble], since,
                      each.detail, each.advice)  # fmt: skip
    out.print(table if table.row_count else "Toutes les sources vont bien.")


@app.command()
@speaks_plainly
def hosts(
    wake: Annotated[
        str | None, typer.Option(help="Interroger de nouveau ce serveur, sans attendre")
    ] = None,
    server: Server = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Montre les serveurs qui ont échoué récemment et ceux laissés au repos.

    Exemple : socle sources hosts --wake data.exemple.fr
    """

    async def look(harvester: HarvesterClient) -> list[HostView]:
        if wake:
            await harvester.wake_host(wake)
        return await harvester.hosts()

    table = Table("Serveur", "Au repos jusqu'au", "Échecs de suite", "Raison")
    for each in ask(look, server, data_dir, api_key(key, data_dir) if wake else None):
        until = each.resting_until if each.resting else None
        table.add_row(each.host, moment(until) if until else "",
                      str(each.failures), each.reason or "")  # fmt: skip
    out.print(table if table.row_count else "Tous les serveurs répondent bien.")


def _enable(source: str, server: Server, key: Key, data_dir: DataDir, *, enabled: bool) -> None:
    async def change(harvester: HarvesterClient) -> SourceView:
        found = await find_source(harvester, source)
        return await harvester.change_source(found.id, enabled=enabled)

    changed = ask(change, server, data_dir, api_key(key, data_dir))
    out.print(f"Source « {changed.name} » {'reprise' if enabled else 'suspendue'}.")
