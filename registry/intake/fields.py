"""What an enterprise ledger may hold: fields, the headers they are known under, words for values, and what may be wrong."""

from decimal import Decimal

from flask_babel import lazy_gettext as _l

from core.intake import Field
from registry.models import Category, Status

FIELDS = (
    Field("serial", _l("序号"), ("序号", "编号", "NO")),
    Field("name", _l("企业名称"),
        ("企业名称", "单位名称", "排污单位名称", "企业全称", "企业", "名称", "公司名称", "污染源名称", "单位", "排污单位"),
    ),
    Field("uscc", _l("统一社会信用代码"),
        ("统一社会信用代码", "社会信用代码", "信用代码", "统一代码", "机构代码", "统一信用代码", "组织机构代码"),
    ),
    Field("legal_rep", _l("法定代表人"), ("法定代表人", "法人代表", "法人", "负责人", "企业负责人", "单位负责人", "法人姓名")),
    Field("contact", _l("环保联系人"), ("环保联系人", "联系人", "环保负责人", "环保专员", "环保联络人")),
    Field("phone", _l("联系电话"), ("联系电话", "电话", "联系方式", "手机", "手机号", "手机号码", "电话号码", "联系人电话")),
    Field("person_phone", _l("联系人及电话"),
        (
            "法定代表人及电话", "法定代表人及联系电话", "法定代表人联系电话", "法人及电话", "法人及联系电话", "法人电话",
            "负责人及电话", "负责人及联系电话", "负责人电话", "联系人及电话", "联系人及联系电话", "联系人及联系方式",
            "联系人和电话", "法人联系电话", "法定代表人和电话", "法定代表人电话", "法人代表及电话", "负责人联系电话",
            "法定代表人及联系方式", "联系人联系方式", "姓名及电话", "法定代表人姓名及电话",
        ),
    ),
    Field("address", _l("生产经营场所地址"),
        ("生产经营场所地址", "生产地址", "经营地址", "地址", "详细地址", "企业地址", "场所地址", "所在地址", "单位地址"),
    ),
    Field("area", _l("所在县市"), ("所在县市", "县市", "所在区县", "区县", "行政区划", "所属县市", "所在地", "属地", "县区", "地区")),
    Field("zone", _l("所在园区"), ("所在园区", "园区", "工业园区", "所属园区", "园区名称", "功能区", "开发区", "所在开发区")),
    Field("area_zone", _l("县市或园区"),
        ("所在县市或园区", "县市园区", "所在县市园区", "县市或园区", "区域", "所属区域", "所在区域", "属地园区", "县市及园区", "辖区"),
    ),
    Field("industry_code", _l("行业代码"), ("行业代码", "国民经济行业代码", "行业编码", "行业分类代码", "小类代码")),
    Field("industry", _l("行业类别"), ("行业类别", "行业名称", "所属行业", "行业", "国民经济行业", "行业类型", "行业分类")),
    Field("industry_both", _l("行业类别及代码"),
        (
            "行业类别及代码", "行业名称及代码", "行业及代码", "行业代码及名称", "行业代码及类别", "行业类别代码",
            "行业名称代码", "行业代码名称", "行业代码和名称", "行业类别和代码", "所属行业及代码", "国民经济行业类别及代码",
        ),
    ),
    Field("category", _l("排污许可管理类别"),
        ("排污许可管理类别", "管理类别", "许可管理类别", "许可类别", "排污许可类别", "管理类型", "管理级别", "排污许可管理类型"),
    ),
    Field("lon", _l("经度"), ("经度", "东经", "中心经度", "LON", "LONGITUDE", "经度E")),
    Field("lat", _l("纬度"), ("纬度", "北纬", "中心纬度", "LAT", "LATITUDE", "纬度N")),
    Field("coordinates", _l("经纬度"),
        ("经纬度", "坐标", "地理坐标", "经纬度坐标", "中心坐标", "地理位置", "经度纬度", "中心经纬度", "经度和纬度", "位置坐标"),
    ),
    Field("permit_no", _l("排污许可证编号"),
        ("排污许可证编号", "许可证编号", "排污许可证号", "许可证号", "排污许可编号", "许可编号", "证书编号", "排污许可证"),
    ),
    Field("valid_from", _l("有效期起"),
        (
            "有效期起", "有效期起始", "发证日期", "有效期开始", "起始日期", "有效期自", "生效日期", "许可开始日期", "有效期始",
            "有效期起始日期", "有效期开始日期", "开始日期", "发证时间", "有效期限起", "有效起始日期", "有效期从",
        ),
    ),
    Field("valid_to", _l("有效期止"),
        (
            "有效期止", "有效期至", "有效期截止", "截止日期", "到期日期", "到期时间", "有效期结束", "终止日期", "失效日期",
            "有效期到", "有效期截止日期", "有效期终止", "结束日期", "到期日", "有效期限止", "有效截止日期", "有效期终止日期",
        ),
    ),
    Field("validity", _l("有效期限"), ("有效期限", "有效期", "有效期起止", "许可有效期", "证书有效期", "有效期起止日期", "起止日期", "有效期间")),
    Field("state", _l("生产状况"), ("生产状况", "生产状态", "企业状态", "运行状态", "状态", "经营状态", "生产情况", "经营状况", "运行情况")),
    Field("remark", _l("备注"), ("备注", "说明", "备注说明", "其他")),
)  # fmt: skip

