"""A network that hears whole recordings is kept like one that hears seconds: one of several."""

import json

import numpy as np
import pytest
import torch
from conftest import ROOT

from lab_code import record
from lab_code.__main__ import main
from lab_code.answers import Answers
from lab_code.cross_validation import to_record, train_on
from lab_code.evaluation import Accuracy
from lab_code.models import cards, files, offered, trained
from lab_code.networks import Bands, SpectrumReader
from lab_code.protocol import BY_MOMENT, ONE_SECOND, WHOLE_RECORDING, in_folds
from lab_code.recordings import CLASSES, DataError
from lab_code.seeds import set_seed
from lab_code.sequences import BandScaling, RandomStretches, to_labels, to_targets
from lab_code.splits import Split, five_folds, split_by_moment
from lab_code.training import fit, predict
from lab_code.trial import Trial

NAME = "the_best_network/short"
NETWORK = {"n_bands": 12, "hidden_size": 4}
TRAINING = {"epochs": 3, "learning_rate": 1e-2}


@pytest.fixture(scope="module")
def trials(simulation):
    """Two trainings on whole recordings, each with a test part of its own."""
    bands = Bands(12)(torch.from_numpy(simulation.samples.astype(np.float32)))
    targets, found = to_targets(simulation.labels), []
    for seed, split in enumerate(five_folds(simulation, BY_MOMENT)[:2]):
        scaling = BandScaling.fit(bands[split.train])
        data = scaling(bands[split.train]), targets[split.train], simulation.moment[split.train]
        set_seed(seed)
        network = SpectrumReader(**NETWORK)
        history = fit(network, RandomStretches(*data, length=31), None, **TRAINING)
        labels = to_labels(predict(network, scaling(bands[split.test])))
        said = Answers.of(simulation, split.test, labels)
        found.append(Trial(network, history, said, scaling))
    return found


@pytest.fixture
def kept(simulation, trials):
    about = {"parameters": {"network": NETWORK, "training": TRAINING}, **to_record(trials)}
    about |= {"task": WHOLE_RECORDING, "split": in_folds(BY_MOMENT), "recordings": simulation}
    record.write(NAME, method="recurrent", variant="short", **about)
    return trained.keep(NAME, trials[1], simulation)


def test_it_gives_the_same_answers_again(simulation, trials, kept):
    again, answers = trained.load(kept), trials[1].answers
    probabilities = again.ask(simulation.samples[answers.item])
    assert probabilities.sum(axis=1) == pytest.approx(1)
    assert (to_labels(torch.from_numpy(probabilities)) == answers.predicted).all()
    assert len(np.unique(answers.predicted)) > 1


def test_its_file_says_which_training_it_is(simulation, trials, kept):
    about, answers = trained.load(kept).about, trials[1].answers
    assert (about["trial"], about["seed"], about["split"]) == (1, 1, "by moment")
    assert about["accuracy"]["value"] == answers.right.mean()
    assert about["accuracy"]["value"] != record.read(NAME)["metrics"]["accuracy"]["value"]
    assert about["not_trained_on"] == [simulation.names[one] for one in answers.item]
    assert about["n_samples"] == 4097
    lowest, highest = about["deviations"]
    assert lowest == simulation.samples.std(axis=1).min()
    assert highest == simulation.samples.std(axis=1).max()


def test_the_answers_of_another_training_are_not_kept(simulation, trials, kept):
    other = Trial(trials[1].network, None, trials[1].answers.ask([1, 2]), trials[1].scaling)
    with pytest.raises(ValueError, match="answers of another network"):
        trained.keep(NAME, other, simulation)


def test_loading_draws_no_random_numbers(kept):
    before = torch.get_rng_state()
    trained.load(kept)
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("n_samples", 10**9),
        ("n_samples", "4097"),
        ("network.parameters.n_bands", 10**9),
        ("network.parameters.n_bands", 13),
        ("network.parameters.n_bands", "12"),
        ("network.parameters.hidden_size", 5),
        ("network.kind", "RecurrentClassifier"),
        ("scaling", {"mean": 0.0, "std": 1.0}),
        ("scaling.mean", [0.0] * 11),
        ("scaling.mean", [None] * 12),
        ("scaling.std", [0.0] * 12),
        ("scaling.std", ["1"] * 12),
    ],
)
def test_a_description_that_does_not_fit_is_refused(kept, path, value):
    about, weights = files.read(kept)
    *way, last = path.split(".")
    inner = about
    for key in way:
        inner = inner[key]
    inner[last] = value
    files.write(kept, about, weights)
    with pytest.raises(DataError, match="does not hold a network that this version can use"):
        trained.load(kept)


# The card


