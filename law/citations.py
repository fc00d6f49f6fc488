"""Which rule a decision may cite: by the day of the act, the day of the decision and the lighter law. Pure.

The law of the act applies; if the law has changed by the day of decision and the new rule is lighter, the new one does
(从旧兼从轻, 法典1057). The Code is in force from 2026-08-15 and repeals ten laws on that day (法典1242). Where a
regulation that continues and the Code give different figures nothing is chosen: both are put side by side for a named
person.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from core.said import Refusal, said
from core.words import Titled
from law.causes import (
    CODE_FROM,
    OWN_AUTHORITY,
    RANKS,
    Conflict,
    ConflictKind,
    FineWhen,
    Hint,
    Rule,
    Transition,
)
from law.limitation import Harm, Limitation, limit


class Needs(Titled):
    """What a person must still decide."""

    BRANCH = "branch", "选定情形", "warn"
    REVIEW = "review", "法制审核选定", "warn"


@dataclass(frozen=True)
class Option:
    """A rule as it stands among others: whether it is the one to take by default, and what speaks for it."""

    rule: Rule
    suggested: bool
    why: str


@dataclass(frozen=True)
class Citation:
    """What may be cited. With ``conflict`` the rules are those to choose from, the suggested one first.

    ``waits`` names the facts without which the fine is not lawful yet; ``transfer_to`` the authority that is competent
    instead of ours (移送, no penalty notice); ``questions`` what legal review should be asked.
    """

    rules: tuple[str, ...]
    conflict: bool
    reason: str
    options: tuple[Option, ...] = ()
    needs: Needs | None = None
    branches: tuple[str, ...] = ()
    transfer_to: str = ""
    waits: tuple[tuple[str, FineWhen], ...] = ()
    questions: tuple[str, ...] = ()
    limitation: Limitation | None = None


class Unanswerable(Refusal):
    """The question itself is wrong (unknown cause or branch, dates the wrong way round); the text is for the user."""


@dataclass(frozen=True)
class _Case:
    """The facts of one question, with the rows that bear on it."""

    key: str
    branches: frozenset[str]
    """The branches meant; empty when none was named."""
    act_to: date
    decided: date
    rules: Sequence[Rule]
    transitions: Sequence[Transition]
    conflicts: Sequence[Conflict]
    every: dict[str, Rule] = field(repr=False)


@dataclass(frozen=True)
class _Finding:
    """What the picking rule says before competence, conditions and limitation are added."""

    chosen: tuple[Rule, ...]
    reason: str
    conflict: bool = False
    needs: Needs | None = None
    options: tuple[Rule, ...] = ()
    branches: tuple[str, ...] = ()


def cite(
    violation_key: str,
    branch: str = "",
    *,
    act_from: date,
    act_to: date,
    decided: date,
    rules: Iterable[Rule],
    transitions: Iterable[Transition],
    conflicts: Iterable[Conflict],
    harm: Harm = Harm.NONE,
    found_on: date | None = None,
    recorded: Collection[FineWhen] = (),
) -> Citation:
    """Pick the rule for an act (``act_from`` … ``act_to``, the last day of a continuing one) decided on a day.

    ``found_on`` is when the authority found out (else the day of decision is taken for the limitation period);
    ``recorded`` are the facts on file that open a conditional fine. Raises ``Unanswerable``.
    """
    every = {rule.rule_id: rule for rule in rules}
    own = [rule for rule in every.values() if rule.violation_key == violation_key]
    if not own:
        raise Unanswerable(said("没有这个案由：%(violation_key)s。", violation_key=violation_key))
    if act_from > act_to:
        raise Unanswerable(said("行为开始日期晚于结束日期。"))
    if decided < act_to:
        raise Unanswerable(said("决定日期早于行为结束日期。"))
    case = _Case(
        key=violation_key,
        branches=_branches_meant(branch, own),
        act_to=act_to,
        decided=decided,
        rules=own,
        transitions=[each for each in transitions if each.violation_key == violation_key],
        conflicts=[each for each in conflicts if each.violation_key == violation_key],
        every=every,
    )
    found = _pick(case)
    continuing = ""
    if act_from < CODE_FROM <= act_to:
        continuing = f"行为持续到 {act_to.isoformat()}，按行为终了日适用法典施行后的规定。"
    limitation = limit(act_to, found_on or decided, harm)
    return _told(case, replace(found, reason=continuing + found.reason), limitation, recorded)


def _branches_meant(given: str, own: Sequence[Rule]) -> frozenset[str]:
    """The branches that a text names: exactly, by their beginning or by a part; raises ``Unanswerable``."""
    known = sorted({rule.branch for rule in own if rule.branch})
    if not given:
        return frozenset()
    for fits in (str.__eq__, str.startswith, str.__contains__):
        if found := [each for each in known if fits(each, given)]:
            return frozenset(found)
    if not known:
        raise Unanswerable(said("这个案由不分情形，请不要填“%(given)s”。", given=given))
    raise Unanswerable(said("没有“%(given)s”这个情形；可选：%(list)s。", given=given, list="、".join(known)))


def _pick(case: _Case) -> _Finding:
    if case.act_to >= CODE_FROM:
        return _under_the_code(case)
    plain, branched = _narrowed([rule for rule in case.rules if rule.in_force(case.act_to) and not rule.is_code], case)
    if not plain and not branched:
        return _nothing(case)
    if case.decided < CODE_FROM:
        return _of_one_time(case, plain, branched, "行为和决定都在法典施行以前：适用行为时的规定。")
    return _crossing(case, plain, branched)


def _narrowed(rules: Sequence[Rule], case: _Case) -> tuple[list[Rule], list[Rule]]:
    """The rules that apply whatever the branch or by the one named, and those that wait for a branch to be named."""
    plain: list[Rule] = []
    branched: list[Rule] = []
    for law in dict.fromkeys(rule.law for rule in rules):
        of_law = [rule for rule in rules if rule.law == law]
        general = [rule for rule in of_law if not rule.branch]
        exact = [rule for rule in of_law if rule.branch in case.branches]
        if case.branches:
            plain += exact or general
        elif general:
            plain += general
        else:
            branched += of_law
    return plain, branched


def _nothing(case: _Case) -> _Finding:
    """No rule of the time of the act: what was not punishable then is not punishable now (处罚法4; 法典1057)."""
    at_act = [rule for rule in case.rules if rule.in_force(case.act_to)]
    if at_act:
        return _Finding((), f"这个情形在 {case.act_to.isoformat()} 没有对应的罚则。", branches=_names(at_act))
    first = min(rule.applies_from for rule in case.rules)
    if any(each.hint is Hint.NEW_ONLY for each in case.transitions):
        return _Finding((), "旧法未见对应罚则，法典施行以前的行为不罚。")
    if first > case.act_to:
        return _Finding((), f"所载规则最早自 {first.isoformat()} 起施行，行为时没有在案的规则：请查当时的法律。")
    return _Finding((), f"{case.act_to.isoformat()} 没有生效的规则。")


def _names(rules: Iterable[Rule]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(rule.branch for rule in rules if rule.branch))


def _of_one_time(case: _Case, plain: Sequence[Rule], branched: Sequence[Rule], reason: str) -> _Finding:
    """Pick among rules in force at one time: open conflicts first, then one fine, the higher (处罚法29; 法典1055)."""
    if not plain and len(branched) > 1:
        names = _names(branched)
        return _Finding((), f"须先选定情形：{' / '.join(names)}。", needs=Needs.BRANCH, branches=names)
    if not plain:
        only = branched[0]
        return _Finding((only,), f"{reason}仅适用于：{only.branch}。", branches=_names(branched))
    against = [each for each in case.conflicts if _stand_against(each, plain, branched)]
    if against:
        return _put_side_by_side(case, plain, against, reason)
    chosen, why = _one_of(plain)
    note = f"如属于{'、'.join(_names(branched))}，请选定情形。" if branched else ""
    if chosen is None:
        return _Finding(tuple(plain), f"{reason}{why}", conflict=True, needs=Needs.REVIEW, branches=_names(branched))
    return _Finding((chosen,), f"{reason}{why}{note}", options=tuple(plain), branches=_names(branched))


def _stand_against(conflict: Conflict, plain: Sequence[Rule], branched: Sequence[Rule]) -> bool:
    """Whether both sides bear on the act; a regulation that continues does so even before its branch is named."""
    sides = {conflict.rule_a, conflict.rule_b}
    if conflict.kind is ConflictKind.REGULATION_VS_CODE:
        return sides <= {rule.rule_id for rule in (*plain, *branched)}
    return conflict.kind is ConflictKind.LAW_VS_REGULATION_OLD and sides <= {rule.rule_id for rule in plain}


def _put_side_by_side(case: _Case, plain: Sequence[Rule], against: Sequence[Conflict], reason: str) -> _Finding:
    """Both sides of each open conflict; one side alone once a named person has chosen for all of them."""
    sides = dict.fromkeys(side for each in against for side in (each.rule_a, each.rule_b))
    chosen = {each.chosen for each in against}
    if len(chosen) == 1 and (only := chosen.pop()):
        why = "；".join(dict.fromkeys(each.chosen_why for each in against if each.chosen_why))
        options = tuple(case.every[side] for side in sides)
        return _Finding((case.every[only],), f"{reason}已选定：{why}", conflict=True, options=options)
    ids = [*sides, *(rule.rule_id for rule in plain if rule.rule_id not in sides)]
    shown = _suggested_first([case.every[each] for each in ids])
    words = "；".join(dict.fromkeys(each.kind.label for each in against))
    return _Finding(
        tuple(shown),
        f"{reason}{words}，不自动选择，须由法制审核人员选定并说明理由。",
        conflict=True,
        needs=Needs.REVIEW,
    )


def _suggested_first(rules: Sequence[Rule]) -> list[Rule]:
    """The Code first, then by rank: what a bureau would look at first, not what it must take."""
    return sorted(rules, key=lambda rule: (not rule.is_code, RANKS.index(rule.rank)))


def _one_of(rules: Sequence[Rule]) -> tuple[Rule | None, str]:
    """The rule to take when one act breaks several of one time, or None where rank and height disagree."""
    first = _suggested_first(rules)[0]
    if len(rules) == 1:
        return first, ""
    if len({rule.fine for rule in rules}) == 1:
        return first, "同一行为有数个罚款相同的规定，引位阶较高的一个。"
    if any(rule.is_code for rule in rules):
        return None, "继续适用的法规与法典罚款不同，不自动选择，须由法制审核人员选定并说明理由。"
    best = next((rule for rule in rules if all(_at_least(rule, other) for other in rules)), None)
    if best is not None and RANKS.index(best.rank) <= min(RANKS.index(rule.rank) for rule in rules):
        return best, "同一行为违反数个规定，只罚一次，择重适用（处罚法29）。"
    return None, "数个规定罚款不同，位阶与轻重不一致，须由法制审核人员选定并说明理由（处罚法29）。"


def _at_least(one: Rule, other: Rule) -> bool:
    """Whether one fine is surely as high as another: same way of reckoning, neither end lower."""
    if (one.fine_unit, one.fine_base, one.fine_when) != (other.fine_unit, other.fine_base, other.fine_when):
        return False
    if None in (one.fine_min, one.fine_max, other.fine_min, other.fine_max):
        return one.fine == other.fine
    lows, highs = (one.fine_min or 0) >= (other.fine_min or 0), (one.fine_max or 0) >= (other.fine_max or 0)
    top, other_top = one.aggravated_max or one.fine_max or 0, other.aggravated_max or other.fine_max or 0
    return lows and highs and top >= other_top


def _under_the_code(case: _Case) -> _Finding:
    in_force = [rule for rule in case.rules if rule.in_force(case.act_to)]
    plain, branched = _narrowed(in_force, case)
    if not plain and not branched:
        return _nothing(case)
    code_by_branch = [rule for rule in branched if rule.is_code]
    if len(code_by_branch) == 1:
        plain, branched = [*plain, *code_by_branch], [rule for rule in branched if not rule.is_code]
    elif code_by_branch:
        names = _names(branched)
        return _Finding((), f"须先选定情形：{' / '.join(names)}。", needs=Needs.BRANCH, branches=names)
    if not any(rule.is_code for rule in (*plain, *branched)):
        found = _of_one_time(case, plain, branched, "法典未见对应条款，现行法规、规章继续适用（效力待核）。")
    else:
        found = _of_one_time(case, plain, branched, "行为终了于法典施行以后：适用法典。")
    return _with_overlaps(case, found)


def _with_overlaps(case: _Case, found: _Finding) -> _Finding:
    """Another cause of the Code claims the same act: still one fine (法典1055), a person says under which cause."""
    ids = {rule.rule_id for rule in found.chosen}
    across = (ConflictKind.OVERLAP_IN_CODE, ConflictKind.REGULATION_VS_CODE)
    others: list[Rule] = []
    rivals = False
    for each in case.conflicts:
        sides = [case.every.get(each.rule_a), case.every.get(each.rule_b)]
        if each.kind not in across or not ids & {each.rule_a, each.rule_b} or each.chosen:
            continue
        strangers = [side for side in sides if side and side.violation_key != case.key and side.in_force(case.act_to)]
        others += strangers
        rivals = rivals or (bool(strangers) and each.kind is ConflictKind.REGULATION_VS_CODE)
    if not others:
        return found
    names = "、".join(f"{rule.name}（{rule.rule_id}）" for rule in others)
    return replace(
        found,
        chosen=(*found.chosen, *others) if rivals else found.chosen,
        options=(*(found.options or found.chosen), *others),
        reason=f"{found.reason}同一行为还可能适用：{names}；只罚一次（法典1055），须由法制审核人员选定案由。",
        conflict=True,
        needs=Needs.REVIEW,
    )


def _crossing(case: _Case, plain: Sequence[Rule], branched: Sequence[Rule]) -> _Finding:
    """The act ended before the Code and is decided after: the old rule, unless the Code's is lighter (法典1057)."""
    old = _of_one_time(case, plain, branched, "")
    if old.needs is Needs.BRANCH:
        return old
    outcomes = [_lighter(case, rule) for rule in old.chosen]
    waiting = next((each for each in outcomes if each.needs is Needs.BRANCH), None)
    if waiting:
        return waiting
    if len(outcomes) == 1:
        only = outcomes[0]
        return replace(only, reason=f"{only.reason}{old.reason}", branches=only.branches or old.branches)
    rules = tuple(dict.fromkeys(rule for each in outcomes for rule in each.chosen))
    reason = "；".join(dict.fromkeys(each.reason.rstrip("。") for each in outcomes))
    return _Finding(rules, f"{reason}。{old.reason}", True, Needs.REVIEW, rules, old.branches)


