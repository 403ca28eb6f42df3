"""docker-compose.yml: against the specification, the command line and the settings."""

import ast
import re
import shlex

import pytest
from compose_spec import PyCompose
from typer.exceptions import TyperException

from socle.composition import SERVICES
from tests.unit.deploy.deployment import (
    COMPOSE,
    ROOT,
    MissingVariable,
    as_docker_sees,
    compose,
    filled_sample,
    interpolated,
    our_services,
    parse_command,
    sample,
    variables,
)

SECRETS = {"POSTGRES_PASSWORD", "VALKEY_PASSWORD", "SERVICE_KEY"}


def test_it_follows_the_compose_specification() -> None:
    parsed = PyCompose.from_yaml(as_docker_sees(COMPOSE))

    parsed.validate()
    assert set(parsed.service_names()) == {
        "catalogue", "validator", "harvester", "validator-worker", "harvester-worker",
        "catalogue-worker",
        "migrate", "postgres", "valkey", "proxy",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("healthcheck: *serving", "healthchek: *serving"),
        ("condition: service_healthy", "condition: service_healty"),
        ("stop_grace_period: 30s", "stop_grace_period: soon"),
        ("networks: [front]", "networks: [frnt]"),
    ],
)
def test_the_specification_would_refuse_a_fault(right: str, wrong: str) -> None:
    assert right in COMPOSE

    with pytest.raises(ValueError, match=r"\S"):
        PyCompose.from_yaml(as_docker_sees(COMPOSE.replace(right, wrong, 1))).validate()


def test_the_sample_sets_exactly_the_variables_that_are_used() -> None:
    assert set(sample()) == variables(COMPOSE)


@pytest.mark.parametrize("secret", sorted(SECRETS))
def test_no_secret_has_a_default_and_nothing_starts_without_it(secret: str) -> None:
    assert sample()[secret] == ""

    with pytest.raises(MissingVariable, match=secret):
        interpolated(COMPOSE, {**filled_sample(), secret: ""})


@pytest.mark.parametrize("name", sorted(our_services()))
def test_every_command_exists(name: str) -> None:
    service = our_services()[name]
    health = service["healthcheck"]

    parse_command(service["command"])
    if not health.get("disable"):
        assert health["test"][:2] == ["CMD", "socle"]
        parse_command(health["test"][2:])


@pytest.mark.parametrize(
    "arguments",
    [["serv", "catalogue"], ["serve", "nothing"], ["serve", "catalogue", "--prot", "1"]],
)
def test_a_command_that_does_not_exist_would_be_seen(arguments: list[str]) -> None:
    with pytest.raises(TyperException):
        parse_command(arguments)


@pytest.mark.parametrize("name", sorted(our_services()))
def test_every_variable_is_a_setting_and_no_needed_setting_is_missing(name: str) -> None:
    environment = our_services()[name]["environment"]
    service = SERVICES.get(name.removesuffix("-worker"))
    settings = service.settings.model_fields if service else {}
    prefix = f"{service.name.upper()}_" if service else ""
    known = {f"{prefix}{field}".upper() for field in settings}
    needed = {f"{prefix}{field}".upper() for field, one in settings.items() if one.is_required()}

    assert set(environment) - known <= _names_read_by_the_command_line()
    assert needed <= set(environment)
    if service:
        assert f"{prefix}SERVICE_KEY" in environment


def _names_read_by_the_command_line() -> set[str]:
    """Environment variables that `socle/` reads itself, as they stand in its source."""
    return {
        node.value
        for path in (ROOT / "socle").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and (node.value.startswith("SOCLE_") or node.value == "DATABASE_URL")
    }


def test_services_address_one_another_by_their_compose_names_and_port() -> None:
    for service in our_services().values():
        for name, value in service["environment"].items():
            if name.endswith(("VALIDATOR_URL", "CATALOGUE_URL", "HARVESTER_URL")):
                target = name.removesuffix("_URL").rsplit("_", 1)[-1].lower()
                command = our_services()[target]["command"]
                assert value == f"http://{target}:{command[command.index('--port') + 1]}"


def test_our_containers_are_confined() -> None:
    for service in our_services().values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "ports" not in service
    for service in compose()["services"].values():
        assert {"cpus", "memory"} <= set(service["deploy"]["resources"]["limits"])
        assert service["restart"] in {"unless-stopped", "no"}


def test_what_must_last_is_in_a_volume_and_the_database_is_out_of_reach() -> None:
    content = compose()
    services = content["services"]

    assert any(one.startswith("database:") for one in services["postgres"]["volumes"])
    assert content["networks"]["back"]["internal"] is True
    for name in ("postgres", "valkey"):
        assert services[name]["networks"] == ["back"]
        assert "ports" not in services[name]
    for name in ("harvester-worker", "validator-worker", "catalogue"):
        store = services[name]["environment"]
        folder = next(value for key, value in store.items() if key.endswith("STORE_DIR"))
        assert f"store:{folder}" in services[name]["volumes"]


def test_nothing_starts_before_the_database_is_up_to_date() -> None:
    for name, service in our_services().items():
        waits = service["depends_on"]
        if name == "migrate":
            assert waits["postgres"]["condition"] == "service_healthy"
        else:
            assert waits["migrate"]["condition"] == "service_completed_successfully"


def test_the_commands_that_the_documentation_gives_exist() -> None:
    page = (ROOT / "docs" / "deploy.md").read_text(encoding="utf-8")
    given = re.findall(
        r"^docker compose run (?:--rm|--env \w+| )+ migrate (.+)$", page, re.MULTILINE
    )

    assert len(given) >= 2
    for command in given:
        parse_command(shlex.split(command))
