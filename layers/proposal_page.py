"""A proposal as one HTML file that prints on one page of A4: nothing loaded, nothing left open.

The page holds its style and one small script, which fits the text to the page; a
Content-Security-Policy allows these two by hash and no address at all. A text enters it escaped.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import geopandas as gpd
from rcssmin import cssmin
from rjsmin import jsmin

from geo.access import TO, AccessData, Nearest, nearest
from geo.errors import unknown
from geo.files import read_text
from geo.finder import Judgement, Promise, Ranking, Result
from geo.plans import Figure, Park, Plans, cite
from layers import score_marks as marks
from layers.amounts import notes, written
from layers.i18n import listed, t, with_unit
from layers.inline import head
from layers.page import ASSETS, HTML_LANG
from layers.proposal import Proposal, shown_date
from layers.proposal_map import ProposalMap

# What a prospect asks of every park; what was asked for is in the table above already.
FIGURES = (
    "land_mu", "land_industrial_mu", "factory_10k_m2", "office_10k_m2", "output_100m_yuan",
    "output_target_100m_yuan",
)  # fmt: skip
_ASKED_BY = {"land": "land_mu", "industrial_land": "land_industrial_mu", "factory": "factory_10k_m2",
             "office": "office_10k_m2"}  # fmt: skip
PROMISES = 5  # of a park; those not asked for make way where the page is full


class _Places:
    """The documents cited, numbered as they come."""

    def __init__(self, plans: Plans) -> None:
        self.plans = plans
        self.numbers: dict[str, int] = {}

    def mark(self, source_id: str, locator: str, park: Park) -> str:
        """Return the place as HTML: the document's number and where in it.

        The two first steps of the place will do, and the park's own name is above it already.
        """
        number = self.numbers.setdefault(source_id, len(self.numbers) + 1)
        names = (park.zh, *park.aliases)
        steps = [step.strip() for step in locator.split("/")]
        told = [step for step in steps if not any(name in step for name in names)] or steps
        return f"<cite>[{number}] {escape(' / '.join(told[:2]))}</cite>"

    def listed(self, lang: str) -> list[str]:
        """Return the documents in the order of their numbers."""
        return [
            f"[{number}] {cite(self.plans.sources[source], lang)}"
            for source, number in self.numbers.items()
        ]


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
        self.places = _Places(plans)
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
        style = cssmin(read_text(ASSETS / "proposal.css"))
        script = jsmin(read_text(ASSETS / "proposal.js"))
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
                f'<div class="top">{self._needs()}{self._map()}</div>',
                self._table(),
                self._foot(),
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
            remark = (
                f'<h2>{self._t("remark")}</h2><p class="remark">{escape(self.proposal.remark)}</p>'
            )
        return f'<section class="needs"><h2>{self._t("needs")}</h2><ul>{rows}</ul>{scope}{remark}</section>'

    def _map(self) -> str:
        """Return the map with what its signs mean."""
        near = [(to, one.point) for found in self.near.values() for to, one in found.items()]
        names = listed((one.name.text(self.lang) for one in self.results), self.lang)
        parks = [one.park_id for one in self.results]
        label = t("proposal.map", self.lang, names=names)
        svg = ProposalMap(self.plans, self.boundaries).of_parks(parks, near, label)
        key = "".join(
            f'<span><svg viewBox="0 0 10 10" aria-hidden="true">{sign}</svg>{self._t(f"map.{name}")}</span>'
            for name, sign in (
                ("park", '<rect class="tn-chosen" x="1" y="2" width="8" height="6"/>'),
                ("metro", '<circle class="tn-metro" cx="5" cy="5" r="3.2"/>'),
                ("expressway", '<rect class="tn-ramp" x="2" y="2" width="6" height="6"/>'),
            )
            if name == "park" or any(to == name for to, _ in near)
        )
        return f"<figure>{svg}<figcaption>{key}<em>{escape(t('map.disclaimer', self.lang))}</em></figcaption></figure>"

    def _table(self) -> str:
        """Return the parks side by side: a column each, a row for everything said of them."""
        heads = "".join(self._park(number, one) for number, one in enumerate(self.results, 1))
        rows = [
            self._section("reasons"),
            *(self._asked(i) for i in range(len(self.ranking.needs.wanted))),
            self._section("figures"),
            *self._figures(),
            *self._ways(),
            self._section("promises"),
            self._promises(),
        ]
        corner = f"<td>{self._t('park')}</td>"
        return (
            f"<table><thead><tr>{corner}{heads}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        )

    def _park(self, number: int, result: Result) -> str:
        park, lang = self.plans.park(result.park_id), self.lang
        score = marks.score_words(result, lang) or marks.rank_words(result, lang)
        if result.group == "cannot-say":
            score = " · ".join(dict.fromkeys((marks.rank_words(result, lang), score)))
        return (
            f'<th scope="col"><b class="badge">{number}</b><h3>{escape(result.name.text(lang))}</h3>'
            f'<p class="position">{escape(park.position.name(lang))}</p>'
            f'<p class="score">{marks.scored(result)}<strong>{escape(score)}</strong></p></th>'
        )

    def _section(self, name: str) -> str:
        span = len(self.results) + 1
        return (
            f'<tr class="section"><th colspan="{span}" scope="colgroup">{self._t(name)}</th></tr>'
        )

    def _row(self, name: str, cells: Iterable[str], look: str = "") -> str:
        mark = f' class="{look}"' if look else ""
        body = "".join(f"<td>{cell}</td>" for cell in cells)
        return f'<tr{mark}><th scope="row">{escape(name)}</th>{body}</tr>'

    def _asked(self, index: int) -> str:
        """Return the row of one need: how each park meets it, and why."""
        need = self.ranking.needs.wanted[index]
        cells = (self._judged(one.judgements[index], one) for one in self.results)
        return self._row(need.of.name.text(self.lang), cells, "asked")

    def _judged(self, judgement: Judgement, result: Result) -> str:
        lang, park = self.lang, self.plans.park(result.park_id)
        places = "".join(
            self.places.mark(one.source_id, one.locator, park)
            for one in judgement.citations[:2]
            if one.source_id
        )
        caveats = "".join(
            f'<small data-least="2">{escape(one.text(lang))}</small>'
            for one in judgement.caveats[:1]
            if judgement.need.criterion not in TO  # told once, below
        )
        status = t(f"finder.status.{judgement.status}", lang)
        # Of an amount that is enough the figure says all.
        plain = judgement.status == "met" and judgement.need.of.metric
        why = "" if plain else f"<small>{escape(judgement.why.text(lang))}</small>"
        said = " · ".join(filter(None, (status, judgement.period.replace("-", "–"))))
        return (
            f"{marks.sign(judgement.status, lang)}<strong>{escape(judgement.shown.text(lang))}</strong>"
            f'<span class="status">{escape(said)}</span>{why}{places}{caveats}'
        )

    def _figures(self) -> list[str]:
        """Return rows of key figures that were not asked for; none where no park has one."""
        asked = {_ASKED_BY.get(need.criterion) for need in self.ranking.needs.wanted}
        made = []
        for metric in FIGURES:
            if metric in asked or not self.plans.periods(metric):
                continue
            figures = [self._latest(one.park_id, metric) for one in self.results]
            if any(figures):
                cells = [self._figure(figure) for figure in figures]
                made.append(self._row(self.plans.metrics[metric].short(self.lang), cells))
        return made

    def _latest(self, park: str, metric: str) -> Figure | None:
        found = (
            self.plans.figure(park, metric, period) for period in self.plans.periods(metric)[::-1]
        )
        return next((figure for figure in found if figure is not None), None)

    def _figure(self, figure: Figure | None) -> str:
        lang = self.lang
        if figure is None:
            return f'<span class="none">{self._t("not_stated")}</span>'
        unit = self.plans.metrics[figure.metric].unit_name(lang)
        amount = with_unit(written(figure, lang), unit, lang)
        names = {zone: str(name) for zone, name in self.boundaries[f"name_{lang}"].items()}
        park = self.plans.parks[figure.park_id]
        said = [text for _, text in notes(figure, park, self.plans, names, lang)]
        small = "".join(f'<small data-least="2">{escape(text)}</small>' for text in said[:1])
        period = escape(figure.period.replace("-", "–"))
        return (
            f'<strong>{escape(amount)}</strong> <span class="status">{period}</span>'
            f"{self.places.mark(figure.source.id, figure.locator, park)}{small}"
        )

    def _ways(self) -> list[str]:
        """Return rows of the distances that were not asked for."""
        made = []
        for to in TO:
            if self.ranking.needs.need(to) or not any(to in found for found in self.near.values()):
                continue
            made.append(
                self._row(t(f"proposal.to.{to}", self.lang), map(self._way(to), self.results))
            )
        return made

    def _way(self, to: str):
        def cell(result: Result) -> str:
            near = self.near[result.park_id].get(to)
            if near is None:
                return f'<span class="none">{self._t("not_known")}</span>'
            name = escape(near.point.label.text(self.lang))
            key = "inside" if near.metres == 0 else "away"
            return (
                f"<strong>{self._t(key, metres=f'{near.metres:,}')}</strong><small>{name}</small>"
            )

        return cell

    def _promises(self) -> str:
        """Return the row of what the plans promise, what was asked for first."""
        return self._row(
            t("proposal.promise", self.lang), map(self._told, self.results), "promises"
        )

    def _told(self, result: Result) -> str:
        items = "".join(
            self._promise(one, number, result)
            for number, one in enumerate(_distinct(result, self.lang))
        )
        return (
            f"<ul>{items}</ul>" if items else f'<span class="none">{self._t("not_stated")}</span>'
        )

    def _promise(self, promise: Promise, number: int, result: Result) -> str:
        least = "" if number < 2 else f' data-least="{1 if number > 2 else 3}"'
        park, citation = self.plans.park(result.park_id), promise.citation
        place = self.places.mark(citation.source_id, citation.locator, park)
        label, words = (escape(text.text(self.lang)) for text in (promise.label, promise.words))
        return f"<li{least}><i>{label}</i> {words}{place}</li>"

    def _foot(self) -> str:
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
        lines = [*self.places.listed(lang), self._map_source()]
        sources = "".join(f"<li>{escape(line)}</li>" for line in lines)
        notes_ = "".join(f"<li>{escape(line)}</li>" for line in self._open_points())
        return (
            f'<footer>{contact}<section class="notes"><h2>{self._t("notes")}</h2><ul>{notes_}</ul>'
            f'<h2>{self._t("sources")}</h2><ul class="sources">{sources}</ul>'
            f'<p class="left-out">{self._t("left_out")}</p></section></footer>'
        )

    def _map_source(self) -> str:
        return t("proposal.source.map", self.lang)

    def _open_points(self) -> list[str]:
        """Return what a reader must know: what is not known, how scores come about, the notice."""
        lang, made = self.lang, []
        for one in self.results:
            unknown_ = [j.need.of.name.text(lang) for j in one.judgements if j.status == "unknown"]
            if unknown_:
                names = listed(unknown_, lang)
                made.append(t("proposal.unknown", lang, park=one.name.text(lang), names=names))
        if self.ranking.scored:
            made.append(t("proposal.scores", lang))
        if self.access is not None:
            made.append(t("proposal.distances", lang))
        return [*made, t("proposal.disclaimer", lang)]


def _distinct(result: Result, lang: str) -> list[Promise]:
    """Return the promises to show: each said once, figures of the table above left out."""
    seen: dict[str, Promise] = {}
    for promise in result.promises:
        if promise.kind not in ("land", "factory", "office"):
            seen.setdefault(promise.words.text(lang), promise)
    return list(seen.values())[:PROMISES]
