"""The dashboard beside a real harvester: what it says, and whose.

A key bound to one organisation sees nothing of the others', and cannot act on it.
"""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import httpx2
import pytest
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import insert, select, text, update

from services.catalogue.operations.record_verdicts import record_verdicts
from services.harvester.main import create_app
from services.harvester.models.sources import Source
from services.harvester.models.states import SourceState
from services.harvester.operations.start_run import start_run
from services.harvester.settings import HarvesterSettings
from services.harvester.storage.sources import SourceStore
from services.harvester.storage.tables import jobs, run_items, runs
from shared.access.models import Organization, Scope
from shared.access.store import AccessStore
from shared.clients.harvester import HarvesterClient
from shared.contracts.catalogue import VerdictBatch
from shared.db import Database
from shared.migrations import upgrade
from tests.integration.catalogue.builders import (
    CRETEIL,
    EVERYONE,
    LIMEIL,
    NOGENT,
    checked,
    one,
    put,
    verdict,
)

PAGE = "/tableau-de-bord"


async def key(database: Database, scope: Scope, owner: Organization | None = None) -> str:
    async with database.begin() as session:
        _, secret = await AccessStore(session).create_key(
            label="essai", scopes=[scope], organization_id=owner.id if owner else None
        )
    return secret


@pytest.fixture(scope="session")
def both_url(catalogue_url: str) -> str:
    upgrade(catalogue_url, "services.harvester.migrations")
    return catalogue_url


@pytest.fixture
async def platform(
    app: FastAPI, database: Database, both_url: str, redis_url: str, tmp_path: Path
) -> AsyncIterator[FastAPI]:
    """A catalogue whose portal calls a harvester, both on the same database."""
    async with database.begin() as session:
        await session.execute(text("truncate harvester.sources, harvester.jobs cascade"))
    harvester = create_app(
        HarvesterSettings(database_url=both_url, redis_url=redis_url, store_dir=tmp_path)
    )
    async with harvester.router.lifespan_context(harvester):
        client = HarvesterClient(
            "http://harvester",
            key=await key(database, Scope.ADMIN),
            transport=httpx2.ASGITransport(app=harvester),
        )
        app.state.resources = replace(app.state.resources, harvester=client)
        app.state.settings = app.state.settings.model_copy(
            update={"service_key": SecretStr("secret"), "public_url": "http://catalogue"}
        )
        yield app
        await client.close()


async def harvested(
    database: Database, owner: Organization, state: str, *changes: str | None
) -> tuple[UUID, UUID]:
    """A source of that organisation with a run that ended so: the ids of the source and of the
    run's job, which was given up.
    """
    source = Source(
        id=uuid4(),
        organization_id=owner.id,
        name=f"Portail de {owner.name}",
        url=f"https://{owner.insee_code}.exemple.fr",
        kind="udata",
        state=SourceState.ENABLED,
    )
    ended = datetime.now(UTC)
    async with database.begin() as session:
        await SourceStore(session).add(source)
        run_id, _ = await start_run(session, source, trigger="manual", mode="changes")
        for number, change in enumerate(changes):
            await session.execute(
                insert(run_items).values(
                    run_id=run_id,
                    key=str(number),
                    organization_id=owner.id,
                    change=change,
                    state="done" if change else "failed",
                )
            )
        await session.execute(
            update(runs)
            .where(runs.c.id == run_id)
            .values(state=state, finished_at=ended, error=f"Panne à {owner.name}")
        )
        job_id = await session.scalar(select(jobs.c.id).where(jobs.c.organization_id == owner.id))
        await session.execute(
            update(jobs)
            .where(jobs.c.id == job_id)
            .values(state="dead", attempt=3, finished_at=ended, error=f"Panne à {owner.name}")
        )
    assert job_id
    return source.id, job_id


async def published(database: Database, owner: Organization) -> None:
    """A dataset of that organisation whose file is not valid since just now."""
    name = f"Budget de {owner.name}"
    now = datetime.now(UTC)
    await put(
        database,
        one(name, organization=owner, modified=now - timedelta(days=400), frequency="annual",
            resources=[checked(name)]),
    )  # fmt: skip
    wrong = verdict(name, organization_id=owner.id, verdict="invalid", checked_at=now)
    await record_verdicts(database, VerdictBatch(verdicts=[wrong]), EVERYONE)


@asynccontextmanager
async def signed_in(
    platform: FastAPI, database: Database, scope: Scope, owner: Organization | None = None
) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=platform, raise_app_exceptions=False)
    async with httpx2.AsyncClient(transport=transport, base_url="http://catalogue") as browser:
        secret = await key(database, scope, owner)
        entered = await browser.post("/connexion", data={"cle": secret, "suite": ""})
        assert entered.status_code == 303
        yield browser


def form_token(page: str) -> dict[str, str]:
    found = re.search(r'name="jeton" value="([^"]+)"', page)
    assert found
    return {"jeton": found[1]}


