"""Layout schemes: the plans' axes, belts, corridors, cores and nodes as elements of a sketch.

`load_schemes` reads `data/plans/schemes.yaml`; `build_scheme` gives every element its geometry by
the construction its entry names (`layers.schemes.constructions`); `layers.schemes.sketches` says
how it looks and `layers.schemes.cards` what it tells.
"""

from layers.schemes.build import build_scheme, build_schemes
from layers.schemes.files import SCHEMES_FILE, get_scheme, load_schemes
from layers.schemes.records import Carried, Element, Group, Member, Scheme

__all__ = [
    "SCHEMES_FILE",
    "Carried",
    "Element",
    "Group",
    "Member",
    "Scheme",
    "build_scheme",
    "build_schemes",
    "get_scheme",
    "load_schemes",
]
