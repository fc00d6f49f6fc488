"""HJ 212: how automatic stations speak over TCP. Pure: bytes to messages, messages to readings, answers to bytes.

Frames and codes are those of HJ 212-2017, read at second hand (medium confidence); the text of HJ 212-2025, in force
since 2026-01-01, was not to be had: what a 2025 station says beyond this is 未核对.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core import clock
from core.said import said
from permits.models import Fault, ReadingKind

LONGEST = 1024
"""Bytes of a data segment at most."""

HEAD, TAIL = b"##", b"\r\n"
_AROUND = len(HEAD) + 4
AIR, WATER, ANSWERER = "31", "32", "91"
DATA_ANSWER, REQUEST_ANSWER = "9014", "9011"
VERSION_2017 = 1


KINDS: Mapping[str, ReadingKind] = {
    "2011": ReadingKind.REALTIME,
    "2051": ReadingKind.MINUTE,
    "2061": ReadingKind.HOUR,
    "2031": ReadingKind.DAY,
}


QNRTN: Mapping[Fault, int] = {
    Fault.PASSWORD: 3,
    Fault.MN: 4,
    Fault.SYSTEM: 5,
    Fault.PARTS: 6,
    Fault.COMMAND: 8,
    Fault.CRC: 9,
}
"""What 9011 answers (HJ 212-2017, from memory: 未核对); any other fault is 2, refused."""


@dataclass(frozen=True)
class Broken:
    """Bytes that are no message: why, and as much of them as is worth keeping."""

    fault: Fault
    text: str


@dataclass(frozen=True)
class Message:
    """A data segment: who speaks (``mn``), with which password, which command, and what it says."""

    qn: str
    st: str
    cn: str
    pw: str
    mn: str
    flag: int
    pnum: int
    pno: int
    cp: str
    segment: str

    @property
    def wants_answer(self) -> bool:
        """Flag bit 0."""
        return bool(self.flag & 1)

    @property
    def is_part(self) -> bool:
        """Flag bit 1, with more than one packet to come."""
        return bool(self.flag & 2) and self.pnum > 1


@dataclass(frozen=True)
class Reading:
    """One value of one pollutant; ``value`` is the converted one (折算) where the station sends it, ``raw`` as measured."""

    pollutant_code: str
    kind: ReadingKind
    at: datetime
    value: Decimal
    raw: Decimal | None
    flag: str


class Unreadable(ValueError):
    """A message that cannot be taken, and why."""

    def __init__(self, fault: Fault, told: str = "") -> None:
        """Keep the fault, and what in the message was wrong."""
        super().__init__(f"{fault.label}：{told}" if told else fault.label)
        self.fault = fault


def crc(segment: bytes) -> int:
    """The check sum of a data segment (附录 A): checked with the sample of the standard, 1C80."""
    register = 0xFFFF
    for each in segment:
        register = (register >> 8) ^ each
        for _bit in range(8):
            low = register & 1
            register >>= 1
            if low:
                register ^= 0xA001
    return register


def frame(segment: str) -> bytes:
    """A data segment as it goes over the wire."""
    plain = segment.encode("ascii")
    return HEAD + b"%04d" % len(plain) + plain + b"%04X" % crc(plain) + TAIL


@dataclass
class Splitter:
    """Cuts the bytes of one connection into data segments, however they arrive; what is broken is said and left behind."""

    _left: bytearray = field(default_factory=bytearray)

    @property
    def waiting(self) -> bool:
        """Whether a packet has begun and is not whole."""
        return bool(self._left)

    def feed(self, data: bytes) -> Iterator[str | Broken]:
        """The segments that are whole by now."""
        self._left += data
        while self._left:
            found = self._next()
            if found is None:
                return
            if found:
                yield found

    def _next(self) -> str | Broken | None:
        """A segment, something broken, an empty text for bytes of no account, or None while more must come."""
        start = self._left.find(HEAD)
        if start != 0:
            return self._drop(start if start > 0 else self._rest())
        if len(self._left) < _AROUND:
            return None
        length = bytes(self._left[2:_AROUND])
        if not length.isdigit() or int(length) > LONGEST:
            return self._misshapen(Fault.LENGTH, _AROUND)
        end = _AROUND + int(length)
        return self._segment(end) if len(self._left) >= end + 4 else None

    def _segment(self, end: int) -> str | Broken:
        """The data segment of a packet that is whole, up to its check sum."""
        segment, sum_ = bytes(self._left[_AROUND:end]), bytes(self._left[end : end + 4])
        if not re.fullmatch(rb"[0-9A-Fa-f]{4}", sum_) or int(sum_, 16) != crc(segment):
            return self._misshapen(Fault.CRC, end + 4)
        del self._left[: end + 4]
        if self._left.startswith(TAIL):
            del self._left[:2]
        try:
            return segment.decode("ascii")
        except UnicodeDecodeError:
            return Broken(Fault.TEXT, segment.decode("ascii", "backslashreplace"))

    def _rest(self) -> int:
        """How much is left when no packet begins in it: a single # may be half of a beginning."""
        return len(self._left) - (1 if self._left.endswith(b"#") else 0)

    def _drop(self, count: int) -> str | Broken | None:
        """Leave behind what stands before the next packet; ends of lines are of no account."""
        if not count:
            return None
        gone = bytes(self._left[:count])
        del self._left[:count]
        return Broken(Fault.HEAD, _shown(gone)) if gone.strip(b"\r\n\0 ") else ""

    def _misshapen(self, fault: Fault, seen: int) -> Broken:
        """Leave a packet behind up to the next beginning, which may lie inside it: its length may be the lie."""
        told = _shown(bytes(self._left[len(HEAD) + 4 : seen]) or bytes(self._left))
        following = self._left.find(HEAD, 1)
        del self._left[: following if following >= 0 else self._rest()]
        return Broken(fault, told)


