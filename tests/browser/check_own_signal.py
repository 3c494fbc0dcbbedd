"""Your own signal: bent, drawn and read from files; what the network says of it is torch's."""

import re
from contextlib import contextmanager

import numpy as np
import pytest
import torch
from asked import answers_of, differ, gradient_of, load_network, now, part

from lab_code.models import signals
from lab_code.sequences import to_sequences


@pytest.fixture
def own(visit):
    def find(**how):
        return part(visit("your_own_signal.html", **how), "your_own_signal")

    return find


def move(found, label, value):
    control = found.get_by_label(re.compile(rf"^{re.escape(label)}(:|$)"))
    if control.evaluate("one => one.tagName") == "SELECT":
        control.select_option(value)
    else:
        control.fill(str(value))


def says(found):
    return found.locator(".live-says").inner_text()


@contextmanager
def shown_again(found):
    """Wait until the part has shown something anew: a file is read after a while."""
    box = found.locator(".live-box")
    before = box.get_attribute("data-now")  # with the time that it took, so never the same
    yield
    waited = "([box, before]) => box.dataset.now !== before"
    found.page.wait_for_function(waited, arg=[box.element_handle(), before])


def give(found, content, name="signal.csv"):
    """Choose a file, and return what the part says of it."""
    file = {"name": name, "mimeType": "text/plain", "buffer": content}
    with shown_again(found):
        found.locator("input[type=file]").set_input_files(file)
    return says(found)


def frozen(network, gates):
    """Freeze gates of a GRU by taking the place of its last products: as torch computes them."""
    place = {"reset": 0, "update": 1}
    gru, n = network.recurrent, network.recurrent.hidden_size
    with torch.no_grad():
        for name, how in gates.items():
            rows = slice(place[name] * n, (place[name] + 1) * n)
            for weights in (gru.weight_ih_l0, gru.weight_hh_l0, gru.bias_hh_l0):
                weights[rows] = 0
            gru.bias_ih_l0[rows] = torch.inf if how == "open" else -torch.inf
    return network


@pytest.mark.parametrize(
    "gates",
    [{}, {"reset": "shut"}, {"update": "open"}, {"update": "shut", "reset": "open"}],
    ids=str,
)
def test_what_is_bent_is_asked_as_in_torch_with_gates_frozen_too(own, gates):
    found = own()
    move(found, "start from", "3")
    bent = {"louder": 0.4, "slower": 1.5, "mains hum, 50 Hz": 40, "noise": 25}
    for label, value in {**bent, "cut out, how long": 0.2, "pull up or down by": -120}.items():
        move(found, label, value)
    for name, how in gates.items():
        move(found, f"{name} gate", how)
    told = now(found)
    of = load_network()
    network = frozen(of.network, gates)
    sequence = to_sequences(of.scaling(np.array([told["samples"]])), 4)[0]
    expected = answers_of(network, sequence)
    assert expected[-1].argmax() == told["named"]
    assert differ(told["answers"], expected) < 1e-9
    gradient = gradient_of(network, sequence, told["named"]) / of.scaling.std
    if gates.get("update") == "open":  # nothing comes in
        assert max(map(abs, told["gradient"])) == gradient.abs().max() == 0
        assert (expected - expected[0]).abs().max() < 1e-6
        assert "0\xa0% of them" in found.locator("canvas").get_attribute("aria-label")
    else:
        assert differ(told["gradient"], gradient) < 1e-9
    assert ("; free, it names" in says(found)) == bool(gates)
    # where nothing is drawn, it says why
    empty = found.get_by_text("All states are 0.")
    assert empty.is_visible() == (gates.get("update") == "open")


