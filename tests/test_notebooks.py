"""Notebooks of chapters and labs: what they say, and that they run where the book is not."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import threading
import venv
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from zipfile import ZipFile

import pytest
from _ext import notebooks, to_take_away
from _ext.in_markdown import Markdown
from conftest import ROOT
from docutils import nodes
from sphinx.cmd.build import main

LAB = ROOT / "examples" / "1_sequences" / "look_at_the_recordings.py"
LAB_PAGE = "labs/1_sequences/look_at_the_recordings"
WHEEL = "recurrent_lab_book-0.2.0.dev0-py3-none-any.whl"
ADDRESS = "http://127.0.0.1:9/book"  # where nothing is

CONF = f"""
import os, sys
os.environ["SOURCE_DATE_EPOCH"] = "0"
sys.path.insert(0, {str(ROOT / "docs")!r})
extensions = [
    "_ext.fresh", "_ext.exercises", "_ext.holds", "_ext.notebooks", "myst_nb",
    "sphinx_gallery.gen_gallery",
]
release = "0.2.0.dev0"
lab_data = {{"source": "simulated", "digest": "0" * 64}}
exclude_patterns = ["_build", "labs/**/*.ipynb"]
myst_enable_extensions = ["amsmath", "deflist", "dollarmath", "smartquotes"]
nb_execution_mode = "off"
suppress_warnings = ["config.cache", "myst-nb.lexer", "toc.not_included"]
sphinx_gallery_conf = {{
    "examples_dirs": "../examples",
    "gallery_dirs": "labs",
    "plot_gallery": False,  # a page without its outputs has the same notebook
    "remove_config_comments": True,
    "download_all_examples": False,
    "write_computation_times": False,
}}
"""

INDEX = """# The book

```{glossary}
hidden state
  What a network keeps.
```

```{toctree}
chapters/recurrence
labs/index
```
"""

HEAD = """---
file_format: mystnb
kernelspec:
  name: python3
---

# Recurrence
"""

CHAPTER = (
    HEAD
    + r"""
```{admonition} Before you read
You need {doc}`the book </index>`.
```

