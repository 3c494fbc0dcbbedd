"""What changed between two records: data, packages, settings, metrics, time.

It needs nothing but Python, as the site of all versions is put together where little is installed.
"""

from __future__ import annotations


def compare(before: dict, after: dict) -> dict:
    """Compare two records.

    Parameters
    ----------
    before, after : dict
        In the layout of ``record.json``.

    Returns
    -------
    dict
        ``before`` and ``after``, the versions, commits and dates; ``data`` and ``environment``,
        what differs there, each as a pair; ``added`` and ``removed`` experiments; ``settings``, the
        parameters that differ, by experiment; ``moved``, the metrics whose new value lies outside
        the old interval; ``changed_within_interval``, how many others differ; and ``seconds``, the
        training time in total.
    """
    old, new = _experiments(before), _experiments(after)
    both = [name for name in new if name in old]
    settings = {
        name: _pairs(_flat(old[name]["parameters"]), _flat(new[name]["parameters"]))
        for name in both
    }
    moved, within = [], 0
    for name in both:
        one, other = _metrics(old[name]), _metrics(new[name])
        for metric in (metric for metric in other if metric in one):
            was, now = one[metric], other[metric]
            if not was["low"] <= now["value"] <= was["high"]:
                moved.append({"experiment": name, "metric": metric, "before": was, "after": now})
            elif was != now:
                within += 1
    return {
        "before": _source(before),
        "after": _source(after),
        "data": _pairs(before["data"], after["data"]),
        "environment": _pairs(_flat(before["environment"]), _flat(after["environment"])),
        "added": [name for name in new if name not in old],
        "removed": [name for name in old if name not in new],
        "settings": {name: pairs for name, pairs in settings.items() if pairs},
        "moved": moved,
        "changed_within_interval": within,
        "seconds": [_seconds(before), _seconds(after)],
    }


def to_text(comparison: dict) -> str:
    """Return what changed, as text for a terminal; leave out what did not."""
    parts = [
        "{} -> {}".format(
            *(
                f"{of['version']} ({(of['commit'] or 'no commit')[:10]}{_day(of['date'])})"
                for of in (comparison["before"], comparison["after"])
            )
        )
    ]
    pairs = {
        "recordings": comparison["data"],
        "environment": comparison["environment"],
        **{f"settings of {name}": of for name, of in comparison["settings"].items()},
    }
    for title, of in pairs.items():
        parts += [f"{title}: {key} {was} -> {now}" for key, (was, now) in of.items()]
    parts += [f"added: {name}" for name in comparison["added"]]
    parts += [f"removed: {name}" for name in comparison["removed"]]
    for one in comparison["moved"]:
        was, now = said(one["before"]), said(one["after"])
        parts.append(f"moved: {one['experiment']}, {one['metric']}: {was} -> {now}")
    if not comparison["moved"]:
        parts.append("no metric moved by more than its interval")
    parts.append(f"changed within their intervals: {comparison['changed_within_interval']}")
    parts.append("seconds of training: {:.0f} -> {:.0f}".format(*comparison["seconds"]))
    return "\n".join(parts)


def said(accuracy: dict) -> str:
    """Return an accuracy of the record with its interval, in percent."""
    return "{value:.1%} ({low:.1%} to {high:.1%})".format(**accuracy)


def _source(record: dict) -> dict:
    """Return where a record comes from; those of version 0.1.0 have no date."""
    return {"version": record["version"], "commit": record["commit"], "date": record.get("date")}


def _day(date: str | None) -> str:
    return f" of {date[:10]}" if date else ""


def _experiments(record: dict) -> dict[str, dict]:
    return {one["name"]: one for one in [*record.get("long_runs", []), *record["experiments"]]}


def _seconds(record: dict) -> float:
    return round(sum(one["seconds"] for one in record["experiments"]), 1)


def _metrics(experiment: dict) -> dict[str, dict]:
    """Return the metrics that have an interval."""
    metrics = experiment["metrics"]
    per_class = metrics.get("accuracy_per_class", {})
    return {"accuracy": metrics["accuracy"], **{f"{k} right": v for k, v in per_class.items()}}


def _flat(nested: dict) -> dict:
    flat = {}
    for key, value in nested.items():
        if isinstance(value, dict):
            flat |= {f"{key} {inner}": of for inner, of in _flat(value).items()}
        else:
            flat[key] = value
    return flat


def _pairs(before: dict, after: dict) -> dict[str, list]:
    keys = [*before, *(key for key in after if key not in before)]
    return {k: [before.get(k), after.get(k)] for k in keys if before.get(k) != after.get(k)}
