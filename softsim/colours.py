"""One colour per kind of layer, the same in every figure, animation and notebook."""

from __future__ import annotations

import zlib

_TISSUES = (
    ("epidermis", "#c98f6b"),
    ("skin", "#e6b89c"),
    ("dermis", "#e6b89c"),
    ("superficial_fascia", "#a9c4d6"),
    ("fat", "#f6e3a1"),
    ("deep_fascia", "#7fa3bd"),
    ("aponeurosis", "#7fa3bd"),
    ("fascia", "#a9c4d6"),
    ("tendon", "#c9d6dd"),
    ("loose", "#dfe8d2"),
    ("muscle", "#d98880"),
    ("bone", "#e9e4d8"),
)
_OTHERS = ("#d9d2e9", "#cfe2f3", "#d9ead3", "#fce5cd", "#ead1dc", "#d0e0e3", "#eadfb8", "#d5d8dc")


def layer_colour(name: str) -> str:
    """Return the colour of a layer, which depends on its name alone.

    Parameters
    ----------
    name : str
        Name of the layer; words such as "fat" in it say of which kind it is.

    Returns
    -------
    str
        Hexadecimal colour.

    Examples
    --------
    >>> layer_colour("fat_superficial") == layer_colour("fat deep")
    True
    """
    plain = name.lower().replace(" ", "_")
    for part, colour in _TISSUES:
        if part in plain:
            return colour
    return _OTHERS[zlib.crc32(plain.encode()) % len(_OTHERS)]


def darker(colour: str, share: float = 0.6) -> str:
    """Return a colour for lines and words on a light ground.

    Parameters
    ----------
    colour : str
        Hexadecimal.
    share : float
        Of its light that is kept [-].

    Examples
    --------
    >>> darker("#ff8000", 0.5)
    '#804000'
    """
    parts = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    return "#" + "".join(f"{round(share * part):02x}" for part in parts)
