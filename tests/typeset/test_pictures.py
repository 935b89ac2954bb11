"""Pictures are decoded with care: bombs, other formats and broken files are refused by name."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image

from trainer.typeset.pictures import BadPicture, grey, read


def png(width: int, height: int) -> bytes:
    """A PNG that claims to be this large, of a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))

    head = struct.pack(">LLBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 5000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def encoded(image: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


@pytest.mark.parametrize("side", [8_000, 30_000, 200_000])
def test_a_picture_bomb_is_refused_before_it_is_opened(side: int) -> None:
    with pytest.raises(BadPicture, match="million"):
        read(png(side, side))


def test_formats_that_can_carry_more_than_pixels_are_refused() -> None:
    for data in (b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.4", b"GIF89a" + b"\0" * 40, b""):
        with pytest.raises(BadPicture, match="not a PNG, JPEG or WebP"):
            read(data)


def test_a_cut_off_file_is_refused() -> None:
    data = encoded(Image.effect_noise((200, 200), 60), "JPEG")
    with pytest.raises(BadPicture, match="broken"):
        read(data[: len(data) // 2])


def test_what_an_author_hid_in_a_picture_does_not_reach_the_file() -> None:
    data = encoded(Image.new("RGB", (30, 20), "red"), "PNG") + b"SECRET TRAILER"
    assert b"SECRET" not in read(data).data


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_the_three_formats_are_read(kind: str) -> None:
    picture = read(encoded(Image.effect_noise((320, 200), 60).convert("RGB"), kind))
    assert (picture.width, picture.height) == (320, 200)


def test_transparency_becomes_paper() -> None:
    picture = read(encoded(Image.new("RGBA", (4, 4), (0, 0, 0, 0)), "PNG"))
    with Image.open(io.BytesIO(picture.data)) as image:
        assert image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_grey_picture_has_one_channel_and_is_stored_as_it_was(kind: str) -> None:
    colour = Image.merge("RGB", [Image.effect_noise((90, 60), spread) for spread in (20, 60, 90)])
    made = grey(read(encoded(colour, kind)))
    image = Image.open(io.BytesIO(made.data))
    assert (image.mode, image.size, (made.width, made.height)) == ("L", (90, 60), (90, 60))
    assert image.format == Image.open(io.BytesIO(read(encoded(colour, kind)).data)).format
