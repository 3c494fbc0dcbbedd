"""Pieces of unequal length in one batch: what is dealt out, what is checked, what is counted."""

import numpy as np
import pytest
import torch
from torch.nn.utils.rnn import pad_sequence

from lab_code.figures import lengths as draw
from lab_code.splits import split_by_moment
from lab_code.tasks import lengths as task
from lab_code.tasks.lengths import Pieces, alone_and_in_batch, batches, right_at_steps


@pytest.fixture
def split(simulation):
    return split_by_moment(simulation)


def test_pieces_are_stretches_of_their_recordings_of_any_allowed_length(simulation, split):
    cut = Pieces(simulation, split.train, samples_per_step=8, fewest=3, most=40)
    rows = np.tile([3, 400], 200)
    pieces = cut(rows, np.random.default_rng(0))
    assert {len(piece) for piece in pieces} == set(range(3, 41))
    for row, piece in zip(rows[:20], pieces, strict=False):
        whole = [bytes(step) for step in cut.steps[row].numpy()]
        start = whole.index(bytes(piece[0].numpy()))
        assert whole[start : start + len(piece)] == [bytes(step) for step in piece.numpy()]
    scaled = cut.steps[split.train]
    assert scaled.mean().item() == pytest.approx(0, abs=0.02)
    with pytest.raises(ValueError, match="recordings have 512 steps, which is fewer than 600"):
        Pieces(simulation, split.train, samples_per_step=8, most=600)


def test_each_piece_is_dealt_once_and_by_length_with_its_like():
    lengths = np.random.default_rng(0).integers(1, 100, 203)
    for by_length in (False, True):
        dealt = list(batches(lengths, 20, np.random.default_rng(1), by_length=by_length))
        assert sorted(torch.cat(dealt).tolist()) == list(range(203))
        spread = np.mean([np.ptp(lengths[batch]) for batch in dealt])
        assert (spread < 12) == by_length
        firsts = [lengths[batch].min() for batch in dealt]
        assert firsts != sorted(firsts)  # batches come in any order


def last_column(pieces):
    return pad_sequence(pieces, batch_first=True)[:, -1]


def last_step(pieces):
    return torch.stack([piece[-1] for piece in pieces])


def test_an_answer_that_hangs_on_the_batch_is_found():
    pieces = [torch.tensor([[0.0, 1.0]] * n) for n in (2, 5, 5)]
    assert alone_and_in_batch(last_step, pieces) == (0, 0)
    assert alone_and_in_batch(last_column, pieces) == (1, pytest.approx(1 / 3))


def test_padding_that_counts_as_a_class_is_counted(simulation, split):
    pieces = Pieces(simulation, split.train)(split.test, np.random.default_rng(0))
    lengths = np.array([len(piece) for piece in pieces])
    seizure = simulation.labels[split.test] == 1

    def always(pieces):
        return torch.eye(5)[0].expand(len(pieces), max(map(len, pieces)), 5)

    shares = right_at_steps(always, simulation, split)
    assert shares["real"] == pytest.approx(lengths[seizure].sum() / lengths.sum())
    wrong = lengths[~seizure].sum() / (len(lengths) * lengths.max())
    assert shares["counted"] == pytest.approx(1 - wrong)


class Mean(torch.nn.Linear):
    """The mean of the real steps, or of all."""

    def __init__(self, read):
        super().__init__(32, 5)
        self.read = read

    def forward(self, pieces):
        n = torch.tensor([len(piece) for piece in pieces])[:, None]
        x = pad_sequence(pieces, batch_first=True).abs()
        return super().forward(x.sum(1) / (n if self.read == "real" else x.shape[1]))


def test_ways_to_read_are_compared_with_the_right_one_before_them(simulation, split):
    ways = {"mean": "real", "(iv) mean of all": "all", "(v) the same": "real"}
    found = task.compare(Mean, ways, simulation, [split, split], steps=30)
    assert list(found) == ["mean", "iv", "v"]
    facts = task.facts(found)
    assert facts["mean"]["apart"] < 1e-5 < 0.1 < facts["iv"]["apart"]
    assert facts["mean"]["changed"] == 0 < facts["iv"]["changed"]
    behind = found["mean"]["answers"].minus(found["iv"]["answers"]).value
    assert facts["iv"]["behind"]["value"] == behind != 0
    assert found["mean"]["answers"].n_trials == 8
    # the last one was not trained: it has the weights of the one before
    assert facts["v"]["accuracy"] != facts["mean"]["accuracy"]
    label = draw.mistakes(found).get_label()
    assert f"(iv) mean of all {facts['iv']['accuracy']:.0%}, {facts['iv']['changed']:.0%}" in label


def test_by_length_less_is_padding_and_packed_none(simulation, split):
    seconds, padding = task.passes(
        Mean, {"padded": "all", "packed": "real"}, simulation, split, 200
    )
    assert list(seconds) == list(padding)
    assert padding["padded_in_any_order"] > 0.5 > 0.35 > padding["padded_by_length"] > 0
    assert padding["packed_in_any_order"] == padding["packed_by_length"] == 0
    assert min(seconds.values()) > 0
    assert "padded by length" in [
        one.get_text() for one in draw.seconds_of_a_pass(seconds, padding).axes[0].get_yticklabels()
    ]
