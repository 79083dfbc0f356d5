"""Energy, stress and tangent of any law at one material point."""

import math

from softsim._jit import kernel
from softsim.kernels.laws import codes
from softsim.kernels.laws.extended_mooney import extended_mooney_energy
from softsim.kernels.laws.mooney_rivlin import mooney_rivlin_energy
from softsim.kernels.laws.neo_hookean import split_neo_hookean_energy
from softsim.kernels.laws.veronda_westmann import veronda_westmann_energy
from softsim.kernels.laws.yeoh import yeoh_energy
from softsim.kernels.strip.point.algebra import mirror_fill, tensor_inverse
from softsim.kernels.strip.point.fibres import fibre_response
from softsim.kernels.strip.point.invariants import invariant_measures, invariant_response
from softsim.kernels.strip.point.neo_hookean import neo_hookean_response
from softsim.kernels.strip.point.ogden import ogden_response
from softsim.kernels.strip.point.volumetric import volumetric_response

NO_SLOPES = (0.0, 0.0, 0.0, 0.0, 0.0)


@kernel
def point_response(law, parameters, families, c, stress_iso, tangent_iso, stress_vol, tangent_vol):
    """Energy, stress and tangent of one law at one material point.

    The isochoric part is the one that relaxes under ``relaxes="shear"``; the volumetric part
    stays elastic.

    Parameters
    ----------
    law : int
        One of `codes`.
    parameters : ndarray of float64, shape (n,)
        Constants of the law, see its file; entry 0 of a split law is its bulk modulus [Pa].
    families : ndarray of float64, shape (n_families, 5)
        Fibre families of a split law (none for the coupled law), see `fibres`.
    c : ndarray of float64, shape (4,)
        Right Cauchy-Green tensor [-], determinant > 0 (otherwise NaN is returned).
    stress_iso, stress_vol : ndarray of float64, shape (4,)
        Overwritten with the two parts of S [Pa].
    tangent_iso, tangent_vol : ndarray of float64, shape (4, 4)
        Overwritten with the two parts of ∂S/∂E [Pa].

    Returns
    -------
    energy_iso, energy_vol : float
        Energies per undeformed volume [Pa].

    Notes
    -----
    Allocates nothing.
    """
    determinant, b = tensor_inverse(c)
    if not determinant > 0.0:
        stress_iso[:] = math.nan
        stress_vol[:] = math.nan
        tangent_iso[:, :] = math.nan
        tangent_vol[:, :] = math.nan
        return math.nan, math.nan
    if law == codes.NEO_HOOKEAN:
        return neo_hookean_response(
            parameters, c, determinant, b, stress_iso, tangent_iso, stress_vol, tangent_vol
        )
    log_determinant = math.log(determinant)
    scale = math.exp(-log_determinant / 3.0)
    rise1, rise2, first, second = invariant_measures(c, scale)
    energy, slopes = 0.0, NO_SLOPES
    if law == codes.SPLIT_NEO_HOOKEAN:
        energy, slopes = split_neo_hookean_energy(parameters, rise1)
    elif law == codes.MOONEY_RIVLIN:
        energy, slopes = mooney_rivlin_energy(parameters, rise1, rise2)
    elif law == codes.EXTENDED_MOONEY:
        energy, slopes = extended_mooney_energy(parameters, rise1, rise2)
    elif law == codes.YEOH:
        energy, slopes = yeoh_energy(parameters, rise1)
    elif law == codes.VERONDA_WESTMANN:
        energy, slopes = veronda_westmann_energy(parameters, rise1, rise2)
    if law == codes.OGDEN:
        energy = ogden_response(parameters, c, stress_iso, tangent_iso)
    else:
        invariant_response(c, b, scale, first, second, slopes, stress_iso, tangent_iso)
    for k in range(families.shape[0]):
        energy += fibre_response(families[k], c, b, scale, first, stress_iso, tangent_iso)
    mirror_fill(tangent_iso)
    energy_vol = volumetric_response(
        parameters[0], determinant, log_determinant, b, stress_vol, tangent_vol
    )
    return energy, energy_vol
