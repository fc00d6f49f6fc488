"""QR codes (ISO/IEC 18004): bytes at level M in versions 1 to 10, with a fixed mask, so that the same text gives the
same picture and a thousand notices do not spend their time on choosing masks. Readers take any of the eight masks."""

from functools import cache

_BLOCKS = {
    1: (10, ((1, 16),)), 2: (16, ((1, 28),)), 3: (26, ((1, 44),)), 4: (18, ((2, 32),)), 5: (24, ((2, 43),)),
    6: (16, ((4, 27),)), 7: (18, ((4, 31),)), 8: (22, ((2, 38), (2, 39))), 9: (22, ((3, 36), (2, 37))),
    10: (26, ((4, 43), (1, 44))),
}  # fmt: skip
"""Version: check codewords of a block, then how many blocks with how many data codewords (level M)."""
_ALIGNMENT = {
    1: (), 2: (6, 18), 3: (6, 22), 4: (6, 26), 5: (6, 30), 6: (6, 34), 7: (6, 22, 38), 8: (6, 24, 42), 9: (6, 26, 46),
    10: (6, 28, 50),
}  # fmt: skip
_FORMAT = 0b101101101001011
"""Level M, mask 3, with its check bits and their own mask."""

Place = tuple[int, int]
Matrix = list[list[bool]]


def matrix(text: str) -> Matrix:
    """Rows of dark (True) and light modules, without the quiet zone; raises ``ValueError`` past 213 bytes."""
    content = text.encode()
    version = next((v for v in _BLOCKS if len(content) + (3 if v > 9 else 2) <= _capacity(v)), None)
    if version is None:
        raise ValueError(f"too long for a QR code: {len(content)} bytes")
    fixed, path = _template(version)
    modules = [row.copy() for row in fixed]
    bits = "".join(f"{each:08b}" for each in _codewords(content, version))
    for (row, column, flipped), bit in zip(path, bits.ljust(len(path), "0"), strict=True):
        modules[row][column] = (bit == "1") is not flipped
    return modules


def _capacity(version: int) -> int:
    return sum(count * size for count, size in _BLOCKS[version][1])


def _codewords(content: bytes, version: int) -> list[int]:
    room = _capacity(version)
    length = 16 if version > 9 else 8
    bits = (0b0100 << length | len(content)) << 8 * len(content) | int.from_bytes(content)
    used = 4 + length + 8 * len(content)
    ended = min(room * 8, used + 4)
    bits <<= ended - used + -ended % 8
    data = bits.to_bytes((ended + 7) // 8)
    data += (b"\xec\x11" * room)[: room - len(data)]
    check, groups = _BLOCKS[version]
    blocks, start = [], 0
    for count, size in groups:
        for _ in range(count):
            blocks.append(data[start : start + size])
            start += size
    longest = max(map(len, blocks))
    mixed = [block[index] for index in range(longest) for block in blocks if index < len(block)]
    checks = [_check(block, check) for block in blocks]
    return mixed + [each[index] for index in range(check) for each in checks]


@cache
def _powers() -> tuple[list[int], list[int]]:
    powers, logs, value = [], [0] * 256, 1
    for exponent in range(255):
        powers.append(value)
        logs[value] = exponent
        value = value << 1 ^ (0x11D if value & 0x80 else 0)
    return powers, logs


def _product(a: int, b: int) -> int:
    powers, logs = _powers()
    return powers[(logs[a] + logs[b]) % 255] if a and b else 0


@cache
def _multiples(count: int) -> list[int]:
    """For each byte, that byte times the generator polynomial of this degree, as one long number."""
    generator = [1]
    for exponent in range(count):
        root = _powers()[0][exponent]
        shifted = [*generator, 0]
        generator = [left ^ _product(right, root) for left, right in zip(shifted, [0, *generator], strict=True)]
    return [int.from_bytes(bytes(_product(byte, each) for each in generator[1:])) for byte in range(256)]


def _check(block: bytes, count: int) -> bytes:
    multiples, top = _multiples(count), 8 * (count - 1)
    rest, mask = 0, (1 << 8 * count) - 1
    for byte in block:
        rest = (rest << 8 & mask) ^ multiples[byte ^ rest >> top]
    return rest.to_bytes(count)


@cache
def _template(version: int) -> tuple[Matrix, list[tuple[int, int, bool]]]:
    size = 17 + 4 * version
    known: dict[Place, bool] = {}
    for row, column in ((0, 0), (0, size - 7), (size - 7, 0)):
        for y in range(-1, 8):
            for x in range(-1, 8):
                if 0 <= row + y < size and 0 <= column + x < size:
                    ring = max(abs(y - 3), abs(x - 3))
                    known[row + y, column + x] = ring in (0, 1, 3)
    for index in range(8, size - 8):
        known[6, index] = known[index, 6] = index % 2 == 0
    for row in _ALIGNMENT[version]:
        for column in _ALIGNMENT[version]:
            if (row, column) not in ((6, 6), (6, size - 7), (size - 7, 6)):
                for y in range(-2, 3):
                    for x in range(-2, 3):
                        known[row + y, column + x] = max(abs(y), abs(x)) != 1
    known |= _format(size) | _version(version, size)
    path = _path(size, known)
    return [[known.get((row, column), False) for column in range(size)] for row in range(size)], path


def _format(size: int) -> dict[Place, bool]:
    found = {(size - 8, 8): True}
    for index in range(15):
        dark = bool(_FORMAT >> index & 1)
        found[index if index < 6 else index + 1 if index < 8 else size - 15 + index, 8] = dark
        found[8, size - 1 - index if index < 8 else 15 - index if index < 9 else 14 - index] = dark
    return found


def _version(version: int, size: int) -> dict[Place, bool]:
    if version < 7:
        return {}
    rest = version << 12
    for shift in range(5, -1, -1):
        if rest >> shift + 12 & 1:
            rest ^= 0x1F25 << shift
    bits = version << 12 | rest
    found = {}
    for index in range(18):
        dark = bool(bits >> index & 1)
        near, far = index // 3, size - 11 + index % 3
        found[near, far] = found[far, near] = dark
    return found


def _path(size: int, known: dict[Place, bool]) -> list[tuple[int, int, bool]]:
    found, upwards = [], True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        for row in range(size - 1, -1, -1) if upwards else range(size):
            for column in (right, right - 1):
                if (row, column) not in known:
                    found.append((row, column, (row + column) % 3 == 0))
        upwards = not upwards
    return found
