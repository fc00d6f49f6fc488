"""Messages to the people of the bureau and of the enterprises."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Base


class Notification(Base):
    """A message to one person, with its object; read state is not audited."""

    __tablename__ = "notification"
    __audited__ = False
    __table_args__ = (
        UniqueConstraint("user_id", "key"),
        Index("ix_notification_user", "user_id", "read_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), comment="收件人")
    key: Mapped[str] = mapped_column(comment="同一件事只提醒一次")
    title: Mapped[str] = mapped_column(comment="标题")
    body: Mapped[str] = mapped_column(default="", comment="内容")
    url: Mapped[str] = mapped_column(default="", comment="对象地址")
    tone: Mapped[str] = mapped_column(default="info", comment="语气")
    sent_at: Mapped[datetime] = mapped_column(comment="时间")
    read_at: Mapped[datetime | None] = mapped_column(comment="已读时间")
    mailed_at: Mapped[datetime | None] = mapped_column(comment="邮件发出时间")
