"""oxedi's columns into our tables: the peer of our ingest.

As fast as we could make it: columns are renamed, cast and keyed in polars (Rust), and the rows go
to SQLite by one executemany a table. What oxedi does not have (segment ordinals of every kind, raw
bytes, fingerprints, findings, balancing) is left at its empty value, so it writes rather less.
"""

import sqlite3
from pathlib import Path

import oxedi
import polars as pl

__all__ = ["load"]


def load(path: Path, database: Path) -> None:
    """Load an 835 into a migrated, empty store."""
    tables = oxedi.parse_file(path).tables
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -65536")
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "INSERT INTO files VALUES (1, NULL, 'x', 'x', 0, '', 'loaded', 0, 0, 0, 0, 0, 0)"
    )
    payments = tables["payments"].to_polars()
    _insert(connection, "transaction_sets", _sets(payments))
    _insert(connection, "remittances", _remittances(payments))
    claims = tables["claims"].to_polars()
    services = tables["services"].to_polars()
    adjustments = tables["adjustments"].to_polars()
    _insert(connection, "claim_payments", _claim_payments(claims, services, adjustments))
    _insert(connection, "line_payments", _line_payments(services))
    _insert(connection, "adjustments", _adjustments(adjustments, services))
    connection.execute("COMMIT")
    connection.close()


def _insert(connection: sqlite3.Connection, table: str, frame: pl.DataFrame) -> None:
    """Insert a frame; columns it lacks get an empty text or a zero where NULL is refused."""
    lacking = {
        name: "''" if kind == "TEXT" else "0"
        for _, name, kind, not_null, _, _ in connection.execute(f"PRAGMA table_info({table})")
        if not_null and name not in frame.columns
    }
    columns = ", ".join([*frame.columns, *lacking])
    values = ", ".join(["?"] * len(frame.columns) + list(lacking.values()))
    connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({values})", frame.rows())


def _text(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).fill_null("")


def _cents(name: str) -> pl.Expr:
    return (pl.col(name) * 100).cast(pl.Int64)


def _day(name: str) -> pl.Expr:
    return pl.col(name).dt.to_string("%Y-%m-%d")


def _key(name: str) -> pl.Expr:
    return (
        _text(name).str.to_uppercase().str.replace_all("[^A-Z0-9]", "").str.strip_chars_start("0")
    )


def _sets(payments: pl.DataFrame) -> pl.DataFrame:
    return payments.select(
        set_id=pl.col("row"),
        file_id=pl.lit(1),
        set_ordinal=pl.col("row"),
        set_type=pl.lit("835"),
        state=pl.lit("read"),
    )


def _remittances(payments: pl.DataFrame) -> pl.DataFrame:
    return payments.select(
        remittance_id=pl.col("row"),
        set_id=pl.col("row"),
        segment_ordinal=pl.col("segment"),
        payer_id=_text("payer_id"),
        payer_name=_text("payer_name"),
        payee_name=_text("payee_name"),
        payee_npi=_text("payee_id"),
        trace_number=_text("trace_number"),
        handling_code=_text("handling_code"),
        method=_text("payment_method"),
        credit_debit_flag=_text("credit_debit_flag"),
        payment_date=_day("payment_date"),
        production_date=_day("production_date"),
        payment_amount_cents=_cents("total_payment_amount"),
    )


def _claim_payments(
    claims: pl.DataFrame, services: pl.DataFrame, adjustments: pl.DataFrame
) -> pl.DataFrame:
    of_services = services.group_by("claim").agg(
        first_line_payment_id=pl.col("row").min(), line_payments_count=pl.len()
    )
    of_adjustments = adjustments.group_by("claim").agg(
        first_adjustment_id=pl.col("row").min(), adjustments_count=pl.len()
    )
    return (
        claims.join(of_services, left_on="row", right_on="claim", how="left")
        .join(of_adjustments, left_on="row", right_on="claim", how="left")
        .select(
            claim_payment_id=pl.col("row"),
            remittance_id=pl.col("payment"),
            claim_ordinal=pl.col("row"),
            segment_ordinal=pl.col("segment"),
            patient_control_number=_text("claim_id"),
            pcn_key=_key("claim_id"),
            status_code=_text("claim_status"),
            charge_cents=_cents("charge_amount"),
            paid_cents=_cents("payment_amount"),
            patient_responsibility_cents=_cents("patient_responsibility"),
            filing_indicator=_text("filing_indicator"),
            payer_claim_control_number=_text("payer_control_number"),
            pccn_key=_key("payer_control_number"),
            member_ids=_text("patient_id"),
            patient_last_name=_text("patient_last_name"),
            patient_first_name=_text("patient_first_name"),
            rendering_npi=_text("rendering_provider_id"),
            service_from=_day("statement_from"),
            service_to=_day("statement_to"),
            first_line_payment_id=pl.col("first_line_payment_id").fill_null(0),
            line_payments_count=pl.col("line_payments_count").fill_null(0),
            first_adjustment_id=pl.col("first_adjustment_id").fill_null(0),
            adjustments_count=pl.col("adjustments_count").fill_null(0),
        )
    )


def _line_payments(services: pl.DataFrame) -> pl.DataFrame:
    return services.select(
        line_payment_id=pl.col("row"),
        claim_payment_id=pl.col("claim"),
        line_ordinal=pl.col("row").rank("ordinal").over("claim"),
        segment_ordinal=pl.col("segment"),
        procedure=_text("procedure_qualifier") + ":" + _text("procedure_code"),
        charge_cents=_cents("charge_amount"),
        paid_cents=_cents("payment_amount"),
        allowed_cents=_cents("allowed_amount"),
        paid_units=pl.col("units_paid").cast(pl.String),
        service_from=_day("service_date"),
        line_item_control_number=_text("line_item_control_number"),
    )


def _adjustments(adjustments: pl.DataFrame, services: pl.DataFrame) -> pl.DataFrame:
    ordinals = services.select(
        service=pl.col("row"), line_ordinal=pl.col("row").rank("ordinal").over("claim")
    )
    return adjustments.join(ordinals, on="service", how="left", maintain_order="left").select(
        adjustment_id=pl.col("row"),
        claim_payment_id=pl.col("claim"),
        line_ordinal=pl.col("line_ordinal").fill_null(0),
        group_code=_text("group_code"),
        reason_code=_text("reason_code"),
        amount_cents=_cents("amount"),
        quantity=pl.col("quantity").cast(pl.String),
    )
