"""What test_labs.py changes in the kernel that runs the labs."""

import warnings

import matplotlib.pyplot as plt
from IPython import get_ipython
from matplotlib.figure import Figure
from torch.utils.data import TensorDataset

from lab_code import training, trial

fit, plt_show = training.fit, plt.show


def some(data):
    """The first sequences of a part."""
    if not isinstance(data, TensorDataset):
        return data
    return TensorDataset(*(part[:500] for part in data.tensors))


def short(network, train, validation, **settings):
    settings |= {"epochs": 1, "progress": False}
    return fit(network, some(train), some(validation), **settings)


def show():
    for number in plt.get_fignums():
        figure = plt.figure(number)
        figure.told = figure.get_label()
    plt_show()


def tell(figure, text, cycle):
    """Beside its picture, give a figure's label.

    A notebook shows what a cell leaves open; a script shows nothing without ``plt.show()``.
    """
    text.text(getattr(figure, "told", "not shown"))


training.fit = trial.fit = short
plt.show = show
get_ipython().display_formatter.formatters["text/plain"].for_type(Figure, tell)
warnings.simplefilter("error")
