"""A full disk is told in a sentence; a mistake of ours has its traceback."""

import logging

import pytest
from django.db import OperationalError

from dashboard.lib.not_kept import log_not_kept

logger = logging.getLogger(__name__)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device"), "run 7 could not be kept: [Errno 28] No space left on device"),
        (OperationalError("database or disk is full"), "run 7 could not be kept: database or disk is full"),
        (OperationalError("postgres://u:p@h/db\nfailed"), "run 7 could not be kept: postgres://…@h/db failed"),
    ],
)
def test_what_the_disk_says_is_one_line(error: Exception, sentence: str, caplog: pytest.LogCaptureFixture) -> None:
    log_not_kept(logger, "run 7", error)
    [record] = caplog.records
    assert (record.getMessage(), record.exc_info) == (sentence, None)


def test_what_is_our_mistake_has_its_traceback(caplog: pytest.LogCaptureFixture) -> None:
    error = KeyError("spans")
    log_not_kept(logger, "run 7", error)
    [record] = caplog.records
    assert record.exc_info
    assert record.exc_info[1] is error
