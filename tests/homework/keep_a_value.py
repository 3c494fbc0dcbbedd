import numpy as np

# %%
keep = 0.5 ** (1 / half_life)  # the forget gate without a mark
weight_ih = np.zeros((4, 2))
weight_ih[:, mark] = [40, -40, 0, 0]
weight_ih[2, 1 - mark] = 1
weight_hh = np.zeros((4, 1))
bias = np.array([-20, np.log(keep / (1 - keep)), 0, 20])
