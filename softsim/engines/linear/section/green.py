"""From the wavenumber compliance to the influence of a hat of pressure at the nodes.

The aperiodic transform is exact in the far field: the surface logarithm (and the jump of the
normal-tangential coupling) of the instantaneous skin, the logarithm of the long-term base and the
first power of k are taken out in closed form, and what is left is transformed on a logarithmic
grid, where a few hundred nodes cover every scale from a micrometre to a kilometre.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy import fft, special

from softsim.engines.linear.medium.compliance import LayeredCompliance, layered_compliance
from softsim.engines.linear.medium.kept import kept
from softsim.engines.linear.medium.quadrature import gauss_rule
from softsim.engines.linear.medium.stack import ComplexArray, FloatArray, LayeredStack
from softsim.kernels.tables.arrays import GreenFunction
from softsim.kernels.tables.influence import hat_influence

GAUSS_POINTS = 12  # of a panel
# Half a decade: the spectra fade there by a smooth factor, so that the logarithmic transform,
# which is periodic, sees no step where its two ends meet.
FADE_DECADES = 1.0
INFLUENCES_KEPT = 64


@dataclass(frozen=True, kw_only=True, eq=False)
class SlidingMedium:
    """Layers under a tool that slides steadily towards +x, with uniform nodes along the skin.

    Parameters
    ----------
    stack : LayeredStack
    speed : float
        >= 0 [m/s]; 0 is long-term rest, inf instantaneous.
    friction : float
        Shear over pressure, towards +x [-].
    spacing : float
        Of the nodes [m].
    count : int
        Number of nodes.
    """

    stack: LayeredStack
    speed: float
    friction: float
    spacing: float
    count: int

    @property
    def key(self) -> tuple[object, ...]:
        """What stands for it where results are kept."""
        return self.stack.key, self.speed, self.friction, self.spacing, self.count

    @property
    def extent(self) -> float:
        """Length of the skin with nodes [m]."""
        return self.spacing * self.count

    @property
    def compliance(self) -> LayeredCompliance:
        """Compliance of the skin on a logarithmic grid of wavenumbers."""
        return layered_compliance(self.stack, self.speed, spacing=self.spacing, extent=self.extent)


@kept(entries=32)
def _transform_factors(n: int, step: float) -> tuple[ComplexArray, ComplexArray]:
    """Return Gamma(s) exp(+-i pi s/2) at the Mellin frequencies of a logarithmic grid."""
    eta = 2.0 * np.pi * fft.fftfreq(n, d=step)
    s = 0.5 + 1j * eta
    shift = np.exp(1j * eta * (n - 1) * step)
    ahead = np.exp(special.loggamma(s) + 0.5j * np.pi * s) * shift
    behind = np.exp(special.loggamma(s) - 0.5j * np.pi * s) * shift
    for factor in (ahead, behind):
        factor[n // 2] = 0.0
    return ahead, behind


def log_fourier(
    wavenumber: FloatArray, step: float, spectrum: ComplexArray
) -> tuple[FloatArray, ComplexArray, ComplexArray]:
    """Integrate f(k) e^{+-ikx} over k > 0 on logarithmic grids of k and x.

    Parameters
    ----------
    wavenumber : ndarray, shape (n,)
        Wavenumbers k [1/m], equal steps in ln k; n even.
    step : float
        Step in ln k.
    spectrum : ndarray of complex128, shape (..., n)
        f(k) in any unit; must fall faster than k^{-1/2} outwards on both ends of the grid.

    Returns
    -------
    distance : ndarray, shape (n,)
        x = 1/k, increasing [m].
    ahead, behind : ndarray of complex128, shape (..., n)
        The integral with +ikx and with -ikx.

    References
    ----------
    .. [1] J. D. Talman, J. Comput. Phys. 29 (1978) 35-48.
    """
    n = wavenumber.size
    coefficient = fft.fft(spectrum * np.sqrt(wavenumber)) / n
    distance = 1.0 / wavenumber[::-1]
    root = np.sqrt(distance)
    plus, minus = _transform_factors(n, step)
    # The result is periodic in ln x too: the value at x = 0 comes back, reduced by the square
    # root of the range for every period.
    reduction = np.exp(-0.5 * n * step)
    total = np.sum(spectrum * wavenumber, axis=-1, keepdims=True)
    image = step * total * reduction / (1.0 - reduction)
    ahead = fft.fft(coefficient * plus) / root - image
    behind = fft.fft(coefficient * minus) / root - image
    return distance, ahead, behind


def green_function(compliance: LayeredCompliance, component: str) -> GreenFunction:
    """Transform one component of the compliance into its Green's function.

    Parameters
    ----------
    compliance : LayeredCompliance
        Response on the logarithmic grid.
    component : {"zz", "zx", "xx"}
        zz: u_z of a pressure; zx: u_z of a shear traction; xx: u_x of a shear traction.

    Returns
    -------
    GreenFunction
        (1/pi) Re of the integral of C(k) e^{ikx}, datum: -ln|x| has its zero at x = 1 m for a
        half-space and is absolute over a rigid base.
    """
    row = {"zz": 0, "zx": 1, "xx": 2}[component]
    k, step, length = compliance.wavenumber, compliance.step, compliance.length
    scaled = compliance.scaled[row] * (-1j if component == "zx" else 1.0)
    deep = scaled[0] - k[0] * (scaled[1] - scaled[0]) / (k[1] - k[0])
    top = scaled[-1]
    decay = np.exp(-k * length)
    slope = (scaled[1] - scaled[0]) / (k[1] - k[0]) + (deep - top) * length
    rest = (scaled - top - (deep - top) * decay) / k - slope * decay
    fade = -np.expm1(-((k / (k[0] * 10.0**FADE_DECADES)) ** 2))
    fade *= np.exp(-((k / (k[-1] * 10.0**-FADE_DECADES)) ** 2))
    distance, ahead, behind = log_fourier(k, step, rest * fade)
    gap = deep - top
    return GreenFunction(
        start=math.log(distance[0]),
        step=step,
        ahead=np.ascontiguousarray(ahead.real) / np.pi,
        behind=np.ascontiguousarray(behind.real) / np.pi,
        length=length,
        log=top.real / np.pi,
        jump=-0.5 * np.pi * top.imag / np.pi,
        gap_re=gap.real / np.pi,
        gap_im=gap.imag / np.pi,
        slope_re=slope.real / np.pi,
        slope_im=slope.imag / np.pi,
        far_log=deep.real / np.pi,
    )


def hat_column(green: GreenFunction, spacing: float, n_nodes: int) -> FloatArray:
    """Return the displacement at the nodes caused by a unit hat of traction.

    Parameters
    ----------
    green : GreenFunction
    spacing : float
        Node spacing [m].
    n_nodes : int
        Number of nodes n of the surface.

    Returns
    -------
    ndarray, shape (2 n - 1,)
        Entry n - 1 + j is the displacement j nodes ahead of the load [m/Pa].
    """
    nodes, weights = gauss_rule(GAUSS_POINTS)
    out = np.empty(2 * n_nodes - 1)
    hat_influence(green, spacing, nodes, weights, out)
    return out


@dataclass(frozen=True, eq=False)
class SurfaceInfluence:
    """Influence of unit hats of pressure and of shear at nested spacings.

    Parameters
    ----------
    spacing : float
        Finest node spacing [m].
    pressure, shear : tuple of ndarray, shapes (2 n - 1,)
        Vertical displacement columns per level (spacing times each stride) [m/Pa].
    green_pressure, green_shear : GreenFunction
        The Green's functions behind them, for points off the grid.
    key : tuple
        What it was made from.
    """

    spacing: float
    pressure: tuple[FloatArray, ...]
    shear: tuple[FloatArray, ...]
    green_pressure: GreenFunction
    green_shear: GreenFunction
    key: tuple[object, ...]


@kept(entries=INFLUENCES_KEPT)
def surface_influence(
    stack: LayeredStack, speed: float, spacing: float, n_nodes: int, strides: tuple[int, ...]
) -> SurfaceInfluence:
    """Return the influence columns of a stack at one speed >= 0, from the cache if known.

    Parameters
    ----------
    stack : LayeredStack
        The solid.
    speed : float
        Stroke speed >= 0 [m/s].
    spacing : float
        Node spacing [m].
    n_nodes : int
        Number of nodes.
    strides : tuple of int
        Nested spacings in units of `spacing`, the first is 1.

    Returns
    -------
    SurfaceInfluence
        Columns for every level.
    """
    compliance = layered_compliance(stack, speed, spacing=spacing, extent=spacing * n_nodes)
    functions = [green_function(compliance, name) for name in ("zz", "zx")]
    columns = [
        tuple(hat_column(function, spacing * stride, -(-n_nodes // stride)) for stride in strides)
        for function in functions
    ]
    key = (stack.key, speed, spacing, n_nodes, strides)
    return SurfaceInfluence(spacing, columns[0], columns[1], functions[0], functions[1], key)