def _lighter(case: _Case, old: Rule) -> _Finding:
    """What becomes of one old rule when the decision falls under the Code's time."""
    pairs = [each for each in case.transitions if each.old_rule == old.rule_id and each.new_rule in case.every]
    if case.branches:
        pairs = [pair for pair in pairs if case.every[pair.new_rule].branch in {"", *case.branches}] or pairs
    if not pairs:
        return _Finding((old,), "法典未见对应条款，适用行为时的规定。")
    findings = [_by_pair(case, old, pair) for pair in pairs]
    if len({(each.chosen, each.conflict) for each in findings}) == 1:
        return findings[0]
    if all(each.conflict for each in findings):
        rules = tuple(dict.fromkeys(rule for each in findings for rule in each.chosen))
        return replace(findings[0], chosen=rules, options=rules)
    names = _names(case.every[pair.new_rule] for pair in pairs)
    return _Finding((), f"轻重因情形而异，须先选定情形：{' / '.join(names)}。", needs=Needs.BRANCH, branches=names)


def _by_pair(case: _Case, old: Rule, pair: Transition) -> _Finding:
    new, hint = case.every[pair.new_rule], pair.hint
    if old.branch and new.branch and old.branch != new.branch and hint not in (Hint.MIXED, Hint.NOT_COMPARABLE):
        new, hint = _of_the_same_branch(case, old) or (new, Hint.MIXED)
    if hint in (Hint.SAME_FINE, Hint.HEAVIER_NEW):
        why = "罚款相同" if hint is Hint.SAME_FINE else "新法较重"
        return _Finding((old,), f"行为在法典施行以前终了，{why}：适用行为时的规定（法典1057）。", options=(old, new))
    if hint is Hint.LIGHTER_NEW and not old.continues:
        return _Finding((new,), "新法较轻：从旧兼从轻，适用法典（法典1057）。", options=(new, old))
    if hint is Hint.LIGHTER_NEW and (settled := _settled(case, old, new)):
        return settled
    if hint is Hint.LIGHTER_NEW:
        why = "法典较轻，但旧法规仍在施行，是否视为法律变更须由法制审核人员认定。"
    elif hint is Hint.NOT_COMPARABLE:
        why = "新旧规定计罚方式不同，代入案件数据比较后由法制审核人员选定。"
    else:
        why = "新旧规定轻重互见，须由法制审核人员选定。"
    rules = (new, old) if hint is Hint.LIGHTER_NEW else (old, new)
    return _Finding(rules, why, conflict=True, needs=Needs.REVIEW, options=rules)


