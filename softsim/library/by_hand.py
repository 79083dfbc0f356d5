"""What a tissue typed by hand may hold: layers, interfaces, regions and their materials."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from softsim.library.schema import Amount, Table


class FibreByHand(Table):
    """A fibre family typed by hand."""

    k1: Amount
    k2: Amount
    angle: Amount = 0.0
    dispersion: Amount = 0.0


class PronyByHand(Table):
    """A relaxation spectrum typed by hand."""

    g: list[Amount] | Amount
    tau: list[Amount] | Amount
    relaxes: str = "shear"
    reference: str = "instantaneous"


class MaterialByHand(BaseModel):
    """A material typed by hand: `law` and the constants of that law."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    __pydantic_extra__: dict[str, Amount | list[Amount]]
    law: str
    prony: PronyByHand | None = None
    fibres: list[FibreByHand] = []


class LayerByHand(Table):
    """A layer typed by hand: a material of its own or a library tissue."""

    name: str | None = None
    thickness: Amount
    material: MaterialByHand | None = None
    tissue: str | None = None
    prestretch: Amount | list[Amount] | None = None
    prestress: Amount | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> LayerByHand:
        if (self.material is None) == (self.tissue is None):
            given = "neither" if self.material is None else "both"
            raise ValueError(f"{given} material and tissue given; must have exactly one of them")
        return self


class InterfaceByHand(Table):
    """An interface that glides, typed by hand."""

    stiffness: Amount
    viscosity: Amount = 0.0
    prony: PronyByHand | None = None
    under: str | None = None


class RegionByHand(Table):
    """A region of another material, typed by hand, or a scar of the library."""

    scar: str | None = None
    layers: str | list[str] | None = None
    start: Amount | None = None
    length: Amount | None = None
    top: Amount | None = None
    height: Amount | None = None
    shape: Literal["box", "ellipse"] | None = None
    angle: Amount | None = None
    transition: Amount | None = None
    material: MaterialByHand | None = None
    stiffness_factor: Amount | None = None
    toe_strain_factor: Amount | None = None
    fibre_factor: Amount | None = None
    prony: PronyByHand | None = None


class TissueByHand(Table):
    """A tissue typed by hand: layers from the skin down."""

    name: str | None = None
    allow_unusual: bool = False
    gliding: str | None = None
    base: str = "rigid"
    sides: str = "held"
    width: Amount | None = None
    layer: Annotated[list[LayerByHand], Field(min_length=1)]
    interface: dict[str, InterfaceByHand] = {}
    region: dict[str, RegionByHand] = {}
    adhesion: dict[str, dict[str, Amount]] = {}
