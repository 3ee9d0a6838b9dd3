"""What the documentation names is there: files, commands and their options, numbers, words; and its Python runs."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from experiments.mechanisms import results
from model.case.case import Conditions
from model.kinds import KINDS
from model.outcomes import COMPARED, OUTCOMES
from model.parameters import Behaviour
from model.regimes import PRACTICES
from model.story.dutch import DUTCH
from viz.command import app

ROOT = Path(__file__).parents[2]
WRITTEN = ("README.md", "CONTRIBUTING.md", "findings/README.md")
PAGES = [*(ROOT / name for name in WRITTEN), *sorted((ROOT / "docs").rglob("*.md"))]
TEXTS = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in PAGES}
README = TEXTS["README.md"]
FOLDERS = ("model", "experiments", "viz", "tests", "docs", "findings", ".ci")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen")
NUMBERS = (*NUMBERS, "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty")


# --- files ---------------------------------------------------------------------------------------------------------


def paths_in(text: str) -> Iterator[str]:
    """Every file or folder of ours that stands in code type, or behind a command."""
    text = re.sub(r"^```\{toctree\}.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)  # names pages; the site's builder looks for them
    text = re.sub(r"\]\([^)]*\)", "]", text)  # links are relative to their page
    for found in re.findall(rf"(?<![\w/.])(?:{'|'.join(map(re.escape, FOLDERS))})/[\w./-]*", text):
        if not re.search(r"[A-Z]{3,}\.py", found):  # NAME.py stands for a name
            yield found.rstrip(".")


@pytest.mark.parametrize("page", TEXTS)
def test_every_path_that_is_named_is_there(page):
    assert sorted({path for path in paths_in(TEXTS[page]) if not (ROOT / path).exists()}) == []


@pytest.mark.parametrize("page", TEXTS)
def test_every_link_and_picture_leads_to_a_file(page):
    links = re.findall(r"\]\(([^)#\s]+)\)", TEXTS[page])
    links += re.findall(r"```\{image\} (\S+)", TEXTS[page])
    assert [link for link in links if not link.startswith("https://") and not ((ROOT / page).parent / link).exists()] == []


def test_every_picture_is_shown_somewhere_and_that_of_the_app_is_light():
    named = "\n".join(TEXTS.values())
    pictures = list((ROOT / "docs" / "pictures").iterdir())
    assert [picture.name for picture in pictures if picture.name not in named] == []
    assert (ROOT / "docs" / "pictures" / "app.png").stat().st_size < 300_000


def test_the_paths_are_looked_for_where_they_stand():
    assert list(paths_in("see `model/rules.py`. Or `tests/docs/`; not `my_model/x.py` nor findings/NAME.py")) == [
        "model/rules.py",
        "tests/docs/",
    ]


# --- commands ------------------------------------------------------------------------------------------------------


def commands_in(text: str) -> Iterator[list[str]]:
    """Every command that stands in a block or in code type, in words; options that stand apart after it go with it."""
    for block in re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        yield from (words for line in block.splitlines() if (words := _words(line)))
    for line in re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE).splitlines():
        last: list[str] = []
        for code in re.findall(r"`([^`]+)`", line):
            words = _words(code)
            if words:
                last = words
                yield words
            elif last and code.startswith("--") and not code.startswith(("--extra", "--group")):
                yield [*last, *shlex.split(code)]


def _words(line: str) -> list[str]:
    """The words from `leefwereld` on, when this is a command."""
    found = re.search(r"(?:^|&& |uv run (?:--\w+ \w+ )*)(leefwereld(?: [^&|#]*)?)$", line.strip())
    return shlex.split(found[1]) if found else []


def fault_of(words: list[str]) -> str:
    """What is wrong with a command; empty when nothing is."""
    command: Any = get_command(app)
    rest = words[1:]
    while rest and hasattr(command, "commands") and not rest[0].startswith("-"):
        if rest[0] not in command.commands:
            return f"{rest[0]} is no command; allowed: {', '.join(command.commands)}"
        command = command.commands[rest.pop(0)]
        if command.hidden:
            return f"{command.name} is an old name"
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)} | {"--help", "-h"}
    unknown = [word for word in rest if word.startswith("--") and word not in options]
    return f"{', '.join(unknown)}: not among {', '.join(sorted(options))}" if unknown else ""


@pytest.mark.parametrize("page", TEXTS)
def test_every_command_that_is_named_is_one_and_has_its_options(page):
    assert [(" ".join(words), fault) for words in commands_in(TEXTS[page]) if (fault := fault_of(words))] == []


def test_the_commands_are_found_and_their_faults_told():
    found = list(
        commands_in(
            "```\npython -m uv run --extra offline leefwereld app --lang en\n```\n`leefwereld compare`; `--quik`, `leefwereld frob x`"
        )
    )
    assert found == [
        ["leefwereld", "app", "--lang", "en"],
        ["leefwereld", "compare"],
        ["leefwereld", "compare", "--quik"],
        ["leefwereld", "frob", "x"],
    ]
    assert [bool(fault_of(words)) for words in found] == [False, False, True, True]


def test_every_extra_and_group_that_is_named_is_declared():
    known = {"extra": set(PROJECT["project"]["optional-dependencies"]), "group": set(PROJECT["dependency-groups"])}
    for page, text in TEXTS.items():
        for kind, name in re.findall(r"--(extra|group) ([\w-]+)", text):
            assert name in known[kind], f"{page}: --{kind} {name}"


# --- the README ----------------------------------------------------------------------------------------------------


def test_the_readme_is_short_and_begins_with_the_two_commands():
    assert len(README.encode()) <= 8_000
    assert re.findall(r"^```\n(.*?)^```", README, re.DOTALL | re.MULTILINE)[0].splitlines() == [
        "python -m pip install uv && python -m uv run leefwereld compare",
        "python -m pip install uv && python -m uv run --group test pytest",
    ]


@pytest.mark.parametrize("page", ["README.md", "docs/guides/student.md"])
def test_the_python_that_is_shown_runs(page, tmp_path):
    for number, block in enumerate(re.findall(r"^```python\n(.*?)^```", TEXTS[page], re.DOTALL | re.MULTILINE)):
        file = tmp_path / f"shown_{number}.py"
        file.write_text(block, encoding="utf-8")
        done = subprocess.run([sys.executable, file], cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0, done.stderr


def test_the_five_rows_of_the_readme_are_those_of_the_whole_table():
    whole = TEXTS["docs/findings/comparison.md"]
    labels = ("linking", "problems solved", "handling time", "trust in the municipality", "results delivered")
    rows = [line for line in README.splitlines() if re.match(r"\| [a-z].*\d", line)]
    assert len(rows) == len(labels)
    blocks = {part.partition("\n")[0]: part for part in re.split(r"\n(?=\w+ − \w+\n)", whole)}
    for label, row in zip(labels, rows, strict=True):
        cells = [cell.strip() for cell in row.split("|")[2:-1]]
        means = next(line for line in whole.splitlines() if line.strip().startswith(label))
        assert [cell for cell in cells[:5] if cell != "–"] == re.findall(r"(?<= )\d[\d.]*(?=\s|$)", means)[-5:]
        for cell, name in zip(cells[5:7], ("relational − top_down", "service − top_down"), strict=True):
            line = next(line for line in blocks[name].splitlines() if line.strip().startswith(label))
            assert re.findall(r"[+−]?\d[\d.]*", cell) == re.findall(r"[+−]?\d[\d.]*", line)[:3]
            assert ("too small" in cell) == ("≈" in line)


# --- numbers and words that the declarations decide ------------------------------------------------------------------


def _counted() -> list[tuple[str, int]]:
    """Sentences with a number in the place of (N), and the number that is true."""
    ensemble = json.loads((ROOT / "experiments" / "calibration" / "ensemble.json").read_text(encoding="utf-8"))
    rows = results.read()["mechanisms"].values()
    verdicts = [row["verdict"].split(" than ")[0] for row in rows]
    return [
        (r"(N) practices", len(PRACTICES)),
        (r"`--all` prints (N)", len(COMPARED)),
        (r"(N) kinds of problems", len(KINDS)),
        (r"(N) cases from practice", len(list((ROOT / "model").rglob("*.toml"))) - 3),
        (r"(N) parameters (?:of reporting, trust and moving )?were (?:fitted|varied)", len(ensemble["parameters"])),
        (r"(?:to|until|all) (N) (?:such |measured )?targets", len(ensemble["targets"])),
        (r"(N) (?:sets of parameters|parameter sets) that fit", len(ensemble["members"])),
        (r"Of (N) sets that were run in full", ensemble["tried"]),
        (r"(N) mechanisms", len(rows)),
        (r"(N) emerge", verdicts.count("emerges")),
        (r"(N) are there\s+(?:\(they|as written)", verdicts.count("is there")),
        (r"(N) (?:hold by definition|are definitions that hold)", verdicts.count("holds")),
        (r"(N) are (?:too small to matter|smaller than anybody)", verdicts.count("smaller")),
        (r"(N) (?:are|is) unsettled", verdicts.count("unsettled")),
    ]


def value_of(word: str) -> int:
    """A number in digits or in letters."""
    return int(word.replace(",", "")) if word[0].isdigit() else NUMBERS.index(word.lower())


def test_what_is_counted_in_the_text_is_counted_by_the_declarations():
    texts = {
        page: " ".join(re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", text).split()) for page, text in TEXTS.items() if page != "docs/mechanisms.md"
    }
    number = rf"(\d[\d,]*|{'|'.join(NUMBERS[1:])})"
    for sentence, true in _counted():
        found = [
            (page, word)
            for page, text in texts.items()
            for word in re.findall(rf"(?<![\w.-]){sentence.replace('(N)', number)}", text, re.IGNORECASE)
        ]
        assert found, sentence
        assert [(page, word) for page, word in found if value_of(word) != true] == [], f"{sentence}: {true}"


def test_no_page_denies_that_parameters_were_fitted():
    for page, text in TEXTS.items():
        assert re.findall(r"(?:nothing|no parameter|none)[^.]{0,40}\bfitted\b", text, re.IGNORECASE) == [], page


def test_the_names_and_the_dutch_of_the_glossary_are_those_of_the_model_and_the_app():
    labels = DUTCH["practice"]
    known = {*PRACTICES, *OUTCOMES, *Behaviour.model_fields, *Conditions.model_fields}
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in TEXTS["docs/glossary.md"].splitlines() if line.startswith("| ")]
    named = 0
    for row in rows:
        for name in re.findall(r"`(\w+)`", " ".join(row)):
            assert name in known, row
            named += 1
            if name in PRACTICES:
                assert labels[name] in row[1], row
    assert named > 30


# --- metadata --------------------------------------------------------------------------------------------------------

# The terms of CodeMeta 3.0 that can describe software (its own, and those it takes from schema.org).
TERMS = """
codeRepository programmingLanguage runtimePlatform targetProduct applicationCategory applicationSubCategory downloadUrl fileSize
installUrl memoryRequirements operatingSystem permissions processorRequirements releaseNotes softwareHelp softwareRequirements
softwareVersion storageRequirements supportingData author citation contributor copyrightHolder copyrightYear dateCreated dateModified
datePublished editor encoding fileFormat funder keywords license producer provider publisher sponsor version isAccessibleForFree
isPartOf hasPart position description identifier name sameAs url relatedLink review softwareSuggestions maintainer continuousIntegration
buildInstructions developmentStatus embargoEndDate funding issueTracker referencePublication readme hasSourceCode isSourceCodeOf
"""


def test_codemeta_uses_the_vocabulary_of_3_0_and_says_what_the_project_file_says():
    meta = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    about = PROJECT["project"]
    assert meta.pop("@context") == "https://w3id.org/codemeta/3.0"
    assert meta.pop("type") == "SoftwareSourceCode"
    assert sorted(meta.keys() - set(TERMS.split())) == []
    assert (meta["name"], meta["version"], meta["description"], meta["keywords"]) == (
        *(about[key] for key in ("name", "version", "description", "keywords")),
    )
    assert meta["softwareVersion"] == meta["version"]
    assert meta["license"].endswith(f"/{about['license']}")
    assert [one["name"] for one in meta["author"]] == [one["name"] for one in about["authors"]]
    assert [one["name"] for one in meta["softwareRequirements"]] == [re.split(r"[\[><=]", one)[0] for one in about["dependencies"]]
    assert all((ROOT / path).is_file() for path in (meta["readme"], meta["buildInstructions"], meta["softwareHelp"]["url"]))
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"version: {meta['version']}\ndate-released: {meta['datePublished']}\n" in citation


def test_the_changelog_knows_the_version():
    assert f"## {PROJECT['project']['version']} " in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
