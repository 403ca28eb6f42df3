"""Lists of the search: facets that add up, pages that are the list, words as people type them."""

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import text

from services.catalogue.adapters.index.live import LiveIndex
from services.catalogue.models.search import Facet, Sort
from services.catalogue.models.text import plain
from services.catalogue.operations.directory import suggest
from services.catalogue.operations.search_datasets import every_hit, search_datasets
from shared.contracts.catalogue import DatasetUpsert
from shared.db import Database
from tests.integration.catalogue.builders import (
    BOISSY,
    CRETEIL,
    LIMEIL,
    NOGENT,
    NOW,
    one,
    put,
    resource,
    schema,
)

OWNERS = (CRETEIL, LIMEIL, NOGENT, BOISSY)
TITLES = (
    "Budget primitif",
    "Écoles maternelles",
    "Délibérations du conseil municipal",
    "Menus des cantines",
    "Arbres d’alignement",
    "Subventions aux associations",
)


@pytest.fixture
async def varied(database: Database, index: LiveIndex) -> LiveIndex:
    """Sixty datasets that differ in everything the search filters and sorts by."""
    messages = []
    for n, (owner, title) in enumerate(itertools.islice(itertools.cycle(
        itertools.product(OWNERS, TITLES)), 60)):  # fmt: skip
        name = f"v{n}"
        messages.append(
            one(
                name,
                organization=owner,
                title=title if n % 5 else f"{title} {2015 + n % 10}",
                description=f"Numéro {n}. Voir aussi le budget.",
                license=("lov2", "odc-odbl", None)[n % 3],
                modified=NOW - timedelta(days=n // 7 * 30),
                archived=n % 11 == 0,
                resources=[
                    resource(
                        name,
                        url=f"https://portail.fr/{name}.{n % 2}",
                        format=("csv", "json")[n % 2],
                        schema_ref=schema("scdl/budget") if n % 4 == 0 else None,
                        availability=("available", "unavailable")[n % 7 == 0],
                    )
                ],
            )
        )
    await put(database, *messages)
    async with database.begin() as session:
        await session.execute(text("update catalogue.datasets set quality_points = number % 400"))
    await index.catch_up()
    return index


@pytest.mark.parametrize(
    ("typed", "titled"), [("budg", True), ("budget", True), ("cantin", True), ("numer", False)]
)
async def test_datasets_are_suggested_by_their_titles_else_by_what_is_said_of_them(
    varied: LiveIndex, typed: str, *, titled: bool
) -> None:
    labels = [one.label for one in await suggest(varied, typed) if one.kind == "dataset"]

    assert len(labels) == 5
    assert all((typed in plain(label)) is titled for label in labels)


QUERIES = ("", "budget", "ecoles creteil", "conseil", "menus piscine")


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize(
    "chosen",
    [
        {},
        {Facet.FORMAT: ["csv"]},
        {Facet.ORGANIZATION: ["Créteil", "94052"], Facet.LICENSE: ["lov2"]},
        {Facet.TERRITORY: ["94"], Facet.QUALITY: ["bad", "good"], Facet.VERDICT: ["no-schema"]},
    ],
    ids=["all", "csv", "two-facets", "three-facets"],
)
async def test_a_facet_counts_what_choosing_its_value_alone_would_give(
    varied: LiveIndex, query: str, chosen: dict[Facet, list[str]]
) -> None:
    found = await search_datasets(varied, query=query, filters=chosen)
    assert found.facets[Facet.ORGANIZATION] or found.total == 0
    for facet, values in found.facets.items():
        for value in values:
            filters = {**chosen, facet: [value.value]}
            alone = await search_datasets(
                varied, query=query, filters=filters, missing=found.missing
            )
            assert (facet, value.value, alone.total) == (facet, value.value, value.count)


@pytest.mark.parametrize("sort", list(Sort))
@pytest.mark.parametrize("query", QUERIES)
async def test_pages_are_the_whole_list_once_and_in_its_order(
    varied: LiveIndex, sort: Sort, query: str
) -> None:
    whole = [hit.id async for hit in every_hit(varied, query=query, filters={}, sort=sort)]
    seen, after, missing = [], None, None
    while True:
        page = await search_datasets(
            varied, query=query, filters={}, sort=sort, limit=7, after=after, missing=missing
        )
        seen += [hit.id for hit in page.hits]
        after, missing = page.next, page.missing
        if after is None:
            break

    assert page.total == len(whole)
    assert seen == whole
    assert len(set(seen)) == len(seen)


async def test_pages_by_title_go_on_behind_titles_of_any_letters(
    database: Database, index: LiveIndex
) -> None:
    titles = ("日本", "*", "To", "and or not", "-1", "a:b", "2024", "{x TO *}", "Œuvres", "x" * 60)
    await put(database, *(one(f"t{n}", title=title) for n, title in enumerate(titles)))
    await index.catch_up()
    seen, after = [], None
    for _ in titles:
        page = await search_datasets(index, filters={}, sort=Sort.TITLE, limit=1, after=after)
        seen += [hit.title for hit in page.hits]
        after = page.next

    assert after is None
    assert sorted(seen) == sorted(titles)
    assert seen[2:] == [
        "-1", "2024", "a:b", "and or not", "Œuvres", "To", "{x TO *}", "x" * 60,
    ]  # fmt: skip


def between(sort: Sort, turn: int) -> list[DatasetUpsert]:
    # What many share weighs less: hundreds of new words would order the words themselves anew.
    words = 1 if sort is Sort.RELEVANCE else 3
    return [
        one(
            f"n{turn}-{n}",
            title=("Zoo et budget", "Budget primitif", "AAA budget")[n % words],
            modified=NOW - timedelta(days=n * 20),
        )
        for n in range(30 if turn == 0 else 2)
    ]


@pytest.mark.parametrize("sort", list(Sort))
async def test_what_is_written_between_pages_hides_and_repeats_nothing_else(
    database: Database, varied: LiveIndex, sort: Sort
) -> None:
    query = "budget"
    before = {hit.id async for hit in every_hit(varied, query=query, filters={}, sort=sort)}
    seen, after, missing = [], None, None
    for turn in itertools.count():
        page = await search_datasets(
            varied, query=query, filters={}, sort=sort, limit=9, after=after, missing=missing
        )
        seen += [hit.id for hit in page.hits]
        after, missing = page.next, page.missing
        if after is None:
            break
        # New ones everywhere in the order, more at first than the place may have moved.
        await put(database, *between(sort, turn))
        await varied.catch_up()

    assert len(set(seen)) == len(seen)
    assert before <= set(seen)


@pytest.mark.parametrize(
    ("typed", "variants"),
    [
        ("écoles maternelles créteil", ["ecole maternelle creteil", "ECOLES MATERNELLES CRÉTEIL"]),
        (
            "délibérations limeil-brévannes",
            ["deliberation limeil brevannes", "délibératons limeil"],
        ),
        ("subventions boissy-saint-léger", ["subvention boissy st leger", "subvntions boissy"]),
        ("menus cantines nogent sur marne", ["menu cantine nogent", "l'menu d'cantines 94130"]),
        ("arbres d'alignement nogent", ["arbre d’alignement 94052", "arbres d alignemnt nogent"]),
    ],
)
async def test_accents_plurals_elisions_and_one_typing_error_change_nothing_first(
    varied: LiveIndex, typed: str, variants: list[str]
) -> None:
    first = (await search_datasets(varied, query=typed, filters={})).hits[0]
    for variant in variants:
        found = await search_datasets(varied, query=variant, filters={})
        assert (variant, found.hits[0].title.split(" 2")[0], found.hits[0].organization_name) == (
            variant,
            first.title.split(" 2")[0],
            first.organization_name,
        )


async def test_an_explanation_multiplies_to_the_score_and_orders_as_the_list(
    varied: LiveIndex,
) -> None:
    found = await search_datasets(varied, query="budget creteil", filters={}, explained=True)

    explained = [hit.explanation for hit in found.hits]
    assert len(explained) > 5
    for one_of in explained:
        assert one_of is not None
        assert one_of.text == pytest.approx(sum(w.points for w in one_of.words), rel=0.01)
        assert one_of.score == pytest.approx(one_of.text * one_of.factors.product)
    scores = [one_of.score for one_of in explained if one_of]
    assert scores == sorted(scores, reverse=True)
    assert {word.word for word in explained[0].words} >= {"budget", "creteil"}
