import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from lab_code.sequences import (
    RandomStretches,
    Scaling,
    to_labels,
    to_sequences,
    to_targets,
)
from lab_code.splits import split_by_recording


@given(batch=st.integers(1, 5), time=st.integers(1, 200), per_step=st.integers(1, 200))
def test_steps_hold_the_samples_in_order(batch, time, per_step):
    samples = np.arange(batch * time, dtype=np.int16).reshape(batch, time)
    if per_step > time:
        with pytest.raises(ValueError, match="samples_per_step"):
            to_sequences(samples, per_step)
        return
    sequences = to_sequences(samples, per_step)
    steps = time // per_step
    assert sequences.shape == (batch, steps, per_step)
    assert sequences.dtype == torch.float32
    assert (sequences.reshape(batch, -1).numpy() == samples[:, : steps * per_step]).all()


def test_a_single_row_is_refused():
    with pytest.raises(ValueError, match=r"\(batch, time\)"):
        to_sequences(np.zeros(178))
    with pytest.raises(ValueError, match="from 1 to"):
        to_sequences(np.zeros((2, 178)), 0)


def test_scaling_knows_the_training_part_alone(simulation):
    seconds = simulation.seconds()
    split = split_by_recording(seconds)
    scaling = Scaling.fit(seconds.samples[split.train])
    scaled = scaling(seconds.samples)
    assert scaled.dtype == np.float32
    assert scaled[split.train].mean() == pytest.approx(0, abs=1e-4)
    assert scaled[split.train].std() == pytest.approx(1, abs=1e-4)
    assert scaled[split.test].std() != pytest.approx(1, abs=1e-4)


def test_scaling_keeps_the_difference_in_size(simulation):
    seconds = simulation.seconds()
    scaled = Scaling.fit(seconds.samples)(seconds.samples)
    ratio = scaled[seconds.labels == 1].std() / scaled[seconds.labels == 5].std()
    assert ratio == pytest.approx(341.16 / 48.34, rel=0.02)


@pytest.mark.parametrize("samples", [np.zeros((0, 178)), np.ones((3, 178))])
def test_nothing_to_scale_by_is_refused(samples):
    with pytest.raises(ValueError, match="differ from one another"):
        Scaling.fit(samples)


def test_targets_and_labels_are_inverse():
    labels = np.array([1, 5, 3, 2, 4])
    targets = to_targets(labels)
    assert targets.tolist() == [0, 4, 2, 1, 3]
    assert (to_labels(torch.nn.functional.one_hot(targets)) == labels).all()
    with pytest.raises(ValueError, match="labels"):
        to_targets(np.array([0, 1]))


@pytest.fixture
def stretches():
    """Five recordings whose steps say where they are from; the first three are of one moment."""
    sequences = torch.arange(5 * 20).reshape(5, 20, 1)
    targets = torch.tensor([0, 0, 0, 0, 1])
    return RandomStretches(sequences, targets, np.array([7, 7, 7, 8, 8]), length=8, seed=0)


def test_a_stretch_is_a_piece_of_one_recording(stretches):
    begins = set()
    for _ in range(50):
        drawn, targets = stretches[torch.arange(5)]
        assert drawn.shape == (5, 8, 1)
        for stretch, target in zip(drawn[..., 0], targets, strict=True):
            recording, begin = divmod(stretch[0].item(), 20)
            assert stretch.tolist() == list(
                range(20 * recording + begin, 20 * recording + begin + 8)
            )
            assert target == (recording == 4)
            begins.add(begin)
    assert begins == set(range(13))


def test_a_moment_counts_little_more_than_another(stretches):
    """Classes count equally; three electrodes of one moment count as √3 of different moments."""
    drawn = torch.cat([stretches[torch.arange(5)][0][:, 0, 0] // 20 for _ in range(4000)])
    share = torch.bincount(drawn, minlength=5) / len(drawn)
    root = 3**-0.5
    each = 0.5 * root / (3 * root + 1)
    assert share.tolist() == pytest.approx([each] * 3 + [0.5 / (3 * root + 1), 0.5], abs=0.015)


@pytest.mark.parametrize("length", [0, 21])
def test_stretches_that_do_not_fit_are_refused(stretches, length):
    with pytest.raises(ValueError, match="length must be from 1 to 20"):
        RandomStretches(stretches.sequences, stretches.targets, np.arange(5), length)
