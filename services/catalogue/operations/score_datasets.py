"""Give datasets the scores that are theirs now."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from services.catalogue.models.described import Described
from services.catalogue.models.quality import Tally
from services.catalogue.quality.criteria import RULES_VERSION
from services.catalogue.quality.facts import QualityFacts, facts_of
from services.catalogue.quality.own import JUDGED
from services.catalogue.quality.score import assess, points_by_score
from services.catalogue.storage.described import read_described
from services.catalogue.storage.locks import lock_writers
from services.catalogue.storage.quality import QualityStore, saved_scores
from shared.db import Database

BATCH = 500


async def score_datasets(session: AsyncSession, ids: Collection[UUID], now: datetime) -> None:
    """Score these datasets in the caller's transaction."""
    scores = [score_row(one, now) for one in await read_described(session, ids)]
    await session.execute(*saved_scores(scores, now.date()))
    await QualityStore(session).point(scores)


async def score_due(database: Database, now: datetime | None = None) -> int:
    """Score what time has made late and what older rules scored; how many datasets.

    One transaction per `BATCH`; safe to repeat and to run twice at once.
    """
    moment = now or datetime.now(UTC)
    done = 0
    while True:
        async with database.begin() as session:
            await lock_writers(session)
            ids = await QualityStore(session).due(moment, RULES_VERSION, BATCH)
            if not ids:
                return done
            await score_datasets(session, ids, moment)
        done += len(ids)


def tally(facts: QualityFacts) -> Tally:
    """What a dataset brings to the counts of its groups."""
    judged = [one for one in facts.main if one.verdict in JUDGED]
    checked = [one for one in facts.resources if one.availability != "unknown"]
    return Tally(
        resources=len(facts.resources),
        judged=len(judged),
        valid=sum(one.verdict == "valid" for one in judged),
        rows=sum(one.rows for one in judged),
        rows_valid=sum(one.rows - min(one.rows, one.rows_with_errors) for one in judged),
        links_checked=len(checked),
        links_answering=sum(one.availability == "available" for one in checked),
    )


def score_row(described: Described, now: datetime) -> dict[str, Any]:
    """The scores of a dataset at that moment, as they are stored."""
    dataset = described.dataset
    facts = facts_of(dataset, described.resources)
    quality = assess(facts, now)
    return {
        "dataset_id": described.id,
        "organization_id": dataset["organization_id"],
        "territory_path": dataset["territory_path"],
        "schemas": dataset["schemas"],
        "counted": not dataset["archived"] and dataset["duplicate_of"] is None,
        **points_by_score(quality.earned),
        "earned": quality.earned,
        "rules": RULES_VERSION,
        **vars(tally(facts)),
        "scored_at": now,
        "due_at": quality.due,
    }
