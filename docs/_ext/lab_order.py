"""The one path through the book: a chapter, then its labs, then the next chapter.

The chapters follow each other as in their index. The labs of a chapter are those that its head
names, the box *Before you read*.
"""

import re
from pathlib import Path

CHAPTERS = Path(__file__).parents[1] / "chapters"
_TOCTREE = re.compile(r"^```\{toctree\}\n(?::[^\n]*\n)*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_HEAD = re.compile(r"^:::\{admonition\} Before you read\n(.*?)^:::", re.MULTILINE | re.DOTALL)


def head(chapter: str) -> str:
    """Return what a chapter says in its head; nothing if it has none, as the glossary."""
    found = _HEAD.search((CHAPTERS / f"{chapter}.md").read_text("utf-8"))
    return found[1] if found else ""


def path() -> dict[str, list[str]]:
    """Return the labs of each chapter that has a head, as ``section/lab``, in reading order."""
    names = _TOCTREE.search((CHAPTERS / "index.md").read_text("utf-8"))[1].split()
    heads = {name: head(name) for name in names if not name.startswith("/")}  # a page elsewhere
    return {name: re.findall(r"`/labs/(\w+/\w+)`", text) for name, text in heads.items() if text}


class InOrder:
    """Place a lab, for sphinx-gallery's `within_subsection_order`."""

    def __init__(self, src_dir):
        self.order = [Path(lab).name for labs in path().values() for lab in labs]

    def __call__(self, filename):
        stem = Path(filename).stem
        if stem not in self.order:
            raise ValueError(f"{filename} follows no chapter: name it in the head of a chapter")
        return self.order.index(stem)
