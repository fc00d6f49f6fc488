"""Who may do what: one alphabetised list of actions, one table of roles. What is not granted is refused."""

import enum
from functools import cache

from core.said import said
from core.words import Titled


class Role(Titled):
    """What a person is here for. The last three (三员) never see each other's powers and never meet in one person."""

    OFFICER = "officer", "执法员"
    REVIEWER = "reviewer", "法制审核员"
    APPROVER = "approver", "审批人"
    PERMIT_CLERK = "permit_clerk", "许可管理员"
    CREDIT_CLERK = "credit_clerk", "信用管理员"
    PREPARER = "preparer", "企业填报人"
    SIGNER = "signer", "企业签发人"
    SYSTEM_ADMIN = "system_admin", "系统管理员"
    SECURITY_ADMIN = "security_admin", "安全管理员"
    AUDITOR = "auditor", "审计员"


ADMINS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})
ENTERPRISE = frozenset({Role.PREPARER, Role.SIGNER})
STAFF = frozenset(Role) - ADMINS - ENTERPRISE
SECOND_FACTOR = frozenset({Role.APPROVER, Role.SECURITY_ADMIN})
"""Who signs in with an authenticator too: whoever decides, and whoever gives roles (GB/T 22239-2019 §8.1.4)."""


class Action(enum.StrEnum):
    """Everything that can be done, as ``room:noun:verb``."""

    ACCOUNT_OWN = "accounts:account:own"
    AUDIT_READ = "accounts:audit:read"
    AUDIT_VERIFY = "accounts:audit:verify"
    USER_ADMINISTER = "accounts:user:administer"
    DESK_READ = "app:desk:read"
    SYSTEM_OPERATE = "app:system:operate"
    EVALUATION_READ = "credit:evaluation:read"
    EVENT_RECORD = "credit:event:record"
    LISTING_DECIDE = "credit:listing:decide"
    LISTING_EXPORT = "credit:listing:export"
    LISTING_OBJECT = "credit:listing:object"
    LISTING_PROPOSE = "credit:listing:propose"
    LISTING_READ = "credit:listing:read"
    REPAIR_APPLY = "credit:repair:apply"
    REPAIR_DECIDE = "credit:repair:decide"
    SCHEME_READ = "credit:scheme:read"
    DECISION_CONFIRM = "inspections:decision:confirm"
    DECISION_RECORD = "inspections:decision:record"
    FINDING_READ = "inspections:finding:read"
    FINDING_RECORD = "inspections:finding:record"
    INSPECTION_READ = "inspections:inspection:read"
    INSPECTION_RECORD = "inspections:inspection:record"
    ORDER_APPROVE = "inspections:order:approve"
    ORDER_DRAFT = "inspections:order:draft"
    ORDER_READ = "inspections:order:read"
    ORDER_RECHECK = "inspections:order:recheck"
    ORDER_RESPOND = "inspections:order:respond"
    ORDER_SERVE = "inspections:order:serve"
    CALENDAR_EDIT = "law:calendar:edit"
    LAW_CHECK = "law:law:check"
    LAW_READ = "law:law:read"
    APPLICATION_ACCEPT = "permits:application:accept"
    APPLICATION_DECIDE = "permits:application:decide"
    APPLICATION_PREPARE = "permits:application:prepare"
    APPLICATION_READ = "permits:application:read"
    APPLICATION_REVIEW = "permits:application:review"
    APPLICATION_SIGN = "permits:application:sign"
    CATEGORY_CONFIRM = "permits:category:confirm"
    EXCEEDANCE_HANDLE = "permits:exceedance:handle"
    MONITORING_RECORD = "permits:monitoring:record"
    PERMIT_DRAFT = "permits:permit:draft"
    PERMIT_ISSUE = "permits:permit:issue"
    PERMIT_READ = "permits:permit:read"
    REPORT_ACCEPT = "permits:report:accept"
    REPORT_PREPARE = "permits:report:prepare"
    REPORT_READ = "permits:report:read"
    REPORT_SIGN = "permits:report:sign"
    RIGHT_RECORD = "permits:right:record"
    SIGNAL_HANDLE = "permits:signal:handle"
    TOKEN_EDIT = "permits:token:edit"  # noqa: S105 - the name of a permission
    WATCH_NOTE = "permits:watch:note"
    WATCH_RELEASE = "permits:watch:release"
    DOCUMENT_ISSUE = "registry:document:issue"
    DOCUMENT_READ = "registry:document:read"
    DOCUMENT_SERVE = "registry:document:serve"
    DOCUMENT_VOID = "registry:document:void"
    ENTERPRISE_EDIT = "registry:enterprise:edit"
    ENTERPRISE_IMPORT = "registry:enterprise:import"
    ENTERPRISE_MERGE = "registry:enterprise:merge"
    ENTERPRISE_READ = "registry:enterprise:read"
    LIST_EDIT = "registry:list:edit"
    MY_READ = "registry:my:read"
    NOTIFICATION_READ = "registry:notification:read"
    OBLIGATION_CONFIRM = "registry:obligation:confirm"
    OBLIGATION_HAND_IN = "registry:obligation:hand-in"
    OBLIGATION_READ = "registry:obligation:read"
    OBLIGATION_REMIND = "registry:obligation:remind"
    PEOPLE_EDIT = "registry:people:edit"
    REPRESENTATIVE_EDIT = "registry:representative:edit"


