from __future__ import annotations

import pytest
from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateTable

from nodebuilder.storage.ledger import Receipt
from nodebuilder.storage.tables import REVISIONS, metadata, receipts

TABLES = list(metadata.sorted_tables)


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_every_table_can_be_made_in_either_database(table: Table) -> None:
    for dialect in (sqlite.dialect(), postgresql.dialect()):
        assert f"CREATE TABLE {table.name}" in str(CreateTable(table).compile(dialect=dialect))


@pytest.mark.parametrize("table", TABLES, ids=[table.name for table in TABLES])
def test_every_row_can_be_named(table: Table) -> None:
    assert table.primary_key.columns


def test_a_receipt_as_read_says_all_that_is_kept_but_how_it_is_found() -> None:
    assert {column.name for column in receipts.c} == set(Receipt.__slots__) | {"fingerprint", "place"}


def test_revisions_are_distinct() -> None:
    assert len(set(REVISIONS)) == len(REVISIONS)
