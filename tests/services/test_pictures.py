"""Pictures are written anew, and hostile ones are refused before they cost anything."""

from __future__ import annotations

import contextlib
import io
import struct
import subprocess
import zlib
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from trainer.services import weighing
from trainer.services.pictures import MOST_PIXELS, PictureError, reencode

PLANTED = b"Sok Dara, 11.5564 N"


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def plain(mode: str = "RGB", size: tuple[int, int] = (40, 30)) -> Image.Image:
    return Image.radial_gradient("L").resize(size).convert(mode)


def png_that_claims(width: int, height: int, body: bytes = b"") -> bytes:
    """A PNG of a few bytes with any size in its header."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(body or b"\0" * 10)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp")])
def test_a_picture_stays_what_it_is(kind: str, mime: str) -> None:
    made = reencode(saved(plain(), kind))
    assert (made.mime, made.width, made.height) == (mime, 40, 30)
    with Image.open(io.BytesIO(made.data), formats=[kind]) as again:
        assert again.size == (40, 30)
        difference = [abs(a - b) for a, b in zip(again.convert("L").tobytes(), plain("L").tobytes(), strict=True)]
        assert max(difference) < 12


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_can_be_used(mode: str) -> None:
    assert reencode(saved(Image.new(mode, (40, 30)) if mode == "I;16" else plain(mode), "PNG")).width == 40


def test_sixteen_bits_of_grey_do_not_turn_white() -> None:
    with Image.open(io.BytesIO(reencode(saved(Image.new("I;16", (4, 4), 40_000), "PNG")).data)) as again:
        assert again.getpixel((0, 0)) == 40_000 // 256


def test_transparency_is_kept() -> None:
    image = plain("RGBA")
    image.putalpha(100)
    with Image.open(io.BytesIO(reencode(saved(image, "PNG")).data)) as again:
        assert again.convert("RGBA").getpixel((0, 0))[3] == 100  # type: ignore[index]


def test_a_photograph_lying_on_its_side_is_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    made = reencode(saved(plain(), "JPEG", exif=exif))
    assert (made.width, made.height) == (30, 40)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_nothing_but_the_picture_is_left(kind: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = PLANTED.decode()
    options: dict[str, Any] = {"exif": exif, "icc_profile": b"profile of " + PLANTED}
    if kind == "PNG":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("Author", PLANTED.decode())
        options["pnginfo"].add_itxt("Place", PLANTED.decode())
    elif kind == "JPEG":
        options["comment"] = PLANTED
    else:
        options["xmp"] = PLANTED
    sent = saved(plain(), kind, **options) + PLANTED
    assert PLANTED in sent
    made = reencode(sent)
    assert PLANTED not in made.data
    with Image.open(io.BytesIO(made.data)) as again:
        assert not set(again.info) - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression",
                                      "loop", "background", "timestamp", "duration"}  # fmt: skip
        assert not again.getexif()


def test_the_same_picture_gives_the_same_bytes() -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        sent = saved(plain(), kind)
        assert reencode(sent) == reencode(sent)
        assert reencode(sent).data != sent


@pytest.mark.parametrize(
    ("width", "height"), [(9000, 9000), (MOST_PIXELS + 1, 1), (60_000, 60_000), (2**31 - 1, 2**31 - 1)]
)
def test_a_small_file_that_unfolds_to_millions_of_pixels_is_refused(width: int, height: int) -> None:
    with pytest.raises(PictureError) as refusal:
        reencode(png_that_claims(width, height))
    assert refusal.value.code == "picture-large"


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_picture_that_moves_is_refused(kind: str) -> None:
    moving = saved(plain(), kind, save_all=True, append_images=[plain("L").convert("RGB").rotate(90)], duration=100)
    with pytest.raises(PictureError) as refusal:
        reencode(moving)
    assert refusal.value.code == "picture-animated"


@pytest.mark.parametrize("sent", [
    b"", b"\x89PNG\r\n\x1a\n", b"GIF89a" + b"\0" * 60, b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
    b"BM" + b"\0" * 60, b"II*\0" + b"\0" * 60, b"\xff\xd8\xff\xe0", b"RIFF\0\0\0\0WEBPVP8 ", b"\0" * 1000,
    saved(plain(), "GIF"), saved(plain(), "TIFF"), saved(plain(), "BMP"), saved(plain(), "PNG")[:200],
    saved(plain(), "JPEG")[:300], saved(plain(), "WEBP")[:100], png_that_claims(100, 100, b"short"),
    png_that_claims(0, 5),
], ids=lambda sent: f'{len(sent)} bytes')  # fmt: skip
def test_what_is_no_whole_picture_is_refused(sent: bytes) -> None:
    with pytest.raises(PictureError) as refusal:
        reencode(sent)
    assert refusal.value.code == "picture-unreadable"


def test_postscript_starts_no_other_program(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[object] = []
    monkeypatch.setattr("PIL.EpsImagePlugin.gs_binary", "gs")
    monkeypatch.setattr(subprocess, "check_call", lambda command, **_: started.append(command))
    eps = saved(plain(), "EPS")
    with pytest.raises(PictureError):
        reencode(eps)
    assert started == []
    # The control: Pillow, left to itself, starts one.
    with Image.open(io.BytesIO(eps)) as image, contextlib.suppress(Exception):
        image.load()
    assert len(started) == 1


def test_mutated_pictures_are_used_or_refused_and_never_anything_else() -> None:
    whole = [bytearray(saved(plain(), kind)) for kind in ("PNG", "JPEG", "WEBP")]
    for at in range(600):
        data = bytearray(whole[at % 3])
        for step in range(1 + at % 4):
            data[(at * 7919 + step * 104_729) % len(data)] ^= 1 << (at % 8)
        with contextlib.suppress(PictureError):
            assert reencode(bytes(data)).mime.startswith("image/")


def test_what_a_learner_pays_is_weighed_without_what_is_cut_off() -> None:
    def png(width: int, height: int, comment: int = 0) -> bytes:
        info = PngImagePlugin.PngInfo()
        info.add_text("comment", "x" * comment)
        return saved(Image.effect_noise((width, height), 60), "PNG", pnginfo=info)

    files = {"media/small.png": png(40, 30), "media/noted.png": png(40, 30, 60_000), "media/heavy.png": png(400, 300)}
    files |= {"media/large.png": png(1700, 2), "media/broken.png": b"no picture", "01-one.md": b"Words."}
    found = weighing.pictures(files)
    assert list(found) == ["media/small.png", "media/noted.png", "media/heavy.png", "media/large.png"]
    assert len(files["media/noted.png"]) > 40_000 > found["media/noted.png"].size
    assert found["media/heavy.png"].size > 40_000
    assert found["media/large.png"].width == 1700
