"""Which interface, server and settings fit a project: a few answers lead to an advice with ready configuration.

Pure: questions and answers (`questions.py`), the choice (`plan.py`), its reasons (`advice.py`) and the files
(`commands.py`, `proxy.py`, `files.py`). Each configuration that can be given is started by `tests/advice/`.
"""
