"""Layers and tissues check themselves."""

from __future__ import annotations

import dataclasses

import pytest

from softsim.errors import InputError
from softsim.materials import NeoHookean
from softsim.sources import Source
from softsim.tissue import Layer, Tissue

SOFT = NeoHookean(young_modulus=2.0e4, poisson_ratio=0.45)


def layer(name="gel", thickness=0.01, **options):
    return Layer(name=name, thickness=thickness, material=SOFT, **options)


def test_text_becomes_si():
    made = layer(thickness="1.5 mm", prestress="20 kPa")
    assert (made.thickness, made.prestress) == (1.5e-3, 2.0e4)


@pytest.mark.parametrize(
    ("given", "pair"), [(1.0, (1.0, 1.0)), (1.02, (1.02, 1.02)), ((1.1, 0.95), (1.1, 0.95))]
)
def test_prestretch_is_stored_as_pair_along_across(given, pair):
    assert layer(prestretch=given).prestretch == pair


def test_replace_keeps_the_layer_valid():
    made = layer(thickness="1.5 mm", prestress="20 kPa")
    assert dataclasses.replace(made, thickness="2 mm").thickness == 2.0e-3
    assert dataclasses.replace(made) == made


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"thickness": 0.0}, ("thickness of layer 'gel'", "0", "1.5 mm")),
        ({"thickness": "-1 mm"}, ("thickness of layer 'gel'", "-1 mm", "in (0, 1] m")),
        ({"thickness": 8.0}, ("thickness of layer 'gel'", "8", "metres")),
        ({"thickness": "8"}, ("thickness of layer 'gel'", "without a unit", "8 m")),
        ({"thickness": "8 kPa"}, ("thickness of layer 'gel'", "8 kPa", "not a length")),
        ({"name": " "}, ("name of a layer", "' '", "'dermis'")),
        ({"prestretch": 2.5}, ("prestretch along of layer 'gel'", "2.5", "[0.5, 2]")),
        ({"prestretch": (1.0, 0.1)}, ("prestretch across of layer 'gel'", "0.1", "[0.5, 2]")),
        ({"prestretch": (1.0, 1.0, 1.0)}, ("prestretch of layer 'gel'", "(along, across)")),
        ({"prestress": "-1 kPa"}, ("prestress of layer 'gel'", "-1 kPa", "at least 0")),
        (
            {"prestress": "1 kPa", "prestretch": 1.1},
            ("layer 'gel'", "prestretch (1.1, 1.1)", "prestress '1 kPa'", "give one"),
        ),
    ],
)
def test_impossible_layer_is_refused(options, parts):
    with pytest.raises(InputError) as caught:
        layer(**options)
    for part in parts:
        assert part in str(caught.value)


def test_layer_needs_a_material():
    with pytest.raises(
        InputError, match="material of layer 'gel' is 'fat'; must be one of .*Ogden"
    ):
        Layer(name="gel", thickness=0.01, material="fat")


def test_tissue_takes_a_list_and_adds_up():
    tissue = Tissue(layers=[layer("a", "2 mm"), layer("b", "3 mm")], width="80 mm", sides="free")
    assert isinstance(tissue.layers, tuple)
    assert tissue.thickness == pytest.approx(5e-3)
    assert tissue.width == pytest.approx(0.08)


def test_estimates_are_the_sources_nobody_measured_each_once():
    guess = Source(name="g", value=1.0, unit="1", basis="prior")
    found = Source(name="f", value=1.0, unit="1", basis="derived")
    tissue = Tissue(layers=[layer("a", sources=(guess, found)), layer("b", sources=(guess,))])
    assert tissue.sources == (guess, found)
    assert tissue.estimates == (guess,)


@pytest.mark.parametrize(
    ("options", "parts"),
    [
        ({"layers": ()}, ("no layers", "at least one")),
        ({"layers": ["dermis"]}, ("layers[0]", "'dermis'", "must be a Layer")),
        ({"layers": [layer(), layer()]}, ("'gel'", "more than once", "'gel_1'")),
        ({"base": "rigit"}, ("base 'rigit' is unknown", "'rigid'")),
        ({"sides": "fre"}, ("sides 'fre' is unknown", "'free'")),
        ({"width": 0}, ("width of the tissue", "0", "80 mm")),
        ({"width": 80.0}, ("width of the tissue", "80", "metres")),
    ],
)
def test_impossible_tissue_is_refused(options, parts):
    with pytest.raises(InputError) as caught:
        Tissue(**{"layers": [layer()], **options})
    for part in parts:
        assert part in str(caught.value)
