"""Names of the user's in figures: a dollar begins no formula, and nothing breaks (issue 15)."""

from __future__ import annotations

from dataclasses import replace

import pytest

import softsim as ss
from softsim import viz
from softsim.viz.drawing.labels import words
from tests.small_case import small_problem

NAMES = ("cost $5 or $6", "$x", r"$\frac{1}{$", r"\$ and $y$", "a^b_c{", "50 % & #1")


@pytest.fixture(scope="module")
def result():
    problem = small_problem()
    layers = tuple(
        replace(layer, name=f"{layer.name} $\\foo${k}")
        for k, layer in enumerate(problem.tissue.layers)
    )
    tissue = replace(problem.tissue, layers=layers, name="$\\bad{ leg$")
    tool = replace(problem.instrument, name="tool $1 to $2")
    return ss.simulate(replace(problem, tissue=tissue, instrument=tool), engine="linear")


def drawn_texts(figure):
    figure.draw_without_rendering()
    return " ".join(text.get_text() for text in figure.findobj() if hasattr(text, "get_text"))


def test_a_figure_with_dollars_in_names_is_drawn(result):
    texts = drawn_texts(viz.plot(result))
    assert r"\$" in texts


@pytest.mark.parametrize("label", NAMES)
def test_results_labelled_with_any_text_are_drawn_beside_each_other(result, label):
    axes = viz.contact_pressure({label: result, "other": result})
    axes.get_figure().draw_without_rendering()


@pytest.mark.parametrize("name", NAMES)
def test_words_are_escaped_once(name):
    assert words(words(name)) == words(name)
