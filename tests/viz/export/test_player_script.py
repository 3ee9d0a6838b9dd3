"""The page's modules become one script that imports nothing; what cannot be joined is said in one line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from model.errors import BadInput
from viz.export.player_script import bundle, script


def written(folder: Path, **modules: str) -> Path:
    """Write modules by name; the entry is the one called `page`."""
    for name, text in modules.items():
        (folder / f"{name}.js").write_text(text, encoding="utf-8")
    return folder / "page.js"


def test_the_script_imports_and_exports_nothing_but_the_page() -> None:
    text = script()
    assert not re.search(r"^import\b|\bimport\(", text, re.MULTILINE)
    assert re.findall(r"^export\b.*", text, re.MULTILINE) == ["export default { render };"]
    assert text.endswith("export default { render };\n")


def test_a_module_comes_once_after_all_that_it_imports_and_keeps_its_names_to_itself(tmp_path: Path) -> None:
    entry = written(
        tmp_path,
        low="const secret = 1;\nexport const one = secret;\nexport function two() {}\n",
        left='import { one } from "./low.js";\nconst secret = 2;\nexport const left = one + secret;\n',
        right='import {\n  one,\n  two,\n} from "./low.js";\nexport class Right {}\nexport async function* three() {}\none(two);\n',
        page='import { left } from "./left.js";\nimport { Right } from "./right.js";\nexport default { left, Right };\n',
    )
    assert bundle(entry) == (
        "// low.js\nconst module_0 = (() => {\nconst secret = 1;\nconst one = secret;\nfunction two() {}\nreturn { one, two };\n})();\n"
        "// left.js\nconst module_1 = (() => {\nconst { one } = module_0;\nconst secret = 2;\n"
        "const left = one + secret;\nreturn { left };\n})();\n"
        "// right.js\nconst module_2 = (() => {\nconst { one, two } = module_0;\nclass Right {}\nasync function* three() {}\none(two);\n"
        "return { Right, three };\n})();\n"
        "// page.js\nconst { left } = module_1;\nconst { Right } = module_2;\nexport default { left, Right };\n"
    )


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        (
            {"a": 'import { b } from "./b.js";\nexport const a = 1;\n', "b": 'import { a } from "./a.js";\nexport const b = 1;\n'},
            "a.js: circular imports (a.js -> b.js -> a.js); allowed: imports in one direction",
        ),
        ({"a": "export const other = 1;\n"}, "page.js: a.js exports no a; allowed: other"),
        ({}, "page.js: no module a.js; allowed: existing modules"),
        ({"a": 'import * as all from "./b.js";\nexport const a = 1;\n'}, 'a.js: import * as all from "./b.js";; allowed: import { a, b }'),
        ({"a": "export let a = 1;\n"}, "a.js: export let a = 1;; allowed: import { a, b }"),
        ({"a": "export const a = 1;\nexport { a as b };\n"}, "a.js: export { a as b };; allowed: import { a, b }"),
        ({"a": 'export const a = import("./b.js");\n'}, 'a.js: import("./b.js");; allowed: import { a, b }'),
        ({"a": "export const a = 1;\nexport default a;\n"}, "a.js: export default a;; allowed: import { a, b }"),
    ],
)
def test_what_cannot_be_joined_is_said_in_one_line(tmp_path: Path, modules: dict[str, str], said: str) -> None:
    entry = written(tmp_path, page='import { a } from "./a.js";\nexport default { a };\n', **modules)
    with pytest.raises(BadInput) as error:
        bundle(entry)
    assert said in str(error.value)
    assert "\n" not in str(error.value)
