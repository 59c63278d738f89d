"""What the plans promise for a park, what was asked for first: targets, land, tasks, projects."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from geo.finder.amounts import Amounts, cited, located, written
from geo.finder.records import PROMISES, Citation, Needs, Promise
from geo.plans import cite
from geo.plans.projects import Project
from geo.plans.records import Fact, Figure, Park
from geo.plans.tags import Tag
from geo.reason import Reason

if TYPE_CHECKING:
    from geo.plans import Plans

# What of the plans' figures goes with a need.
_METRICS = {
    "land": ("land_mu", "land_industrial_mu", "land_rnd_mu"),
    "industrial_land": ("land_industrial_mu", "land_mu", "land_rnd_mu"),
    "factory": ("factory_10k_m2", "factory_buildings"),
    "office": ("office_10k_m2", "office_buildings", "floor_under_construction_10k_m2"),
}
_TOPICS = {
    "position": Reason("定位", "Position"),
    "focus": Reason("重点领域", "Focus"),
    "task": Reason("重点任务", "Task"),
    "target": Reason("以文字表述的目标", "Target in words"),
    "firm": Reason("企业", "Firm"),
    "value": Reason("以文字表述的情况", "Situation in words"),
}
_LEAST_WORD = 2  # characters of an industry's name that are looked for in a plan's words


def promises(
    needs: Needs, park: Park, amounts: Amounts, sources: Collection[str]
) -> tuple[Promise, ...]:
    """Return what the plans that count promise for a park, what was asked for first.

    Parameters
    ----------
    needs : Needs
    park : geo.plans.Park
    amounts : Amounts
        With the plans that count.
    sources : collection of str
        Ids of their documents.
    """
    plans = amounts.plans
    need = needs.need("industry")
    tag = plans.tags[str(need.value)] if need else None
    found = [
        *_targets(park, amounts),
        *_amounts(needs, park, amounts),
        *(_labels(tag, park, plans, sources) if tag else ()),
        *_facts(tag, park, plans),
        *_projects(tag, park, plans),
    ]
    # The same words of the same document are told once, those that were asked for kept.
    found.sort(key=lambda one: (not one.asked, PROMISES.index(one.kind)))
    once: dict[tuple[str, ...], Promise] = {}
    for one in found:
        key = (one.words.zh, one.citation.source_id)
        if one.kind in ("target", "land", "factory", "office"):
            key = (*key, one.label.zh)
        once.setdefault(key, one)
    return tuple(once.values())


def wider(needs: Needs, plans: Plans) -> tuple[Promise, ...]:
    """Return the targets for the industry asked for in the parks' districts and the city."""
    need = needs.need("industry")
    if need is None:
        return ()
    stands_for = plans.tags[str(need.value)].industries
    districts = {park.district.zh for park in plans.parks.values()}
    areas = [one for one in plans.subjects.values() if one.zh in districts]
    about = {one.id for one in areas} | {one.within for one in areas if one.within}
    found = []
    for one in plans.indicators:
        if one.kind != "target" or one.industry not in stands_for or one.about not in about:
            continue
        if plans.repeats(one):
            continue
        metric, industry = plans.metrics[one.metric], plans.industries[one.industry]
        area = plans.subjects[one.about]
        label = Reason(
            f"{area.zh}{industry.zh}：{metric.short_zh}（{one.period}年）",
            f"{area.en}, {industry.en}: {metric.short_en} ({one.period})",
        )
        period = one.source.period
        found.append(Promise("target", label, written(plans, one), cited(one), period, True))
    return tuple(found)


def _targets(park: Park, amounts: Amounts) -> Iterator[Promise]:
    """Yield the numbers that the plans aim at for a park."""
    for figure in amounts.plans.park_figures(park.id):
        if figure.kind == "target":
            yield _figure("target", figure, park, amounts, asked=False)


def _amounts(needs: Needs, park: Park, amounts: Amounts) -> Iterator[Promise]:
    """Yield the land and floor space that the plans list, of what was asked for."""
    for need in needs.wanted:
        kind = "land" if "land" in need.criterion else need.criterion
        for figure in amounts.plans.park_figures(park.id):
            if figure.metric in _METRICS.get(need.criterion, ()):
                yield _figure(kind, figure, park, amounts, asked=True)


