"""The configuration file: what it accepts, and how it says what is wrong."""

from pathlib import Path

import pytest

from demo.members import COMMUNES
from socle.config import ConfigError, load_config
from socle.membership import redirections

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "infocom94.toml"

GOOD = """\
[syndicate]
name = "Syndicat d'essai"

[harvest]
schedule = "30 3 * * *"
jitter_minutes = 15

[[members]]
name = "Créteil"
insee_code = "94028"
siren = "219400280"

[[members]]
name = "Périgny"
insee_code = "94056"
siren = "219400561"

[[sources]]
member = "*"
kind = "udata"
url = "https://www.data.gouv.fr/"
organization = "{siren}"

[[sources]]
member = "219400561"
name = "Portail de {name}"
kind = "dcat"
url = "https://perigny.example/catalog.ttl"
schedule = "0 5 * * 1"
fictitious = true
"""


def _message(tmp_path: Path, text: str) -> str:
    path = tmp_path / "socle.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load_config(path)
    return raised.value.message


def test_a_source_for_every_member_is_one_source_each(tmp_path: Path) -> None:
    path = tmp_path / "socle.toml"
    path.write_text(GOOD, encoding="utf-8")

    config = load_config(path)
    first, second, third = config.planned_sources()

    assert first.member.name == "Créteil"
    assert (first.config, second.config) == (
        {"organization": "219400280"},
        {"organization": "219400561"},
    )
    assert first.name == "www.data.gouv.fr – Créteil"
    assert (first.schedule, config.harvest.jitter_minutes) == ("30 3 * * *", 15)
    assert (third.name, third.schedule) == ("Portail de Périgny", "0 5 * * 1")
    assert (third.config, third.fictitious, first.fictitious) == ({}, True, False)


def test_addresses_can_be_sent_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "socle.toml"
    path.write_text(GOOD, encoding="utf-8")

    planned = load_config(path).planned_sources(
        redirect={"https://www.data.gouv.fr/": "http://127.0.0.1:9/datagouv/"}
    )

    assert [one.url for one in planned] == [
        "http://127.0.0.1:9/datagouv/",
        "http://127.0.0.1:9/datagouv/",
        "https://perigny.example/catalog.ttl",
    ]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('siren = "219400280"', 'sirenn = "219400280"',
         "ligne 11, [[members]] n° 1 : clé inconnue « sirenn », vouliez-vous dire « siren » ?"),
        ('siren = "219400561"', 'siren = "219400562"',
         "ligne 16, [[members]] n° 2 : « siren » : « 219400562 » n'est pas un SIREN"),
        ('insee_code = "94056"\n', "", "ligne 13, [[members]] n° 2 : une commune doit avoir"),
        ('insee_code = "94028"', 'insee_code = "9428"', "« 9428 » n'est pas un code INSEE"),
        ('kind = "udata"', 'kind = "udta"',
         "ligne 20, [[sources]] n° 1 : « kind » vaut « udta » ; valeurs possibles : 'udata'"),
        ("jitter_minutes = 15", "jitter_minutes = 5000",
         "ligne 6, [harvest] : « jitter_minutes » doit être au plus 720"),
        ("jitter_minutes = 15", 'jitter_minutes = "un quart d\'heure"',
         "ligne 6, [harvest] : « jitter_minutes » doit être un nombre entier"),
        ('"0 5 * * 1"', '"tous les lundis"', "ligne 29, [[sources]] n° 2 : « schedule » : "),
        ('url = "https://perigny', 'url = "perigny', "n'est pas une adresse http:// ou https://"),
        ('member = "219400561"', 'member = "219400041"',
         "ligne 25 : « 219400041 » n'est le SIREN d'aucun membre"),
        ('siren = "219400561"', 'siren = "219400280"', "est le SIREN de plusieurs membres"),
        ("[syndicate]", "[syndicat]", "clé inconnue « syndicat », vouliez-vous dire « syndicate »"),
        ('name = "Syndicat d\'essai"\n', "", "ligne 1, [syndicate] : il manque « name »"),
        ('[[members]]\nname = "Créteil"', '[[members]\nname = "Créteil"', "ligne 8, colonne"),
        ('name = "Créteil"', 'name = ""', "ligne 9, [[members]] n° 1 : « name » est vide"),
    ],
)  # fmt: skip
def test_a_fault_is_told_with_its_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD

    message = _message(tmp_path, GOOD.replace(old, new))

    assert said in message
    assert "Value error" not in message
    assert "Input should" not in message


