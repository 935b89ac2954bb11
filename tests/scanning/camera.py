"""What a photocopier, a scanner and a phone make of a page: arrays of light in, files as bytes out. All seeded."""

from __future__ import annotations

import io
from typing import NamedTuple

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image

Light = NDArray[np.float32]
"""Rows × columns, black 0 to white 1."""


def photocopy(page: Light, random: Generator) -> Light:
    """One generation: a little larger or smaller and askew, softer, harder in contrast, with dirt and grain."""
    height, width = page.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), random.normal(0, 0.25), random.uniform(0.985, 1.015))
    matrix[0, :2] *= random.uniform(0.997, 1.003)
    matrix[:, 2] += random.normal(0, 8, 2)
    copy = cv2.warpAffine(page, matrix, (width, height), flags=cv2.INTER_LINEAR, borderValue=1.0)
    copy = cv2.GaussianBlur(copy, (0, 0), random.uniform(0.6, 1.2))
    copy = np.clip((copy - 0.5) * random.uniform(1.05, 1.35) + random.uniform(0.49, 0.54), 0, 1)
    black = random.uniform(0.02, 0.14)
    copy = black + (1 - black) * copy
    copy += (1 - copy) * _noise(copy.shape, random) * random.uniform(0.05, 0.16)  # toner lies unevenly
    for _ in range(int(random.integers(20, 150))):
        x, y = random.integers(0, width), random.integers(0, height)
        cv2.circle(copy, (int(x), int(y)), int(random.integers(1, 3)), float(random.uniform(0.1, 0.7)), -1, cv2.LINE_AA)
    return np.clip(copy, 0, 1)


def scanned(page: Light, random: Generator) -> bytes:
    """A flat-bed or feeder scan of 150 to 300 dpi: a PDF with one JPEG, a JPEG, or a PNG."""
    dpi = float(random.choice([150, 200, 200, 240, 300]))
    factor = dpi / 300
    height, width = page.shape
    size = round(width * factor), round(height * factor)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), random.normal(0, 0.8), 1.0)
    matrix[:, 2] += random.normal(0, 15, 2)
    soft = cv2.GaussianBlur(page, (0, 0), 0.35 / factor + random.uniform(0, 0.5))
    scaled = np.diag([factor, factor, 1.0])[:2, :2] @ matrix
    scan = cv2.warpAffine(soft, scaled, size, flags=cv2.INTER_AREA, borderValue=float(random.uniform(0.3, 1.0)))
    white, black = random.uniform(0.90, 1.0), random.uniform(0.02, 0.2)
    scan = black + (white - black) * scan ** random.uniform(0.85, 1.2)
    scan += _noise(scan.shape, random) * random.uniform(0.003, 0.018)
    turned = np.rot90(_bytes(scan), int(random.choice([0, 0, 0, 2, 2, 1, 3])))
    kind = str(random.choice(["PDF", "PDF", "JPEG", "PNG"]))
    target = io.BytesIO()
    quality = {} if kind == "PNG" else {"quality": int(random.integers(60, 93))}
    with Image.fromarray(np.ascontiguousarray(turned)) as image:
        image.save(target, kind, **({"resolution": dpi} if kind == "PDF" else {}), **quality)
    return target.getvalue()


class Pose(NamedTuple):
    """How a phone is held over a sheet."""

    turn: float
    """Radians in the plane of the picture."""
    tilt: tuple[float, float]
    """Radians about both axes."""
    fill: float
    """Share of the picture that the sheet's longer side takes."""
    bulge: tuple[float, float, float]
    """Height of a curl in millimetres, its direction in radians, where its crest is (-1 to 1)."""


PIXELS = (4000, 3000)
"""Width and height of a picture of 12 megapixels."""


