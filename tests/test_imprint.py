"""The imprint of a map: what may stand on it, and which files are logos."""

from __future__ import annotations

import base64
import io
import os
import re
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import AtlasError
from layers.imprint import LOGO_MOST, LONGEST, Imprint
from layers.logos import picture_kind

HOSTILE = "</script><img src=x onerror=alert(1)>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'


def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG."""
    body = kind + data
    return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))


def png(width: int = 1, height: int = 1) -> bytes:
    """The smallest honest PNG: one grey."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress((b"\x00" + b"\x80" * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def drawn(kind: str, mode: str = "RGB", **options: object) -> bytes:
    """A picture as an image library writes it."""
    image = pytest.importorskip("PIL.Image")
    stream = io.BytesIO()
    image.new(mode, (8, 8), "navy").save(stream, kind, **options)
    return stream.getvalue()


def without(data: bytes, part: bytes) -> bytes:
    """A PNG without the chunks of one kind."""
    at, kept = 8, data[:8]
    while at < len(data):
        end = at + 12 + struct.unpack_from(">I", data, at)[0]
        kept += data[at:end] if data[at + 4 : at + 8] != part else b""
        at = end
    return kept


def webp(*chunks: bytes) -> bytes:
    """A WebP of these chunks."""
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def test_nothing_given_is_nothing_told():
    for lang in ("zh", "en"):
        part = Imprint().payload_part(lang)
        assert part == {"imprint": {"office": "", "approval": "", "date": "", "logo": ""}}


def test_what_is_given_is_told_without_blanks_around_it():
    made = Imprint("t", "s", " 闵行区经委 ", "沪S(2026)001号", " 2026-05-19\n")
    told = made.payload_part("zh")["imprint"]
    assert told == {
        "office": "闵行区经委",
        "approval": "沪S(2026)001号",
        "date": "2026-05-19",
        "logo": "",
    }
    assert (made.title, made.subtitle) == ("t", "s")
    assert Imprint(title=HOSTILE).title == HOSTILE, "markup is text like any other"


@pytest.mark.parametrize("name", LONGEST)
def test_a_text_is_one_line_of_the_sheet(name):
    most = LONGEST[name]
    assert getattr(Imprint(**{name: "园" * most}), name) == "园" * most
    for bad in ("园" * (most + 1), "a\nb", "a\tb", "a\x00b", "a\u202eb", "a\u2028b", "a\ud800b"):
        with pytest.raises(AtlasError) as told:
            Imprint(**{name: bad})
        assert "\n" not in told.value.text("zh") and re.search(r"U\+|\d", told.value.text("en"))


@pytest.mark.parametrize("text", ["👩\u200d🔬 园区", "👍🏽", "می\u200cخواهم"])
def test_emoji_and_scripts_that_join_are_text(text):
    assert Imprint(title=text, office=text).title == text


@pytest.mark.parametrize("name", [*LONGEST, "date"])
def test_an_argument_in_another_encoding_is_told_as_such(name):
    text = "闵行".encode("gbk").decode("utf-8", "surrogateescape")
    with pytest.raises(AtlasError, match="not text in the encoding of the terminal") as told:
        Imprint(**{name: text})
    assert "编码" in told.value.text("zh") and told.value.text("zh").isprintable()


@given(st.text(max_size=70))
def test_any_text_is_taken_as_it_is_or_refused(text):
    try:
        office = Imprint(office=text).office
    except AtlasError:
        return
    assert office == text.strip()
    assert office.encode("utf-8").decode("utf-8") == office
    assert not any(ord(c) < 32 or c in "\x7f\u2028\u2029\u202e" for c in office)


@pytest.mark.parametrize(
    "text", ["2026-02-30", "2026-5-19", "20260519", "2026-05-19T00:00", "19.05.2026", "heute",
             "٢٠٢٦-٠٥-١٩", "0000-01-01"],
)  # fmt: skip
def test_a_date_is_a_day_of_the_calendar(text):
    with pytest.raises(AtlasError, match="2026-05-19"):
        Imprint(date=text)


@given(st.dates())
def test_every_day_is_a_date(day):
    assert Imprint(date=day.isoformat()).date == day.isoformat()


