"""The members that the demonstration impersonates: communes, and the EPT around nine of them.

Names, codes, SIREN, postcodes, populations and who lies in whom are those of the official
geographic code (package `@etalab/decoupage-administratif` 6.0.0, data under Licence Ouverte);
latitudes and longitudes point at the town centre, to three decimals or so. Everything that
the demonstration publishes in their name is invented.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from demo.identifiers import with_luhn_digit

Kind = Literal["commune", "epci"]
"""Level of a body, in the words of the platform and of the zones of data.gouv.fr."""


@dataclass(frozen=True)
class Member(ABC):
    """A body that publishes. `slug` is its part of every address, `form` its legal form."""

    kind: ClassVar[Kind]
    form: ClassVar[str]

    slug: str
    name: str
    siren: str
    population: int

    @property
    @abstractmethod
    def body(self) -> str:
        """The name that it publishes under."""

    @property
    @abstractmethod
    def code(self) -> str:
        """The code of its territory."""

    @property
    @abstractmethod
    def communes(self) -> tuple["Commune", ...]:
        """The communes of its territory."""

    @property
    def of_name(self) -> str:
        """The name after « de »: « de Créteil », « d'Ormesson-sur-Marne », « de La Queue… »."""
        return f"d'{self.name}" if self.name[0] in "AEIOUÉÈ" else f"de {self.name}"

    @property
    def siret(self) -> str:
        """SIRET of the seat: the body's first establishment, number 0001 and its key."""
        return with_luhn_digit(f"{self.siren}0001")

    @property
    def web_domain(self) -> str:
        """A domain that can never resolve (RFC 2606), for invented e-mails and addresses."""
        return f"{self.slug}.example"

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """A box of some two kilometres around each town hall: west, south, east, north."""
        longitudes = [one.longitude for one in self.communes]
        latitudes = [one.latitude for one in self.communes]
        return (
            min(longitudes) - 0.015,
            min(latitudes) - 0.01,
            max(longitudes) + 0.015,
            max(latitudes) + 0.01,
        )


@dataclass(frozen=True)
class Commune(Member):
    """One commune; `latitude`/`longitude` WGS 84."""

    kind = "commune"
    form = "Commune"

    insee_code: str
    postcode: str
    latitude: float
    longitude: float

    @property
    def body(self) -> str:
        """« Commune de Créteil »."""
        return f"{self.form} {self.of_name}"

    @property
    def code(self) -> str:
        """Its INSEE code."""
        return self.insee_code

    @property
    def communes(self) -> tuple["Commune", ...]:
        """Itself."""
        return (self,)


@dataclass(frozen=True)
class Intercommunality(Member):
    """What communes have founded together; some of its `members` may publish on their own."""

    kind = "epci"
    form = "Établissement public territorial"

    members: tuple[Commune, ...]

    @property
    def body(self) -> str:
        """Its name alone: it is known by that."""
        return self.name

    @property
    def code(self) -> str:
        """Its SIREN."""
        return self.siren

    @property
    def communes(self) -> tuple[Commune, ...]:
        """All its members."""
        return self.members


COMMUNES: Final = (
    Commune("boissy-saint-leger", "Boissy-Saint-Léger", "219400041", 17325,
            "94004", "94470", 48.7517, 2.5083),
    Commune("chennevieres-sur-marne", "Chennevières-sur-Marne", "219400199", 18710,
            "94019", "94430", 48.7983, 2.5339),
    Commune("creteil", "Créteil", "219400280", 93397, "94028", "94000", 48.7904, 2.4556),
    Commune("joinville-le-pont", "Joinville-le-Pont", "219400421", 20525,
            "94042", "94340", 48.8214, 2.4728),
    Commune("la-queue-en-brie", "La Queue-en-Brie", "219400603", 12241,
            "94060", "94510", 48.7893, 2.5765),
    Commune("limeil-brevannes", "Limeil-Brévannes", "219400447", 27406,
            "94044", "94450", 48.7456, 2.4883),
    Commune("maisons-alfort", "Maisons-Alfort", "219400462", 56799,
            "94046", "94700", 48.8058, 2.4378),
    Commune("mandres-les-roses", "Mandres-les-Roses", "219400470", 4922,
            "94047", "94520", 48.7022, 2.5447),
    Commune("marolles-en-brie", "Marolles-en-Brie", "219400488", 4781,
            "94048", "94440", 48.7344, 2.5536),
    Commune("nogent-sur-marne", "Nogent-sur-Marne", "219400520", 32455,
            "94052", "94130", 48.8375, 2.4833),
    Commune("ormesson-sur-marne", "Ormesson-sur-Marne", "219400553", 10977,
            "94055", "94490", 48.7856, 2.5385),
    Commune("perigny", "Périgny", "219400561", 2724, "94056", "94520", 48.6969, 2.5567),
)  # fmt: skip

_WITHOUT_PORTAL: Final = (
    Commune("alfortville", "Alfortville", "219400025", 45531, "94002", "94140", 48.806, 2.420),
    Commune("bonneuil-sur-marne", "Bonneuil-sur-Marne", "219400116", 18270,
            "94011", "94380", 48.770, 2.479),
    Commune("noiseau", "Noiseau", "219400538", 4628, "94053", "94880", 48.776, 2.549),
    Commune("le-plessis-trevise", "Le Plessis-Trévise", "219400595", 21112,
            "94059", "94420", 48.811, 2.574),
    Commune("santeny", "Santeny", "219400702", 3913, "94070", "94440", 48.727, 2.574),
    Commune("sucy-en-brie", "Sucy-en-Brie", "219400710", 27764, "94071", "94370", 48.769, 2.535),
    Commune("villecresnes", "Villecresnes", "219400751", 11647, "94075", "94440", 48.720, 2.539),
)  # fmt: skip
"""The communes of the EPT that publish nothing themselves: its files speak of them too."""

_ELSEWHERE: Final = frozenset({"joinville-le-pont", "maisons-alfort", "nogent-sur-marne"})
"""The communes above that lie in another EPT, Paris Est Marne & Bois."""

EPT: Final = Intercommunality(
    "grand-paris-sud-est-avenir", "Grand Paris Sud Est Avenir", "200058006", 325348,
    (*(one for one in COMMUNES if one.slug not in _ELSEWHERE), *_WITHOUT_PORTAL),
)  # fmt: skip

MEMBERS: Final[tuple[Member, ...]] = (*COMMUNES, EPT)
"""Everyone who publishes, in the order in which they are listed."""


def commune(slug: str) -> Commune:
    """The commune with this slug; raises `KeyError` when none of them publishes under it."""
    for candidate in COMMUNES:
        if candidate.slug == slug:
            return candidate
    raise KeyError(slug)
