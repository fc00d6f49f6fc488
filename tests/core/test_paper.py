"""Papers: what they say survives, what they look like follows GB/T 9704, and their bytes never change."""

import dataclasses
import hashlib
import io
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import jinja2
import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

from core.paper import (
    BadFont,
    Blank,
    Facts,
    Form,
    Grid,
    Heading,
    MissingPicture,
    NewPage,
    Paper,
    Para,
    Photo,
    Photos,
    Signature,
    Space,
    UnfinishedPaper,
    UnprintableCharacter,
    faces,
    from_json,
    open_parts,
    qr,
    register_fonts,
    render,
    render_batch,
    still_open,
    to_json,
)
from core.paper.fonts import BUILT_IN
from core.paper.lines import NEVER_FIRST, NEVER_LAST, broken, measured
from core.paper.sheet import MM

AGENCY = "昌吉回族自治州生态环境局阜康市分局"
URL = "https://qingyuan.example.cn/verify/K7QM2XWPA4RTH9BC"
LONG = "执法人员现场检查时，你单位装煤除尘设施（TA002）第3室布袋破损2条，除尘器压差低于运行规程下限，未按规定更换。"


def picture(color: str = "#345") -> tuple[str, bytes]:
    """A photo as the attachments keep it."""
    out = io.BytesIO()
    Image.new("RGB", (320, 240), color).save(out, "JPEG")
    return hashlib.sha256(out.getvalue()).hexdigest(), out.getvalue()


SHA256, JPEG = picture()
INK = (((0.0, 0.0), (30.0, 5.0), (60.0, 2.0)), ((30.0, -10.0), (10.0, 50.0)), ((5.0, 5.0),))


def order(**changed: Any) -> Paper:
    """A rectification order."""
    paper = Paper(
        agency=AGENCY,
        title="责令改正违法行为决定书",
        number="昌州环责改〔2026〕阜-029号",
        blocks=(
            Para("阜康晨岭焦化有限公司（示例）：", indent=False),
            Facts((("统一社会信用代码", "91652302MA700107XC"), ("法定代表人", "阿不都热合曼·吐尔逊"))),
            Para(f"2026年11月12日，{LONG}DA002排放口颗粒物折算浓度为38.6mg/m³。"),
            Para("如不服本决定，可以自收到本决定书之日起六十日内申请行政复议。"),
        ),
        sign_off=AGENCY,
        date_zh="2026年11月23日",
        verify_url=URL,
        verify_code="K7QM-2XWP-A4RT-H9BC",
        edition="法规库 2026-11-01",
    )
    return dataclasses.replace(paper, **changed)


EVERYTHING = Paper(
    agency=AGENCY,
    title="现场检查（勘察）笔录",
    form=Form.RECORD,
    blocks=(
        Facts((("检查时间", "2026年11月12日10时40分至12时05分"), ("职务", "环保部部长")), look="ruled", columns=2),
        Facts((("送达方式", "□直接送达　☑留置送达"), ("地点", "阜西区")), look="table", columns=2),
        Heading("一、现场情况"),
        Heading("（一）治污设施", level=2),
        Para(LONG * 3),
        Grid(("序号", "事项", "分值"), (("1", LONG, "−3"), ("2", "按期", "1")), align="clr", total=("", "计", "−2")),
        Space(2),
        Photos((Photo(SHA256, "照片1　布袋\n王晓岚摄"), Photo(SHA256), Photo(SHA256))),
        NewPage(),
        Blank(),
        Signature("被检查人", strokes=INK, day="2026年11月12日", opinion="以上笔录我已看过，与现场情况相符。"),
        Signature("见证人", sha256=SHA256),
        Signature("当事人", refusal="当事人拒绝签名。"),
    ),
    annex=(Para("附件内容。"),),
    page_signatures=(Signature("被检查人签名"), Signature("检查人", strokes=INK), Signature("记录人", refusal="拒签")),
    copies_to="昌吉回族自治州生态环境局",
    draft=True,
)


def load(sha256: str) -> bytes:
    """What the store of attachments does."""
    assert sha256 == SHA256
    return JPEG


def read(pdf: bytes) -> pypdf.PdfReader:
    """A reader of the result."""
    return pypdf.PdfReader(io.BytesIO(pdf))


def text_of(pdf: bytes) -> str:
    """The words on all pages, line breaks and blanks out."""
    return "".join("".join(page.extract_text().split()) for page in read(pdf).pages)


def test_a_paper_survives_json_with_all_its_parts() -> None:
    for paper in (order(), EVERYTHING):
        assert from_json(json.loads(json.dumps(to_json(paper)))) == paper


