"""What the checks of parts with a trained network share: torch's answers, and the part's own."""

import json
from copy import deepcopy

import torch
from conftest import SITE

from lab_code.models import trained

torch.set_num_threads(1)
NETWORK = "many_to_one/gru_by_moment"


def load_network():
    return trained.load(SITE / "models" / f"{NETWORK.replace('/', '--')}.safetensors")


def part(page, name):
    found = page.locator(f'figure.live[data-live="{name}"]')
    found.scroll_into_view_if_needed()
    return found


def now(found):
    return json.loads(found.locator(".live-box").get_attribute("data-now"))


def answers_of(network, sequence):
    """Return what a network says of each beginning of a sequence, (step, class)."""
    network, sequence = deepcopy(network).double(), sequence.double()
    with torch.no_grad():
        said = [network(sequence[None, :t]) for t in range(1, len(sequence) + 1)]
    return torch.cat(said).softmax(dim=1)


def gradient_of(network, sequence, place):
    """Return the gradient of a class's score with respect to each sample, in scaled units."""
    network, x = deepcopy(network).double(), sequence[None].double().requires_grad_()
    network(x)[0, place].backward()
    return x.grad.flatten()


def differ(ours, theirs):
    ours = torch.tensor(ours, dtype=torch.float64).reshape(theirs.shape)
    return (ours - theirs.double()).abs().max().item() / theirs.abs().max().item()
