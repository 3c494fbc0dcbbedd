import numpy as np


# %%
def pad(sequences):
    steps, features = max(map(len, sequences)), sequences[0].shape[1]
    batch = np.zeros((len(sequences), steps, features))
    mask = np.zeros((len(sequences), steps))
    for number, sequence in enumerate(sequences):
        batch[number, : len(sequence)] = sequence
        mask[number, : len(sequence)] = 1
    return batch, mask


def last_states(states, mask):
    lengths = mask.sum(axis=1).astype(int)
    return states[np.arange(len(states)), lengths - 1]


# %%
batch, mask = pad(sequences)
means = batch.sum(axis=1) / mask.sum(axis=1)[:, None]
