"""The picture of a shared link: the book's title over a seizure, drawn from the recordings.

It is drawn again only if what it shows, or how, has changed: matplotlib takes a while to import.
"""

import hashlib
from importlib.metadata import version
from pathlib import Path

from lab_code.files import write_whole

NAME = "shared_link.png"
SIZE = (1200, 630)
"""Pixels: the proportions that most places show without cutting."""

ALT = "The title of the book, over two lines of EEG: one of few swings, and a seizure."


def key(data):
    """Return what the picture depends on; the file bears it, as a text of its own."""
    parts = (data.get("digest"), Path(__file__).read_text("utf-8"), version("matplotlib"))
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def draw(title, subtitle, quiet, seizure):
    """Return a figure.

    Parameters
    ----------
    title, subtitle : str
    quiet, seizure : ndarray, shape (sample,)
        Two recordings, which are drawn on one scale.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from lab_code.figures import CLASS_COLOURS, use_style

    with rc_context():
        use_style()
        figure = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100, layout="none")
        axes = figure.add_axes([0, 0.02, 1, 0.62])
        swing = float(seizure.max() - seizure.min())
        for trace, name, middle in (
            (quiet, "eyes open", 0.75 * swing),
            (seizure, "seizure", 0),
        ):
            centred = trace - (trace.max() + trace.min()) / 2
            axes.plot(centred + middle, color=CLASS_COLOURS[name], linewidth=2)
        axes.set_xlim(0, len(seizure) - 1)
        axes.set_axis_off()
        figure.text(0.05, 0.83, title, fontsize=38, fontweight="bold")
        figure.text(0.05, 0.73, subtitle, fontsize=24)
        return figure


def write_picture(app, exception):
    data, target = app.config.lab_data, Path(app.outdir) / NAME
    if exception is not None or app.builder.format != "html" or not data:
        return
    if target.is_file() and key(data).encode() in target.read_bytes():
        return
    from lab_code.recordings import CLASSES
    from lab_code.sources import load

    recordings = load()
    n = round(6 * recordings.sampling_rate)
    label_of = {name: label for label, name in CLASSES.items()}
    one, other = (
        recordings.samples[recordings.labels.tolist().index(label_of[name]) + 4, :n].astype(float)
        for name in ("eyes open", "seizure")
    )
    made_of = "real recordings of seizures" if recordings.is_real else "simulated recordings"
    figure = draw(app.config.project, f"A lab book: networks trained on {made_of}", one, other)
    with write_whole(target) as file:
        figure.savefig(file, format="png", dpi=100, metadata={"Source": key(data)})


def setup(app):
    app.setup_extension("_ext.lab_record")  # which declares lab_data
    app.connect("build-finished", write_picture)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
