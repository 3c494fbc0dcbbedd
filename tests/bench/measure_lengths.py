"""How long one layer takes by the length of its sequence, forward and back, on one core and two.

The layers of *After the gates*, whose page measures them on one core while other pages run.
"""

import time

import pandas as pd
import torch
from torch import nn

from lab_code.attention import CausalTransformer
from lab_code.freshness.environment import environment
from lab_code.linear_recurrence import DiagonalRecurrence, MinGRU, in_loop
from lab_code.seeds import set_seed

LENGTHS = (178, 512, 1024, 2048, 4097)
REPEATS = 5

set_seed(0)
minimal = MinGRU(1, 32)
layers = {
    "GRU": nn.GRU(1, 32, batch_first=True),
    "minGRU, step by step": lambda x: minimal(x, scan=in_loop),
    "minGRU": minimal,
    "diagonal": DiagonalRecurrence(1, 16),
    "transformer": CausalTransformer(1, 32),
}


def milliseconds(layer, x):
    """Return the shortest of some times by the clock."""
    took = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        states = layer(x)
        states = states[0] if isinstance(states, tuple) else states
        states.square().mean().backward()
        took.append(time.perf_counter() - begin)
    return 1000 * min(took)


rows = {}
for n_cores in (1, 2):
    torch.set_num_threads(n_cores)
    for name, layer in layers.items():
        took = {n: milliseconds(layer, torch.randn(1, n, 1)) for n in LENGTHS}
        rows[f"{name}, {n_cores} core{'s' if n_cores > 1 else ''}"] = took

print("machine:", {key: value for key, value in environment().items() if key != "packages"})
print("milliseconds forward and back, by steps:")
print(pd.DataFrame(rows).T.round(1).to_string())
