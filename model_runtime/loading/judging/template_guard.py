"""Judges a chat template by its syntax tree: a sandbox bounds what it may touch, not how much it computes."""

from jinja2 import nodes

from model_runtime.loading.judging.errors import ModelRefused

MAX_NUMBER = 100_000
MAX_LENGTH = 200_000
_PADDING = frozenset({"center", "ljust", "rjust", "zfill", "indent", "format", "batch", "slice"})


def check_template(tree: nodes.Template, source: str) -> None:
    """Refuse what lets a few characters make unbounded work. Raises ModelRefused."""
    if len(source) > MAX_LENGTH:
        raise ModelRefused(f"The chat template is longer than {MAX_LENGTH} characters.")
    if next(tree.find_all((nodes.Mul, nodes.Pow)), None) is not None:
        raise ModelRefused("The chat template multiplies, which can make texts of any length.")
    for constant in tree.find_all(nodes.Const):
        if isinstance(constant.value, int) and abs(constant.value) > MAX_NUMBER:
            raise ModelRefused(f"The chat template holds the number {constant.value}.")
    used = [node.name for node in tree.find_all(nodes.Filter) if not _is_plain_indent(node)]
    used += [node.attr for node in tree.find_all(nodes.Getattr)]
    padding = _PADDING.intersection(used)
    if padding:
        raise ModelRefused(f"The chat template uses {min(padding)}, which can make texts of any length.")
    for loop in tree.find_all(nodes.For):
        if _counts(loop.iter) and any(_counts(inner.iter) for inner in _inner_loops(loop)):
            raise ModelRefused("The chat template nests counted loops.")


def _is_plain_indent(node: nodes.Filter) -> bool:
    """`|indent` by a literal width is harmless and in use."""
    return node.name == "indent" and all(isinstance(argument, nodes.Const) for argument in node.args)


def _counts(expression: nodes.Node) -> bool:
    calls = [expression, *expression.find_all(nodes.Call)]
    return any(
        isinstance(call, nodes.Call) and isinstance(call.node, nodes.Name) and call.node.name == "range"
        for call in calls
    )


def _inner_loops(loop: nodes.For) -> list[nodes.For]:
    return [inner for statement in loop.body for inner in _loops(statement)]


def _loops(statement: nodes.Node) -> list[nodes.For]:
    own = [statement] if isinstance(statement, nodes.For) else []
    return own + list(statement.find_all(nodes.For))
