"""The person behind the request, typed."""

from typing import cast

from flask_login import current_user

from accounts.models import User


def me() -> User:
    """The signed-in person; only for views behind ``@may``."""
    return cast(User, current_user._get_current_object())


def visitor() -> User | None:
    """The signed-in person, or nobody."""
    return me() if current_user.is_authenticated else None
