"""正本 and 副本 of a permit: issued on the permit clerk's word."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core.pages import Answer, page
from core.workflow import NotAllowed
from permits import actions, queries
from permits.blueprint import bp
from permits.forms.rows import ConfirmForm
from permits.views.permits import crumbs


@bp.route("/permits/versions/<int:version_id>/certificates/issue", methods=["GET", "POST"])
@may(Action.PERMIT_ISSUE)
def issue_certificates(version_id: int) -> Answer:
    """Issue both for a version; a second time gives those that stand."""
    version, form = queries.permits.version(version_id, seen_by=me()), ConfirmForm()
    if form.validate_on_submit():
        try:
            made = actions.certify(version, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("正本和副本已签发：%(numbers)s。", numbers="、".join(each.number for each in made)), "ok")
            return redirect(url_for(".permit", permit_id=version.permit_id), 303)
    return page(
        "permits/issue_certificates.html",
        form=form,
        edition=version,
        permit=version.permit,
        missing=actions.missing_for_certificates(version),
        crumbs=crumbs(version.permit, _("签发正本和副本")),
    )
