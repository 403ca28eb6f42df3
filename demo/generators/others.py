"""Files that no schema of the register describes, and the town's own catalogue."""

from typing import Final

from demo.tables import TODAY, Assignment, Table, table, words

CATALOGUE: Final = (
    "COLL_NOM", "COLL_SIRET", "ID", "TITRE", "DESCRIPTION", "THEME", "PRODUCTEUR_NOM",
    "PRODUCTEUR_SIRET", "COUV_SPAT_MAILLE", "COUV_SPAT_NOM", "COUV_TEMP_DEBUT",
    "COUV_TEMP_FIN", "DATE_PUBL", "FREQ_MAJ", "DATE_MAJ", "MOTS_CLES", "LICENCE",
    "NOMBRE_RESSOURCES", "FORMAT_RESSOURCES", "URL",
)  # fmt: skip

TREES: Final = ("numero", "espece", "nom_latin", "voie", "circonference_cm", "plantation")
EVENTS: Final = ("titre", "debut", "fin", "lieu", "tarif_euros", "lien")
POLLING: Final = ("bureau", "lieu", "adresse_complete", "electeurs_inscrits")
MARKETS: Final = ("marche", "jour", "ouverture", "fermeture", "emplacements")
WASTE_SITES: Final = (
    "nom", "adresse", "code_insee", "commune", "latitude", "longitude", "jour_fermeture", "acces",
)  # fmt: skip
COLLECTIONS: Final = ("code_insee", "commune", "dechets", "jour", "a_partir_de")

_DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi")

_ENTRIES: Final = (
    ("deliberations", "Délibérations du conseil municipal", "Administration locale"),
    ("subventions", "Subventions aux associations", "Finances publiques"),
    ("prenoms", "Prénoms des nouveau-nés", "Population"),
    ("equipements", "Équipements collectifs publics", "Équipements"),
)


def catalogue(assignment: Assignment) -> Table:
    """The town's catalogue of its own datasets, in the socle's format."""
    commune = assignment.commune
    records: list[dict[str, object]] = [
        {
            "COLL_NOM": commune.body,
            "COLL_SIRET": commune.siret,
            "ID": f"{slug}-{commune.slug}",
            "TITRE": f"{title} {commune.of_name}",
            "DESCRIPTION": f"{title} {commune.of_name}. Données fictives.",
            "THEME": theme,
            "PRODUCTEUR_NOM": commune.body,
            "PRODUCTEUR_SIRET": commune.siret,
            "COUV_SPAT_MAILLE": "Communale",
            "COUV_SPAT_NOM": commune.name,
            "COUV_TEMP_DEBUT": f"{assignment.year}-01-01",
            "COUV_TEMP_FIN": f"{assignment.year}-12-31",
            "DATE_PUBL": f"{assignment.year}-02-01",
            "FREQ_MAJ": "Annuelle",
            "DATE_MAJ": assignment.day().isoformat(),
            "MOTS_CLES": f"scdl;{slug}",
            "LICENCE": "Licence Ouverte-LO",
            "NOMBRE_RESSOURCES": 1,
            "FORMAT_RESSOURCES": "csv",
            "URL": f"https://donnees.{commune.web_domain}/{slug}",
        }
        for slug, title, theme in _ENTRIES
    ]
    return table(records, CATALOGUE)


def trees(assignment: Assignment) -> Table:
    """Trees along the streets."""
    rng = assignment.rng
    records: list[dict[str, object]] = []
    for number in range(1, 301):
        species, latin = rng.choice(words("trees"))
        records.append(
            {
                "numero": number,
                "espece": species,
                "nom_latin": latin,
                "voie": assignment.street(),
                "circonference_cm": rng.randrange(20, 260),
                "plantation": rng.randrange(1930, TODAY.year),
            }
        )
    return table(records, TREES)


def events(assignment: Assignment) -> Table:
    """The season's events."""
    rng, commune = assignment.rng, assignment.commune
    records: list[dict[str, object]] = []
    for number, title in enumerate(words("events"), 1):
        day = assignment.day().isoformat()
        records.append(
            {
                "titre": title,
                "debut": f"{day} 14:00",
                "fin": f"{day} 18:00",
                "lieu": rng.choice(
                    ("Place du Marché", "Médiathèque", "Gymnase", "Salle des fêtes")
                ),
                "tarif_euros": rng.choice((0, 0, 5, 8)),
                "lien": f"https://www.{commune.web_domain}/agenda/{number}",
            }
        )
    return table(records, EVENTS)


def polling_stations(assignment: Assignment) -> Table:
    """Polling stations and their voters."""
    rng, commune = assignment.rng, assignment.commune
    count = max(3, commune.population // 1600)
    records: list[dict[str, object]] = [
        {
            "bureau": f"{number:04d}",
            "lieu": rng.choice(("École élémentaire", "Gymnase", "Hôtel de ville")),
            "adresse_complete": f"{rng.randrange(1, 90)} {assignment.street()}, {commune.name}",
            "electeurs_inscrits": rng.randrange(700, 1100),
        }
        for number in range(1, count + 1)
    ]
    return table(records, POLLING)


def markets(assignment: Assignment) -> Table:
    """Street markets and their days."""
    rng = assignment.rng
    records: list[dict[str, object]] = [
        {
            "marche": f"Marché {place}",
            "jour": day,
            "ouverture": "08:00",
            "fermeture": "13:00",
            "emplacements": rng.randrange(10, 70),
        }
        for place in ("du centre", "de la gare")
        for day in ("mercredi", "samedi", "dimanche")
    ]
    return table(records, MARKETS)


def waste_sites(assignment: Assignment) -> Table:
    """Where bulky waste is brought: one site for three communes."""
    rng, member = assignment.rng, assignment.member
    records: list[dict[str, object]] = []
    for commune in member.communes[::3]:
        latitude, longitude = assignment.position(commune)
        street = f"{rng.randrange(1, 90)} {assignment.street()}"
        records.append(
            {
                "nom": f"Déchèterie {commune.of_name}",
                "adresse": f"{street}, {commune.postcode} {commune.name}",
                "code_insee": commune.insee_code,
                "commune": commune.name,
                "latitude": latitude,
                "longitude": longitude,
                "jour_fermeture": rng.choice(_DAYS),
                "acces": f"Habitants {member.of_name}",
            }
        )
    return table(records, WASTE_SITES)


def waste_collections(assignment: Assignment) -> Table:
    """On which day what is collected, commune by commune."""
    rng = assignment.rng
    kinds = ("ordures ménagères", "emballages et papiers", "verre", "encombrants")
    records: list[dict[str, object]] = [
        {
            "code_insee": commune.insee_code,
            "commune": commune.name,
            "dechets": kind,
            "jour": rng.choice(_DAYS),
            "a_partir_de": rng.choice(("06:00", "07:00", "19:00")),
        }
        for _, commune, kind in assignment.everywhere(kinds)
    ]
    return table(records, COLLECTIONS)