@pytest.mark.parametrize("content", [{}, {"form": "letter"}, {**to_json(order()), "blocks": [{"kind": "script"}]}])
def test_content_that_is_no_paper_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="not the content"):
        from_json(content)


def test_a_paper_of_an_unknown_layout_is_not_set_in_another() -> None:
    with pytest.raises(ValueError, match="layout"):
        render(order(layout=99))


def test_the_same_content_gives_the_same_bytes_years_later() -> None:
    content = json.dumps(to_json(EVERYTHING))
    assert render(from_json(json.loads(content)), load) == render(EVERYTHING, load)
    assert render(order()) == render(order())
    assert render(order()) != render(order(number="昌州环责改〔2026〕阜-030号"))


def test_a_notice_is_small_and_carries_every_font_that_it_names() -> None:
    pdf = render(order())
    assert len(pdf) < 60_000
    fonts = read(pdf).pages[0]["/Resources"]["/Font"]
    for font in fonts.values():
        descriptor = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert "/FontFile2" in descriptor.get_object()
    assert b"Helvetica" not in pdf


def test_the_page_is_a4_and_the_first_line_hangs_from_the_top_margin() -> None:
    found: list[tuple[float, float]] = []

    def visit(text: str, _cm: object, tm: list[float], _font: object, _size: object) -> None:
        if text.strip():
            found.append((tm[4], tm[5]))

    page = read(render(order())).pages[0]
    page.extract_text(visitor_text=visit)
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    body = [place for place in found if place[1] > 36 * MM]
    assert min(x for x, _ in body) == pytest.approx(28 * MM, abs=0.1)
    assert max(y for _, y in body) == pytest.approx(842 - 37 * MM - 30, abs=8)


def test_a_full_line_of_the_body_holds_28_characters_and_a_page_22_lines() -> None:
    pages = read(render(order(blocks=(Para("字" * 28 * 60, indent=False),)))).pages
    lines = [line for line in pages[1].extract_text().split("\n") if "字" in line]
    assert [len(line) for line in lines] == [28] * 22


def test_words_can_be_copied_from_the_paper_rare_names_included() -> None:
    text = text_of(render(order(blocks=(Para("法定代表人𬍛𬱖、王䶮、李镕；浓度³㎡℃−3·☑"),))))
    assert "法定代表人𬍛𬱖、王䶮、李镕；浓度³㎡℃−3·☑" in text
    assert "责令改正违法行为决定书" in text
    assert "昌州环责改〔2026〕阜-029号" in text


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler is not installed")
def test_poppler_reads_characters_beyond_the_first_plane(tmp_path: Path) -> None:
    path = tmp_path / "order.pdf"
    path.write_bytes(render(order(blocks=(Para("法定代表人𬍛𬱖"),))))
    done = subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True, text=True)
    assert "法定代表人𬍛𬱖" in done.stdout
    assert not done.stderr


def test_a_character_that_no_font_has_stops_the_paper_and_is_named() -> None:
    with pytest.raises(UnprintableCharacter, match=r"“☃”（U\+2603）") as caught:
        render(order(title="☃告知书", blocks=(Para("甲\u200b乙"),)))
    assert caught.value.characters == ("\u200b", "☃")


def test_markup_in_what_a_person_typed_is_printed_as_text() -> None:
    assert '<b>&amp;</b><imgsrc="x">(\\)' in text_of(render(order(blocks=(Para('<b>&amp;</b><img src="x">(\\)'),))))


def test_a_draft_is_marked_on_every_page_and_may_leave_things_open() -> None:
    paper = order(number=f"昌州环责改〔2026〕阜-{still_open('待编')}号", draft=True, annex=(Para("表"),))
    assert open_parts(paper) == ["待编"]
    pages = read(render(paper)).pages
    assert len(pages) == 2
    assert all("草" in page.extract_text() and "稿" in page.extract_text() for page in pages)
    assert "阜-待编号" in text_of(render(paper))


def test_a_paper_with_open_parts_is_not_issued() -> None:
    with pytest.raises(UnfinishedPaper, match="待编"):
        render(order(number=still_open("待编")))


def test_title_agency_and_language_stand_in_the_file() -> None:
    reader = read(render(order()))
    assert reader.metadata is not None
    assert reader.metadata.title == "责令改正违法行为决定书 昌州环责改〔2026〕阜-029号"
    assert reader.metadata.author == AGENCY
    assert reader.trailer["/Root"]["/Lang"] == "zh-CN"


