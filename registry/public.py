"""Whether a document is genuine: asked by anybody, by the code on paper or with the file itself."""

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from accounts.guard import keeps_nothing, public
from core.attachments import BadFile, read_limited
from core.pages import Answer, page
from core.said import shown
from registry import documents
from registry.blueprint import bp
from registry.documents import Verdict
from registry.forms.documents import VerifyForm
from registry.rules.documents import Outcome, code_of, grouped, public_name

TOLD = {
    (Outcome.VALID, True): (
        _l("文件真实有效"),
        _l("与签发时保存的原件逐字节一致，文书现行有效。"),
    ),
    (Outcome.VALID, False): (
        _l("文书有效"),
        _l("本系统签发过下面这份文书。请与您手里的核对文号、单位、日期；要核对内容，请上传 PDF 文件。"),
    ),
    (Outcome.EXPIRED, True): (
        _l("原件，但已过期"),
        _l("文件与签发时的原件一致，但所载的许可已经届满。"),
    ),
    (Outcome.EXPIRED, False): (
        _l("已过期"),
        _l("这份文书确由本系统签发，但所载的许可已经届满。"),
    ),
    (Outcome.LAPSED, True): (
        _l("原件，但所载的许可不再有效"),
        _l("文件与签发时的原件一致，但所载的许可今天不在有效状态：已终止，或者已改为新的版本。"),
    ),
    (Outcome.LAPSED, False): (
        _l("所载的许可不再有效"),
        _l("这份文书确由本系统签发，但所载的许可今天不在有效状态：已终止，或者已改为新的版本。"),
    ),
    (Outcome.REPLACED, True): (
        _l("原件，但已被替换"),
        _l("文件与签发时的原件一致，但文书已由新的文书替换，不再有效。"),
    ),
    (Outcome.REPLACED, False): (
        _l("文书已被替换"),
        _l("这份文书确由本系统签发，但已由新的文书替换，不再有效。"),
    ),
    (Outcome.VOIDED, True): (
        _l("原件，但已作废"),
        _l("文件与签发时的原件一致，但文书已作废，不再有效。"),
    ),
    (Outcome.VOIDED, False): (
        _l("文书已作废"),
        _l("这份文书确由本系统签发，但已作废，不再有效。"),
    ),
    (Outcome.CHANGED, True): (
        _l("文件与原件不一致"),
        _l("文件带有下面这份文书的验证码，内容却与签发时不同：可能被改动、另存，或验证码被挪用。请以原件为准。"),
    ),
    (Outcome.UNKNOWN, True): (
        _l("查无此文件"),
        _l("本系统没有签发过这个文件。扫描件、照片和另存的都不是原件，请用文书上的验证码查询。"),
    ),
    (Outcome.UNKNOWN, False): (
        _l("查无此文书"),
        _l("没有这个验证码的文书。请核对 16 位验证码：其中没有数字 0、1，也没有字母 I、O。"),
    ),
}
"""What was found, and whether a file was checked → headline and meaning, for a citizen."""


@bp.route("/verify", methods=["GET", "POST"])
@keeps_nothing
@public
def verify() -> Answer:
    """Type the code, or hand in the file: nothing of it is kept."""
    form = VerifyForm()
    if form.validate_on_submit():
        try:
            content = read_limited(form.file.data.stream)
        except BadFile as refusal:
            form.hidden_problem("file", shown(refusal.sentence))
        else:
            return _answer(documents.verify_bytes(content, form.code.data or ""), form)
    typed = request.args.get("code", "")
    if typed and (code := code_of(typed)):
        return redirect(url_for(".verify_code", code=code), 303)
    return page("registry/verify.html", form=form, typed=typed)


@bp.get("/verify/<string:code>")
@public
def verify_code(code: str) -> Answer:
    """Where the QR code leads."""
    return _answer(documents.verify_code(code), VerifyForm(code=code_of(code)))


def _answer(verdict: Verdict, form: VerifyForm) -> Answer:
    document = verdict.document
    party = public_name(document.enterprise.name, document.enterprise.id_kind) if document else ""
    status = 404 if verdict.outcome is Outcome.UNKNOWN and not verdict.sha256 else 200
    headline, meaning = TOLD[verdict.outcome, bool(verdict.sha256)]
    html = render_template(
        "registry/verdict.html",
        form=form,
        verdict=verdict,
        party=party,
        standing=documents.standing(document) if document else None,
        headline=headline,
        meaning=meaning,
        grouped=grouped,
    )
    return make_response(html, status)
