"""One notice, warm, and a thousand in one file."""

from collections.abc import Iterator
from dataclasses import replace

from bench import firms
from bench.lines import CPU, Line, best
from core.paper import Facts, Paper, Para, register_fonts, render, render_batch

AGENCY = "昌吉回族自治州生态环境局阜康市分局"


def order(number: int) -> Paper:
    """A rectification order such as an office sends by the hundred."""
    facts = (
        f"2026年11月12日，我局执法人员对你单位进行现场检查时发现：装煤除尘设施（TA{number % 900:03d}）布袋破损{number % 7 + 2}条，"
        "除尘器压差低于运行规程下限，未按规定更换；DA002排放口颗粒物折算浓度超过许可排放限值。"
    )
    return Paper(
        agency=AGENCY,
        title="责令改正违法行为决定书",
        number=f"昌州环责改〔2026〕阜-{number:03d}号",
        blocks=(
            Para(f"{firms.name_of(number)}：", indent=False),
            Facts((("统一社会信用代码", firms.code_of(number)), ("法定代表人", "孙志远"), ("地址", "阜西区示例路8号"))),
            Para(facts),
            Para("以上事实，有现场检查（勘察）笔录、现场照片等证据为凭。"),
            Para(
                "你单位的上述行为违反了《排污许可管理条例》第十七条的规定。依据该条例第三十四条的规定，责令你单位自收到本决定书之日起十日内改正。"
            ),
            Para("我局将对你单位改正违法行为的情况进行监督。拒不改正的，将依法处理。"),
            Para("如不服本决定，可以自收到本决定书之日起六十日内申请行政复议，或者六个月内向人民法院提起行政诉讼。"),
        ),
        sign_off=AGENCY,
        date_zh="2026年11月23日",
        verify_url="https://qingyuan.example.cn/verify/K7QM2XWPA4RTH9BC",
        verify_code="K7QM-2XWP-A4RT-H9BC",
        edition="法规库 2026-11-01",
    )


def measured() -> Iterator[Line]:
    """All lines of this family."""
    register_fonts()
    papers = [order(number) for number in range(1, 1001)]
    content = render(papers[0])
    render(papers[1])
    numbers = iter(range(2, 1000))
    one = best(lambda: render(papers[next(numbers)]), 40, CPU)
    yield Line("one notice, warm", one * 1000, "ms", "≤ 10")
    yield Line("one notice, size", len(content) / 1000, "kB", "≤ 60")
    again = replace(papers[0])
    yield Line("the same notice gives the same bytes", "yes" if render(again) == content else "NO", "")
    yield Line("1,000 notices in one file", best(lambda: render_batch(papers), 3, CPU), "s", "≤ 4")