def _figure(kind: str, figure: Figure, park: Park, amounts: Amounts, asked: bool) -> Promise:
    metric = amounts.plans.metrics[figure.metric]
    part = park.part(figure.part) if figure.part else None
    zh, en = metric.short_zh, metric.short_en
    if part is not None:
        zh, en = f"{part.zh}：{zh}", f"{part.en}: {en.lower()}"
    label = Reason(f"{zh}（{figure.period}）", f"{en} ({figure.period})")
    words = written(amounts.plans, figure)
    told, scope = amounts.caveats([figure]), amounts.scope(figure)
    return Promise(kind, label, words, cited(figure), figure.source.period, asked, told, scope)


def _labels(tag: Tag, park: Park, plans: Plans, sources: Collection[str]) -> Iterator[Promise]:
    """Yield the words by which the plans name the industry for the park."""
    for label in park.industries:
        for said in label.evidence if label.id == tag.id else ():
            if said.source_id in sources:
                place = located(plans, said.source_id, said.locator)
                period = plans.sources[said.source_id].period
                yield Promise("industry", Reason(tag.zh, tag.en),
                              Reason(said.words, said.words), place, period, True)  # fmt: skip


def _facts(tag: Tag | None, park: Park, plans: Plans) -> Iterator[Promise]:
    """Yield tasks and targets in words, and whatever is said of the industry asked for."""
    for fact in plans.facts:
        if fact.subject_id != park.id:
            continue
        asked = tag is not None and _about(tag, fact.industry, (fact.zh,))
        if not asked and fact.topic not in ("task", "target"):
            continue
        kind = fact.topic if fact.topic in ("task", "target") else "industry"
        yield Promise(kind, _TOPICS[fact.topic], Reason(fact.zh, fact.en), _cited_fact(fact),
                      fact.source.period, asked)  # fmt: skip


def _cited_fact(fact: Fact) -> Citation:
    return Citation(Reason(cite(fact, "zh"), cite(fact, "en")), fact.source.id, fact.locator)


def _about(tag: Tag, industry: str, words: Iterable[str]) -> bool:
    """Say whether something is of an industry: by the plan's own class, or by its name in words."""
    if industry and industry in tag.industries:
        return True
    names = [name for name in re.split("[与和、]", tag.zh) if len(name) >= _LEAST_WORD]
    return any(name in text for name in names for text in words)


def _projects(tag: Tag | None, park: Park, plans: Plans) -> Iterator[Promise]:
    """Yield the plans' projects in the park."""
    classes = {plans.industries[one].zh for one in tag.industries} if tag else set()
    for project in plans.projects:
        if project.park_id != park.id:
            continue
        said = (project.name_zh, project.direction_zh, project.category_zh)
        asked = tag is not None and (project.category_zh in classes or _about(tag, "", said))
        place = located(plans, project.source.id, project.locator)
        told = [Reason(project.basis_zh, project.basis_en)]
        if project.note_zh:
            told.append(Reason(project.note_zh, project.note_en))
        yield Promise("project", _project_label(project), _project_words(project), place,
                      project.source.period, asked, tuple(told))  # fmt: skip


def _project_label(project: Project) -> Reason:
    if not project.category_zh:
        return Reason("项目", "Project")
    return Reason(f"项目（{project.category_zh}）", f"Project ({project.category_en})")


def _project_words(project: Project) -> Reason:
    """Return a project's name, and its investment and floor space where the plan states them."""
    zh, en = [project.name_zh], [project.name_en]
    if project.investment is not None:
        zh.append(f"总投资 {project.investment:,f} 万元")
        en.append(f"investment {project.investment:,f} ×10,000 yuan")
    if project.floor is not None:
        zh.append(f"建筑面积 {project.floor:,f} 平方米")
        en.append(f"{project.floor:,f} m² of floor space")
    return Reason("，".join(zh), ", ".join(en))
