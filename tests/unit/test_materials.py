"""Descriptions of materials: units, bounds, messages, instantaneous constants."""

import copy
import pickle
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

import softsim.materials as sm
from softsim.errors import InputError
from softsim.kernels.laws import codes
from tests.twins.samples import LAWS

RTOL = 1e-14  # a handful of roundings


def test_text_with_units_becomes_si():
    law = sm.Ogden(shear_modulus="1.2 kPa", exponent=9.0, bulk_modulus="120 kPa")
    assert law.shear_modulus == (1200.0,)
    assert law.exponent == (9.0,)
    assert law.bulk_modulus == 120e3
    series = sm.Prony(g=0.5, tau="300 ms")
    assert series.g == (0.5,)
    assert series.tau == pytest.approx((0.3,), rel=RTOL)
    family = sm.FibreFamily(k1="2 kPa", k2=3, angle="90 deg")
    assert family.angle == pytest.approx(np.pi / 2, rel=RTOL)


def test_sequences_of_any_kind_are_accepted():
    law = sm.Ogden(shear_modulus=["1 kPa", 2e3], exponent=np.array([2.0, -3.0]), bulk_modulus=1e6)
    assert law.shear_modulus == (1e3, 2e3)
    assert law.exponent == (2.0, -3.0)
    parameters, _ = law.pack()
    np.testing.assert_array_equal(parameters, [1e6, 2.0, 1e3, 2.0, 2e3, -3.0])


@pytest.mark.parametrize("name", LAWS)
def test_laws_are_frozen_hashable_and_survive_copying(name):
    law = LAWS[name]
    assert hash(law) == hash(copy.deepcopy(law))
    assert pickle.loads(pickle.dumps(law)) == law
    with pytest.raises(FrozenInstanceError):
        law.prony = None


def test_every_law_has_its_own_code_and_a_name():
    found = {law.code for law in sm.LAWS.values()}
    assert len(found) == len(sm.LAWS) == 7
    assert found == {v for k, v in vars(codes).items() if k.isupper()}
    assert all("prony" in {f.name for f in fields(law)} for law in sm.LAWS.values())


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: sm.NeoHookean(young_modulus=1e3, poisson_ratio=0.5), "SplitNeoHookean"),
        (lambda: sm.NeoHookean(young_modulus=1e3, poisson_ratio=-0.1), "poisson_ratio"),
        (lambda: sm.NeoHookean(young_modulus="0 Pa", poisson_ratio=0.3), "young_modulus"),
        (lambda: sm.NeoHookean(young_modulus="1 mm", poisson_ratio=0.3), "not a pressure"),
        (lambda: sm.SplitNeoHookean(shear_modulus=1.0, bulk_modulus=0.0), "bulk_modulus"),
        (lambda: sm.SplitNeoHookean(shear_modulus=-1.0, bulk_modulus=1.0), "shear_modulus"),
        (lambda: sm.MooneyRivlin(c10=1.0, c01=-2.0, bulk_modulus=1.0), "c10 [+] c01 is -1 Pa"),
        (lambda: sm.ExtendedMooney(c10=1.0, c11=-2.0, bulk_modulus=1.0), "c11"),
        (lambda: sm.Yeoh(c10=1.0, c20=-2.0, bulk_modulus=1.0), "c20 is -2 Pa"),
        (lambda: sm.Yeoh(c10=1.0, c20=2.0, c30=-1.0, bulk_modulus=1.0), "c30 is -1 Pa"),
        (lambda: sm.Ogden(shear_modulus=1.0, exponent=0.0, bulk_modulus=1.0), "exponent is 0"),
        (lambda: sm.Ogden(shear_modulus=-1.0, exponent=2.0, bulk_modulus=1.0), "shear_modulus"),
        (lambda: sm.Ogden(shear_modulus=(1, 2), exponent=2.0, bulk_modulus=1.0), "2 values"),
        (lambda: sm.VerondaWestmann(c1=1.0, c2=0.0, bulk_modulus=1.0), "c2"),
        (lambda: sm.FibreFamily(k1=1.0, k2=1.0, dispersion=0.34), "isotropic"),
        (lambda: sm.FibreFamily(k1=1.0, k2=1.0, angle=45.0), "45 deg"),
        (lambda: sm.Prony(g=(0.6, 0.4), tau=(1.0, 2.0)), "sum of g is 1.*equilibrium"),
        (lambda: sm.Prony(g=(0.6,), tau=(1.0, 2.0)), "1 values of g and 2 of tau"),
        (lambda: sm.Prony(g=(), tau=()), "leave prony out"),
        (lambda: sm.Prony(g=0.5, tau="0 s"), "tau"),
        (lambda: sm.Prony(g=0.0, tau=1.0), "g is"),
        (lambda: sm.Prony(g=0.5, tau=1.0, relaxes="bulk"), "relaxes"),
        (lambda: sm.Prony(g=0.5, tau=1.0, reference="long"), "reference"),
        (lambda: sm.NeoHookean(young_modulus=1e3, poisson_ratio=0.3, prony=0.5), "prony"),
        (lambda: sm.SplitNeoHookean(shear_modulus=1.0, bulk_modulus=1.0, fibres=3.0), "fibres"),
        (lambda: sm.response(LAWS["yeoh"], np.eye(3)), "shape"),
    ],
)
def test_impossible_input_is_refused_with_a_sentence(build, words):
    with pytest.raises(InputError, match=words):
        build()


