"""Why a file is not imported: raised anywhere on the way, answered in one place."""


class ImportRefusedError(Exception):
    """The file is refused; the message says what was expected, what came and what to do. `status` is HTTP's."""

    def __init__(self, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.message = message
        self.status = status


def file_too_large(most_bytes: int) -> ImportRefusedError:
    """Return a 413, sent while the file is still being uploaded."""
    most = f"{most_bytes // 2**20} MB"
    return ImportRefusedError(
        f"The file is too large: expected at most {most}. Export fewer traces into one file and import that.", 413
    )
