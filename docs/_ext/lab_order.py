"""The order in which a student works through the labs of a section."""

from pathlib import Path

ORDER = [
    "look_at_the_recordings",
    "prepare_sequences",
    "unfold_and_backpropagate",
    "vanishing_gradient",
    "clip_the_gradient",
    "gradient_after_training",
    "long_memory",
    "gates_open_and_close",
    "gates_on_a_seizure",
    "one_to_one",
    "many_to_one",
    "many_to_many",
    "compare_cells",
    "electrodes_of_one_moment",
    "split_matters",
    "what_gives_it_away",
    "how_much_memory_buys",
    "where_it_looks",
    "the_best_network",
    "more_than_one_machine",
]


class InOrder:
    """Place a lab, for sphinx-gallery's `within_subsection_order`."""

    def __init__(self, src_dir):
        pass

    def __call__(self, filename):
        stem = Path(filename).stem
        if stem not in ORDER:
            raise ValueError(
                f"{filename} has no place in the order: add {stem} to ORDER in {__file__}"
            )
        return ORDER.index(stem)
