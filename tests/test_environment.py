"""The lock, the conda file and pyproject.toml say the same, and none of them names an address."""

import json
import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINNED = dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", LOCK, flags=re.MULTILINE))


def declared() -> list[str]:
    every = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["test"]
    return [re.split(r"[<>=\[;]", line)[0].strip() for line in every]


@pytest.mark.parametrize("name", declared())
def test_what_is_declared_is_locked(name):
    assert re.sub(r"[-_.]+", "-", name).lower() in PINNED


@pytest.mark.parametrize("line", PROJECT["dependencies"])
def test_a_locked_version_is_one_that_is_declared(line):
    from packaging.requirements import Requirement
    from packaging.version import Version

    requirement = Requirement(line)
    name = re.sub(r"[-_.]+", "-", requirement.name).lower()
    assert Version(PINNED[name]) in requirement.specifier


def test_every_locked_package_has_a_hash_and_nothing_an_address():
    blocks = re.split(r"\n(?=[a-z0-9])", LOCK)
    assert all("--hash=sha256:" in block for block in blocks)
    assert "://" not in LOCK
    assert "--index" not in LOCK


def test_conda_installs_the_same_lock():
    file = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    pip = next(part["pip"] for part in file["dependencies"] if isinstance(part, dict))
    assert pip == ["--requirement requirements.lock"]
    python = next(part for part in file["dependencies"] if str(part).startswith("python "))
    assert PROJECT["requires-python"] in python


def test_no_default_dependency_is_under_the_gpl():
    from importlib.metadata import metadata

    for line in PROJECT["dependencies"]:
        about = metadata(re.split(r"[<>=\[;]", line)[0].strip())
        licences = [about.get("License-Expression", ""), about.get("License", "")[:60]]
        licences += [c for c in about.get_all("Classifier", []) if c.startswith("License")]
        # The reshaper and bidi ordering are LGPL or MIT by version: linked, not copied.
        text = " ".join(licence for licence in licences if licence)
        assert not re.search(r"(?<!L)(?<!Lesser )GPL|(?<!Lesser )General Public", text), (
            line,
            text,
        )


def test_the_citation_names_this_version():
    import q7x2lab

    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert cff["version"] == q7x2lab.__version__
    assert f"## {q7x2lab.__version__} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_zenodo_says_what_the_citation_says():
    cff = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    deposit = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    for ours, theirs in {"title": "title", "version": "version", "license": "license"}.items():
        assert deposit[theirs] == cff[ours]
    assert deposit["description"] == cff["abstract"]
    assert deposit["keywords"] == cff["keywords"]
    assert [one["name"] for one in deposit["creators"]] == [one["name"] for one in cff["authors"]]
    assert cff["license"] == PROJECT["license"]


def test_what_is_published_names_no_address_that_nobody_has():
    """Blanks stay blanks: [ADDRESS OF THE REPOSITORY] is filled by who publishes."""
    assert "urls" not in PROJECT
    for name in (".zenodo.json", "CITATION.cff", "pyproject.toml"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8")


def test_classifiers_name_pythons_that_are_allowed():
    named = [line.rsplit(" ", 1)[1] for line in PROJECT["classifiers"] if ":: 3." in line]
    assert named == ["3.11", "3.12", "3.13"]
    assert PROJECT["requires-python"] == ">=3.11"
