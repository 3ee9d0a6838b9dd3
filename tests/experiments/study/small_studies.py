"""What tests of study files share: the least that a file can say, and the text of a rule file."""

from __future__ import annotations

import inspect

from experiments.study.points import Study, checked
from model import rules

Q = 'question = "why?"\n'
GRID = '[design]\nkind = "grid"\n'


def study(**more: object) -> Study:
    return checked({"name": "test", "question": "why?"} | more)


def rule_text() -> str:
    name = next(iter(name for name, f in vars(rules).items() if inspect.isfunction(f)))
    return "import math\n" + inspect.getsource(getattr(rules, name))
