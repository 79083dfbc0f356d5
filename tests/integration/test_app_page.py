"""The live page in a real browser: what a visitor sees, types, takes away, and cannot break."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

import softsim as ss
from softsim.serialise import problem_to_toml
from tests.small_case import small_problem

BROWSER = os.environ.get("SOFTSIM_BROWSER") or shutil.which("chromium")
NEEDED = ("panel", "playwright", "axe_playwright_python")
MISSING = [name for name in NEEDED if importlib.util.find_spec(name) is None]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.net,
    pytest.mark.skipif(
        bool(MISSING) or BROWSER is None,
        reason="needs the extras app and browser, and Chromium (or its path in SOFTSIM_BROWSER)",
    ),
]
PATIENCE = 120_000  # [ms]
ANSWERED = ".answer[aria-busy=false]"
LARGEST_PAGE = 3_000_000  # bytes


@contextmanager
def served(*options):
    """Return the one line that a server says, and end it as Ctrl-C would."""
    words = (sys.executable, "-m", "softsim.cli", "app", "--port", "0", *options)
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline()
        finally:
            server.send_signal(signal.SIGINT)
            assert server.wait(20) == 0


@pytest.fixture(scope="module")
def address():
    with served() as line:
        yield re.fullmatch(r"open (http://localhost:\d+/)\n", line)[1]


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        yield found
        found.close()


class Visit:
    """One page with all that its console said and all that it asked for."""

    def __init__(self, browser, address, width=1280):
        self.faults, self.elsewhere = [], []
        self.page = browser.new_page(viewport={"width": width, "height": 900})
        self.page.set_default_timeout(PATIENCE)
        self.page.on("console", lambda m: m.type == "error" and self.faults.append(m.text))
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("request", self._look)
        self.page.goto(address)
        self.page.wait_for_selector("figure")
        self.page.wait_for_selector(ANSWERED)

    def _look(self, request):
        if not re.match(r"(http://localhost:|blob:http://localhost:|data:)", request.url):
            self.elsewhere.append(request.url)

    def choose(self, name, value):
        field = self.page.locator(f"#{name}")
        field.fill(value)
        field.press("Tab")

    def number(self, name):
        row = self.page.locator("table tr", has_text=name).first
        return row.locator("td").first.text_content()

    def answered(self, force):
        self.page.wait_for_selector(f".title:has-text(' {force} N,')")
        self.page.wait_for_selector(ANSWERED)


@pytest.fixture
def visit(browser, address):
    found = Visit(browser, address)
    yield found
    assert found.faults == []
    assert found.elsewhere == []
    found.page.close()


def test_slider_changes_the_numbers(visit):
    before = visit.number("indentation")
    visit.page.locator("#force-slider").focus()
    visit.page.keyboard.press("ArrowRight")
    visit.answered(3.5)
    assert visit.number("normal force") == "3.5 N"
    assert visit.number("indentation") != before


def test_bad_value_is_refused_on_the_page_and_the_next_one_answered(visit):
    visit.choose("force", "2,5 N")
    refusal = visit.page.locator(".refusal:not(:empty)")
    assert "write '2.5 N'" in refusal.text_content()
    assert visit.page.locator("#force").get_attribute("aria-invalid") == "true"
    visit.choose("force", "2.5")
    visit.answered(2.5)
    assert visit.page.locator(".refusal").text_content() == ""


def test_what_is_taken_away_opens_and_gives_the_same_numbers(visit, tmp_path):
    for name in ("figure", "drawing", "data", "problem"):
        visit.page.wait_for_selector(f"#get-{name}:enabled")
        with visit.page.expect_download() as coming:
            visit.page.click(f"#get-{name}")
        coming.value.save_as(tmp_path / coming.value.suggested_filename)
    assert (tmp_path / "stroke.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "stroke.svg").read_text().startswith("<?xml")
    result = ss.open_result(tmp_path / "stroke.nc")
    assert ss.problem_of(result) == ss.load_problem(tmp_path / "stroke.toml")
    shown = float(visit.number("indentation").split()[0])
    assert shown == pytest.approx(1e3 * float(result.indentation), abs=0.006)


@pytest.mark.parametrize("width", [1280, 400])
def test_page_is_small_and_fits_and_is_accessible(browser, address, width):
    from axe_playwright_python.sync_playwright import Axe

    visit = Visit(browser, address, width)
    script = "performance.getEntriesByType('resource').map(e => e.transferSize)"
    assert sum(visit.page.evaluate(script)) < LARGEST_PAGE
    across = visit.page.evaluate("document.documentElement.scrollWidth")
    assert across <= width
    found = Axe().run(visit.page)
    assert found.violations_count == 0, found.generate_report()
    visit.page.close()


def test_a_thousand_fast_events_end_with_the_last_value(visit):
    visit.page.locator("#force-slider").evaluate(
        """(slider) => { for (let k = 0; k < 1000; k++) {
             slider.value = 0.5 + 0.5 * (k % 30);
             slider.dispatchEvent(new Event("input"));
           }
           slider.value = 7;
           slider.dispatchEvent(new Event("input")); }"""
    )
    visit.answered(7)
    assert visit.number("normal force") == "7 N"


def test_kept_answer_is_compared_with_the_next_one(visit):
    visit.page.click("#keep")
    visit.choose("force", "6")
    visit.answered(6)
    row = visit.page.locator("table tr", has_text="normal force").first
    assert row.locator("td").all_text_contents() == ["6 N", "", "3 N", "+100 %"]
    captions = visit.page.locator("figcaption").all_text_contents()
    assert "The section that is kept" in captions
    visit.page.click("#keep")
    assert row.locator("td").count() == 2


def test_file_is_opened_and_its_stroke_changed_and_a_bad_one_refused(visit):
    problem = small_problem(indentation=None, force="2 N", angle="75 deg")
    text = problem_to_toml(problem).encode()
    own = {"name": "own.toml", "mimeType": "text/plain", "buffer": text}
    visit.page.set_input_files("#open", own)
    visit.page.wait_for_selector(".title:has-text('skin, fat')")
    visit.page.wait_for_selector(ANSWERED)
    assert visit.page.locator("#angle").input_value() == "75 deg"
    visit.choose("force", "1.5 N")
    visit.page.wait_for_selector(".title:has-text(', 1.5 N, 75°')")
    visit.page.set_input_files("#open", own | {"buffer": b"import os"})
    visit.page.wait_for_selector(".refusal:has-text('own.toml: ')")
    visit.page.set_input_files("#open", own | {"buffer": b"x" * 3_000_000})
    visit.page.wait_for_selector(".refusal:has-text('must have at most 2.5 MB')")
    visit.page.select_option("#site", "shoulder")
    visit.page.wait_for_selector(".title:has-text('shoulder, gt4')")


def test_token_is_asked_for_elsewhere(browser):
    with served("--host", "0.0.0.0") as line:
        port, token = re.search(r":(\d+)/\?token=(\S+)", line).groups()
        page = browser.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"http://127.0.0.1:{port}/")
        page.fill("#token", "guess")
        page.click("button")
        assert "not the token" in page.locator("[role=alert]").text_content()
        page.fill("#token", token)
        page.click("button")
        page.wait_for_selector("figure")
        page.close()
