"""One causal detector, trained as in *many to many*, for labs that go on from there."""

from __future__ import annotations

from torch import Tensor, nn

from lab_code import training
from lab_code.detection.joined import join_folds
from lab_code.protocol import BY_MOMENT
from lab_code.recordings import Recordings
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling
from lab_code.splits import five_folds

SAMPLES_PER_STEP, HIDDEN_SIZE = 22, 32
N_STEPS = 128


class ForwardDetector(nn.Module):
    """A GRU that reads forward, and a linear layer that sees the state of each step.

    Attributes
    ----------
    gru : GRU
    classify : Linear

    Examples
    --------
    >>> import torch
    >>> from lab_code.detection.forward import ForwardDetector
    >>> ForwardDetector()(torch.randn(2, 128, 22)).shape
    torch.Size([2, 128, 2])
    """

    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(SAMPLES_PER_STEP, HIDDEN_SIZE, batch_first=True)
        self.classify = nn.Linear(HIDDEN_SIZE, 2)

    def forward(self, sequences: Tensor) -> Tensor:
        """Return the scores of the two states at each step, (batch, step, 2)."""
        return self.classify(self.gru(sequences)[0])


def train_forward(
    recordings: Recordings, epochs: int, n_tested: int = 100
) -> tuple[ForwardDetector, Tensor, Tensor]:
    """Train a `ForwardDetector` on joined recordings, in the first of five folds by moment.

    Parameters
    ----------
    recordings : Recordings
    epochs : int
    n_tested : int
        Sequences joined from the test part.

    Returns
    -------
    network : ForwardDetector
    sequences : Tensor, shape (sequence, step, feature)
        Joined from the test part, scaled as for training.
    states : Tensor, shape (sequence, step)
        1 during a seizure, else 0.

    Examples
    --------
    >>> from lab_code.detection.forward import train_forward
    >>> from lab_code.sources import load
    >>> network, sequences, states = train_forward(load("simulated"), epochs=1, n_tested=3)
    >>> sequences.shape, states.shape
    (torch.Size([3, 128, 22]), torch.Size([3, 128]))
    """
    splits = five_folds(recordings, BY_MOMENT)[:1]
    cut = {"n_steps": N_STEPS, "samples_per_step": SAMPLES_PER_STEP}
    [parts] = join_folds(recordings, splits, (320, 160, n_tested), **cut)
    scaling = Scaling.fit(recordings.samples[splits[0].train])
    data = {part: joined.dataset(scaling) for part, joined in parts.items()}
    set_seed(0)
    network = ForwardDetector()
    how = {"epochs": epochs, "batch_size": 32, "learning_rate": 8e-3}
    training.fit(network, data["train"], data["validation"], **how)
    sequences, states = data["test"].tensors
    return network, sequences, states
