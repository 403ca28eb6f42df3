"""Getting about: charging points, car parks, car-sharing places."""

from typing import Final

from demo.members import Commune
from demo.tables import TODAY, Assignment, Table, table, words

CHARGING_POINTS: Final = (
    "nom_amenageur", "siren_amenageur", "contact_amenageur", "nom_operateur",
    "contact_operateur", "telephone_operateur", "nom_enseigne", "id_station_itinerance",
    "id_station_local", "nom_station", "implantation_station", "adresse_station",
    "code_insee_commune", "coordonneesXY", "nbre_pdc", "id_pdc_itinerance", "id_pdc_local",
    "puissance_nominale", "prise_type_ef", "prise_type_2", "prise_type_combo_ccs",
    "prise_type_chademo", "prise_type_autre", "gratuit", "paiement_acte", "paiement_cb",
    "paiement_autre", "tarification", "condition_acces", "reservation", "horaires",
    "accessibilite_pmr", "restriction_gabarit", "station_deux_roues", "raccordement",
    "num_pdl", "date_mise_en_service", "observations", "date_maj", "cable_t2_attache",
)  # fmt: skip

CAR_PARKS: Final = (
    "id", "nom", "insee", "adresse", "url", "type_usagers", "gratuit", "nb_places", "nb_pr",
    "nb_pmr", "nb_voitures_electriques", "nb_velo", "nb_2r_el", "nb_autopartage", "nb_2_rm",
    "nb_covoit", "hauteur_max", "num_siret", "Xlong", "Ylat", "tarif_pmr", "tarif_1h",
    "tarif_2h", "tarif_3h", "tarif_4h", "tarif_24h", "abo_resident", "abo_non_resident",
    "type_ouvrage", "info",
)  # fmt: skip

CAR_SHARING: Final = (
    "id_local", "nom_lieu", "ad_lieu", "com_lieu", "insee", "type", "date_maj", "ouvert",
    "source", "Xlong", "Ylat", "nbre_pl", "nbre_pmr", "duree", "horaires", "proprio",
    "lumiere", "comm",
)  # fmt: skip


def charging_points(assignment: Assignment) -> Table:
    """Charging stations for electric cars: one row per charging point."""
    records: list[dict[str, object]] = []
    for number, commune, place in assignment.everywhere(words("car_parks")[:6]):
        station = _station(assignment, number, commune, place)
        records += [
            {**station, "id_pdc_itinerance": f"{station['id_station_itinerance']}E{point}"}
            for point in range(1, int(str(station["nbre_pdc"])) + 1)
        ]
    return table(records, CHARGING_POINTS)


def _station(
    assignment: Assignment, number: int, commune: Commune, place: str
) -> dict[str, object]:
    """What the charging points of one station have in common."""
    rng, member = assignment.rng, assignment.member
    latitude, longitude = assignment.position(commune)
    street = f"{rng.randrange(1, 90)} {assignment.street()}"
    fast = rng.random() < 0.3
    return {
        "nom_amenageur": member.body,
        "siren_amenageur": member.siren,
        "contact_amenageur": f"voirie@{member.web_domain}",
        "nom_operateur": "Recharge Val-de-Marne (fictif)",
        "contact_operateur": "contact@recharge-vdm.example",
        "nom_enseigne": "Recharge Val-de-Marne (fictif)",
        "id_station_itinerance": f"FRDEM{commune.insee_code}P{number:02d}",
        "nom_station": f"{commune.name} - {place}",
        "implantation_station": rng.choice(("Voirie", "Parking public")),
        "adresse_station": f"{street} {commune.postcode} {commune.name}",
        "code_insee_commune": commune.insee_code,
        "coordonneesXY": f"[{longitude},{latitude}]",
        "nbre_pdc": rng.choice((2, 4)),
        "puissance_nominale": "50.00" if fast else "22.00",
        "prise_type_ef": "false" if fast else "true",
        "prise_type_2": "true",
        "prise_type_combo_ccs": "true" if fast else "false",
        "prise_type_chademo": "false",
        "prise_type_autre": "false",
        "gratuit": "false",
        "paiement_acte": "true",
        "paiement_cb": "true" if fast else "false",
        "tarification": "0,40 € / kWh",
        "condition_acces": "Accès libre",
        "reservation": "false",
        "horaires": "24/7",
        "accessibilite_pmr": "Accessible mais non réservé PMR",
        "restriction_gabarit": "Hauteur maximale 2m",
        "station_deux_roues": "false",
        "raccordement": "Direct",
        "date_mise_en_service": f"{rng.randrange(2020, 2026)}-05-12",
        "date_maj": TODAY.isoformat(),
        "cable_t2_attache": "false",
    }


def car_parks(assignment: Assignment) -> Table:
    """Car parks off the street, with prices by the hour."""
    rng, member = assignment.rng, assignment.member
    records: list[dict[str, object]] = []
    for number, commune, name in assignment.everywhere(words("car_parks")):
        latitude, longitude = assignment.position(commune)
        covered = rng.random() < 0.5
        hour = rng.choice((0, 0, 1.2, 1.5, 2))
        street = f"{rng.randrange(1, 90)} {assignment.street()}"
        records.append(
            {
                "id": f"{commune.insee_code}-P-{number:03d}",
                "nom": f"Parking {name}",
                "insee": commune.insee_code,
                "adresse": f"{street}, {commune.postcode}, {commune.name}",
                "type_usagers": "tous",
                "gratuit": "false" if hour else "true",
                "nb_places": rng.randrange(20, 400),
                "nb_pmr": rng.randrange(2, 12),
                "nb_voitures_electriques": rng.randrange(6),
                "nb_velo": rng.randrange(30),
                "hauteur_max": "190" if covered else "N/A",
                "num_siret": member.siret,
                "Xlong": longitude,
                "Ylat": latitude,
                "tarif_pmr": "gratuit",
                "tarif_1h": hour,
                "tarif_2h": hour * 2,
                "tarif_24h": hour * 8,
                "type_ouvrage": "ouvrage" if covered else "enclos_en_surface",
            }
        )
    return table(records, CAR_PARKS)


def car_sharing(assignment: Assignment) -> Table:
    """Places where people who share a car meet."""
    rng, member = assignment.rng, assignment.member
    records: list[dict[str, object]] = []
    for number, commune, name in assignment.everywhere(words("car_parks")[:5]):
        latitude, longitude = assignment.position(commune)
        records.append(
            {
                "id_local": f"{commune.insee_code}-C-{number:02d}",
                "nom_lieu": f"Covoiturage {name}",
                "ad_lieu": f"{rng.randrange(1, 90)} {assignment.street()}",
                "com_lieu": commune.name,
                "insee": commune.insee_code,
                "type": rng.choice(("Aire de covoiturage", "Parking", "Supermarché")),
                "date_maj": assignment.day().isoformat(),
                "ouvert": "true",
                "source": member.siren,
                "Xlong": longitude,
                "Ylat": latitude,
                "nbre_pl": rng.randrange(5, 40),
                "nbre_pmr": rng.randrange(3),
                "duree": 1440,
                "horaires": "24/7",
                "proprio": member.form,
                "lumiere": rng.choice(("true", "false")),
            }
        )
    return table(records, CAR_SHARING)
