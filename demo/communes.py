"""The member communes that the demonstration impersonates.

Names, INSEE codes, SIREN, postcodes and populations are those of the official geographic
code (package `@etalab/decoupage-administratif` 6.0.0, data under Licence Ouverte);
latitudes and longitudes point at the town centre, to three decimals or so. Everything that
the demonstration publishes in their name is invented.
"""

from dataclasses import dataclass
from typing import Final

from demo.identifiers import with_luhn_digit


@dataclass(frozen=True)
class Commune:
    """One commune; `slug` is its part of every address, `latitude`/`longitude` WGS 84."""

    slug: str
    name: str
    insee_code: str
    siren: str
    postcode: str
    population: int
    latitude: float
    longitude: float

    @property
    def of_name(self) -> str:
        """The name after « de »: « de Créteil », « d'Ormesson-sur-Marne », « de La Queue… »."""
        return f"d'{self.name}" if self.name[0] in "AEIOUÉÈ" else f"de {self.name}"

    @property
    def siret(self) -> str:
        """SIRET of the town hall: a commune's first establishment, number 0001 and its key."""
        return with_luhn_digit(f"{self.siren}0001")

    @property
    def web_domain(self) -> str:
        """A domain that can never resolve (RFC 2606), for invented e-mails and addresses."""
        return f"{self.slug}.example"


COMMUNES: Final = (
    Commune("boissy-saint-leger", "Boissy-Saint-Léger", "94004", "219400041", "94470",
            17325, 48.7517, 2.5083),
    Commune("chennevieres-sur-marne", "Chennevières-sur-Marne", "94019", "219400199", "94430",
            18710, 48.7983, 2.5339),
    Commune("creteil", "Créteil", "94028", "219400280", "94000", 93397, 48.7904, 2.4556),
    Commune("joinville-le-pont", "Joinville-le-Pont", "94042", "219400421", "94340",
            20525, 48.8214, 2.4728),
    Commune("la-queue-en-brie", "La Queue-en-Brie", "94060", "219400603", "94510",
            12241, 48.7893, 2.5765),
    Commune("limeil-brevannes", "Limeil-Brévannes", "94044", "219400447", "94450",
            27406, 48.7456, 2.4883),
    Commune("maisons-alfort", "Maisons-Alfort", "94046", "219400462", "94700",
            56799, 48.8058, 2.4378),
    Commune("mandres-les-roses", "Mandres-les-Roses", "94047", "219400470", "94520",
            4922, 48.7022, 2.5447),
    Commune("marolles-en-brie", "Marolles-en-Brie", "94048", "219400488", "94440",
            4781, 48.7344, 2.5536),
    Commune("nogent-sur-marne", "Nogent-sur-Marne", "94052", "219400520", "94130",
            32455, 48.8375, 2.4833),
    Commune("ormesson-sur-marne", "Ormesson-sur-Marne", "94055", "219400553", "94490",
            10977, 48.7856, 2.5385),
    Commune("perigny", "Périgny", "94056", "219400561", "94520", 2724, 48.6969, 2.5567),
)  # fmt: skip


def commune(slug: str) -> Commune:
    """The member with this slug; raises `KeyError` when there is none."""
    for candidate in COMMUNES:
        if candidate.slug == slug:
            return candidate
    raise KeyError(slug)
