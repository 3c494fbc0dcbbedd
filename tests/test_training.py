import copy
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
import torch
from threadpoolctl import threadpool_info, threadpool_limits
from torch import nn
from torch.utils.data import TensorDataset

from lab_code import training
from lab_code.networks import RecurrentClassifier
from lab_code.seeds import set_seed
from lab_code.training import fit, predict

CPU = torch.device("cpu")


def task(n, seed, noise=0.0):
    """Tell sequences that rise from those that fall; some targets can be wrong."""
    generator = torch.Generator().manual_seed(seed)
    targets = torch.randint(2, (n,), generator=generator)
    slopes = (2 * targets - 1)[:, None] * torch.linspace(-1, 1, 9)
    sequences = (slopes + 0.3 * torch.randn(n, 9, generator=generator))[..., None]
    wrong = torch.rand(n, generator=generator) < noise
    return TensorDataset(sequences, torch.where(wrong, 1 - targets, targets))


def test_one_thread_for_each_library_that_computes():
    """So that a lab computes the same by itself and in a build, where others run beside it."""
    threadpool_limits(4)
    set_seed(0)
    found = {pool["internal_api"]: pool["num_threads"] for pool in threadpool_info()}
    assert "openblas" in found
    assert set(found.values()) == {1}


def train(seed=0, train_set=None, **settings):
    set_seed(seed)
    network = RecurrentClassifier(1, 8, 2, "gru")
    settings = {"epochs": 6, "batch_size": 32, "device": CPU, "progress": False, **settings}
    history = fit(network, train_set or task(256, 1), task(128, 2), seed=seed, **settings)
    return network, history


def test_it_learns():
    network, history = train()
    assert history["validation_accuracy"].iloc[-1] > 0.95
    assert history["train_loss"].iloc[-1] < 0.5 * history["train_loss"].iloc[0]
    sequences, targets = task(200, 3).tensors
    assert (predict(network, sequences).argmax(1) == targets).float().mean() > 0.95


def test_history():
    _, history = train(epochs=3)
    assert history.index.name == "epoch"
    assert history.index.tolist() == [1, 2, 3]
    assert list(history.columns) == [
        "train_loss",
        "train_accuracy",
        "validation_loss",
        "validation_accuracy",
        "seconds",
    ]
    assert history["seconds"].is_monotonic_increasing
    assert history.notna().all(axis=None)


def test_same_seed_same_numbers():
    first, history = train(seed=4)
    again, history_again = train(seed=4)
    for one, other in zip(first.parameters(), again.parameters(), strict=True):
        assert torch.equal(one, other)
    drop = "seconds"
    assert history.drop(columns=drop).equals(history_again.drop(columns=drop))
    other = train(seed=5)[1]
    assert not history.drop(columns=drop).equals(other.drop(columns=drop))


def test_stops_early_and_goes_back_to_the_best_weights():
    network, history = train(
        epochs=60, patience=4, learning_rate=0.05, train_set=task(64, 1, noise=0.4)
    )
    best = history["validation_loss"].idxmin()
    assert len(history) == best + 4 < 60
    sequences, targets = task(128, 2).tensors
    loss = nn.functional.cross_entropy(predict(network, sequences), targets).item()
    assert loss == pytest.approx(history["validation_loss"].min(), abs=1e-6)


@pytest.fixture
def norms(monkeypatch):
    """The length of each gradient, before and after clipping."""
    norms = []
    clip = nn.utils.clip_grad_norm_

    def watched(parameters, max_norm):
        parameters = list(parameters)
        before = clip(parameters, max_norm)
        after = torch.stack([p.grad.norm() for p in parameters]).norm()
        norms.append((before.item(), after.item()))
        return before

    monkeypatch.setattr(nn.utils, "clip_grad_norm_", watched)
    return norms


def test_each_step_has_its_own_gradient(norms):
    train(epochs=4, batch_size=256, learning_rate=1e-9, max_norm=1e9)
    first, *others = [before for before, _ in norms]
    assert others == pytest.approx([first] * 3, rel=1e-3)


def test_gradients_are_clipped(norms):
    train(epochs=2, max_norm=0.01)
    assert max(before for before, _ in norms) > 0.01
    assert max(after for _, after in norms) <= 0.01 * 1.001


def test_learning_rate_rises_and_falls(monkeypatch):
    rates = []
    step = torch.optim.AdamW.step

    def watched(self, closure=None):
        rates.append(self.param_groups[0]["lr"])
        return step(self, closure)

    monkeypatch.setattr(torch.optim.AdamW, "step", watched)
    train(epochs=6, learning_rate=0.01)
    peak = rates.index(max(rates))
    assert max(rates) == pytest.approx(0.01, rel=0.05)
    assert 0.2 < peak / len(rates) < 0.4
    assert rates[0] < 0.001
    assert rates[-1] < 0.0001