def test_each_bend_does_what_it_says(own):
    found = own()
    start = np.array(now(found)["samples"])
    time = np.arange(178) / 173.61

    def bent(label, value):
        move(found, label, value)
        samples = np.array(now(found)["samples"])
        found.get_by_role("button", name="As it was").click()
        np.testing.assert_allclose(now(found)["samples"], start)
        return samples

    np.testing.assert_allclose(bent("louder", 1), 10 * start)
    half = np.interp(np.arange(178) / 2, np.arange(178), start)
    np.testing.assert_allclose(bent("slower", 2), half)
    hum = bent("mains hum, 50 Hz", 100) - start
    np.testing.assert_allclose(hum, 100 * np.sin(2 * np.pi * 50 * time), atol=1e-9)
    noise = bent("noise", 100) - start
    assert 80 < noise.std() < 120
    assert abs(noise.mean()) < 30
    cut = bent("cut out, how long", 0.2)
    inside = (time >= 0.5) & (time < 0.7)
    np.testing.assert_allclose(cut, np.where(inside, 0, start))
    pulled = bent("pull up or down by", 200) - start
    np.testing.assert_allclose(pulled, 200 * np.exp(-(((time - 0.5) / 0.1) ** 2) / 2), atol=1e-9)
    for name, expected in {"Upside down": -start, "Backwards": start[::-1]}.items():
        button = found.get_by_role("button", name=name)
        button.press("Enter")
        assert button.get_attribute("aria-pressed") == "true"
        np.testing.assert_allclose(now(found)["samples"], expected)
        button.press("Enter")


def box_of_pad(found):
    """Scroll to the picture that one draws in, and return where its axes are."""
    pad = found.locator(".live-pad")
    pad.evaluate("one => scrollTo(0, one.getBoundingClientRect().top + scrollY - 200)")
    found.page.wait_for_timeout(300)
    box = pad.bounding_box()
    return box["x"] + 48, box["y"] + 24, box["width"] - 62, 150


def test_one_draws_with_a_mouse_and_it_is_fluid(own):
    found = own()
    move(found, "start from", "flat")
    left, top, width, height = box_of_pad(found)
    mouse = found.page.mouse
    mouse.move(left, top + height / 2)
    mouse.down()
    times = []
    for place in np.linspace(0, 1, 80):
        swing = np.sin(2 * np.pi * 3 * place)
        mouse.move(left + place * width, top + height * (0.5 - 0.4 * swing))
        times.append([now(found)[what] for what in ("computing", "all")])
    mouse.up()
    mouse.move(left, top)  # which draws no longer
    drawn = np.array(now(found)["samples"])
    expected = 80 * np.sin(2 * np.pi * 3 * np.linspace(0, 1, 178))
    assert np.abs(drawn - expected).max() < 12
    computing, whole = np.median(times, axis=0)
    print(f"\na frame: {computing:.1f} ms of computing, {whole:.1f} ms with the pictures")
    assert np.min(times, axis=0)[1] < 16  # the least: the rest says what else the machine does


def test_one_draws_with_a_finger(own):
    found = own(width=360, has_touch=True, is_mobile=True)
    before = now(found)["samples"]
    left, top, width, height = box_of_pad(found)
    touch = found.page.context.new_cdp_session(found.page)

    def send(kind, *points):
        places = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    scrolled = found.page.evaluate("scrollY")
    send("touchStart", (left + 0.3 * width, top + 0.5 * height))
    for share in (0.4, 0.5, 0.6):
        send("touchMove", (left + share * width, top + 0.1 * height))
    send("touchEnd")
    after = now(found)["samples"]
    assert after[80:100] != before[80:100]
    assert after[:40] == before[:40]
    assert found.page.evaluate("scrollY") == scrolled


def test_a_wave_can_be_made_with_the_keyboard_alone(own):
    found = own()
    move(found, "start from", "flat")
    for at in (0.25, 0.75):
        place = found.get_by_label(re.compile("^pull at"))
        place.focus()
        while float(place.input_value()) < at:
            found.page.keyboard.press("ArrowRight")
        while float(place.input_value()) > at:
            found.page.keyboard.press("ArrowLeft")
        found.get_by_label(re.compile("^pull up")).focus()
        for _ in range(30):
            found.page.keyboard.press("ArrowRight")
        found.get_by_role("button", name="Keep it, and bend on").focus()
        found.page.keyboard.press("Enter")
    samples = np.array(now(found)["samples"])
    assert samples[[43, 130]] == pytest.approx([300, 300], rel=0.1)
    assert samples[0] < 50


