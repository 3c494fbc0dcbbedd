"""A page of the site that says what changed in the numbers from version to version."""

import html
import itertools
import sys
from pathlib import Path
from string import Template

sys.path.insert(0, str(Path(__file__).parents[2]))

from policy import with_policy

from lab_code import comparison, record_file

HERE = Path(__file__).parent
WIDTH, HEIGHT, MARGIN = 180, 40, 6


def write_changes(target: Path, folders: list[Path], style: str) -> None:
    """Write the page.

    Parameters
    ----------
    target : Path
        The file to write.
    folders : list of Path
        The folders of the versions, newest first. A version without a record, or with one in an
        unknown layout, is skipped.
    style : str
    """
    records = [found for folder in reversed(folders) if (found := read(folder))]
    pairs = itertools.pairwise(records)
    texts = [f"<pre>{html.escape(text_of(*pair))}</pre>" for pair in pairs]
    page = Template((HERE / "pages" / "changes.html").read_text("utf-8"))
    parts = {
        "style": style,
        "pairs": "\n".join(reversed(texts))
        or "<p>There is only one version: nothing to compare.</p>",
        "metrics": "\n".join(rows(records)),
    }
    target.write_text(with_policy(page.substitute(parts)), "utf-8")


def text_of(before: dict, after: dict) -> str:
    return comparison.to_text(comparison.compare(before, after))


def read(folder: Path) -> dict | None:
    try:
        return record_file.read(folder / "record.json")
    except (OSError, ValueError):
        return None


def rows(records: list[dict]) -> list[str]:
    """Return a list item for each experiment of the newest version."""
    versions = [found["version"] for found in records]
    over_time: dict[str, list] = {}
    for place, found in enumerate(records):
        for one in [*found["experiments"], *found["long_runs"]]:
            over_time.setdefault(one["name"], [None] * len(records))[place] = one["metrics"][
                "accuracy"
            ]
    return [
        f"<li><span>{html.escape(name)}</span>{plot(name, values, versions)}"
        f"<span>{comparison.said(values[-1])}</span></li>"
        for name, values in sorted(over_time.items())
        if values[-1]
    ]


def plot(name: str, values: list[dict | None], versions: list[str]) -> str:
    """Return a small drawing: a dot and its interval for each version."""
    there = [(place, value) for place, value in enumerate(values) if value]
    low = min(value["low"] for _, value in there)
    high = max(value["high"] for _, value in there)
    step = (WIDTH - 2 * MARGIN) / max(len(values) - 1, 1)

    def at(share: float) -> str:
        part = (share - low) / (high - low) if high > low else 0.5
        return f"{HEIGHT - MARGIN - part * (HEIGHT - 2 * MARGIN):.1f}"

    marks = "".join(
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{at(value["low"])}" y2="{at(value["high"])}"/>'
        f'<circle cx="{x:.1f}" cy="{at(value["value"])}" r="3"/>'
        for x, value in ((MARGIN + place * step, value) for place, value in there)
    )
    label = "; ".join(f"{versions[place]}: {comparison.said(value)}" for place, value in there)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img" '
        f'aria-label="Accuracy of {html.escape(name)} by version. {html.escape(label)}.">'
        f"{marks}</svg>"
    )
