"""The workbench: pages over the jobs. No SQL and no sums of money are made here."""

from edi_engine.web.app import create_app
from edi_engine.web.asking import Site

__all__ = ["Site", "create_app"]