BAD = {
    "empty": (b"", "The file is empty."),
    "lines without numbers": (b"\n\n\n", "The file is empty."),
    "letters": (b"1\n2\nthree\n", "Line 3 is not a number: “three”."),
    "not a number": (b"1\nNaN\n3\n", "Line 2 is not a finite number: NaN."),
    "endless": (b"1\n-inf\n3\n", "Line 2 is not a finite number: -inf."),
    "too large a number": (b"1\n1e999\n", "Line 2 is too large for a number"),
    "a gap": (b"1\n\n3\n", "Line 2 is empty, or lacks a number."),
    "columns": (b"a,b\n1,2\n3\n", "Line 3 has 1 columns, not 2."),
    "names alone": (b"Fz,Cz\n", "The file has no numbers"),
    "decimal commas": (b"1,5\n2,5,3\n", "Line 2 has 3 columns, not 2."),
    "not text": (b"\x00\x01\xff\xfe" * 99, "The file is not text."),
    "all the same": (b"7\n" * 400, "All 400 numbers are the same."),
    "too short": (b"1\n2\n" * 10, "20 numbers are 0.12 seconds; the network needs 1.025."),
    "too many lines": (b"1\n" * 200_001, "The file has 200,001 lines; 200,000 is the most"),
    "many numbers in a line": (b"1 " * 2_400_000, "The file has 2,400,000 numbers; 200,000 is"),
    "many columns": ((b"1," * 1_000_000 + b"1\n") * 2, "The file has 1,000,001 columns; 1,000 is"),
    "ten million lines": (b"1\n" * 10_000_000, "The file has 20 MB; 5 MB is the most"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(own, what):
    found = own()
    before = now(found)
    content, sentence = BAD[what]
    assert sentence in give(found, content)
    assert "Until then: The network names" in says(found)
    assert now(found)["samples"] == before["samples"]


def wave(rate, seconds=3):
    time = np.arange(round(rate * seconds)) / rate
    return 300 * np.sin(2 * np.pi * 7 * time) + 40 * np.cos(2 * np.pi * 23 * time) + 20


@pytest.mark.parametrize("rate", [20, 100, 173.61, 256, 512, 1000.5])
def test_a_file_is_resampled_as_by_the_command(own, rate):
    found = own()
    numbers = wave(rate).round(3)
    move(found, "its rate, in Hz", rate)
    give(found, "\n".join(map(str, numbers)).encode(), "signal.txt")
    whole, _ = signals.resample(signals.Signal(numbers, rate=rate, unit="uV"), 173.61)
    for second in (1, 2):
        move(found, "which second of it", second)
        expected = whole.samples[(second - 1) * 178 : second * 178]
        np.testing.assert_allclose(now(found)["samples"], expected, atol=1e-8)


def test_a_column_and_a_unit_can_be_chosen(own):
    found = own()
    one, other = wave(173.61), -2 * wave(173.61)
    rows = [f"{a};{b}" for a, b in zip(one, other, strict=True)]
    give(found, "\r\n".join(["Fz;Cz", *rows]).encode())
    np.testing.assert_allclose(now(found)["samples"], one[:178])
    move(found, "which column", "1")
    np.testing.assert_allclose(now(found)["samples"], other[:178])
    move(found, "its unit", "mV")
    np.testing.assert_allclose(now(found)["samples"], 1000 * other[:178])
    assert "No second of the recordings is so large" in says(found)
    move(found, "start from", "4")
    move(found, "start from", "file")
    np.testing.assert_allclose(now(found)["samples"], 1000 * other[:178])


@pytest.mark.parametrize("typed", ["0", "", "-5", "1e9"])
def test_a_rate_that_cannot_be_is_not_taken(own, typed):
    found = own()
    give(found, "\n".join(map(str, wave(256))).encode())
    before = now(found)["samples"]
    move(found, "its rate, in Hz", typed)
    assert "The rate must be a number from 20 to 50000" in says(found)
    move(found, "which second of it", 2)
    assert now(found)["samples"] != before  # by the last rate that could be
    move(found, "its rate, in Hz", "256")
    assert "must be" not in says(found)


def test_a_file_can_be_dropped(own):
    found = own()
    numbers = "\n".join(map(str, wave(173.61)))
    with shown_again(found):
        found.locator(".live-box").evaluate(
            """(box, numbers) => {
              const dataTransfer = new DataTransfer();
              dataTransfer.items.add(new File([numbers], "dropped.txt"));
              const how = { dataTransfer, bubbles: true, cancelable: true };
              box.dispatchEvent(new DragEvent("drop", how));
            }""",
            numbers,
        )
    np.testing.assert_allclose(now(found)["samples"], wave(173.61)[:178])
