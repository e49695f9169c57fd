"""The normalized records that every room passes around. No behaviour beyond reading themselves."""

__all__ = [
    "claims",
    "common",
    "datasets",
    "deposits",
    "expected",
    "intake",
    "journal",
    "keys",
    "matching",
    "payer_profiles",
    "places",
    "policy",
    "provider_items",
    "reconciliation",
    "remittances",
    "reports",
    "source",
    "stored",
    "work",
]
