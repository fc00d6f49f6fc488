"""What the tables are called to people: the trail names its subjects and their columns in words."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from core.db import Base

NAMES: dict[str, str] = {
    "announced_year": _l("放假安排"),
    "application": _l("许可申请"),
    "application_comment": _l("申请意见"),
    "application_facility": _l("申请所列设施"),
    "application_pause": _l("停止计时"),
    "application_submission": _l("申请提交"),
    "area": _l("行政区划"),
    "api_token": _l("接口密钥"),
    "article": _l("法条"),
    "attachment": _l("附件"),
    "calendar_day": _l("日历日"),
    "catalog_entry": _l("管理名录条目"),
    "category_decision": _l("类别认定"),
    "checklist": _l("检查清单"),
    "checklist_answer": _l("清单回答"),
    "checklist_item": _l("清单项"),
    "condition": _l("许可证条件"),
    "credit_event": _l("信用事件"),
    "deadline_override": _l("期限确认"),
    "deadline_rule": _l("法定期限"),
    "document": _l("文书"),
    "document_service": _l("送达"),
    "emission_limit": _l("排放限值"),
    "emission_right": _l("排污权"),
    "enterprise": _l("企业"),
    "evaluation": _l("冻结的评价"),
    "exceedance": _l("超标线索"),
    "execution_report": _l("执行报告"),
    "report_correction": _l("执行报告更正"),
    "finding": _l("问题"),
    "former_name": _l("曾用名"),
    "freeze_day": _l("冻结评价日"),
    "hand_in": _l("报送材料"),
    "import_run": _l("导入"),
    "industry": _l("行业"),
    "inspection": _l("检查"),
    "item_response": _l("改正报送"),
    "law": _l("法律法规"),
    "list_membership": _l("名录条目"),
    "listing": _l("名单事项"),
    "monitoring_requirement": _l("自行监测要求"),
    "monitoring_signal": _l("异常信号"),
    "monitoring_result": _l("监测结果"),
    "objection": _l("陈述申辩"),
    "removal_proposal": _l("移出提议"),
    "obligation": _l("义务"),
    "office": _l("机关"),
    "order_item": _l("改正项"),
    "outlet": _l("排放口"),
    "quash_proposal": _l("撤销处罚决定"),
    "decision_stay": _l("停止执行"),
    "penalty_decision": _l("处罚决定"),
    "permit": _l("许可证"),
    "permit_version": _l("许可证版本"),
    "pollutant": _l("污染物"),
    "post_permit_watch": _l("证后监管"),
    "rectification_order": _l("责令改正"),
    "registration": _l("排污登记"),
    "remembered_mapping": _l("列的对应"),
    "repair": _l("信用修复"),
    "report_comment": _l("报告退回意见"),
    "report_figure": _l("报告数据"),
    "report_paper": _l("纸质执行报告"),
    "report_requirement": _l("执行报告要求"),
    "report_submission": _l("报告提交"),
    "representative": _l("授权代表"),
    "rule_conflict": _l("待法制审核的问题"),
    "saved_view": _l("常用视图"),
    "scheme": _l("评价方案"),
    "scheme_rule": _l("评价规则"),
    "site": _l("场所"),
    "site_check": _l("现场核查"),
    "station": _l("自动监测站"),
    "transition_pair": _l("新旧条款对应"),
    "user": _l("用户"),
    "user_role": _l("用户角色"),
    "violation_rule": _l("罚则"),
}


def named(kind: str, identity: str) -> str:
    """A row as people call it: 企业 12; facts of an act that changed no row have no number."""
    if kind == "facts":
        return str(_("附记"))
    return f"{NAMES.get(kind, kind)} {identity}".strip()


def column_name(kind: str, column: str) -> str:
    """A column as its comment says; empty where there is none."""
    table = Base.metadata.tables.get(kind)
    found = table.columns.get(column) if table is not None else None
    return found.comment or "" if found is not None else ""
