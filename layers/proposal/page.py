"""A proposal as one HTML file that prints on one page of A4: nothing loaded, nothing left open.

The page holds its style and one small script, which fits the text to the page; a
Content-Security-Policy allows these two by hash and no address at all. A text enters it escaped.
"""

from __future__ import annotations

from html import escape

import geopandas as gpd
from rcssmin import cssmin
from rjsmin import jsmin

from geo.access import TO, AccessData, Nearest, nearest
from geo.errors import unknown
from geo.files import read_text
from geo.finder import Ranking, Result
from geo.plans import Plans
from layers.finder import marks
from layers.i18n import listed, t
from layers.inline import head
from layers.page import ASSETS, HTML_LANG
from layers.proposal.records import Proposal, shown_date
from layers.proposal.sketch import ProposalMap
from layers.proposal.table import LETTERS, Places, ProposalTable


def proposal_html(
    proposal: Proposal,
    ranking: Ranking,
    plans: Plans,
    boundaries: gpd.GeoDataFrame,
    access: AccessData | None = None,
) -> str:
    """Return the proposal's page.

    Parameters
    ----------
    proposal : Proposal
    ranking : geo.finder.Ranking
        Of the prospect's needs.
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`.
    access : geo.access.AccessData, optional
        Without it the page says nothing of metro and expressways that was not asked.

    Raises
    ------
    AtlasError
        For a park that the ranking has not.

    Notes
    -----
    The same inputs give the same bytes.
    """
    return _Page(proposal, ranking, plans, boundaries, access).markup()


_FEW = 5  # lines beside the map


