"""The binary format of data sent to or embedded in a page: JSON, then arrays, compressed."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any


def pack(facts: Mapping[str, object], arrays: Sequence[bytes] = ()) -> bytes:
    """Return facts (as JSON) and arrays, compressed: count and lengths (u32, little-endian), then each part padded to four bytes."""
    parts = [json.dumps(facts, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode(), *arrays]
    head = struct.pack(f"<{1 + len(parts)}I", len(parts), *(len(part) for part in parts))
    squeezer = zlib.compressobj(level=1)  # 30 times faster than level 9, and 10 % larger
    return b"".join([*(squeezer.compress(piece + bytes(-len(piece) % 4)) for piece in (head, *parts)), squeezer.flush()])


def unpack(packet: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """Return the facts and arrays given to `pack`."""
    data = zlib.decompress(packet)
    count = struct.unpack_from("<I", data)[0]
    lengths = struct.unpack_from(f"<{count}I", data, 4)
    place, parts = 4 * (1 + count), []
    for length in lengths:
        parts.append(data[place : place + length])
        place += length + -length % 4
    return json.loads(parts[0]), parts[1:]
