"""A rule's sentence is Chinese wherever it is kept, and in the reader's language where it is shown."""

import pytest
from flask import Flask

from core.said import said, shown
from core.words import Titled
from core.workflow import NotAllowed


class Mood(Titled):
    CALM = "calm", "通过"


def test_a_sentence_is_chinese_at_once() -> None:
    sentence = said("应为 %(least)d 至 %(most)d 位。", least=2, most=18)
    assert sentence == "应为 2 至 18 位。"
    assert said("按 100% 计。") == "按 100% 计。"


def test_a_sentence_without_a_reader_is_shown_as_it_was_said() -> None:
    assert shown(said("第 %(n)d 次", n=3)) == "第 3 次"
    assert shown("第 3 次") == "第 3 次"


@pytest.mark.parametrize(("lang", "words"), [("zh", "第 3 次：通过"), ("en", "No. 3：Passed")])
def test_a_sentence_is_shown_in_the_language_of_whoever_reads(app: Flask, lang: str, words: str) -> None:
    with app.test_request_context(f"/?lang={lang}"):
        inner = said("第 %(n)d 次", n=3)
        assert f"{shown(inner)}：{shown(said('%(state)s', state=Mood.CALM))}" == words


def test_a_refusal_of_one_bare_sentence_is_shown_in_the_language_of_whoever_reads(app: Flask) -> None:
    with app.test_request_context("/?lang=en"):
        assert [each.text for each in NotAllowed([said("第 %(n)d 次", n=3)]).missing] == ["No. 3"]
