"""Names of territories, members and schemas: to propose them, to say them, to read filters."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log10
from typing import Literal

import tantivy
from tantivy import Occur, Query

from services.catalogue.adapters.index.facets import number_of
from services.catalogue.adapters.index.queries import Toponym
from services.catalogue.models.synonyms import Form, meaningful
from services.catalogue.models.territory import Territory, acronyms
from services.catalogue.models.text import Term, joined_elisions, plain
from shared.access.models import Organization

_LONGEST_NAME = 6  # words of a name
_CANDIDATES = 6  # places that words may mean
_FEW = 40  # names that may begin with the same words, so that these still tell something
_SURE = 12  # names that a word may mean when it means nothing else
_TOWN = 3_000  # inhabitants of a place that people know by a word
_BEGUN = 0.9
_SHORTENED = 0.5  # an acronym of a name: SEM is Saint-Étienne Métropole, and other things
_LOOKED_AT = 40
_LEAST_MISTYPED = 4


@dataclass(frozen=True)
class Name:
    """Something with a name. `size` puts the greater first (inhabitants)."""

    kind: Literal["organization", "territory", "schema"]
    key: str
    label: str
    detail: str
    words: str
    size: int = 0


class NameIndex:
    """Names by the words they hold, the last of which may be a beginning."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._names = list(names)
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("words", tokenizer_name="plain", index_option="basic")
        builder.add_integer_field("size", fast=True)
        builder.add_integer_field("place", fast=True)
        self._schema = builder.build()
        index = tantivy.Index(self._schema)
        index.register_tokenizer(
            "plain", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        )
        writer = index.writer(heap_size=15_000_000, num_threads=1)
        for place, name in enumerate(self._names):
            writer.add_document(tantivy.Document(words=name.words, size=name.size, place=place))
        writer.commit()
        index.reload()
        self._searcher = index.searcher()

    def beginning(self, typed: str, limit: int, *, errors: int = 0) -> list[Name]:
        """Names that hold these plain words, each with so many typing errors at most."""
        words = typed.split()
        if not words:
            return []
        found = self._find(words, errors)
        found.sort(key=lambda name: (not name.words.startswith(typed), -name.size, name.label))
        return found[:limit]

    def _find(self, words: Sequence[str], errors: int) -> list[Name]:
        parts = [
            Query.fuzzy_term_query(
                self._schema,
                "words",
                word,
                errors if len(word) >= _LEAST_MISTYPED else 0,
                prefix=place == len(words) - 1,
            )
            for place, word in enumerate(words)
        ]
        query = Query.boolean_query([(Occur.Must, part) for part in parts])
        found = self._searcher.search(query, _LOOKED_AT, count=False, order_by_field="size").hits
        places = self._searcher.fast_field_values("place", [address for _, address in found])
        return [self._names[int(place or 0)] for place in places]


class Places:
    """The list of territories, each with its former codes."""

    def __init__(
        self, version: str, territories: Iterable[tuple[Territory, Sequence[str]]]
    ) -> None:
        self.version = version
        self._by_code: dict[str, Territory] = {}
        aliases: dict[str, Territory] = {}
        for territory, former in territories:
            self._by_code[territory.code] = territory
            for alias in (*former, territory.siren):
                if alias:
                    aliases.setdefault(alias, territory)
        self._aliases = {
            alias: territory for alias, territory in aliases.items() if alias not in self._by_code
        }
        self.names = NameIndex(map(_territory_name, self._by_code.values()))
        self.numbered = {number_of(code): code for code in self._by_code}
        """Their codes by the numbers that facets hold."""
        self._called: dict[Form, list[Territory]] = defaultdict(list)
        self._begun: dict[Form, list[Territory]] = defaultdict(list)
        self._shortened: dict[str, list[Territory]] = defaultdict(list)
        for territory in self._by_code.values():
            self._learn(territory)

    def _learn(self, territory: Territory) -> None:
        for form in _forms(territory.name):
            self._called[form].append(territory)
            # People shorten the names of towns; « Nantes » is not the métropole.
            for length in range(1, len(form)) if territory.kind == "commune" else ():
                self._begun[form[:length]].append(territory)
        for code in (territory.code, *territory.postal_codes):
            self._called[(code.lower(),)].append(territory)
        for short in acronyms(territory):
            self._shortened[short].append(territory)

    def locate(self, terms: Sequence[Term]) -> tuple[int, Toponym] | None:
        """The places that the first of these words name, by their whole name or its beginning.

        Of places with one name the largest is the likeliest. A name like Le Port needs its
        article. Small places with a name of one word may be a word: École, Bus, Plan.
        """
        words = tuple(term.words[0] for term in terms[:_LONGEST_NAME])
        for length in range(len(words), 0, -1):
            form = words[:length]
            found = self._called.get(form, [])
            if length == 1 and not terms[0].article:
                found = [place for place in found if not _has_article(place)]
            begun = self._begun.get(form, [])
            if len(begun) > _FEW or _largest(begun) < max(_TOWN, _largest(found)):
                begun = []
            if found or begun:
                known = form[0].isdigit() or _largest([*found, *begun]) >= _TOWN
                few = len(found) + len(begun) <= _SURE
                return length, _toponym(found, begun, sure=length > 1 or (known and few))
        shortened = self._shortened.get(words[0]) if words else None
        if shortened is None:
            return None
        # Never surely: it may be the acronym of anything else.
        return 1, _toponym([], shortened, sure=False, begun_counts=_SHORTENED)

    def find(self, code: str) -> Territory | None:
        """By code, former code or SIREN; a present code wins over a former one."""
        return self._by_code.get(code) or self._aliases.get(code)

    def name(self, code: str) -> str | None:
        """The name of a territory by its present code."""
        found = self._by_code.get(code)
        return found.name if found else None


