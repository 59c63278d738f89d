"""A proposal's parks side by side: a column each, a row for everything that is said of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

import geopandas as gpd

from geo.access import TO, Nearest
from geo.finder import Judgement, Promise, Ranking, Result
from geo.plans import Figure, Park, Plans, cite
from layers.amounts import notes, scope, written
from layers.finder import marks
from layers.i18n import t, with_unit

# What a prospect asks of every park; what was asked for is in the table above already.
FIGURES = (
    "land_mu", "land_industrial_mu", "factory_10k_m2", "office_10k_m2", "output_100m_yuan",
    "output_target_100m_yuan",
)  # fmt: skip
_ASKED_BY = {
    "land": "land_mu", "industrial_land": "land_industrial_mu", "factory": "factory_10k_m2",
    "office": "office_10k_m2",
}  # fmt: skip
_TABLE = re.compile(r"(?:表|附件|专栏) ?\d+(?:-\d+)?")
PROMISES = 5  # of a park
# What goes first (1) and last where the page is full: see ``layers/assets/proposal.js``.
_PROMISES_GO = (7, 5, 3, 1, 1)
_LAST = ' data-least="7"'
_NOT_ASKED = ' data-least="6"'  # rows of what was not asked for
LETTERS = "ABC"  # of the parks: numbers would read as ranks


class Places:
    """The documents cited, numbered as they come.

    Parameters
    ----------
    plans : geo.plans.Plans
    """

    def __init__(self, plans: Plans) -> None:
        self.plans = plans
        self.numbers: dict[str, int] = {}

    def mark(self, source_id: str, locator: str, park: Park) -> str:
        """Return the place as HTML: the document's number and where in it.

        A table or annex by its number; else the two first steps of the place, without those that
        are the park's own name.
        """
        number = self.numbers.setdefault(source_id, len(self.numbers) + 1)
        names = (park.zh, *park.aliases)
        steps = [step.strip() for step in locator.split("/")]
        told = [step for step in steps if not any(name in step for name in names)] or steps
        table = _TABLE.search(locator)
        where = table[0] if table else " / ".join(told[:2])
        return f"<cite>[{number}] {escape(where)}</cite>"

    def listed(self, lang: str) -> list[str]:
        """Return the documents in the order of their numbers."""
        return [
            f"[{number}] {cite(self.plans.sources[source], lang)}"
            for source, number in self.numbers.items()
        ]


class ProposalTable:
    """The table of a proposal.

    Parameters
    ----------
    results : sequence of geo.finder.Result
        The parks, in their order.
    ranking : geo.finder.Ranking
    plans : geo.plans.Plans
    boundaries : geopandas.GeoDataFrame
        As of `geo.plans.load_boundaries`.
    near : mapping
        The nearest of "metro" and "expressway" by park; what is not known is not in it.
    lang : str
        "zh" or "en".

    Attributes
    ----------
    places : Places
        The documents that the table cites, once its markup is made.
    """

    def __init__(
        self,
        results: Sequence[Result],
        ranking: Ranking,
        plans: Plans,
        boundaries: gpd.GeoDataFrame,
        near: Mapping[str, Mapping[str, Nearest]],
        lang: str,
    ) -> None:
        self.results, self.ranking, self.lang = results, ranking, lang
        self.plans, self.boundaries, self.near = plans, boundaries, near
        self.places = Places(plans)

    def _t(self, key: str, **values: object) -> str:
        """Return an interface text, escaped, its values as well."""
        return escape(t(f"proposal.{key}", self.lang, **values))

    def markup(self) -> str:
        """Return the table."""
        heads = "".join(self._park(number, one) for number, one in enumerate(self.results))
        rows = [
            self._section("reasons"),
            *(self._asked(i) for i in range(len(self.ranking.needs.wanted))),
            self._section("figures", _NOT_ASKED),
            *self._figures(),
            *self._ways(),
            self._section("promises", _LAST),
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
            f'<th scope="col"><b class="badge">{LETTERS[number]}</b>'
            f"<h3>{escape(result.name.text(lang))}</h3>"
            f'<p class="position">{escape(park.position.name(lang))}</p>'
            f'<p class="score">{marks.scored(result)}<strong>{escape(score)}</strong></p></th>'
        )

    def _section(self, name: str, least: str = "") -> str:
        span = f'colspan="{len(self.results) + 1}" scope="colgroup"'
        return f'<tr class="section"{least}><th {span}>{self._t(name)}</th></tr>'

    def _row(self, name: str, cells: Iterable[str], look: str = "", least: str = "") -> str:
        mark = (f' class="{look}"' if look else "") + least
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
        status = t(f"finder.status.{judgement.status}", lang)
        # Of an amount that is enough the figure says all.
        plain = judgement.status == "met" and judgement.need.of.metric
        least = ' data-least="3"' if judgement.status == "met" else ""
        said = judgement.why.text(lang)
        why = "" if plain else f"<small{least}>{escape(said)}</small>"
        shown = "" if plain or least else said
        # What a figure is of, its ground or its divisor, is never left out.
        caveats = "".join(
            f"<small>{escape(one.text(lang))}</small>"
            for one in judgement.scope
            if one.text(lang) not in shown
        )
        # Distances are explained below.
        others = [one for one in judgement.caveats if one not in judgement.scope]
        if judgement.need.criterion not in TO and others:
            caveats += f'<small data-least="2">{escape(others[0].text(lang))}</small>'
        state = " · ".join(filter(None, (status, judgement.period.replace("-", "–"))))
        return (
            f"{marks.sign(judgement.status, lang)}"
            f"<strong>{escape(judgement.shown.text(lang))}</strong>"
            f'<span class="status">{escape(state)}</span>{why}{places}{caveats}'
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
                name = self.plans.metrics[metric].short(self.lang)
                made.append(self._row(name, cells, least=_NOT_ASKED))
        return made

    def _latest(self, park: str, metric: str) -> Figure | None:
        found = (
            self.plans.figure(park, metric, period) for period in self.plans.periods(metric)[::-1]
        )
        return next((figure for figure in found if figure is not None), None)

    def _figure(self, figure: Figure | None) -> str:
        lang = self.lang
        if figure is None:
            return self._none("not_stated")
        unit = self.plans.metrics[figure.metric].unit_name(lang)
        amount = with_unit(written(figure, lang), unit, lang)
        names = {zone: str(name) for zone, name in self.boundaries[f"name_{lang}"].items()}
        park = self.plans.parks[figure.park_id]
        # What ground it is of is never left out; of what else is to be known the first.
        ground = scope(figure, park, self.plans, names, lang)
        others = notes(figure, park, self.plans, names, lang)[len(ground) :]
        small = "".join(f"<small>{escape(text)}</small>" for _, text in ground)
        small += "".join(f'<small data-least="2">{escape(text)}</small>' for _, text in others[:1])
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
            cells = [self._way(to, one) for one in self.results]
            name = t(f"proposal.to.{to}", self.lang)
            made.append(self._row(name, cells, least=_NOT_ASKED))
        return made

    def _way(self, to: str, result: Result) -> str:
        """Return how far a park is from the nearest station or ramp."""
        near = self.near[result.park_id].get(to)
        if near is None:
            return self._none("not_known")
        name = escape(near.point.label.text(self.lang))
        key = "inside" if near.metres == 0 else "away"
        return f"<strong>{self._t(key, metres=f'{near.metres:,}')}</strong><small>{name}</small>"

    def _none(self, key: str) -> str:
        """Return the cell of what is not known."""
        return f'<span class="none">{self._t(key)}</span>'

    def _promises(self) -> str:
        """Return the row of what the plans promise, what was asked for first."""
        cells = [self._told(one) for one in self.results]
        return self._row(t("proposal.promise", self.lang), cells, "promises", _LAST)

    def _told(self, result: Result) -> str:
        items = "".join(
            self._promise(one, number, result)
            for number, one in enumerate(_distinct(result, self.lang))
        )
        return f"<ul>{items}</ul>" if items else self._none("not_stated")

    def _promise(self, promise: Promise, number: int, result: Result) -> str:
        # What was asked for comes first and goes last.
        least = f' data-least="{_PROMISES_GO[number]}"'
        park, citation = self.plans.park(result.park_id), promise.citation
        place = self.places.mark(citation.source_id, citation.locator, park)
        label, words = (escape(text.text(self.lang)) for text in (promise.label, promise.words))
        of = "".join(f"<small>{escape(one.text(self.lang))}</small>" for one in promise.scope)
        return f"<li{least}><i>{label}</i> {words}{place}{of}</li>"


def _distinct(result: Result, lang: str) -> list[Promise]:
    """Return the promises to show: each said once, figures of the table above left out."""
    seen: dict[str, Promise] = {}
    for promise in result.promises:
        if promise.kind not in ("land", "factory", "office"):
            seen.setdefault(promise.words.text(lang), promise)
    return list(seen.values())[:PROMISES]
