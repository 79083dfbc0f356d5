"""Material cards of other programs: what they say that softsim says otherwise, or not at all.

A law asked for by a name, or with a constant, that softsim does not have is refused with the
nearest thing that works.
"""

from __future__ import annotations

import dataclasses
import inspect
from typing import TYPE_CHECKING, Any

from softsim.errors import InputError, UnknownNameError, as_heading, shown, unknown_name

_COMPRESSIBLE = "NeoHookean(young_modulus=, poisson_ratio=), the compressible law"
_EXPONENTIAL = "VerondaWestmann(c1=, c2=, bulk_modulus=), exponential in the first invariant"
_POLYNOMIAL = "Yeoh(c10=, c20=, c30=, bulk_modulus=) or MooneyRivlin(c10=, c01=, bulk_modulus=)"
_FIBRES = "SplitNeoHookean(shear_modulus=, bulk_modulus=, fibres=(FibreFamily(k1=, k2=),))"
_SPRINGPOT = "Prony(g=, tau=) with a branch or two per decade of time, g falling as tau^-exponent"

FOREIGN_LAWS = {
    **dict.fromkeys(("hyperfoam", "ogden_foam", "storakers", "blatz_ko"), _COMPRESSIBLE),
    **dict.fromkeys(("fung", "fung_exponential", "demiray", "exponential"), _EXPONENTIAL),
    **dict.fromkeys(("gent", "arruda_boyce", "eight_chain", "van_der_waals"), _POLYNOMIAL),
    **dict.fromkeys(("extended_tube", "marlow", "alexander", "treloar"), _POLYNOMIAL),
    **dict.fromkeys(("polynomial", "reduced_polynomial", "rivlin", "isihara"), _POLYNOMIAL),
    **dict.fromkeys(("mooney", "biderman", "james_green_simpson"), _POLYNOMIAL),
    **dict.fromkeys(("holzapfel", "holzapfel_gasser_ogden", "hgo", "goh", "gasser"), _FIBRES),
    **dict.fromkeys(("transversely_isotropic", "trans_iso", "orthotropic"), _FIBRES),
    **dict.fromkeys(("elastic", "linear_elastic", "isotropic", "isotropic_elastic"), _COMPRESSIBLE),
    **dict.fromkeys(("hooke", "hookean", "neo_hooke", "neohooke"), _COMPRESSIBLE),
    **dict.fromkeys(("saint_venant_kirchhoff", "st_venant_kirchhoff"), _COMPRESSIBLE),
    **dict.fromkeys(("kelvin_voigt", "maxwell", "zener", "viscoelastic"), "Prony(g=, tau=)"),
    **dict.fromkeys(("standard_linear_solid", "generalised_maxwell"), "Prony(g=, tau=)"),
    **dict.fromkeys(("generalized_maxwell", "qlv", "quasi_linear_viscoelastic"), "Prony(g=, tau=)"),
    **dict.fromkeys(("springpot", "fractional", "power_law"), _SPRINGPOT),
    **dict.fromkeys(("poroelastic", "biphasic", "poro"), "a law with Prony(g=, tau=)"),
}
"""Names of laws in other programs, in words with underscores, and the nearest thing here."""

_BULK = "give bulk_modulus, K"
_MOONEY_TERMS = (
    "terms beyond c10 and c01 are in ExtendedMooney (c11) and Yeoh (c20, c30); fit one of these"
)

FOREIGN_CONSTANTS = {
    **dict.fromkeys(("d", "d1", "d2", "d3"), f"{_BULK} = 2 / D1"),
    **dict.fromkeys(("k", "kappa", "bulk"), f"{_BULK}, under that name"),
    **dict.fromkeys(("nu", "poisson", "v"), f"{_BULK} = 2 mu (1 + nu) / (3 (1 - 2 nu))"),
    **dict.fromkeys(("e", "young", "youngs_modulus", "modulus"), "the name is young_modulus"),
    **dict.fromkeys(("mu", "g", "shear", "mu1", "mu2"), "the name is shear_modulus"),
    **dict.fromkeys(("alpha", "alpha1", "alpha2"), "the name is exponent"),
    **dict.fromkeys(("c20", "c02", "c11", "c30", "c21", "c12", "c03"), _MOONEY_TERMS),
    **dict.fromkeys(("lam", "lambda_", "lame"), "softsim takes K = lambda + 2/3 mu"),
    **dict.fromkeys(("density", "rho"), "strokes are without inertia, leave it out"),
}
_PRONY_CONSTANTS = {
    **dict.fromkeys(
        ("k", "k_i", "kappa"),
        "the bulk part does not relax by a share of its own: relaxes='shear' (k = 0) or "
        "relaxes='all' (k = g)",
    ),
    **dict.fromkeys(
        ("viscosity", "eta", "c", "damping"),
        "a dashpot enters as a branch: tau = viscosity / branch modulus, with g = branch modulus / "
        "instantaneous modulus",
    ),
    **dict.fromkeys(("g_inf", "ginf"), "the long-term share is 1 - sum of g, leave it out"),
    **dict.fromkeys(("exponent", "power"), f"a power law is written as {_SPRINGPOT}"),
}
_MISSING = {
    "bulk_modulus": "no law here is incompressible: give 100 to 1000 times the shear modulus, "
    "or K = 2 / D1",
    "tau": "one relaxation time per branch, e.g. tau=('0.3 s',)",
    "g": "one share of the modulus per branch, e.g. g=(0.5,)",
}


