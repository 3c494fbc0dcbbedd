"""Beat the network: what it says in the page is what torch says, and the table counts right."""

import json
import re

import pytest
import torch
from asked import NETWORK, answers_of, differ, gradient_of, load_network, now, part
from conftest import SITE

from lab_code.gradients import influence
from lab_code.models import unheard
from lab_code.sequences import to_sequences
from lab_code.sources import load
from lab_code.splits import split_by_moment

PAGES = ["beat_the_network.html", "index.html"]


@pytest.mark.parametrize("name", PAGES)
def test_the_page_says_of_its_seconds_what_torch_says(visit, name):
    found = part(visit(name), "beat_the_network")
    seconds, said = found.evaluate(
        """part => {
          const { textContent } = part.querySelector('script[type="application/json"]');
          const data = JSON.parse(textContent);
          const network = new Ask.Network(data);
          const seconds = Ask.seconds(data);
          const list = (of) => ArrayBuffer.isView(of) ? [...of] : of;
          const plain = (of) => Object.fromEntries(
            Object.entries(of).map(([name, value]) => [name, list(value)]));
          return [
            seconds.map((one) => plain({ ...one, deviation: Ask.deviation(one.samples) })),
            seconds.map(({ samples }) => plain({ ...network.ask(samples), run: null })),
          ];
        }"""
    )
    of = load_network()
    samples = torch.tensor([one["samples"] for one in seconds]).numpy()
    whole = of.ask(samples)  # the way that the package goes
    sequences = to_sequences(of.scaling(samples), of.about["samples_per_step"])
    worst = {"answers": 0.0, "gradient": 0.0}
    for place, (sequence, one) in enumerate(zip(sequences, said, strict=True)):
        expected = answers_of(of.network, sequence)
        assert whole[place].argmax() == one["named"]
        assert abs(whole[place].max() - one["probability"]) < 1e-5
        worst["answers"] = max(worst["answers"], differ(one["answers"], expected))
        gradient = gradient_of(of.network, sequence, one["named"]) / of.scaling.std
        worst["gradient"] = max(worst["gradient"], differ(one["gradient"], gradient))
        steps = influence(of.network, sequence[None], torch.tensor([one["named"]]))[0]
        ours = torch.tensor(one["gradient"]).reshape(44, 4).norm(dim=1) * of.scaling.std
        assert differ(ours.tolist(), steps) < 1e-2  # in 32 bits
    print(f"\n{name}: {len(seconds)} seconds, differences {worst}")
    assert max(worst.values()) < 1e-9
    deviations = torch.tensor(samples, dtype=torch.float64).std(dim=1, correction=0)
    assert differ([one["deviation"] for one in seconds], deviations) < 1e-12


