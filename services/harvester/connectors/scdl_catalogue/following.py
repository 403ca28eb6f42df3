"""The files of a dataset, of which a catalogue only gives the page: asked of the portal there."""

import re
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from services.harvester.connectors.ckan import CkanConnector
from services.harvester.connectors.ckan.answers import NotAnActionApi
from services.harvester.connectors.contract import Answer, Connector, Getter, Rejected, Site
from services.harvester.connectors.opendatasoft import OpendatasoftConnector
from services.harvester.connectors.opendatasoft.answers import NotThisApi
from services.harvester.connectors.scdl_catalogue.crawlers import Crawlers
from services.harvester.connectors.scdl_catalogue.links import links_in
from services.harvester.connectors.schema_org.blocks import read_page
from services.harvester.connectors.schema_org.files import parse_files
from services.harvester.connectors.transport import ask, decode_json, looks_like_html
from services.harvester.connectors.udata.parser import parse_dataset
from services.harvester.connectors.udata.site import api_of
from services.harvester.connectors.values.identifiers import made_id
from services.harvester.connectors.values.texts import clean_line
from services.harvester.errors import PortalRefusedError
from shared.contracts.records import DatasetRecord, ResourceRecord

LINKS_LIMIT = 100
_ACCEPT = "text/html, */*;q=0.1"
_OPENDATASOFT = re.compile(r"/explore/dataset/[^/]+")
_CKAN = re.compile(r"/dataset/[^/]+/?$")
_UDATA = re.compile(r"/datasets/([^/]+)/?$")


@dataclass(frozen=True)
class Followed:
    """The files found; `warnings` say why there are none."""

    resources: tuple[ResourceRecord, ...] = ()
    warnings: tuple[str, ...] = field(default=())


class Follower:
    """Follows addresses of datasets: at most a few requests each."""

    def __init__(self, getter: Getter, *, site: Site, pauses: tuple[float, ...]) -> None:
        self._getter = getter
        self._site = site
        self._pauses = pauses
        self._crawlers = Crawlers(getter, pauses=pauses)

    async def files_at(self, url: str, formats: frozenset[str]) -> Followed:
        """What the portal at `url` has, else what the page links to in one of `formats`.

        Raises `PortalUnreachable` when it cannot be known for now: what was found another
        time is then no longer there only because nobody looked.
        """
        path = urlsplit(url).path
        connector: Connector | None = None
        if _OPENDATASOFT.search(path):
            connector = OpendatasoftConnector(pauses=self._pauses)
        elif _CKAN.search(path):
            connector = CkanConnector(pauses=self._pauses)
        try:
            if connector and (record := await self._listed(connector, url)):
                return Followed(record.resources)
            if (found := _UDATA.search(path)) and (record := await self._udata(url, found[1])):
                return Followed(record.resources)
        except (PortalRefusedError, NotAnActionApi, NotThisApi):
            pass  # another kind of portal, with addresses of the same shape
        try:
            decode = partial(self._read, formats=formats)
            return await self._crawlers.fetch(url, decode, accept=_ACCEPT)
        except PortalRefusedError as error:
            return Followed(
                warnings=(f"Les fichiers n'ont pas pu être cherchés : {error.message}",)
            )

    async def _listed(self, connector: Connector, url: str) -> DatasetRecord | None:
        """The dataset that the address of a page means to the connector of its portal."""
        site = Site(url, self._site.now)
        async for page in connector.pages(site, self._getter):
            if page.records:
                return page.records[0]
        return None

    async def _udata(self, url: str, name: str) -> DatasetRecord | None:
        root = api_of(url).root
        item = await ask(
            self._getter,
            f"{root}/api/1/datasets/{quote(name, safe='')}/",
            _udata_item,
            accept="application/json",
            pauses=self._pauses,
        )
        parsed = parse_dataset(item, base=root, now=self._site.now)
        return None if isinstance(parsed, Rejected) else parsed

    def _read(self, answer: Answer, formats: frozenset[str]) -> Followed:
        if not looks_like_html(answer.body):
            only = next(iter(formats)) if len(formats) == 1 else None
            return Followed((_file(answer.url, None, only),))
        blocks = read_page(answer.body)
        if len(blocks.datasets) == 1:
            described = parse_files(
                blocks.datasets[0].get("distribution"),
                page=answer.url,
                now=self._site.now,
                warnings=[],
            )
            if described:
                return Followed(described)
        links = [
            link
            for link in links_in(answer.body, answer.url)
            if link.is_file and (link.format in formats or not formats)
        ]
        return Followed(
            tuple(_file(link.url, link.label, link.format) for link in links[:LINKS_LIMIT])
        )


def _udata_item(answer: Answer) -> Any:
    """Raises `PortalRefusedError` for a web page: the site is no udata at all."""
    if looks_like_html(answer.body):
        raise PortalRefusedError(f"{answer.url} a répondu une page web.")
    return decode_json(answer)


def _file(url: str, label: str | None, format_name: str | None) -> ResourceRecord:
    name = url.split("?", maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]
    return ResourceRecord(
        remote_id=made_id(url), title=clean_line(label) or clean_line(name), url=url,
        format=format_name,
    )  # fmt: skip
