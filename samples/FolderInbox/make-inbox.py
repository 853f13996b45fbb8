#!/usr/bin/env python3
"""Makes the larger files of inbox/: a year of readings (CSV, some megabytes) and a picture of them. Same files every time."""
import math
import pathlib
import struct
import zlib

INBOX = pathlib.Path(__file__).parent / "inbox"
STATIONS = ["harbour", "airport", "hill", "forest"]


def temperature(station: int, hour: int) -> float:
    year = -9 * math.cos(2 * math.pi * hour / 8766)
    day = -4 * math.cos(2 * math.pi * hour / 24)
    return round(10 + year + day - station * 1.5, 1)


def write_readings() -> None:
    lines = ["station,day,hour,minute,temperature"]
    for hour in range(8760):
        for station, name in enumerate(STATIONS):
            for minute in range(0, 60, 10):
                lines.append(f"{name},{hour // 24 + 1},{hour % 24},{minute},{temperature(station, hour)}")
    (INBOX / "readings-2025.csv").write_text("\n".join(lines) + "\n", newline="\n")


def write_picture() -> None:
    width, height = 365, 120
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for day in range(width):
            value = temperature(0, day * 24 + 14)
            line = int((30 - value) * height / 40)
            rows += b"\xd0\x40\x30" if abs(y - line) < 2 else b"\xf8\xf8\xf4" if y % 30 else b"\xd8\xd8\xd4"

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND", b"")
    (INBOX / "temperature.png").write_bytes(png)


write_readings()
write_picture()
