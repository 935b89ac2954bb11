"""Marks made by hand: strokes of pens and pencils on a page of 300 dpi, grey.

| tool | darkness of a stroke (1 is black) | width | grain |
|---|---|---|---|
| black pen | 0.82 to 0.97 | 0.35 to 0.7 mm | none |
| blue pen | 0.55 to 0.78, as grey | 0.35 to 0.7 mm | none |
| felt pen | 0.75 to 0.95 | 0.8 to 1.3 mm | none |
| soft pencil (2B) | 0.45 to 0.70 | 0.5 to 0.9 mm | up to a third missing |
| hard pencil (2H), faint | 0.22 to 0.40 | 0.3 to 0.5 mm | up to two fifths missing |
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

DPI = 300
POINT = DPI / 72
MILLIMETRE = DPI / 25.4

STYLES = ("full", "cross", "tick", "dot", "sloppy", "stroke")
"""Full fill, cross, tick, a dot in the middle, a hasty fill beside the middle, one stroke through."""


class Tool(NamedTuple):
    """What somebody writes with."""

    name: str
    darkness: tuple[float, float]
    width: tuple[float, float]
    """Millimetres."""
    grain: float
    """Largest share of the paper's grain that stays white."""
    erasable: bool


TOOLS = {
    "black pen": Tool("black pen", (0.82, 0.97), (0.35, 0.7), 0.0, False),
    "blue pen": Tool("blue pen", (0.55, 0.78), (0.35, 0.7), 0.0, False),
    "felt pen": Tool("felt pen", (0.75, 0.95), (0.8, 1.3), 0.0, False),
    "soft pencil": Tool("soft pencil", (0.45, 0.70), (0.5, 0.9), 0.33, True),
    "hard pencil": Tool("hard pencil", (0.22, 0.40), (0.3, 0.5), 0.4, True),
}


@dataclass
class Hand:
    """One person with one tool: darkness and width stay about the same over a sheet."""

    tool: Tool
    darkness: float
    width: float
    """Pixels."""
    random: Generator

    @staticmethod
    def of(tool: Tool, random: Generator) -> Hand:
        return Hand(tool, random.uniform(*tool.darkness), random.uniform(*tool.width) * MILLIMETRE, random)


def mark(page: NDArray[np.float32], hand: Hand, style: str, x: float, y: float, radius: float) -> None:
    """Draw a mark over the bubble at this pixel (centre and radius in pixels); the page is light, 0 to 1."""
    draw(page, hand, _STYLES[style](hand.random, x, y, radius, hand.width), x, y, radius)


def erased(page: NDArray[np.float32], hand: Hand, style: str, x: float, y: float, radius: float) -> None:
    """A mark that was rubbed out: 8 to 20 % of it stays, smeared, and a little dirt where the rubber went."""
    strokes = _STYLES[style](hand.random, x, y, radius, hand.width)
    left = hand.random.uniform(0.08, 0.20)
    draw(page, hand, strokes, x, y, radius, left, smear=hand.random.uniform(2, 5))
    dirt = [_wander(hand.random, x, y, radius * 1.5, 5)]
    rubber = Hand(hand.tool, 0.04, radius * 0.8, hand.random)
    draw(page, rubber, dirt, x, y, radius, 1.0, smear=6)


def struck(page: NDArray[np.float32], hand: Hand, x: float, y: float, radius: float) -> None:
    """A mark crossed out again: strokes over it and past it."""
    lines = [_line(hand.random, x, y, radius * 1.7, angle + hand.random.normal(0, 0.15)) for angle in (0.7, -0.7, 0.0)]
    draw(page, hand, lines, x, y, radius)


def written(page: NDArray[np.float32], hand: Hand, left: float, base: float, width: float) -> None:
    """A word in nobody's script, on a line."""
    random = hand.random
    x = left + random.uniform(5, 40)
    end = x + random.uniform(0.15, 0.8) * width
    height = random.uniform(18, 34)
    while x < end:
        across = random.uniform(10, 24)
        points = np.c_[x + np.sort(random.uniform(0, across, 6)), base - random.uniform(0.1, 1.0, 6) * height]
        draw(page, hand, [points], x, base - height / 2, 40)
        x += across + random.uniform(2, 10)


