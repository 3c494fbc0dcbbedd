"""
Gates on a seizure: what is kept, and for how long?
===================================================

In textbooks a gate is open or shut. On a task made for it, trained gates come
close to that. Here an LSTM and a GRU learn to name the class of a second of
EEG, and you watch their gates while a seizure goes by.

**What you will learn**

- to tell from a gate how long a unit remembers;
- that gates on real signals are less tidy than in textbooks.

**Before you start**: read :doc:`/chapters/gated_units`, and do the lab
:doc:`gates_open_and_close`.
"""

# %%
# Train two networks
# ------------------
# They answer from their last state, and read four samples a step.

import matplotlib.pyplot as plt
import torch

from lab_code import cells, figures, record
from lab_code.figures import gates as draw
from lab_code.networks import RecurrentClassifier
from lab_code.seeds import set_seed
from lab_code.sequences import Scaling, to_sequences
from lab_code.sources import load
from lab_code.splits import split_by_moment
from lab_code.trial import train_and_test

figures.use_style()
seconds = load().seconds()
split = split_by_moment(seconds, seed=0)
training = {"samples_per_step": 4, "epochs": 8, "learning_rate": 6e-3}
networks = {}
for name in ("LSTM", "GRU"):
    set_seed(0)
    network = RecurrentClassifier(4, 32, 5, name.lower())
    trial = train_and_test(network, seconds, split, **training)
    networks[name] = network
    print(f"{name}: {trial.scores.accuracy.value:.0%} right")

# %%
# A second of a seizure
# ---------------------
# Let them read one that they have not heard. What decides how long a unit
# remembers is the forget gate of the LSTM and the update gate of the GRU: a
# unit whose gate is :math:`f` keeps the share :math:`f` of its state.

scaled = Scaling.fit(seconds.samples[split.train])(seconds.samples)
seizures = split.test[seconds.labels[split.test] == 1]
second = scaled[seizures[11]]
steps = to_sequences(second[None], 4)  # (1, step, feature)
gates = {}
with torch.no_grad():
    for name, gate in {"LSTM": "forget", "GRU": "update"}.items():
        unrolled = cells.unroll(networks[name].recurrent, steps)
        gates[f"{name}: {gate} gate"] = unrolled[gate][0]  # (step, unit)
draw.over_a_second(second, gates)
plt.show()

# %%
# How long do units remember?
# ---------------------------
# If it keeps the share :math:`f` at each step, a unit forgets within about
# :math:`1 / (1 - f)` steps. And do gates follow the waves? Compare the
# *crests*, the highest fifth of the steps, with the other steps.

height = steps[0].mean(dim=1)
crest = height > height.quantile(0.8)
for name, gate in zip(networks, gates.values(), strict=True):
    memory = 1 / (1 - gate.mean(dim=0))
    at_crests, elsewhere = gate[crest].mean(), gate[~crest].mean()
    print(
        f"{name}: the median unit remembers {memory.median():.1f} steps, "
        f"the longest {memory.max():.0f};\n"
        f"    open by {at_crests:.2f} at crests, {elsewhere:.2f} elsewhere"
    )
    record.note(
        f"gates_on_a_seizure/{name.lower()}",
        median=memory.median().item(),
        longest=memory.max().item(),
        at_crests=at_crests.item(),
        elsewhere=elsewhere.item(),
    )

# %%
# What to conclude
# ----------------
# - On a real signal gates are less tidy than on a task made for them. Some
#   units forget within a few steps, others hold on much longer
#   :holds:`gates_on_a_seizure/lstm longest > 2 * gates_on_a_seizure/lstm
#   median, gates_on_a_seizure/gru longest > 2 * gates_on_a_seizure/gru
#   median`.
# - Many units are reset by a wave. Look below the crests of the seizure: there
#   many of the GRU's update gates shut for a step or two, and what was held is
#   thrown away; between the crests more of them are open
#   :holds:`gates_on_a_seizure/gru elsewhere > gates_on_a_seizure/gru at_crests
#   by 0.1`.