def test_all_faults_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = GOOD.replace('siren = "219400280"', "siren = 219400280").replace("dcat", "dkat")

    first, second = _message(tmp_path, text).splitlines()[1:]

    assert first.startswith("- ligne 11, [[members]] n° 1 : « siren » doit être un texte")
    assert second.startswith("- ligne 27, [[sources]] n° 2")


def test_a_source_says_what_its_kind_of_portal_understands(tmp_path: Path) -> None:
    block = '\n[[sources]]\nmember = "*"\nkind = "opendatasoft"\nurl = "https://epci.example/"\n'
    path = tmp_path / "socle.toml"
    refined = '{ theme = "Eau", jour = 2026-01-31 }'
    config = f'config = {{ publisher = "Ville de {{name}}", refine = {refined} }}\n'
    path.write_text(GOOD + block + config, encoding="utf-8")

    planned = [one.config for one in load_config(path).planned_sources()]

    assert planned[3:] == [
        {"publisher": "Ville de Créteil", "refine": {"theme": "Eau", "jour": "2026-01-31"}},
        {"publisher": "Ville de Périgny", "refine": {"theme": "Eau", "jour": "2026-01-31"}},
    ]
    assert "« config » doit être une table entre accolades" in _message(
        tmp_path, f'{GOOD}{block}config = "publisher"\n'
    )


def test_the_same_portal_twice_for_a_member_is_refused(tmp_path: Path) -> None:
    block = '\n[[sources]]\nmember = "219400280"\nkind = "udata"\n'
    twice = f'{GOOD}{block}url = "https://www.data.gouv.fr/"\norganization = "219400280"\n'

    assert "est moissonné deux fois" in _message(tmp_path, twice)


def test_a_missing_or_unreadable_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="fichier illisible"):
        load_config(tmp_path / "nowhere.toml")
    (tmp_path / "latin.toml").write_bytes('[syndicate]\nname = "Créteil"'.encode("cp1252"))
    with pytest.raises(ConfigError, match="UTF-8"):
        load_config(tmp_path / "latin.toml")


def test_the_example_asks_data_gouv_fr_for_each_member_by_its_siren() -> None:
    config = load_config(EXAMPLE)

    assert config.syndicate.name == "INFOCOM'94"
    assert {(one.name, one.insee_code, one.siren, one.population) for one in config.members} == {
        (one.name, one.insee_code, one.siren, one.population) for one in COMMUNES
    }
    planned = config.planned_sources()
    assert [one.config["organization"] for one in planned] == [one.siren for one in COMMUNES]
    assert {(one.kind, one.url) for one in planned} == {("udata", "https://www.data.gouv.fr/")}
    assert config.harvest.jitter_minutes > 0


def test_redirections_are_pairs_of_addresses() -> None:
    assert redirections("") == {}
    assert redirections("https://a.fr/=http://127.0.0.1:9/a/ https://b.fr/=https://c.fr/?x=1") == {
        "https://a.fr/": "http://127.0.0.1:9/a/",
        "https://b.fr/": "https://c.fr/?x=1",
    }


@pytest.mark.parametrize("text", ["https://a.fr/", "a=b", "=https://a.fr/", "https://a.fr/=x"])
def test_a_malformed_redirection_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="SOCLE_REDIRECT"):
        redirections(text)


def test_a_member_may_say_what_no_file_says(tmp_path: Path) -> None:
    path = tmp_path / "socle.toml"
    path.write_text(
        GOOD.replace(
            'siren = "219400280"\n',
            'siren = "219400280"\nstaff_fte = 2100\nstaff_on = 2026-01-01\n'
            'contact_email = "donnees@exemple.fr"\n',
            1,
        ),
        encoding="utf-8",
    )

    first, second = load_config(path).members
    assert first.declared == {
        "staff_fte": 2100,
        "staff_on": "2026-01-01",
        "contact_email": "donnees@exemple.fr",
    }
    assert second.declared == {}
    path.write_text(path.read_text("utf-8").replace("2100", "-3"), encoding="utf-8")
    with pytest.raises(ConfigError, match="staff_fte"):
        load_config(path)
