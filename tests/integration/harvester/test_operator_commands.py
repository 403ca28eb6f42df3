"""The same by the command line: `socle sources show|set|pause|resume|confirm|progress|…`."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from services.harvester.main import create_app
from services.harvester.models.hosts import HostHealth
from services.harvester.models.states import RunState, SourceState
from services.harvester.storage.hosts import HostStore
from services.harvester.storage.sources import SourceStore
from shared.zone import PARIS
from socle.cli.application import app
from tests.integration.harvester.world import World
from tests.support.portals.base import listening, served
from tests.support.portals.udata import UdataPortal

Keys = dict[str, dict[str, str]]


@dataclass
class Platform:
    """A harvester that listens, and who gives it commands."""

    url: str
    key: str

    async def socle(self, *arguments: str, key: str | None = None) -> tuple[int, str]:
        """Exit code, and all that was said with single spaces."""
        given = {"SOCLE_SERVER": self.url, "SOCLE_KEY": key or self.key}
        done = await asyncio.to_thread(CliRunner().invoke, app, ["sources", *arguments], env=given)
        return done.exit_code, " ".join(done.output.split())


@pytest.fixture
async def platform(world: World, keys: Keys) -> AsyncIterator[Platform]:
    service = create_app(world.settings)
    key = keys["syndicate"]["Authorization"].removeprefix("Bearer ")
    async with service.router.lifespan_context(service), listening(service) as url:
        yield Platform(url, key)


@pytest.fixture
async def portal() -> AsyncIterator[UdataPortal]:
    async with served(UdataPortal()) as started:
        assert isinstance(started, UdataPortal)
        for number in range(10):
            started.add_dataset(f"Jeu {number}")
        yield started


async def test_a_source_is_shown_paused_and_resumed(
    world: World, platform: Platform, portal: UdataPortal
) -> None:
    source = await world.add_source(portal.root, schedule="0 3 * * *")
    await world.harvest(source)
    short = str(source.id)[:8]

    async def state() -> SourceState:
        async with world.database.begin() as session:
            return (await SourceStore(session).get(source.id)).state

    shown, said = await platform.socle("show", short)
    paused = await platform.socle("pause", short)
    while_paused = await state()
    _, said_paused = await platform.socle("show", short)
    resumed = await platform.socle("resume", short)

    assert shown == 0
    for part in (source.name, "(udata, active)", portal.root, str(source.id), "0 3 * * *"):
        assert part in said
    assert "terminé │ 10 │ 10 │ 0 │ 0 │ 0 │" in said
    assert paused == (0, f"Source « {source.name} » suspendue.")
    assert while_paused is SourceState.DISABLED
    assert "(udata, suspendue)" in said_paused
    assert resumed == (0, f"Source « {source.name} » reprise.")
    assert await state() is SourceState.ENABLED


async def test_what_did_not_come_through_is_shown_with_what_to_do(
    world: World, platform: Platform, portal: UdataPortal
) -> None:
    source = await world.add_source(portal.root)
    await world.harvest(source)
    portal.datasets.pop()
    portal.datasets[0]["private"] = True
    title = "Jeu que le catalogue refuse"
    portal.datasets[1]["title"] = title
    world.catalogue.refuses.add(title)
    for number in range(25):
        portal.add_dataset(f"Sans titre {number}")["title"] = None
    await world.harvest(source)

    code, said = await platform.socle("show", str(source.id)[:8])

    assert code == 0
    assert "Écarté – Jeu 0 : Le jeu de données n'est pas public. Rendez-le public" in said
    assert "Disparu – Jeu 9 : N'est plus listé depuis 1 moissonnage" in said
    told = "Le catalogue a refusé ce jeu de données : Titre refusé. Corrigez sa description"
    assert f"En échec – {title} : {told} sur le portail" in said
    assert said.count("Écarté – ") == 21
    assert "Écarté – et 6 de plus." in said


async def test_the_settings_of_a_source_are_changed_told_and_shown(
    world: World, platform: Platform, portal: UdataPortal
) -> None:
    source = await world.add_source(portal.root, schedule="0 3 * * *", config={"organization": "a"})
    short = str(source.id)[:8]

    changed = await platform.socle(
        "set", short, "--schedule", "30 5 * * 1", "--set", "organization=b", "--name", "La ville",
        "--url", f"{portal.root}/fr/",
    )  # fmt: skip
    shown = await platform.socle("show", short)
    again = await platform.socle("set", short, "--name", "La ville", "--organization", "b")
    bare = await platform.socle("set", short, "--schedule", "", "--unset", "organization")
    bare_shown = await platform.socle("show", short)

    assert changed[0] == shown[0] == bare[0] == bare_shown[0] == 0
    assert "Source « La ville » modifiée : nom : Portail d'essai → La ville" in changed[1]
    assert f"adresse : {portal.root} → {portal.root}/fr/" in changed[1]
    assert "horaire : 0 3 * * * → 30 5 * * 1 (prochain : " in changed[1]
    assert re.search(r"\(prochain : \d\d/\d\d/\d{4} 05:30\)", changed[1])
    assert "option organization : a → b" in changed[1]
    assert f"Le lancer tout de suite : socle sources run {short}" in changed[1]
    assert "La ville (udata, active)" in shown[1]
    assert "Horaire : 30 5 * * 1 (prochain : " in shown[1]
    assert "Option organization : b" in shown[1]
    assert again == (0, "Rien ne change : la source « La ville » est déjà réglée ainsi.")
    assert "horaire : 30 5 * * 1 → à la demande" in bare[1]
    assert "option organization : b → aucune" in bare[1]
    assert "nom :" not in bare[1]
    assert "Horaire : à la demande Options : aucune" in bare_shown[1]
    async with world.database.begin() as session:
        kept = await SourceStore(session).get(source.id)
    assert (kept.name, kept.schedule, kept.next_run_at, kept.config) == ("La ville", None, None, {})


async def test_the_other_options_stay_and_values_may_be_json(
    world: World, platform: Platform, portal: UdataPortal
) -> None:
    config = {"where": "a", "publisher": "Ville"}
    source = await world.add_source(portal.root, kind="opendatasoft", config=config)

    _, said = await platform.socle("set", str(source.id)[:8], "--set", 'refine={"theme": "Eau"}')

    assert 'option refine : aucune → {"theme": "Eau"}' in said
    async with world.database.begin() as session:
        kept = await SourceStore(session).get(source.id)
    assert kept.config == {**config, "refine": {"theme": "Eau"}}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Rien à changer : donnez --schedule, --set, --unset, --name, --url ou --kind."),
        (["--schedule", "chaque nuit"], "cinq champs attendus"),
        (["--schedule", "0 25 * * *"], "n'est pas une expression cron"),
        (["--set", "publisher=Ville"], "« publisher » ; il connaît : organization"),
        (["--set", "publisher"], "écrivez une option --set nom=valeur"),
        (["--unset", "organisation"], "n'a pas d'option « organisation » à retirer : elle a org"),
        (["--set", "organization=b", "--unset", "organization"], "à la fois dans --set et dans"),
        (["--url", "data.ville.fr"], "n'est pas l'adresse d'un portail"),
        (["--kind", "listing"], "« organization »"),
        (["--kind", "portail"], "« portail »"),
        (["--name", " "], "Le nom d'une source ne peut pas être vide"),
        (["--set", "organization=other"], "a déjà une source à cette adresse, avec la même"),
    ],
)
async def test_a_setting_that_cannot_be_is_refused_with_what_to_do(
    world: World, platform: Platform, portal: UdataPortal, arguments: list[str], said: str
) -> None:
    await world.add_source(portal.root, config={"organization": "other"})
    source = await world.add_source(portal.root, schedule="0 3 * * *", config={"organization": "a"})

    code, told = await platform.socle("set", str(source.id)[:8], *arguments)

    assert (code, said in told) == (2, True), told
    async with world.database.begin() as session:
        kept = await SourceStore(session).get(source.id)
    assert (kept.name, kept.url, kept.schedule, kept.config) == (
        source.name, source.url, source.schedule, source.config,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("option", "said", "decision"),
    [
        ([], "Ils vont être archivés.", "confirmed"),
        (["--refuse"], "Rien n'est archivé : on attend encore.", "refused"),
    ],
)
async def test_a_removal_that_asks_is_listed_and_decided(
    world: World,
    platform: Platform,
    portal: UdataPortal,
    option: list[str],
    said: str,
    decision: str,
) -> None:
    world.settings = world.settings.model_copy(update={"archive_after_runs": 1})
    source = await world.add_source(portal.root)
    await world.harvest(source)
    del portal.datasets[4:]
    asked, _ = await world.harvest(source)
    short = str(source.id)[:8]

    _, attention = await platform.socle("attention")
    decided = await platform.socle("confirm", short, *option)
    again, nothing = await platform.socle("confirm", short, *option)

    for part in (short, source.name, "attend une décision", "6 jeux de données", "--refuse"):
        assert part in attention
    assert decided == (0, f"6 jeux de données disparus. {said}")
    run, _ = await world.look(asked.id)
    assert (run.state, run.decision, run.decided_by) == (RunState.DONE, decision, "syndicate")
    assert (again, "n'attend aucune décision" in nothing) == (2, True)
    assert await platform.socle("attention") == (0, "Toutes les sources vont bien.")


async def test_runs_under_way_are_shown(
    world: World, platform: Platform, portal: UdataPortal
) -> None:
    source = await world.add_source(portal.root)
    before = await platform.socle("progress")
    await world.begin(source)

    code, said = await platform.socle("progress")

    assert before == (0, "Aucun moissonnage en cours.")
    assert code == 0
    assert f"{source.name} │ en attente │ 0 │ 0 │ ? │ 0" in said


async def test_hosts_that_rest_are_shown_and_woken(world: World, platform: Platform) -> None:
    none = await platform.socle("hosts")
    until = datetime.now(UTC) + timedelta(hours=1)
    async with world.database.begin() as session:
        await HostStore(session).save(HostHealth("d.exemple.fr", 5, 1, until, "occupé", 503))

    _, resting = await platform.socle("hosts")
    woken = await platform.socle("hosts", "--wake", "d.exemple.fr")
    again, unknown = await platform.socle("hosts", "--wake", "d.exemple.fr")

    assert none == woken == (0, "Tous les serveurs répondent bien.")
    assert f"d.exemple.fr │ {until.astimezone(PARIS):%d/%m/%Y %H:%M} │ 5 │ occupé" in resting
    assert (again, "n'est pas au repos" in unknown) == (2, True)


async def test_a_source_that_is_not_there_is_said(platform: Platform) -> None:
    for command in ("show", "pause", "resume", "confirm", "set"):
        given = ("--name", "x") if command == "set" else ()
        code, said = await platform.socle(command, "3f2a91c0", *given)
        assert (code, "Aucune source" in said) == (2, True), command
