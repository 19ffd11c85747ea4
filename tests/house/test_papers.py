"""What the papers point at is there."""

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAPERS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)|<(?:img|source)[^>]*?(?:src|srcset)=\"([^\"]+)\"")
PATH = re.compile(r"`((?:dashboard|probes|samples|static|templates|tests|scripts|bench|docs)/[\w./*-]+)`")
TARGET = re.compile(r"\bmake ([a-z][a-z-]*)\b")


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_link_leads_somewhere(paper: Path) -> None:
    links = [found for pair in LINK.findall(paper.read_text()) for found in pair if found]
    inside = [link for link in links if not link.startswith(("http:", "https:", "mailto:"))]
    assert [link for link in inside if not (paper.parent / link).exists()] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_named_path_exists(paper: Path) -> None:
    assert [path for path in PATH.findall(paper.read_text()) if not list(ROOT.glob(path.rstrip("/")))] == []


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_every_command_of_make_exists(paper: Path) -> None:
    helped = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    known = set(re.findall(r"^\s*make ([a-z-]+)", helped, re.MULTILINE)) | {"help"}
    code = " ".join(re.findall(r"`[^`]+`|^```.*?^```", paper.read_text(), re.MULTILINE | re.DOTALL))
    assert set(TARGET.findall(code)) <= known
