"""From a file as it lies on a disk to JSON in UTF-8: archives are unpacked and encodings changed, within bounds.

What a file is, its first bytes say. gzip and zstd are what the Collector compresses with, zip is what Aspire's
dashboard exports, UTF-16 is what PowerShell's `>` writes.
"""

import codecs
import json
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from gzip import BadGzipFile, GzipFile
from typing import IO, BinaryIO, cast

from backports import zstd

from dashboard.interchange.json_stream import EXPECTED
from dashboard.interchange.limits import ImportLimits
from dashboard.interchange.refusal import ImportRefusedError

PIECE_BYTES = 256 * 1024
GZIP, ZSTD, ZIP = b"\x1f\x8b", b"\x28\xb5\x2f\xfd", (b"PK\x03\x04", b"PK\x05\x06")
UTF_16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
UTF_8_MARK = b"\xef\xbb\xbf"
JSON_ENDINGS = (".json", ".jsonl", ".ndjson", ".gz", ".zst")
MOST_MEMBERS = 1_000
LAYERS = 3
"""Archives within archives, such as a gzip file in a zip file."""


class Unpacker:
    """Unpacks one file, which all its parts together may not make larger than is allowed."""

    def __init__(self, limits: ImportLimits) -> None:
        self._left = limits.unpacked_bytes
        self._most = limits.unpacked_bytes

    def unpack(self, file: BinaryIO, layers: int = LAYERS) -> Iterator[BinaryIO]:
        """Yield each document of the file, at its beginning. Raise ImportRefusedError for what cannot be unpacked."""
        start = file.read(4)
        file.seek(0)
        if start.startswith(ZIP):
            yield from self._members(file, layers)
        elif start.startswith(GZIP):
            yield from self._layer(cast("IO[bytes]", GzipFile(fileobj=file)), "gzip", layers)
        elif start.startswith(ZSTD):
            yield from self._layer(cast("IO[bytes]", zstd.ZstdFile(file)), "zstd", layers)
        elif coding := _utf_16(start):
            with tempfile.TemporaryFile(prefix="gatescope-") as plain:
                self._transcode(file, coding, plain)
                yield cast("BinaryIO", plain)
        else:
            if start.startswith(UTF_8_MARK):
                file.seek(len(UTF_8_MARK))
            yield file

    def _layer(self, packed: IO[bytes], name: str, layers: int) -> Iterator[BinaryIO]:
        if not layers:
            what = f"{EXPECTED}; got archives in archives, {LAYERS} deep. Unpack it, then import it."
            raise ImportRefusedError(what)
        with tempfile.TemporaryFile(prefix="gatescope-") as plain:
            try:
                self._copy(packed, plain)
            except (BadGzipFile, EOFError, zlib.error, zstd.ZstdError, OSError) as error:
                why = "is cut off" if isinstance(error, EOFError) else f"cannot be unpacked ({error})"
                what = f"{EXPECTED}; got a {name} archive that {why}. Export or copy it again in full."
                raise ImportRefusedError(what) from error
            yield from self.unpack(cast("BinaryIO", plain), layers - 1)

    def _members(self, file: BinaryIO, layers: int) -> Iterator[BinaryIO]:
        """Yield the documents of a zip archive: those below `traces/` where there are some, as Aspire has them."""
        try:
            with zipfile.ZipFile(file) as archive:
                members = [one for one in archive.infolist() if one.filename.lower().endswith(JSON_ENDINGS)]
                members = [one for one in members if one.filename.startswith("traces/")] or members
                if not members:
                    raise ImportRefusedError(
                        f"{EXPECTED}; got a zip archive with no *.json in it. Choose another file."
                    )
                for member in members[:MOST_MEMBERS]:
                    with archive.open(member) as packed:
                        yield from self._layer(packed, "zip", layers)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError) as error:
            what = f"{EXPECTED}; got a zip archive that cannot be unpacked ({error}). Unpack it, then import it."
            raise ImportRefusedError(what) from error

    def _transcode(self, file: BinaryIO, coding: str, plain: IO[bytes]) -> None:
        """Write the text in UTF-8. What is no text is replaced, as a parser of JSON will say."""
        decoder = codecs.getincrementaldecoder(coding)("replace")
        while piece := file.read(PIECE_BYTES):
            self._write(plain, decoder.decode(piece).removeprefix("\ufeff").encode("utf-8", "replace"))
        plain.seek(0)

    def _copy(self, packed: IO[bytes], plain: IO[bytes]) -> None:
        while piece := packed.read(PIECE_BYTES):
            self._write(plain, piece)
        plain.seek(0)

    def _write(self, plain: IO[bytes], piece: bytes) -> None:
        self._left -= len(piece)
        if self._left < 0:
            most = f"{self._most // 2**20} MB"
            raise ImportRefusedError(
                f"The file holds more than {most} when unpacked: export fewer traces into one file."
            )
        plain.write(piece)


def _utf_16(start: bytes) -> str:
    """Return the coding that a mark tells, or zero bytes between the first characters of JSON; "" for any other."""
    if start[:2] in UTF_16:
        return UTF_16[start[:2]]
    if len(start) == 4 and start[1:4:2] == b"\0\0" and start[0] and start[2]:  # noqa: PLR2004 - two characters
        return "utf-16-le"
    if len(start) == 4 and start[0:3:2] == b"\0\0" and start[1] and start[3]:  # noqa: PLR2004 - two characters
        return "utf-16-be"
    return ""


def lines_of(file: BinaryIO) -> Iterator[tuple[int, bytes]] | None:
    """Return the lines with their numbers if each is a document of its own; None if the file is one document.

    It is one document unless the first line that begins like JSON is a whole one and others follow it.
    """
    begin = file.tell()
    is_lines = _begins_with_whole_line(file)
    file.seek(begin)
    if not is_lines:
        return None
    return ((number, line) for number, line in enumerate(file, start=1) if line.strip())


SNIFFED_LINES = 20
SNIFFED_BYTES = 4 * 1024 * 1024


def _begins_with_whole_line(file: BinaryIO) -> bool:
    for _ in range(SNIFFED_LINES):
        line = file.readline(SNIFFED_BYTES)
        if not line:
            return False
        text = line.strip()
        if not text.startswith((b"{", b"[{")):
            if text and line.startswith((b" ", b"\t", b"[")):
                return False
            continue
        if line.endswith(b"\n"):
            return _is_whole(text)
        # Longer than what is looked at, or the last line: a long one ends like a document if it is one.
        end = text[-1:]
        while line and not line.endswith(b"\n"):
            line = file.readline(SNIFFED_BYTES)
            end = line.strip()[-1:] or end
        return end in {b"}", b"]"} and bool(file.read(1))
    return False


def _is_whole(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
