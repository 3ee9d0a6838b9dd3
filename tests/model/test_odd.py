"""The description of the model: its tables are those of the code, and its text leaves no process of the week out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import model
from model import odd
from model.case.case import Area, Case, Conditions, Place
from model.engine.rule_files import RULES
from model.engine.source import find_loops, outer_loops
from model.measures.weekly import OUTCOMES
from model.parameters import Behaviour
from model.regimes import PRACTICES
from model.state.experiences import EXPERIENCES, FELT_VALUES
from model.state.tallies import COUNTERS

TEXT = odd.FILE.read_text(encoding="utf-8")
SUBMODELS = TEXT[TEXT.index("### 3.5 ") : TEXT.index("### 3.6 ")]
PROSE = odd.MARKED.sub("", SUBMODELS)
HOME = Path(model.__file__).parent
CALLED = re.compile(r"loops\.call\(\s*(\w+)")
SOURCES = sorted(HOME.rglob("*.py"))
LOOPS = {name for path in SOURCES for name in CALLED.findall(path.read_text(encoding="utf-8"))}
SENTENCE = "where numbers come from"  # made from declarations as the tables are
AT_THE_START = {"first_ties", "settle"}  # section 3.2


def test_the_tables_in_the_file_are_those_of_the_code():
    assert odd.stale(TEXT) == []


def test_every_marker_is_closed_and_every_table_has_rows():
    assert len(odd.MARKED.findall(TEXT)) == TEXT.count("<!-- table: ") == TEXT.count("<!-- end -->") == len(odd.tables())
    assert all(made.count("\n") > 2 for name, made in odd.tables().items() if name != SENTENCE)


def test_every_row_of_a_table_has_as_many_cells_as_its_head():
    for name, made in odd.tables().items():
        if name == SENTENCE:
            continue
        assert len({len(re.split(r"(?<!\\)\|", line)) for line in made.splitlines()}) == 1, name


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("rules", RULES),
        ("practices", PRACTICES),
        ("regimes", PRACTICES),
        ("parameters", Behaviour.model_fields),
        ("place", Place.model_fields),
        ("conditions", Conditions.model_fields),
        ("neighbourhoods", [name for name in Area.model_fields if name != "name"]),
        ("events", EXPERIENCES),
        ("felt", FELT_VALUES),
        ("counters", COUNTERS),
        ("outcomes", OUTCOMES),
    ],
)
def test_everything_that_is_declared_has_one_row_in_its_table(table, names):
    cells = re.findall(r"^\| `(\w+)", odd.tables()[table], re.MULTILINE)
    assert sorted(cells) == sorted(names)


@pytest.mark.parametrize("section", [Behaviour, Place, Area, Conditions, Case])
def test_no_number_is_without_unit_meaning_or_source(section):
    assert all(str(unit).strip() and str(text).strip() and str(source).strip() for *_, unit, text, source in odd.numbers(section))


def test_where_numbers_come_from_is_counted_by_their_declared_sources():
    declared = [str(source) for *_, source in odd.numbers(Behaviour)]
    by = odd.sources()
    assert sum(map(len, by.values())) == len(declared)
    for word in ("fitted", "design", "assumption"):
        assert len(by[word]) == sum(source.startswith(word) for source in declared) > 0, word
    assert all(f"`{name}`" in odd.tables()[SENTENCE] for name in by["fitted"])


def test_the_text_does_not_deny_what_the_declarations_say_was_fitted():
    assert odd.sources()["fitted"]
    assert re.findall(r"(?:nothing|no parameter|none)[^.]{0,40}\bfitted\b", TEXT, re.IGNORECASE) == []


def test_every_rule_says_in_one_sentence_what_it_is_about():
    assert all(odd.first_line(rule).endswith(".") for rule in RULES.values())


def test_every_loop_of_the_week_is_named_in_the_submodels():
    assert len(LOOPS) > 50
    assert find_loops().keys() >= LOOPS
    assert {loop.__name__ for loop in outer_loops()} == LOOPS
    assert {path.name for path in SOURCES} >= {"schedule.py", "officials.py", "agenda_planning.py"}
    assert sorted(name for name in LOOPS - AT_THE_START if f"`{name}`" not in PROSE) == []
    assert all(f"`{name}`" in TEXT for name in AT_THE_START)


def test_every_loop_is_in_the_schedule_in_the_order_of_the_week():
    schedule = TEXT[TEXT.index("### 1.3 ") : TEXT.index("## 2 ")]
    week = (HOME / "schedule.py").read_text(encoding="utf-8")
    week = week[week.index("def begin_week") : week.index("def replay_week")]
    called = CALLED.findall(week)
    lines = [re.findall(r"`(\w+)`", line) for line in schedule.splitlines() if re.match(r"\| \d+ \|", line)]
    assert len(lines) == 13
    assert sorted((set(called) | LOOPS - {"first_ties"}) - {name for line in lines for name in line}) == []
    for line in lines:
        places = [called.index(name) for name in line if name in called and name != "most_seen"]
        if "count_listeners" not in line:  # `learn` is written before what it calls
            assert places == sorted(places), line


def test_every_practice_that_acts_is_in_the_submodels_and_every_other_among_what_is_missing():
    missing = TEXT[TEXT.index("\n## 5 ") : TEXT.index("\n## 6 ")]
    short = {"promise_boldness": "boldness"}
    for practice in PRACTICES.values():
        if practice.wired:
            assert short.get(practice.name, practice.name) in PROSE, practice.name
        else:
            assert f"`{practice.name}`" in missing, practice.name
            assert practice.name not in re.findall(r"\w+", PROSE), practice.name


def test_every_parameter_of_behaviour_is_at_work_in_the_text():
    prose = odd.MARKED.sub("", TEXT)
    told_in_words = {"sensitivity_spread", "report_spread", "energy_spread", "report_step", "act_step"}
    told_in_words |= {name for name in Behaviour.model_fields if name.startswith("rest_")}
    assert sorted(name for name in Behaviour.model_fields if f"`{name}`" not in prose and name not in told_in_words) == []


def test_every_condition_is_at_work_in_the_text():
    prose = odd.MARKED.sub("", TEXT)
    assert sorted(name for name in Conditions.model_fields if f"`{name}`" not in prose) == []


def test_every_table_of_columns_has_a_place():
    assert {f"columns {name}" for name in odd.columns()} <= {match[2] for match in odd.MARKED.finditer(TEXT)}


def test_check_names_the_stale_table_and_leaves_the_file_alone(tmp_path, capsys):
    file = tmp_path / "odd.md"
    old = TEXT.replace("| `trust_step` |", "| `trust_stride` |")
    file.write_text(old, encoding="utf-8")
    assert odd.main(["--check"], file) == 1
    assert "parameters" in capsys.readouterr().err
    assert file.read_text(encoding="utf-8") == old


def test_renewing_mends_the_tables_and_nothing_else(tmp_path):
    file = tmp_path / "odd.md"
    file.write_text(TEXT.replace("| `trust_step` |", "| `trust_stride` |"), encoding="utf-8")
    assert odd.main([], file) == 0
    assert file.read_text(encoding="utf-8") == TEXT
    assert odd.main(["--check"], file) == 0
    assert list(tmp_path.iterdir()) == [file]


def test_a_table_without_a_place_in_the_file_is_told(tmp_path, capsys):
    file = tmp_path / "odd.md"
    file.write_text(TEXT.replace("<!-- table: kinds -->", ""), encoding="utf-8")
    assert odd.main([], file) == 1
    assert "kinds" in capsys.readouterr().err


def test_without_the_file_one_line_says_where_it_is_looked_for(tmp_path, capsys):
    assert odd.main([], tmp_path / "odd.md") == 2
    said = capsys.readouterr().err
    assert said.startswith(f"{tmp_path / 'odd.md'}: not found; allowed: ")
    assert said.count("\n") == 1