def _settled(case: _Case, old: Rule, new: Rule) -> _Finding | None:
    """What a named person decided about a regulation that continues beside the Code, if anybody has."""
    pair = {old.rule_id, new.rule_id}
    for each in case.conflicts:
        if {each.rule_a, each.rule_b} == pair and each.chosen in pair:
            chosen = case.every[each.chosen]
            return _Finding((chosen,), f"已选定：{each.chosen_why}", conflict=True, options=(new, old))
    return None


def _of_the_same_branch(case: _Case, old: Rule) -> tuple[Rule, Hint] | None:
    """The Code's general rule where a pair joins two different branches, compared by the figures themselves."""
    general = [rule for rule in case.rules if rule.is_code and not rule.branch]
    if len(general) != 1:
        return None
    new = general[0]
    if new.fine == old.fine:
        return new, Hint.SAME_FINE
    if _at_least(new, old):
        return new, Hint.HEAVIER_NEW
    return (new, Hint.LIGHTER_NEW) if _at_least(old, new) else (new, Hint.MIXED)


def _told(case: _Case, found: _Finding, limitation: Limitation, recorded: Collection[FineWhen]) -> Citation:
    """Add competence, conditions of the fine, open questions and the limitation period to what was picked."""
    chosen, reason = found.chosen, found.reason
    waits = tuple(
        (rule.rule_id, rule.fine_when) for rule in chosen if rule.fine_when.waits and rule.fine_when not in recorded
    )
    if waits:
        facts = "、".join(dict.fromkeys(when.label for _id, when in waits))
        reason += f"罚款以“{facts}”为前提：记录这一事实以前只责令改正，不得罚款。"
    elsewhere = list(dict.fromkeys(rule.competent for rule in chosen if OWN_AUTHORITY not in rule.competent))
    transfer = "、".join(elsewhere) if elsewhere and len(elsewhere) == len({rule.competent for rule in chosen}) else ""
    shared = [rule.competent for rule in chosen if OWN_AUTHORITY in rule.competent and rule.competent != OWN_AUTHORITY]
    if transfer:
        reason += f"由{transfer}处罚：应当移送，不发处罚告知书。"
    elif shared:
        reason += f"主管部门为{'、'.join(dict.fromkeys(shared))}：办案前确认由谁管辖。"
    if limitation.expired:
        reason += limitation.reason
    ids = {rule.rule_id for rule in (*chosen, *found.options)}
    bearing = [each for each in case.conflicts if ids & {each.rule_a, each.rule_b}]
    options = found.options or chosen
    suggested = chosen[0].rule_id if chosen else ""
    return Citation(
        rules=tuple(rule.rule_id for rule in chosen),
        conflict=found.conflict,
        reason=reason,
        options=tuple(Option(rule, rule.rule_id == suggested, _why(rule, suggested)) for rule in options),
        needs=found.needs or (Needs.REVIEW if limitation.review else None),
        branches=found.branches,
        transfer_to=transfer,
        waits=waits,
        questions=tuple(dict.fromkeys(each.question for each in bearing if each.question)),
        limitation=limitation,
    )


def _why(rule: Rule, suggested: str) -> str:
    span = f"{rule.applies_from.isoformat()} 至 {rule.applies_to.isoformat() if rule.applies_to else '今'}"
    return f"{rule.rank.label}，适用 {span}" + ("，建议" if rule.rule_id == suggested else "")
