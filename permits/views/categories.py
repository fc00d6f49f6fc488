"""The category advisor: from industries and answers to a candidate with its reasons; an officer confirms."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _

from accounts import exports, lists
from accounts.guard import may
from accounts.people import me
from accounts.roles import Action
from core import clock
from core.pages import Answer, page
from core.workflow import NotAllowed
from permits import actions, ledgers, queries
from permits.blueprint import bp
from permits.forms.categories import ConfirmCategoryForm, answers_in, questions_form
from permits.rules import catalog
from registry import queries as registry
from registry.models import Category, Site


@bp.get("/permits/categories")
@may(Action.PERMIT_READ)
def categories() -> Answer:
    """Every site one may see with its category, and who confirmed it."""
    return page("permits/categories.html", ledger=lists.page_of(ledgers.CATEGORIES))


@bp.get("/permits/categories.<any('xlsx', 'csv', 'json'):form>")
@may(Action.PERMIT_READ)
def export_categories(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.CATEGORIES, form)


@bp.get("/permits/categories/decisions")
@may(Action.PERMIT_READ)
def category_decisions() -> Answer:
    """Every decision on a category, the last first; what was decided before stays."""
    return page("permits/category_decisions.html", ledger=lists.page_of(ledgers.CATEGORY_DECISIONS))


@bp.get("/permits/categories/decisions.<any('xlsx', 'csv', 'json'):form>")
@may(Action.PERMIT_READ)
def export_category_decisions(form: str) -> Answer:
    """The same list as a file."""
    return exports.answer(ledgers.CATEGORY_DECISIONS, form)


def _asked(site: Site) -> tuple[Any, list[str], catalog.Answers, catalog.Advice]:
    """The questions with what was answered in the address, the industries that there are, and what they come to."""
    typed = queries.categories.asked_industries(request.args.get("industries", site.industry_code or ""))[:5]
    known = queries.categories.known_industries(typed)
    industries = [each for each in typed if each in known]
    asked = catalog.advise(industries, {catalog.OUTSIDE: "yes"}).asked
    given = queries.categories.known_answers(site, clock.today())
    form = questions_form(asked, request.args, industries=site.industry_code or "", **given)
    for each in asked:
        form[each.key].flags.later = True
    if request.args:
        form.validate()
    if unknown := [each for each in typed if each not in known]:
        told = _("没有这个行业代码（GB/T 4754-2017）：%(codes)s", codes="、".join(unknown))
        form.industries.errors = [*form.industries.errors, told]
    answers = answers_in(form, asked)
    return form, industries, answers, catalog.advise(industries, answers)


@bp.route("/sites/<int:site_id>/category", methods=["GET", "POST"])
@may(Action.PERMIT_READ)
def site_category(site_id: int) -> Answer:
    """What the catalogue comes to for a site, why, what is still open, and the category that is confirmed."""
    site = registry.site(site_id, seen_by=me())
    asked, industries, answers, advice = _asked(site)
    suggested = advice.candidate.code if advice.candidate else site.category.code
    form = ConfirmCategoryForm(category=suggested)
    if form.validate_on_submit():
        try:
            if not me().may(Action.CATEGORY_CONFIRM):
                raise NotAllowed([_("管理类别由执法员或许可管理员认定。")])
            if not industries:
                raise NotAllowed([_("请先填写行业代码。")])
            wanted, reason = Category(form.category.data), form.reason.data or ""
            actions.confirm_category(site, industries, answers, wanted, reason, by=me())
        except NotAllowed as refusal:
            form.refuse(refusal.missing)
        else:
            flash(_("已认定管理类别：%(category)s。", category=_(wanted.label)), "ok")
            return redirect(url_for(".site_category", site_id=site.id), 303)
    elif request.method == "GET" and advice.candidate:
        form.category.data = advice.candidate.code
    tab = url_for(".enterprise_permits", enterprise_id=site.enterprise_id)
    return page(
        "permits/site_category.html",
        site=site,
        asked=asked,
        advice=advice,
        names=queries.categories.known_industries(industries),
        left=[catalog.questions()[key] for key in advice.left],
        form=form,
        here=request.full_path if request.args else request.path,
        decisions=queries.categories.decisions(site),
        answer_words=_answer_words,
        crumbs=[(site.enterprise.name, tab), (_("管理类别"), None)],
    )


def _answer_words(answers: dict[str, str]) -> list[tuple[str, str]]:
    known = catalog.questions()
    return [
        (known[key].label, actions.answer_words(known[key], answer)) for key, answer in answers.items() if key in known
    ]
