"""Keeps the C library's allocator from holding on to what many threads have freed."""

import ctypes
import sys
from contextlib import suppress

ARENAS = 1
_M_ARENA_MAX = -8
"""glibc's malloc.h; mallopt(3)."""


def share_one_arena() -> None:
    """Let all threads allocate from one arena, where the C library is glibc.

    By default each thread gets one of its own, up to eight for each processor, and keeps there what a burst of spans,
    a page or an import has left: under load that was as much again as what was in use. Python's own lock has threads
    take turns anyway.
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, ARENAS)
