"""Pages of the documentation: every one is reached, every link leads somewhere (issue 17)."""

import re
from pathlib import Path

import pytest

import softsim as ss
from docs.generate import api, constants, evidence, laws, library
from docs.generate.notebooks import NOTEBOOKS

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted(path for path in DOCS.rglob("*.md") if path.parent.name in ("docs", "howto"))
TEXTS = [*PAGES, *sorted(NOTEBOOKS.glob("*.py"))]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The pages that are made, but for the notebooks, which are run elsewhere."""
    folder = tmp_path_factory.mktemp("docs")
    api.write(folder / "api")
    laws.write(folder / "generated" / "laws.md")
    constants.write(folder / "generated" / "constants.md")
    evidence.write(folder / "generated" / "evidence.md")
    library.write(folder / "generated")
    return folder


@pytest.fixture(scope="module")
def known(made):
    """Names of all pages, without endings, from the folder of the documentation."""
    written = [path.relative_to(DOCS) for path in DOCS.rglob("*.md")]
    pages = [path.relative_to(made) for path in (*made.rglob("*.md"), *made.rglob("*.rst"))]
    notebooks = [Path("notebooks") / path.name for path in NOTEBOOKS.glob("*.py")]
    return {path.with_suffix("").as_posix() for path in (*written, *pages, *notebooks)}


def listed(path):
    """Pages in the tables of contents of a page."""
    found = []
    for tree in re.findall(r"```\{toctree\}\n(.*?)```", path.read_text("utf-8"), re.DOTALL):
        lines = [line.strip() for line in tree.splitlines()]
        entries = [line for line in lines if line and not line.startswith(":")]
        for entry in (re.sub(r".*<(.*)>", r"\1", entry) for entry in entries):
            files = sorted(DOCS.glob(f"{entry}.md")) if "*" in entry else []
            found += [file.relative_to(DOCS).with_suffix("").as_posix() for file in files] or [
                entry
            ]
    return found


def test_tables_of_contents_name_pages_that_are_there(known):
    assert {page for path in PAGES for page in listed(path)} <= known


def test_every_page_is_in_a_table_of_contents(known):
    contents = {page for path in PAGES for page in listed(path)} | {"index"}
    assert {page for page in known if not page.startswith("api/softsim.")} == contents


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_links_lead_to_pages_and_files_that_are_there(path, known):
    for target in re.findall(r"\]\(([^)#:\s]+\.\w+)(?:#[\w-]+)?\)", path.read_text("utf-8")):
        home = "notebooks" if path.suffix == ".py" else path.parent.relative_to(DOCS).as_posix()
        place = DOCS / target[1:] if target[0] == "/" else DOCS / home / target
        there = place.resolve()
        inside = there.is_relative_to(DOCS) and there.relative_to(DOCS).with_suffix("").as_posix()
        assert inside in known or there.exists(), target


def test_every_public_name_has_a_page(made):
    pages = {path.stem for path in (made / "api").glob("softsim.*.rst")}
    things = {name for name in ss.__all__ if callable(getattr(ss, name))}
    assert {f"softsim.{name}" for name in things} <= pages
    index = (made / "api" / "index.rst").read_text("utf-8")
    assert all(f"   {page}" in index for page in pages)


def test_every_law_and_every_site_is_on_its_page(made):
    text = (made / "generated" / "laws.md").read_text("utf-8")
    assert text.count("| constant | what it is |") == text.count("\n## ")
    assert text.count("$W = ") == text.count("\n## ") - 1  # a relaxation has no energy
    tissues = (made / "generated" / "tissues.md").read_text("utf-8")
    assert all(f"## `{name}`" in tissues for name in ss.tissues())


def test_works_cited_in_tables_are_on_their_page(made):
    sources = (made / "generated" / "sources.md").read_text("utf-8")
    cited = {
        key
        for page in ("tissues", "instruments")
        for key in re.findall(r"\(#cite-(\w+)\)", (made / "generated" / f"{page}.md").read_text())
    }
    assert cited
    assert {key for key in cited if f"(cite-{key})=" not in sources} == set()


def test_evidence_tells_how_closely_a_law_is_held(made):
    text = (made / "generated" / "evidence.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| ([^|]*) \| `\w+/test_\w+\.py` \|$", text, re.MULTILINE)
    assert len(rows) > 100
    assert dict(rows)["line contact has the width and peak of hertz"].startswith("relative 0.0")


def test_constants_of_tests_are_spelled_with_their_reason(tmp_path):
    file = tmp_path / "test_things.py"
    file.write_text(
        "import pytest\n"
        "NEAR, FAR = 1e-3, 0.2  # of the width\n"
        "@pytest.mark.slow\n"
        "def test_one_is_one():\n"
        "    assert 1 == pytest.approx(1, rel=NEAR)\n"
        "    assert abs(1 - 1) < FAR * 2\n"
        "def test_two_is_two():\n"
        "    assert abs(2 - 2) < 1e-9\n"
    )
    one, two = evidence.laws(file)
    assert (one.words, one.is_slow, two.is_slow) == ("one is one", True, False)
    assert one.tolerances[0] == "relative 0.001 (of the width)"
    assert one.tolerances[1] == "below `FAR * 2` with FAR = 0.2 (of the width)"
    assert two.tolerances == ("below 1e-09",)
