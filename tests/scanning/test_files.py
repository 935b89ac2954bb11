"""What is uploaded: opened for what it is, within limits, and what is wrong with one part leaves the rest alone."""

from __future__ import annotations

import io
import random
import stat
import zipfile

import numpy as np
import pikepdf
import pytest
from PIL import Image

from trainer.scanning import archive, files, pictures
from trainer.scanning.files import Opened, pages
from trainer.scanning.problems import PROBLEMS


def encoded(kind: str, size: tuple[int, int] = (120, 160), **settings: object) -> bytes:
    target = io.BytesIO()
    Image.new("L", size, 200).save(target, kind, **settings)
    return target.getvalue()


def zipped(*entries: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive_:
        for name, data in entries:
            archive_.writestr(name, data)
    return target.getvalue()


def codes(data: bytes) -> list[str]:
    """The problem of each page, or an empty string."""
    return [_sound(one).problem.code if one.problem else "" for one in pages(data, "file")]


def _sound(one: Opened) -> Opened:
    """Either a picture or a problem whose sentence can be filled in."""
    assert (one.image is None) != (one.problem is None)
    if one.problem:
        assert PROBLEMS[one.problem.code] % one.problem.params
    else:
        assert one.image.dtype == np.uint8
        assert one.image.ndim == 2
    return one


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "PDF"])
def test_every_kind_is_known_by_its_content(kind: str) -> None:
    (one,) = pages(encoded(kind), "named.wrongly")
    assert _sound(one).image is not None


def test_all_pictures_of_a_tiff_and_all_pages_of_a_pdf_come_in_order() -> None:
    shades = [Image.new("L", (60, 80), 100 + 50 * step) for step in range(3)]
    for kind in ("TIFF", "PDF"):
        target = io.BytesIO()
        shades[0].save(target, kind, save_all=True, append_images=shades[1:])
        found = [_sound(one) for one in pages(target.getvalue())]
        assert [one.page for one in found] == [1, 2, 3]
        assert [round(float(one.image.mean()) / 50) for one in found] == [2, 3, 4]


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_stand_as_the_camera_noted(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = np.zeros((80, 64), np.uint8)
    upright[:16, :16] = 255
    stored = upright
    if orientation in (5, 6, 7, 8):
        stored = {5: upright.T, 6: np.rot90(upright), 7: np.rot90(upright, 2).T, 8: np.rot90(upright, -1)}[orientation]
    else:
        stored = {1: upright, 2: upright[:, ::-1], 3: np.rot90(upright, 2), 4: upright[::-1]}[orientation]
    target = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(stored)).save(target, "PNG", exif=exif)
    (one,) = pages(target.getvalue())
    assert (one.image == upright).all()


def test_clear_and_deep_pictures_become_grey() -> None:
    for image, mean in ((Image.new("RGBA", (50, 50), (0, 0, 0, 0)), 255), (Image.new("I;16", (50, 50), 0x8000), 128)):
        target = io.BytesIO()
        image.save(target, "PNG")
        (one,) = pages(target.getvalue())
        assert round(float(one.image.mean())) == mean


