import math

import numpy as np


# %%
def half_life(w):
    if abs(w) >= 1:
        return math.inf
    return math.log(0.5) / math.log(abs(w))


def steps_until(W, share):
    power, k = W, 1
    while np.linalg.norm(power, 2) > share:
        power, k = power @ W, k + 1
    return k


# %%
steps = steps_until(W, 0.01)
