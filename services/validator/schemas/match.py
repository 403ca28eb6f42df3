"""Which schema a file follows, judged by the names of its columns.

Pure: names (and a few rows) in, an opinion out. The score of a version is

    recall × (0.6 + 0.4 × precision)

where *recall* is the weighted share of the schema's columns that the file has (required
ones count for 70 %), and *precision* the share of the file's columns that the schema
knows. A column weighs more when few schemas have it: `insee` says little, `PREF_ID` says
it all. Below `THRESHOLD` nothing is said: no opinion is better than a wrong report.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from services.validator.schemas.cells import agreement
from services.validator.schemas.column_sets import ColumnSet, column_sets
from services.validator.schemas.columns import close_pairs, normal_name
from services.validator.schemas.model import Descriptor, Schema, SchemaEntry
from services.validator.schemas.register import SchemaRegister
from services.validator.schemas.versions import version_key
from shared.typography import counted

THRESHOLD = 0.5
MAX_COLUMNS = 1000
_NEAR_TIE = 0.05
_MISSPELT_CREDIT = 0.8
_REFINED = 6


@dataclass(frozen=True, slots=True)
class SchemaMatch:
    """One version against one header. `misspelt` pairs what the file says with the column
    that was probably meant; `score` is between 0 and 1.
    """

    name: str
    version: str
    title: str
    score: float
    missing_required: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    misspelt: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class MatchResult:
    """`best` is None when nothing is near enough; `runner_up` is the best other schema,
    whatever its score; `reason` says why in French.
    """

    best: SchemaMatch | None
    runner_up: SchemaMatch | None
    reason: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A version as the matcher sees it; versions of the same columns are one candidate.

    `descriptor` gives the schema whole: few candidates are ever asked for it.
    """

    name: str
    version: str
    title: str
    descriptor: Callable[[], Descriptor] = field(repr=False, hash=False, compare=False)
    required: frozenset[str]
    names: Mapping[str, str] = field(repr=False, hash=False, compare=False)
    of_documents: bool


class SchemaMatcher:
    """Holds the columns of a set of schemas, made ready in a few milliseconds; one match then
    takes a few more.
    """

    def __init__(self, schemas: Iterable[Schema]) -> None:
        self._prepare(
            _candidate(schema, schema.version, columns, _known(schema))
            for schema in schemas
            for columns in column_sets(schema.descriptor)
        )

    @classmethod
    def of_register(cls, register: SchemaRegister) -> "SchemaMatcher":
        """For every version of a register, but of schemas that were withdrawn."""
        matcher = cls(())
        matcher._prepare(
            _candidate(
                entry, version.version, columns, _sought(register, entry.name, version.version)
            )
            for entry in register.list()
            if not entry.withdrawn
            for version in entry.versions
            for columns in register.column_sets(entry.name, version.version)
        )
        return matcher

    def _prepare(self, candidates: Iterable[_Candidate]) -> None:
        self._candidates = _distinct(candidates)
        self._weights = _weights(self._candidates)

    @property
    def names(self) -> frozenset[str]:
        """Every column name of every schema, as spelt there."""
        return frozenset(
            name for candidate in self._candidates for name in candidate.names.values()
        )

    def match(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]] = (),
        *,
        document: bool = False,
    ) -> MatchResult:
        """The schema of a header. `rows` (a few, as text) decide between two schemas whose
        columns fit equally well. JSON Schemas are thought of for a JSON `document` only.
        """
        found: dict[str, str] = {}
        for column in columns[:MAX_COLUMNS]:
            if name := normal_name(column):
                found.setdefault(name, column)
        scored = [(self._score(candidate, found), candidate) for candidate in self._candidates
                  if document or not candidate.of_documents]  # fmt: skip
        ranked = sorted(scored, key=_rank, reverse=True)[:_REFINED]
        refined = [(self._detail(candidate, found), candidate) for _, candidate in ranked]
        refined.sort(key=lambda pair: (pair[0].score, version_key(pair[0].version)), reverse=True)
        if rows:
            refined = _with_rows(refined, columns, rows)
        return _result([detail for detail, _ in refined], len(found))

    def _score(
        self, candidate: _Candidate, found: Mapping[str, str], misspelt: Iterable[str] = ()
    ) -> float:
        credit = dict.fromkeys(candidate.names.keys() & found.keys(), 1.0)
        credit |= dict.fromkeys(misspelt, _MISSPELT_CREDIT)
        if not credit:
            return 0.0
        whole = self._share(credit, candidate.names.keys())
        required = self._share(credit, candidate.required) if candidate.required else whole
        precision = sum(credit.values()) / len(found)
        return (0.7 * required + 0.3 * whole) * (0.6 + 0.4 * precision)

    def _share(self, credit: Mapping[str, float], names: Iterable[str]) -> float:
        total = gained = 0.0
        for name in names:
            total += self._weights[name]
            gained += self._weights[name] * credit.get(name, 0.0)
        return gained / total if total else 0.0

    def _detail(self, candidate: _Candidate, found: Mapping[str, str]) -> SchemaMatch:
        absent = [name for name in candidate.names if name not in found]
        extra = [name for name in found if name not in candidate.names]
        pairs = close_pairs(extra, absent) if len(absent) < len(candidate.names) else {}
        meant = set(pairs.values())
        return SchemaMatch(
            name=candidate.name,
            version=candidate.version,
            title=candidate.title,
            score=round(self._score(candidate, found, meant), 4),
            missing_required=tuple(
                candidate.names[n] for n in absent if n in candidate.required and n not in meant
            ),
            missing=tuple(candidate.names[n] for n in absent if n not in meant),
            extra=tuple(found[n] for n in extra if n not in pairs),
            misspelt=tuple((found[said], candidate.names[n]) for said, n in pairs.items()),
        )


