"""HJ 212: frames, messages, readings and answers, with the standard's own sample."""

from datetime import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock
from permits.models import Fault, ReadingKind
from permits.rules import hj212
from permits.rules.hj212 import Broken, Splitter, Unreadable

SAMPLE = "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&"
HOUR = (
    "QN=20261123090005001;ST=31;CN=2061;PW=123456;MN=652300000001;Flag=5;"
    "CP=&&DataTime=20261123080000;a21026-Cou=12.5,a21026-Min=20.1,a21026-Avg=25.3,a21026-ZsAvg=28.4,a21026-Max=30,a21026-Flag=N;"
    "a21002-Avg=101,a21002-Flag=C;a00000-Cou=3600&&"
)
NOW = datetime(2026, 11, 23, 9, 0, 10, tzinfo=clock.BEIJING)


def test_the_sample_of_the_standard_has_its_check_sum() -> None:
    assert len(SAMPLE) == 101
    assert f"{hj212.crc(SAMPLE.encode()):04X}" == "1C80"
    assert hj212.frame(SAMPLE) == f"##0101{SAMPLE}1C80\r\n".encode()


def test_a_message_says_who_speaks_and_whether_an_answer_is_wanted() -> None:
    found = hj212.parse(SAMPLE)
    assert (found.qn, found.st, found.cn, found.pw, found.mn) == (
        "20160801085857223", "32", "1062", "100000", "010000A8900016F000169DC0"
    )  # fmt: skip
    assert found.wants_answer
    assert not found.is_part
    assert found.cp == "RtdInterval=30"


def test_an_hour_is_read_with_the_converted_value_before_the_measured() -> None:
    found = hj212.readings("2061", hj212.parse(HOUR).cp, NOW)
    at = datetime(2026, 11, 23, 8, tzinfo=clock.BEIJING)
    assert found == [
        hj212.Reading("a21026", ReadingKind.HOUR, at, Decimal("28.4"), Decimal("25.3"), "N"),
        hj212.Reading("a21002", ReadingKind.HOUR, at, Decimal(101), Decimal(101), "C"),
    ]


@given(st.lists(st.integers(1, 60)), st.integers(1, 4))
def test_packets_are_whole_however_the_bytes_arrive(cuts: list[int], many: int) -> None:
    stream = hj212.frame(HOUR) * many
    splitter, found, place = Splitter(), [], 0
    for cut in [*cuts, len(stream)]:
        found += splitter.feed(stream[place : place + cut])
        place += cut
    assert found == [HOUR] * many
    assert not splitter.waiting


@given(st.binary(max_size=300))
def test_rubbish_never_stops_the_packet_after_it(rubbish: bytes) -> None:
    splitter = Splitter()
    list(splitter.feed(rubbish))
    found = [each for _turn in range(3) for each in splitter.feed(hj212.frame(HOUR))]
    assert HOUR in found


def broken(data: bytes) -> list[Fault]:
    """What is wrong with some bytes."""
    return [each.fault for each in Splitter().feed(data) if isinstance(each, Broken)]


def test_what_is_wrong_with_a_frame_is_told() -> None:
    whole = hj212.frame(HOUR)
    assert broken(b"hello" + whole) == [Fault.HEAD]
    assert broken(b"##9999" + HOUR.encode()) == [Fault.LENGTH]
    assert broken(b"##12a4" + HOUR.encode()) == [Fault.LENGTH]
    assert broken(whole.replace(b"28.4", b"28.5")) == [Fault.CRC]
    assert broken(hj212.frame(HOUR)[:-2]) == [], "the ends of lines are of no account"


def test_a_lying_length_does_not_swallow_the_packet_after_it() -> None:
    lying = b"##0400" + hj212.frame(HOUR)[6:] + hj212.frame(HOUR)
    assert list(Splitter().feed(lying)).count(HOUR) == 1


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("PW=123456;", ""), Fault.TEXT),
        (("CP=&&", "CP="), Fault.TEXT),
        (("Flag=5", "Flag=x"), Fault.TEXT),
        (("Flag=5", "Flag=7;PNUM=2;PNO=3"), Fault.PARTS),
        (("Flag=5", "Flag=7;PNUM=900;PNO=3"), Fault.PARTS),
    ],
)
def test_a_segment_that_cannot_be_read_says_why(change: tuple[str, str], fault: Fault) -> None:
    with pytest.raises(Unreadable) as refused:
        hj212.parse(HOUR.replace(*change))
    assert refused.value.fault is fault


@pytest.mark.parametrize(
    ("cn", "change", "fault"),
    [
        ("2021", ("", ""), Fault.COMMAND),
        ("2061", ("20261123080000", "20261123090100"), Fault.TIME),
        ("2061", ("20261123080000", "20261323080000"), Fault.TIME),
        ("2061", ("DataTime", "Time"), Fault.TIME),
        ("2061", ("28.4", "NaN"), Fault.VALUE),
        ("2061", ("28.4", "1e5"), Fault.VALUE),
    ],
)
def test_readings_that_cannot_be_taken_say_why(cn: str, change: tuple[str, str], fault: Fault) -> None:
    with pytest.raises(Unreadable) as refused:
        hj212.readings(cn, hj212.parse(HOUR).cp.replace(*change), NOW)
    assert refused.value.fault is fault


def test_the_answer_names_the_request_and_the_refusal_the_reason() -> None:
    (answer,) = Splitter().feed(hj212.data_answer(hj212.parse(HOUR)))
    assert answer == "QN=20261123090005001;ST=91;CN=9014;PW=123456;MN=652300000001;Flag=4;CP=&&&&"
    told = hj212.refusal(Fault.CRC, HOUR)
    assert told is not None
    assert (
        next(Splitter().feed(told))
        == "QN=20261123090005001;ST=91;CN=9011;PW=123456;MN=652300000001;Flag=4;CP=&&QnRtn=9&&"
    )
    assert hj212.refusal(Fault.CRC, "QN=1;MN=;") is None


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    try:
        message = hj212.parse(text)
        hj212.readings(message.cn, message.cp, NOW)
    except Unreadable as refused:
        assert refused.fault in Fault
