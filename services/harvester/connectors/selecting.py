"""A kind of portal that is not asked to select by publisher: what others publish is dropped."""

import json
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass, replace

from services.harvester.connectors.contract import Answer, Connector, Getter, Page, Site
from services.harvester.connectors.publishers import (
    NAMES_LIMIT,
    OPTION,
    Wanted,
    name_of,
    wanted_in,
)
from services.harvester.errors import PortalRefusedError


@dataclass(frozen=True)
class _Place:
    """Where the listing stands; as JSON it is the cursor.

    While nothing that is wanted was `met`, `others` counts what was dropped and `names` keeps
    some of those who publish it. In the cursor, as a run that is resumed, or goes by pages known
    to be unchanged, must come to the same verdict.
    """

    cursor: str | None = None
    met: bool = False
    others: int = 0
    names: tuple[str, ...] = ()

    @classmethod
    def read(cls, cursor: str) -> "_Place":
        values = json.loads(cursor)
        return cls(**{**values, "names": tuple(values["names"])})

    def written(self) -> str | None:
        return json.dumps(asdict(self)) if self.cursor else None


class OfPublisher:
    """The same kind with the option `organization`.

    What is dropped counts nowhere: it was not found, it is not set aside, it is no change.
    """

    def __init__(self, connector: Connector) -> None:
        self._connector = connector
        self.kind = connector.kind
        self.label = connector.label
        self.options = connector.options | {OPTION}

    async def recognises(self, site: Site, probe: Answer, getter: Getter, /) -> bool:
        """As the kind does."""
        return await self._connector.recognises(site, probe, getter)

    async def pages(
        self, site: Site, getter: Getter, *, cursor: str | None = None
    ) -> AsyncIterator[Page]:
        """As the kind does; raises `PortalRefusedError` at the end of a whole list that holds
        datasets, and none of the publisher.
        """
        wanted = wanted_in(site.config)
        if wanted is None:
            async for page in self._connector.pages(site, getter, cursor=cursor):
                yield page
            return
        # A list of changes need not hold anything of theirs.
        place = _Place.read(cursor) if cursor else _Place(met=site.since is not None)
        async for page in self._connector.pages(site, getter, cursor=place.cursor):
            kept = _kept(page, wanted)
            place = _after(place, page, kept, wanted)
            kept = replace(kept, cursor=place.written())
            if page.cursor is None and place.others and not place.met:
                unknown = _unknown(wanted, place, site.url)
                if page.complete:
                    raise unknown
                kept = replace(kept, warnings=(*kept.warnings, unknown.message))
            yield kept


def _kept(page: Page, wanted: Wanted) -> Page:
    """What is theirs of a page. An entry of which nobody knows whose it is may be theirs."""
    records = tuple(record for record in page.records if wanted.includes(record.publisher))
    ids = {record.remote_id for record in records}
    return replace(
        page,
        records=records,
        rejected=tuple(
            entry
            for entry in page.rejected
            if entry.publisher is None or wanted.includes(entry.publisher)
        ),
        # What the portal says it holds is everybody's.
        declared_total=None,
        moments={key: moment for key, moment in page.moments.items() if key in ids},
    )


def _after(place: _Place, page: Page, kept: Page, wanted: Wanted) -> _Place:
    met = place.met or bool(kept.records) or any(e.publisher is not None for e in kept.rejected)
    if met:
        return _Place(page.cursor, met=True)
    publishers = [record.publisher for record in page.records]
    publishers += [entry.publisher for entry in page.rejected if entry.publisher is not None]
    names = filter(None, map(name_of, publishers))
    return _Place(
        page.cursor,
        others=place.others + len(publishers),
        names=wanted.likest([*place.names, *names]),
    )


def _unknown(wanted: Wanted, place: _Place, url: str) -> PortalRefusedError:
    asked = " ou ".join(f"« {name} »" for name in wanted.said)
    there = ", ".join(f"« {name} »" for name in place.names)
    some = " entre autres" if len(place.names) == NAMES_LIMIT else ""
    advice = (
        f"On y trouve{some} : {there}. Donnez à l'option « {OPTION} » l'un de ces noms en entier, "
        "ou bien le SIREN, le SIRET ou l'adresse du producteur si le portail les indique."
        if there
        else f"Aucun n'indique son producteur : retirez l'option « {OPTION} »."
    )
    return PortalRefusedError(
        f"Aucun jeu de données de {url} n'a {asked} pour producteur ({place.others} lus). {advice}",
        message_en=f"No dataset at {url} is published by {asked} ({place.others} read). "
        f"Publishers there: {there or 'none is named'}.",
    )