class Card(type):
    """Kind of the classes of this package: constants are checked by name before anything else."""

    if not TYPE_CHECKING:  # the signature stays that of the class

        def __call__(cls, *given: Any, **constants: Any) -> Any:
            """Make a law; a constant it has not, or one that is missing, is refused in words."""
            if given:
                raise InputError(
                    f"{cls.__name__} got {shown(given[0])} without a name; its constants are "
                    f"{', '.join(_names(cls))}, each given by name"
                )
            refuse_constants(cls, constants)
            return super().__call__(**constants)

        def __getattr__(cls, name: str) -> Any:
            """Refuse what other programs have as another way of making a law."""
            raise unknown_law(f"{cls.__name__}.{name}", name, ())

    @property
    def __signature__(cls) -> inspect.Signature:
        """Signature of the constructor, for help and editors."""
        parameters = list(inspect.signature(cls.__init__).parameters.values())  # type: ignore[misc]
        return inspect.Signature(parameters[1:])


def refuse_constants(law: type, constants: dict[str, Any], path: str = "") -> None:
    """Refuse constants that a law does not have, or lacks, with what to give instead.

    Parameters
    ----------
    law : type
        A law, `Prony` or `FibreFamily`.
    constants : dict
        What was given, by name.
    path : str, optional
        Path of the table they were given in, if any.
    """
    fields = {field.name: field for field in dataclasses.fields(law)}
    head = f"{path}." if path else ""
    for name in constants:
        if name not in fields:
            where = f"{head}{as_heading(name, 40)}: " if path else ""
            raise InputError(f"{where}{_unknown_constant(law, str(name))}")
    for name, field in fields.items():
        optional = (field.default, field.default_factory) != (dataclasses.MISSING,) * 2
        if name not in constants and not optional:
            what = f"{head}{name}: missing" if path else f"{name} of {law.__name__} is missing"
            raise InputError(f"{what}; {_MISSING.get(name, f'{law.__name__} needs it')}")


def unknown_law(kind: str, name: object, known: tuple[str, ...]) -> UnknownNameError:
    """Return the refusal of a law that softsim does not have, with the nearest one it has."""
    near = FOREIGN_LAWS.get(_plain(str(name)))
    if near is None:
        return UnknownNameError(str(unknown_name(kind, name, known)))
    return UnknownNameError(f"{kind} {shown(name)} is not a law of softsim; the nearest is {near}")


def is_foreign_law(name: str) -> bool:
    """Whether a name is that of a law of another program."""
    return _plain(name) in FOREIGN_LAWS


def _unknown_constant(law: type, name: str) -> InputError:
    known = FOREIGN_CONSTANTS if law.__name__ != "Prony" else _PRONY_CONSTANTS
    advice = known.get(name.lower())
    if advice is None:
        return unknown_name(f"constant of {law.__name__}", name, _names(law))
    return InputError(f"{law.__name__} has no constant {shown(name)}; {advice}")


def _names(law: type) -> list[str]:
    return [field.name for field in dataclasses.fields(law)]


def _plain(name: str) -> str:
    """Return ``"SaintVenantKirchhoff"`` and its like as words with underscores."""
    words = "".join(f"_{c.lower()}" if c.isupper() and i else c for i, c in enumerate(name[:60]))
    joined = words.lower().replace("-", "_").replace(" ", "_").replace("__", "_")
    return joined if not name.isupper() else name.lower()


def refuse_ogden_notation(moduli: tuple[float, ...], exponents: tuple[float, ...]) -> None:
    """Refuse a negative modulus, which Ogden's own notation has, and say how to convert it."""
    if len(moduli) != len(exponents) or min(moduli, default=1.0) >= 0.0:
        return
    halves = [0.5 * mu * alpha for mu, alpha in zip(moduli, exponents, strict=True)]
    advice = "every one must be above 0"
    if min(halves) > 0.0:
        advice = (
            "in Ogden's own notation, W = sum of mu/alpha (...), mu and exponent have one sign; "
            "softsim takes mu alpha / 2 with the same exponent: shear_modulus=("
            f"{', '.join(repr(f'{mu:.6g} Pa') for mu in halves)})"
        )
    raise InputError(f"shear_modulus is {shown([f'{mu:g} Pa' for mu in moduli])}; {advice}")
