"""The environment of the instruments that ours is compared with: made once, in var/bench-env, from `peers.txt`.

It sees everything in our own environment and has them on top, so that no lock file knows them.
"""

import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WANTED = ROOT / "bench" / "peers.txt"
FOLDER = ROOT / "var" / "bench-env"


def python() -> str:
    """Return the interpreter of that environment; raise CalledProcessError if it cannot be made."""
    interpreter, made_of = FOLDER / "bin" / "python", FOLDER / "made-of.txt"
    if made_of.exists() and made_of.read_text() == WANTED.read_text():
        return str(interpreter)
    subprocess.run([sys.executable, "-m", "venv", "--clear", FOLDER], check=True)
    where = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = subprocess.run([interpreter, "-c", where], check=True, capture_output=True, text=True).stdout.strip()
    # Its own packages come first, then ours.
    (Path(site) / "zz_ours.pth").write_text(sysconfig.get_path("purelib") + "\n")
    subprocess.run([interpreter, "-m", "pip", "install", "--quiet", "--requirement", WANTED], check=True)
    made_of.write_text(WANTED.read_text())
    return str(interpreter)