def draw(page: NDArray[np.float32], hand: Hand, strokes: list[NDArray[np.float64]], x: float, y: float, radius: float,
         share: float = 1.0, smear: float = 0.0) -> None:  # fmt: skip
    """Strokes as ink over the page, `share` of their darkness."""
    reach = int(radius * 4 + 40)
    left, top = int(x) - reach, int(y) - reach
    cover = np.zeros((2 * reach, 2 * reach), np.uint8)
    for points in strokes:
        fixed = np.round((points - (left, top)) * 16).astype(np.int32).reshape(-1, 1, 2)
        thick = max(1, round(hand.width * hand.random.uniform(0.85, 1.15)))
        cv2.polylines(cover, [fixed], False, 255, thick, cv2.LINE_AA, 4)
    ink = cv2.GaussianBlur(cover, (0, 0), 0.6 + smear).astype(np.float32) / 255
    if hand.tool.grain:
        rough = cv2.GaussianBlur(hand.random.random(ink.shape, np.float32), (0, 0), 1.1)
        rough = (rough - rough.mean()) / rough.std()
        ink *= np.clip(1 - hand.random.uniform(0.5, 1) * hand.tool.grain * (1 + rough), 0, 1)
    rows = slice(max(0, top), min(page.shape[0], top + 2 * reach))
    columns = slice(max(0, left), min(page.shape[1], left + 2 * reach))
    part = ink[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
    page[rows, columns] *= 1 - part * hand.darkness * share


def _line(random: Generator, x: float, y: float, half: float, angle: float) -> NDArray[np.float64]:
    """A nearly straight stroke through a point."""
    steps = np.linspace(-half, half, 6)
    bow = random.normal(0, 0.06) * half * (1 - (steps / half) ** 2)
    return np.c_[x + steps * np.cos(angle) - bow * np.sin(angle), y + steps * np.sin(angle) + bow * np.cos(angle)]


def _wander(random: Generator, x: float, y: float, radius: float, count: int) -> NDArray[np.float64]:
    turn, far = random.uniform(0, 2 * np.pi, count), radius * np.sqrt(random.random(count))
    return np.c_[x + far * np.cos(turn), y + far * np.sin(turn)]


def _hatch(random: Generator, x: float, y: float, radius: float, width: float) -> NDArray[np.float64]:
    """To and fro over a disc, strokes a little closer or wider than the pen is."""
    angle, step = random.uniform(0, np.pi), width * random.uniform(0.7, 1.2)
    points = []
    for number, across in enumerate(np.arange(-radius, radius + step, step)):
        half = np.sqrt(max(0.0, radius**2 - across**2)) * random.uniform(0.85, 1.08)
        for end in (-half, half) if number % 2 else (half, -half):
            points.append((end, across + random.normal(0, width * 0.15)))  # noqa: PERF401  two at a time reads worse
    turned = np.array([(np.cos(angle), -np.sin(angle)), (np.sin(angle), np.cos(angle))])
    return np.array(points) @ turned.T + (x, y)


def _full(random: Generator, x: float, y: float, radius: float, width: float) -> list[NDArray[np.float64]]:
    centre = random.normal((x, y), 0.08 * radius)
    return [_hatch(random, *centre, radius * random.uniform(0.8, 1.0), width)]


def _sloppy(random: Generator, x: float, y: float, radius: float, width: float) -> list[NDArray[np.float64]]:
    turn, far = random.uniform(0, 2 * np.pi), radius * random.uniform(0.15, 0.35)
    return [_hatch(random, x + far * np.cos(turn), y + far * np.sin(turn), radius * random.uniform(0.55, 0.8), width)]


def _cross(random: Generator, x: float, y: float, radius: float, width: float) -> list[NDArray[np.float64]]:
    centre = random.normal((x, y), 0.12 * radius)
    half = radius * random.uniform(0.8, 1.5)
    return [_line(random, *centre, half * random.uniform(0.85, 1.15), turn + random.normal(0, 0.15))
            for turn in (np.pi / 4, -np.pi / 4)]  # fmt: skip


def _tick(random: Generator, x: float, y: float, radius: float, width: float) -> list[NDArray[np.float64]]:
    """Short down, long up to the right; its corner is somewhere in the lower half of the bubble."""
    corner = np.array([x + radius * random.uniform(-0.4, 0.1), y + radius * random.uniform(0.1, 0.6)])
    start = corner + radius * np.array([-random.uniform(0.4, 0.8), -random.uniform(0.4, 0.8)])
    end = corner + radius * np.array([random.uniform(0.8, 1.6), -random.uniform(1.0, 2.0)])
    return [np.array([start, corner, (corner + end) / 2 + random.normal(0, 0.05 * radius, 2), end])]


def _dot(random: Generator, x: float, y: float, radius: float, width: float) -> list[NDArray[np.float64]]:
    centre = random.normal((x, y), 0.12 * radius)
    return [_wander(random, *centre, radius * random.uniform(0.25, 0.45), 14)]


def _stroke(random: Generator, x: float, y: float, radius: float, width: float) -> list[NDArray[np.float64]]:
    centre = random.normal((x, y), 0.12 * radius)
    return [_line(random, *centre, radius * random.uniform(0.8, 1.4), random.uniform(0, np.pi))]


def circled(page: NDArray[np.float32], hand: Hand, x: float, y: float, radius: float) -> None:
    """A ring drawn by hand around the bubble, by somebody who fills in no bubbles."""
    random, turn = hand.random, np.linspace(0, 2 * np.pi * hand.random.uniform(0.95, 1.1), 24)
    wide, high = radius * random.uniform(1.2, 1.6, 2)
    off = random.normal(0, 0.1 * radius, 2)
    draw(page, hand, [np.c_[x + off[0] + wide * np.cos(turn), y + off[1] + high * np.sin(turn)]], x, y, radius)


_STYLES = {"full": _full, "sloppy": _sloppy, "cross": _cross, "tick": _tick, "dot": _dot, "stroke": _stroke}
