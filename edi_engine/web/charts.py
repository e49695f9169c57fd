"""Charts as SVG: drawn here from whole numbers, styled by classes alone, told in words beside.

A chart is one image to a screen reader (role img, title and description); the numbers themselves
stand in the table that every page puts behind it. Kinds of values differ in form (full, hollow) and
not in colour alone. Pure: no float, no clock, the same numbers give the same text.
"""

from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import NamedTuple

__all__ = ["Series", "Svg", "bars", "columns", "ranges", "scale_top"]

_WIDTH = 720
_LEFT = 84
"""Room for the numbers beside the grid."""
_HEIGHT = 240
_TOP, _FOOT = 14, 26
_ROW = 26
_NAME = 190
_NAME_CHARACTERS = 26
_MARK = 150
"""Room for names before rows, and for numbers behind them."""


class Svg(str):
    """Markup that is safe as it stands: made by this module, with every text in it escaped."""

    __slots__ = ()

    def __html__(self) -> str:
        """What templates ask for before they escape."""
        return self


class Series(NamedTuple):
    """Values under one name, one for each label; None where there is nothing to draw."""

    name: str
    values: tuple[int | None, ...]


Shown = Callable[[int], str]
"""A number as people read it."""


def columns(
    name: str, title: str, labels: Sequence[str], series: Sequence[Series], *, shown: Shown
) -> Svg:
    """Upright columns over labels, those of two series side by side; negative ones hang down.

    `name` is an identifier of letters and dashes, once on a page. Draws at most two series.
    """
    values = [value for one in series for value in one.values if value is not None]
    top, bottom = scale_top(max([0, *values])), -scale_top(max([0, *(-value for value in values)]))
    extent = max(top - bottom, 1)
    room = _HEIGHT - _TOP - _FOOT

    def height_of(value: int) -> int:
        return _TOP + (top - value) * room // extent

    parts = []
    for tick in sorted({bottom, 0, top // 2, top}):
        y = height_of(tick)
        if tick == bottom < 0 and height_of(0) + 12 > y:
            continue  # its number would lie on that of the base
        parts.append(_grid_line(y, "base" if tick == 0 else "grid"))
        parts.append(_text(_LEFT - 8, y + 4, shown(tick), "end"))
    step = (_WIDTH - _LEFT) // max(len(labels), 1)
    width = max(step * 7 // 10 // max(len(series), 1), 2)
    for place, label in enumerate(labels):
        left = _LEFT + place * step + (step - width * len(series)) // 2
        for number, one in enumerate(series):
            value = one.values[place]
            if value is None:
                continue
            ends = sorted((height_of(0), height_of(value)))
            kind = ("full", "hollow")[number]
            words = f"{label}, {one.name}: {shown(value)}"
            parts.append(
                _box((left + number * width, ends[0]), width - 2, ends[1] - ends[0], kind, words)
            )
        middle = _LEFT + place * step + step // 2
        parts.append(_text(middle, _HEIGHT - 8, label, "middle"))
    words = _said(labels, series, shown)
    return _image(name, title, words, _HEIGHT, parts)


def bars(
    name: str, title: str, labels: Sequence[str], values: Sequence[int], *, shown: Shown
) -> Svg:
    """Bars lying under one another, each with its name before it and its number behind it. A
    negative value has no bar, its number says it."""
    top = max([1, *values])
    room = _WIDTH - _NAME - _MARK
    parts = []
    for place, (label, value) in enumerate(zip(labels, values, strict=True)):
        y = place * _ROW + 4
        length = max(value, 0) * room // top
        parts.append(_text(_NAME - 8, y + 14, _cut(label), "end"))
        parts.append(_box((_NAME, y), length, _ROW - 8, "full", f"{label}: {shown(value)}"))
        parts.append(_text(_NAME + length + 6, y + 14, shown(value), "start"))
    words = _said(labels, [Series("", tuple(values))], shown)
    return _image(name, title, words, len(labels) * _ROW + 8, parts)


def ranges(
    name: str, title: str, labels: Sequence[str], low: Series, high: Series, *, shown: Shown
) -> Svg:
    """A hollow bar up to the high value of each label, and a full one in it up to the low value."""
    top = max([1, *(value for one in (low, high) for value in one.values if value is not None)])
    room = _WIDTH - _NAME - _MARK
    parts = []
    for place, (label, first, last) in enumerate(zip(labels, low.values, high.values, strict=True)):
        if first is None or last is None:
            continue
        y = place * _ROW + 4
        lengths = [max(value, 0) * room // top for value in (first, last)]
        parts.append(_text(_NAME - 8, y + 14, _cut(label), "end"))
        parts.append(
            _box((_NAME, y), lengths[1], _ROW - 8, "hollow", f"{label}, {high.name}: {shown(last)}")
        )
        parts.append(
            _box((_NAME, y), lengths[0], _ROW - 8, "full", f"{label}, {low.name}: {shown(first)}")
        )
        numbers = f"{shown(first)} / {shown(last)}"
        parts.append(_text(_NAME + max(lengths) + 6, y + 14, numbers, "start"))
    words = _said(labels, [low, high], shown)
    return _image(name, title, words, len(labels) * _ROW + 8, parts)


def scale_top(value: int) -> int:
    """The next of 1, 2, 5, 10, 20 ... that is not below a number; 0 for what is not positive."""
    if value <= 0:
        return 0
    power = int("1" + "0" * (len(str(value)) - 1))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= value)


def _said(labels: Sequence[str], series: Sequence[Series], shown: Shown) -> str:
    """What the chart shows, for those who do not see it: each series' least, most and where."""
    return " ".join(_sentences(labels, series, shown)) or "There is nothing to draw."


def _sentences(labels: Sequence[str], series: Sequence[Series], shown: Shown) -> Iterator[str]:
    for one in series:
        known = [
            (value, label)
            for value, label in zip(one.values, labels, strict=True)
            if value is not None
        ]
        if known:
            (least, where_least), (most, where_most) = min(known), max(known)
            name = f"{one.name}: " if one.name else ""
            yield (
                f"{name}most {shown(most)} ({where_most}), least {shown(least)} ({where_least})."
            )


def _image(name: str, title: str, words: str, height: int, parts: Sequence[Svg]) -> Svg:
    return _filled(
        '<svg class="chart" role="img" viewBox="0 0 {width} {height}"'
        ' aria-labelledby="{name}-title {name}-desc">'
        '<title id="{name}-title">{title}</title><desc id="{name}-desc">{words}</desc>'
        "{parts}</svg>",
        width=_WIDTH,
        height=height,
        name=name,
        title=title,
        words=words,
        parts=Svg("".join(parts)),
    )


def _box(corner: tuple[int, int], width: int, height: int, kind: str, words: str) -> Svg:
    return _filled(
        '<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}">'
        "<title>{words}</title></rect>",
        kind=kind,
        x=corner[0],
        y=corner[1],
        width=max(width, 0),
        height=max(height, 0),
        words=words,
    )


def _grid_line(y: int, kind: str) -> Svg:
    return _filled(
        '<line class="{kind}" x1="{x}" y1="{y}" x2="{to_x}" y2="{y}"/>',
        kind=kind,
        x=_LEFT,
        y=y,
        to_x=_WIDTH,
    )


def _text(x: int, y: int, words: str, anchor: str) -> Svg:
    return _filled(
        '<text class="at-{anchor}" x="{x}" y="{y}">{words}</text>',
        anchor=anchor,
        x=x,
        y=y,
        words=words,
    )


def _filled(form: str, **values: int | str) -> Svg:
    """The form with its values, escaped where they are not markup of ours."""
    safe = {
        name: value if isinstance(value, Svg) else escape(str(value))
        for name, value in values.items()
    }
    return Svg(form.format(**safe))


def _cut(words: str) -> str:
    if len(words) <= _NAME_CHARACTERS:
        return words
    return f"{words[: _NAME_CHARACTERS - 1]}…"
