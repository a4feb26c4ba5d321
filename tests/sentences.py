"""Every sentence that Kudos can say in chat, read out of the code, so that people can review and translate them.

    python -m tests.sentences

writes `docs/sentences.md`. What is filled in is shown as …
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from textstat import textstat

ROOT: Final = Path(__file__).parent.parent
CATALOGUE: Final = ROOT / "docs/sentences.md"
WORDS_LEAST: Final = 4  #: of a sentence; less is a name or a label

#: What only operators read: the settings, the files that HR edits, commands, and stores.
OPERATORS: Final = re.compile(
    r"bot/(config|spelling|database|postgres|vault|errors|framework_file|data_file|yaml_tree|vocabulary|guard_file|migrations/.*)\.py"
    r"|adapters/(?!slack|teams|playground).*|adapters/\w+/(manifest|checkup)\.py|adapters/playground/(stories|seed|doors)\.py"
)
_STATEMENT: Final = re.compile(r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE|VALUES)\b")
_PATTERN: Final = re.compile(r"\\|\(\?")
_DOCUMENTED: Final = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


class Sentence(NamedTuple):
    room: str  #: the file that says it
    text: str

    @property
    def words(self) -> int:
        return len(self.text.split())

    @property
    def grade(self) -> float:
        """The school year, in America, of those who can read it: the automated readability index."""
        return float(textstat.automated_readability_index(self.text))


def sentences() -> list[Sentence]:
    """All of them, each once for each file, in the order of the code."""
    paths = sorted([*ROOT.glob("bot/**/*.py"), *ROOT.glob("adapters/**/*.py")])
    rooms = ((path, path.relative_to(ROOT).as_posix()) for path in paths)
    found = (
        Sentence(room, text)
        for path, room in rooms
        if not OPERATORS.fullmatch(room)
        for text in _said(ast.parse(path.read_text("utf-8")))
    )
    return list(dict.fromkeys(found))


def _said(tree: ast.Module) -> Iterator[str]:
    passed: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and node.body and isinstance(node.body[0], ast.Expr):
            passed.add(node.body[0].value)
        if isinstance(node, ast.JoinedStr):
            passed.update(node.values)
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log."):
            passed.update(ast.walk(node))
        if isinstance(node, ast.Raise) and "Error(" in ast.unparse(node):
            passed.update(ast.walk(node))
    strings = [node for node in ast.walk(tree) if isinstance(node, ast.Constant | ast.JoinedStr) and node not in passed]
    for node in sorted(strings, key=lambda each: (each.lineno, each.col_offset)):
        text = " ".join(_text(node).split())
        if _STATEMENT.search(text) or _PATTERN.search(text):
            continue
        for sentence in re.split(r"(?<=[.?!])\s+(?=[A-Z“…])", text):
            if len(sentence.split()) >= WORDS_LEAST and sentence[0].isupper() and sentence[-1] in ".?!":
                yield sentence


def _text(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_text(each) if isinstance(each, ast.Constant) else "…" for each in values)
        case _:
            return ""


def catalogue() -> str:
    """As Markdown."""
    lines = [
        "# What Kudos says",
        "",
        "Every sentence that it can say in chat, file by file, for reviewers and translators. What is filled in is",
        "shown as …. Written by `python -m tests.sentences`; a test sees that it is up to date, that no sentence is",
        "long, and that somebody of ten or eleven can read them.",
    ]
    room = ""
    for each in sentences():
        if each.room != room:
            room = each.room
            lines += ["", f"## `{room}`", ""]
        lines.append(f"* {each.text}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    CATALOGUE.write_text(catalogue(), "utf-8")
