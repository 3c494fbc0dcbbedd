"""What readers take along: the package as a wheel, and a zip file with everything that runs."""

import hashlib
from contextlib import chdir
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

ROOT = Path(__file__).parents[2]
ZIP = "lab_book.zip"
DATE = (1980, 1, 1, 0, 0, 0)  # the first that a zip file can have: the same in every build


def wheel_name(config):
    return f"recurrent_lab_book-{config.release}-py3-none-any.whl"


def digest_of_package():
    code = (path for path in (ROOT / "lab_code").rglob("*") if path.suffix != ".pyc")
    others = (ROOT / name for name in ("LICENSE", "README.md", "pyproject.toml"))
    digest = hashlib.sha256()
    for path in sorted([*filter(Path.is_file, code), *others]):
        digest.update(f"{path.relative_to(ROOT)} ".encode() + path.read_bytes())
    return digest.hexdigest()


def put_wheel(app):
    """Put the wheel at the root of the site; return where it is. It is built when it changes."""
    wheel, stamp = Path(app.outdir, wheel_name(app.config)), Path(app.doctreedir, "wheel")
    now = digest_of_package()
    if wheel.is_file() and stamp.is_file() and stamp.read_text() == now:
        return wheel
    from flit_core.buildapi import build_wheel  # here: most builds do not need it

    for old in Path(app.outdir).glob("*.whl"):
        old.unlink()
    with TemporaryDirectory() as folder:
        with chdir(ROOT):  # where PEP 517 has it look
            built = Path(folder, build_wheel(folder))
        if built.name != wheel.name:
            raise ValueError(f"the wheel is {built.name}, and notebooks ask for {wheel.name}")
        wheel.write_bytes(built.read_bytes())  # a copy would be for its owner alone
    stamp.write_text(now)
    return wheel


def write_zip(target, wheel, notebooks, examples):
    """Write the wheel, and two folders from which notebooks find it, into one file."""
    scripts = {f"scripts/{path.name}": path for path in examples.glob("*/*.py")}
    files = {f"notebooks/{path.name}": path for path in notebooks} | scripts | {wheel.name: wheel}
    with ZipFile(target, "w", ZIP_DEFLATED) as packed:
        for name, path in sorted(files.items()):
            entry = ZipInfo(f"lab_book/{name}", DATE)
            entry.external_attr = 0o644 << 16  # who may read it
            packed.writestr(entry, path.read_bytes(), ZIP_DEFLATED)
