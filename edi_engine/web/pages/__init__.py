"""One module per kind of page: a request's data in, a template with its data out."""

__all__ = [
    "bulk",
    "claim_list",
    "dashboard",
    "files",
    "items",
    "people",
    "reports",
    "review",
    "search",
    "things",
    "worklist",
]
