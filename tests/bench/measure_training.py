"""How fast the book trains.

It measures four things in one run on one machine: the course notebook's training beside this
book's, the share of the machine's own speed that each uses, where the time goes, and how it grows
with the data.
"""

import time

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from lab_code.freshness.environment import environment
from lab_code.networks import RecurrentClassifier
from lab_code.seeds import set_seed
from lab_code.sequences import to_sequences, to_targets
from lab_code.sources import load
from lab_code.splits import split_by_second
from lab_code.training import fit
from lab_code.trial import train_and_test

NOTEBOOK_EPOCHS = 15
NOTEBOOK_ACCURACY = 0.685
SEEDS = (0, 1, 2)
SAMPLES_PER_STEP = 16
HIDDEN_SIZE = 64
TRAINING = {"epochs": 6, "batch_size": 128, "learning_rate": 1e-2}
CPU = torch.device("cpu")


class NotebookNetwork(nn.Module):
    """The course notebook's network: two layers of 32, dropout, the last state, a linear layer."""

    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(1, 32, num_layers=2, batch_first=True, dropout=0.5)
        self.fc = nn.Linear(32, 5)

    def forward(self, x):
        states, _ = self.rnn(x)
        return self.fc(states[:, -1])


def one_epoch_of_the_notebook(x, y):
    """Return the seconds of one epoch as the course notebook trains: batches of 10, two workers."""
    torch.manual_seed(0)
    network = NotebookNetwork()
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)
    loader = DataLoader(TensorDataset(x, y), batch_size=10, shuffle=True, num_workers=2)
    network.train()
    start = time.perf_counter()
    for inputs, targets in loader:
        optimiser.zero_grad()
        nn.functional.cross_entropy(network(inputs), targets).backward()
        optimiser.step()
    return time.perf_counter() - start


def multiply_rate():
    """Return how many multiplications and additions per second a matrix product reaches."""
    a = torch.randn(2048, 2048)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        a @ a
        times.append(time.perf_counter() - start)
    return 2 * 2048**3 / min(times)


def operations(input_size, hidden_sizes, n_steps, n_sequences):
    """Return the operations of one pass over sequences: forward, and twice as many backward."""
    layers = zip((input_size, *hidden_sizes), hidden_sizes, strict=False)
    per_step = sum(2 * 3 * (into * out + out * out) for into, out in layers)
    return 3 * per_step * n_steps * n_sequences


def seconds_of(n_steps, n_sequences):
    """Return the seconds of one epoch of a GRU on sequences of some length."""
    set_seed(0)
    x = torch.randn(n_sequences, n_steps, SAMPLES_PER_STEP)
    data = TensorDataset(x, torch.randint(5, (n_sequences,)))
    network = RecurrentClassifier(SAMPLES_PER_STEP, HIDDEN_SIZE, 5, "gru", readout="mean_max")
    history = fit(network, data, None, epochs=3, batch_size=64, device=CPU, progress=False)
    return history["seconds"].diff().min()  # the quickest: others share the machine


def straightness(x, y):
    """Return the share of the variance of y that a straight line explains."""
    return np.corrcoef(x, y)[0, 1] ** 2


recordings = load()
seconds = recordings.seconds()
split = split_by_second(seconds, seed=0)
print("machine:", {key: value for key, value in environment().items() if key != "packages"})

# The course notebook, with the threads that torch takes by itself
x = to_sequences(seconds.samples)[split.train]  # raw values, one sample per step
y = to_targets(seconds.labels)[split.train]
notebook_threads, notebook_limit = torch.get_num_threads(), multiply_rate()
notebook_epoch = one_epoch_of_the_notebook(x, y)
notebook_operations = operations(1, (32, 32), 178, len(x))

# This book's, on one thread
trials = []
for seed in SEEDS:
    set_seed(seed)
    network = RecurrentClassifier(SAMPLES_PER_STEP, HIDDEN_SIZE, 5, "gru", readout="mean_max")
    trials.append(
        train_and_test(
            network,
            seconds,
            split,
            samples_per_step=SAMPLES_PER_STEP,
            seed=seed,
            device=CPU,
            progress=False,
            **TRAINING,
        )
    )
limit, threads = multiply_rate(), torch.get_num_threads()
training_seconds = np.array([trial.seconds for trial in trials])
accuracies = np.array([trial.scores.accuracy.value for trial in trials])
book_operations = TRAINING["epochs"] * operations(
    SAMPLES_PER_STEP, (HIDDEN_SIZE,), 178 // SAMPLES_PER_STEP, len(split.train)
)
notebook_total = NOTEBOOK_EPOCHS * notebook_epoch
print(
    pd.DataFrame(
        {
            "course notebook": {
                "training (s)": notebook_total,
                "test accuracy (%)": 100 * NOTEBOOK_ACCURACY,
                "threads": notebook_threads,
                "operations per second (1e9)": notebook_operations / notebook_epoch / 1e9,
                "share of the machine's (%)": 100
                * notebook_operations
                / notebook_epoch
                / notebook_limit,
            },
            "this book": {
                "training (s)": training_seconds.mean(),
                "test accuracy (%)": 100 * accuracies.mean(),
                "threads": threads,
                "operations per second (1e9)": book_operations / training_seconds.mean() / 1e9,
                "share of the machine's (%)": 100
                * book_operations
                / training_seconds.mean()
                / limit,
            },
        }
    ).round(1)
)
print("accuracy of each seed:", ", ".join(f"{accuracy:.1%}" for accuracy in accuracies))
print(f"{notebook_total / training_seconds.mean():.0f} times as fast as the course notebook")
if accuracies.min() < NOTEBOOK_ACCURACY:
    raise SystemExit(f"a seed stayed below the notebook's {NOTEBOOK_ACCURACY:.1%}")

# Where the time goes
x = torch.randn(20 * 128, 178 // SAMPLES_PER_STEP, SAMPLES_PER_STEP)
y = torch.randint(5, (20 * 128,))
network = RecurrentClassifier(SAMPLES_PER_STEP, HIDDEN_SIZE, 5, "gru", readout="mean_max")
with torch.profiler.profile() as seen:
    fit(network, TensorDataset(x, y), None, epochs=1, device=CPU, progress=False)
print(seen.key_averages().table(sort_by="self_cpu_time_total", row_limit=12))

# Growth
lengths = (32, 64, 128, 256, 512)
by_length = [seconds_of(length, 512) for length in lengths]
print("\nsteps of a sequence:   ", *(f"{n:>7}" for n in lengths))
print("seconds per epoch:     ", *(f"{s:7.2f}" for s in by_length))
print(f"straight line explains {straightness(lengths, by_length):.1%}")
numbers = (40, 80, 160, 320)
by_number = [seconds_of(22, 23 * n) for n in numbers]
print("\nrecordings to train on:", *(f"{n:>7}" for n in numbers))
print("seconds per epoch:     ", *(f"{s:7.2f}" for s in by_number))
print(f"straight line explains {straightness(numbers, by_number):.1%}")
