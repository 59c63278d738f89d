"""A page's state in the session: one value, that its widgets are set from and change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Generic, TypeVar

import streamlit as st

T = TypeVar("T")
_LATE = 8  # addresses that a slow browser may still have


class PageState(Generic[T]):
    """The session's value of one page; a frozen dataclass.

    The state is the one truth: a control is set from it before it is drawn and changes it by
    callback, so that a link, a click on the map and a control can never disagree.

    Parameters
    ----------
    key : str
        Where the session keeps it.
    """

    def __init__(self, key: str) -> None:
        self.key = key
        self._synced = f"{key}-url-synced"

    def current(self) -> T:
        """Return the session's state."""
        return st.session_state[self.key]

    def put(self, state: T) -> None:
        """Make a state the session's."""
        st.session_state[self.key] = state

    def change(self, **fields: object) -> None:
        """Change fields of the session's state."""
        self.put(replace(self.current(), **fields))

    def bound(
        self, key: str, value: object, field: Callable[[Any], dict[str, object]]
    ) -> dict[str, Any]:
        """Return the arguments that tie a widget to the state.

        Parameters
        ----------
        key : str
            The widget's key.
        value : object
            What the widget must show.
        field : callable
            Turns the widget's new value into the state's changed fields.
        """
        st.session_state[key] = value
        return {"key": key, "on_change": lambda: self.change(**field(st.session_state[key]))}

    def follow(
        self,
        read: Callable[[dict[str, str]], tuple[T, list[str]]],
        write: Callable[[T], dict[str, str]],
        settle: Callable[[T], T] = lambda state: state,
    ) -> list[str]:
        """Take the state from the address when that is new (first run, link, back).

        Else write it there unless the address means the same already.

        Parameters
        ----------
        read : callable
            Turns the address's parameters into a state and what was wrong with them.
        write : callable
            Turns a state into the address's parameters.
        settle : callable
            Puts right what a changed state can no longer have.

        Returns
        -------
        list of str
            What was wrong with a new address.
        """
        query = st.query_params.to_dict()
        seen, meant, before = st.session_state.get(self._synced, (None, None, ()))
        if self.key not in st.session_state or (query != seen and not self._late(query, write)):
            state, messages = read(query)
            self.put(state)
            # The address is left as it came, even when it could be put better: writing it would
            # add a step to the browser's history that the back button could never get past.
            st.session_state[self._synced] = (query, write(state), ())
            return messages
        self.put(settle(self.current()))
        wanted = write(self.current())
        if wanted != meant or query != seen:
            st.query_params.from_dict(wanted)
            st.session_state[self._synced] = (wanted, wanted, (*before, seen)[-_LATE:])
        return []

    def _late(self, query: dict[str, str], write: Callable[[T], dict[str, str]]) -> bool:
        """Say whether the browser's address is only one that it has not yet been told to leave.

        On a slow network a second control is used before the browser has the address that the
        first one made: what was just changed counts then. Without a change the reader went back.
        """
        _, meant, before = st.session_state[self._synced]
        return query in before and write(self.current()) != meant
