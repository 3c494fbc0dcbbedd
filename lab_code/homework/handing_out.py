"""The command ``homework``: list the exercises, or write one for a student or for a class."""

from __future__ import annotations

import sys
from pathlib import Path

from lab_code.console import printable, say_error
from lab_code.files import write_new
from lab_code.homework.exercises import EXERCISES
from lab_code.homework.handout import content, path_of
from lab_code.homework.students import read_ids


def list_exercises() -> None:
    """Print the name, chapter, points and title of each exercise."""
    width = max(map(len, EXERCISES))
    places = max(len(exercise.chapter) for exercise in EXERCISES.values())
    for name, one in EXERCISES.items():
        print(f"{name:{width}}  {one.chapter:{places}}  {one.points:2} points  {one.title}")


def hand_out(name: str, student: str, folder: Path, form: str, own_folders: bool = False) -> int:
    """Write an exercise for one student, or for each of a list; return the exit status.

    Parameters
    ----------
    name : str
        Of the exercise.
    student : str
        An ID, or ``@`` and the name of a file that has one a line. Nothing is written if a line of
        it is wrong.
    folder : Path
    form : {"notebook", "script"}
    own_folders : bool
        Whether each student gets a folder in `folder`.

    Returns
    -------
    int
        0 if each student has the file now. A file that was there before is left as it is: for a
        class it is said, so that a run that was stopped can go on; for one student it is an error.
    """
    try:
        if name not in EXERCISES:
            raise ValueError(f"there is no exercise {name!r}; there are {', '.join(EXERCISES)}")
        exercise, of_class = EXERCISES[name], student.startswith("@")
        students = read_ids(Path(student[1:])) if of_class else [student]
        places = {one: folder / one if own_folders else folder for one in students}
        paths = {one: path_of(exercise, one, place, form) for one, place in places.items()}
        for one, path in paths.items():
            try:
                write_new(path, content(exercise, one, path))
                print(path)
            except FileExistsError:
                said = f"{path} exists, and is left as it is"
                if not of_class:
                    raise ValueError(said) from None
                print(printable(said), file=sys.stderr)
    except (OSError, ValueError) as error:
        say_error(error)
        return 1
    return 0
