"""`socle sources set`: the name, address, kind, schedule and options of a source."""

from typing import Annotated, Any

import typer

from shared.clients.harvester import HarvesterClient
from shared.contracts.harvest import SourceView
from shared.errors import InvalidInputError
from socle.cli.connection import DataDir, Key, Server, api_key
from socle.cli.output import out, speaks_plainly
from socle.cli.portals import Options, PublisherThere, portal_config
from socle.cli.sources import SourceId, app, ask, find_source
from socle.cli.sources_watch import option_value, schedule_words

_NOTHING = "aucune"


@app.command("set")
@speaks_plainly
def change(
    source: SourceId,
    schedule: Annotated[
        str | None, typer.Option(help="Horaire cron, heure de Paris ; '' : à la demande")
    ] = None,
    organization: PublisherThere = None,
    options: Options = None,
    unset: Annotated[
        list[str] | None, typer.Option(metavar="nom", help="Option à retirer (répétable)")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Nom de la source")] = None,
    url: Annotated[str | None, typer.Option(help="Adresse du portail")] = None,
    kind: Annotated[str | None, typer.Option(help="Type de portail")] = None,
    server: Server = None,
    key: Key = None,
    data_dir: DataDir = None,
) -> None:
    """Change le nom, l'adresse, le type, l'horaire ou les options d'une source ; le reste demeure.

    Exemple : socle sources set 3f2a91c0 --schedule "0 5 * * 1" --set publisher=Créteil
    """
    given = portal_config(organization, options)
    gone = set(unset or ())
    said = _said(name=name, url=url, kind=kind, schedule=schedule)
    if not said and not given and not gone:
        raise InvalidInputError(
            "Rien à changer : donnez --schedule, --set, --unset, --name, --url ou --kind. « socle "
            f"sources show {source} » montre les réglages de la source."
        )
    if both := sorted(given.keys() & gone):
        raise InvalidInputError(f"« {both[0]} » est à la fois dans --set et dans --unset.")

    async def apply(harvester: HarvesterClient) -> tuple[SourceView, SourceView]:
        before = await find_source(harvester, source)
        wanted = {"config": _config(before, given, gone), **said}
        changes = {key: each for key, each in wanted.items() if each != getattr(before, key)}
        if not changes:
            return before, before
        return before, await harvester.change_source(before.id, **changes)

    before, after = ask(apply, server, data_dir, api_key(key, data_dir))
    _tell(before, after)


def _config(source: SourceView, given: dict[str, Any], gone: set[str]) -> dict[str, Any]:
    """The options that the source is to have. Raises `InvalidInputError` for one to be taken away
    that it does not have: it is misspelt, and would go on selecting.
    """
    if unknown := sorted(gone - source.config.keys()):
        has = ", ".join(sorted(source.config))
        raise InvalidInputError(
            f"La source « {source.name} » n'a pas d'option « {unknown[0]} » à retirer : "
            f"{f'elle a {has}' if has else 'elle n’en a aucune'}."
        )
    return {key: value for key, value in source.config.items() if key not in gone} | given


def _said(*, schedule: str | None, **texts: str | None) -> dict[str, Any]:
    said: dict[str, Any] = {key: text.strip() for key, text in texts.items() if text is not None}
    if said.get("name") == "":
        raise InvalidInputError("Le nom d'une source ne peut pas être vide : donnez-lui-en un.")
    if schedule is not None:
        said["schedule"] = schedule.strip() or None
    return said


def _tell(before: SourceView, after: SourceView) -> None:
    lines = []
    if before.name != after.name:
        lines.append(f"nom : {before.name} → {after.name}")
    if before.url != after.url:
        lines.append(f"adresse : {before.url} → {after.url}")
    if before.kind != after.kind:
        lines.append(f"type : {before.kind} → {after.kind}")
    if before.schedule != after.schedule:
        lines.append(f"horaire : {before.schedule or 'à la demande'} → {schedule_words(after)}")
    for option in sorted(before.config.keys() | after.config.keys()):
        was, becomes = (_option(each, option) for each in (before, after))
        if was != becomes:
            lines.append(f"option {option} : {was} → {becomes}")
    if not lines:
        out.print(f"Rien ne change : la source « {after.name} » est déjà réglée ainsi.")
        return
    out.print(f"Source « {after.name} » modifiée :")
    for line in lines:
        out.print(f"  {line}")
    if (before.url, before.kind, before.config) != (after.url, after.kind, after.config):
        out.print(
            "Le prochain moissonnage relit tout le portail ; les jeux de données qui n'en font "
            "plus partie sont archivés après les délais habituels.\n"
            f"Le lancer tout de suite : socle sources run {str(after.id)[:8]}"
        )


def _option(source: SourceView, option: str) -> str:
    return option_value(source.config[option]) if option in source.config else _NOTHING