def test_prony_of_instantaneous_fractions():
    series = sm.Prony(g=(0.3, 0.2), tau=(0.1, 1.0))
    assert series.g_inf == pytest.approx(0.5, rel=RTOL)
    assert series.instantaneous_factor == 1.0
    assert series.normalised_g == (0.3, 0.2)


def test_prony_of_equilibrium_ratios():
    series = sm.Prony(g=(3.0, 1.0), tau=(0.1, 1.0), reference="equilibrium")
    assert series.instantaneous_factor == 5.0
    assert series.normalised_g == pytest.approx((0.6, 0.2), rel=RTOL)
    assert series.g_inf == pytest.approx(0.2, rel=RTOL)
    g, tau = series.pack()
    assert g.dtype == tau.dtype == np.float64
    assert series.g_inf + g.sum() == pytest.approx(1.0, rel=RTOL)


def equilibrium(relaxes):
    """Return a spectrum that doubles the modulus given."""
    return sm.Prony(g=(1.0,), tau=(1.0,), relaxes=relaxes, reference="equilibrium")


@pytest.mark.parametrize(("relaxes", "bulk_factor"), [("shear", 1.0), ("all", 2.0)])
def test_split_law_packs_instantaneous_constants(relaxes, bulk_factor):
    family = sm.FibreFamily(k1=7.0, k2=3.0, angle="60 deg", dispersion=0.2)
    law = sm.VerondaWestmann(
        c1=5.0, c2=4.0, bulk_modulus=100.0, prony=equilibrium(relaxes), fibres=[family]
    )
    parameters, families = law.pack()
    np.testing.assert_allclose(parameters, [100.0 * bulk_factor, 10.0, 4.0], rtol=RTOL)
    np.testing.assert_allclose(families, [[14.0, 3.0, 0.2, 0.5, np.sqrt(0.75)]], rtol=RTOL)
    assert law.shear_modulus_initial == pytest.approx(40.0, rel=RTOL)
    assert law.bulk_modulus_initial == pytest.approx(100.0 * bulk_factor, rel=RTOL)


def test_coupled_law_that_relaxes_as_a_whole_multiplies_young_modulus():
    law = sm.NeoHookean(young_modulus=3e3, poisson_ratio=0.25, prony=equilibrium("all"))
    same = sm.NeoHookean(young_modulus=6e3, poisson_ratio=0.25)
    np.testing.assert_allclose(law.pack()[0], same.pack()[0], rtol=RTOL)


def test_coupled_law_that_relaxes_in_shear_keeps_the_bulk_modulus():
    law = sm.NeoHookean(young_modulus=3e3, poisson_ratio=0.25, prony=equilibrium("shear"))
    plain = sm.NeoHookean(young_modulus=3e3, poisson_ratio=0.25)
    assert law.shear_modulus_initial == pytest.approx(2.0 * plain.shear_modulus_initial, rel=RTOL)
    assert law.bulk_modulus_initial == plain.bulk_modulus_initial
    shear, lame = law.pack()[0]
    assert lame + 2.0 / 3.0 * shear == pytest.approx(plain.bulk_modulus_initial, rel=RTOL)


@pytest.mark.parametrize("name", LAWS)
def test_pack_returns_contiguous_float64(name):
    parameters, families = LAWS[name].pack()
    assert parameters.dtype == families.dtype == np.float64
    assert parameters.ndim == 1
    assert families.shape == (len(getattr(LAWS[name], "fibres", ())), 5)
    assert families.flags.c_contiguous
