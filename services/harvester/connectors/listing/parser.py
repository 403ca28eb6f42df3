"""The files of a folder as datasets: those that differ by their extension only are one. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from services.harvester.connectors.listing.folder import Entry
from services.harvester.connectors.values.dates import past_moment
from services.harvester.connectors.values.formats import resolve_format
from services.harvester.connectors.values.identifiers import clean_siret, made_id
from services.harvester.connectors.values.licences import resolve_licence
from services.harvester.connectors.values.members import text
from services.harvester.connectors.values.texts import clean_id, clean_line, clean_text
from shared.contracts.records import DatasetRecord, Publisher, ResourceRecord

_NO_DATA = re.compile(
    r"^\.|^(?:index|default)\.\w+$|\.(?:html?|php\d?|aspx?|jsp|cgi|css|js|ico|md5|sha\d+|tmp|bak)$|"
    r"^(?:thumbs\.db|desktop\.ini|robots\.txt|favicon\.\w+|header\.\w+|footer\.\w+)$|~$",
    re.IGNORECASE,
)
_READING = re.compile(
    r"^(?:readme|lisez[-_]?moi|licen[cs]e)\b|\.(?:pdf|docx?|odt|md)$", re.IGNORECASE
)
_PACKED = re.compile(r"\.(?:csv\.gz|tar\.gz|tar\.bz2)$", re.IGNORECASE)


def parse_folder(
    entries: list[Entry], *, folder: str, root: str, config: Mapping[str, Any], now: datetime
) -> list[DatasetRecord]:
    """The datasets of the folder at `folder`, within the listing that begins at `root`.

    A listing names no licence and no publisher: `config` does (`license`, `publisher`,
    `siret`, `description`), and `group: "folder"` makes one dataset of each folder.
    """
    files = [e for e in entries if not e.is_folder and not _NO_DATA.search(e.name)]
    groups: dict[str, list[Entry]] = {}
    for file in sorted(files, key=lambda entry: entry.url):
        name = "" if config.get("group") == "folder" else stem_of(file.name)
        groups.setdefault(name, []).append(file)
    return [_dataset(name, group, folder, root, config, now) for name, group in groups.items()]


def stem_of(name: str) -> str:
    """`budget-2024` of `budget-2024.csv` and of `budget-2024.csv.gz`."""
    if found := _PACKED.search(name):
        return name[: found.start()]
    return name.rsplit(".", 1)[0] if "." in name[1:] else name


def title_of(name: str) -> str:
    """Words out of a file's name."""
    words = " ".join(re.split(r"[\s_+-]+", name)).strip() or name
    return words[0].upper() + words[1:]


def _dataset(
    name: str,
    files: list[Entry],
    folder: str,
    root: str,
    config: Mapping[str, Any],
    now: datetime,
) -> DatasetRecord:
    path = unquote(urlsplit(folder).path.removeprefix(urlsplit(root).path)).strip("/")
    remote_id = "/".join(filter(None, (path, name))) or "/"
    inner = name or path.rsplit("/", 1)[-1]
    licence = resolve_licence(filter(None, [text(config.get("license"))]))
    resources = [_resource(file, now) for file in files]
    dates = [resource.modified for resource in resources if resource.modified]
    return DatasetRecord(
        remote_id=clean_id(remote_id) or "/",
        remote_url=folder,
        title=clean_line(title_of(inner) if inner else config.get("title")) or "Fichiers",
        description=clean_text(text(config.get("description"))),
        publisher=Publisher(
            name=clean_line(text(config.get("publisher"))), siret=clean_siret(config.get("siret"))
        ),
        license=licence.id,
        license_raw=clean_line(licence.raw),
        keywords=tuple(filter(None, map(clean_line, path.split("/")))),
        modified=max(dates, default=None),
        resources=tuple(resources),
    )


def _resource(file: Entry, now: datetime) -> ResourceRecord:
    moment = past_moment(file.modified.isoformat(), now) if file.modified else None
    return ResourceRecord(
        remote_id=made_id(file.url),
        title=clean_line(file.name),
        url=file.url,
        format=resolve_format(None, None, file.url),
        size=file.size,
        kind="documentation" if _READING.search(file.name) else "main",
        modified=moment,
    )
