"""Loading and checking subjects.yaml: what figures are about besides parks, and the industries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from geo import PLANS
from geo.located import Located, read_located
from geo.plans.files import PathLike, put
from geo.plans.records import SUBJECT_KINDS, Evidence, Industry, Source, Subject

_SUBJECT = ("id", "zh", "en", "kind", "within", "members", "source", "locator", "words")
_INDUSTRY = ("id", "zh", "en", "plan", "parent", "adds_up", "same_as")


def load_subjects(
    path: PathLike | None, parks: Iterable[str], sources: Mapping[str, Source]
) -> tuple[dict[str, Subject], dict[str, Industry]]:
    """Return the subjects and the industries by id, in the order of the file.

    Parameters
    ----------
    path : path-like or None
        The project's own subjects.yaml when None.
    parks : iterable of str
        Ids of the parks; a subject may have them as members and none may have a park's id.
    sources : mapping
        The documents by id.

    Raises
    ------
    AtlasError
        Naming file, line and field of the first fault.
    """
    content = read_located(path or PLANS / "subjects.yaml")
    content.only(("subjects", "industries"))
    parks = list(parks)
    subjects: dict[str, Subject] = {}
    entries = content.mappings("subjects")
    for entry in entries:
        if entry.get("id") in parks:
            raise entry.fault("id", "is a park's id", "与园区的标识相同")
        subject = _subject(entry, sources)
        put(subjects, subject.id, subject, entry)
    for entry in entries:
        if "within" in entry:
            entry.choice("within", list(subjects))
        entry.among("members", entry.texts("members", optional=True), [*parks, *subjects])
        _check_acyclic(entry, "within", {s.id: s.within for s in subjects.values()})
    return subjects, _industries(content, sources)


def _subject(entry: Located, sources: Mapping[str, Source]) -> Subject:
    """Return one subject; its evidence is given whole or not at all."""
    entry.only(_SUBJECT)
    evidence = None
    if any(field in entry for field in ("source", "locator", "words")):
        source = entry.choice("source", list(sources))
        evidence = Evidence(source, entry.text("locator"), entry.text("words"))
    return Subject(
        id=entry.text("id"),
        zh=entry.text("zh"),
        en=entry.text("en"),
        kind=entry.choice("kind", SUBJECT_KINDS),
        within=entry.text("within", optional=True),
        members=entry.texts("members", optional=True),
        evidence=evidence,
    )


def _industries(content: Located, sources: Mapping[str, Source]) -> dict[str, Industry]:
    """Return the industries by id; a parent is of the same plan, a namesake of another."""
    industries: dict[str, Industry] = {}
    entries = content.mappings("industries")
    for entry in entries:
        entry.only(_INDUSTRY)
        industry = Industry(
            id=entry.text("id"),
            zh=entry.text("zh"),
            en=entry.text("en"),
            plan=entry.choice("plan", list(sources)),
            parent=entry.text("parent", optional=True),
            adds_up=entry.flag("adds_up") if "adds_up" in entry else False,
            same_as=entry.text("same_as", optional=True),
        )
        put(industries, industry.id, industry, entry)
    parents = {industry.id: industry.parent for industry in industries.values()}
    for entry in entries:
        if "parent" in entry:
            plan = entry["plan"]
            entry.choice("parent", [i.id for i in industries.values() if i.plan == plan])
        _check_acyclic(entry, "parent", parents)
        if "same_as" in entry:
            # One step only: a chain would leave open which of them is the row's.
            others = [i.id for i in industries.values() if i.plan != entry["plan"]]
            entry.choice("same_as", [other for other in others if not industries[other].same_as])
    return industries


def _check_acyclic(entry: Located, field: str, above: Mapping[str, str]) -> None:
    """Raise when an entry stands above itself."""
    at, seen = entry["id"], set()
    while at := above.get(at, ""):
        if at in seen or at == entry["id"]:
            raise entry.fault(field, f"'{entry['id']}' stands above itself", "上级关系成环")
        seen.add(at)
