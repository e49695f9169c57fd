"""One module per kind of page: a request's data in, a template with its data out."""

__all__ = ["bulk", "files", "items", "people", "review", "search", "things", "worklist"]
