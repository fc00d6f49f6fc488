"""Keys with which a firm's own program reports: made and stopped by its signer, shown once, kept as a hash."""

import hashlib
import secrets

from sqlalchemy import select

from accounts.audit import record
from accounts.models import User
from accounts.roles import Action
from core import clock
from core.db import db
from core.said import said
from core.workflow import Missing, NotAllowed
from permits import queries
from permits.models import ApiToken
from registry.models import Enterprise

PREFIX = "qy_"
MOST_TOKENS = 5
"""So many keys in use at a time: each is a door."""


def hash_of(secret: str) -> str:
    """What is kept of a key: 256 drawn bits need no slow hash, since nobody can try them all."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(enterprise: Enterprise, name: str, *, by: User) -> tuple[ApiToken, str]:
    """A new key and its text, which is given this once and never again."""
    if not name.strip():
        raise NotAllowed([Missing(said("请写明给哪个系统用。"), "name")])
    if sum(each.revoked_at is None for each in queries.monitoring.tokens_of(enterprise.id)) >= MOST_TOKENS:
        raise NotAllowed([said("一家企业最多 %(n)d 个在用的令牌，请先停用不用的。", n=MOST_TOKENS)])
    secret = PREFIX + secrets.token_urlsafe(32)
    made = ApiToken(
        enterprise_id=enterprise.id,
        name=name.strip(),
        shown=secret[:9],
        token_hash=hash_of(secret),
        created_at=clock.now(),
        created_by_id=by.id,
    )
    db.session.add(made)
    db.session.flush()
    record(made, Action.TOKEN_EDIT, f"创建数据报送令牌：{made.name}（{made.shown}…）", by=by)
    return made, secret


def revoke_token(token: ApiToken, *, by: User) -> None:
    """Stop a key, at once and for good."""
    if token.revoked_at is not None:
        raise NotAllowed([said("这个令牌已经停用。")])
    token.revoked_at, token.revoked_by_id = clock.now(), by.id
    record(token, Action.TOKEN_EDIT, f"停用数据报送令牌：{token.name}（{token.shown}…）", by=by)


def token_holder(authorization: str) -> ApiToken | None:
    """The key that an Authorization header names, while it is good; its maker must still speak for the firm."""
    scheme, _blank, secret = authorization.partition(" ")
    if scheme.lower() != "bearer" or not secret.startswith(PREFIX) or len(secret) > 100:
        return None
    wanted = select(ApiToken).where(ApiToken.token_hash == hash_of(secret.strip()), ApiToken.revoked_at.is_(None))
    found = db.session.scalars(wanted).unique().one_or_none()
    if found is None or not queries.monitoring.still_speaks(found):
        return None
    return found
