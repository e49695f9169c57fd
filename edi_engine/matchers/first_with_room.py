"""The first of many places with room for so much, without looking at all of them."""

__all__ = ["FirstWithRoom"]


class FirstWithRoom:
    """Places by number, each with the room left in it. A place has none until it is given some.

    A tree over the places: each node knows the most room of the places below it.
    """

    def __init__(self, places_count: int) -> None:
        self._size = 1
        while self._size < places_count:
            self._size *= 2
        self._most = [0] * (2 * self._size)

    def give(self, place: int, room: int) -> None:
        """Add to the room of a place, or take from it."""
        node = self._size + place
        self._most[node] += room
        while node > 1:
            node //= 2
            most = max(self._most[2 * node], self._most[2 * node + 1])
            if self._most[node] == most:
                break
            self._most[node] = most

    def first(self, room: int) -> int | None:
        """The first place with that much room; None when none has it. `room` is above zero."""
        if self._most[1] < room:
            return None
        node = 1
        while node < self._size:
            node *= 2
            if self._most[node] < room:
                node += 1
        return node - self._size
