"""Laws in their versions, pollutants, and the catalogue of permit categories."""

from flask import flash, redirect, url_for
from flask_babel import gettext as _

from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core.db import expect_version
from core.forms import shown_version
from core.pages import Answer, page
from core.workflow import NotAllowed
from law import actions, queries
from law.blueprint import bp
from law.forms import VersionForm


@bp.get("/law/<key>")
@may(Action.LAW_READ)
def law(key: str) -> Answer:
    """A law: its time, its articles that the rules name, its other versions."""
    found = queries.law(key)
    return page(
        "law/law.html",
        law=found,
        articles=queries.articles(key),
        rules=queries.rules_of_law(key),
        later=queries.later_versions(found),
        crumbs=[(_("法律法规"), url_for(".laws")), (found.short_title, None)],
    )


@bp.route("/law/<key>/versions/new", methods=["GET", "POST"])
@may(Action.LAW_CHECK)
def add_version(key: str) -> Answer:
    """Enter the version that follows."""
    former = queries.law(key)
    form = VersionForm(obj=former) if former.valid_to is None else VersionForm(version=former.version)
    if not form.is_submitted():
        form.key.data, form.number.data, form.passed_on.data, form.source.data = "", "", "", ""
        form.valid_from.data = None
    if form.validate_on_submit():
        expect_version(former, shown_version(form), dict(form.data))
        try:
            made = actions.add_version(former, form.facts(), by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已录入新版本，条款和罚则请逐条核对。"), "ok")
            return redirect(url_for(".law", key=made.key), 303)
    crumbs = [(_("法律法规"), url_for(".laws")), (former.short_title, url_for(".law", key=key)), (_("新版本"), None)]
    return page("law/add_version.html", form=form, law=former, crumbs=crumbs)