# --- logos


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (png(), "image/png"),
        (SVG, "image/svg+xml"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- logo -->\n' + SVG, "image/svg+xml"),
        (SVG.decode().encode("utf-16"), "image/svg+xml"),
        (b'<!DOCTYPE svg [<!ENTITY ns "x">]>' + SVG, "image/svg+xml"),
        (SVG.replace(b"<path", b"<script>alert(1)</script><path"), "image/svg+xml"),
    ],
)
def test_a_logo_is_told_by_its_content(tmp_path, content, kind):
    path = tmp_path / "logo.exe"
    path.write_bytes(content)
    uri = Imprint(logo=path).payload_part("en")["imprint"]["logo"]
    head, _, data = uri.partition(";base64,")
    assert (head, base64.b64decode(data)) == (f"data:{kind}", content)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_of_an_image_library_are_logos_and_cut_off_ones_are_none(kind):
    data = drawn(kind)
    assert picture_kind(data) == f"image/{kind.lower()}"
    assert picture_kind(data[: len(data) // 2]) == ""


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [("PNG", "RGBA", {}), ("PNG", "1", {}), ("JPEG", "L", {"progressive": True}),
     ("JPEG", "RGB", {"quality": 95, "exif": b"Exif\0\0" + b"\xff\xd9" * 9}),
     ("JPEG", "CMYK", {}), ("WEBP", "RGBA", {}), ("WEBP", "RGB", {"lossless": True}),
     ("WEBP", "RGB", {"exif": b"Exif\0\0x"})],
)  # fmt: skip
def test_every_way_of_writing_a_picture_is_read(kind, mode, options):
    data = drawn(kind, mode, **options)
    assert picture_kind(data) == f"image/{kind.lower()}"
    assert picture_kind(data[: len(data) * 2 // 3]) == ""


def test_a_moving_webp_is_a_picture():
    image = pytest.importorskip("PIL.Image")
    frames = [image.new(mode, (8, 8), colour) for mode, colour in (("RGBA", 1), ("RGBA", 9))]
    for options in ({}, {"lossless": True}):
        stream = io.BytesIO()
        frames[0].save(stream, "WEBP", save_all=True, append_images=frames[1:], **options)
        assert picture_kind(stream.getvalue()) == "image/webp"


@pytest.mark.parametrize("part", [b"IDAT", b"IHDR", b"IEND"])
def test_a_png_without_one_of_its_parts_is_none(part):
    assert picture_kind(without(png(), part)) == ""


def test_a_png_whose_pixels_are_none_is_none():
    at = png().index(b"IDAT")
    for wrong in (chunk(b"IDAT", b"no pixels"), chunk(b"IDAT", b""), b"\0\0\0\x01IDATx\0\0\0\0"):
        data = png()[: at - 4] + wrong + chunk(b"IEND", b"")
        assert picture_kind(data) == ""
    assert picture_kind(png(0, 5)) == ""


def test_a_jpeg_without_a_frame_or_a_scan_is_none():
    assert picture_kind(b"\xff\xd8\xff\xd9") == ""
    assert picture_kind(b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 10 + b"\xff\xd9") == ""
    data = drawn("JPEG")
    frame = data.index(b"\xff\xc0")
    size = int.from_bytes(data[frame + 2 : frame + 4], "big")
    assert picture_kind(data[:frame] + data[frame + 2 + size :]) == ""
    assert picture_kind(data[: data.index(b"\xff\xda")] + b"\xff\xd9") == ""
    assert picture_kind(data[:-2]) == ""


def test_a_webp_without_an_image_is_none():
    head = b"VP8X" + struct.pack("<I", 10) + bytes(10)
    empty = b"VP8 " + struct.pack("<I", 12) + bytes(12)
    for data in (webp(), webp(head), webp(empty), webp(head, b"EXIF\x02\0\0\0ab")):
        assert picture_kind(data) == ""


@pytest.mark.parametrize(
    ("content", "named"),
    [
        (b'<?xml version="1.0" encoding="GBK"?>' + SVG, "GBK"),
        (b"<?xml version='1.0' encoding='gb2312'?>\n" + SVG, "gb2312"),
        (SVG.replace(b"<path", "<text>闵行</text><path".encode("gbk")), "UTF-8"),
    ],
)
def test_an_svg_in_another_encoding_is_told_to_be_saved_as_utf_8(tmp_path, content, named):
    path = tmp_path / "logo.svg"
    path.write_bytes(content)
    with pytest.raises(AtlasError, match="save it as UTF-8") as told:
        Imprint(logo=path)
    assert all(named in told.value.text(lang) for lang in ("en", "zh"))


@pytest.mark.skipif(os.name == "nt", reason="no pipes with names there")
def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path(os.devnull)):
        with pytest.raises(AtlasError, match="not a file"):
            Imprint(logo=path)


@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a", b"<html><body/></html>", b"<svg/>", SVG[:-3], b"<svg xmlns='x'/>",
     b"%PDF-1.4", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF\xff\xff\xff\x7fWEBP", png()[:-12],
     b'<?xml version="1.0" encoding="nonsense"?>' + SVG, "图".encode()],
)  # fmt: skip
def test_what_is_no_picture_is_no_logo(tmp_path, content):
    path = tmp_path / "logo.png"
    path.write_bytes(content)
    with pytest.raises(AtlasError, match=r"logo\.png") as told:
        Imprint(logo=path)
    assert "logo.png" in told.value.text("zh")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_picture_or_none(data):
    assert picture_kind(data) in ("", "image/png", "image/jpeg", "image/webp", "image/svg+xml")