async def test_a_members_key_shows_its_own_alone_and_acts_on_nothing_else(
    platform: FastAPI, database: Database
) -> None:
    others = (LIMEIL, NOGENT)
    made = {owner.name: await harvested(database, owner, "failed", None) for owner in others}
    own_source, own_job = await harvested(database, CRETEIL, "failed", "new", None)
    for owner in (CRETEIL, *others):
        await published(database, owner)
    async with signed_in(platform, database, Scope.HARVEST) as everyone:
        whole = (await everyone.get(PAGE)).text
    for owner in others:  # what is looked for below would be found
        assert whole.count(owner.name) >= 5
        assert str(made[owner.name][1]) in whole

    async with signed_in(platform, database, Scope.HARVEST, CRETEIL) as browser:
        for address in (PAGE, f"{PAGE}?lang=en", f"{PAGE}?fait=relance"):
            page = (await browser.get(address)).text
            assert "Portail de Créteil" in page
            assert "Budget de Créteil" in page
            assert "Panne à Créteil" in page
            for owner in others:
                said = (
                    owner.name,
                    str(owner.insee_code),
                    str(owner.id),
                    *map(str, made[owner.name]),
                )
                assert [word for word in said if word in page] == []
        form = form_token(page)
        for source_id, job_id in made.values():
            for act in (f"sources/{source_id}/moissonner", f"taches/{job_id}/relancer"):
                assert (await browser.post(f"{PAGE}/{act}", data=form)).status_code == 404
        async with database.begin() as session:
            states = dict((await session.execute(select(jobs.c.id, jobs.c.state))).all())
        assert set(states.values()) == {"dead"}

        relaunched = await browser.post(f"{PAGE}/taches/{own_job}/relancer", data=form)
        assert relaunched.headers["location"] == f"{PAGE}?fait=relance"
        begun = await browser.post(f"{PAGE}/sources/{own_source}/moissonner", data=form)
        assert begun.headers["location"] == f"{PAGE}?fait=moissonnage"


@pytest.mark.parametrize(
    ("answer", "said", "decision"),
    [("confirmer", "archive", "confirmed"), ("refuser", "garde", "refused")],
)
async def test_a_source_that_asks_before_it_archives_is_answered_on_the_page(
    platform: FastAPI, database: Database, answer: str, said: str, decision: str
) -> None:
    source_id, _ = await harvested(database, CRETEIL, "asking")
    act = f"{PAGE}/sources/{source_id}/archivage/{answer}"
    async with signed_in(platform, database, Scope.HARVEST, LIMEIL) as stranger:
        form = form_token((await stranger.get(PAGE)).text)
        assert (await stranger.post(act, data=form)).status_code == 404
    async with signed_in(platform, database, Scope.HARVEST, CRETEIL) as browser:
        page = (await browser.get(PAGE)).text
        assert act in page
        answered = await browser.post(act, data=form_token(page))
        again = await browser.post(act, data=form_token(page))
        after = (await browser.get(PAGE)).text
    async with database.begin() as session:
        decided = await session.scalar(select(runs.c.decision).where(runs.c.source_id == source_id))

    assert answered.headers["location"] == f"{PAGE}?fait={said}"
    assert again.headers["location"] == f"{PAGE}?fait=refus"
    assert decided == decision
    assert act not in after


async def test_a_key_that_may_not_harvest_is_shown_no_button_and_refused(
    platform: FastAPI, database: Database
) -> None:
    source_id, job_id = await harvested(database, CRETEIL, "failed")
    async with signed_in(platform, database, Scope.CATALOGUE, CRETEIL) as browser:
        page = (await browser.get(PAGE)).text
        form = form_token(page)
        assert "Panne à Créteil" in page
        assert "relancer" not in page
        for act in (f"sources/{source_id}/moissonner", f"taches/{job_id}/relancer"):
            assert (await browser.post(f"{PAGE}/{act}", data=form)).status_code == 403


async def test_what_is_zero_is_not_said(platform: FastAPI, database: Database) -> None:
    await harvested(database, CRETEIL, "done", "new", "new", "unchanged", None)
    await harvested(database, LIMEIL, "done", "unchanged")
    await harvested(database, NOGENT, "done")
    async with signed_in(platform, database, Scope.HARVEST) as browser:
        french = (await browser.get(PAGE)).text.replace("\u00a0", " ")
        english = (await browser.get(f"{PAGE}?lang=en")).text

    assert "4 jeux : 2 nouveaux, 1 inchangé, 1 en échec<" in french
    assert "1 jeu, rien de changé<" in french
    assert "aucun jeu trouvé<" in french
    assert "4 datasets: 2 new, 1 unchanged, 1 failed<" in english
    figures = french.partition('<dl class="figures">')[2].partition("</dl>")[0]
    assert "tâches abandonnées" in figures
    assert "source" not in re.sub("<[^>]*>", "", figures)


async def test_nothing_to_do_is_said_in_words(platform: FastAPI, database: Database) -> None:
    await put(database, one("Budget", modified=datetime.now(UTC)))
    async with signed_in(platform, database, Scope.HARVEST, CRETEIL) as browser:
        page = (await browser.get(PAGE)).text

    assert "Rien à faire" in page
    assert '<dl class="figures">' not in page