LABELS: dict[str, str] = {each.key: each.label for each in FIELDS}

LONGITUDES, LATITUDES = (Decimal("85.0"), Decimal("91.6")), (Decimal("43.3"), Decimal("46.0"))
"""The box in which the prefecture lies (未核对): outside it a warning, exchanged an error."""

CHINA = (Decimal(73), Decimal(136)), (Decimal(3), Decimal(54))

CATEGORIES = {
    "重点管理": Category.KEY,
    "重点": Category.KEY,
    "简化管理": Category.SIMPLIFIED,
    "简化": Category.SIMPLIFIED,
    "登记管理": Category.REGISTRATION,
    "登记": Category.REGISTRATION,
    "排污登记": Category.REGISTRATION,
    "登记表": Category.REGISTRATION,
    "未纳入": Category.NONE,
    "不纳入": Category.NONE,
}
STATES = {
    Status.OPERATING: (
        "在产",
        "生产",
        "正常",
        "正常生产",
        "运行",
        "正常运行",
        "在营",
        "营业",
        "存续",
        "开业",
        "投产",
        "在业",
    ),
    Status.SUSPENDED: ("停产", "停运", "停业", "停工", "停用", "季节性停产", "临时停产", "长期停产", "半停产", "检修"),
    Status.CLOSED: ("关闭", "关停", "注销", "吊销", "拆除", "淘汰", "永久关闭", "已关闭", "搬迁", "取缔"),
}
STATE_OF = {word: status for status, words in STATES.items() for word in words}

ERRORS = {
    "name_missing": _l("没有企业名称，请填写全称。"),
    "uscc_missing": _l("没有统一社会信用代码，请按营业执照填写 18 位代码。"),
    "uscc_length": _l("统一社会信用代码应为 18 位，现为 %(length)d 位，请按营业执照核对。"),
    "uscc_check_digit": _l("统一社会信用代码校验不符，请核对每一位（没有字母 I、O、S、V、Z）。"),
    "uscc_duplicate": _l("统一社会信用代码与「%(sheet)s」第 %(row)d 行重复，请删去一行或改正代码。"),
    "coordinates_swapped": _l("经度和纬度填反了，请对调两格。"),
    "coordinates_unreadable": _l("读不懂坐标「%(text)s」，请写成 87.015232 或 87°0′54.84″。"),
    "coordinates_half": _l("经度和纬度只填了一个，请补全或都留空。"),
    "coordinates_abroad": _l("坐标不在中国境内，请核对两个数字。"),
    "validity_reversed": _l("有效期止早于有效期起，请核对两个日期。"),
    "date_unreadable": _l("读不懂日期「%(text)s」，请写成 2026-11-23。"),
    "industry_unknown": _l("GB/T 4754-2017 没有行业代码「%(text)s」，请查对后改正。"),
    "area_unknown": _l("认不出所在县市「%(text)s」，请写行政区划全称，如「昌吉市」。"),
    "area_missing": _l("没有所在县市，请填写，如「昌吉市」。"),
    "area_not_yours": _l("「%(text)s」不在您的管辖范围内，请交所属机关导入。"),
    "text_too_long": _l("「%(text)s」过长（最多 %(most)d 字），请缩短。"),
    "enterprise_not_yours": _l("这家企业登记在%(office)s名下，请与该机关联系，或由州局导入。"),
    "enterprise_merged": _l("这个代码已并入「%(name)s」，请改用 %(uscc)s。"),
    "enterprise_unknown": _l("还没有登记这家企业，请先导入企业台账。"),
    "permit_missing": _l("没有许可证编号，请填写。"),
    "permit_refused": _l("许可证没有入库：%(reason)s"),
}
"""Code → what is wrong and how it is mended; the row is not stored."""