def test_entities_without_end_do_not_make_work_without_end():
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE svg [<!ENTITY e0 "x">{levels}]>'.encode() + SVG.replace(
        b"<path", b"<text>&e11;</text><path"
    )
    assert picture_kind(bomb) == ""


def test_the_logo_is_read_once(tmp_path):
    path = tmp_path / "logo.svg"
    path.write_bytes(SVG)
    first = Imprint("图集", "副题", "经济委员会", logo=path)
    path.unlink()
    other = first.retitled("", "")
    assert (other.title, other.subtitle, other.office) == ("", "", "经济委员会")
    assert other.logo == path and other.logo_uri == first.logo_uri != ""
    assert first.title == "图集", "the first is as it was"
    with pytest.raises(AtlasError):
        first.retitled("a\nb", "")


def test_a_logo_that_is_missing_a_folder_or_too_large(tmp_path):
    large = tmp_path / "large.svg"
    large.write_bytes(SVG + b" " * LOGO_MOST)
    for path in (tmp_path / "none.svg", tmp_path, large, Path("a\0b")):
        with pytest.raises(AtlasError):
            Imprint(logo=path)
    large.write_bytes(SVG + b" " * (LOGO_MOST - len(SVG)))
    assert Imprint(logo=large).logo_uri


@pytest.mark.parametrize("text", ["2026-11-05", "2026年11月5日", " 2026 年 11 月 05 日 "])
def test_a_date_may_be_written_as_chinese_do(text):
    assert Imprint(date=text).date == "2026-11-05"


@pytest.mark.parametrize(
    "text", ["2026年13月1日", "2026年2月30日", "26年1月1日", "2026年1月", "٢٠٢٦-٠١-٠١"]
)
def test_no_day_is_no_date(text):
    with pytest.raises(AtlasError):
        Imprint(date=text)


def test_english_readers_get_their_own_texts_or_the_same():
    made = Imprint("标题", "副标题", "闵行区经委", title_en="Title", office_en="Minhang EC")
    assert (made.text("title", "zh"), made.text("title", "en")) == ("标题", "Title")
    assert made.text("subtitle", "en") == "副标题", "none of its own"
    assert made.payload_part("en")["imprint"]["office"] == "Minhang EC"
    assert made.payload_part("zh")["imprint"]["office"] == "闵行区经委"
    other = made.retitled("", "")
    assert (other.text("title", "en"), other.text("office", "en")) == ("", "Minhang EC")
    with pytest.raises(AtlasError, match="English title"):
        Imprint(title_en="x" * (LONGEST["title_en"] + 1))
