"""Charts: whole numbers in, SVG out, told in words, with nothing that a strict page refuses."""

from html import unescape
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_engine.web.charts import Series, Svg, bars, columns, ranges, scale_top

HOSTILE = '"><script>alert(1)</script><g onload=x style="a">&{name}'


def drawing(svg: str) -> ElementTree.Element:
    """The chart as XML; a page gives its elements their namespace, here none has one."""
    return ElementTree.fromstring(svg)


def boxes(svg: str, kind: str = "full") -> list[dict[str, int]]:
    return [
        {name: int(box.get(name, "")) for name in ("x", "y", "width", "height")}
        for box in drawing(svg).iter("rect")
        if box.get("class") == kind
    ]


def all_charts(name: str = "one", title: str = "Title", label: str = "a") -> list[Svg]:
    series = [Series(label, (1, -2)), Series("other", (None, 40))]
    return [
        columns(name, title, [label, "b"], series, shown=str),
        bars(name, title, [label, "b"], [3, -1], shown=str),
        ranges(name, title, [label, "b"], Series(label, (3, None)), series[1], shown=str),
    ]


def test_every_chart_is_one_image_with_title_and_description() -> None:
    for svg in all_charts():
        root = drawing(svg)
        assert root.get("role") == "img"
        assert root.get("aria-labelledby") == "one-title one-desc"
        assert root.findtext("title") == "Title"
        assert "most" in (root.findtext("desc") or "")


def test_nothing_is_styled_or_run_in_place() -> None:
    allowed = {
        "svg": {"class", "role", "viewBox", "aria-labelledby"},
        "title": {"id"},
        "desc": {"id"},
        "rect": {"class", "x", "y", "width", "height"},
        "line": {"class", "x1", "y1", "x2", "y2"},
        "text": {"class", "x", "y"},
    }
    for svg in all_charts(title=HOSTILE, label=HOSTILE):
        for element in drawing(svg).iter():
            assert set(element.attrib) <= allowed[element.tag]
        assert "<script" not in svg
        assert HOSTILE in unescape(svg)


def test_a_template_does_not_escape_it_again() -> None:
    for svg in all_charts():
        assert svg.__html__() == svg


@given(
    st.lists(st.integers(0, 10**12), min_size=1, max_size=13),
    st.lists(st.integers(-(10**9), 10**12), min_size=1, max_size=13),
)
def test_heights_are_in_the_order_of_the_values(counts: list[int], values: list[int]) -> None:
    drawn = boxes(columns("c", "t", ["x"] * len(values), [Series("s", tuple(values))], shown=str))
    assert len(drawn) == len(values)
    ordered = sorted(zip(values, drawn, strict=True), key=lambda pair: abs(pair[0]))
    heights = [box["height"] for _, box in ordered]
    assert all(first <= second + 1 for first, second in pairwise(heights))
    lengths = [
        box["width"] for box in boxes(bars("b", "t", ["x"] * len(counts), counts, shown=str))
    ]
    ordered_lengths = [length for _, length in sorted(zip(counts, lengths, strict=True))]
    assert ordered_lengths == sorted(lengths)
    for box in drawn:
        assert 0 <= box["x"] <= box["x"] + box["width"] <= 720
        assert 0 <= box["y"] <= box["y"] + box["height"] <= 240


def test_what_is_owed_back_hangs_below_the_base() -> None:
    up, down = boxes(columns("c", "t", ["a", "b"], [Series("s", (100, -100))], shown=str))
    assert up["y"] + up["height"] == down["y"]
    assert up["height"] == down["height"] > 0


def test_two_series_differ_in_form() -> None:
    svg = columns("c", "t", ["a"], [Series("one", (5,)), Series("two", (5,))], shown=str)
    (first,), (second,) = boxes(svg), boxes(svg, "hollow")
    assert first["x"] + first["width"] < second["x"]
    assert first["height"] == second["height"]


def test_a_range_has_its_median_inside() -> None:
    svg = ranges("r", "t", ["a"], Series("median", (10,)), Series("most", (40,)), shown=str)
    (inner,), (outer,) = boxes(svg), boxes(svg, "hollow")
    assert inner["width"] * 4 == pytest.approx(outer["width"], abs=4)
    assert inner["x"] == outer["x"]


def test_nothing_to_draw_is_said() -> None:
    svg = columns("c", "t", [], [], shown=str)
    assert drawing(svg).findtext("desc") == "There is nothing to draw."
    assert boxes(svg) == []


@pytest.mark.parametrize(
    ("value", "top"),
    [(-3, 0), (0, 0), (1, 1), (2, 2), (3, 5), (5, 5), (6, 10), (11, 20), (99, 100), (2001, 5000)],
)
def test_an_axis_ends_at_a_round_number(value: int, top: int) -> None:
    assert scale_top(value) == top


@given(st.integers(1, 10**15))
def test_an_axis_is_never_shorter_than_its_values_nor_much_longer(value: int) -> None:
    assert value <= scale_top(value) <= value * 5 // 2
