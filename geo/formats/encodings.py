"""Text files as they are met in China: UTF-8, UTF-16 with a mark, or GBK."""

from __future__ import annotations

from geo.errors import AtlasError

_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


def decoded(data: bytes, name: str) -> str:
    """Return a file's text: UTF-16 where it has the mark of it, UTF-8 if it is, else GBK.

    Parameters
    ----------
    data : bytes
    name : str
        The file, as messages call it.

    Raises
    ------
    AtlasError
        When the content is binary or in another encoding.
    """
    wide = data.startswith(_WIDE_MARKS)
    if b"\x00" in data[:4096] and not wide:
        raise AtlasError(
            en=f"{name}: not a text file (binary content)",
            zh=f"{name}：不是文本文件（二进制内容）",
        )
    for encoding in ("utf-16",) if wide else ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise AtlasError(
        en=f"{name}: text in neither UTF-8 nor GBK", zh=f"{name}：文字既非 UTF-8 也非 GBK 编码"
    )
