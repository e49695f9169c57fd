"""Saved views: filters and order of the worklist that somebody keeps under a name."""

from edi_engine.errors import InputError
from edi_engine.records.users import Permission, SavedView, User, may
from edi_engine.store import Store

__all__ = ["drop_view", "keep_view", "list_views"]

_NAME_LENGTH_MAX = 40
_QUERY_LENGTH_MAX = 500
_VIEWS_OF_USER_MAX = 50


def list_views(store: Store, user: User) -> list[SavedView]:
    """One's own views and those that managers share, by name."""
    with store.reading() as reader:
        return reader.saved_views(user.user_id)


def keep_view(
    store: Store, user: User, *, name: str, query: str, is_shared: bool = False
) -> SavedView:
    """Keep a view, in place of one's earlier one of this name. Raises InputError for no or too long
    a name, too many views, or sharing by somebody who does not manage."""
    known_as = " ".join(name.split())
    if not 1 <= len(known_as) <= _NAME_LENGTH_MAX:
        raise InputError(
            f"the name of a view has 1 to {_NAME_LENGTH_MAX} characters.",
            place="name",
            remedy="Choose another one.",
        )
    if len(query) > _QUERY_LENGTH_MAX:
        raise InputError("the filters are too long to be kept.", place="name")
    if is_shared and not may(user.role, Permission.MANAGE):
        raise InputError("only managers share views.", place="is_shared", remedy="Keep it yours.")
    with store.writing() as writer:
        own = [one for one in writer.saved_views(user.user_id) if one.user_id == user.user_id]
        if len(own) >= _VIEWS_OF_USER_MAX and known_as not in {one.name for one in own}:
            raise InputError(
                f"you have {len(own)} views already.", place="name", remedy="Forget one first."
            )
        return writer.keep_view(SavedView(0, user.user_id, known_as, query, is_shared))


def drop_view(store: Store, user: User, view_id: int) -> SavedView:
    """Forget a view of one's own, or as a manager a shared one. Raises InputError where there is no
    such one."""
    with store.writing() as writer:
        found = writer.saved_view(view_id)
        if found is None or not _is_ones_own(found, user):
            raise InputError("there is no such view of yours.", place="view", remedy="Look again.")
        writer.drop_view(view_id)
        return found


def _is_ones_own(view: SavedView, user: User) -> bool:
    manages = view.is_shared and may(user.role, Permission.MANAGE)
    return view.user_id == user.user_id or manages
