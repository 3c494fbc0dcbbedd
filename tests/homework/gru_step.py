import numpy as np


# %%
def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gru_step(x, h, W_x, W_h, b_x, b_h):
    x_r, x_z, x_n = np.split(x @ W_x.T + b_x, 3, axis=1)
    h_r, h_z, h_n = np.split(h @ W_h.T + b_h, 3, axis=1)
    r = sigmoid(x_r + h_r)
    z = sigmoid(x_z + h_z)
    n = np.tanh(x_n + r * h_n)
    return (1 - z) * n + z * h


# %%
h_1 = gru_step(x, h, W_x, W_h, b_x, b_h)
