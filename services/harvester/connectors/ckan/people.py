"""Who publishes a package, whom to ask, and where the portal has it from. Pure."""

from urllib.parse import urlsplit

from services.harvester.connectors.ckan.fields import Fields, line_of, lines_of
from services.harvester.connectors.values.addresses import clean_url
from services.harvester.connectors.values.identifiers import clean_siret
from services.harvester.connectors.values.members import listed, mapping
from services.harvester.connectors.values.texts import clean_line
from shared.contracts.records import Contact, Provenance, Publisher


def publisher_of(fields: Fields) -> Publisher:
    """The organisation; else who is said to publish; DKAN's group; at last the author."""
    organization = mapping(fields.top.get("organization"))
    declared = mapping(fields.first("publisher"))
    group = mapping(fields.top.get("groups")) if fields.is_dkan else {}
    names = (
        line_of(organization.get("title_translated"), organization.get("title")),
        line_of(declared.get("name")),
        fields.line("publisher_name", "publisher"),
        line_of(group.get("title")),
        _responsible(fields),
        line_of(organization.get("display_name"), organization.get("name")),
        line_of(fields.top.get("author")),
        line_of(fields.top.get("maintainer")),
    )
    holder = organization or group
    numbers = (
        organization.get("siret"),
        declared.get("identifier"),
        fields.line("publisher_identifier", "publisher_siret", "siret"),
    )
    return Publisher(
        name=next(filter(None, names), None),
        siret=next(filter(None, map(clean_siret, numbers)), None),
        remote_id=clean_line(holder.get("id") or holder.get("name")),
    )


def contact_of(fields: Fields) -> Contact | None:
    """The first of: contact points, maintainer, author, that has a name or an address."""
    points = [mapping(each) for each in listed(fields.first("contact", "contact_point"))]
    pairs = [(point.get("name"), point.get("email")) for point in points]
    pairs.append((fields.line("contact_name"), fields.line("contact_email", "contact-email")))
    pairs.append((None, fields.line("contact_point", "contact-point")))
    pairs += [
        (fields.top.get(who), fields.top.get(f"{who}_email")) for who in ("maintainer", "author")
    ]
    for name, address in pairs:
        email = (line_of(address) or "").removeprefix("mailto:").strip()
        if (clean := line_of(name)) or "@" in email:
            return Contact(name=clean, email=email if "@" in email else None)
    return None


def provenance_of(fields: Fields, root: str) -> tuple[Provenance, ...]:
    """What harvesting extensions write into a package that they brought."""
    address = clean_url(fields.line("harvest_source_url", "harvest_url"), root)
    catalogue = clean_url(fields.line("source_catalog_homepage"), root)
    chain = []
    if fields.line("harvest_source_id", "harvest_object_id", "harvest_source_title", "guid"):
        geographic = fields.line("spatial_harvester", "metadata-date", "resource-type")
        chain.append(
            Provenance(
                kind="csw" if geographic else "harvest",
                domain=_host(address),
                remote_id=fields.line("guid", "identifier"),
                catalogue=address,
                title=fields.line("harvest_source_title"),
            )
        )
    if title := fields.line("source_catalog_title") or catalogue:
        chain.append(
            Provenance(
                kind="catalog",
                domain=_host(catalogue),
                remote_id=fields.line("identifier"),
                catalogue=catalogue,
                title=title if title != catalogue else None,
            )
        )
    return tuple(chain)


def _responsible(fields: Fields) -> str | None:
    parties = [mapping(each) for each in listed(fields.first("responsible-party"))]
    ranked = sorted(parties, key=lambda party: not _publishes(party.get("roles")))
    return next(filter(None, (line_of(party.get("name")) for party in ranked)), None)


def _publishes(roles: object) -> bool:
    return bool({"publisher", "owner"} & set(lines_of([roles])))


def _host(address: str | None) -> str | None:
    return urlsplit(address or "").hostname