_EVERYONE = {Action.ACCOUNT_OWN, Action.NOTIFICATION_READ}

_STAFF = _EVERYONE | {
    Action.APPLICATION_READ,
    Action.DESK_READ,
    Action.DOCUMENT_ISSUE,
    Action.DOCUMENT_READ,
    Action.ENTERPRISE_READ,
    Action.EVALUATION_READ,
    Action.FINDING_READ,
    Action.INSPECTION_READ,
    Action.LAW_READ,
    Action.LISTING_READ,
    Action.OBLIGATION_READ,
    Action.ORDER_READ,
    Action.PERMIT_READ,
    Action.REPORT_READ,
    Action.SCHEME_READ,
}

_ENTERPRISE = _EVERYONE | {
    Action.LAW_READ,
    Action.LISTING_OBJECT,
    Action.MY_READ,
    Action.OBLIGATION_HAND_IN,
    Action.ORDER_RESPOND,
    Action.REPAIR_APPLY,
}

GRANTS: dict[Role, frozenset[Action]] = {
    Role.OFFICER: frozenset(
        _STAFF
        | {
            Action.CATEGORY_CONFIRM,
            Action.DECISION_RECORD,
            Action.DOCUMENT_SERVE,
            Action.ENTERPRISE_EDIT,
            Action.ENTERPRISE_IMPORT,
            Action.EXCEEDANCE_HANDLE,
            Action.FINDING_RECORD,
            Action.INSPECTION_RECORD,
            Action.LIST_EDIT,
            Action.OBLIGATION_REMIND,
            Action.ORDER_DRAFT,
            Action.ORDER_RECHECK,
            Action.ORDER_SERVE,
            Action.REPRESENTATIVE_EDIT,
            Action.SIGNAL_HANDLE,
            Action.WATCH_NOTE,
        }
    ),
    Role.REVIEWER: frozenset(_STAFF | {Action.APPLICATION_REVIEW, Action.CALENDAR_EDIT, Action.LAW_CHECK}),
    Role.APPROVER: frozenset(
        _STAFF
        | {
            Action.APPLICATION_DECIDE,
            Action.DECISION_CONFIRM,
            Action.DOCUMENT_VOID,
            Action.ENTERPRISE_MERGE,
            Action.LISTING_DECIDE,
            Action.ORDER_APPROVE,
            Action.PERMIT_ISSUE,
            Action.REPAIR_DECIDE,
            Action.WATCH_RELEASE,
        }
    ),
    Role.PERMIT_CLERK: frozenset(
        _STAFF
        | {
            Action.APPLICATION_ACCEPT,
            Action.APPLICATION_REVIEW,
            Action.CATEGORY_CONFIRM,
            Action.DOCUMENT_SERVE,
            Action.ENTERPRISE_EDIT,
            Action.ENTERPRISE_IMPORT,
            Action.LIST_EDIT,
            Action.OBLIGATION_CONFIRM,
            Action.OBLIGATION_REMIND,
            Action.PERMIT_DRAFT,
            Action.PERMIT_ISSUE,
            Action.REPORT_ACCEPT,
            Action.REPRESENTATIVE_EDIT,
            Action.RIGHT_RECORD,
            Action.WATCH_NOTE,
        }
    ),
    Role.CREDIT_CLERK: frozenset(
        _STAFF | {Action.DOCUMENT_SERVE, Action.EVENT_RECORD, Action.LISTING_EXPORT, Action.LISTING_PROPOSE}
    ),
    Role.PREPARER: frozenset(
        _ENTERPRISE | {Action.APPLICATION_PREPARE, Action.MONITORING_RECORD, Action.REPORT_PREPARE}
    ),
    Role.SIGNER: frozenset(
        _ENTERPRISE
        | {
            Action.APPLICATION_SIGN,
            Action.DOCUMENT_ISSUE,
            Action.PEOPLE_EDIT,
            Action.REPORT_SIGN,
            Action.TOKEN_EDIT,
        }
    ),
    Role.SYSTEM_ADMIN: frozenset(
        _EVERYONE | {Action.CALENDAR_EDIT, Action.DESK_READ, Action.LAW_READ, Action.SYSTEM_OPERATE}
    ),
    Role.SECURITY_ADMIN: frozenset(_EVERYONE | {Action.DESK_READ, Action.USER_ADMINISTER}),
    Role.AUDITOR: frozenset(_EVERYONE | {Action.AUDIT_READ, Action.AUDIT_VERIFY, Action.DESK_READ, Action.LAW_READ}),
}


@cache
def may_all(roles: frozenset[Role]) -> frozenset[Action]:
    """Everything that a person with these roles may do."""
    return frozenset().union(*(GRANTS[role] for role in roles)) if roles else frozenset()


def forbidden_together(roles: frozenset[Role]) -> str | None:
    """Why these roles may not meet in one person (三员分立; a firm's people are never the bureau's), or None.

    A preparer never signs: whoever fills in a report may not be its signer (DESIGN; CROMERR).
    """
    if len(roles & ADMINS) > 1 or (roles & ADMINS and roles - ADMINS):
        return said("系统管理员、安全管理员、审计员各自独立，不能兼任其他角色。")
    if roles & ENTERPRISE and roles - ENTERPRISE:
        return said("企业人员不能兼任监管机关的角色。")
    if roles >= ENTERPRISE:
        return said("填报人与签发人不能是同一人。")
    return None
