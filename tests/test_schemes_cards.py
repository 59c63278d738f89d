"""An element's card: its role, industries, members with the plans' figures, and where from."""

import json
import re
from dataclasses import replace
from functools import cache

import pytest
from layouts import ELEMENTS, SCHEMES, built, stated

from geo.errors import LANGUAGES
from geo.plans import Plans, cite, format_number
from geo.plans.inputs import limit_of
from layers.schemes import cards
from layers.schemes.cards import MOST_LINES, element_card, head, scheme_figures
from layers.schemes.records import About

PLANS = Plans.load()
KEYS = {
    "id", "name", "head", "gist", "quote", "industries", "figures", "figure_notes",
    "figure_sources", "members", "how", "decision", "source",
}  # fmt: skip
MEMBER_KEYS = {
    "name", "where", "located", "park", "industries", "figures", "figure_notes", "figure_sources",
    "source", "parts", "districts",
}  # fmt: skip
LINE_KEYS = {"label", "value", "period", "kind", "printed"}
HAN = re.compile(r"[\u4e00-\u9fff]")
BLOCK = {"zh": "（整个板块）", "en": " (the whole block)"}
ZONES = {"zh": "（仅", "en": " (only "}
PART = {"zh": "（部分范围", "en": " (of part of the ground"}
MORE = {"zh": r"另有 (\d+) 项", "en": r"(\d+) more"}


@cache
def card(scheme, element, lang):
    return element_card(built(scheme)[element], PLANS, lang)


def walk(members):
    for member in members:
        yield member
        yield from walk(member["parts"])


def parks_on_cards():
    """Every member that is a park, with its line on the card: (scheme, member, card's member)."""
    for scheme, element in ELEMENTS:
        for lang in LANGUAGES:
            shown = walk(card(scheme, element, lang)["members"])
            for member, said in zip(built(scheme)[element].walk(), shown, strict=True):
                if member.kind == "park":
                    yield scheme, lang, member, said


def amount(number, lang):
    """The amount a card states, put together again from the number and its metric."""
    value = format_number(number.value)
    if getattr(number, "value_to", None) is not None:
        value = f"{value}–{format_number(number.value_to)}"
    elif number.approximate:
        value = ("约 " if lang == "zh" else "about ") + value
    elif number.bound in ("at-least", "at-most"):
        value = {"at-least": "≥", "at-most": "≤"}[number.bound] + value
    unit = PLANS.metrics[number.metric].unit_name(lang)
    return re.sub(r"\s", "", value + ("" if unit == "count" else unit))


def test_amounts_are_written_as_they_are_read():
    """超400家 is at least 400, 突破千亿 at least 1,000; and nobody says "400 count"."""
    made = card("ai-and-consumer-goods", "maqiao", "en")["figures"]
    values = {line["value"] for line in made}
    assert "≥ 1,000 × 100 million yuan" in values and not any("count" in value for value in values)


def told(lines):
    """The lines of a card as (label, amount, period), without blanks."""
    return [(one["label"], re.sub(r"\s", "", one["value"]), one["period"]) for one in lines]


def own_indicators(source, subject="", industry=""):
    """A document's numbers of a subject or industry, each quantity once, counted here."""
    found = {}
    for one in PLANS.indicators:
        same = one.source_id == source and one.industry == industry
        if same and subject in ("", one.subject_id):
            found.setdefault(one.quantity, one)
    return list(found.values())


# --- the card itself


