"""What officers find wrong, by trade: the facts, what should be, on which cause, and what is to be done about it."""

from dataclasses import dataclass

from app.demo.trades import Trade
from inspections.models import Severity

MINOR, GENERAL, SERIOUS = Severity.MINOR, Severity.GENERAL, Severity.SERIOUS


@dataclass(frozen=True)
class Fault:
    """A finding as it may be made in some trades; ``item`` is the question of the checklist it answers."""

    cause: str
    item: int
    facts: str
    requirement: str
    source: str
    mend: str
    severity: Severity
    profiles: frozenset[str] = frozenset()
    outlet: str = ""

    def fits(self, trade: Trade) -> bool:
        """Whether such a thing can be found in a trade."""
        return not self.profiles or trade.profile in self.profiles


DUSTY = frozenset(
    {"coke", "power", "boiler", "cement", "kiln", "carbon", "aluminium", "smelt", "mine", "glass", "metal"}
)
WET = frozenset(
    {"coke", "chem", "alkali", "ammonia", "sewage", "dye", "leather", "plating", "food", "sugar", "hospital"}
)
SOLVENT = frozenset({"chem", "voc", "carbon", "foundry"})
WASTE = frozenset({"coke", "chem", "incin", "plating", "leather", "metal", "aluminium", "voc", "alkali", "foundry"})

FAULTS: tuple[Fault, ...] = (
    Fault(
        "DUST-IND", 8, "装卸作业区没有开启喷淋，物料堆场约三分之一没有遮盖，现场可见扬尘。",
        "装卸、堆存应采取密闭、围挡、遮盖、喷淋等措施。", "许可证副本第 5.2 条",
        "对堆场全部遮盖，恢复喷淋并保持运行记录。", GENERAL, DUSTY,
    ),
    Fault(
        "DUST-COVER", 8, "灰渣临时堆场西侧约 200 平方米没有覆盖防尘网，未设围挡。",
        "不能密闭的易产生扬尘的物料应设置围挡并有效覆盖。", "许可证副本第 5.2 条",
        "清运或者全部覆盖，补齐围挡。", GENERAL, DUSTY,
    ),
    Fault(
        "PP-FACILITY-OM", 4, "布袋除尘器第 3 室破损 2 条，压差低于运行规程下限，没有更换。",
        "应当按许可证规定运行和维护污染防治设施。", "许可证副本第 6.3 条",
        "更换破损布袋，恢复正常运行并报送更换记录和照片。", GENERAL, DUSTY, "DA002",
    ),
    Fault(
        "PP-FACILITY-OM", 4, "污水处理站二沉池刮泥机停运，设备故障没有报修记录。",
        "应当按许可证规定运行和维护污染防治设施。", "许可证副本第 6.3 条",
        "修复刮泥机，报送维修记录和出水监测结果。", GENERAL, WET, "DW001",
    ),
    Fault(
        "MON-SELF-WATER", 5, "上一季度 DW001 悬浮物没有按许可证规定的频次开展手工监测。",
        "应当按规定的点位、因子和频次自行监测。", "许可证副本第 6.1 条；条例第十九条",
        "补测并提交监测报告，制定年度监测计划。", MINOR, WET, "DW001",
    ),
    Fault(
        "MON-SELF-AIR", 5, "上一季度 DA002 没有按许可证规定开展手工监测。",
        "应当按规定的点位、因子和频次自行监测。", "许可证副本第 6.1 条；条例第十九条",
        "补测并提交监测报告，制定年度监测计划。", MINOR, DUSTY | SOLVENT, "DA002",
    ),
    Fault(
        "LED-NONE", 6, "污染防治设施运行台账最近 5 日没有记录，药剂用量与领料单不一致。",
        "应当建立环境管理台账，如实记录。", "许可证副本第 7.1 条；条例第二十一条",
        "补齐可核实的记录，明确专人每日记录。", MINOR,
    ),
    Fault(
        "HW-STORE", 9, "危险废物贮存间没有分区，废机油桶直接放在地面，未设防渗托盘。",
        "应当按标准贮存危险废物。", "生态环境法典第四编；GB 18597—2023",
        "设置分区和防渗托盘，规范存放。", GENERAL, WASTE,
    ),
    Fault(
        "HW-SIGN", 9, "危险废物贮存间和 3 只容器没有设置危险废物识别标志。",
        "应当按规定设置危险废物识别标志。", "生态环境法典第四编；HJ 1276—2022",
        "补设识别标志。", MINOR, WASTE,
    ),
    Fault(
        "VOC-SEAL", 8, "调漆间卷帘门敞开，活性炭吸附装置风机没有运行，现场有明显异味。",
        "产生含挥发性有机物废气的活动应在密闭空间进行并使用污染防治设施。", "许可证副本第 5 条",
        "关闭敞开部位，作业时开启治理设施，更换活性炭并留存记录。", GENERAL, SOLVENT, "DA001",
    ),
    Fault(
        "PP-CONC", 3, "现场采样监测，排放口主要污染物浓度超过许可排放浓度（监测报告随后附卷）。",
        "不得超过许可排放浓度。", "许可证副本限值表；条例第三十四条",
        "立即查明原因，限期稳定达标排放，报送连续七日监测数据。", SERIOUS, DUSTY | WET, "DA001",
    ),
    Fault(
        "EM-FILE", 10, "突发生态环境事件应急预案已超过三年没有回顾性评估和修订备案。",
        "应当至少每三年回顾性评估一次并备案。", "环发〔2015〕4号",
        "修订预案并完成备案。", MINOR,
    ),
    Fault(
        "VOC-VAPOR", 8, "2 号加油机油气回收真空泵不工作，气液比检测记录缺最近一季度。",
        "应当安装并正常使用油气回收装置。", "GB 20952—2020",
        "修复油气回收装置，补做气液比检测。", GENERAL, frozenset({"petrol"}),
    ),
)  # fmt: skip
"""In the order in which a checklist asks; the general ones fit every trade."""


def faults_for(trade: Trade) -> list[Fault]:
    """What can be found in a trade."""
    if trade.word == "加油站":
        return [fault for fault in FAULTS if fault.profiles == frozenset({"petrol"}) or not fault.profiles]
    return [fault for fault in FAULTS if fault.fits(trade)]
