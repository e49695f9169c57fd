"""Edi-engine."""
