import numpy as np


# %%
def compare(right_a, right_b, moment, seed):
    rng = np.random.default_rng(seed)
    apart = right_a - right_b
    groups = [apart[moment == one] for one in np.unique(moment)]
    sums = np.array([group.sum() for group in groups])
    sizes = np.array([len(group) for group in groups])
    drawn = rng.integers(len(groups), size=(2000, len(groups)))
    differences = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(differences, [0.025, 0.975])
    return apart.mean(), low, high


# %%
own_difference = compare(right_a, right_b, moment, 0)