The {term}`hidden state` $h_t$ of *one*
[network](https://example.org), `a_b`, is **better**
{holds}`many_to_one/gru > many_to_one/lstm`. It costs \$5, 2\*3
{holds}`many_to_one/gru > many_to_one/lstm` or so.

![A dot_](dot.svg)

```{code-cell} python
:tags: [remove-cell]
unseen = 1
```

$$
h &= 1 \\
o &= 2
$$ (state)

Equation {eq}`state` has a list:

- one
  with `two`

  ```python
  lines = 2
  ```
- three

1. first
2. second

| symbol | shape |
|---|---|
| $h$ | (a\|b) |

```{code-cell} python
:tags: [hide-input]
assert unseen == 1
```

## Exercises

```{exercise} Why
:label: why

Say why.
```

```{solution} why
```

Because.

```{code-cell} python
from lab_code.protocol import CODES
answer = sorted(CODES)
```

```{exercise}
And then?
```
"""
)


class Book:
    """A book of one page, one chapter, and one lab of the real book."""

    def __init__(self, folder: Path, capsys):
        self.docs, self.out, self.capsys = folder / "docs", folder / "out", capsys
        section = folder / "examples" / "1_sequences"
        section.mkdir(parents=True)
        for header in (section, section.parent):
            (header / "GALLERY_HEADER.rst").write_text("Labs\n====\n")
        shutil.copy(LAB, section)
        (folder / "requirements.lock").touch()
        (self.docs / "chapters").mkdir(parents=True)
        (self.docs / "index.md").write_text(INDEX)
        (self.docs / "chapters" / "dot.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
        self.page("chapters/seizure_recordings", "# The recordings\n")
        self.page("chapters/recurrence", CHAPTER)

    def page(self, name: str, text: str) -> None:
        (self.docs / f"{name}.md").write_text(text)

    def build(self, conf: str = "") -> tuple[int, str]:
        """Build; return the exit status and what was complained of."""
        (self.docs / "conf.py").write_text(CONF + conf)
        self.capsys.readouterr()
        status = main(["-W", "-q", "-b", "html", str(self.docs), str(self.out)])
        return status, self.capsys.readouterr().err

    def cells(self, name: str) -> list[dict]:
        return json.loads((self.out / f"{name}.ipynb").read_text("utf-8"))["cells"]

    def sources(self, name: str, kind: str) -> list[str]:
        return [cell["source"] for cell in self.cells(name) if cell["cell_type"] == kind]

    def said(self, name: str) -> str:
        return "\n\n".join(self.sources(name, "markdown"))


@pytest.fixture
def new_book(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LAB_RECORD", str(tmp_path / "record"))
    monkeypatch.delenv("LAB_SITE_URL", raising=False)
    return lambda name: Book(tmp_path / name, capsys)


@pytest.fixture
def book(new_book):
    return new_book("book")


def built(book, conf=""):
    status, complaint = book.build(conf)
    assert status == 0, complaint
    return book


# What they say


NUMBERED = (
    HEAD
    + r"""
```{table} Letters of $h$.
:name: letters

| symbol | shape |
|---|---|
| $h$ | (3,) |
```

```{code-cell} python
---
mystnb:
  figure:
    name: shapes
    caption: Shapes, *all* of them.
    classes: table
---
from IPython.display import HTML
HTML("<table class='dataframe'><tr><th>h</th><td>3</td></tr></table>")
```

```{math}
:label: one

x = 1
```

```{figure} dot.svg
:name: dot
:alt: A dot.

A dot, alone.
```

In {numref}`shapes`, {numref}`letters`, {numref}`dot` and {eq}`one`.

```{exercise} Why
Say why.
```
"""
)
NUMBERS = """
extensions.append("_ext.captions")
nb_execution_mode = "force"
numfig = True
numfig_format = {"figure": "Figure %s", "table": "Table %s"}
exercise_chapters = {"chapters/recurrence": 2}
"""


def test_figures_tables_equations_and_exercises_are_numbered_in_page_and_notebook(book):
    book.page("index", INDEX.replace("```{toctree}", "```{toctree}\n:numbered: 1"))
    book.page("chapters/recurrence", NUMBERED)
    text = built(book, NUMBERS).said("chapters/recurrence")
    assert "**Table 1.1.** Letters of $h$.\n\n| symbol" in text
    assert "**Table 1.2.** Shapes, *all* of them." in text
    assert "**Figure 1.1.** A dot, alone." in text
    assert "\\tag{1.1}" in text
    assert "In Table 1.2, Table 1.1, Figure 1.1 and (1.1)." in text
    assert "## Exercise 2.1: Why" in text
    page = (book.out / "chapters/recurrence.html").read_text()
    captions = re.findall(r'<span class="caption-number">(.*?) ?</span>', page)
    assert captions == ["Table 1.1", "Table 1.2", "Figure 1.1"]
    assert page.index("Shapes, <em>all</em>") < page.index("<table class='dataframe'>")
    assert re.search(r"<h1>(<span.*?>)?1\. ", page)


def test_a_chapter_is_said_in_words(book):
    text = built(book).said("chapters/recurrence")
    assert text.startswith(
        "# Recurrence\n\n> **Before you read**\n> \n> You need the book.\n\n"
        "The hidden state $h_t$ of *one* [network](https://example.org), `a_b`, is **better**. It "
        r"costs \$5, 2\*3 or so."
        "\n\n*A figure that the page shows: A dot\\_*"
    )
    assert "$$\n\\begin{aligned}\nh &= 1 \\\\\no &= 2\n\\end{aligned}\n\\tag{1}\n$$" in text
    assert "Equation (1) has a list:" in text
    assert "- one with `two`\n\n  ```python\n  lines = 2\n  ```\n- three" in text
    assert "1. first\n2. second" in text
    assert "| symbol | shape |\n| --- | --- |\n| $h$ | (a\\|b) |" in text
    assert "{" not in re.sub(r"\\(begin|end|tag)\{\w+\}", "", text)
    assert "many_to_one" not in text


def test_where_the_address_is_known_there_are_links(book, monkeypatch):
    monkeypatch.setenv("LAB_SITE_URL", ADDRESS)
    text = built(book).said("chapters/recurrence")
    assert f"[the book]({ADDRESS}/dev/index.html)" in text
    assert f"*A figure that [the page]({ADDRESS}/dev/chapters/recurrence.html) shows" in text
    assert f"[hidden state]({ADDRESS}/dev/index.html#term-hidden-state)" in text
    assert f"[(1)]({ADDRESS}/dev/chapters/recurrence.html#equation-state)" in text
    recordings = f"[The recordings]({ADDRESS}/dev/chapters/seizure_recordings.html)"
    assert recordings in book.said(LAB_PAGE)


def test_a_released_version_links_itself(book, monkeypatch):
    monkeypatch.setenv("LAB_SITE_URL", ADDRESS)
    monkeypatch.setattr(notebooks, "put_wheel", lambda app: book.docs / "index.md")
    text = built(book, 'release = "1.2.0"').said("chapters/recurrence")
    assert f"({ADDRESS}/1.2.0/index.html)" in text


def test_a_chapter_has_all_its_code_in_order(book):
    cells = [cell for cell in built(book).cells("chapters/recurrence") if "outputs" in cell]
    assert [cell["source"] for cell in cells[1:]] == [
        "unseen = 1",
        "assert unseen == 1",
        "from lab_code.protocol import CODES\nanswer = sorted(CODES)",
    ]
    assert all(cell["source"] for cell in book.cells("chapters/recurrence"))
    folded = ["jupyter" in cell["metadata"] for cell in cells]
    assert folded == [False, True, True, False]


def test_solutions_follow_their_exercises_or_are_left_out(book):
    text = built(book).said("chapters/recurrence")
    first, second = "### Exercise 1: Why\n\nSay why.", "### Exercise 2\n\nAnd then?"
    solution = "#### Solution to exercise 1\n\nBecause."
    assert text.index(first) < text.index(solution) < text.index(second)
    built(book, "solutions = 'none'")
    text = book.said("chapters/recurrence")
    assert first in text
    assert second in text
    assert "Solution" not in text
    assert "answer = sorted(CODES)" not in book.sources("chapters/recurrence", "code")


def test_a_lab_is_its_script_and_words(book):
    _, *code = built(book).sources(LAB_PAGE, "code")
    _, *body = ast.parse(LAB.read_text()).body  # without the docstring, which is text
    assert [ast.dump(one) for one in ast.parse("\n".join(code)).body] == [
        ast.dump(one) for one in body
    ]
    text = book.said(LAB_PAGE)
    assert text.startswith("# Look at the recordings: what does a seizure look like?\n\n")
    assert "**Before you start**: read The recordings, which says" in text
    assert "A seizure can be seen" in text
    for unwanted in (":doc:", "holds", "running time", "Go to the end", "Download"):
        assert unwanted not in text


def test_what_is_left_out_of_a_list_leaves_no_empty_item():
    """As where a lab draws several figures, which are a list on its page."""
    empty, full = nodes.list_item(), nodes.list_item("", nodes.paragraph("", "Kept."))
    write = Markdown("").of_bullet_list
    assert write(nodes.bullet_list("", empty, full)) == "- Kept."
    assert write(nodes.bullet_list("", empty.deepcopy(), empty.deepcopy())) == ""


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("> a quotation", "a notebook cannot show 'block_quote'"),
        ("<b>raw</b>", "a notebook cannot show raw html"),
        (r"A \{doc}`index`.", "a role stands in a notebook as it is"),
        ("A :doc:`index`.", "a role stands in a notebook as it is"),
    ],
)
def test_what_a_notebook_cannot_show_stops_the_build(book, page, complaint):
    book.page("chapters/recurrence", f"# Title\n\n{page}\n")
    status, complained = book.build()
    assert status != 0
    assert complaint in complained


# What the site has


@pytest.mark.parametrize("name", ["chapters/recurrence", LAB_PAGE])
def test_a_page_offers_its_notebook(book, name):
    html = (built(book).out / f"{name}.html").read_text()
    notebook = f"{Path(name).name}.ipynb"
    assert re.findall(r'download="" href="([^"]*ipynb)"', html) == [notebook]
    assert (book.out / name).with_name(notebook).is_file()
    assert not list(book.out.glob("_downloads/**/*.ipynb"))


def test_the_zip_file_has_all_that_runs(book):
    with ZipFile(built(book).out / "lab_book.zip") as packed:
        names = packed.namelist()
        wheel = packed.read(f"lab_book/{WHEEL}")
        assert {entry.date_time for entry in packed.infolist()} == {to_take_away.DATE}
    assert names == [
        "lab_book/notebooks/look_at_the_recordings.ipynb",
        "lab_book/notebooks/recurrence.ipynb",
        "lab_book/notebooks/seizure_recordings.ipynb",
        f"lab_book/{WHEEL}",
        "lab_book/scripts/look_at_the_recordings.py",
    ]
    assert wheel == (book.out / WHEEL).read_bytes()
    assert (book.out / WHEEL).stat().st_mode & 0o044 == 0o044  # a web server may read it


def test_names_tell_notebooks_apart():
    names = [Path(page).name for page in notebooks.pages()]
    assert len(set(names)) == len(names)  # in the zip file they are in one folder


def test_two_builds_give_the_same(new_book):
    one, other = built(new_book("one")), built(new_book("other"))
    names = [path.relative_to(one.out) for path in one.out.rglob("*.ipynb")]
    for name in [*names, WHEEL, "lab_book.zip"]:
        assert (one.out / name).read_bytes() == (other.out / name).read_bytes()
    assert len(names) == 3


def test_the_wheel_is_built_again_when_the_package_has_changed(book, monkeypatch):
    wheel = built(book).out / WHEEL
    before = wheel.stat().st_mtime_ns
    built(book)
    assert wheel.stat().st_mtime_ns == before
    monkeypatch.setattr(to_take_away, "digest_of_package", lambda: "changed")
    built(book)
    assert wheel.stat().st_mtime_ns > before


def test_a_notebook_is_written_again_only_if_it_is_missing(book):
    def build():  # in a process of its own: in a second build here, sphinx-gallery differs
        (book.docs / "conf.py").write_text(CONF)
        command = ["-m", "sphinx", "-W", "-q", "-b", "html", book.docs, book.out]
        subprocess.run([sys.executable, *command], check=True)

    build()
    chapter, lab = (book.out / f"{name}.ipynb" for name in ("chapters/recurrence", LAB_PAGE))
    before, written = chapter.read_bytes(), lab.stat().st_mtime_ns
    chapter.unlink()
    build()
    assert chapter.read_bytes() == before
    assert lab.stat().st_mtime_ns == written


def test_what_the_book_no_longer_has_goes(book):
    built(book)
    (book.out / "recurrent_lab_book-0.1.0-py3-none-any.whl").touch()
    (book.out / WHEEL).unlink()
    (book.docs / "chapters" / "seizure_recordings.md").unlink()
    book.page("chapters/sequences", "# Sequences\n")
    lab = book.docs.parent / "examples" / "1_sequences" / LAB.name
    lab.write_text(lab.read_text().replace("seizure_recordings`", "sequences`"))
    built(book)
    assert [path.name for path in book.out.glob("*.whl")] == [WHEEL]
    there = {path.name for path in book.out.rglob("*.ipynb")}
    assert there == {"look_at_the_recordings.ipynb", "recurrence.ipynb", "sequences.ipynb"}


# That they run

RUN = """
import sys
import nbformat
from nbclient import NotebookClient
NotebookClient(nbformat.read(sys.argv[1], 4), timeout=600, kernel_name="python3").execute()
"""


class Elsewhere:
    """An environment without the package."""

    def __init__(self, folder: Path):
        venv.create(folder, with_pip=True, symlinks=True)
        self.python = folder / "bin" / "python"
        places = {"base": str(folder), "platbase": str(folder)}
        self.packages = Path(sysconfig.get_path("purelib", "posix_prefix", places))

    def link_packages(self) -> None:
        """Have what is installed here, but not the package."""
        for path in Path(sysconfig.get_path("purelib")).iterdir():
            ours = re.match("_*(editable_*)?(lab_code|recurrent_lab_book)", path.name)
            if not ours and not (self.packages / path.name).exists():
                (self.packages / path.name).symlink_to(path)

    def forget_package(self) -> None:
        for path in self.packages.glob("*lab_*"):
            shutil.rmtree(path)

    def run(self, notebook: Path, **settings: str):
        """Run a notebook where it lies, alone; return the process when it has ended."""
        return subprocess.run(
            [self.python, "-c", RUN, notebook.name],
            cwd=notebook.parent,
            env=os.environ | {"PYTHONPATH": ""} | settings,
            capture_output=True,
            text=True,
            check=False,
        )

    def has_package(self) -> bool:
        return (self.packages / "lab_code" / "__init__.py").is_file()


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    elsewhere = Elsewhere(tmp_path_factory.mktemp("elsewhere"))
    elsewhere.link_packages()
    return elsewhere


@pytest.fixture
def elsewhere(linked):
    linked.forget_package()
    assert not linked.has_package()
    return linked


@pytest.fixture
def serve():
    """Serve a folder; return its address."""
    servers = []

    def serve(folder):
        handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
        servers.append(ThreadingHTTPServer(("127.0.0.1", 0), handler))
        threading.Thread(target=servers[-1].serve_forever).start()
        return f"http://127.0.0.1:{servers[-1].server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


def downloaded(book, name, folder):
    """The notebook, as a reader has it: alone in a folder."""
    folder.mkdir()
    return Path(shutil.copy(book.out / f"{name}.ipynb", folder))


@pytest.fixture
def served_book(book, serve, use_simulation, tmp_path, monkeypatch):
    site = tmp_path / "site"
    site.mkdir()
    (site / "dev").symlink_to(book.out)
    monkeypatch.setenv("LAB_SITE_URL", serve(site))
    return built(book)


def test_a_lab_runs_to_its_end_with_the_package_from_the_site(elsewhere, served_book, tmp_path):
    notebook = downloaded(served_book, LAB_PAGE, tmp_path / "alone")
    done = elsewhere.run(notebook, PIP_NO_INDEX="1")
    assert done.returncode == 0, done.stderr
    assert elsewhere.has_package()


@pytest.mark.trust
def test_a_lab_runs_to_its_end_in_an_empty_environment(served_book, tmp_path):
    """Everything that the package needs comes from where pip finds it."""
    empty = Elsewhere(tmp_path / "empty")
    jupyter = [empty.python, "-m", "pip", "install", "--quiet", "ipykernel", "nbclient"]
    subprocess.run(jupyter, check=True)
    done = empty.run(downloaded(served_book, LAB_PAGE, tmp_path / "alone"))
    assert done.returncode == 0, done.stderr
    assert empty.has_package()


def test_a_chapter_runs_from_the_zip_file_without_a_network(elsewhere, book, tmp_path):
    built(book)
    with ZipFile(book.out / "lab_book.zip") as packed:
        packed.extractall(tmp_path)
    notebook = tmp_path / "lab_book" / "notebooks" / "recurrence.ipynb"
    done = elsewhere.run(notebook, PIP_NO_INDEX="1")
    assert done.returncode == 0, done.stderr
    assert elsewhere.has_package()


@pytest.mark.parametrize(
    ("address", "place"),
    [(None, "the page “Run it” of the book"), (ADDRESS, f"{ADDRESS}/dev/run_it.html")],
)
def test_a_notebook_that_finds_no_package_says_what_to_do(
    elsewhere, book, tmp_path, monkeypatch, address, place
):
    if address:
        monkeypatch.setenv("LAB_SITE_URL", address)
    notebook = downloaded(built(book), "chapters/recurrence", tmp_path / "alone")
    done = elsewhere.run(notebook, PIP_NO_INDEX="1", PIP_RETRIES="0")
    assert done.returncode != 0
    last = done.stderr.strip().splitlines()[-1]
    assert re.sub(r"\x1b\[\d+m", "", last) == (  # without colours
        f"ModuleNotFoundError: The package lab_code is missing: download {WHEEL} from {place}, "
        "put it into the folder of this notebook, and run this cell again."
    )
