import numpy as np


# %%
def split(moment, label):
    rng, test = np.random.default_rng(0), []
    for one in np.unique(label):
        of_class = np.flatnonzero(label == one)
        taken = 0
        for drawn in rng.permutation(np.unique(moment[of_class])):
            members = of_class[moment[of_class] == drawn]
            if taken + len(members) <= 0.22 * len(of_class):
                test.extend(members)
                taken += len(members)
    return np.sort(test)


# %%
test = split(moment, label)
