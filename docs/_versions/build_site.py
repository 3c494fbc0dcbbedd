"""Put every released version and the working tree into ``site/``: ``python -m nox -s site``.

sphinx-polyversion and sphinx-multiversion build all versions again each time, straight into the
site, and skip one that fails. Here a released version is built once, and the site changes only when
all builds have succeeded.
"""

import html
import json
import os
import shutil
import sys
from pathlib import Path
from string import Template

import digests
from changes import write_changes
from feed import write_feed
from filelock import FileLock
from policy import with_policy
from released import (
    ROOT,
    VersionsError,
    checkout,
    commit_of,
    environment,
    nox,
    parser,
    read_list,
    site_address,
    workplace,
)

HERE = Path(__file__).parent
BUILT = "docs/_build/html"
DEFAULT_ADDRESS = "http://localhost:8000"


def build(folder: Path, target: Path, what: str, options, env: dict) -> None:
    """Build a checkout with its own noxfile and copy the result, as one version of several."""
    print(f"building {what}", flush=True)
    if status := nox(options, "docs", folder=folder, env=env):
        raise VersionsError(
            f"the build of {what} failed (status {status}; see above); site/ is unchanged."
        )
    if not (folder / BUILT / "index.html").is_file():
        raise VersionsError(f"the build of {what} left no {BUILT}/index.html; site/ is unchanged.")
    with FileLock(folder / "docs" / "_build" / "lock"):  # no other build writes there meanwhile
        shutil.copytree(folder / BUILT, target)
    enter = Template((HERE / "pages" / "in_site.js").read_text("utf-8"))
    (target / "_static").mkdir(exist_ok=True)
    (target / "_static" / "site.js").write_text(enter.substitute(version=target.name), "utf-8")


def pages_of(folder: Path) -> list[str]:
    pages = (path.relative_to(folder) for path in folder.rglob("*.html"))
    return sorted(page.as_posix() for page in pages if page.parts[0] != "_static")


def row(entry: dict) -> str:
    name, url, date = (html.escape(entry.get(key, "")) for key in ("name", "url", "date"))
    return f'<tr><td><a href="{url}index.html">{name}</a></td><td>{date}</td></tr>'


def write_common_files(
    root: Path, new: Path, site: Path, released: list[dict], address: str
) -> None:
    """Write what all versions have in common: their list, in five forms, and the start page."""
    versions = [{"name": "dev", "version": "dev", "url": "dev/"}]
    for entry in released:
        named = {"name": f"{entry['name']} (stable)"} if entry.get("preferred") else {}
        versions.append(entry | named)
    pages = {}
    for version in (entry["version"] for entry in versions):
        pages[version] = pages_of((new if (new / version).exists() else site) / version)
    start = "stable" if released else "dev"
    parts = {
        "start": start,
        "rows": "\n".join(map(row, versions)),
        "address": html.escape(address),
        "style": (HERE / "pages" / "style.css").read_text("utf-8"),
    }
    for name in ("index.html", "versions.html", "404.html"):
        page = Template((HERE / "pages" / name).read_text("utf-8"))
        (new / name).write_text(with_policy(page.substitute(parts)), "utf-8")
    folders = [(new if (new / version).exists() else site) / version for version in pages]
    write_changes(new / "changes.html", folders, parts["style"])
    shutil.copy(HERE.parent / "_static" / "favicon.svg", new)
    write_feed(new / "feed.xml", released, root / "CHANGELOG.md", address)
    absolute = [entry | {"url": f"{address}/{entry['url']}"} for entry in versions]
    (new / "switcher.json").write_text(json.dumps(absolute, indent=2) + "\n", "utf-8")
    listed = json.dumps([entry | {"pages": pages[entry["version"]]} for entry in versions])
    script = (HERE / "pages" / "versions.js").read_text("utf-8")
    (new / "versions.js").write_text(script.replace("VERSIONS", listed, 1), "utf-8")
    newest = released[0]["version"] if released else "dev"
    places = "".join(
        f"<url><loc>{html.escape(f'{address}/{start}/{page}')}</loc></url>\n"
        for page in pages[newest]
    )
    (new / "sitemap.xml").write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{places}</urlset>\n',
        "utf-8",
    )


def point_stable(new: Path, released: list[dict]) -> None:
    try:
        (new / "stable").symlink_to(released[0]["version"], target_is_directory=True)
    except OSError as error:
        raise VersionsError(
            f"the link site/stable cannot be made: {error}. On Windows, turn on developer mode."
        ) from None


def remove(path: Path) -> None:
    """Remove a folder, or what stands in its place."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def restore(aside: Path, site: Path) -> None:
    """Put back the folders that a killed run had moved aside."""
    for folder in aside.iterdir() if aside.exists() else ():
        if (site / folder.name).exists():
            remove(folder)
        else:
            folder.rename(site / folder.name)
    if aside.exists():
        aside.rmdir()


def move_in(new: Path, site: Path, aside: Path) -> None:
    """Move new files into place, each in one step: versions first, what links to them last."""
    lists = sorted(new.glob("*.digests.json"))
    folders = sorted(path for path in new.iterdir() if path.is_dir() and not path.is_symlink())
    for path in lists:
        path.replace(site / path.name)
    for folder in folders:
        place = site / folder.name
        if os.path.lexists(place):
            aside.mkdir(exist_ok=True)
            try:
                place.rename(aside / folder.name)
                folder.rename(place)
            finally:
                restore(aside, site)
        else:
            folder.rename(place)
    for path in sorted(new.iterdir()):
        path.replace(site / path.name)


def to_build(site: Path, released: list[dict]) -> list[dict]:
    """Return the versions that are not in the site, or not as they were built; name the latter."""
    found = []
    for entry in released:
        version = entry["version"]
        wrong = digests.change(site, version) if os.path.lexists(site / version) else ""
        if wrong:
            print(f"version {version} in site/ has changed: {wrong}. It is built again", flush=True)
        if wrong is not None:
            found.append(entry)
    return found


def build_site(root: Path, options) -> None:
    address = site_address() or DEFAULT_ADDRESS
    env = environment(root, LAB_SITE_URL=address)
    site = root / "site"
    with workplace(root) as work:
        try:
            site.mkdir(exist_ok=True)
        except FileExistsError:
            raise VersionsError(f"{site} is not a folder. Move it away.") from None
        if site.stat().st_dev != work.stat().st_dev:
            raise VersionsError(
                f"{site} is on another disk than {root}, so nothing can be moved there in one "
                f"step. Make it a plain folder, and copy it when it is complete."
            )
        aside = work.parent / "aside"
        restore(aside, site)
        released = read_list(root)
        missing = to_build(site, released)
        commits = [commit_of(root, entry) for entry in missing]  # before the first long build
        new = work / "new"
        new.mkdir()
        for entry, commit in zip(missing, commits, strict=True):
            version = entry["version"]
            with checkout(root, commit, work / version) as folder:
                build(folder, new / version, f"version {version} ({commit})", options, env)
            digests.write(new, version)
        build(root, new / "dev", "the working tree", options, env)
        write_common_files(root, new, site, released, address)
        if released:
            point_stable(new, released)
        move_in(new, site, aside)
        if not released:
            (site / "stable").unlink(missing_ok=True)
    print(f"The site is in {site}; to see it: python -m http.server -d site")


def main(arguments: list[str] | None = None, root: Path = ROOT) -> None:
    try:
        build_site(root, parser(__doc__.split("\n")[0]).parse_args(arguments))
    except VersionsError as error:
        sys.exit(f"site: {error}")


if __name__ == "__main__":
    main()
