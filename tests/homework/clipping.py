import numpy as np


# %%
def norm_of(gradients):
    return np.sqrt(sum((gradient**2).sum() for gradient in gradients))


def clip(gradients, max_norm):
    norm = norm_of(gradients)
    if norm <= max_norm:
        return gradients
    return [gradient * max_norm / norm for gradient in gradients]


# %%
norm = norm_of(gradients)
