"""The daily quota: so many of a day's items are young refusals, the youngest first.

Pure. Whether the next one is young depends on nothing but how many were given out that day and how
many of them were young, so it is the same on any machine. Source: domain 7.2.
"""

__all__ = ["quota_words", "takes_young"]


def takes_young(given_count: int, young_count: int, percent: int) -> bool:
    """Whether the next item of the day has to be a young one, so that of the items given out, with
    it, at least `percent` of a hundred are. The first of a day is one; 0 percent asks for none."""
    return young_count * 100 < percent * (given_count + 1)


def quota_words(given_count: int, young_count: int) -> str:
    """Why an item went ahead of others, with the counts of the day that include it."""
    return f"given out as one of today's young refusals: {young_count} of {given_count}"
