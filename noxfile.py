"""Every command that a person or CI runs: ``python -m nox -s docs``, ``tests``, ``lint``, ….

What follows ``--`` is passed on: ``python -m nox -s tests -- -k splits``.

``tests`` takes minutes. Where a test disturbs a command at each of its steps, it takes a sample of
the steps, always the same; ``trust`` takes them all.
"""

import json
import os
import shutil
import sys
from pathlib import Path

import nox
from nox.command import CommandFailed

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
    """Bring the site up to date; a build that fails leaves it as it was."""
    try:
        session.run(
            *("sphinx-build", "-W", "-n", "-b", "html", "-d", "docs/_build/doctrees"),
            *("docs", "docs/_build/next"),
            *options,
        )
    except CommandFailed:
        problem = Path("docs/_build/problem.txt")
        told = problem.read_text("utf-8").strip() if problem.is_file() else ""
        session.error(told or "see above")


@nox.session
def editions(session: nox.Session) -> None:
    """Make an EPUB and a PDF of the book, from the site, which is built if anything has changed."""
    install(session, "docs", "browser")
    build(session, "-q")
    session.run("python", "-m", "_editions", env={"PYTHONPATH": "docs"})


# A test or a browser has one core, so as many go side by side; with ``-- -n 0``, one process.
SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")


@nox.session
def tests(session: nox.Session) -> None:
    """Run the tests."""
    install(session, "docs", "tests")
    session.run("pytest", *SIDE_BY_SIDE, *session.posargs)


@nox.session
def trust(session: nox.Session) -> None:
    """Run the hostile tests at full length, and count what they did: damage, kills, tampering."""
    install(session, "docs", "tests")
    session.run("pytest", *SIDE_BY_SIDE, "-m", "trust", *session.posargs)


@nox.session(python=["3.11", "3.12", "3.13"])
@nox.parametrize("which", [nox.param(name, id=name) for name in ("lowest", "newest")])
def versions(session: nox.Session, which: str) -> None:
    """Test and build a copy of the book on the lowest versions that it promises, or the newest."""
    folder = Path(session.create_tmp()).absolute() / "book"
    shutil.rmtree(folder, ignore_errors=True)
    built = ("_build", "labs", "site", "__pycache__", ".git", ".nox", ".site", ".*_cache")
    left_out = shutil.ignore_patterns(*built)
    shutil.copytree(".", folder, ignore=left_out)
    for name in ("LAB_DATA", "LAB_CACHE"):  # a relative path starts here, and not in the copy
        if os.environ.get(name):
            session.env[name] = str(Path(os.environ[name]).absolute())
    session.chdir(folder)
    how = {"lowest": ["--resolution", "lowest-direct"], "newest": ["--upgrade"]}[which]
    session.install(*how, "--group", "docs", "--group", "tests", "-e", ".")
    # what old packages say of each other is no fault of the book; what new ones say of it may be
    quiet = ("-W", "ignore::DeprecationWarning") if which == "lowest" else ()
    session.run("python", *quiet, "-m", "pytest", *SIDE_BY_SIDE, *quiet, *session.posargs)
    build(session, "-q")


@nox.session
def audit(session: nox.Session) -> None:
    """Ask the list of known faults of packages, on the web, about each locked version."""
    install(session, "audit", package=False)
    told = Path(session.create_tmp()).absolute() / "audit.json"
    told.unlink(missing_ok=True)
    how = ("--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json")
    arguments = session.posargs or ("-r", LOCK)
    session.run("pip-audit", *how, "-o", str(told), *arguments, success_codes=range(256))
    if not told.is_file():
        session.error("the list of known faults cannot be reached: nothing was checked")
    asked = json.loads(told.read_text("utf-8"))["dependencies"]
    faults = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in "
        f"{', '.join(fault['fix_versions']) or 'no version yet'}"
        for one in asked
        for fault in one.get("vulns", ())
    ]
    missed = [f"{one['name']}: {one['skip_reason']}" for one in asked if "skip_reason" in one]
    for line in [*faults, *(f"not checked: {one}" for one in missed)]:
        session.warn(line)
    if faults or missed:
        session.error(f"{len(faults)} known faults, {len(missed)} packages not checked")
    session.log(f"{len(asked)} packages have no known fault")


@nox.session
def browser(session: nox.Session) -> None:
    """Open the built site in Chromium (from the system: ``apt-get install chromium``)."""
    install(session, "docs", "browser")  # with torch: the live parts are compared with it
    folder = "tests/browser"
    checks = map(str, sorted(Path(folder).glob("check_*.py")))
    session.run("pytest", *checks, "--confcutdir", folder, *SIDE_BY_SIDE, *session.posargs)


def run_versions_tool(session: nox.Session, name: str) -> None:
    """Run a tool of docs/_versions, which itself runs sessions in other folders."""
    how = ["--python", sys.executable]
    if session.venv_backend == "none":
        how.append("--no-venv")
    else:
        session.install("-c", LOCK, "filelock")
    session.run("python", f"docs/_versions/{name}.py", *how, *session.posargs)


@nox.session
def site(session: nox.Session) -> None:
    """Put every released version and the working tree into ``site/``."""
    run_versions_tool(session, "build_site")


@nox.session
def release(session: nox.Session) -> None:
    """Release a version, as in ``-- 0.2.0``: check everything, commit it, list it."""
    run_versions_tool(session, "release")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure training, layers by length, and builds; ``-- builds`` measures one of them."""
    install(session, "docs")
    for what in session.posargs or ("training", "lengths", "builds"):
        session.run("python", f"tests/bench/measure_{what}.py")


@nox.session
def experiments(session: nox.Session) -> None:
    """Run the long experiments again (an hour or two); ``-- NAME ...`` runs some of them."""
    install(session, "baselines")
    session.run("python", "-m", "lab_code", "experiments", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check the code's style; ``-- --fix`` corrects what it can."""
    install(session, "lint", package=False)
    fix = "--fix" in session.posargs
    session.run("ruff", "check", *session.posargs)
    session.run("ruff", "format", *([] if fix else ["--check"]))


@nox.session
def lock(session: nox.Session) -> None:
    """Write the lock file again; ``-- --upgrade`` takes the newest versions."""
    groups = nox.project.load_toml("pyproject.toml")["dependency-groups"]
    session.run(
        *("uv", "pip", "compile", "pyproject.toml", "-o", LOCK, "--quiet", "--no-header"),
        *("--universal", "--python-version", "3.11"),
        *("--generate-hashes", "--no-emit-index-url", "--prerelease=disallow"),
        *(f"--group={name}" for name in groups),
        *session.posargs,
        external=True,
    )