def test_what_is_no_picture_is_named() -> None:
    assert codes(b"") == ["file-empty"]
    assert codes(b"Dear colleagues,") == ["file-unknown"]
    assert codes(b"%!PS-Adobe-3.0 EPSF-3.0\n") == ["file-unknown"]
    assert codes(b"%PDF-1.7 and then nothing") == ["file-broken"]
    assert codes(encoded("PNG")[:60]) in (["file-cut"], ["file-broken"])
    whole = encoded("JPEG", (800, 800))
    assert codes(whole[: len(whole) * 2 // 3]) == ["file-cut"]


def test_an_encrypted_pdf_is_named() -> None:
    target = io.BytesIO()
    with pikepdf.Pdf.open(io.BytesIO(encoded("PDF"))) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(user="u", owner="o"))
    assert codes(target.getvalue()) == ["file-locked"]


def test_a_hundred_megapixels_are_refused_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    target = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(target, "PNG")
    monkeypatch.setattr(Image.Image, "load", lambda *_: pytest.fail("decoded"))
    (one,) = pages(target.getvalue(), "big.png")
    assert one.problem.code == "too-large"
    assert one.problem.params["megapixels"] == 100


def test_a_picture_too_large_inside_a_pdf_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trainer.scanning.documents.MOST_PIXELS", 10_000)
    assert codes(encoded("PDF")) == ["too-large"]


def test_pictures_of_phones_are_read() -> None:
    (one,) = pages(encoded("JPEG", (8064, 6048)))
    assert one.image.shape == (3024, 4032), "48 megapixels are decoded at half their size"


def test_a_page_of_any_claimed_size_is_drawn_small() -> None:
    for side in (6.0, 14_400.0):
        with pikepdf.Pdf.new() as pdf:
            pdf.add_blank_page(page_size=(side, side / 2))
            target = io.BytesIO()
            pdf.save(target)
        (one,) = pages(target.getvalue())
        assert one.problem or max(one.image.shape) <= 3401


def test_the_first_pages_of_a_long_upload_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MOST_PAGES", 3)
    target = io.BytesIO()
    image = Image.new("L", (60, 80), 255)
    image.save(target, "TIFF", save_all=True, append_images=[image] * 5)
    assert codes(target.getvalue()) == ["", "", "", "too-many-pages"]
    assert codes(zipped(*((f"{n}.png", encoded("PNG")) for n in range(5)))) == ["", "", "", "too-many-pages"]
    assert codes(zipped(*((f"{n}.png", encoded("PNG")) for n in range(3)))) == ["", "", ""]


def test_everything_else_of_a_zip_is_read() -> None:
    link = zipfile.ZipInfo("link.png")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    data = zipped(
        ("folder/good.png", encoded("PNG")),
        ("__MACOSX/._good.png", b"junk"),
        ("words.txt", b"words"),
        (link, b"/etc/passwd"),
        ("inner.zip", zipped(("x.png", encoded("PNG")))),
        ("empty.png", b""),
        ("last.jpg", encoded("JPEG")),
    )
    assert codes(data) == ["", "file-unknown", "zip-link", "zip-inside", "file-empty", ""]
    assert [one.page for one in pages(data) if one.image is not None] == [1, 2]


def test_a_zip_bomb_is_not_unpacked() -> None:
    assert codes(zipped(("bomb.png", b"\0" * 50_000_000), ("good.png", encoded("PNG")))) == ["zip-too-large", ""]


def test_a_zip_that_lies_about_sizes_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    data = bytearray(zipped(("a.png", random.Random(1).randbytes(3000))))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = data.index(signature) + offset
        data[at : at + 4] = (100).to_bytes(4, "little")
    monkeypatch.setattr(archive, "MOST_BYTES", 1000)
    assert codes(bytes(data)) in (["file-broken"], ["zip-too-large"], ["file-unknown"])


def test_too_many_files_in_a_zip_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_FILES", 2)
    assert codes(zipped(*((f"{n}.png", b"x") for n in range(3)))) == ["zip-too-many"]


def test_a_file_that_is_two_things_is_only_what_it_begins_as() -> None:
    inner = zipped(("evil.png", encoded("PNG")))
    assert codes(encoded("JPEG") + inner) == [""]
    assert codes(encoded("PDF") + inner) == [""]
    assert codes(b"GIF89a" + inner) == ["file-unknown"]


def test_a_heic_is_opened_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """No encoder is at hand; that a broken one is named shows which decoder was asked."""
    called: list[str] = []
    real = pictures.heif_pages
    monkeypatch.setattr(pictures, "heif_pages", lambda data, name: called.append(name) or real(data, name))
    assert codes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 64) == ["file-broken"]
    assert called == ["file"]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "PDF", "ZIP"])
def test_mutated_files_give_values_never_exceptions(kind: str) -> None:
    chance = random.Random(kind)
    source = zipped(("a.png", encoded("PNG")), ("b.jpg", encoded("JPEG"))) if kind == "ZIP" else encoded(kind)
    for _ in range(60):
        data = bytearray(source)
        for _ in range(chance.randint(1, 12)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            del data[chance.randrange(len(data)) :]
        for one in pages(bytes(data), "mutated"):
            _sound(one)
