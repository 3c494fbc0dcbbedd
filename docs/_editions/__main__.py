"""Make the editions of the built site: ``python -m nox -s editions``."""

import sys
from pathlib import Path

from _versions.released import VersionsError, version_address

from _editions import binding, book, epub, pdf

BUILT = Path(__file__).parents[1] / "_build"


def main() -> None:
    folder = BUILT / "editions"
    try:
        whole = book.read(BUILT / "html")
        whole.address = version_address(whole.version)
        binding.prepare(whole)
        folder.mkdir(exist_ok=True)
        for module, name in ((epub, "lab_book.epub"), (pdf, "lab_book.pdf")):
            module.write(whole, folder / name)
            print(f"The book is in {folder / name}", flush=True)
    except (book.EditionError, VersionsError) as error:
        sys.exit(f"editions: {error}")


if __name__ == "__main__":
    main()
