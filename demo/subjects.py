"""The subjects of datasets: title, schema, words that describe it, who writes its content."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from demo.generators import council, families, mobility, others, places
from demo.tables import Generator

_REGISTER: Final = "https://schema.data.gouv.fr/schemas"


@dataclass(frozen=True)
class SchemaName:
    """A schema of the national register, in the version that the files follow."""

    name: str
    version: str
    file_name: str = "schema.json"

    @property
    def url(self) -> str:
        """Address of this version in the register."""
        return f"{_REGISTER}/{self.name}/{self.version}/{self.file_name}"


@dataclass(frozen=True)
class Subject:
    """`frequency` is udata's word; `theme` a French one for DCAT; `make` writes a year's table."""

    slug: str
    title: str
    description: str
    keywords: tuple[str, ...]
    theme: str
    frequency: str
    make: Generator
    schema: SchemaName | None = None


_ALL: Final = (
    Subject(
        "deliberations", "Délibérations du conseil municipal",
        "Liste des délibérations adoptées par le conseil municipal : objet, matière, votes.",
        ("deliberations", "conseil-municipal", "vie-democratique"), "Administration",
        "quarterly", council.deliberations, SchemaName("scdl/deliberations", "2.1.5"),
    ),
    Subject(
        "subventions", "Subventions aux associations",
        "Subventions attribuées par la commune : bénéficiaire, objet, montant, versement.",
        ("subventions", "associations", "finances"), "Finances",
        "annual", council.grants, SchemaName("scdl/subventions", "2.1.1"),
    ),
    Subject(
        "budget", "Budget primitif",
        "Budget primitif de la commune par chapitre, nature et fonction.",
        ("budget", "finances"), "Finances",
        "annual", council.budget, SchemaName("scdl/budget", "0.8.3"),
    ),
    Subject(
        "equipements", "Équipements collectifs publics",
        "Équipements ouverts au public : adresse, horaires, position.",
        ("equipements", "lieux-publics"), "Équipements",
        "annual", places.facilities, SchemaName("scdl/equipements", "0.1.5"),
    ),
    Subject(
        "prenoms", "Prénoms des nouveau-nés",
        "Prénoms déclarés à l'état civil, à partir de trois occurrences dans l'année.",
        ("prenoms", "etat-civil", "naissances"), "Population",
        "annual", families.first_names, SchemaName("scdl/prenoms", "1.1.6"),
    ),
    Subject(
        "menus", "Menus des cantines scolaires",
        "Menus des restaurants scolaires, avec labels et allergènes.",
        ("cantine", "menus", "allergenes"), "Éducation",
        "monthly", families.menus, SchemaName("scdl/menus-collectifs", "1.2.3"),
    ),
    Subject(
        "plats", "Plats et produits de la restauration scolaire",
        "Composition des plats servis : produits, fournisseurs, allergènes, filières.",
        ("cantine", "plats", "filieres", "allergenes"), "Éducation",
        "annual", families.dishes, SchemaName("scdl/plats-menus-collectifs", "0.7.2"),
    ),
    Subject(
        "adresses", "Base adresse locale",
        "Adresses certifiées par la commune, au format de la Base Adresse Locale.",
        ("adresses", "bal", "voies"), "Territoire",
        "monthly", places.addresses, SchemaName("etalab/schema-bal", "1.5.0", "schema.yml"),
    ),
    Subject(
        "dae", "Défibrillateurs",
        "Défibrillateurs automatisés externes : emplacement, accès, entretien.",
        ("defibrillateurs", "dae", "sante"), "Santé",
        "annual", places.defibrillators, SchemaName("atlasante/schema-dae", "1.0.7"),
    ),
    Subject(
        "irve", "Bornes de recharge pour véhicules électriques",
        "Stations et points de recharge ouverts au public.",
        ("irve", "bornes", "mobilite"), "Mobilité",
        "monthly", mobility.charging_points,
        SchemaName("etalab/schema-irve-statique", "2.3.1", "schema-statique.json"),
    ),
    Subject(
        "stationnement", "Parcs de stationnement hors voirie",
        "Parcs de stationnement : places, tarifs, accès.",
        ("stationnement", "parking", "mobilite"), "Mobilité",
        "annual", mobility.car_parks, SchemaName("etalab/schema-stationnement", "0.1.5"),
    ),
    Subject(
        "covoiturage", "Lieux de covoiturage",
        "Aires et parkings de covoiturage.",
        ("covoiturage", "mobilite"), "Mobilité",
        "annual", mobility.car_sharing, SchemaName("etalab/schema-lieux-covoiturage", "0.3.1"),
    ),
    Subject(
        "catalogue", "Catalogue des données ouvertes",
        "Jeux de données que la commune publie, au format du socle commun.",
        ("catalogue", "scdl"), "Administration",
        "semiannual", others.catalogue, SchemaName("scdl/catalogue", "0.1.3"),
    ),
    Subject(
        "arbres", "Arbres d'alignement", "Arbres plantés le long des voies communales.",
        ("arbres", "nature-en-ville"), "Environnement", "annual", others.trees,
    ),
    Subject(
        "evenements", "Agenda des événements", "Fêtes, marchés et rencontres de la saison.",
        ("agenda", "evenements", "culture"), "Culture", "weekly", others.events,
    ),
    Subject(
        "bureaux-de-vote", "Bureaux de vote", "Bureaux de vote et nombre d'électeurs inscrits.",
        ("elections", "bureaux-de-vote"), "Administration", "punctual", others.polling_stations,
    ),
    Subject(
        "marches", "Marchés forains", "Jours et horaires des marchés de plein air.",
        ("marches", "commerce"), "Économie", "irregular", others.markets,
    ),
    Subject(
        "decheteries", "Déchèteries", "Déchèteries : adresse, jour de fermeture, qui y accède.",
        ("dechets", "decheteries"), "Environnement", "annual", others.waste_sites,
    ),
    Subject(
        "collectes", "Jours de collecte des déchets",
        "Jours et horaires de collecte des déchets, commune par commune.",
        ("dechets", "collecte"), "Environnement", "annual", others.waste_collections,
    ),
)  # fmt: skip

SUBJECTS: Final[Mapping[str, Subject]] = MappingProxyType({one.slug: one for one in _ALL})
