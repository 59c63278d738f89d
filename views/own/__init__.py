"""A user's own data on the map page: a group of the sidebar, a part of the payload, a panel below.

The map page calls `sidebar` (which takes uploads), `question` (above the map, where the
coordinate system has to be asked), `payload_part` (merged into the map's payload) and `panel`
(report, table, files), in this order. Everything is in the session and
nowhere else; `views.own.session` holds it and forgets it.
"""

from __future__ import annotations

from views.own.page import panel, payload_part, question, sidebar

__all__ = ["panel", "payload_part", "question", "sidebar"]
