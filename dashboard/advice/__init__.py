"""Which interface, server and settings fit a project: a few answers lead to advice with configuration ready to use.

Pure: questions and answers (`questions.py`), the choice (`plan.py`), its reasons (`rationale.py`) and the files
(`commands.py`, `proxy.py`, `files.py`). Every possible configuration is started by `tests/advice/`.
"""
