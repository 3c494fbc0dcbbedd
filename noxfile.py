"""Every command that a person or CI runs: ``python -m nox -s docs``, ``tests``, ``lint``, ….

What follows ``--`` is passed on: ``python -m nox -s tests -- -k splits``.

``tests`` takes minutes. Where a test disturbs a command at each of its steps, it takes a sample of
the steps, always the same; ``trust`` takes them all.
"""

import os
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "uv"
nox.options.reuse_venv = "yes"
nox.options.sessions = ["docs", "tests", "lint"]

LOCK = "requirements.lock"
SITE = Path("docs/_build/html")


def install(session: nox.Session, *groups: str, package: bool = True) -> None:
    """Install dependency groups, in the versions and with the hashes of the lock file."""
    if session.venv_backend == "none":  # nox --no-venv: the user has installed what is needed
        return
    # Many containers forbid bytecode; without it, imports take half the time of an unchanged build.
    session.env["PYTHONDONTWRITEBYTECODE"] = None
    arguments = ["-c", LOCK, "--build-constraints", LOCK]
    if os.environ.get("UV_TORCH_BACKEND"):
        # torch then comes from elsewhere and has other hashes; the versions still hold
        arguments.append("--no-verify-hashes")
    for group in groups:
        arguments += ["--group", group]
    if package:
        arguments += ["-e", "."]
    session.install(*arguments)


@nox.session
def docs(session: nox.Session) -> None:
    """Build the site: run the labs and pages that changed, stop at the first warning."""
    install(session, "docs")
    build(session, *session.posargs)
    session.log(f"The book is in {(SITE / 'index.html').absolute()}")


def build(session: nox.Session, *options: str) -> None:
    """Bring the site up to date."""
    session.run(
        *("sphinx-build", "-W", "-n", "-b", "html", "-d", "docs/_build/doctrees"),
        *("docs", SITE),
        *options,
    )


@nox.session
def editions(session: nox.Session) -> None:
    """Make an EPUB and a PDF of the book, from the site, which is built if anything has changed."""
    install(session, "docs", "browser")
    build(session, "-q")
    session.run("python", "-m", "_editions", env={"PYTHONPATH": "docs"})


# A test has one core, so as many go side by side; ``-- -n 0`` runs them in one process.
SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests."""
    install(session, "docs", "tests")
    session.run("pytest", *SIDE_BY_SIDE, *session.posargs)


@nox.session
def trust(session: nox.Session) -> None:
    """Run the hostile tests at full length: kill every command at every step."""
    install(session, "docs", "tests")
    session.run("pytest", *SIDE_BY_SIDE, "-m", "trust", *session.posargs)


@nox.session
def browser(session: nox.Session) -> None:
    """Open the built site in Chromium (from the system: ``apt-get install chromium``)."""
    install(session, "docs", "browser")  # with torch: the live parts are compared with it
    folder = "tests/browser"
    checks = map(str, sorted(Path(folder).glob("check_*.py")))
