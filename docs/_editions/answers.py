"""What the page tells who has answered one of its questions rightly, for the end of the chapter."""

from __future__ import annotations

import base64
import json

from _ext.questions import hashed
from bs4 import BeautifulSoup, Tag

from _editions.elements import element

LETTERS = "abcdefghij"


def answers_of(article: Tag) -> list[Tag]:
    """Return the answer to each question of a page; none where the site has no solutions."""
    found = []
    for question in article.select("div.question[data-question]"):
        box = question.find(attrs={"data-told": True})
        told = json.loads(base64.b64decode(box["data-told"])) if box else {}
        if "right" in told:
            title = question.find(class_="admonition-title").get_text()
            said = BeautifulSoup(told["right"], "html.parser")
            choice = right_choice(question, json.loads(question["data-question"]))
            found.append(element("section", element("h3", title), *choice, *list(said)))
        del question["data-question"]
    return found


def right_choice(question: Tag, data: dict) -> list[Tag]:
    """Return the letter of the right choice, in a paragraph, if it is a question with choices."""
    if data["kind"] != "choice":
        return []
    places = range(1, len(question.select(".question-items > li")) + 1)
    right = [at for at in places if hashed(f"{data['salt']}:{at}") in data["right"]]
    return [element("p", element("strong", f"({LETTERS[at - 1]})")) for at in right]
