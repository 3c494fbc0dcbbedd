import numpy as np


# %%
def gradients(U, W, V, x, y):
    h = [np.zeros(len(W))]
    for x_t in x:
        h.append(np.tanh(U @ x_t + W @ h[-1]))
    dU, dW, dV = np.zeros_like(U), np.zeros_like(W), np.zeros_like(V)
    future = np.zeros(len(W))
    for t in range(len(x), 0, -1):
        exp = np.exp(V @ h[t])
        do = exp / exp.sum() - np.eye(len(V))[y[t - 1]]
        dh = V.T @ do + future
        delta = (1 - h[t] ** 2) * dh
        dU += np.outer(delta, x[t - 1])
        dW += np.outer(delta, h[t - 1])
        dV += np.outer(do, h[t])
        future = W.T @ delta
    return dU, dW, dV


# %%
dW = gradients(U, W, V, x, y)[1]