@pytest.mark.parametrize(("scheme", "element"), ELEMENTS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_card_is_complete_plain_data(scheme, element, lang):
    one, made = built(scheme)[element], card(scheme, element, lang)
    assert json.loads(json.dumps(made)) == made
    assert set(made) == KEYS
    assert (made["id"], made["name"]) == (element, one.name(lang))
    assert made["gist"] == one.gist(lang) and made["how"] == one.how(lang)
    assert made["decision"] == one.decision(lang)
    # The gist is the quotation in Chinese; in English the plan's words stand beside it.
    assert made["quote"] == ("" if lang == "zh" else one.quote)
    source = PLANS.sources[SCHEMES[scheme].source_id]
    assert made["source"].startswith(cite(source, lang)) and made["source"].endswith(one.locator)
    assert [line[0] for line in made["industries"]] == [c.tag for c in one.industries]
    for (tag, name, words), carried in zip(made["industries"], one.industries, strict=True):
        assert (name, words) == (PLANS.tags[tag].name(lang), carried.words)
    for said in walk(made["members"]):
        assert set(said) == MEMBER_KEYS
        assert all(set(line) == LINE_KEYS for line in said["figures"])
        assert bool(said["figures"]) == bool(said["figure_sources"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_head_is_the_slogans_term_and_the_kind(lang):
    heads = {
        "zh": {"belt-river": "三带 · 带", "node-linkong": "多节点 · 节点"},
        "en": {"belt-river": "Three belts · Belt", "node-linkong": "Many nodes · Node"},
    }
    for element, said in heads[lang].items():
        assert head(stated("one-axis-three-belts", element), lang) == said
    alone = stated("one-core-one-corridor", "base-national")
    assert alone.group is None and "·" not in head(alone, lang)


@pytest.mark.parametrize(("scheme", "element"), ELEMENTS)
def test_members_are_those_of_the_element_with_their_parts(scheme, element):
    one, made = built(scheme)[element], card(scheme, element, "zh")

    def names(members, name, parts):
        return [(name(m), names(parts(m), name, parts)) for m in members]

    assert names(made["members"], lambda m: m["name"], lambda m: m["parts"]) == names(
        one.members, lambda m: m.zh, lambda m: m.parts
    )
    for member, said in zip(one.walk(), walk(made["members"]), strict=True):
        assert said["located"] == member.located and said["where"] == member.where("zh")
        assert (said["where"] == "") == (member.kind == "group")
        assert said["source"] == member.locator
        assert said["park"] == (member.id if member.kind == "park" else None)
        assert [tag for tag, _, _ in said["industries"]] == [c.tag for c in member.industries]
        if member.kind != "park":
            assert said["figures"] == said["figure_notes"] == said["figure_sources"] == []


def test_parts_of_parts_are_nested():
    members = card("one-axis-three-belts", "zhangjiang", "zh")["members"]
    valleys = next(m for m in members if m["name"] == "两谷")
    medicine = next(m for m in valleys["parts"] if m["name"] == "张江药谷")
    assert len(medicine["parts"]) == 5 and len(valleys["parts"]) == 2


def test_what_is_not_located_says_so():
    made = card("one-core-one-corridor", "core-rocket-city", "en")
    (member,) = made["members"]
    assert not member["located"] and member["where"].startswith("Named by the plan, not located")
    assert made["how"].startswith("Not drawn") and made["decision"]


@pytest.mark.parametrize(("scheme", "element"), ELEMENTS)
def test_english_cards_have_chinese_only_where_the_plan_is_quoted(scheme, element):
    made = card(scheme, element, "en")
    assert not HAN.search(made["name"] + made["head"] + made["gist"] + made["how"])
    assert not any(HAN.search(name) for _, name, _ in made["industries"])
    title = made["source"].removesuffix(built(scheme)[element].locator)
    assert not HAN.search(re.sub(r"\S*〔\d+〕\d+号", "", title))
    for member in walk(made["members"]):
        texts = [member["name"], *member["figure_notes"], *(n for _, n, _ in member["industries"])]
        assert not HAN.search("".join(texts))
        for line in member["figures"]:
            assert not HAN.search(line["label"] + line["value"] + line["period"] + line["kind"])


# --- figures of members that are parks


def best(park, source):
    """The figure of each metric a card should show, found here figure by figure."""
    found = []
    for metric in PLANS.mapped_metrics():
        every = [f for f in PLANS.figures if f.park_id == park and f.metric == metric]
        every = [f for f in every if not f.part]
        own = [f for f in every if f.source_id == source]
        if every:
            latest = max(f.period for f in own or every)
            found.append({f for f in own or every if f.period == latest})
    return found


def test_a_parks_figures_are_the_documents_own_else_the_latest_of_another():
    seen = set()
    for scheme, lang, member, said in parks_on_cards():
        source = SCHEMES[scheme].source_id
        expected = best(member.id, source)
        lines = told(said["figures"])
        assert len(lines) == min(len(expected), MOST_LINES), (scheme, member.id)
        for line, among in zip(lines, expected, strict=False):
            allowed = {
                (
                    PLANS.metrics[f.metric].short(lang) + ground(f, member, lang),
                    amount(f, lang),
                    f.period.replace("-", "–"),
                )
                for f in among
            }
            assert any(
                line[1:] == one[1:] and line[0].startswith(one[0]) for one in allowed
            ), (scheme, member.id, line, allowed)  # fmt: skip
        documents = [PLANS.sources[s].short(lang) for s in ("mh145", "mh155")]
        assert all(place.split(" · ")[0] in documents for place in said["figure_sources"])
        seen.add((scheme, member.id))
    assert len(seen) >= 25


def test_a_plans_own_numbers_go_before_newer_ones_of_another():
    def output(scheme, element):
        (member,) = card(scheme, element, "zh")["members"]
        return next(line for line in told(member["figures"]) if line[0] == label)

    label = PLANS.metrics["output_100m_yuan"].short("zh")
    assert output("four-plus-x", "xinzhuang") == (label, "1,055.92亿元", "2020")
    newer = "energy-one-core-one-belt-two-parks"
    assert output(newer, "park-xinzhuang") == (label, "1,128.31亿元", "2025")


def ground(figure, member, lang):
    """How the label of a park's figure begins to say what ground it is of; "" for the member's."""
    park = PLANS.parks[member.id]
    if figure.zones and set(figure.zones) != set(member.zones):
        return ZONES[lang]
    if limit_of(park, figure):
        return PART[lang]
    whole = not figure.zones and set(member.zones) != set(park.zones)
    return BLOCK[lang] if whole else ""


def test_a_number_of_other_ground_says_so_and_no_other_does():
    seen = set()
    for _, lang, member, said in parks_on_cards():
        for line in said["figures"]:
            marks = [m for m in (BLOCK[lang], ZONES[lang], PART[lang]) if m in line["label"]]
            assert len(marks) <= 1
            if set(member.zones) == set(PLANS.parks[member.id].zones):
                assert BLOCK[lang] not in line["label"]
            seen |= {(member.id, member.zones, mark) for mark in marks}
    whole = PLANS.parks["metdz"].zones
    assert {("metdz", ("metdz",), BLOCK["zh"]), ("metdz", whole, ZONES["zh"])} <= seen
    assert not any(park == "maqiao" for park, _, _ in seen)


def test_of_a_member_of_one_zone_the_numbers_of_that_zone_are_plain():
    """闵行开发区 is a zone of the block: its output of 2025 is its own, its land the block's."""
    (member,) = card("energy-one-core-one-belt-two-parks", "park-metdz", "zh")["members"]
    labels = {line["value"].replace(" ", ""): line["label"] for line in member["figures"]}
    assert "（" not in labels["523.29亿元"] and labels["607亩"].endswith("（整个板块）")


# --- figures of the element or layout itself


def test_what_an_element_or_layout_is_about_has_numbers_in_its_document():
    for scheme, element in ELEMENTS:
        about = stated(scheme, element).about
        if about is not None:
            assert card(scheme, element, "zh")["figures"], (scheme, element)
    for scheme in SCHEMES.values():
        assert (scheme.about is None) == (scheme_figures(scheme, PLANS, "zh")["figures"] == [])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_are_the_documents_own_each_once_and_capped_with_a_note(lang):
    abouts = [(s.about, s.source_id, scheme_figures(s, PLANS, lang)) for s in SCHEMES.values()]
    for scheme, element in ELEMENTS:
        one = stated(scheme, element)
        abouts.append((one.about, one.source_id, card(scheme, element, lang)))
    capped = 0
    for about, source, made in abouts:
        if about is None:
            assert made["figures"] == []
            continue
        own = own_indicators(source, about.subject, about.industry)
        shown = own[:MOST_LINES]
        assert len(made["figures"]) == len(shown)
        for line, number in zip(told(made["figures"]), shown, strict=True):
            label, value, period = line
            assert label.endswith(PLANS.metrics[number.metric].short(lang))
            assert value.replace("至", "–") == amount(number, lang)
            assert period == number.period.replace("-", "–")
        if about.industry:
            name = PLANS.industries[about.industry].name(lang)
            assert all(line["label"].startswith(name) for line in made["figures"])
        left = [int(found[1]) for note in made["figure_notes"]
                if (found := re.search(MORE[lang], note))]  # fmt: skip
        assert left == ([len(own) - MOST_LINES] if len(own) > MOST_LINES else [])
        capped += bool(left)
        short = PLANS.sources[source].short(lang)
        assert all(place.startswith(f"{short} · ") for place in made["figure_sources"])
    assert capped >= 4


def test_a_number_that_another_plan_prints_too_is_still_the_documents_own():
    """Both city plans state the output of park land per km², and not the same in 2020."""
    shown = own_indicators("shpark145", "shanghai-parks")
    shared = [n for n in shown if len({s.source_id for s in PLANS.same_quantity(n)}) > 1]
    assert shared
    found = cards._indicators(About("shanghai-parks"), "shpark145", PLANS)
    assert found == shown


def test_without_an_industry_only_numbers_of_the_subject_as_a_whole():
    element = replace(stated("three-areas", "industry-city"), about=About("songjiang"))
    made = element_card(element, PLANS, "en")
    assert len(made["figures"]) == MOST_LINES
    names = [industry.name("en") for industry in PLANS.industries.values()]
    assert not any(line["label"].startswith(tuple(names)) for line in made["figures"])
    nothing = replace(element, about=About("lingang"))
    assert element_card(nothing, PLANS, "en")["figures"] == []
