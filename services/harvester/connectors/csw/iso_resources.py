"""The online resources of an ISO 19139 record. Pure."""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from services.harvester.connectors.csw.links import Link, resource_of
from services.harvester.connectors.csw.paths import at, attribute, codes_at, first, text_at
from services.harvester.connectors.markup import Element
from shared.contracts.records import ResourceRecord

RESOURCES_LIMIT = 2_000
_MEGABYTE = 1_000_000


def parse_resources(
    record: Element, *, base: str, warnings: list[str]
) -> tuple[ResourceRecord, ...]:
    """Every link once. The format of the whole is that of a link only if there is one."""
    formats = [text_at(each, "name") for each in at(record, "distributionInfo//MD_Format")]
    kept: dict[str, ResourceRecord] = {}
    links = list(_links(record))
    files = [link for link in links if link.is_download]
    if len(links) > RESOURCES_LIMIT:
        warnings.append(f"{len(links)} liens : seuls {RESOURCES_LIMIT} sont repris.")
    for link in links[:RESOURCES_LIMIT]:
        whole = formats[0] if len(set(formats)) == 1 and files == [link] else None
        resource = resource_of(link, base=base, format_of_whole=whole)
        if resource is None:
            warnings.append("Un lien sans adresse utilisable est laissé de côté.")
        elif resource.remote_id not in kept:
            kept[resource.remote_id] = resource
    return tuple(kept.values())


def _links(record: Element) -> Iterator[Link]:
    for options in at(record, "distributionInfo//MD_DigitalTransferOptions"):
        found = list(at(options, "onLine/CI_OnlineResource"))
        # The size of several files together says nothing of each.
        size = _size(text_at(options, "transferSize")) if len(found) == 1 else None
        for online in found:
            mime = first(online, "name/MimeFileType")
            yield Link(
                address=text_at(online, "linkage/URL", "linkage"),
                protocol=text_at(online, "protocol"),
                name=text_at(online, "name"),
                description=text_at(online, "description"),
                function=next(iter(codes_at(online, "function/CI_OnLineFunctionCode")), None),
                mime=attribute(mime, "type") if mime is not None else None,
                size=size,
            )


def _size(text: str | None) -> int | None:
    """Bytes, of megabytes."""
    try:
        size = int(Decimal(re.sub(r"\s", "", text or "").replace(",", ".")) * _MEGABYTE)
    except (InvalidOperation, ValueError, OverflowError):
        return None
    return size if 0 < size < 2**62 else None