class _Page:
    """One page in the making."""

    def __init__(
        self,
        proposal: Proposal,
        ranking: Ranking,
        plans: Plans,
        boundaries: gpd.GeoDataFrame,
        access: AccessData | None,
    ) -> None:
        self.proposal, self.ranking, self.lang = proposal, ranking, proposal.lang
        self.plans, self.boundaries = plans, boundaries
        known = {one.park_id: one for one in ranking.results}
        for park in proposal.parks:
            if park not in known:
                raise unknown("park", "园区", park, list(known))
        # In the order of the ranking, whatever the order of choice was.
        self.results = [one for one in ranking.results if one.park_id in proposal.parks]
        self.near = {one.park_id: self._nearest(one, access) for one in self.results}
        self.access = access

    def _nearest(self, result: Result, access: AccessData | None) -> dict[str, Nearest]:
        if access is None:
            return {}
        zones = [
            (zone, self.boundaries.geometry[zone])
            for zone in result.zones
            if zone in self.boundaries.index
        ]
        found = {to: nearest(zones, to, access) for to in TO} if zones else {}
        return {to: one for to, one in found.items() if one is not None}

    def _t(self, key: str, **values: object) -> str:
        """Return an interface text, escaped, its values as well."""
        return escape(t(f"proposal.{key}", self.lang, **values))

    def markup(self) -> str:
        """Return the whole page."""
        styles = (read_text(ASSETS / name) for name in ("thumbnail.css", "proposal.css"))
        style = cssmin("\n".join(styles))
        script = jsmin(read_text(ASSETS / "proposal.js"))
        table = ProposalTable(
            self.results, self.ranking, self.plans, self.boundaries, self.near, self.lang
        )
        title = self.proposal.title or t("proposal.title", self.lang)
        return "\n".join(
            [
                "<!DOCTYPE html>",
                f'<html lang="{HTML_LANG[self.lang]}">',
                *head(title, [style], [script]),
                "<body>",
                f'<p class="bar">{self._t("print")}</p>',
                f'<main class="paper parks-{len(self.results)}" id="paper">',
                self._head(title),
                f'<div class="top{self._room()}">{self._needs()}{self._map()}</div>',
                table.markup(),
                self._foot(table.places),
                "</main>",
                f"<script>{script}</script>",
                "</body>",
                "</html>",
                "",
            ]
        )

    def _head(self, title: str) -> str:
        own = self.proposal
        prospect = self._t("for", prospect=own.prospect) if own.prospect else ""
        date = escape(shown_date(own.date, self.lang))
        return (
            f'<header><div><h1>{escape(title)}</h1><p class="for">{prospect}</p></div>'
            f'<div class="from"><b>{escape(own.organisation)}</b><span>{date}</span></div></header>'
        )

    def _needs(self) -> str:
        """Return what was asked, and the promoter's remark."""
        rows = "".join(
            f"<li><span>{escape(marks.need_words(need, self.plans, self.lang))}</span>"
            f'<i class="{"must" if need.must else "counts"}">'
            f"{escape(marks.role_words(need, self.lang))}</i></li>"
            for need in self.ranking.needs.wanted
        )
        period = self.ranking.needs.period.replace("-", "–")
        scope = f'<p class="scope">{self._t("period", period=period)}</p>' if period else ""
        remark = ""
        if self.proposal.remark:
            own = escape(self.proposal.remark)
            remark = f'<h2>{self._t("remark")}</h2><p class="remark">{own}</p>'
        title = f"<h2>{self._t('needs')}</h2>"
        return f'<section class="needs">{title}<ul>{rows}</ul>{scope}{remark}</section>'

    def _room(self) -> str:
        """Return the look of the head's map: smaller where little stands beside it."""
        lines = len(self.ranking.needs.wanted) + len(self.proposal.remark) // 40
        return " few" if lines <= _FEW else ""

    def _map(self) -> str:
        """Return the map with what its signs mean."""
        near = [(to, one.point) for found in self.near.values() for to, one in found.items()]
        names = listed((one.name.text(self.lang) for one in self.results), self.lang)
        parks = [one.park_id for one in self.results]
        label = t("proposal.map", self.lang, names=names)
        svg = ProposalMap(self.plans, self.boundaries).of_parks(parks, near, label, LETTERS)
        key = "".join(
            f'<span><svg viewBox="0 0 10 10" aria-hidden="true">{sign}</svg>'
            f"{self._t(f'map.{name}')}</span>"
            for name, sign in (
                ("park", '<rect class="tn-chosen" x="1" y="2" width="8" height="6"/>'),
                ("metro", '<circle class="tn-metro" cx="5" cy="5" r="3.2"/>'),
                ("expressway", '<rect class="tn-ramp" x="2" y="2" width="6" height="6"/>'),
            )
            if name == "park" or any(to == name for to, _ in near)
        )
        notice = f"<em>{escape(t('map.disclaimer', self.lang))}</em>"
        return f"<figure>{svg}<figcaption>{key}{notice}</figcaption></figure>"

    def _foot(self, places: Places) -> str:
        """Return whom to ask, what is not known, where it all comes from."""
        own, lang = self.proposal, self.lang
        pairs = [(name, getattr(own, name)) for name in ("contact", "phone", "email")]
        rows = "".join(
            f"<div><dt>{self._t(f'field.{name}')}</dt><dd>{escape(text)}</dd></div>"
            for name, text in pairs
            if text
        )
        contact = ""
        if rows or own.organisation:
            contact = (
                f'<section class="contact"><h2>{self._t("contact")}</h2>'
                f"<p><b>{escape(own.organisation)}</b></p><dl>{rows}</dl></section>"
            )
        lines = [*places.listed(lang), self._map_source()]
        sources = "".join(f"<li>{escape(line)}</li>" for line in lines)
        # The table says of every park what is not known: here it is said once more.
        notes_ = "".join(f'<li data-least="4">{escape(line)}</li>' for line in self._unknown())
        notes_ += "".join(f"<li>{escape(line)}</li>" for line in self._to_know())
        return (
            f'<footer>{contact}<section class="notes"><h2>{self._t("notes")}</h2><ul>{notes_}</ul>'
            f'<h2>{self._t("sources")}</h2><ul class="sources">{sources}</ul>'
            f'<p class="left-out">{self._t("left_out")}</p></section></footer>'
        )

    def _map_source(self) -> str:
        return t("proposal.source.map", self.lang)

    def _unknown(self) -> list[str]:
        """Return what is not known of each park."""
        lang, made = self.lang, []
        for one in self.results:
            unknown_ = [j.need.of.name.text(lang) for j in one.judgements if j.status == "unknown"]
            if unknown_:
                names = listed(unknown_, lang)
                made.append(t("proposal.unknown", lang, park=one.name.text(lang), names=names))
        return made

    def _to_know(self) -> list[str]:
        """Return what a reader must know: how scores come about, the notice."""
        lang, made = self.lang, []
        if self.ranking.scored:
            made.append(t("proposal.scores", lang))
        if self.access is not None:
            made.append(t("proposal.distances", lang))
        return [*made, t("proposal.disclaimer", lang)]
