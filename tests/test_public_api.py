"""The names a program may import, all of them and no others."""

import subprocess
import sys
from datetime import date

import edi_engine


def test_every_public_name_is_there() -> None:
    for name in edi_engine.__all__:
        assert getattr(edi_engine, name) is not None
    assert dir(edi_engine) == sorted(edi_engine.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(edi_engine, "no_such_name")


def test_importing_the_package_loads_no_database() -> None:
    code = "import edi_engine, sys; sys.exit('sqlalchemy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_program_can_read_and_reconcile_without_a_store() -> None:
    result = edi_engine.reconcile(
        [], [], policy=edi_engine.ReconcilePolicy(), as_of=date(2026, 1, 31)
    )
    assert result.matches == ()
    assert edi_engine.read_bytes(b"").findings[0].code == "X12-0102"