class Members:
    """The organisations, and the schemas in use."""

    def __init__(self, members: Sequence[Organization], schemas: Mapping[str, str]) -> None:
        self.list = tuple(members)
        self.schemas = dict(schemas)
        self._names = {str(member.id): member.name for member in members}
        self.numbered = {number_of(id_): id_ for id_ in self._names}
        """Their ids by the numbers that facets hold."""
        self._ids = {
            name.casefold(): str(member.id)
            for member in members
            for name in (member.name, member.insee_code, member.siren, str(member.id))
            if name
        }
        self.names = NameIndex(
            [*map(_member_name, members), *(_schema_name(*item) for item in schemas.items())]
        )

    def name(self, id_: str) -> str | None:
        """The name of an organisation."""
        return self._names.get(id_)

    def find(self, text: str) -> str | None:
        """The id of an organisation by id, SIREN, INSEE code or name."""
        return self._ids.get(text.casefold())


def _forms(name: str) -> Iterable[Form]:
    """The words of a name; « L’Haÿ » also as one, as people type it."""
    written = (name, name.replace("'", "").replace("’", ""))
    return dict.fromkeys(meaningful(tuple(plain(one).split())) for one in written)


def _toponym(
    called: list[Territory],
    begun: list[Territory],
    *,
    sure: bool,
    begun_counts: float = _BEGUN,
) -> Toponym:
    """The places, a town of a million counting one and a half times what a hamlet counts."""
    likely = {place.code: _weight(place) for place in called}
    for place in begun:
        likely.setdefault(place.code, begun_counts * _weight(place))
    first = sorted(likely.items(), key=lambda found: -found[1])[:_CANDIDATES]
    return Toponym(tuple(first), sure=sure)


def _weight(place: Territory) -> float:
    towns_first = 1.0 if place.kind == "commune" else 0.95
    return towns_first * (0.64 + 0.06 * min(6.0, log10(1 + (place.population or 0))))


def _largest(places: Sequence[Territory]) -> int:
    return max((place.population or 0 for place in places), default=0)


def _has_article(place: Territory) -> bool:
    return place.name.startswith(("Le ", "La ", "Les ", "L'", "L’"))


def _territory_name(territory: Territory) -> Name:
    others = [*sorted(acronyms(territory)), territory.code, *territory.postal_codes]
    words = plain(" ".join([territory.name, joined_elisions(territory.name), *others]))
    return Name(
        "territory",
        territory.code,
        territory.name,
        territory.kind,
        words,
        territory.population or 0,
    )


def _member_name(member: Organization) -> Name:
    words = plain(" ".join(filter(None, [member.name, member.insee_code, member.siren])))
    return Name(
        "organization",
        str(member.id),
        member.name,
        member.kind.value,
        words,
        member.population or 0,
    )


def _schema_name(name: str, label: str) -> Name:
    return Name("schema", name, label, name, plain(f"{label} {name}"))
