"""Pictures of a result as methods of its Dataset: ``result.softsim.plot()``.

The accessor holds no mathematics: every method hands the dataset to the function of `softsim.viz`
of the same name.  It is there as soon as softsim has made or opened a dataset (`simulate`, `sweep`,
`open_result`), and after ``import softsim.viz``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xarray as xr

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@xr.register_dataset_accessor("softsim")  # type: ignore[no-untyped-call]
class Pictures:
    """Pictures of one result, whole edge or sweep.

    Parameters
    ----------
    dataset : Dataset
    """

    def __init__(self, dataset: xr.Dataset) -> None:
        self._dataset = dataset

    def plot(self, **options: Any) -> Figure:
        """Draw the picture that fits the dataset, see `softsim.viz.plot`."""
        from softsim import viz

        return viz.plot(self._dataset, **options)

    def depth_profile(
        self, field: str | Sequence[str] = "von_mises_change", **options: Any
    ) -> Axes:
        """Draw a field against depth, see `softsim.viz.depth_profile`."""
        from softsim import viz

        return viz.depth_profile(self._dataset, field, **options)

    def section_map(self, field: str = "von_mises_change", **options: Any) -> Axes:
        """Draw a field in the deformed section, see `softsim.viz.section_map`."""
        from softsim import viz

        return viz.section_map(self._dataset, field, **options)

    def contact_pressure(self, **options: Any) -> Axes:
        """Draw the contact pressure along the skin, see `softsim.viz.contact_pressure`."""
        from softsim import viz

        return viz.contact_pressure(self._dataset, **options)

    def interface_lines(self, interface: str | None = None, **options: Any) -> list[Axes]:
        """Draw slip and traction along an interface, see `softsim.viz.interface_lines`."""
        from softsim import viz

        return viz.interface_lines(self._dataset, interface, **options)

    def damage_over_strokes(self, adhesion: str | None = None, **options: Any) -> list[Axes]:
        """Draw how an adhesion breaks, see `softsim.viz.damage_over_strokes`."""
        from softsim import viz

        return viz.damage_over_strokes(self._dataset, adhesion, **options)

    def edge_maps(self, **options: Any) -> list[Axes]:
        """Draw maps of a whole edge, see `softsim.viz.edge_maps`."""
        from softsim import viz

        return viz.edge_maps(self._dataset, **options)

    def sweep_map(self, variable: str, **options: Any) -> Axes:
        """Draw a sweep over two parameters as a map, see `softsim.viz.sweep_map`."""
        from softsim import viz

        return viz.sweep_map(self._dataset, variable, **options)

    def sweep_lines(self, variable: str, **options: Any) -> Axes:
        """Draw a sweep as lines, see `softsim.viz.sweep_lines`."""
        from softsim import viz

        return viz.sweep_lines(self._dataset, variable, **options)

    def animate(self, path: str | Path, **options: Any) -> Path:
        """Write an animation, see `softsim.viz.animate`."""
        from softsim import viz

        return viz.animate(self._dataset, path, **options)