def _shown(data: bytes) -> str:
    return data[: LONGEST + 20].decode("ascii", "backslashreplace")


_SEGMENT = re.compile(r"(?P<head>[^&]*;)CP=&&(?P<cp>.*?)(?:&&)?", re.DOTALL)
_STAMP = re.compile(r"\d{14}(?:\d{3})?")


def parse(segment: str) -> Message:
    """A data segment as a message; raises ``Unreadable``."""
    found = _SEGMENT.fullmatch(segment)
    if not found or not segment.endswith("&&"):
        raise Unreadable(Fault.TEXT)
    fields = dict(each.split("=", 1) for each in found["head"].split(";") if "=" in each)
    lacking = [name for name in ("ST", "CN", "PW", "MN") if not fields.get(name)]
    if lacking:
        raise Unreadable(Fault.TEXT, said("缺 %(names)s", names="、".join(lacking)))
    flag, pnum, pno = (_whole(fields.get(name) or "0") for name in ("Flag", "PNUM", "PNO"))
    message = Message(
        fields.get("QN", ""),
        fields["ST"],
        fields["CN"],
        fields["PW"],
        fields["MN"],
        flag,
        pnum,
        pno,
        found["cp"],
        segment,
    )
    if message.is_part and not 1 <= pno <= pnum <= MOST_PARTS:
        raise Unreadable(Fault.PARTS)
    return message


MOST_PARTS = 64
"""Packets of one message at most. Ours, no standard: 未核对."""


def _whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise Unreadable(Fault.TEXT, text[:20])
    return int(text)


def joined(parts: Sequence[str]) -> str:
    """The content of a message that came in several packets, in the order of their numbers."""
    return ";".join(each.strip(";") for each in parts if each.strip(";"))


_CODE = re.compile(r"[a-z][0-9]{5}")
_NUMBER = re.compile(r"[+-]?\d{1,12}(?:\.\d{1,9})?")


def readings(cn: str, cp: str, now: datetime) -> list[Reading]:
    """What a message says of each pollutant; raises ``Unreadable``. Values that a station leaves out are left out."""
    kind = KINDS.get(cn)
    if kind is None:
        raise Unreadable(Fault.COMMAND, cn[:10])
    fields: dict[str, dict[str, str]] = {}
    at: datetime | None = None
    for pair in (each for group in cp.split(";") for each in group.split(",") if each):
        name, sign, value = pair.partition("=")
        code, _dash, what = name.partition("-")
        if name == "DataTime":
            at = _moment(value)
        elif sign and _CODE.fullmatch(code):
            fields.setdefault(code, {})[what] = value
    if at is None or at > now:
        raise Unreadable(Fault.TIME, at.isoformat() if at else "")
    main = "Rtd" if kind is ReadingKind.REALTIME else "Avg"
    found = []
    for code, values in fields.items():
        raw, converted = _number(values.get(main)), _number(values.get(f"Zs{main}"))
        kept = raw if converted is None else converted
        if kept is not None:
            found.append(Reading(code, kind, at, kept, raw, values.get("Flag", "")[:1]))
    return found


def _moment(text: str) -> datetime:
    """DataTime is Beijing time."""
    if not _STAMP.fullmatch(text):
        raise Unreadable(Fault.TIME, text[:20])
    try:
        return datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=clock.BEIJING)
    except ValueError as error:
        raise Unreadable(Fault.TIME, text[:20]) from error


def _number(text: str | None) -> Decimal | None:
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise Unreadable(Fault.VALUE, text[:20])
    return Decimal(text)


def data_answer(message: Message) -> bytes:
    """9014: the data have arrived. Sent only once they are stored."""
    return _answer(message.qn, message.pw, message.mn, DATA_ANSWER, "")


def refusal(fault: Fault, segment: str) -> bytes | None:
    """9011 with the reason, as far as the broken segment says to whom; None when it does not."""
    known = {name: found[1] for name in ("QN", "PW", "MN") if (found := re.search(rf"(?:^|;){name}=([^;&]*)", segment))}
    qn, mn = known.get("QN", ""), known.get("MN", "")
    if not re.fullmatch(r"\d{17}", qn) or not re.fullmatch(r"[0-9A-Za-z]{1,32}", mn):
        return None
    return _answer(qn, known.get("PW", "")[:10], mn, REQUEST_ANSWER, f"QnRtn={QNRTN.get(fault, 2)}")


def _answer(qn: str, pw: str, mn: str, cn: str, cp: str) -> bytes:
    flag = VERSION_2017 << 2
    return frame(f"QN={qn};ST={ANSWERER};CN={cn};PW={pw};MN={mn};Flag={flag};CP=&&{cp}&&")


UNITS: Mapping[str, str] = {
    "a00000": "m³/s",
    "a19001": "%",
    "a01012": "℃",
    "w00000": "L/s",
    "w01001": "无量纲",
    "w01010": "℃",
}
"""Units that stations do not say (HJ 212-2017 附录 B, from memory: 未核对)."""


def usual_unit(code: str) -> str:
    """The unit of a value that the permit does not limit: mg/m³ in air, mg/L in water."""
    return UNITS.get(code) or ("mg/L" if code.startswith("w") else "mg/m³")