WARNINGS = {
    "coordinates_outside": _l("坐标在自治州范围之外，请核对。"),
    "industry_missing": _l("没有行业代码，请补填 GB/T 4754-2017 的代码。"),
    "industry_name_differs": _l(
        "行业代码 %(number)s 的名称是「%(name)s」，与表中「%(text)s」不同，以代码为准；代码错了请改。"
    ),
    "category_unknown": _l("认不出管理类别「%(text)s」，没有采用；请写重点管理、简化管理、登记管理或未纳入。"),
    "state_unknown": _l("认不出生产状况「%(text)s」，没有采用；请写在产、停产或关闭。"),
    "zone_unknown": _l("认不出园区「%(text)s」，只登记到县市；请写园区全称。"),
    "zone_elsewhere": _l("园区「%(text)s」不在所填县市内，按县市登记；请核对。"),
    "permit_shape": _l("许可证编号「%(text)s」不合 HJ 608 的格式，请核对。"),
    "permit_of_another": _l("许可证编号的前 18 位不是这家企业的代码，请核对。"),
    "permit_without_term": _l("有许可证编号而没有完整的有效期，许可证没有登记；请补填有效期起止。"),
    "permit_taken": _l("许可证编号与「%(sheet)s」第 %(row)d 行重复，这一行的许可证没有登记。"),
    "permit_not_stored": _l("企业已入库，许可证没有：%(reason)s"),
    "month_only": _l("日期「%(text)s」只到月，按 %(day)s 登记。"),
    "hidden_characters": _l("删去了不能保存的隐藏字符 %(text)s。"),
    "site_unclear": _l("这家企业有 %(count)d 个场所，台账看不出是哪一个，场所和许可证没有改；请在企业页修改。"),
    "state_kept": _l("登记在册为「%(old)s」，不能由台账改为「%(new)s」，生产状况没有改。"),
}
"""Code → what is odd; the row is stored."""

MESSAGES = {**ERRORS, **WARNINGS}

LONGEST = {
    "name": 120, "legal_rep": 40, "contact": 40, "phone": 30, "address": 200, "zone": 60, "industry": 80, "remark": 1000,
}  # fmt: skip
"""The most characters of a field, as the forms have it."""

SPLIT_FROM = {
    "person_phone": ("legal_rep", "contact", "phone"),
    "area_zone": ("area", "zone"),
    "industry_both": ("industry_code", "industry"),
    "coordinates": ("lon", "lat"),
    "validity": ("valid_from", "valid_to"),
}
"""Joined columns and the fields that come out of them."""

COLUMN_LABELS = {
    "name": _l("名称"),
    "legal_representative": _l("法定代表人"),
    "contact_name": _l("环保联系人"),
    "contact_phone": _l("联系电话"),
    "address": _l("地址"),
    "industry_code": _l("行业代码"),
    "remark": _l("备注"),
    "area_id": _l("县市、园区"),
    "office_id": _l("监管机关"),
    "category": _l("管理类别"),
    "longitude": _l("经度"),
    "latitude": _l("纬度"),
    "status": _l("生产状态"),
}
"""Column → what it is called, where a change is shown."""
