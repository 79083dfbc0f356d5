"""Short and HTML representations: every layer named, the edge to scale, sources folded."""

from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser

import pytest

import softsim as ss
from softsim.cards import edge_drawing, layers_drawing
from softsim.colours import layer_colour
from softsim.provenance import evidence_summary
from tests.small_case import small_problem

VOID = {"br", "meta"}


class Balance(HTMLParser):
    """Refuses HTML whose tags do not close in order."""

    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def checked(html: str) -> str:
    parser = Balance()
    parser.feed(html)
    assert parser.open == []
    return html


def test_tissue_is_bands_with_every_name_and_its_sources_folded():
    tissue = ss.load_tissue("calf")
    html = checked(tissue._repr_html_())
    for layer in tissue.layers:
        assert layer.name.replace("_", " ") in html
        assert layer_colour(layer.name) in html
    assert "0.08 mm" in html
    assert f"<summary>{evidence_summary(tissue.evidence)}</summary>" in html
    assert "http://www.w3.org" in html  # the only address: the name of SVG
    assert len(re.findall("https?://", html)) == html.count("<svg xmlns")


def test_names_of_thin_layers_do_not_overlap():
    html = layers_drawing([(f"layer {k}", 1e-5, "") for k in range(5)] + [("fat", 0.05, "")], "")
    places = [float(y) for y in re.findall(r'<text x="178" y="([\d.]+)"', html)]
    assert len(places) == 6
    assert min(b - a for a, b in itertools.pairwise(places)) >= 12.0


def test_edge_is_drawn_to_scale_with_a_round_bar():
    tool = ss.load_instrument("gt4_class_scanner")
    html = edge_drawing(tool.edge.section(), tool.edge.thickness)
    width = float(re.search(r'<svg xmlns[^>]* width="(\d+)"', html).group(1)) - 40.0
    bar = float(re.search(r"h([\d.]+)\" stroke", html).group(1))
    assert "5 mm" in html
    assert bar / width == pytest.approx(5.0 / 5.0, rel=0.02)


def test_problem_shows_tool_tissue_and_stroke():
    problem = small_problem()
    html = checked(problem._repr_html_())
    for word in ("skin", "fat", "nose radius", "1 mm deep", "90°"):
        assert word in html
    assert repr(problem).startswith("Problem(")
    assert "\n" not in repr(problem)


@pytest.mark.parametrize("name", ss.instruments())
def test_every_edge_of_the_library_has_a_card(name):
    try:
        tool = ss.load_instrument(name)
    except ss.InputError:  # a cup or a roller has no edge
        return
    checked(tool._repr_html_())
    assert len(repr(tool)) < 160


def test_names_of_a_user_cannot_break_the_page():
    layer = ss.Layer(
        name="<b>", thickness="2 mm", material=ss.NeoHookean(young_modulus=1e4, poisson_ratio=0.4)
    )
    html = checked(ss.Tissue(layers=(layer,))._repr_html_())
    assert "<b>," not in html
    assert "&lt;b&gt;" in html
