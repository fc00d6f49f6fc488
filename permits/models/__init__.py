"""Tables of the room, by family: permits and their versions, execution reports, monitoring."""

from core.db import SENTENCES
from permits.models.categories import CategoryDecision
from permits.models.monitoring import (
    Exceedance,
    MeasureKind,
    MonitoringResult,
)
from permits.models.permits import (
    Condition,
    EmissionLimit,
    LimitKind,
    MonitoringRequirement,
    Outlet,
    OutletKind,
    Permit,
    PermitState,
    PermitVersion,
    ReportPeriod,
    ReportRequirement,
    VersionGround,
    VersionState,
)
from permits.models.reports import (
    ExecutionReport,
    ReportComment,
    ReportFigure,
    ReportState,
    ReportSubmission,
)
from permits.models.rights import EmissionRight, RightSource
from permits.models.stations import (
    Fault,
    Protocol,
    ReadingKind,
    RefusedPacket,
    Station,
    StationContact,
    StationPart,
    StationReading,
)

__all__ = [
    "CategoryDecision",
    "Condition",
    "EmissionLimit",
    "EmissionRight",
    "Exceedance",
    "ExecutionReport",
    "Fault",
    "LimitKind",
    "MeasureKind",
    "MonitoringRequirement",
    "MonitoringResult",
    "Outlet",
    "OutletKind",
    "Permit",
    "PermitState",
    "PermitVersion",
    "Protocol",
    "ReadingKind",
    "RefusedPacket",
    "ReportComment",
    "ReportFigure",
    "ReportPeriod",
    "ReportRequirement",
    "ReportState",
    "ReportSubmission",
    "RightSource",
    "Station",
    "StationContact",
    "StationPart",
    "StationReading",
    "VersionGround",
    "VersionState",
]

SENTENCES.update(
    {
        "permit.permit_no": "许可证编号已登记在另一张许可证上。",
        "uq_permit_permit_no": "许可证编号已登记在另一张许可证上。",
        "frozen: permit_version": "已生效的许可证版本不能修改，请新建版本。",
        "frozen: outlet": "已生效的许可证版本不能修改，请新建版本。",
        "frozen: emission_limit": "已生效的许可证版本不能修改，请新建版本。",
        "uq_execution_report_obligation_id": "这一期报告已经开始填报。",
        "execution_report.obligation_id": "这一期报告已经开始填报。",
    }
)
