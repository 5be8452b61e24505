"""What the runtime's source may not contain, and what its parts may not import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from model_runtime.options import parser
from tests.runtime.support.processes import ROOT

SOURCES = sorted(
    path for path in (ROOT / "model_runtime").rglob("*.py") if "training" not in path.relative_to(ROOT).parts
)
NEVER = {"pickle", "marshal", "shelve", "dill", "joblib", "django", "kernels"}
NEVER_CALLED = {"eval", "exec", "compile", "__import__"}
# pickle under other names: what unpickles bytes from a socket or a file is as bad as pickle itself.
NEVER_ASKED_FOR = {
    "recv_pyobj", "send_pyobj", "read_pickle", "to_pickle", "Unpickler", "SimpleXMLRPCServer", "BaseManager",
}  # fmt: skip
ALL_INTERFACES = {"0.0.0.0", "::", ""}


def imported(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module.split(".")[0], *(alias.name for alias in node.names)}
    return names


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_that_runs_foreign_code_is_in_the_source(path: Path) -> None:
    text = path.read_text()
    tree = ast.parse(text)
    names = imported(tree)
    assert not names & NEVER
    assert "Environment" not in names, "templates run in the sandbox only"
    called = {
        node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & NEVER_CALLED
    named = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    named |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg}
    assert not (named | names) & NEVER_ASKED_FOR
    assert "torch.load" not in text
    assert "trust_remote_code=True" not in text


def test_nothing_listens_beyond_this_machine_unless_it_is_told_to() -> None:
    listening: list[tuple[str, str]] = []
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "bind":
                listening.append((path.name, ast.unparse(node.args[0])))
            if isinstance(node, ast.Constant):
                assert node.value not in ALL_INTERFACES - {""}, path
    # The child's own port, and the address that the operator names; its default is this machine.
    assert sorted(listening) == [("child.py", "('127.0.0.1', 0)"), ("listen.py", "(host, port)")]
    assert parser().parse_args(["--manager"]).host == "127.0.0.1"


@pytest.mark.parametrize(
    "module",
    [
        "model_runtime.engine.loop",
        "model_runtime.engine.pooling",
        "model_runtime.protocol.chat",
        "model_runtime.manager.serve",
        "model_runtime.server.serve",
        "model_runtime.loading.verdict",
    ],
)
def test_parts_that_need_no_tensors_import_none(module: str) -> None:
    code = f"import sys, {module}; print(sorted({{'torch', 'transformers', 'django'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
