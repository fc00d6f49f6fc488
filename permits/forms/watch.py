"""The form of a watch."""

from flask_babel import lazy_gettext as _l

from accounts.models import User
from core.forms import VersionedForm, choice, text, words
from permits.actions import WatchInput
from permits.models import LandUse, SoilSurvey


class WatchForm(VersionedForm):
    """What who watches found out."""

    survey = choice(_l("土壤污染状况调查"), SoilSurvey.choices())
    survey_basis = text(_l("认定的依据，或者调查报告"), required=False, most=300)
    land_use = choice(_l("土地用途"), LandUse.choices())
    watched_by_id = choice(_l("监管人"), required=False, coerce=int)
    remark = words(_l("监管情况"), required=False)

    def facts(self, people: dict[int, User]) -> WatchInput:
        """What was typed; ``people`` are those who may watch."""
        chosen = self.watched_by_id.data
        return WatchInput(
            SoilSurvey(self.survey.data),
            self.survey_basis.data or "",
            LandUse(self.land_use.data),
            people[chosen] if chosen else None,
            self.remark.data or "",
        )
