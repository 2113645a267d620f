"""What deploy/ says, checked against the program: options, variables, paths, the probe, the unit. Needs no Docker."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest

from headroom import config
from headroom.cli.proxy import command
from headroom.store.sql import CCRStore
from tests.proxy.rig import running_proxy
from tests.test_packaging import EXTRAS, PROJECT, ROOT

DEPLOY = ROOT / "deploy"
IMAGE = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
UNIT = (DEPLOY / "headroom-proxy.service").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    found: dict[str, Any] = import_module("yaml").safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    assert set(found) == {"services", "volumes"}
    assert set(found["volumes"]) == {
        volume.partition(":")[0] for service in found["services"].values() for volume in service["volumes"]
    }
    services: dict[str, Any] = found["services"]
    return services


def parsed(arguments: list[str]) -> dict[str, Any]:
    """What the command line makes of the arguments; a usage error where it does not know one."""
    context: click.Context = command.make_context("proxy", list(arguments))
    return context.params


def entrypoint() -> list[str]:
    (found,) = re.findall(r"^ENTRYPOINT \[(.+)\]$", IMAGE, re.MULTILINE)
    return [word.strip().strip('"') for word in found.split(",")]


def test_the_containers_command_is_one_that_the_program_knows(services: dict[str, Any]) -> None:
    words = [*entrypoint(), *services["proxy"]["command"]]
    assert words[:2] == ["headroom", "proxy"]
    given = parsed(words[2:])
    assert (given["host"], given["workers"], given["allow_host"]) == ("0.0.0.0", 4, ("proxy",))
    (published,) = services["proxy"]["ports"]
    assert published == f"127.0.0.1:8787:{given['port']}"  # to this machine alone
    assert f"EXPOSE {given['port']}" in IMAGE
    assert float(services["proxy"]["stop_grace_period"].removesuffix("s")) > given["drain"]


def test_variables_are_those_that_the_program_reads(services: dict[str, Any]) -> None:
    set_there = [*services["proxy"]["environment"], *re.findall(r"^ENV (\w+)=", IMAGE, re.MULTILINE)]
    assert set_there == ["HEADROOM_STORE", "HEADROOM_HOME"]
    assert config.__doc__ is not None
    assert all(f"`{name}`" in config.__doc__ for name in set_there)
    password = re.compile(r"\$\{POSTGRES_PASSWORD:\?[^}]+\}")
    url = password.sub("s3cret", services["proxy"]["environment"]["HEADROOM_STORE"])
    name, host = re.fullmatch(r"postgresql://(\w+):s3cret@(\w+)/headroom", url).groups()  # type: ignore[union-attr]
    CCRStore.from_url(url).close()  # connects to nothing yet
    database = services[host]
    assert password.fullmatch(database["environment"]["POSTGRES_PASSWORD"])
    assert database["environment"]["POSTGRES_USER"] == name  # whose database has the same name
    assert database["image"].startswith("postgres:")
    assert f"pg_isready -U {name}" in database["healthcheck"]["test"]
    assert services["proxy"]["depends_on"] == {host: {"condition": "service_healthy"}}


def test_the_image_is_built_from_this_checkout_and_keeps_its_token_in_the_volume(services: dict[str, Any]) -> None:
    build = services["proxy"]["build"]
    root = (DEPLOY / build["context"]).resolve()
    assert root == ROOT
    assert (root / build["dockerfile"]).read_text(encoding="utf-8") == IMAGE
    copied = [word for line in re.findall(r"^COPY (.+)$", IMAGE, re.MULTILINE) for word in line.split()[:-1]]
    assert all((root / name).exists() for name in copied)
    needed = {PROJECT["project"]["readme"], *PROJECT["project"]["license-files"], "pyproject.toml"}
    packages = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]
    assert set(copied) == needed | {name.partition("/")[0] for name in packages}
    (extras,) = re.findall(r"'/src\[(.+)\]'", IMAGE)
    assert {"proxy", "postgres"} == set(extras.split(",")) <= set(EXTRAS)
    (version,) = re.findall(r"^FROM python:(3\.\d+)-", IMAGE, re.MULTILINE)
    assert f"Programming Language :: Python :: {version}" in PROJECT["project"]["classifiers"]
    (home,) = re.findall(r"^ENV HEADROOM_HOME=(.+)$", IMAGE, re.MULTILINE)
    assert services["proxy"]["volumes"] == [f"home:{home}"]
    assert f"RUN mkdir -m 0700 {home}\n" in IMAGE
    assert f"exec proxy cat {home}/token" in (DEPLOY / "compose.yaml").read_text(encoding="utf-8")


def test_the_probe_is_content_with_a_proxy_that_runs_and_with_no_other(
    services: dict[str, Any], tmp_path: Path
) -> None:
    how, program, *arguments = services["proxy"]["healthcheck"]["test"]
    assert (how, program, arguments[0]) == ("CMD", "python", "-c")
    with running_proxy("http://127.0.0.1:9", tmp_path) as proxy:
        probe = arguments[1].replace(":8787/", f":{proxy.port}/")
        assert probe != arguments[1]
        assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
    assert subprocess.run([sys.executable, "-c", probe], check=False, stderr=subprocess.DEVNULL).returncode != 0


def test_the_units_command_is_one_that_the_program_knows() -> None:
    (line,) = re.findall(r"^ExecStart=(.+)$", UNIT, re.MULTILINE)
    program, *arguments = shlex.split(line)
    assert program.endswith("/headroom")
    assert arguments[0] == "proxy"
    given = parsed(arguments[1:])
    assert (given["host"], given["port"], given["namespace"]) == ("127.0.0.1", 8787, "default")
    (seconds,) = re.findall(r"^TimeoutStopSec=(\d+)$", UNIT, re.MULTILINE)
    assert int(seconds) > given["drain"]


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_understands_the_unit(tmp_path: Path) -> None:
    unit = tmp_path / "headroom-proxy.service"
    unit.write_text(UNIT.replace("%h/.local/bin/headroom", sys.executable))
    verified = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, "")
    unit.write_text(unit.read_text().replace("KillMode=mixed", "KilMode=mixed"))
    verified = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert "KilMode" in verified.stderr  # it does look
