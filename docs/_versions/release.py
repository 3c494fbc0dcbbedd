"""Release a version: ``python -m nox -s release -- 0.2.0``.

Two commits are made in a worktree of their own: the release, and its entry in the list of
versions. The branch moves to them at the very end, in one step.
"""

import datetime
import json
import re
import sys
from pathlib import Path

from released import (
    LIST,
    ROOT,
    VersionsError,
    checkout,
    commit_in_clone,
    environment,
    git,
    nox,
    number,
    parser,
    read_list,
    workplace,
)

VERSION_FILE = "lab_code/__init__.py"
CHANGES = "CHANGELOG.md"
CITATION = "CITATION.cff"
UNRELEASED = re.compile(r"^## Unreleased *\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def check(root: Path, version: str) -> str:
    """Raise an error if this version cannot be released now; return the commit to start from."""
    released = read_list(root)
    if released and number(version) <= number(released[0]["version"]):
        raise VersionsError(
            f"{version} is not higher than {released[0]['version']}, which is released. "
            f"Choose a higher one."
        )
    if commit_in_clone(root, f"refs/tags/v{version}"):
        raise VersionsError(f"the tag v{version} exists already. Choose another version.")
    if not git(root, "branch", "--show-current"):
        raise VersionsError("no branch is checked out. Switch to the one to release from.")
    if changed := git(root, "status", "--porcelain"):
        raise VersionsError(
            f"files are changed or not in git. Commit, stash or remove them:\n{changed}"
        )
    section = UNRELEASED.search((root / CHANGES).read_text("utf-8"))
    if not section or not section[1].strip():
        raise VersionsError(f"{CHANGES} says nothing under '## Unreleased'. Write what is new.")
    return git(root, "rev-parse", "HEAD")


def write_version(folder: Path, version: str) -> None:
    path = folder / VERSION_FILE
    text, found = re.subn(
        r'^__version__ = ".*"$', f'__version__ = "{version}"', path.read_text("utf-8"), flags=re.M
    )
    if found != 1:
        raise VersionsError(f'{VERSION_FILE} must have one line like __version__ = "{version}".')
    path.write_text(text, "utf-8")


def write_citation(folder: Path, version: str, date: str) -> None:
    """Have the file that others cite from name this release; it does so until the next one."""
    path = folder / CITATION
    text = path.read_text("utf-8")
    for key, value in {"version": version, "date-released": date}.items():
        text, found = re.subn(rf'^{key}: ".*"$', f'{key}: "{value}"', text, flags=re.M)
        if found != 1:
            raise VersionsError(f'{CITATION} must have one line like {key}: "{value}".')
    path.write_text(text, "utf-8")


def commit(folder: Path, message: str) -> str:
    changed = (VERSION_FILE, CHANGES, CITATION, LIST)
    git(folder, "commit", "--quiet", "--message", message, "--", *changed)
    return git(folder, "rev-parse", "HEAD")


def make_commits(folder: Path, version: str) -> tuple[str, str]:
    """Commit the release and then its entry in the list; return both commits."""
    date = datetime.date.today().isoformat()
    changes = folder / CHANGES
    heading = f"## Unreleased\n\n## {version} ({date})\n"
    text = changes.read_text("utf-8")
    changes.write_text(re.sub(r"^## Unreleased *\n", heading, text, count=1, flags=re.M), "utf-8")
    write_version(folder, version)
    write_citation(folder, version, date)
    release = commit(folder, f"Release {version}")

    entry = {
        "name": version,
        "version": version,
        "url": f"{version}/",
        "date": date,
        "commit": release,
        "preferred": True,
    }
    earlier = [
        {key: value for key, value in one.items() if key != "preferred"}
        for one in read_list(folder)
    ]
    (folder / LIST).write_text(json.dumps([entry, *earlier], indent=2) + "\n", "utf-8")
    major, minor, _ = number(version)
    following = f"{major}.{minor + 1}.0.dev0"
    write_version(folder, following)
    return release, commit(folder, f"List version {version}; go on as {following}")


def release(root: Path, options) -> None:
    version = options.version
    number(version)
    with workplace(root) as work:
        start = check(root, version)
        with checkout(root, start, work / "release") as folder:
            if status := nox(options, *options.checks, folder=folder, env=environment(root)):
                raise VersionsError(
                    f"{', '.join(options.checks)} did not succeed in a clean checkout of {start} "
                    f"(status {status}); nothing is released. Fix what is said above, and commit."
                )
            # The checks may have left files behind.
            git(folder, "checkout", "--quiet", "--force", "--detach", start)
            released, last = make_commits(folder, version)
        git(root, "merge", "--quiet", "--ff-only", last)
    print(
        f"Version {version} is commit {released}. Next:\n"
        f"    git tag v{version} {released}\n"
        f"    git push origin HEAD v{version}\n"
        f"    python -m nox -s site"
    )


def main(arguments: list[str] | None = None, root: Path = ROOT) -> None:
    options = parser(__doc__.split("\n")[0])
    options.add_argument("version", help="like 0.2.0, higher than all released ones")
    options.add_argument(
        "--checks",
        nargs="+",
        default=["lint", "tests", "trust", "docs"],
        metavar="SESSION",
        help="what must succeed first (default: lint tests trust docs)",
    )
    try:
        release(root, options.parse_args(arguments))
    except VersionsError as error:
        sys.exit(f"release: {error}")


if __name__ == "__main__":
    main()
