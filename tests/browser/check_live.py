"""The live parts in a real browser: they show what they compute, by mouse, touch and keyboard."""

import json
import math
import re

import pytest
import torch
from conftest import SITE
from torch import nn

from lab_code import cells, figures
from lab_code.gradients import norms_by_lag, state_jacobians
from lab_code.networks import CELLS

torch.set_num_threads(1)
PARTS = {
    "back_on_paper": "chapters/backpropagation_through_time.html",
    "watch_it_vanish": "chapters/vanishing_gradients.html",
    "gates_by_hand": "chapters/gated_units.html",
    "train_here": "chapters/gated_units.html",
    "beat_the_network": "beat_the_network.html",
    "your_own_signal": "your_own_signal.html",
}
"""The page of each part."""

LEADS_ON = {"beat_the_network"}
"""Parts in which an answer leads to the button for the next question, and that to the answers."""

ALSO = {("beat_the_network", "index.html")}
"""Parts that stand in a second page too."""


@pytest.fixture
def part(visit):
    """Return a function that opens a part's page, and returns the part."""

    def find(name, *how, **more):
        found = visit(PARTS[name], *how, **more).locator(f'figure.live[data-live="{name}"]')
        found.scroll_into_view_if_needed()
        return found

    return find


def numbers(text):
    return [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", text.replace("−", "-"))]


def press(part, name):
    part.get_by_role("button", name=name, exact=True).click()


def move(part, label, value):
    """Set a control by its label, as a reader would."""
    control = part.get_by_label(re.compile(rf"^{re.escape(label)}(:|$)"))
    if control.evaluate("one => one.tagName") == "SELECT":
        control.select_option(value)
    else:
        control.fill(str(value))


# All parts


def test_every_part_of_the_book_is_checked_here():
    paths = [*SITE.glob("*.html"), *SITE.glob("*/*.html")]
    pages = {path: path.read_text("utf-8") for path in paths}
    found = {
        (name, path.relative_to(SITE).as_posix())
        for path, text in pages.items()
        for name in re.findall(r'data-live="(\w+)"', text)
    }
    assert found == {*PARTS.items(), *ALSO}
    for text in pages.values():  # and no page without a part loads what it needs
        assert bool(re.search(r'src="[^"]*engine\.js', text)) == ("data-live=" in text)


@pytest.mark.parametrize("name", PARTS)
def test_a_part_takes_the_place_of_what_stands_in_for_it(part, name):
    found = part(name)
    assert found.locator(".live-box").is_visible()
    assert not found.locator(".live-instead").is_visible()
    found.page.emulate_media(media="print")
    assert not found.locator(".live-box").is_visible()
    assert found.locator(".live-instead").is_visible()


@pytest.mark.parametrize("name", PARTS)
def test_without_scripts_something_stands_in_for_it(chromium, name):
    context = chromium.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto((SITE / PARTS[name]).as_uri())
    instead = page.locator(f'figure.live[data-live="{name}"] .live-instead')
    assert instead.is_visible()
    assert len(instead.inner_text()) > 100
    assert page.locator(".live-box").count() == 0
    context.close()


@pytest.mark.parametrize("name", PARTS)
def test_what_is_pressed_is_large_enough_for_a_finger(part, name):
    for control in part(name, width=360).locator("button, input, select").all():
        if control.is_visible():
            assert control.bounding_box()["height"] >= 44
            assert control.bounding_box()["width"] >= 44


@pytest.mark.parametrize("name", PARTS)
def test_no_control_loses_the_focus_when_it_is_used(part, name):
    found = part(name)
    for control in found.locator("select, input[type=range], button").all():
        if control.is_visible():
            control.focus()
            is_button = control.evaluate("one => one.tagName") == "BUTTON"
            moves = is_button and name in LEADS_ON
            found.page.keyboard.press("Enter" if is_button else "ArrowUp")
            found.page.keyboard.press("Enter" if is_button else "ArrowDown")
            there = "one.closest('.live-buttons').contains" if moves else "one.isSameNode"
            assert control.evaluate(f"one => {there}(document.activeElement)")


@pytest.mark.parametrize("name", PARTS)
def test_a_screen_reader_is_told(part, name):
    found = part(name)
    for control in found.locator("input, select").all():
        assert control.evaluate("one => one.labels.length") == 1
    for picture in found.locator(".live-picture > svg").all():
        assert picture.get_attribute("role") == "img"
        assert len(picture.get_attribute("aria-label")) > 40
    told = found.locator("[aria-live=polite]")
    assert told.count() == (2 if name == "watch_it_vanish" else 1)


@pytest.mark.parametrize("name", PARTS)
def test_a_part_has_the_colours_of_the_figures(part, name):
    colour = figures.QUANTITY_COLOURS["hidden state"].lower()
    seen = part(name).evaluate(
        "box => getComputedStyle(box).getPropertyValue('--live-hidden-state')"
    )
    assert seen.strip().lower() == colour


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("width", [360, 1400])
def test_no_letter_of_a_picture_is_cut_off(part, name, width):
    found = part(name, width=width)
    if name == "back_on_paper":
        press(found, "All")
    outside = found.evaluate(
        """part => [...part.querySelectorAll(".live-picture > svg")].flatMap((image) => {
          const room = image.getBoundingClientRect();
          return [...image.querySelectorAll("text")].filter((text) => {
            const box = text.getBoundingClientRect();
            return box.left < room.left - 1 || box.right > room.right + 1
              || box.top < room.top - 1 || box.bottom > room.bottom + 1;
          }).map((text) => text.textContent);
        })"""
    )
    assert outside == []


@pytest.mark.parametrize("name", PARTS)
@pytest.mark.parametrize("width", [360, 1400])
def test_labels_and_controls_stand_in_rows_and_columns(part, name, width):
    found = part(name, width=width)
    places = found.evaluate(
        """part => [...part.querySelectorAll(".live-controls")].map((all) =>
          [...all.querySelectorAll(":is(input, select):not([type=file])")].map((one) => {
            const { left, top, bottom } = one.getBoundingClientRect();
            return [left, top, bottom, one.labels[0].getBoundingClientRect().bottom];
          }).filter(([, top, bottom]) => bottom > top))"""
    )
    for controls in filter(None, places):
        for one in controls:
            for other in controls:
                if one[1] < other[2] and other[1] < one[2]:  # in one row
                    assert one[1:] == pytest.approx(other[1:], abs=1)
        rows = [{round(one[0]) for one in controls if one[1] == top} for _, top, *_ in controls]
        assert {round(left) for left, *_ in controls} == max(rows, key=len)


def test_on_a_phone_nothing_lies_over_the_controls(part):
    """Who scrolls back a little is offered to go to the top, by a button in the middle."""
    page = part("gates_by_hand", width=360).page
    page.mouse.move(180, 400)
    for _ in range(3):
        page.mouse.wheel(0, -40)
        page.wait_for_timeout(150)
    assert page.locator("#pst-back-to-top").count() == 1
    assert page.locator("#pst-back-to-top").is_hidden()


TO_SEE = {"watch_it_vanish": 1, "gates_by_hand": 1, "train_here": 2, "your_own_signal": 1}
"""How many pictures one sees while one moves a slider of a part."""


def touching(page):
    """Return a function that sends touches of a finger."""
    session = page.context.new_cdp_session(page)

    def send(kind, *points):
        places = [{"x": x, "y": y} for x, y in points]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    return send


@pytest.mark.parametrize("name", TO_SEE)
def test_on_a_phone_one_sees_what_a_slider_changes(part, name):
    found = part(name, "dark", width=360, has_touch=True, is_mobile=True)
    page = found.page
    page.set_viewport_size({"width": 360, "height": 700})
    send = touching(page)
    if name == "watch_it_vanish":
        move(found, "cell", "lstm")  # all sliders
    for slider in found.locator(".live-uses input[type=range]").all():
        slider.evaluate("one => one.scrollIntoView({ block: 'center' })")
        page.wait_for_timeout(50)
        before, box = slider.input_value(), slider.bounding_box()
        y = box["y"] + box["height"] / 2
        send("touchStart", (box["x"] + 0.4 * box["width"], y))
        for share in (0.5, 0.6, 0.7):
            send("touchMove", (box["x"] + share * box["width"], y))
        send("touchEnd")
        assert slider.input_value() != before
        hidden = found.evaluate(
            """part => [...part.querySelectorAll(".live-stays svg[role=img]")].map((one) => {
              const { left, right, top, bottom } = one.getBoundingClientRect();
              return [top + 2, bottom - 2].some((y) =>
                !one.contains(document.elementFromPoint((left + right) / 2, y)));
            })""",
            TO_SEE[name],
        )
        assert hidden == [False] * TO_SEE[name], slider.get_attribute("aria-valuetext")


@pytest.mark.parametrize("name", TO_SEE)
def test_what_has_the_focus_is_not_behind_the_picture(part, name):
    found = part(name, width=360)
    page = found.page
    page.set_viewport_size({"width": 360, "height": 700})
    controls = found.locator(".live-uses :is(button, input, select):visible")
    controls.last.focus()
    seen = 0
    while page.evaluate("document.activeElement.closest('.live-uses') !== null"):
        behind = page.evaluate(
            """() => {
              const { left, right, top, bottom } = document.activeElement.getBoundingClientRect();
              const at = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
              return !(document.activeElement.contains(at));
            }"""
        )
        assert not behind, page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press("Shift+Tab")
        seen += 1
    assert seen >= 4


@pytest.mark.parametrize("place", ["back_on_paper", "your_own_signal", "progress"])
def test_what_can_be_negative_has_a_minus_and_a_file_its_button(visit, place):
    """On a phone, the keys for decimals have none. In the dark, a button is not grey."""
    page = visit(PARTS.get(place, "progress.html"), "dark")
    for number in page.locator("input[type=number]").all():
        negative = float(number.get_attribute("min")) < 0
        assert (number.get_attribute("inputmode") == "decimal") != negative
    for file in page.locator("input[type=file]").all():
        ours, theirs = file.evaluate(
            """(one) => {
              const button = document.createElement("button");
              button.className = "live-button";
              button.style.background = "var(--pst-color-surface)";
              button.style.color = "var(--pst-color-text-base)";
              document.body.append(button);
              const look = ({ color, backgroundColor }) => [color, backgroundColor];
              const ours = getComputedStyle(one, "::file-selector-button");
              return [look(ours), look(getComputedStyle(button))];
            }"""
        )
        assert ours == theirs
        assert file.bounding_box()["height"] >= 44
    assert page.locator("input[type=number], input[type=file]").count() >= 1


# Back-propagation on paper


def test_on_a_phone_no_letter_stands_across_a_circle(part):
    found = part("back_on_paper", width=360)
    press(found, "All")
    across = found.evaluate(
        """part => {
          const boxes = (of) => [...part.querySelectorAll(`.live-picture ${of}`)];
          const within = (low, value, high) => Math.max(low, Math.min(high, value));
          const isAcross = (text, circle) => {
            const [one, { x, y, width, left, right }] =
              [text, circle].map((of) => of.getBoundingClientRect());
            const [middle, centre] = [x + width / 2, y + width / 2];
            const near = Math.hypot(
              within(one.left, middle, one.right) - middle,
              within(one.top + 2, centre, one.bottom - 3) - centre);
            return near < width / 2 && !(one.left > left && one.right < right);
          };
          return boxes("text").filter((text) => boxes("circle").some((one) => isAcross(text, one)))
            .map((text) => text.textContent);
        }"""
    )
    assert across == []


def by_hand(u, w, b, x, y):
    """Return the numbers of three steps, in the order in which they are worked out."""
    h = [0.0]
    for x_t in x:
        h.append(math.tanh(u * x_t + w * h[-1] + b))
    told = {f"h{t}": h[t] for t in (1, 2, 3)} | {"loss": (h[3] - y) ** 2 / 2}
    dh, total = h[3] - y, {"w": 0.0, "u": 0.0, "b": 0.0}
    for t in (3, 2, 1):
        delta = (1 - h[t] ** 2) * dh
        told |= {f"dh{t}": dh, f"delta{t}": delta}
        total = {
            "w": total["w"] + delta * h[t - 1],
            "u": total["u"] + delta * x[t - 1],
            "b": total["b"] + delta,
        }
        dh = w * delta
    return told | {f"d{name}": value for name, value in total.items()}


def worked_out(part):
    """Return the lines so far: the last number of each, by what it is."""
    lines = part.locator(".live-lines > li").all()
    return {line.get_attribute("data-has"): numbers(line.inner_text())[-1] for line in lines}


def test_each_click_works_out_one_number_with_the_keyboard_alone(part):
    found = part("back_on_paper")
    expected = by_hand(0.8, 0.7, 0.0, [1.0, -0.5, 0.4], 0.6)
    found.get_by_role("button", name="Next", exact=True).focus()
    for n, name in enumerate(expected, start=1):
        found.page.keyboard.press("Enter")
        told = worked_out(found)
        assert list(told) == list(expected)[:n]
        assert told[name] == pytest.approx(expected[name], abs=6e-4)
        assert found.locator(".live-says").inner_text() in found.locator(".live-now").inner_text()
    found.page.keyboard.press("Enter")  # nothing is left, and the focus stays
    assert len(worked_out(found)) == len(expected)
    found.page.keyboard.press("Tab")
    found.page.keyboard.press("Enter")
    assert len(worked_out(found)) == len(expected) - 1


def test_all_numbers_follow_the_weights_and_inputs(part):
    found = part("back_on_paper")
    press(found, "All")
    values = {"u": -1.5, "w": 2.0, "b": 0.3, "x₁": -0.7, "x₂": 2.0, "x₃": 0.1, "y": -0.2}
    for name, value in values.items():
        move(found, name, value)
    u, w, b, *x, y = values.values()
    expected = by_hand(u, w, b, x, y)
    assert worked_out(found) == {k: pytest.approx(v, abs=6e-4) for k, v in expected.items()}
    drawn = found.locator("svg").first.text_content()
    forms = (f"{expected['dw']:.3f}", f"{expected['dw']:.5f}")  # a small one has more digits
    assert any(form.replace("-", "−") in drawn for form in forms)


def test_a_small_number_does_not_look_like_nothing(part):
    """With a saturated last unit, what comes back is small: shown as 0.000, it would not add up."""
    found = part("back_on_paper")
    press(found, "All")
    move(found, "x₃", 5)
    expected = by_hand(0.8, 0.7, 0.0, [1.0, -0.5, 5.0], 0.6)
    assert 0 < expected["db"] < 0.002
    assert worked_out(found) == {k: pytest.approx(v, abs=6e-4) for k, v in expected.items()}
    for name in ("delta1", "delta2", "delta3", "db"):
        assert worked_out(found)[name] == pytest.approx(expected[name], abs=6e-6)


@pytest.mark.parametrize("typed", ["", "99", "-5.5"])
def test_what_is_no_number_in_range_is_not_taken(part, typed):
    found = part("back_on_paper")
    press(found, "All")
    before = worked_out(found)
    move(found, "w", typed)
    assert "w must be a number from −5 to 5" in found.locator(".live-says").inner_text()
    assert worked_out(found) == before
    move(found, "w", "0")
    assert worked_out(found)["dh2"] == 0
    assert found.get_by_label("w", exact=True).get_attribute("aria-invalid") == "false"


# Watch the gradient vanish


def asked_of_torch(part, cell):
    """Return the cell with the weights of the part, and its Jacobians for the input of the part."""
    asked = json.loads(part.locator(".live-box").get_attribute("data-asked"))
    module = CELLS[cell](1, 16, batch_first=True).double()
    with torch.no_grad():
        for name, weight in zip(("W_x", "W_h", "b_x", "b_h"), module.parameters(), strict=True):
            weight.copy_(torch.tensor(asked[name], dtype=torch.float64).reshape(weight.shape))
    x = torch.tensor(asked["x"], dtype=torch.float64)[:, None]
    return module, state_jacobians(module, x)


@pytest.mark.parametrize("start", ["random", "orthogonal"])
@pytest.mark.parametrize("cell", CELLS)
def test_the_norms_are_those_of_the_jacobians(part, cell, start):
    found = part("watch_it_vanish")
    move(found, "cell", cell)
    move(found, "matrix W", start)
    move(found, "spectral radius of W", 1.3)
    move(found, "strength of the input", 0.7)
    move(found, "steps", 40)
    module, jacobians = asked_of_torch(found, cell)
    shown = json.loads(found.locator(".live-box").get_attribute("data-norms"))
    torch.testing.assert_close(
        torch.tensor(shown, dtype=torch.float64), norms_by_lag(jacobians), rtol=1e-4, atol=0
    )
    gates = {"rnn": 0, "lstm": 2, "gru": 2}
    W = module.weight_hh_l0.detach()[16 * gates[cell] : 16 * (gates[cell] + 1)]
    eigenvalues = torch.linalg.eigvals(W)
    assert eigenvalues.abs().max().item() == pytest.approx(1.3, rel=1e-9)
    drawn = found.locator(".live-picture > svg").nth(1)
    outside = int((eigenvalues.abs() > 1.0001).sum())
    assert f"{outside} lie outside" in drawn.get_attribute("aria-label")
    assert drawn.locator("circle").count() == 17
    if cell == "rnn":
        bound = torch.linalg.matrix_norm(W, 2).item() ** 40
        assert rough(
            found.locator(".live-says").first.inner_text().split("allows")[1]
        ) == pytest.approx(bound, rel=0.5)


def rough(text):
    """Return the number that is written like 2·10⁻³."""
    found = re.match(r"\s*(?:(?:([\d.]+)·)?10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)|([\d.]+))", text)
    digits, power, plain = found.groups()
    if plain:
        return float(plain)
    return float(digits or 1) * 10.0 ** int(
        power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789"))
    )


def test_the_norm_that_is_told_follows_the_radius_with_the_keyboard(part):
    found = part("watch_it_vanish")

    def told():
        sentence = found.locator(".live-says").first.inner_text()
        return rough(re.search(r"multiplied by ([^:]+):", sentence)[1])

    move(found, "strength of the input", 0)
    slider = found.get_by_label(re.compile("^spectral radius of W"))
    slider.focus()
    found.page.keyboard.press("Home")
    assert told() < 1e-40
    seen = []
    for _ in range(4):
        for _ in range(6):
            found.page.keyboard.press("ArrowRight")
        seen.append(told())
    assert seen == sorted(seen)
    move(found, "matrix W", "orthogonal")
    slider.fill("1")
    assert told() == 1


def test_the_answer_to_the_question_can_be_seen(part):
    """With a bias that is large enough, an LSTM keeps a tenth of the gradient over all steps."""
    found = part("watch_it_vanish")
    move(found, "cell", "lstm")
    left = []
    for bias in (0, 2, 4, 6):
        move(found, "bias of the gate that keeps", bias)
        left.append(json.loads(found.locator(".live-box").get_attribute("data-norms"))[60])
    assert left[0] < 1e-6
    assert left == sorted(left)
    assert left[-1] > 0.1
    print(left)
    assert not found.get_by_label("bias of the gate that keeps").is_hidden()
    move(found, "cell", "rnn")
    assert found.get_by_label(re.compile("^bias of the gate")).is_hidden()


@pytest.mark.parametrize("cell", CELLS)
def test_the_waves_are_those_of_the_jacobians(part, cell):
    found = part("watch_it_vanish")
    move(found, "cell", cell)
    move(found, "spectral radius of W", 1.2)
    move(found, "strength of the input", 0.5)
    move(found, "steps", 30)
    _, jacobians = asked_of_torch(found, cell)
    n = jacobians.shape[-1]
    nudges = [torch.full((n,), n**-0.5, dtype=torch.float64)]
    gradients = [nudges[0]]
    for jacobian in jacobians:
        nudges.append(jacobian @ nudges[-1])
    for jacobian in jacobians.flip(0):
        gradients.insert(0, jacobian.T @ gradients[0])
    there, here = json.loads(found.locator(".live-box").get_attribute("data-waves"))
    for sizes, wave in ((there, nudges), (here, gradients)):
        expected = torch.stack(wave).norm(dim=1)
        torch.testing.assert_close(torch.tensor(sizes, dtype=torch.float64), expected)
    products = (torch.stack(nudges) * torch.stack(gradients)).sum(1)
    torch.testing.assert_close(products, products[:1].expand(31))
    told = found.locator(".live-says").nth(1).inner_text().replace("\u2212", "-")
    shown = re.search(r"is (-?)(\S+) at every step", told)
    assert float(f"{shown[1]}1") * rough(shown[2]) == pytest.approx(products[0].item(), rel=0.5)


def seen_columns(found):
    """Return the places of the columns of each image of the waves in which something is drawn."""
    return found.locator("canvas").evaluate_all(
        """images => images.map((image) => {
          const { width, height } = image;
          const { data } = image.getContext("2d").getImageData(0, 0, width, height);
          return [...Array(width).keys()].filter((x) =>
            [...Array(height).keys()].some((y) => data[4 * (y * width + x) + 3] > 0));
        })"""
    )


def test_the_waves_pass_step_by_step_first_forward_and_then_back(part):
    found = part("watch_it_vanish")
    move(found, "matrix W", "orthogonal")  # nothing fades
    move(found, "spectral radius of W", 1)
    move(found, "strength of the input", 0)
    move(found, "steps", 20)
    assert seen_columns(found) == [[*range(21)]] * 2
    slider = found.get_by_label(re.compile("^steps that passed"))
    slider.focus()
    found.page.keyboard.press("Home")
    assert seen_columns(found) == [[0], []]
    for _ in range(5):
        found.page.keyboard.press("ArrowRight")
    assert seen_columns(found) == [[*range(6)], []]
    slider.fill("33")
    assert seen_columns(found) == [[*range(21)], [*range(7, 21)]]
    said = found.locator(".live-says").nth(1).inner_text()
    assert "size 1 is 1 after 20 steps" in said
    assert "size 1 is 1 after 13 steps" in said


def test_what_passes_is_told_but_not_what_another_sentence_tells(part):
    found = part("watch_it_vanish")
    heard = found.locator("[aria-live=polite]")
    move(found, "spectral radius of W", 0.5)
    found.page.wait_for_timeout(1200)
    assert "norm of W" in heard.nth(0).inner_text()
    assert "nudge" not in heard.nth(1).text_content()
    move(found, "steps that passed", 7)
    found.page.wait_for_timeout(1200)
    assert "after 7 steps" in heard.nth(1).text_content()


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_the_waves_can_be_started_and_stopped(part, motion):
    found = part("watch_it_vanish", reduced_motion=motion)
    button = found.get_by_role("button", name="Let the waves pass")
    slider = found.get_by_label(re.compile("^steps that passed"))
    page = found.page
    button.click()
    page.wait_for_timeout(2500)
    pauses = found.get_by_role("button", name="Pause")
    pauses.click()
    stopped = int(slider.input_value())
    assert 0 < stopped < 120
    assert (stopped % 15 == 0) == (motion == "reduce")
    page.wait_for_timeout(300)
    assert int(slider.input_value()) == stopped
    slider.fill("118")
    button.click()  # goes on from here, and ends
    page.wait_for_timeout(1500)
    assert slider.input_value() == "120"
    assert button.is_visible()
    assert not pauses.is_visible()


def test_the_linear_algebra_is_that_of_torch(part):
    page = part("watch_it_vanish").page
    for n in (1, 2, 5, 16):
        torch.manual_seed(n)
        random = torch.randn(n, n, dtype=torch.float64)
        for matrix in (random, nn.init.orthogonal_(random.clone()), random.triu(), 0 * random):
            ours, stretch = page.evaluate(
                "([m, n]) => [LinearAlgebra.eigenvalues(m, n), LinearAlgebra.stretch(m, n, n)]",
                [matrix.flatten().tolist(), n],
            )
            theirs = torch.linalg.eigvals(matrix)
            ours = torch.view_as_complex(torch.tensor(ours, dtype=torch.float64))
            apart = (ours[:, None] - theirs).abs()
            assert apart.min(0).values.max().item() < 1e-10
            assert apart.min(1).values.max().item() < 1e-10
            norm = torch.linalg.matrix_norm(matrix, 2).item()
            assert stretch == pytest.approx(norm, rel=1e-6)


# Train it here


def state_of(part):
    return json.loads(part.locator(".live-box").get_attribute("data-now"))


def wait_for(part, condition, seconds=60):
    """Wait until what the part tells of itself fulfils a condition, written in JavaScript."""
    box = part.locator(".live-box").element_handle()
    part.page.wait_for_function(
        f"box => {{ const now = JSON.parse(box.dataset.now); return {condition}; }}",
        arg=box,
        timeout=1000 * seconds,
    )
    return state_of(part)


@pytest.mark.parametrize(
    ("cell", "task", "start"),
    [
        ("gru", "adding", "default"),
        ("lstm", "recall", "keep"),
        ("rnn", "recall", "large"),
        ("lstm", "adding", "orthogonal"),
    ],
)
def test_one_batch_is_that_of_torch(part, cell, task, start):
    found = part("train_here")
    for label, value in {"task": task, "cell": cell, "start": start, "steps": 15}.items():
        move(found, label, value)
    found.get_by_role("button", name="One batch").focus()
    found.page.keyboard.press("Enter")
    told = state_of(found)
    before = json.loads(found.locator(".live-box").get_attribute("data-before"))
    recurrent = CELLS[cell](2, 16, batch_first=True).double()
    answer = nn.Linear(16, 1).double()
    places = {f"recurrent.{name}": of for name, of in recurrent.named_parameters()}
    places |= {f"classify.{name}": of for name, of in answer.named_parameters()}
    with torch.no_grad():
        for name, of in places.items():
            given = before["parameters"][name]
            of.copy_(torch.tensor(given, dtype=torch.float64).reshape(of.shape))
    x = torch.tensor(before["x"], dtype=torch.float64).reshape(15, 32, 2).transpose(0, 1)
    targets = torch.tensor(before["targets"], dtype=torch.float64)
    if task == "adding":
        assert (x[..., 1].sum(1) == 2).all()
        torch.testing.assert_close((x[..., 0] * x[..., 1]).sum(1), targets)
    else:
        torch.testing.assert_close(x[:, 0, 0], targets)
        assert (x[:, 1:, 0] == 0).all()
    state, hidden = cells.start(recurrent, x), []
    for x_t in x.unbind(dim=1):
        after = cells.step(recurrent, x_t, state)
        state = tuple(after[of] for of in ("hidden", "cell")[: len(state)])
        hidden.append(state[0])
        state[0].retain_grad()
    loss = ((answer(hidden[-1])[:, 0] - targets) ** 2).mean()
    loss.backward()
    length = torch.stack([of.grad.norm() for of in places.values()]).norm().item()
    lags = [of.grad.norm().item() for of in reversed(hidden)]
    assert told["loss"] == pytest.approx(loss.item(), rel=1e-9)
    assert told["length"] == pytest.approx(length, rel=1e-9)
    assert told["lags"] == pytest.approx(lags, rel=1e-9)
    below = [k for k, one in enumerate(lags) if one < lags[0] / 10]
    assert told["remembered"] == (below[0] if below else 15) - 1
    if start == "keep":
        bias = before["parameters"]["recurrent.bias_ih_l0"]
        assert bias[16:32] == [1] * 16
    if start in ("orthogonal", "large"):
        for W in recurrent.weight_hh_l0.detach().split(16):
            scale = {"orthogonal": 1.0, "large": 1.5}[start]
            torch.testing.assert_close(W @ W.T, scale**2 * torch.eye(16, dtype=torch.float64))


def test_what_comes_back_is_shown_before_the_first_batch(part):
    """The question: what a bias of 1, for keeping, changes before anything is learnt."""
    found = part("train_here")
    remembered = {}
    for start in ("default", "keep"):
        for label, value in {"task": "recall", "cell": "lstm", "start": start, "steps": 20}.items():
            move(found, label, value)
        told = state_of(found)
        assert told["batches"] == 0
        assert len(told["lags"]) == 20
        remembered[start] = told["remembered"]
        assert (
            f"remembered time: {told['remembered']} of 19"
            in found.locator(".live-says").inner_text()
        )
        lags = found.locator(".live-picture > svg").nth(1)
        assert lags.locator("path").get_attribute("d").count("L") == 19
        press(found, "One batch")
        assert state_of(found)["lags"] == told["lags"]  # it learns from what was shown
    assert remembered["keep"] > remembered["default"]
    print(remembered)


def test_where_one_points_stands_the_number(part):
    found = part("train_here")
    for _ in range(3):
        press(found, "One batch")
    told = state_of(found)
    losses, lags, lengths = found.locator(".live-picture > svg").all()
    for picture, expected, words, digits in (
        (losses, told["loss"], "batch 3: ", 2),
        (lags, told["lags"][19], "19 steps back: ", 1),
        (lengths, told["length"], "batch 3: ", 2),
    ):
        box = picture.bounding_box()
        picture.hover(position={"x": box["width"] - 15, "y": 60})
        (seen,) = [one for one in picture.locator("text").all_text_contents() if words in one]
        assert rough(seen.removeprefix(words)) == pytest.approx(
            expected, rel=0.6 / 10 ** (digits - 1)
        )
        found.page.mouse.move(0, 0)
        assert words not in picture.text_content()


@pytest.mark.parametrize(
    ("setting", "batches", "share"),
    [
        ("Make it vanish", 400, (0.8, 1.5)),
        ("Cure it: take a GRU", 400, (0.0, 0.2)),
        ("Make it explode", 300, (0.8, 3.0)),
        ("Cure it: clip at 0.1", 300, (0.0, 0.1)),
    ],
)
def test_a_setting_does_what_its_name_says(part, setting, batches, share):
    found = part("train_here")
    press(found, setting)
    told = wait_for(found, f"now.batches >= {batches} || !now.running", seconds=120)
    guessing = 1 / 6 if "vanish" in setting or "GRU" in setting else 1 / 3
    low, high = share
    assert low < told["recent"] / guessing < high
    if setting == "Make it explode":
        assert found.get_by_label("clip gradients at").input_value() == "Infinity"
    shown = re.search(r"loss is (\S+),", found.locator(".live-says").inner_text())[1]
    assert shown != "not"


def test_a_training_is_run_paused_and_started_again(part):
    found = part("train_here")
    runs = found.get_by_role("button", name=re.compile("^(Run|Pause)$"))
    runs.focus()
    found.page.keyboard.press("Space")
    wait_for(found, "now.batches > 20")
    assert runs.inner_text() == "Pause"
    found.page.keyboard.press("Space")
    stopped = wait_for(found, "!now.running")["batches"]
    found.page.wait_for_timeout(300)
    assert state_of(found)["batches"] == stopped
    assert f"After {stopped} batches" in found.locator(".live-says").inner_text()
    press(found, "One batch")
    assert state_of(found)["batches"] == stopped + 1
    press(found, "New network")
    assert state_of(found)["batches"] == 0
    press(found, "One batch")
    first = state_of(found)["loss"]
    press(found, "New network")
    press(found, "One batch")
    assert state_of(found)["loss"] == first
    press(found, "New network, other seed")
    press(found, "One batch")
    assert state_of(found)["loss"] != first


def test_a_loss_that_explodes_ends_the_run_with_one_sentence(part):
    found = part("train_here")
    move(found, "optimiser", "sgd")
    move(found, "learning rate", "1")
    move(found, "clip gradients at", "Infinity")
    press(found, "Run")
    told = wait_for(found, "!now.running")
    assert told["loss"] is None or told["loss"] >= 1e6
    assert "has exploded" in found.locator(".live-says").inner_text()
    assert "NaN" not in found.inner_text()


def test_the_page_stays_fluid_while_it_trains(part):
    found = part("train_here")
    move(found, "steps", 60)
    press(found, "Run")
    frames = found.page.evaluate(
        """async () => {
          const gaps = [];
          let last = await new Promise(requestAnimationFrame);
          for (let i = 0; i < 60; i++) {
            const now = await new Promise(requestAnimationFrame);
            gaps.push(now - last);
            last = now;
          }
          return gaps.sort((a, b) => a - b);
        }"""
    )
    print(f"median frame {frames[30]:.0f} ms, longest {frames[-1]:.0f} ms")
    assert frames[15] < 50  # a quarter of them: the rest also says what else the machine does
    press(found, "Pause")


def test_who_wants_less_motion_sees_fewer_pictures(part):
    counts = {}
    for wish in ("no-preference", "reduce"):
        found = part("train_here")
        found.page.emulate_media(reduced_motion=wish)
        press(found, "Make it vanish")
        counts[wish] = found.locator(".live-box").evaluate(
            """async (box) => {
              let changes = 0;
              new MutationObserver(() => (changes += 1)).observe(
                box, { attributes: true, attributeFilter: ["data-now"] });
              await new Promise((end) => setTimeout(end, 2500));
              return changes;
            }"""
        )
        press(found, "Pause")
    assert counts["reduce"] <= 4
    assert counts["no-preference"] > counts["reduce"]


# Gates by hand


def check_with_torch(part, kind):
    told = state_of(part)
    module = CELLS[kind](1, 1, batch_first=True).double()
    U, W, b = torch.tensor(told["weights"], dtype=torch.float64).unbind(1)
    with torch.no_grad():
        for of, value in zip(module.parameters(), (U, W, b, 0 * b), strict=True):
            of.copy_(value.reshape(of.shape))
        unrolled = cells.unroll(module, torch.tensor(told["x"], dtype=torch.float64)[None, :, None])
    for name, of in unrolled.items():
        assert told[name] == pytest.approx(flat(of), rel=1e-9, abs=1e-12), name
    return told


def flat(tensor):
    return tensor.flatten().tolist()


@pytest.mark.parametrize("kind", ["lstm", "gru"])
def test_gates_and_states_are_those_of_torch(part, kind):
    found = part("gates_by_hand")
    move(found, "cell", kind)
    before = check_with_torch(found, kind)
    for n, chosen in enumerate({"lstm": ["forget", "output"], "gru": ["update", "reset"]}[kind]):
        move(found, "weights of", chosen)
        move(found, "from the input, U", -3 + n)
        move(found, "from the state, W", 2.5)
        move(found, "bias, b", 1.2)
    after = check_with_torch(found, kind)
    assert after["hidden"] != before["hidden"]
    state = after["cell" if kind == "lstm" else "hidden"]
    said = numbers(found.locator(".live-says").inner_text())
    assert said[0] == pytest.approx(state[3], abs=6e-4)
    assert said[2] == pytest.approx(state[14], abs=6e-4)


def test_a_gate_is_frozen(part):
    found = part("gates_by_hand")
    move(found, "forget gate", "open")
    told = check_with_torch(found, "lstm")
    assert min(told["forget"]) == 1
    assert told["cell"][14] == told["cell"][3] != 0
    assert "its weights do nothing now" in found.inner_text()
    move(found, "forget gate", "shut")
    told = check_with_torch(found, "lstm")
    assert max(told["forget"]) < 1e-15
    assert abs(told["cell"][14]) < 1e-15
    move(found, "forget gate", "free")
    assert check_with_torch(found, "lstm")["forget"][0] == pytest.approx(1 / (1 + math.exp(-2)))


def test_gates_are_set_with_the_keyboard(part):
    found = part("gates_by_hand")
    slider = found.get_by_label(re.compile("^bias, b"))
    slider.focus()
    found.page.keyboard.press("End")
    assert slider.get_attribute("aria-valuetext") == "6.0"
    assert state_of(found)["forget"][0] == pytest.approx(1 / (1 + math.exp(-6)))
    found.page.keyboard.press("ArrowLeft")
    assert check_with_torch(found, "lstm")["weights"][1][2] == pytest.approx(5.9)
