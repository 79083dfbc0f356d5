"""A strip on bonds, pulled at one end: elastic shear, force of debonding, energy it spends.

Thin strip of modulus E and thickness t on a rigid base, bridged by bonds of stiffness K per area:
shear goes as cosh(x/l) with l = sqrt(E t/K); the first bonds break at sqrt(2 E t G) tanh(L/l) per
width with G = strength^2/(2 K); a long bond carries sqrt(2 E t Gc) at most, whatever its law.
The theory knows no peeling: the strip stays flat and as thick as it is.

References
----------
O. Volkersen, Luftfahrtforschung 15 (1938) 41-47; K. Kendall, J. Phys. D 8 (1975) 512-522.
"""

import math

import numpy as np
import pytest

import softsim as ss
from softsim.engines.finite.elimination import Gauss
from softsim.engines.finite.tissue.basis import Line
from softsim.engines.finite.tissue.gliding import Springs
from softsim.engines.finite.tissue.histories import Memory
from softsim.engines.finite.tissue.section import Section
from softsim.materials import NeoHookean
from softsim.problem import pack_adhesions, pack_interfaces, pack_layers

ELASTIC = 0.01  # of length and force
SPENT = 0.005  # of the energy
E, THICK = 1.0e6, 1.0e-3
LENGTH = 20.0 * THICK  # of a strip is l: shear within the strip counts for its square
STIFFNESS = E * THICK / LENGTH**2
ENERGY = 1e-6 * E * THICK  # strains of some 1e-3
RESIDUAL = 1e-9  # of the strength times the length of the bond
# L/l, first-break force over that of a long bond, elastic end shear over mean shear
KNOWN = [
    (0.25, 0.244918662, 1.02074704),
    (1.0, 0.761594156, 1.31303529),
    (3.0, 0.995054754, 3.01490947),
    (8.0, 0.999999775, 8.0000018),
]


class Strip:
    """A strip over its whole length on bonds, pulled at its end along."""

    def __init__(self, ratio, *, final=2.0, lag=0.0, spans=8):
        bond, onset = ratio * LENGTH, math.sqrt(2.0 * ENERGY / STIFFNESS / final)
        patch = ss.Adhesion(
            interface="base",
            start=0.0,
            length=bond,
            stiffness=STIFFNESS,
            strength=STIFFNESS * onset,
            fracture_energy=ENERGY,
            lag=lag,
        )
        with ss.allow_unusual():
            law = NeoHookean(young_modulus=E, poisson_ratio=0.0)
            tissue = ss.Tissue(
                layers=[ss.Layer(name="strip", thickness=THICK, material=law)],
                interfaces={"base": ss.Interface(stiffness=0.0, under="strip")},
                adhesions={"bond": patch},
            )
        layers = pack_layers(tissue)
        count = max(8, math.ceil(spans * ratio))
        lines = Line.smooth(np.linspace(0.0, bond, count + 1)), Line.smooth(np.array([0.0, THICK]))
        held = np.zeros((*(line.n_functions for line in lines), 2), bool)
        held[-1, :, 0] = held[..., 1] = True
        moduli = np.array([law.shear_modulus_initial])
        springs = Springs.of(
            pack_interfaces(tissue), pack_adhesions(tissue), moduli, layers.thickness
        )
        self.section = Section(layers, lines, np.zeros((count, 1), int), held, springs=springs)
        self.history = Memory(self.section)
        self.displacement = self.section.rest()
        self.patch, self.bond = patch, bond
        self.onset = float(patch.strength)
        self.work, self.force = 0.0, 0.0

    @property
    def bonds(self):
        return self.history.slips.bonds

    def pull(self, end, dt=0.0):
        """Pull the end to a place; return the force that takes, or None where none is found."""
        section, u = self.section, self.displacement.copy()
        moved = end - u[-1, 0, 0]
        self.history.begin(section, dt)
        u[-1, :, 0] = end
        for _ in range(60):
            section.evaluate(u)
            self.history.carry(section)
            forces = section.forces(u)
            force = float(forces[-1, :, 0].sum())
            rest = section.free(forces)
            if np.linalg.norm(rest) < RESIDUAL * self.onset * self.bond:
                break
            section.tangent(u, section.expected_now(), 1)
            change = section.spread(Gauss.of(section.band).solve(-rest))
            u = u + min(1.0, 0.2 * THICK / np.abs(change).max()) * change
        else:
            return None
        self.history.accept(section)
        self.displacement = u
        self.work += 0.5 * (self.force + force) * moved
        self.force = force
        return force


@pytest.mark.parametrize(("ratio", "first", "end"), KNOWN)
def test_elastic_shear_and_first_break_are_those_of_the_theory(ratio, first, end):
    strip = Strip(ratio)
    force = strip.pull(1e-3 * THICK)
    shear = STIFFNESS * strip.displacement[-1, -1, 0]
    assert strip.bonds.before.due.max() == 0.0
    assert shear == pytest.approx(end * force / strip.bond, rel=ELASTIC)
    breaks = force * strip.onset / shear  # linear until then
    brittle = strip.onset**2 / (2.0 * STIFFNESS)
    assert breaks == pytest.approx(math.sqrt(2.0 * E * THICK * brittle) * first, rel=ELASTIC)


@pytest.mark.parametrize("final", [2.0, 4.0])
def test_a_long_bond_carries_what_its_energy_says(final):
    strip, peak = Strip(8.0, final=final), 0.0
    held = math.sqrt(2.0 * E * THICK * ENERGY)
    far = strip.patch.final_opening + held / (E * THICK) * strip.bond
    for k in range(1, 201):  # until the first bonds are gone and those that break are as many
        peak = max(peak, strip.pull(far * k / 200))
        if strip.bonds.before.due.max() == 1.0:
            break
    assert strip.bonds.before.due.max() == 1.0
    assert peak == pytest.approx(held, rel=ELASTIC)


@pytest.mark.parametrize("lag", [0.0, 1e-3])
def test_full_debond_spends_the_fracture_energy_of_the_area(lag):
    strip = Strip(1.0, final=4.0, lag=lag)
    held = math.sqrt(2.0 * E * THICK * ENERGY)
    far = strip.patch.final_opening + held / (E * THICK) * strip.bond
    for k in range(1, 101):
        assert strip.pull(1.5 * far * k / 100, 0.02) is not None
    shown, area = strip.bonds.shown(strip.section.gliding), ENERGY * strip.bond
    assert strip.bonds.before.due.min() == 1.0
    assert shown.released[0] == pytest.approx(area, rel=SPENT)
    assert shown.lagging[0] <= 0.01 * area
    assert strip.work == pytest.approx(area + shown.lagging[0], rel=SPENT)
