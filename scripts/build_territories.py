"""Make the compact list of French territories that the catalogue ships.

    npm pack @etalab/decoupage-administratif          # in a temporary folder
    tar xzf etalab-decoupage-administratif-*.tgz
    python scripts/build_territories.py package

Reads the package's JSON files and writes `services/catalogue/data/territories.csv.gz` with
`territories.json` (version, counts, attribution) beside it. The same package gives the same
bytes. One line per territory; lists are separated by spaces; columns: see `COLUMNS`.
"""

import argparse
import csv
import gzip
import hashlib
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

COLUMNS = (
    "code",
    "kind",
    "name",
    "siren",
    "population",
    "commune_code",
    "ept_code",
    "epci_code",
    "departement_code",
    "region_code",
    "postal_codes",
    "former_codes",
)
DESTINATION = Path(__file__).parents[1] / "services" / "catalogue" / "data"

Row = dict[str, str]
Json = Mapping[str, Any]


def region_code(code: str) -> str:
    """Régions and départements share codes (11 is both), so a région's gets an R."""
    return f"R{code}"


def membership(groups: Iterable[Json]) -> dict[str, str]:
    """From a member commune's code to the SIREN of its group."""
    return {member["code"]: group["code"] for group in groups for member in group["membres"]}


def former_codes(communes: Iterable[Json]) -> dict[str, set[str]]:
    """Codes that once named something now inside a commune: former and merged communes."""
    former: dict[str, set[str]] = defaultdict(set)
    current = {c["code"] for c in communes if c["type"] == "commune-actuelle"}
    for commune in communes:
        head = commune.get("chefLieu", commune["code"])
        if commune["type"] in {"commune-deleguee", "commune-associee"}:
            former[head].add(commune["code"])
        former[head].update(commune.get("anciensCodes", ()))
    return {head: codes - current for head, codes in former.items()}


def commune_rows(communes: list[Json], epci: dict[str, str], ept: dict[str, str]) -> list[Row]:
    """Present communes, and the arrondissements of Paris, Lyon and Marseille below them."""
    former = former_codes(communes)
    kinds = {"commune-actuelle": "commune", "arrondissement-municipal": "arrondissement"}
    rows = []
    for commune in communes:
        if commune["type"] not in kinds:
            continue
        belongs = commune.get("commune", commune["code"])
        rows.append(
            {
                "code": commune["code"],
                "kind": kinds[commune["type"]],
                "name": commune["nom"],
                "siren": commune.get("siren", ""),
                "population": str(commune.get("population", "")),
                "commune_code": commune.get("commune", ""),
                "ept_code": ept.get(belongs, ""),
                "epci_code": epci.get(belongs, ""),
                "departement_code": commune["departement"],
                "region_code": region_code(commune["region"]),
                "postal_codes": " ".join(sorted(commune.get("codesPostaux", ()))),
                "former_codes": " ".join(sorted(former.get(commune["code"], ()))),
            }
        )
    return rows


def only(values: set[str]) -> str:
    """The one value, or nothing: an EPCI across two départements lies in neither."""
    return values.pop() if len(values) == 1 else ""


def group_rows(groups: list[Json], communes: Iterable[Row], column: str) -> list[Row]:
    """EPCI or EPT; the département and région are those that all members share."""
    members: dict[str, list[Row]] = defaultdict(list)
    for commune in communes:
        if commune["kind"] == "commune" and commune[column]:
            members[commune[column]].append(commune)
    return [
        {
            "code": group["code"],
            "kind": "ept" if column == "ept_code" else group["type"].lower(),
            "name": group["nom"],
            "siren": group["code"],
            "population": str(group["populationMunicipale"]),
            "epci_code": only({m["epci_code"] for m in members[group["code"]]})
            if column == "ept_code"
            else "",
            "departement_code": only({m["departement_code"] for m in members[group["code"]]}),
            "region_code": only({m["region_code"] for m in members[group["code"]]}),
        }
        for group in groups
    ]


def total(communes: Iterable[Row], column: str, code: str) -> str:
    """Population of a département or région: its communes' together, nothing if unknown."""
    known = [
        int(commune["population"])
        for commune in communes
        if commune["kind"] == "commune" and commune[column] == code and commune["population"]
    ]
    return str(sum(known)) if known else ""


def upper_rows(departements: list[Json], regions: list[Json], communes: list[Row]) -> list[Row]:
    """Départements and régions, overseas collectivities included as the package has them."""
    below = [
        {
            "code": departement["code"],
            "kind": "departement",
            "name": departement["nom"],
            "population": total(communes, "departement_code", departement["code"]),
            "region_code": region_code(departement["region"]),
        }
        for departement in departements
    ]
    above = [
        {
            "code": region_code(region["code"]),
            "kind": "region",
            "name": region["nom"],
            "population": total(communes, "region_code", region_code(region["code"])),
        }
        for region in regions
    ]
    return below + above


def build(folder: Path) -> list[Row]:
    """Every territory of the package, largest level first, in the order of the codes."""

    def read(name: str) -> list[Json]:
        parsed: list[Json] = json.loads((folder / "data" / f"{name}.json").read_text("utf-8"))
        return parsed

    epci, ept = read("epci"), read("ept")
    communes = commune_rows(read("communes"), membership(epci), membership(ept))
    rows = [
        *upper_rows(read("departements"), read("regions"), communes),
        *group_rows(epci, communes, "epci_code"),
        *group_rows(ept, communes, "ept_code"),
        *communes,
    ]
    order = {"region": 0, "departement": 1, "commune": 3, "arrondissement": 4}
    return sorted(rows, key=lambda row: (order.get(row["kind"], 2), row["code"]))


def main() -> None:
    """Write the two files and print what they hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("package", type=Path, help="the unpacked npm package")
    folder: Path = parser.parse_args().package
    rows = build(folder)
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    content = text.getvalue().encode()
    package = json.loads((folder / "package.json").read_text("utf-8"))
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row["kind"]] += 1
    about = {
        "version": f"{package['version']}-{hashlib.sha256(content).hexdigest()[:12]}",
        "source": "@etalab/decoupage-administratif",
        "source_version": package["version"],
        "license": "Licence Ouverte / Open Licence (Etalab)",
        "attribution": "Découpage administratif : Etalab, d’après l’Insee (code officiel "
        "géographique, populations légales), la DGCL (EPCI) et La Poste (codes postaux)",
        "counts": dict(sorted(counts.items())),
    }
    DESTINATION.mkdir(parents=True, exist_ok=True)
    with (
        (DESTINATION / "territories.csv.gz").open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=9, mtime=0) as packed,
    ):
        packed.write(content)
    (DESTINATION / "territories.json").write_text(
        json.dumps(about, ensure_ascii=False, indent=2) + "\n", "utf-8"
    )
    print(json.dumps(about, ensure_ascii=False, indent=2))


if __name__ == "__main__":
    main()
