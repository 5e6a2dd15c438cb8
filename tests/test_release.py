"""Who cites the course names the version that the changelog begins with, and authors and licenses as
LICENSE has them."""

import re

import course
import yaml


def read(name: str) -> str:
    return (course.ROOT / name).read_text(encoding="utf-8")


def test_the_version_of_the_citation_is_the_newest_of_the_changelog():
    cited = yaml.safe_load(read("CITATION.cff"))
    released = re.findall(r"^## (?!Unreleased$)(.*)$", read("CHANGELOG.md"), re.MULTILINE)
    assert released[0] == f"{cited['version']} · {cited['date-released']}"


def test_the_citation_names_authors_and_licenses_as_the_license_does():
    cited, license = yaml.safe_load(read("CITATION.cff")), read("LICENSE")
    (author,) = cited["authors"]
    assert author["name"].replace("The", "the", 1) in license.split("\n")[1]
    assert license.endswith(f"SPDX-License-Identifier: {' AND '.join(cited['license'])}\n")
