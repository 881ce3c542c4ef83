"""Small ICC profiles (ICC.1:2001-04), and what their colours are in sRGB."""

import struct

RGB = tuple[float, float, float]

DISPLAY_P3 = ((0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407))
ADOBE_RGB = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
"""The XYZ of red, green and blue under D50."""

WHITE = (0.9642, 1.0, 0.8249)
TO_SRGB = ((3.13386, -1.61687, -0.49061), (-0.97877, 1.91614, 0.03345), (0.07195, -0.22899, 1.40524))


def rgb_profile(primaries: tuple[RGB, RGB, RGB], gamma: float) -> bytes:
    curves = {f"{name}TRC": _curve(gamma) for name in "rgb"}
    return _profile("RGB ", {f"{name}XYZ": _xyz(xyz) for name, xyz in zip("rgb", primaries, strict=True)} | curves)


def grey_profile(gamma: float) -> bytes:
    return _profile("GRAY", {"kTRC": _curve(gamma)})


def in_srgb(colour: tuple[int, int, int], primaries: tuple[RGB, RGB, RGB], gamma: float) -> list[int]:
    """The levels that sRGB has for a colour of such a profile."""
    light = [(level / 255) ** gamma for level in colour]
    xyz = [sum(light[each] * primaries[each][axis] for each in range(3)) for axis in range(3)]
    return [srgb_level(sum(row[axis] * xyz[axis] for axis in range(3))) for row in TO_SRGB]


def srgb_level(light: float) -> int:
    """IEC 61966-2-1."""
    light = min(max(light, 0), 1)
    return round(255 * (12.92 * light if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055))


def _profile(space: str, tags: dict[str, bytes]) -> bytes:
    tags = {"wtpt": _xyz(WHITE), **tags}
    at, table, data = 128 + 4 + 12 * len(tags), b"", b""
    for name, content in tags.items():
        table += struct.pack(">4sII", name.encode(), at + len(data), len(content))
        data += content
    head = struct.pack(">I4xI4s4s4s12x4s", at + len(data), 0x02400000, b"mntr", space.encode(), b"XYZ ", b"acsp")
    return head.ljust(68, b"\0") + _fixed(WHITE).ljust(60, b"\0") + struct.pack(">I", len(tags)) + table + data


def _xyz(value: RGB) -> bytes:
    return b"XYZ \0\0\0\0" + _fixed(value)


def _fixed(value: RGB) -> bytes:
    return struct.pack(">3i", *(round(each * 65536) for each in value))


def _curve(gamma: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH2x", 1, round(gamma * 256))