def pose(random: Generator) -> Pose:
    """As people hold phones: mostly from above, up to 22° beside it; paper mostly flat, at times curled by 10 mm."""
    turn = random.choice([0, 0, 1, 2, 3]) * np.pi / 2 + random.normal(0, 0.08)
    tilt = np.clip(random.normal(0, 0.15, 2), -0.38, 0.38)
    bulge = float(np.clip(random.exponential(2.5), 0, 10)) * float(random.choice([-1, 1]))
    direction = float(random.choice([0, np.pi / 2, np.pi / 2, random.uniform(0, np.pi)]))
    return Pose(float(turn), (float(tilt[0]), float(tilt[1])), float(random.uniform(0.68, 0.94)),
                (bulge, direction, float(random.uniform(-0.5, 0.5))))  # fmt: skip


def photographed(page: Light, random: Generator, held: Pose | None = None, blur: float | None = None,
                 size: tuple[int, int] = PIXELS) -> bytes:  # fmt: skip
    """A photo in colour as JPEG. `blur` is the focus blur's deviation in pixels of 12 megapixels (0.5 to 2.0)."""
    held = held or pose(random)
    if held.turn % np.pi < 0.6 or held.turn % np.pi > np.pi - 0.6:
        size = size[::-1]
    places, shade = _surface(page.shape, held, size)
    seen = cv2.remap(_bytes(page), places, None, cv2.INTER_LINEAR)  # as bytes, which takes a quarter of the time
    beside = ~cv2.inRange(places, (-0.5, -0.5), (page.shape[1] - 0.5, page.shape[0] - 0.5)).astype(bool)
    scene = seen * (shade / np.float32(255))
    np.copyto(scene, _table(size, random), where=beside)
    scene *= _light(size, random)
    scale = size[0] * size[1] / (PIXELS[0] * PIXELS[1])
    scene = cv2.GaussianBlur(scene, (0, 0), (random.uniform(0.5, 2.0) if blur is None else blur) * scale**0.5)
    length = int(random.choice([0, 0, 2, 4, 6]))
    if length:
        scene = cv2.filter2D(scene, -1, _motion(length, random.uniform(0, np.pi)))
    noise = _noise(scene.shape, random)
    scene = cv2.addWeighted(scene, 1.0, noise, random.uniform(0.006, 0.028), 0)
    grey = _bytes(scene)
    tint = random.uniform(0.93, 1.0, 3)
    colour = cv2.merge([cv2.convertScaleAbs(grey, alpha=float(one)) for one in tint])
    done, encoded = cv2.imencode(".jpg", colour, [cv2.IMWRITE_JPEG_QUALITY, int(random.integers(70, 94))])
    assert done
    return encoded.tobytes()


def _surface(shape: tuple[int, ...], held: Pose, size: tuple[int, int]) -> tuple[NDArray[np.float32], Light]:
    """For each pixel of the picture the place on the page it shows, and how light the paper is there.

    The paper is a height over its plane; a pixel's ray is cut with the plane at the height found before, some times.
    """
    block, (height, width) = 16, shape
    longer = max(height, width)
    columns, rows = np.meshgrid(
        np.arange(-block, size[0] + 2 * block, block), np.arange(-block, size[1] + 2 * block, block)
    )
    focal = 1.2 * max(size)
    rays = np.stack([(columns - size[0] / 2) / focal, (rows - size[1] / 2) / focal, np.ones_like(columns, float)], -1)
    distance = longer * focal / (held.fill * max(size))
    one, two = held.tilt
    tilt = np.array([[1, 0, 0], [0, np.cos(one), -np.sin(one)], [0, np.sin(one), np.cos(one)]]) @ np.array(
        [[np.cos(two), 0, np.sin(two)], [0, 1, 0], [-np.sin(two), 0, np.cos(two)]])  # fmt: skip
    turn = np.array([[np.cos(held.turn), -np.sin(held.turn), 0], [np.sin(held.turn), np.cos(held.turn), 0], [0, 0, 1]])
    rotation = tilt @ turn
    rays, eye = rays @ rotation, np.array([0, 0, -distance]) @ rotation
    z = np.zeros(rays.shape[:2])
    for _ in range(6):
        t = (z - eye[2]) / rays[..., 2]
        x, y = eye[0] + t * rays[..., 0], eye[1] + t * rays[..., 1]
        z, slope = _height(x, y, longer, held.bulge)
    knots = np.stack([x + width / 2, y + height / 2], -1).astype(np.float32)
    shade = (1 - np.clip(slope * 0.5, -0.25, 0.25)).astype(np.float32)
    return _between(knots, size, block), _between(shade, size, block)


