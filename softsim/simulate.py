"""The front door was this module once: for one release its names are found here too."""

import sys
import warnings

from softsim._simulate import check, run, simulate

warnings.warn(
    "softsim.simulate is a function, no module any longer: call softsim.simulate(problem); the "
    "old names go with the release after this one",
    FutureWarning,
    stacklevel=2,
)
for _function in (check, run, simulate):
    setattr(simulate, _function.__name__, _function)
# The import binds what it finds here to `softsim.simulate`, which must stay the function.
sys.modules[__name__] = simulate  # type: ignore[assignment]
