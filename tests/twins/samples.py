"""One material of every law, with constants of soft tissue, and strain states to try them at."""

import numpy as np

import softsim.materials as sm

K = "2 MPa"
FAMILIES = (
    sm.FibreFamily(k1="5 kPa", k2=3.0, angle="30 deg", dispersion=0.1),
    sm.FibreFamily(k1="5 kPa", k2=3.0, angle="-30 deg", dispersion=0.1),
    sm.FibreFamily(k1="2 kPa", k2=0.0, angle="90 deg"),
)
LAWS = {
    "neo_hookean": sm.NeoHookean(young_modulus="0.2 MPa", poisson_ratio=0.45),
    "split_neo_hookean": sm.SplitNeoHookean(shear_modulus="10 kPa", bulk_modulus=K),
    "mooney_rivlin": sm.MooneyRivlin(c10="3 kPa", c01="1 kPa", bulk_modulus=K),
    "extended_mooney": sm.ExtendedMooney(c10="9.4 kPa", c11="82 kPa", bulk_modulus=K),
    "yeoh": sm.Yeoh(c10="2 kPa", c20="-0.1 kPa", c30="0.5 kPa", bulk_modulus=K),
    "ogden": sm.Ogden(shear_modulus="1.2 kPa", exponent=9.0, bulk_modulus="120 kPa"),
    "ogden_three_terms": sm.Ogden(
        shear_modulus=("1 kPa", "2 kPa", "0.3 kPa"), exponent=(2.0, -4.0, 12.5), bulk_modulus=K
    ),
    "veronda_westmann": sm.VerondaWestmann(c1="1.5 kPa", c2=2.5, bulk_modulus=K),
    "fibres": sm.SplitNeoHookean(shear_modulus="10 kPa", bulk_modulus=K, fibres=FAMILIES),
    "ogden_fibres": sm.Ogden(shear_modulus="1 kPa", exponent=-6.0, bulk_modulus=K, fibres=FAMILIES),
}


def cauchy_green(gradient):
    """Return (C11, C22, C33, C12) of a plane deformation gradient, 3x3."""
    c = gradient.T @ gradient
    return np.array([c[0, 0], c[1, 1], c[2, 2], c[0, 1]])


def plane_gradient(first, second, across, turn_before=0.0, turn_after=0.0):
    """Return R(turn_after) diag(first, second, across) R(turn_before), rotations in plane."""
    return rotation(turn_after) @ np.diag([first, second, across]) @ rotation(turn_before)


def rotation(angle):
    """Return the rotation by `angle` in the along-depth plane."""
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


AT_THE_SWITCH = ("reference", "simple_shear", "dilated")
"""States in which a fibre along or across has exactly its slack length: no derivative there."""

STATES = {
    "reference": plane_gradient(1.0, 1.0, 1.0),
    "small": plane_gradient(1.0005, 0.9997, 1.0002, 0.3),
    "along_tension": plane_gradient(1.6, 0.8, 1.0),
    "press": plane_gradient(1.0, 0.5, 1.05),
    "simple_shear": np.array([[1.0, 0.9, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    "general": plane_gradient(1.7, 0.62, 1.15, 0.7, -0.4),
    "strong": plane_gradient(2.0, 0.5, 0.8, 1.1, 0.2),
    "dilated": plane_gradient(1.3, 1.3, 1.3),
}
