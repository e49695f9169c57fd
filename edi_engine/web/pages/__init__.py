"""One module per kind of page: a request's data in, a template with its data out."""

__all__ = ["claim_list", "dashboard", "items", "people", "reports", "review", "things", "worklist"]
