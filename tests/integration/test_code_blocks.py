"""Every block of code of README and pages runs, in the order of its page."""

import doctest
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import softsim as ss
from docs.generate.blocks import blocks, commands, file_of
from docs.generate.notebooks import NOTEBOOKS
from docs.generate.percent import Cell, Session
from softsim.cli import main
from tests.small_case import JIT_IS_OFF, small_result

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("[!_]*.md"))]
PAGES += sorted((ROOT / "docs" / "howto").glob("*.md"))
NOT_CODE = {"", "text"}  # and directives, {…}
KNOWN = {"python", "pycon", "toml", "console"}
QUICK = {"tissues", "instruments", "protocols", "info"}
LOADERS = {
    "[sweep]": ss.load_design,
    "[[layer]]": ss.load_tissue,
    "nose_radius": ss.load_instrument,
    "[stroke]": ss.load_problem,
}
"""What loads a file, by the first of these words that it has."""


def name(path):
    return str(path.relative_to(ROOT))


def code(path):
    return [b for b in blocks(path) if b.language not in NOT_CODE and b.language[0] != "{"]


def with_code(*languages):
    pages = [*PAGES, *NOTEBOOKS.glob("*.py")]
    return [path for path in pages if any(b.language in languages for b in code(path))]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with stroke.nc in it, as the first stroke leaves it."""
    small_result("steady").to_netcdf(tmp_path / "stroke.nc")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", [*PAGES, *NOTEBOOKS.glob("*.py")], ids=name)
def test_languages_of_blocks_are_known(path):
    assert {block.language for block in code(path)} <= KNOWN


@pytest.mark.skipif(JIT_IS_OFF, reason="needs compiled kernels: minutes without")
@pytest.mark.parametrize("path", with_code("python", "toml"), ids=name)
def test_blocks_of_python_run_and_files_load(path, folder):
    session = Session(path, folder, {})
    for block in code(path):
        if block.language == "toml":
            file = folder / file_of(block)
            file.write_text(block.text, encoding="utf-8")
            next(load for word, load in LOADERS.items() if word in block.text)(file)
        elif block.language == "python":
            session.run([Cell(kind="code", text=block.text, line=block.line)])


@pytest.mark.parametrize("path", with_code("pycon"), ids=name)
def test_sessions_of_python_print_what_they_show(path):
    text = "\n".join(block.text for block in code(path) if block.language == "pycon")
    test = doctest.DocTestParser().get_doctest(text, {}, name(path), name(path), 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    assert runner.run(test).failed == 0


@pytest.mark.parametrize("path", with_code("console"), ids=name)
def test_commands_exist_and_the_quick_ones_run(path, folder):
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for block in (b for b in code(path) if b.language == "console"):
        for program, *words in commands(block):
            if program == "make":
                assert set(words) <= targets
            elif Path(program).name == "softsim":
                assert_command(words)
            else:
                assert program == "." or Path(program).name in {"python3", "python", "pip"}


def assert_command(words):
    """Check the options of a command of softsim; run it where it is quick."""
    command = main.commands[words[0]]
    with command.make_context(words[0], words[1:]):
        pass
    if words[0] in QUICK:
        result = CliRunner().invoke(main, words)
        assert result.exit_code == 0, result.output
