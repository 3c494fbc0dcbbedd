import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from lab_code.sequences import (
    RandomStretches,
    RandomWindows,
    Scaling,
    to_labels,
    to_sequences,
    to_targets,
    windows_around,
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
def counted():
    """Three recordings whose samples say where they are: recording x 10,000 + time."""
    return (10_000 * np.arange(3)[:, None] + np.arange(4097)).astype(np.float32)


def test_random_windows_lie_where_they_may(counted):
    items = np.array([0, 2, 2])
    first, last = np.array([0, 100, 4000]), np.array([0, 300, 4087])
    windows = RandomWindows(counted, torch.tensor([7, 8, 9]), 10, items, first, last)
    assert len(windows) == 3
    begins = []
    for _ in range(200):
        x, y = windows[torch.tensor([2, 0, 1])]
        assert x.shape == (3, 10, 1)
        assert y.tolist() == [9, 7, 9]
        samples = x[..., 0].abs()
        assert (samples.diff(dim=1).abs() == 1).all()  # one after the other
        begins.append(samples[:, 0] - 10_000 * torch.tensor([2, 0, 2]))
    begins = torch.stack(begins)
    assert (begins.amin(0) >= torch.tensor([4000, 0, 100])).all()
    assert (begins.amax(0) <= torch.tensor([4087, 0, 300])).all()
    assert begins[:, 2].unique().numel() > 50


def test_random_windows_are_turned_and_resized(counted):
    items, zero = np.full(400, 1), np.zeros(400, dtype=int)
    targets = torch.tensor([0, 1, 2])
    plain = RandomWindows(counted, targets, 5, items, zero, zero)[torch.arange(400)][0]
    assert 0.4 < (plain[:, 0, 0] > 0).float().mean() < 0.6
    assert plain[:, 0, 0].abs().unique().tolist() == [10_000]
    louder = RandomWindows(counted, targets, 5, items, zero, zero, gain=0.2)[torch.arange(400)][0]
    assert (louder[:, 0, 0].abs() / 10_000).log().std().item() == pytest.approx(0.2, rel=0.2)


def test_random_windows_come_again_with_the_same_seed(counted):
    def draw(seed):
        windows = RandomWindows(
            counted,
            torch.zeros(3),
            5,
            np.zeros(8, int),
            np.zeros(8, int),
            np.full(8, 99),
            seed=seed,
        )
        return windows[torch.arange(8)][0]

    assert torch.equal(draw(1), draw(1))
    assert not torch.equal(draw(1), draw(2))


@pytest.mark.parametrize(("first", "last"), [(-1, 5), (6, 5), (0, 4088)])
def test_windows_that_do_not_fit_are_refused(counted, first, last):
    with pytest.raises(ValueError, match="window"):
        RandomWindows(
            counted, torch.zeros(3), 10, np.array([0]), np.array([first]), np.array([last])
        )


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 999))
def test_windows_around_show_nothing_outside_the_part(simulation, seed):
    seconds = simulation.seconds()
    part = np.sort(np.random.default_rng(seed).permutation(len(seconds))[:4000])
    allowed = np.zeros((500, 4097), dtype=bool)
    for recording, chunk in zip(seconds.recording[part], seconds.chunk[part], strict=True):
        allowed[recording, (chunk - 1) * 178 : chunk * 178] = True
    recording, first, last = windows_around(seconds, part)
    for row, begin, end in zip(recording, first, last + 178, strict=True):
        assert allowed[row, begin:end].all()
    middle = (first + last) / 2 - (seconds.chunk[part] - 1) * 178
    assert (np.abs(middle) <= 89 / 2).all()
    assert (last - first == 178).any()
    assert (last - first == 0).any()


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
    """Classes alike; three electrodes of a moment as much as the root of three alone."""
    drawn = torch.cat([stretches[torch.arange(5)][0][:, 0, 0] // 20 for _ in range(4000)])
    share = torch.bincount(drawn, minlength=5) / len(drawn)
    root = 3**-0.5
    each = 0.5 * root / (3 * root + 1)
    assert share.tolist() == pytest.approx([each] * 3 + [0.5 / (3 * root + 1), 0.5], abs=0.015)


@pytest.mark.parametrize("length", [0, 21])
def test_stretches_that_do_not_fit_are_refused(stretches, length):
    with pytest.raises(ValueError, match="length must be from 1 to 20"):
        RandomStretches(stretches.sequences, stretches.targets, np.arange(5), length)
