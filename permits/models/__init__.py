"""Tables of the room, by family: permits and their versions, applications, execution reports, monitoring."""

from core.db import SENTENCES
from permits.models.applications import (
    Application,
    ApplicationComment,
    ApplicationFacility,
    ApplicationKind,
    ApplicationPause,
    ApplicationState,
    ApplicationSubmission,
    CommentPurpose,
    FacilityKind,
    Opinion,
    PauseReason,
    Section,
    SiteCheck,
)
from permits.models.categories import CategoryDecision
from permits.models.corrections import CorrectionAsker, CorrectionOutcome, ReportCorrection
from permits.models.monitoring import (
    ApiToken,
    Exceedance,
    MeasureKind,
    MonitoringResult,
    MonitoringSignal,
    ResultBatch,
    SignalKind,
)
from permits.models.permits import (
    Condition,
    EmissionLimit,
    LimitKind,
    LimitSource,
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
from permits.models.registrations import Registration, RegistrationKind, RegistrationState
from permits.models.reports import (
    ExecutionReport,
    ReportComment,
    ReportFigure,
    ReportPaper,
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
from permits.models.watch import LandUse, PostPermitWatch, SoilSurvey, WatchCause, WatchState

__all__ = [
    "ApiToken",
    "Application",
    "ApplicationComment",
    "ApplicationFacility",
    "ApplicationKind",
    "ApplicationPause",
    "ApplicationState",
    "ApplicationSubmission",
    "CategoryDecision",
    "CommentPurpose",
    "Condition",
    "CorrectionAsker",
    "CorrectionOutcome",
    "EmissionLimit",
    "EmissionRight",
    "Exceedance",
    "ExecutionReport",
    "FacilityKind",
    "Fault",
    "LandUse",
    "LimitKind",
    "LimitSource",
    "MeasureKind",
    "MonitoringRequirement",
    "MonitoringResult",
    "MonitoringSignal",
    "Opinion",
    "Outlet",
    "OutletKind",
    "PauseReason",
    "Permit",
    "PermitState",
    "PermitVersion",
    "PostPermitWatch",
    "Protocol",
    "ReadingKind",
    "RefusedPacket",
    "Registration",
    "RegistrationKind",
    "RegistrationState",
    "ReportComment",
    "ReportCorrection",
    "ReportFigure",
    "ReportPaper",
    "ReportPeriod",
    "ReportRequirement",
    "ReportState",
    "ReportSubmission",
    "ResultBatch",
    "RightSource",
    "Section",
    "SignalKind",
    "SiteCheck",
    "SoilSurvey",
    "Station",
    "StationContact",
    "StationPart",
    "StationReading",
    "VersionGround",
    "VersionState",
    "WatchCause",
    "WatchState",
]

SENTENCES.update(
    {
        "permit.permit_no": "许可证编号已登记在另一张许可证上。",
        "uq_permit_permit_no": "许可证编号已登记在另一张许可证上。",
        "frozen: permit_version": "已生效的许可证版本不能修改，请新建版本。",
        "frozen: outlet": "已生效的许可证版本不能修改，请新建版本。",
        "frozen: emission_limit": "已生效的许可证版本不能修改，请新建版本。",
        "post_permit_watch.site_id": "这个场所已经在证后监管之内。",
        "uq_post_permit_watch_open": "这个场所已经在证后监管之内。",
        "uq_execution_report_obligation_id": "这一期报告已经开始填报。",
        "execution_report.obligation_id": "这一期报告已经开始填报。",
    }
)

SENTENCES.update(
    {
        "permit.permit_no": "许可证编号已登记在另一张许可证上。",
        "uq_permit_permit_no": "许可证编号已登记在另一张许可证上。",
        "frozen: permit_version": "已生效的许可证版本不能修改，请新建版本。",
        "frozen: outlet": "已生效的许可证版本不能修改，请新建版本。",
        "frozen: emission_limit": "已生效的许可证版本不能修改，请新建版本。",
        "uq_report_correction_open": "这份报告已有一件更正在办。",
        "report_correction.report_id": "这份报告已有一件更正在办。",
        "uq_execution_report_obligation_id": "这一期报告已经开始填报。",
        "execution_report.obligation_id": "这一期报告已经开始填报。",
    }
)
