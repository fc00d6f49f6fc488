"""The lifecycle of a watch over the site of a permit that ended."""

from accounts.roles import Action
from core.said import said
from core.workflow import Missing, Step, workflow
from permits.models import LandUse, PostPermitWatch, SoilSurvey, WatchState

W = WatchState


def missing_reason(watch: PostPermitWatch) -> list[Missing]:
    """A watch never ends without a reason."""
    return [] if watch.release_reason.strip() else [Missing(said("请写明理由。"), "reason")]


def missing_to_release(watch: PostPermitWatch) -> list[Missing]:
    """Soil and land are cleared up first."""
    edit, lacking = f"/post-permit-watch/{watch.id}/note", missing_reason(watch)
    if watch.survey is SoilSurvey.UNKNOWN:
        lacking.append(Missing(said("还没有查明是否应当做土壤污染状况调查。"), url=edit))
    elif watch.survey is SoilSurvey.OWED:
        lacking.append(Missing(said("应当做的土壤污染状况调查还没有完成。"), url=edit))
    if watch.land_use is LandUse.UNKNOWN:
        lacking.append(Missing(said("还没有查明土地用途。"), url=edit))
    return lacking


WATCH = workflow(
    "post_permit_watch",
    "证后监管",
    W.OPEN,
    [
        Step("release", frozenset({W.OPEN}), W.RELEASED, Action.WATCH_RELEASE, "解除", missing_to_release, grave=True),
        Step("supersede", frozenset({W.OPEN}), W.RELEASED, Action.PERMIT_ISSUE, "重新持证", missing_reason),
    ],
)
"""Opened whenever a permit ends; ``supersede`` is taken by the machine when the site holds a permit again."""