@pytest.mark.parametrize("name", PAGES)
def test_the_seconds_are_of_moments_that_the_network_never_heard(visit, name):
    """The record says which moments were tested; the split says which were not."""
    found = part(visit(name), "beat_the_network")
    data = json.loads(found.locator('script[type="application/json"]').text_content())
    recordings = load()
    seconds = recordings.seconds()
    split = split_by_moment(seconds)
    entries = json.loads((SITE / "record.json").read_text())["experiments"]
    (entry,) = (one for one in entries if one["name"] == NETWORK)
    assert entry["split"] == "by moment"
    tested = load_network().about["not_trained_on"]
    heard = {*seconds.moment[split.train], *seconds.moment[split.validation]}
    for told, place in zip(data["seconds"]["names"], data["seconds"]["truth"], strict=True):
        recording = told.split(", ")[0]
        assert recording in tested
        assert recordings.moment[recordings.names.index(recording)] not in heard
        assert data["classes"][place] == recording[0]
    assert data["seconds"]["threshold"] == unheard.threshold(seconds, split)
    n = len(data["seconds"]["truth"])
    assert {data["seconds"]["truth"].count(place) for place in range(5)} == {n // 5}


def test_ten_seconds_with_the_keyboard_alone(visit):
    found = part(visit("beat_the_network.html"), "beat_the_network")
    page = found.page
    found.get_by_role("button", name="seizure", exact=True).focus()
    right = {"you": 0, "network": 0, "you, seizure": 0, "threshold": 0}
    seen = set()
    for n in range(1, 11):
        before = now(found)
        assert before["asked"] is None
        assert f"Second {n} of 10. Which of the five" in found.locator(".live-says").inner_text()
        guess = n % 5
        for _ in range(guess):
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        told = now(found)
        seen.add(told["name"])
        assert told["guess"] == guess
        seizure = told["truth"] == 0
        right["you"] += guess == told["truth"]
        right["network"] += told["asked"]["named"] == told["truth"]
        right["you, seizure"] += (guess == 0) == seizure
        right["threshold"] += told["large"] == seizure
        says = found.locator(".live-says").inner_text()
        recording, second = told["name"].split(", ")
        where = f"the recording {int(recording[1:])} of set {recording[0]}"
        assert f"second {second} of {recording}, {where}." in says
        assert ("Right: it is" in says) == (guess == told["truth"])
        assert page.evaluate("document.activeElement.textContent") in ("Next", "Ten others")
        if n < 10:
            page.keyboard.press("Enter")
    assert len(seen) == 10
    cells = found.locator(".live-score td").all_inner_texts()
    assert cells[0] == f"{right['you']} of 10"
    assert cells[1] == f"{right['you, seizure']} of 10"
    assert cells[2] == f"{right['network']} of 10"
    assert cells[5] == f"{right['threshold']} of 10"
    assert f"you name {right['you']} right, the network {right['network']}" in says
    page.keyboard.press("Enter")  # ten others
    assert now(found)["place"] == 0
    assert now(found)["name"] not in seen


def test_seizure_or_not_has_two_answers_and_about_as_many_of_each(visit):
    found = part(visit("index.html"), "beat_the_network")
    truths = []
    for _ in range(10):
        found.get_by_role("button", name="no seizure", exact=True).click()
        told = now(found)
        truths.append(told["truth"])
        said = found.locator(".live-says").inner_text()
        assert ("Right: it is" in said) == (told["truth"] != 0)
        # what is called wrong is what the table does not count
        named = told["asked"]["named"]
        assert (": wrong." in said) == ((named == 0) != (told["truth"] == 0))
        assert (": right." in said) == (named == told["truth"])
        found.get_by_role("button", name=re.compile("^(Next|Ten others)$")).click()
    assert 3 <= truths.count(0) <= 7
    assert found.locator(".live-buttons button").count() == 3


def test_the_size_can_be_hidden_and_nothing_tells_it_then(visit):
    found = part(visit("beat_the_network.html"), "beat_the_network")
    picture = found.locator(".live-picture > svg").first
    assert "standard deviation is" in picture.get_attribute("aria-label")
    found.get_by_label("how large it is").select_option("hidden")
    assert "standard deviation" not in picture.get_attribute("aria-label")
    drawn = picture.locator("text").all_text_contents()
    assert drawn == ["0", "0.2", "0.4", "0.6", "0.8", "1", "seconds"]


def test_before_a_guess_nothing_gives_the_answer_away(visit):
    found = part(visit("beat_the_network.html"), "beat_the_network")
    shown = found.locator(".live-box").inner_text()
    assert "%" not in shown
    assert found.locator(".live-picture > svg").nth(1).is_hidden()
    assert found.locator(".live-picture > svg path").first.get_attribute("d").count("M") == 1


# Your own signal


def test_a_file_of_numbers_too_large_or_with_commas_gets_a_sentence(visit):
    found = part(visit("your_own_signal.html"), "your_own_signal")

    def told(lines):
        content = "\n".join(lines).encode()
        file = {"name": "a.csv", "mimeType": "text/csv", "buffer": content}
        found.locator("input[type=file]").set_input_files(file)
        found.page.wait_for_timeout(200)
        return found.locator(".live-says").inner_text()

    before = now(found)["answers"]
    said = told(["1e308", "-1e308"] * 100)
    assert said.startswith("In this unit, the numbers go beyond")
    assert "Until then: The network names seizure" in said
    assert now(found)["answers"] == before
    assert "Write decimals with a point" in told(["time;signal", *["0;1,5"] * 200])
    assert "NaN" not in found.locator(".live-box").inner_text()
    assert told(["1e6", "-1e6"] * 100).startswith("The network names ")


def test_who_draws_does_not_select_the_axis(visit):
    found = part(visit("your_own_signal.html"), "your_own_signal")
    found.locator(".live-pad").scroll_into_view_if_needed()
    pad = found.locator(".live-pad").bounding_box()
    mouse = found.page.mouse
    mouse.move(pad["x"] + 100, pad["y"] + 40)
    mouse.down()
    for i in range(20):
        mouse.move(pad["x"] + 100 + 15 * i, pad["y"] + 40 + 90 * (i % 2))
    mouse.up()
    assert found.page.evaluate("getSelection().type") != "Range"
