"""Looks for faults in a data set before hours are spent on it."""

import hashlib
import os
from collections import Counter

from goldfish_train.dataset import SPLITS, answer_of, read_index, read_rows
from goldfish_train.errors import TrainError

# Lengths of answers, in words, by which the histogram is divided.
EDGES = (5, 10, 20, 40, 80)
SHOWN = 5


class Findings:
    """Faults that spoil a training, and remarks. Each kind is counted, and the first of it are shown."""

    def __init__(self):
        self.faults, self.remarks = {}, {}

    def fault(self, kind, where):
        self.faults.setdefault(kind, []).append(where)

    def remark(self, kind, where):
        self.remarks.setdefault(kind, []).append(where)


def frame_digest(folder, row, findings):
    """Returns a hash of the frames' pixels, or None if one cannot be read."""
    from PIL import Image

    hashed = hashlib.sha256()
    for name in row["frames"]:
        path = os.path.join(folder, name)
        inside = os.path.realpath(path).startswith(os.path.realpath(folder) + os.sep)
        if not inside:
            findings.fault("frames outside the data set", f"{row['id']}: {name}")
            return None
        try:
            with Image.open(path) as image:
                image.load()
                hashed.update(f"{image.size}".encode())
                hashed.update(image.convert("RGB").tobytes())
        except OSError as error:
            findings.fault("frames that cannot be read", f"{name}: {error}")
            return None
    return hashed.hexdigest()


def check_row(row, split, findings):
    times = row.get("frameTimesMs") or []
    start, end = row.get("startMs"), row.get("endMs")
    if start is not None and end is not None:
        if end <= start:
            findings.fault("clips without length", row["id"])
        # A frame may be the one that was already shown when the clip began.
        elif any(time > end for time in times):
            findings.fault("frames after the end of their clip", row["id"])
    if not row.get("licence"):
        findings.remark("rows without a licence", row["id"])
    if row.get("rejected") is not None and row["rejected"].strip() == answer_of(row):
        findings.remark("corrections that change nothing", row["id"])


def find_leaks(places, findings):
    """`places`: {(kind, key): {split: a row's id}}. The same content or frames in two splits make the test worthless."""
    for (kind, _), splits in places.items():
        if len(splits) > 1:
            where = ", ".join(f"{row} ({split})" for split, row in splits.items())
            findings.fault(f"{kind} in more than one part", where)


def histogram(lengths):
    edges = [0, *EDGES]
    names = [f"{low + 1}-{high}" for low, high in zip(edges, EDGES)] + [f"over {EDGES[-1]}"]
    counts = [sum(low < length <= high for length in lengths) for low, high in zip(edges, EDGES)]
    return dict(zip(names, [*counts, sum(length > EDGES[-1] for length in lengths)]))


def check_searches(folder):
    """Looks for searches without negatives, and for queries that are in two parts."""
    from goldfish_train.searches import read_searches

    findings, counts, places = Findings(), Counter(), {}
    for split in SPLITS:
        for row in read_searches(folder, split):
            counts[split] += 1
            places.setdefault(("queries", " ".join(row["query"].lower().split())), {}).setdefault(split, row["id"])
            if row["positive"] in row["negatives"]:
                findings.fault("a moment both opened and skipped", row["id"])
    find_leaks(places, findings)
    if counts["train"] == 0:
        findings.fault("no rows for training", folder)
    if counts["test"] == 0:
        findings.remark("no held-out searches: a gain cannot be shown", folder)
    return conclude(folder, findings, counts, Counter(searches=sum(counts.values())), Counter(own=sum(counts.values())), {})


def check(folder):
    if read_index(folder).get("kind") == "searches":
        return check_searches(folder)
    findings, places, ids = Findings(), {}, Counter()
    counts, sources, licences, lengths = Counter(), Counter(), Counter(), []
    answers = {}
    for split in SPLITS:
        for row in read_rows(folder, split):
            counts[split] += 1
            ids[row["id"]] += 1
            sources[row.get("source", "unknown")] += 1
            licences[row.get("licence") or "unknown"] += 1
            lengths.append(len(answer_of(row).split()))
            check_row(row, split, findings)
            digest = frame_digest(folder, row, findings)
            for kind, key in (("videos", row.get("content")), ("frames", digest if row["frames"] else None)):
                if key is not None:
                    places.setdefault((kind, key), {}).setdefault(split, row["id"])
            if digest and row["frames"]:
                question = str(row["messages"][0]["content"])
                known = answers.setdefault((digest, question), (row["id"], answer_of(row)))
                if known[1] != answer_of(row):
                    findings.fault("different answers to the same frames", f"{known[0]}, {row['id']}")
    for name, count in ids.items():
        if count > 1:
            findings.fault("rows with the same id", name)
    find_leaks(places, findings)
    if counts["train"] == 0:
        findings.fault("no rows for training", folder)
    if counts["validation"] == 0:
        findings.remark("no rows for validation: the last weights count as the best", folder)
    return conclude(folder, findings, counts, sources, licences, histogram(lengths))


def conclude(folder, findings, counts, sources, licences, lengths):
    def listed(kinds):
        return [
            f"{kind} ({len(places)}): {'; '.join(places[:SHOWN])}{' ...' if len(places) > SHOWN else ''}"
            for kind, places in kinds.items()
        ]

    if findings.faults:
        raise TrainError(
            f"{folder} has faults. " + " | ".join(listed(findings.faults)),
            "Export the data set again, or delete these rows from the .jsonl files.",
        )
    lines = [
        f"{sum(counts.values())} rows without faults: " + ", ".join(f"{counts[split]} {split}" for split in SPLITS) + ".",
        "Sources: " + ", ".join(f"{name} {count}" for name, count in sources.items()) + ".",
        "Licences: " + ", ".join(f"{name} {count}" for name, count in licences.items()) + ".",
        *(["Words in an answer: " + ", ".join(f"{name}: {count}" for name, count in lengths.items()) + "."] if lengths else []),
        *(f"Note: {text}" for text in listed(findings.remarks)),
    ]
    return {
        "rows": dict(counts),
        "sources": dict(sources),
        "licences": dict(licences),
        "words": lengths,
        "remarks": {kind: len(places) for kind, places in findings.remarks.items()},
        "text": "\n".join(lines),
    }
