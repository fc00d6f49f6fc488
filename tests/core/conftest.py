"""The small list of works, on SQLite or on the PostgreSQL the tests run on."""

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from core import clock
from tests import postgres
from tests.core.sample_ledger import TODAY, Base, filled, works


@pytest.fixture(scope="session")
def works_url() -> Iterator[str]:
    """SQLite in memory, or a PostgreSQL server."""
    if os.environ.get("QINGYUAN_TEST_ENGINE") != "postgresql":
        yield "sqlite://"
    elif given := os.environ.get("QINGYUAN_TEST_POSTGRES"):
        yield given
    else:
        with postgres.server() as url:
            yield url


@pytest.fixture(scope="module")
def works_engine(works_url: str, worker_id: str) -> Iterator[Engine]:
    """Tables of their own, gone afterwards."""
    if works_url == "sqlite://":
        engine = create_engine(works_url, connect_args={"check_same_thread": False}, poolclass=StaticPool)
    else:
        schema = f"works_{worker_id}"
        maintenance = create_engine(works_url)
        with maintenance.begin() as connection:
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
        maintenance.dispose()
        engine = create_engine(works_url, connect_args={"options": f"-c search_path={schema}"})
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        filled(session, [works(number) for number in range(1, 121)])
    yield engine
    Base.metadata.drop_all(engine)
    engine.dispose()


@pytest.fixture
def works_session(works_engine: Engine) -> Iterator[Session]:
    """120 works; nothing a test does to them stays. The clock stands."""
    with clock.at(TODAY), works_engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            yield session
        transaction.rollback()