def test_a_loss_that_is_not_finite_is_an_error_and_loses_nothing():
    data = task(256, 1)
    data.tensors[0][100] = float("nan")
    set_seed(0)
    network = RecurrentClassifier(1, 8, 2, "gru")
    before = copy.deepcopy(network.state_dict())
    with pytest.raises(FloatingPointError, match="not finite in epoch 1"):
        fit(network, data, task(128, 2), epochs=3, device=CPU, progress=False)
    for name, weights in network.state_dict().items():
        assert torch.equal(weights, before[name])


def test_an_interrupted_run_keeps_the_best_weights(monkeypatch):
    """Ctrl-C in a notebook: the network is left with the best weights so far, not in between."""
    calls = []
    validate = training._validate

    def interrupted(network, validation):
        calls.append(validate(network, validation))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return calls[-1]

    monkeypatch.setattr(training, "_validate", interrupted)
    set_seed(0)
    network = RecurrentClassifier(1, 8, 2, "gru")
    with pytest.raises(KeyboardInterrupt):
        fit(network, task(256, 1), task(128, 2), epochs=6, device=CPU, progress=False)
    sequences, targets = task(128, 2).tensors
    loss = nn.functional.cross_entropy(predict(network, sequences), targets).item()
    assert loss == pytest.approx(min(row["validation_loss"] for row in calls[:2]), abs=1e-6)


def test_batches_do_not_change_predictions():
    network, _ = train(epochs=1)
    sequences = task(100, 3).tensors[0]
    torch.testing.assert_close(
        predict(network, sequences, batch_size=7), predict(network, sequences, batch_size=1000)
    )


def test_progress_bar_goes_to_stderr(capsys):
    train(epochs=2, progress=True)
    captured = capsys.readouterr()
    assert "training" in captured.err
    assert "validation accuracy" in captured.err
    assert captured.out == ""


def test_device_is_one_that_is_there():
    assert torch.zeros(1, device=training.choose_device()).item() == 0


def test_an_answer_at_every_step():
    """Many-to-many: is the running sum above zero?"""

    class Tagger(nn.Module):
        def __init__(self):
            super().__init__()
            self.gru, self.classify = nn.GRU(1, 8, batch_first=True), nn.Linear(8, 2)

        def forward(self, sequences):
            return self.classify(self.gru(sequences)[0])

    def tagged(n, seed):
        numbers = torch.randn(n, 10, 1, generator=torch.Generator().manual_seed(seed))
        return TensorDataset(numbers, (numbers[..., 0].cumsum(dim=1) > 0).long())

    set_seed(0)
    network = Tagger()
    validation = tagged(128, 2)
    history = fit(
        *(network, tagged(512, 1), validation),
        **{"epochs": 15, "batch_size": 32, "learning_rate": 0.02, "progress": False, "device": CPU},
    )
    assert history["validation_accuracy"].iloc[-1] > 0.9
    assert history["train_accuracy"].iloc[-1] > 0.9
    x, y = validation.tensors
    scores = predict(network, x)
    assert scores.shape == (128, 10, 2)
    loss = nn.functional.cross_entropy(scores.transpose(1, 2), y).item()
    assert loss == pytest.approx(history["validation_loss"].min(), abs=1e-5)


def test_without_a_validation_part_the_last_weights_stay():
    set_seed(0)
    network = RecurrentClassifier(1, 8, 2, "gru")
    settings = {"epochs": 3, "patience": 1, "device": CPU, "progress": False}
    history = fit(network, task(256, 1), None, **settings)
    assert list(history.columns) == ["train_loss", "train_accuracy", "seconds"]
    assert len(history) == 3
    with_validation, _ = train(batch_size=128, epochs=3)
    for one, other in zip(network.parameters(), with_validation.parameters(), strict=True):
        torch.testing.assert_close(one, other)  # its validation loss fell to the end


def test_smoothed_labels_keep_scores_small():
    def largest(label_smoothing):
        network, _ = train(label_smoothing=label_smoothing, epochs=10, learning_rate=0.02)
        return predict(network, task(200, 3).tensors[0]).diff(dim=1).abs().mean()

    assert largest(0.2) < 0.7 * largest(0.0)


IN_PROCESSES = """
import sys
sys.path.insert(0, sys.argv[1])
from torch import distributed
from test_training import train
distributed.init_process_group("gloo")
network, history = train(epochs=2, batch_size=50)  # 256 sequences: the last batch has 6
history.drop(columns="seconds").to_csv(f"{sys.argv[2]}/{distributed.get_rank()}.csv")
distributed.destroy_process_group()
"""


@pytest.mark.parametrize("n_processes", [2, 3])
def test_several_processes_learn_what_one_learns(tmp_path, n_processes):
    script = tmp_path / "train.py"
    script.write_text(IN_PROCESSES)
    torchrun = ["-m", "torch.distributed.run", "--standalone", f"--nproc-per-node={n_processes}"]
    command = [sys.executable, *torchrun, script, Path(__file__).parent, tmp_path]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    _, alone = train(epochs=2, batch_size=50)
    for rank in range(n_processes):
        together = pd.read_csv(tmp_path / f"{rank}.csv", index_col="epoch")
        pd.testing.assert_frame_equal(together, alone.drop(columns="seconds"), atol=1e-5)
