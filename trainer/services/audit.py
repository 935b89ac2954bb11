"""The audit trail: who saw or changed what about people and editions."""

from __future__ import annotations

from typing import NamedTuple


class Act(NamedTuple):
    """Something somebody did. No values and no names: those change, or must be forgotten; this stays."""

    act: str
    """A code, such as `person-shut`."""
    country: str
    """In whose trail it stands; `vocabulary.OTHER_COUNTRY` for what belongs to no member state."""
    kind: str
    """Of the object: `person`, `workshop`, `edition`, …"""
    object_id: str
    """Public id of the object."""
    fields: tuple[str, ...]
    """Names of what changed."""
