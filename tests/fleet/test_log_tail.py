"""The last lines of a server: bounded, readable, whatever arrives."""

from dashboard.fleet.log_tail import CUT, LogTail


def test_lines_are_put_together_from_pieces() -> None:
    tail = LogTail()
    for piece in (b"Liste", b"ning\nBoot", b"ing\n"):
        tail.feed(piece)
    assert tail.lines() == ("Listening", "Booting")


def test_an_unfinished_line_is_shown_as_the_last_one() -> None:
    tail = LogTail()
    tail.feed(b"done\nworking")
    assert tail.lines() == ("done", "working")


def test_only_the_last_lines_are_kept() -> None:
    tail = LogTail(max_lines=3)
    tail.feed(b"".join(b"line %d\n" % number for number in range(10)))
    assert tail.lines() == ("line 7", "line 8", "line 9")


def test_a_long_line_is_cut() -> None:
    tail = LogTail(max_characters=10)
    tail.feed(b"x" * 1_000 + b"\n")
    assert tail.lines() == ("x" * 10 + CUT,)


def test_a_line_without_an_end_does_not_grow_for_ever() -> None:
    tail = LogTail(max_characters=10)
    for _ in range(1_000):
        tail.feed(b"y" * 100)
    assert tail.lines() == ("y" * 10 + CUT,)
    assert len(tail._open) < 100


def test_terminal_codes_and_broken_bytes_become_readable() -> None:
    tail = LogTail()
    tail.feed(b"\x1b[31mred\x1b[0m \xff\x00 end\n\n")
    assert tail.lines() == ("red � end",)
