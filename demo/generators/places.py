"""Where things are: public facilities, addresses, defibrillators."""

import datetime as dt
from typing import Final

from demo.identifiers import stable_uuid
from demo.tables import TODAY, Assignment, Table, table, words

FACILITIES: Final = (
    "COLL_NOM", "COLL_SIRET", "EQUIP_UID", "EQUIP_THEME", "EQUIP_CODE", "EQUIP_TYPE",
    "EQUIP_NOM", "ADR_NUMERO", "ADR_NOMVOIE", "ADR_CODEPOSTAL", "ADR_COMMUNE",
    "ADR_CLE_INTEROP", "ERP_ID", "ERP_TYPE", "ERP_CATEGORIE", "EQUIP_LAT", "EQUIP_LONG",
    "EQUIP_OUVERTURE", "EQUIP_TEL", "EQUIP_EMAIL", "EQUIP_WEB",
)  # fmt: skip

ADDRESSES: Final = (
    "id_ban_commune", "id_ban_toponyme", "id_ban_adresse", "commune_insee",
    "commune_nom", "commune_deleguee_insee", "commune_deleguee_nom", "toponyme",
    "lieudit_complement_nom", "numero", "suffixe", "position", "x", "y", "long", "lat",
    "cad_parcelles", "source", "date_der_maj", "certification_commune",
)  # fmt: skip

DEFIBRILLATORS: Final = (
    "nom", "lat_coor1", "long_coor1", "adr_num", "adr_voie", "com_cp", "com_insee", "com_nom",
    "acc", "acc_lib", "acc_pcsec", "acc_acc", "dae_mobile", "acc_etg", "acc_complt", "photo1",
    "photo2", "disp_j", "disp_h", "disp_complt", "tel1", "tel2", "site_email", "date_instal",
    "etat", "etat_fonct", "fab_siren", "fab_rais", "mnt_siren", "mnt_rais", "modele",
    "num_serie", "id_euro", "lc_ped", "dtpr_lcped", "dtpr_lcad", "dtpr_bat", "freq_mnt",
    "dispsurv", "dermnt", "expt_siren", "expt_siret", "expt_rais", "expt_tel1", "expt_tel2",
    "expt_email",
)  # fmt: skip


def facilities(assignment: Assignment) -> Table:
    """Public facilities: town hall, schools, sports, culture."""
    rng, commune = assignment.rng, assignment.commune
    records: list[dict[str, object]] = []
    for number, (code, theme, kind, name, category, hours) in enumerate(words("equipment"), 1):
        latitude, longitude = assignment.position(commune)
        records.append(
            {
                "COLL_NOM": commune.body,
                "COLL_SIRET": commune.siret,
                "EQUIP_UID": f"{commune.insee_code}-{code}-{number:03d}",
                "EQUIP_THEME": theme,
                "EQUIP_CODE": f"{code}-{number:03d}",
                "EQUIP_TYPE": kind,
                "EQUIP_NOM": name,
                "ADR_NUMERO": rng.randrange(1, 120),
                "ADR_NOMVOIE": assignment.street(),
                "ADR_CODEPOSTAL": commune.postcode,
                "ADR_COMMUNE": commune.name,
                "ERP_TYPE": category,
                "ERP_CATEGORIE": rng.randrange(3, 6),
                "EQUIP_LAT": latitude,
                "EQUIP_LONG": longitude,
                "EQUIP_OUVERTURE": hours or None,
                "EQUIP_TEL": f"+33 19900{rng.randrange(10**4):04d}",
                "EQUIP_EMAIL": f"contact@{commune.web_domain}",
                "EQUIP_WEB": f"https://www.{commune.web_domain}/equipements/{number}",
            }
        )
    return table(records, FACILITIES)


def _lambert93(latitude: float, longitude: float) -> tuple[str, str]:
    """Easting and northing, linear around the Val-de-Marne: off by some tens of metres."""
    return f"{700000 + (longitude - 3) * 73500:.2f}", f"{6849500 + (latitude - 48.75) * 111200:.2f}"


def addresses(assignment: Assignment) -> Table:
    """Local address base (format 1.5): numbers along every street, certified by the town."""
    rng, commune = assignment.rng, assignment.commune
    town_id = stable_uuid("ban", commune.insee_code)
    records: list[dict[str, object]] = []
    for street in words("streets"):
        street_id = stable_uuid("ban", commune.insee_code, street)
        for number in range(1, rng.randrange(8, 30)):
            latitude, longitude = assignment.position(commune)
            x, y = _lambert93(latitude, longitude)
            records.append(
                {
                    "id_ban_commune": town_id,
                    "id_ban_toponyme": street_id,
                    "id_ban_adresse": stable_uuid("ban", commune.insee_code, street, number),
                    "commune_insee": commune.insee_code,
                    "commune_nom": commune.name,
                    "toponyme": street[0].upper() + street[1:],
                    "numero": number,
                    "position": rng.choice(("entrée", "bâtiment", "segment")),
                    "x": x,
                    "y": y,
                    "long": f"{longitude:.6f}",
                    "lat": f"{latitude:.6f}",
                    "source": commune.body,
                    "date_der_maj": assignment.day().isoformat(),
                    "certification_commune": "1",
                }
            )
    return table(records, ADDRESSES)


def defibrillators(assignment: Assignment) -> Table:
    """Defibrillators of the town's buildings, one per facility."""
    rng, commune = assignment.rng, assignment.commune
    records: list[dict[str, object]] = []
    for number, (_, _, _, place, _, _) in enumerate(words("equipment"), 1):
        latitude, longitude = assignment.position(commune)
        maker, model = rng.choice(words("makers"))
        open_air = rng.random() < 0.4
        serviced = TODAY - dt.timedelta(days=rng.randrange(10, 300))
        records.append(
            {
                "nom": f"DAE {place}",
                "lat_coor1": latitude,
                "long_coor1": longitude,
                "adr_num": rng.randrange(1, 120),
                "adr_voie": assignment.street(),
                "com_cp": commune.postcode,
                "com_insee": commune.insee_code,
                "com_nom": commune.name,
                "acc": "Extérieur" if open_air else "Intérieur",
                "acc_lib": "oui" if open_air else "non",
                "disp_j": "7j/7" if open_air else "lundi|mardi|mercredi|jeudi|vendredi",
                "disp_h": "24h/24" if open_air else "heures ouvrables",
                "tel1": f"+33199{rng.randrange(10**6):06d}",
                "site_email": f"dae@{commune.web_domain}",
                "date_instal": f"{rng.randrange(2018, 2026)}-03-15",
                "etat": "Actif",
                "etat_fonct": "En fonctionnement",
                "fab_rais": maker,
                "modele": model,
                "num_serie": f"{commune.insee_code}-{assignment.year}-{number:03d}",
                "freq_mnt": "Tous les ans",
                "dermnt": serviced.isoformat(),
                "expt_siren": commune.siren,
                "expt_siret": commune.siret,
                "expt_rais": commune.body,
                "expt_tel1": f"+33199{rng.randrange(10**6):06d}",
                "expt_email": f"dae@{commune.web_domain}",
            }
        )
    return table(records, DEFIBRILLATORS)
