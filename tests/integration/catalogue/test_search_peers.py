"""What the search is measured beside answers as a peer would: a measure beside nothing is none."""

from bench.search.bare_tantivy import BareTantivy
from bench.search.postgres_text import PostgresText
from bench.search.setting import loaded, migrated
from services.catalogue.operations.search_datasets import search_datasets
from tests.support.services import PostgresServer, run_apart


def test_the_peers_find_what_we_find(postgres_server: PostgresServer) -> None:
    url = postgres_server.new_database("search_peers_test")
    migrated(url)

    async def compare() -> None:
        async with loaded(url, 400) as (database, index):
            await index.catch_up()
            bare, peer = await BareTantivy.made(database), await PostgresText.made(database)
            for typed in ("écoles", "subventions", "marchés publics"):
                ours = await search_datasets(index, query=typed, filters={})
                assert ours.total > 0
                assert bare.search(typed).all_words
                assert ours.hits[0].id in await peer.search(typed)
                assert await peer.facets(typed) >= 3

    run_apart(compare)