def _known(schema: Schema) -> Callable[[], Descriptor]:
    return lambda: schema.descriptor


def _sought(register: SchemaRegister, name: str, version: str) -> Callable[[], Descriptor]:
    return lambda: register.get(name, version).descriptor


def _candidate(
    schema: Schema | SchemaEntry,
    version: str,
    columns: ColumnSet,
    descriptor: Callable[[], Descriptor],
) -> _Candidate:
    names: dict[str, str] = {}
    for column in columns.names:
        names.setdefault(normal_name(column), column)
    return _Candidate(
        name=schema.name,
        version=version,
        title=schema.title,
        of_documents=schema.kind == "jsonschema",
        descriptor=descriptor,
        required=frozenset(map(normal_name, columns.required)),
        names=names,
    )


def _distinct(candidates: Iterable[_Candidate]) -> tuple[_Candidate, ...]:
    """One candidate per distinct set of columns: the newest version that has it."""
    newest: dict[tuple[str, frozenset[str], frozenset[str]], _Candidate] = {}
    for candidate in candidates:
        if not candidate.names:
            continue
        key = (candidate.name, frozenset(candidate.names), candidate.required)
        known = newest.get(key)
        if known is None or version_key(known.version) < version_key(candidate.version):
            newest[key] = candidate
    return tuple(newest.values())


def _weights(candidates: Sequence[_Candidate]) -> dict[str, float]:
    """Rarity of each column name among schemas (not versions): log(1 + N / n)."""
    owners: dict[str, set[str]] = {}
    for candidate in candidates:
        for name in candidate.names:
            owners.setdefault(name, set()).add(candidate.name)
    total = len({candidate.name for candidate in candidates})
    counts = Counter({name: len(schemas) for name, schemas in owners.items()})
    return {name: math.log(1 + total / count) for name, count in counts.items()}


def _rank(pair: tuple[float, _Candidate]) -> tuple[float, object]:
    return round(pair[0], 4), version_key(pair[1].version)


def _with_rows(
    ranked: list[tuple[SchemaMatch, _Candidate]],
    columns: Sequence[str],
    rows: Sequence[Sequence[str]],
) -> list[tuple[SchemaMatch, _Candidate]]:
    """Put first, among schemas that tie, the one whose patterns and lists the cells obey."""
    best = ranked[0][0]
    tied = {best.name: ranked[0]}
    for match, candidate in ranked[1:]:
        if best.score - match.score < _NEAR_TIE:
            tied.setdefault(match.name, (match, candidate))
    if len(tied) < 2:
        return ranked
    first = max(tied.values(), key=lambda pair: agreement(pair[1].descriptor(), columns, rows))
    return [first, *(pair for pair in ranked if pair is not first)]


def _result(ranked: list[SchemaMatch], columns: int) -> MatchResult:
    if not ranked or ranked[0].score == 0:
        return MatchResult(None, None, "Aucune colonne du fichier n'est celle d'un schéma connu.")
    best = ranked[0]
    other = next((m for m in ranked if m.name != best.name and m.score > 0), None)
    if best.score < THRESHOLD:
        known = columns - len(best.extra)
        reason = (
            f"Aucun schéma ne correspond assez. Le plus proche est « {best.title} » "
            f"({best.name}) : {counted(known, 'colonne reconnue', 'colonnes reconnues')} "
            f"sur {columns}."
        )
        return MatchResult(None, best, reason)
    return MatchResult(best, other, _reason(best, columns))


def _reason(match: SchemaMatch, columns: int) -> str:
    known = columns - len(match.extra)
    columns_of = counted(
        known, f"colonne sur {columns} est celle", f"colonnes sur {columns} sont celles"
    )
    parts = [f"{columns_of} de « {match.title} » ({match.name})"]
    if match.missing_required:
        parts.append("absentes alors qu'obligatoires : " + _listed(match.missing_required))
    if match.misspelt:
        pairs = [f"« {said} » pour « {meant} »" for said, meant in match.misspelt]
        parts.append("écrites autrement : " + _listed(pairs))
    if match.extra:
        parts.append("inconnues du schéma : " + _listed(match.extra))
    return " ; ".join(parts) + "."


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name[:60] for name in names[:5])
    more = len(names) - 5
    return f"{shown} et {counted(more, 'autre', 'autres')}" if more > 0 else shown
