"""A figure with a slider, on paper: some of its frames beside each other, with their words."""

from __future__ import annotations

import copy
import json
import re

from bs4 import Tag

SHOWN = 6
"""As many frames as find room on a page, and can still be told apart."""


def places(number: int, start: int) -> list[int]:
    """Return which frames to show: evenly spread, with the first, the last and the start."""
    if number <= SHOWN:
        return list(range(number))
    spread = [round(i * (number - 1) / (SHOWN - 1)) for i in range(SHOWN)]
    nearest = min(range(1, SHOWN - 1), key=lambda i: abs(spread[i] - start))
    if start not in spread:
        spread[nearest] = start
    return sorted(spread)


def frame_of(svg: Tag, frames: dict, place: int, mark: str) -> Tag:
    """Return the picture as the slider shows it at a place."""
    picture = copy.copy(svg)
    shown = set(frames["shown"][place])
    for number in set().union(*frames["shown"]) - shown:
        part = picture.find(id=f"{mark}-{number}")
        if number in frames["pale"]:
            part["class"] = "pale"
        else:
            part.decompose()
    for tag in [picture, *picture.find_all(True)]:  # marks that no other frame has
        for key, value in tag.attrs.items():
            if key == "id":
                tag[key] = f"{mark}.{place}.{value}"
            elif isinstance(value, str):  # what is used elsewhere in the picture
                start = r"^#" if key in ("href", "xlink:href") else r"(?<=url\()#"
                tag[key] = re.sub(start, f"#{mark}.{place}.", value)
    return picture


def show_frames(figure: Tag) -> None:
    """Put frames in the place of a slider."""
    frames = json.loads(figure["data-frames"])
    svg, slider = figure.find("svg"), figure.find("input")
    label = figure.find(attrs={"role": "img"})["aria-label"]
    name = figure.find("label").get_text().partition(":")[0]
    wide = float(svg["viewbox"].split()[2]) > 400
    new = []
    for place in places(len(frames["values"]), int(slider["value"])):
        picture = Tag(name="div", attrs={"role": "img", "aria-label": label if not new else name})
        picture.append(frame_of(svg, frames, place, slider["id"]))
        words = Tag(name="p")
        value = Tag(name="strong")
        value.append(f"{name}: {frames['values'][place]}")
        words.extend([value, f" {frames['says'][place]}"])
        box = Tag(name="div", attrs={"class": "frame"})
        box.extend([picture, words])
        new.append(box)
    number = len(frames["values"])
    told = f"{len(new)} of the {number}" if len(new) < number else f"The {number}"
    caption = Tag(name="figcaption")
    caption.append(f"{told} places of a slider on the site.")
    figure.clear()
    figure.attrs = {"class": "frames wide" if wide else "frames"}
    figure.extend([*new, caption])
