"""Whose datasets a source wants of a portal that publishes for many. Pure."""

import heapq
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from services.harvester.connectors.values.identifiers import clean_siren, clean_siret
from services.harvester.connectors.values.members import listed
from services.harvester.connectors.values.texts import clean_line, letters
from shared.contracts.records import Publisher
from shared.errors import InvalidInputError

OPTION = "organization"
NAMES_LIMIT = 10
"""Publishers of a portal that are named to whoever asked for one that is not there."""

_NUMBER = re.compile(r"(?<![0-9])[0-9]{9}(?:[0-9]{5})?(?![0-9])")
_SCHEME = re.compile(r"^https?://(?:www\.)?")


@dataclass(frozen=True)
class Wanted:
    """Publishers by any of their names: `said` as they were asked for, the rest to compare.

    A name counts whole, without accents, capitals and punctuation: by a part of it the town of
    Saint-Denis would be given what Saint-Denis-en-Val publishes. A SIREN stands for all its
    establishments; a portal gives the number itself or an address that holds it.
    """

    said: tuple[str, ...]
    names: frozenset[str]
    numbers: tuple[str, ...]
    addresses: frozenset[str]

    def includes(self, publisher: Publisher) -> bool:
        """Whether it is one of them; a dataset of which nobody says who publishes it is not."""
        return (
            letters(publisher.name or "") in self.names
            or _address(publisher.remote_id or "") in self.addresses
            or any(number.startswith(self.numbers) for number in _numbers(publisher))
        )

    def likest(self, names: Iterable[str]) -> tuple[str, ...]:
        """The ten that most resemble one of them, else those that came first."""
        return tuple(heapq.nlargest(NAMES_LIMIT, dict.fromkeys(names), key=self._likeness))

    def _likeness(self, name: str) -> float:
        bare = letters(name)
        return max((SequenceMatcher(None, bare, n).ratio() for n in self.names), default=0)


def wanted_in(config: Mapping[str, Any]) -> Wanted | None:
    """What the option `organization` asks for, a text or a list; `None` for everybody.

    Raises `InvalidInputError` where it is given and names nobody: passed over, it would bring in
    everybody's datasets.
    """
    if OPTION not in config:
        return None
    said = tuple(filter(None, map(clean_line, listed(config[OPTION]))))
    if not said:
        raise InvalidInputError(
            f"L'option « {OPTION} » est vide : donnez le nom, le SIREN, le SIRET ou l'adresse du "
            "producteur, ou retirez-la pour prendre les jeux de tous.",
            message_en=f"The option {OPTION} is empty: name a publisher, or leave it out.",
        )
    numbers = tuple(filter(None, (clean_siret(each) or clean_siren(each) for each in said)))
    return Wanted(
        said,
        names=frozenset(filter(None, map(letters, said))),
        numbers=numbers,
        addresses=frozenset(filter(None, map(_address, said))),
    )


def name_of(publisher: Publisher) -> str | None:
    """By which it can be asked for."""
    return publisher.name or publisher.siret or publisher.remote_id


def _numbers(publisher: Publisher) -> list[str]:
    return [*filter(None, [publisher.siret]), *_NUMBER.findall(publisher.remote_id or "")]


def _address(text: str) -> str:
    return _SCHEME.sub("", text.strip().lower()).rstrip("/")
