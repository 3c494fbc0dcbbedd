"""The site offers the networks that labs kept: on a book of one page."""

import json
import re

import pytest
from conftest import ROOT
from sphinx.cmd.build import main

from lab_code import __version__, record
from lab_code.cross_validation import to_record, train_on
from lab_code.evaluation import Accuracy
from lab_code.freshness import code_behind
from lab_code.models import cards, files, trained
from lab_code.protocol import BY_MOMENT, ONE_SECOND
from lab_code.record import store
from lab_code.splits import Split, split_by_moment

NAME = "many_to_one/gru_by_moment"
NETWORK = {"input_size": 8, "hidden_size": 6, "n_classes": 5}
HOW = {"samples_per_step": 8, "network": NETWORK, "training": {"epochs": 1}}
CONF = """
import sys
sys.path.insert(0, {ext!r})
extensions = ["_ext.fresh", "_ext.models", "_ext.simulated_banner", "myst_nb"]
source_suffix = {{".rst": "restructuredtext", ".md": "myst-nb"}}
myst_enable_extensions = ["colon_fence", "smartquotes"]
nb_execution_mode = "off"
lab_data = {{"source": "simulated", "digest": "abc" * 21 + "a"}}
"""
PAGE = f"# Networks\n\n```{{model-card}} {NAME}\n```\n\n"


@pytest.fixture(scope="module")
def trials(simulation):
    """Two networks, of two seeds."""
    full = split_by_moment(simulation.seconds())
    split = Split(*(part[::20] for part in full[:2]), full[2])
    return [train_on(simulation.seconds(), split, seed, **HOW) for seed in (0, 1)]


@pytest.fixture
def keep(simulation, tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_RECORD", str(tmp_path / "record"))

    def keep(trial, name=NAME):
        about = {**to_record([trial]), "seed": 0, "parameters": HOW, "split": BY_MOMENT}
        record.write(name, method="gru", task=ONE_SECOND, recordings=simulation, **about)
        return trained.keep(name, trial, simulation)

    return keep


@pytest.fixture
def build(tmp_path, capsys):
    """Build the book; return the status and the page."""
    book, out = tmp_path / "book", tmp_path / "out"
    book.mkdir()
    (tmp_path / "requirements.lock").write_text("")
    lab = tmp_path / "examples" / "3_seizures" / "many_to_one.py"
    lab.parent.mkdir(parents=True)
    lab.write_text("")
    (book / "conf.py").write_text(CONF.format(ext=str(ROOT / "docs")))

    def build(page=PAGE, succeeds=True):
        if not (book / "index.md").exists() or (book / "index.md").read_text() != page:
            (book / "index.md").write_text(page)
        status = main(["-W", "-q", "-b", "html", str(book), str(out)])
        complaint = capsys.readouterr().err
        assert (status == 0) == succeeds, complaint
        return (out / "index.html").read_text() if succeeds else complaint

    build.models = out / "models"
    return build


def accuracy():
    return str(Accuracy(**record.read(NAME)["metrics"]["accuracy"]))


def test_the_site_has_the_network_and_its_card(trials, keep, build):
    kept = keep(trials[0])
    html = build()
    path = build.models / kept.name
    about, weights = files.read(path)
    before, same = files.read(kept)
    assert {key: about[key] for key in before} == before
    assert about["version"] == __version__
    assert set(about) - set(before) == {"version", "commit"}
    assert all((weights[key] == same[key]).all() for key in same)
    assert trained.load(path).about == about
    card = path.with_suffix(".md").read_text()
    assert f"| all | {accuracy()} |" in card
    assert accuracy() in html
    for name in (path.name, path.with_suffix(".md").name):
        assert f'href="models/{name}"' in html
    # the headings of the card are below that of the page
    assert re.findall(r"<h(\d)>", html)[:3] == ["1", "2", "3"]
    assert "Simulated recordings" in html


def test_of_several_trainings_the_page_has_the_score_of_the_one_that_is_offered(
    simulation, trials, build, tmp_path, monkeypatch
):
    monkeypatch.setenv("LAB_RECORD", str(tmp_path / "record"))
    about = {**to_record(trials), "parameters": HOW, "split": BY_MOMENT}
    record.write(NAME, method="gru", task=ONE_SECOND, recordings=simulation, **about)
    trained.keep(NAME, trials[1], simulation)
    shares = [f"{trial.answers.right.mean():.1%}" for trial in trials]
    assert shares[0] != shares[1]
    assert f"It was right on {shares[1]} of its test part." in build()


def test_two_builds_give_the_same_files(trials, keep, build):
    keep(trials[0])
    build()
    first = {path.name: path.read_bytes() for path in build.models.iterdir()}
    for path in build.models.iterdir():
        path.unlink()
    keep(trials[0])  # the seconds that its training took do not stand in it
    entry = json.loads(store.path_of(NAME).read_text())
    store.path_of(NAME).write_text(json.dumps(entry | {"seconds": 1234.5}))
    build()
    assert {path.name: path.read_bytes() for path in build.models.iterdir()} == first
    assert len(first) == 2


def test_page_and_files_follow_another_network(trials, keep, build):
    keep(trials[0])
    first, before = accuracy(), build()
    keep(trials[1])
    assert accuracy() != first
    after = build()
    assert first in before
    assert first not in after
    assert accuracy() in after
    assert accuracy() in next(build.models.glob("*.md")).read_text()


def test_the_page_follows_the_code_of_the_cards_and_nothing_else(trials, keep, build, monkeypatch):
    keep(trials[0])
    build()
    page = build.models.parent / "index.html"
    written = page.stat().st_mtime_ns
    build()
    assert page.stat().st_mtime_ns == written
    monkeypatch.setattr(cards, "WARNING", "Other words.")
    monkeypatch.setattr(code_behind, "digest", lambda code, *others: "c" * 64)
    assert "Other words." in build()


def test_a_network_that_is_no_longer_kept_goes(trials, keep, build):
    keep(trials[0])
    keep(trials[0], "many_to_one/old")
    build()
    assert len(list(build.models.iterdir())) == 4
    store.path_of("many_to_one/old").with_suffix(files.SUFFIX).unlink()
    build()
    assert {path.stem for path in build.models.iterdir()} == {"many_to_one--gru_by_moment"}


def test_a_card_of_no_network_fails_the_build(trials, keep, build):
    keep(trials[0])
    complaint = build(f"{PAGE}\n```{{model-card}} many_to_one/lstm\n```\n", succeeds=False)
    assert "no lab kept the network of 'many_to_one/lstm'" in complaint


def test_the_page_of_the_book_shows_what_a_lab_keeps():
    page = (ROOT / "docs" / "models.md").read_text()
    shown = set(re.findall(r"^```\{model-card\} (\S+)$", page, re.MULTILINE))
    labs = "".join(path.read_text() for path in ROOT.glob("examples/*/*.py"))
    assert shown == set(re.findall(r'^keep\("(\S+)", ', labs, re.MULTILINE))
