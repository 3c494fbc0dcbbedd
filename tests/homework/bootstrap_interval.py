import numpy as np


# %%
def interval(right, moment, seed):
    rng = np.random.default_rng(seed)
    groups = [right[moment == one] for one in np.unique(moment)]
    sums = np.array([group.sum() for group in groups])
    sizes = np.array([len(group) for group in groups])
    drawn = rng.integers(len(groups), size=(2000, len(groups)))
    accuracy = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    return np.quantile(accuracy, [0.025, 0.975])


# %%
own_interval = interval(right, moment, 0)