def test_its_card_has_its_own_score_and_that_of_all(trials, kept):
    entry, about = record.read(NAME), trained.load(kept).about
    card = cards.card(entry, about | {"version": "9.9"}, record.read_all())
    own = trials[1].answers
    scores = own.scores()
    assert f"| all | {scores.accuracy} |" in card
    assert f"| seizure | {scores.per_class['seizure']} |" in card
    assert f"tested on {len(own)} recordings, {len(np.unique(own.moment))} moments, none" in card
    assert "23.6 s of one channel" in card
    assert "12 bands of frequency" in card
    assert "seconds of" not in card
    together = Accuracy(**entry["metrics"]["accuracy"])
    shares = ", ".join(f"{one.answers.right.mean():.1%}" for one in trials)
    assert "number 2 of 2 trainings. Each was tested on moments of its own, and all" in card
    assert f"all together they scored {together}; one by one {shares}" in card
    assert "first page" not in card


@pytest.fixture
def first_page(simulation):
    """The experiment whose score the first page of the book shows, of two small trainings."""
    seconds = simulation.seconds()
    network = {"input_size": 89, "hidden_size": 4, "n_classes": 5}
    how = {"samples_per_step": 89, "network": network, "training": {"epochs": 1}}
    found = []
    for train, validation, test in five_folds(seconds, BY_MOMENT)[:2]:
        found.append(train_on(seconds, Split(train[::20], validation[::20], test), **how))
    about = {**to_record(found), "parameters": how, "split": in_folds(BY_MOMENT)}
    record.write(cards.FIRST_PAGE, method="gru", task=ONE_SECOND, recordings=simulation, **about)
    return record.read(cards.FIRST_PAGE), found


def test_its_card_says_that_the_first_page_is_about_another_task(kept, first_page):
    entry, _ = first_page
    card = cards.card(record.read(NAME), trained.load(kept).about, record.read_all())
    score = Accuracy(**entry["metrics"]["accuracy"])
    assert f"has another score, {score}: that is for another task (*one second, five" in card


def test_a_card_for_a_second_says_that_the_first_page_has_a_mean(simulation, first_page):
    entry, found = first_page
    seconds, how = simulation.seconds(), entry["parameters"]
    full = split_by_moment(seconds)
    split = Split(full.train[::20], full.validation[::20], full.test)
    own = how | {"training": {"epochs": 2}}
    trial = train_on(seconds, split, **own)
    about = {**to_record([trial]), "seed": 0, "parameters": own, "split": BY_MOMENT}
    name = "many_to_one/gru_by_moment"
    record.write(name, method="gru", task=ONE_SECOND, recordings=simulation, **about)
    path = trained.keep(name, trial, simulation)
    card = cards.card(record.read(name), trained.load(path).about, record.read_all())
    shares = ", ".join(f"{one.answers.right.mean():.1%}" for one in found)
    assert "the mean of 2 trainings with other settings, each tested on moments" in card
    assert f"One by one those scored {shares}." in card
    assert f"| all | {trial.scores.accuracy} |" in card


def test_the_first_page_shows_that_experiment():
    page = (ROOT / "docs" / "index.md").read_text("utf-8")
    assert f"{{record}}`{cards.FIRST_PAGE} metrics.accuracy.value .1%`" in page


# The command


@pytest.fixture
def here(kept, tmp_path, monkeypatch):
    """A folder that the network was downloaded into."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / kept.name).write_bytes(kept.read_bytes())
    return tmp_path


def test_a_network_is_chosen_by_its_name(simulation, trials, here, capsys):
    answers = trials[1].answers
    number = int(answers.item[0])
    np.savetxt("signal.txt", np.tile(simulation.samples[number], 2), "%d")
    how = ["predict", "signal.txt", "--rate", "173.61", "--unit", "counts", "--model", NAME]
    assert main([*how, "--json", "--figure", "out.svg"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert "seconds" not in said
    assert [one["name"] for one in said["stretches"]] == [CLASSES[answers.predicted[0]]] * 2
    assert said["stretches"][1]["start"] == pytest.approx(4097 / 173.61, abs=1e-3)
    assert said["network"]["name"] == NAME
    assert main(how) == 0
    assert "stretch start (s)" in capsys.readouterr().out
    assert "each stretch" in (here / "out.svg").read_text("utf-8")


def test_a_signal_that_is_too_short_is_refused(simulation, here, capsys):
    np.savetxt("signal.txt", simulation.samples[0][:4000], "%d")
    how = ["predict", "signal.txt", "--rate", "173.61", "--unit", "counts", "--model", NAME]
    assert main(how) == 1
    assert "the network needs 23.599 s at least" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["many_to_one/lstm", "../the_best_network/short", ""])
def test_a_network_that_is_not_here_is_named_with_those_that_are(name, here, capsys):
    assert main(["predict", "signal.txt", "--model", name]) == 1
    if name:
        assert f"no network '{name}'; here are: {NAME}." in capsys.readouterr().err


def test_one_of_ones_own_build_comes_first(here):
    folder = here / offered.FOLDERS[0]
    folder.mkdir(parents=True)
    assert offered.find(NAME).parent == offered.FOLDERS[1]
    (folder / offered.find(NAME).name).write_bytes(b"")
    assert offered.find(NAME).parent == offered.FOLDERS[0]
    assert offered.names() == [NAME]
