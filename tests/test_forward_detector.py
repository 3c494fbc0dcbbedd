"""The detector that moves to the bedside: step by step it says what it says of a batch."""

import torch

from lab_code import cells
from lab_code.detection.forward import ForwardDetector, train_forward
from lab_code.sources import load
from lab_code.training import predict


def test_step_by_step_is_the_batch(use_simulation):
    network, sequences, states = train_forward(load(), epochs=1, n_tested=4)
    assert sequences.shape[:2] == states.shape
    whole = predict(network, sequences)
    h, found = torch.zeros(4, network.gru.hidden_size), []
    with torch.inference_mode():
        for x in sequences.unbind(dim=1):
            h = cells.gru_step(x, h, cells.weights_of(network.gru))["hidden"]
            found.append(network.classify(h))
    torch.testing.assert_close(torch.stack(found, dim=1), whole, rtol=0, atol=1e-5)
    right = (whole.argmax(dim=2) == states).float().mean()
    assert right > 0.8  # it has learnt something


def test_an_answer_depends_on_nothing_later():
    x = torch.randn(1, 30, 22, requires_grad=True)
    [gradient] = torch.autograd.grad(ForwardDetector()(x)[:, 9].sum(), x)
    assert (gradient[:, 10:] == 0).all()
