"""The peer in the same run: PostgreSQL's own full text over the same words.

Stems and whole words weighted as in our index, a GIN index, `ts_rank` times the same factors
of validity and freshness; all words, else some of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from services.catalogue.models.ranking import ARCHIVED, FLOOR, FRESHNESS_HALVES_IN_DAYS, UNJUDGED
from services.catalogue.models.text import parse_query
from shared.db import Database

_MADE = (
    "drop table if exists bench_text",
    """create text search dictionary bench_stem
    (template = snowball, language = french, stopwords = french)""",
    "create text search configuration bench_fr (copy = simple)",
    """alter text search configuration bench_fr alter mapping for
    asciiword, word, numword, asciihword, hword, hword_asciipart, hword_part, hword_numpart
    with bench_stem""",
    f"""create table bench_text as select id, territory_path, organization_id, formats, schemas,
    license, title, fresh_at,
    ({FLOOR} + {1 - FLOOR} * coalesce(validity, {UNJUDGED}))
    * ({FLOOR} + {1 - FLOOR} / (1 + greatest(0, extract(epoch from now() - fresh_at))
       / 86400 / {FRESHNESS_HALVES_IN_DAYS}))
    * case when archived then {ARCHIVED} else 1 end as factor,
    setweight(to_tsvector('bench_fr', search_words[1]), 'A')
    || setweight(to_tsvector('simple', search_words[1]), 'A')
    || setweight(to_tsvector('bench_fr', search_words[2]), 'B')
    || setweight(to_tsvector('simple', search_words[2]), 'B')
    || setweight(to_tsvector('bench_fr', search_words[3]), 'C')
    || setweight(to_tsvector('bench_fr', search_words[4] || ' ' || search_words[5]), 'D') as words
    from catalogue.datasets""",
    "create index on bench_text using gin (words)",
    "create index on bench_text using gin (territory_path)",
    "create index on bench_text (title, id)",
    "analyze bench_text",
)
_EXISTS = "select count(*) from pg_tables where tablename = 'bench_text'"
_LIST = """
select id from bench_text, (select {query} as query, {some} as either) asked
where words @@ query
order by ts_rank('{{0.1, 0.3, 0.6, 1.0}}', words, either) * factor desc, id limit :limit
"""
_FACETS = """
with found as (select * from bench_text where words @@ ({query}))
select 'schema', value, count(*) from found, unnest(schemas) value group by value
union all select 'territory', value, count(*) from found, unnest(territory_path) value
  group by value
union all select 'format', value, count(*) from found, unnest(formats) value group by value
union all select 'license', license, count(*) from found group by license
union all select 'organization', organization_id::text, count(*) from found
  group by organization_id
"""


@dataclass(frozen=True)
class PostgresText:
    """A table of search documents."""

    database: Database

    @classmethod
    async def made(cls, database: Database) -> "PostgresText":
        """Built, unless it is there."""
        async with database.begin() as session:
            if not await session.scalar(text(_EXISTS)):
                for statement in _MADE:
                    await session.execute(text(statement))
        return cls(database)

    async def search(self, typed: str, limit: int = 20) -> Sequence[UUID]:
        """The first datasets that have all the words, else of those that have some."""
        words, given = _words(typed)
        some = " || ".join(words)
        async with self.database.begin() as session:
            for query in (" && ".join(words), some):
                statement = text(_LIST.format(query=query, some=some))
                found = await session.scalars(statement, {**given, "limit": limit})
                if ids := list(found):
                    return ids
        return []

    async def facets(self, typed: str) -> int:
        """Count the values of five facets among what has all the words; how many there are."""
        words, given = _words(typed)
        async with self.database.begin() as session:
            found = await session.execute(text(_FACETS.format(query=" && ".join(words))), given)
            return len(list(found))


def _words(typed: str) -> tuple[list[str], dict[str, str]]:
    """Each word as an expression of SQL, and the values that these name."""
    expressions, given = [], {}
    for place, term in enumerate(term for term in parse_query(typed) if not term.excluded):
        word = " ".join(term.words)
        given[f"stem{place}"] = word
        given[f"word{place}"] = f"{word}:*" if term.partial else word
        stem, whole = f"(:stem{place})::text", f"(:word{place})::text"
        expressions.append(f"(to_tsquery('bench_fr', {stem}) || to_tsquery('simple', {whole}))")
    return expressions, given
