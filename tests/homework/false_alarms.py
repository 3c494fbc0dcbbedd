import numpy as np


# %%
def threshold(probability, seizure, step_seconds, most):
    hours = (seizure == 0).sum() * step_seconds / 3600
    onset = np.diff(seizure, prepend=0, axis=1) == 1
    number = np.cumsum(onset).reshape(seizure.shape)  # of the seizure that began last
    best, most_announced = 1.0, -1
    for one in np.unique(probability):
        alarm = probability > one
        begins = np.diff(alarm.astype(int), prepend=0, axis=1) == 1
        false = (begins & (seizure == 0)).sum()
        announced = len(np.unique(number[begins & (seizure == 1)]))
        if false / hours <= most and announced > most_announced:
            best, most_announced = one, announced
    return best


# %%
own_threshold = threshold(probability, seizure, step_seconds, most)
