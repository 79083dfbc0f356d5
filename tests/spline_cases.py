"""Sections without engine around them, and a plain Newton solve for tests."""

import numpy as np
from scipy.linalg import cho_solve_banded, cholesky_banded

import softsim as ss
from softsim.engines.finite.tissue.basis import Line
from softsim.engines.finite.tissue.section import Section
from softsim.kernels.splines.geometry import PLANE
from softsim.kernels.splines.spans import WHOLE
from softsim.problem import pack_layers

FLAT = np.array([[0.0, -0.05, 0.0, 1.0, 0.0, 0.1, 0.0, 0.0]])
"""Outline of a flat rigid plate, 100 mm wide (softsim.kernels.outline.distance)."""


def pack(*materials):
    """Return the arrays of layers of these materials."""
    layers = [
        ss.Layer(name=f"layer {k}", thickness="1 mm", material=material)
        for k, material in enumerate(materials)
    ]
    return pack_layers(ss.Tissue(layers=layers))


def make_section(material, *breaks, form=PLANE, held=None):
    """Return a section of one material on smooth lines; nothing is held unless told."""
    lines = tuple(Line.smooth(np.asarray(one, float)) for one in breaks)
    shape = tuple(line.n_functions for line in lines)
    held = np.zeros((*shape, len(lines)), bool) if held is None else held
    layer = np.zeros([line.n_spans for line in lines], np.int64)
    return Section(pack(material), lines, layer, held, form)


def places(section):
    """Return where the functions are: coefficients of the identity, (..., n_directions)."""
    return np.stack(np.meshgrid(*[line.greville for line in section.lines], indexing="ij"), -1)


def boundary(shape):
    """Return a mask of the functions on the sides."""
    mask = np.ones(shape, bool)
    mask[(slice(1, -1),) * len(shape)] = False
    return mask


def solve_held(section, start, external, tolerance):
    """Return the displacement in equilibrium with `external`; what is held stays as in `start`.

    Newton's method until the last change is below `tolerance` of the largest displacement; the
    volume stress is the one that the last step let expect, as a stiff bulk asks for.
    """
    displacement, expected = start.copy(), np.zeros(section.mesh.layer.size)
    for _ in range(30):
        assert section.evaluate(displacement)
        residual = section.free(section.forces(displacement) - external)
        slopes = section.tangent(displacement, expected, WHOLE)
        factor = cholesky_banded(section.band.T, lower=True)
        change = -section.spread(cho_solve_banded((factor, True), residual))
        expected = section.stresses.mean[:, 2] + section.expected_change(
            displacement, slopes, change
        )
        displacement = displacement + change
        if np.abs(change).max() <= tolerance * np.abs(displacement).max():
            assert section.evaluate(displacement)
            return displacement
    raise AssertionError(f"no equilibrium: last change {np.abs(change).max():.1e} m")
