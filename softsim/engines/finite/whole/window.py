"""The tool on a rectangle of the skin: as on a section, in two directions of the skin."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from softsim.engines.finite.contact import ContactProblem, Kind, Touch, Window
from softsim.engines.finite.tissue.basis import Array, Integers, Line
from softsim.kernels.outline.swept import Body
from softsim.kernels.splines.surface import Surface, weigh_surface


@dataclass(frozen=True, eq=False)
class SurfaceWindow(Window):
    """A rectangle of spans of the skin that may touch, and their functions.

    Functions are counted across fastest; `skin` and `place` are those along.

    Parameters
    ----------
    surface : Surface
        Points, functions counted within the window.
    along, across : ndarray of int64, shape (n_along,), (n_across,)
        Functions of the two directions.
    """

    surface: Surface = field(kw_only=True)
    along: Integers = field(kw_only=True)
    across: Integers = field(kw_only=True)

    @property
    def directions(self) -> int:
        """In which the skin moves."""
        return 3

    @property
    def n_points(self) -> int:
        """Number of points where gaps are weighed."""
        return int(self.surface.weight.size)

    @property
    def reach(self) -> int:
        """How far apart in number functions of one span are at most."""
        return (int(self.skin.value.shape[1]) - 1) * (self.across.size + 1)

    def of_skin(self, values: NDArray[Kind]) -> NDArray[Kind]:
        """Return what the functions of a body have on the window, shape (n_functions, 3).

        `values` has the shape (n_along, n_depth, n_across, 3), in any unit.
        """
        own: NDArray[Kind] = values[self.along[:, None], 0, self.across]
        flat: NDArray[Kind] = own.reshape(-1, own.shape[-1])
        return flat

    def on_grid(self, values: Array) -> Array:
        """Return values of the functions as an array (n_along, n_across).

        `values` has the shape (n_functions,), in any unit.
        """
        return values.reshape(self.along.size, self.across.size)

    def even(self, tractions: Array) -> Array:
        """Return tractions whose ripple from span to span is gone: forces over areas they act on.

        The splines that press differ from neighbour to neighbour where the rim of the contact runs
        through them, which the skin does not feel; their forces on the functions do not.  The
        resultant is the same, and what is smoothed away is of second order in the spans.

        `tractions` has the shape (n_functions,) [Pa].
        """
        surface = self.surface
        at = surface.weight * (surface.value * tractions[surface.function]).sum(axis=1)
        force = np.bincount(surface.function.ravel(), (surface.value * at[:, None]).ravel())
        return np.asarray(force / self.area)

    @cached_property
    def area(self) -> Array:
        """Undeformed area under the functions, shape (n_functions,) [m^2]."""
        own = self.surface.value * self.surface.weight[:, None]
        return np.asarray(np.bincount(self.surface.function.ravel(), own.ravel()))

    @classmethod
    def over(
        cls, lines: tuple[Line, Line], parts: tuple[tuple[float, float], tuple[float, float]]
    ) -> SurfaceWindow:
        """Return the window of all spans in an interval along and one across [m]."""
        own = [Window.of(line, [part]) for line, part in zip(lines, parts, strict=True)]
        x, y = (window.skin for window in own)
        size, width = x.value.shape[1], own[1].functions.size
        function = (x.first[:, None] + np.arange(size))[:, None, :, None] * width
        function = function + (y.first[:, None] + np.arange(size))[None, :, None, :]
        value = x.value[:, None, :, None] * y.value[None, :, None, :]
        grid = np.stack(np.meshgrid(x.place, y.place, indexing="ij"), axis=-1)
        surface = Surface(
            grid.reshape(-1, 2),
            np.outer(x.weight, y.weight).ravel(),
            function.reshape(-1, size * size),
            value.reshape(-1, size * size),
        )
        number = np.arange(own[0].functions.size * width).reshape(-1, width)
        rims = np.union1d(number[own[0].rims].ravel(), number[:, own[1].rims].ravel())
        return cls(
            skin=x,
            functions=number.ravel(),
            place=own[0].place,
            outer=own[0].outer,
            rims=rims,
            surface=surface,
            along=own[0].functions,
            across=own[1].functions,
        )


@dataclass(eq=False)
class SurfaceContact(ContactProblem):
    """Contact of a whole edge with a rectangle of the skin, all of which slips.

    Parameters
    ----------
    body : Body
        The edge; `chain` is the outline of its section.
    """

    window: SurfaceWindow
    body: Body

    def _weigh(self, moved: Array, tool: Array, touch: Touch) -> None:
        """Fill `weighed` for a tool at a place, shape (2,) [m]."""
        weigh_surface(
            self.window.surface,
            self.body,
            moved,
            tool,
            touch.pressure,
            touch.drag,
            self.weighed,
        )