@pytest.mark.parametrize("lines", range(8, 24))
def test_the_place_of_the_seal_never_stands_alone_on_a_page(lines: int) -> None:
    pages = read(render(order(blocks=(Para("甲" * (28 * lines - 2)),)))).pages
    assert "2026年11月23日" in pages[-1].extract_text()
    assert pages[-1].extract_text().count("甲") > 28


def test_odd_pages_are_marked_at_the_right_and_even_ones_at_the_left() -> None:
    places: list[float] = []

    def visit(text: str, _cm: object, tm: list[float], _font: object, _size: object) -> None:
        if "—" in text:
            places.append(tm[4])

    sides = []
    for page in read(render(order(blocks=(Para(LONG * 25),)))).pages[:2]:
        places.clear()
        page.extract_text(visitor_text=visit)
        sides.append(max(places))
    assert sides[0] > 105 * MM > sides[1]


def test_a_record_is_signed_and_counted_on_every_page() -> None:
    pages = read(render(EVERYTHING, load)).pages
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        text = "".join(page.extract_text().split())
        assert "被检查人签名：" in text
        assert "记录人：拒签" in text
        assert f"第{number}页共{len(pages)}页" in text


def test_the_head_of_a_table_returns_on_every_page_that_it_reaches() -> None:
    rows = tuple((str(number), "事项", "−1") for number in range(70))
    pages = read(render(order(blocks=(Grid(("序号", "事项", "分值"), rows),)))).pages
    assert len(pages) > 2
    assert all("序号" in page.extract_text() for page in pages[:-1])


def test_a_cell_longer_than_a_page_is_continued_on_the_next() -> None:
    text = text_of(render(order(blocks=(Grid(("事项", "值"), ((LONG * 60, "1"),)),))))
    assert text.count("装煤除尘设施") == 60


@pytest.mark.parametrize("form", [each for each in Form if each is not Form.LICENCE])
def test_every_form_can_be_set(form: Form) -> None:
    assert AGENCY in text_of(render(dataclasses.replace(EVERYTHING, form=form, sign_off=AGENCY), load))