def _height(x: NDArray[np.float64], y: NDArray[np.float64], longer: int, bulge: tuple[float, float, float]):
    """Height of the paper in pixels of the page, and its slope; a crest that falls off to both sides."""
    high, direction, crest = bulge
    along = (x * np.cos(direction) + y * np.sin(direction)) / (longer / 2)
    inside = np.clip((along - crest) / 1.3, -1, 1)
    pixels = -high * longer / 297
    slope = -pixels * np.pi / 2 * np.sin(np.pi * inside) / (1.3 * longer / 2)
    return pixels * np.cos(np.pi / 2 * inside) ** 2, slope


def _between(knots: NDArray[np.float32], size: tuple[int, int], block: int) -> NDArray[np.float32]:
    full = cv2.resize(knots, None, fx=block, fy=block, interpolation=cv2.INTER_LINEAR)
    start = block + block // 2
    return np.ascontiguousarray(full[start : start + size[1], start : start + size[0]])


def _table(size: tuple[int, int], random: Generator) -> Light:
    """Wood or cloth: streaks of one direction."""
    grain = random.random((60, 60), np.float32)
    streaks = cv2.blur(grain, (1, 25) if random.random() < 0.5 else (25, 1))
    table = np.clip(random.uniform(0.15, 0.75) + (streaks - streaks.mean()) * 0.8, 0.05, 0.95)
    return cv2.resize(table.astype(np.float32), size)


def _light(size: tuple[int, int], random: Generator) -> Light:
    """A gradient, a darker rim, and often the shadow of a hand or phone with a soft edge."""
    small = size[0] // 10, size[1] // 10
    x, y = np.meshgrid(np.linspace(-1, 1, small[0], dtype=np.float32), np.linspace(-1, 1, small[1], dtype=np.float32))
    turn = random.uniform(0, 2 * np.pi)
    light = (
        1 + random.uniform(0, 0.3) * (x * np.cos(turn) + y * np.sin(turn)) - random.uniform(0, 0.25) * (x**2 + y**2) / 2
    )
    if random.random() < 0.6:
        shadow = np.zeros(light.shape, np.float32)
        centre = random.uniform(0.1, 0.9, 2) * small
        corners = centre + random.normal(0, 0.35, (5, 2)) * max(small)
        cv2.fillConvexPoly(shadow, cv2.convexHull(corners.astype(np.int32)), 1.0)
        shadow = cv2.GaussianBlur(shadow, (0, 0), float(random.uniform(2, 25)))
        light *= 1 - random.uniform(0.15, 0.5) * shadow
    return cv2.resize(light * random.uniform(0.62, 0.95), size, interpolation=cv2.INTER_LINEAR)


def _motion(length: int, angle: float) -> NDArray[np.float32]:
    kernel = np.zeros((2 * length + 1, 2 * length + 1), np.float32)
    half = np.array([np.cos(angle), np.sin(angle)]) * length / 2
    one, two = ((length + sign * half) * 16 for sign in (-1, 1))
    cv2.line(kernel, [round(v) for v in one], [round(v) for v in two], 1.0, 1, cv2.LINE_AA, 4)
    return kernel / kernel.sum()


_TILE = np.random.default_rng(7).standard_normal((1400, 1400), np.float32)


def _noise(shape: tuple[int, ...], random: Generator) -> Light:
    """Normal noise; a large tile, moved, because drawing 12 million values takes longer than all the rest."""
    tile = np.roll(_TILE, tuple(random.integers(0, 1400, 2)), (0, 1))
    times = -(-shape[0] // 1400), -(-shape[1] // 1400)
    return np.tile(tile, times)[: shape[0], : shape[1]]


def _bytes(light: Light) -> NDArray[np.uint8]:
    return cv2.convertScaleAbs(np.maximum(light, 0), alpha=255)
