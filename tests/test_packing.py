"""Two languages in one tree and every part stored once: whatever goes in comes out again."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shown import expand

from layers.packing import merge, share, speak

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=30)
    | st.sampled_from(["一句足够长的话，值得只存一次", "a sentence long enough to be stored once"])
)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=6) | st.sampled_from(["=", "zh", "en", "pool"]), inner, max_size=4
        )
    ),
    max_leaves=30,
).filter(lambda tree: not holds_mark(tree))
OURS = ({"zh", "en"}, {"="})  # the keys of what stands for something else, and only these


def holds_mark(tree) -> bool:
    if isinstance(tree, dict):
        return tree.keys() in OURS or any(map(holds_mark, tree.values()))
    return isinstance(tree, list) and any(map(holds_mark, tree))


def same(one, other) -> bool:
    """Say whether two trees are equal as JSON: 1, 1.0 and true are three things."""
    return json.dumps(one) == json.dumps(other)


def twin(tree, draw):
    """Return a tree like another, with some parts changed as a translation would."""
    if draw(st.integers(0, 6)) == 0:
        return draw(TREES)
    if isinstance(tree, dict):
        return {key: twin(value, draw) for key, value in tree.items()}
    return [twin(value, draw) for value in tree] if isinstance(tree, list) else tree


@given(st.data())
def test_either_language_comes_back(data):
    zh = data.draw(TREES)
    en = twin(zh, data.draw)
    merged = merge(zh, en)
    assert same(speak(merged, "zh"), zh) and same(speak(merged, "en"), en)


@given(TREES)
def test_equal_trees_are_stored_once(tree):
    assert same(merge(tree, tree), tree)


@given(TREES)
def test_what_is_shared_comes_back(tree):
    packed = share(tree)
    assert same(expand(json.loads(json.dumps(packed))), tree)


@given(TREES)
def test_sharing_stores_nothing_twice(tree):
    """A copy of a tree costs no more than a reference to it."""
    if len(json.dumps(tree, ensure_ascii=False, separators=(",", ":")).encode()) < 40:
        return
    once, twice = (len(json.dumps(share([tree] * n), ensure_ascii=False)) for n in (2, 3))
    assert twice - once <= len(', {"=": 10000}')


def test_words_differ_and_numbers_do_not():
    zh = {"unit": "亩", "value": 250, "notes": ["甲", "乙"], "more": ["一"]}
    en = {"unit": "mu", "value": 250, "notes": ["A", "乙"], "more": ["one", "two"]}
    assert merge(zh, en) == {
        "unit": {"zh": "亩", "en": "mu"},
        "value": 250,
        "notes": [{"zh": "甲", "en": "A"}, "乙"],
        "more": {"zh": ["一"], "en": ["one", "two"]},
    }
    assert merge(True, 1) == {"zh": True, "en": 1}


def test_a_mark_beside_other_keys_is_a_key_like_any_other():
    long = "a sentence long enough to be stored once"
    tree = [{"=": 0, "x": long}, {"=": {"y": long}, "x": long}, {"zh": 1, "en": 2, "x": long}]
    assert same(expand(json.loads(json.dumps(share(tree)))), tree)
    assert same(speak(merge(tree, tree), "en"), tree)


def test_what_could_not_be_told_from_our_own_marks_is_refused():
    with pytest.raises(ValueError, match="zh and en"):
        merge({"zh": 1, "en": 2}, {"zh": 1, "en": 3})
    with pytest.raises(ValueError, match="= alone"):
        share([{"=": 1}])