@pytest.mark.parametrize("long", [1, 40])
def test_a_licence_is_one_page_across_and_says_all_of_its_facts(long: int) -> None:
    facts = (
        ("单位名称", "阜康晨岭焦化有限公司（示例）" * max(1, long // 8)),
        ("注册地址", LONG[:long] or "—"),
        ("法定代表人", "李镕䶮"),
    )
    paper = order(
        title="排污许可证（正本）", form=Form.LICENCE, blocks=(Para("证书编号：91652302MA700107XC001P"), Facts(facts))
    )
    (page,) = read(render(paper)).pages
    assert page.mediabox.width > page.mediabox.height
    text = "".join(page.extract_text().split())
    wanted = [AGENCY, "排污许可证", "（正本）", "91652302MA700107XC001P", *(value for _, value in facts), paper.number]
    assert [each for each in wanted if "".join(each.split()) not in text] == []


def test_a_licence_has_no_place_for_a_table() -> None:
    with pytest.raises(ValueError, match="no place for grid"):
        render(order(form=Form.LICENCE, blocks=(Grid(("一",), (("二",),)),)))


def test_an_upright_paper_stays_upright_behind_a_licence_in_one_file() -> None:
    pages = read(render_batch([order(form=Form.LICENCE, blocks=()), order()])).pages
    assert [page.mediabox.width > page.mediabox.height for page in pages] == [True, False]


def test_a_picture_that_is_not_at_hand_stops_the_paper() -> None:
    with pytest.raises(MissingPicture):
        render(EVERYTHING)
    with pytest.raises(MissingPicture):
        render(EVERYTHING, lambda sha256: b"no picture")


def test_many_papers_in_one_file_share_their_fonts_and_count_their_own_pages() -> None:
    papers = [order(number=f"昌州环责改〔2026〕阜-{number:03d}号") for number in range(1, 6)]
    pdf = render_batch(papers)
    reader = read(pdf)
    assert len(reader.pages) == 5
    assert len(pdf) < 2 * len(render(papers[0]))
    assert [entry["/Title"] for entry in reader.outline][-1] == "责令改正违法行为决定书 昌州环责改〔2026〕阜-005号"
    assert all("— 1 —" in page.extract_text() for page in reader.pages)


@given(st.text(st.sampled_from(sorted(NEVER_FIRST & NEVER_LAST | set("，。（）《》“”汉字甲乙a1 -"))), min_size=1))
@settings(max_examples=150, deadline=None)
def test_lines_lose_no_character_and_fit_their_width(text: str) -> None:
    chain = faces().text
    lines = broken(text, chain, 10, 100, first=20)
    assert "".join(line.text for line in lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        squeezed = line.squeeze * sum(char in "，。、；：）》〉」』】〕" for char in line.text)
        assert line.start + measured(line.text.rstrip(" "), chain, 10) - squeezed <= 100.1


def test_no_line_begins_with_a_closing_mark_or_ends_with_an_opening_one() -> None:
    text = "甲乙丙丁，（戊己）庚辛壬癸。《子丑寅卯》辰巳、午未“申酉”戌亥：" * 6
    for width in range(60, 200, 7):
        for line in broken(text, faces().text, 10, width):
            assert line.text[0] not in NEVER_FIRST
            assert line.text[-1] not in NEVER_LAST


def test_a_code_is_kept_whole_when_it_fits_a_line() -> None:
    lines = broken("统一社会信用代码为91652302MA700107XC的单位", faces().text, 10, 150)
    assert any("91652302MA700107XC" in line.text for line in lines)


@pytest.mark.parametrize("length", [1, 14, 15, 42, 43, 62, 84, 106, 122, 152, 180, 181, 213])
def test_the_code_to_verify_is_what_another_encoder_makes(length: int) -> None:
    text = (URL * 9)[:length]
    found = qr.matrix(text)
    other = QRCode((len(found) - 17) // 4, QRErrorCorrectLevel.M)
    other.addData(text)
    other.makeImpl(False, 3)
    assert found == [[bool(module) for module in row] for row in other.modules]


def test_a_text_too_long_for_the_code_is_refused() -> None:
    with pytest.raises(ValueError, match="too long"):
        qr.matrix("x" * 214)


@pytest.mark.parametrize("key", list(BUILT_IN))
def test_no_character_is_moved_by_a_bearing_that_its_outline_does_not_have(key: str) -> None:
    face = faces().faces[key]
    for char in "责令改正0Aa（，）":
        glyph = face.glyphs[char]
        assert face.outline(glyph)[2:4] == face.metric(glyph)[2:4], char


def test_an_office_may_bring_its_own_fonts_and_a_bad_one_is_named(tmp_path: Path) -> None:
    own = tmp_path / "own.ttf"
    shutil.copy(BUILT_IN["fallback"], own)
    built_in = render(order())
    try:
        register_fonts(body=own)
        assert faces().paths["body"] == own
        assert render(order()) != built_in
        (tmp_path / "bad.ttf").write_bytes(b"no font")
        with pytest.raises(BadFont, match=r"bad\.ttf"):
            register_fonts(title=tmp_path / "bad.ttf")
    finally:
        register_fonts()
    assert render(order()) == built_in


@pytest.fixture(scope="module")
def twin() -> jinja2.Template:
    """The macro as pages use it."""
    folder = Path(__file__).parents[2] / "templates"
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string('{% from "parts/paper.html" import paper_twin %}{{ paper_twin(paper, photo_url) }}')


def test_the_html_twin_says_what_the_paper_says(twin: jinja2.Template) -> None:
    html = twin.render(paper=EVERYTHING, photo_url=lambda sha256: f"/photos/{sha256}")
    for words in ("现场检查（勘察）", "☑留置送达", "一、现场情况", "（以下空白）", "当事人拒绝签名。", "附件内容。"):
        assert words in html
    assert html.count(f'src="/photos/{SHA256}"') == 4
    assert 'data-draft="草稿"' in html
    assert "style=" not in html


def test_the_html_twin_lets_no_markup_through(twin: jinja2.Template) -> None:
    evil = '<script>alert("1")</script>" onload="x'
    paper = Paper(
        agency=evil,
        title=evil,
        number=still_open(evil),
        blocks=(
            Para(evil), Para(evil, align="center"), Heading(evil), Facts(((evil, evil),)),
            Facts(((evil, evil),), look="table"), Grid((evil,) * 5, ((evil,) * 5,), caption=evil, total=(evil,) * 5),
            Photos((Photo(evil, evil),)), Signature(evil, day=evil, opinion=evil), Signature(evil, refusal=evil),
            Signature(evil, sha256=evil),
        ),
        sign_off=evil, date_zh=evil, copies_to=evil, verify_code=evil, edition=evil, annex=(Para(evil),),
        page_signatures=(Signature(evil),),
    )  # fmt: skip
    html = twin.render(paper=paper, photo_url=lambda sha256: f"/photos/{sha256}")
    assert "<script" not in html
    assert '" onload' not in html
    assert '<span class="fill">&lt;script&gt;' in html
