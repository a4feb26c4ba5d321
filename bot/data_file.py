"""A data file, read by its shape: everything that is wrong with it at once, in words for who edits it. Pure."""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from bot.errors import FrameworkError, Problem
from bot.yaml_tree import BYTES_MOST, Doubts, Tree, in_quotes, read, shortened

Shape = TypeVar("Shape", bound=BaseModel)

# What pydantic knows better than the reader of YAML, which only doubts that a value is text.
_WANTED: Final = {
    "bool_type": "write true or false",
    "int_type": "write a whole number, such as 3",
    "greater_than_equal": "write a number from 1 upwards",
    "literal_error": "write {expected}",
}
_MISSHAPEN: Final = {
    "missing": "{name} is missing: add it",
    "extra_forbidden": "{name} is not known here: correct the word, or put the line in quotes if it is a text",
    "list_type": "a list belongs here: write one line each, starting with a dash",
    "too_short": "nothing is listed here: add a line, or remove the list",
    "model_type": "named values belong here, such as name: text",
    "dict_type": "named values belong here, such as name: text",
}


def shaped(
    shape: type[Shape],
    text: str,
    path: str,
    wrong: Callable[[Shape | None, Tree], Iterable[Problem]],
    *,
    bytes_most: int = BYTES_MOST,
) -> Shape:
    """Read a file of that shape.

    Args:
        wrong: what a shape can't tell; it is given no file where that has another shape.

    Raises:
        FrameworkError: something is wrong. It holds every problem, ordered by line; `path` names the file in it.
    """
    document = read(text, bytes_most=bytes_most)
    problems = list(document.problems)
    file: Shape | None = None
    if document.tree:
        try:
            file = shape.model_validate(document.tree.plain())
        except ValidationError as error:
            problems += _misshapen(error.errors(include_url=False), document.tree, document.doubts)
        problems += document.doubts.values()
        problems += wrong(file, document.tree)
    if problems or not file:
        raise FrameworkError(path, sorted(dict.fromkeys(problems), key=lambda problem: problem.line))
    return file


def _misshapen(errors: Iterable[ErrorDetails], root: Tree, doubts: Doubts) -> Iterator[Problem]:
    """Pydantic's errors in our words. One that only repeats a doubt about the same value is left out."""
    for error in errors:
        tree = root.at(error["loc"])
        kind, path, name = error["type"], tree.path, str(error["loc"][-1]) if error["loc"] else ""
        if kind in _WANTED:
            doubts.pop((tree.line, path), None)
            message = _WANTED[kind].replace("{expected}", str(error.get("ctx", {}).get("expected")))
        elif (tree.line, path) in doubts and kind != "extra_forbidden":
            continue
        elif kind == "string_type":
            several = isinstance(tree.value, tuple | dict)
            message = "a text belongs here: if it is one, put it in quotes" if several else in_quotes(tree.value)
        else:
            message = _MISSHAPEN.get(kind, error["msg"]).replace("{name}", shortened(name))
        if kind == "missing":
            path = f"{path}.{name}".lstrip(".")
        yield Problem(line=tree.line, path=path, message=message)
