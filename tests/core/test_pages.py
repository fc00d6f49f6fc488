"""Answers and their headers."""

from email.message import Message

import pytest
from werkzeug.http import parse_options_header

from core.pages import attachment


@pytest.mark.anywhere
@pytest.mark.parametrize(
    "name", ["企业台账_昌吉市_20261123_1840.xlsx", 'a"b\r\nSet-Cookie: x.csv', "无后缀", "plain.json"]
)
def test_a_download_keeps_its_chinese_name_in_a_header_a_server_can_send(name: str) -> None:
    header = attachment(name)
    assert header.isascii()
    assert header.isprintable()
    kind, options = parse_options_header(header)
    assert (kind, options["filename"]) == ("attachment", name)
    message = Message()
    message["Content-Disposition"] = header
    assert message.get_content_disposition() == "attachment"
