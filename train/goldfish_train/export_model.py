"""Writes a model as graphs that the daemon runs, and tests that both say the same. The graphs need no torch."""

import hashlib
import itertools
import json
import os
import shutil
import sys

import numpy as np

from goldfish_train import parity
from goldfish_train.dataset import SPLITS, read_json, read_rows
from goldfish_train.errors import TrainError
from goldfish_train.families import family_of
from goldfish_train.graphs.graph import SUFFIX
from goldfish_train.tensors import TensorFile, open_model, write_tensors

# Files of a model besides its weights.
COPIED = (".json", ".jinja", ".txt", ".model")
ADAPTER_PREFIX = "base_model.model."


class Merged:
    """The tensors of a base with what a run trained: adapters are added to their layer, other weights replace it."""

    def __init__(self, base, trained, scale):
        self.base, self.replaced, self.adapters = base, {}, {}
        for name in trained.names():
            plain = name.removeprefix(ADAPTER_PREFIX)
            if ".lora_" in plain:
                layer, part = plain.split(".lora_")
                self.adapters.setdefault(f"{layer}.weight", {})[part[0]] = trained.read(name)
            else:
                self.replaced[plain] = trained.read(name)
        self.scale = np.float32(scale)
        for name in [*self.replaced, *self.adapters]:
            if name not in base:
                raise TrainError(f"The base has no weights {name}, which the run trained.", "Use the run's own base.")

    def __contains__(self, name):
        return name in self.base

    def names(self):
        return self.base.names()

    def shape(self, name):
        return self.base.shape(name)

    def read(self, name):
        if name in self.replaced:
            return self.replaced[name]
        values = self.base.read(name)
        if name in self.adapters:
            pair = self.adapters[name]
            values = values + self.scale * (pair["B"] @ pair["A"])
        return values


def read_config(folder):
    """Returns config.json with the defaults of its model type."""
    from transformers import AutoConfig

    return AutoConfig.from_pretrained(folder).to_dict()


def open_source(folder):
    """Returns (folder of the base, tensors, description of the run or None)."""
    path = os.path.join(folder, "run.json")
    if not os.path.exists(path):
        return folder, open_model(folder), None
    run = read_json(path, "Train again.")
    best = os.path.join(folder, "best.safetensors")
    if not os.path.exists(os.path.join(folder, "result.json")) or not os.path.exists(best):
        raise TrainError(f"The run in {folder} is not finished.", 'Repeat "goldfish train fit" to resume it.')
    from goldfish_train.fit import base_digest

    if base_digest(run["base"]) != run["base digest"]:
        raise TrainError(f"The base in {run['base']} has changed since the run.", "Restore it, or train again.")
    config = run["config"]
    scale = config["alpha"] / config["rank"] if config["rank"] else 1.0
    return run["base"], Merged(open_model(run["base"]), TensorFile([best]), scale), run


def copy_files(source, target):
    for name in sorted(os.listdir(source)):
        path = os.path.join(source, name)
        if os.path.isdir(path) and name not in ("onnx",):
            kept = [each for each in os.listdir(path) if each.endswith(COPIED)]
            for each in kept:
                os.makedirs(os.path.join(target, name), exist_ok=True)
                shutil.copyfile(os.path.join(path, each), os.path.join(target, name, each))
        elif name.endswith(COPIED) and not name.endswith(".index.json"):
            shutil.copyfile(path, os.path.join(target, name))


def rows_for_parity(run):
    """Returns rows of the run's own data, unseen ones first, with the paths of their frames."""
    if run is None or run["config"]["stage"] == "search" or not os.path.isdir(run["data"]):
        return []
    rows = itertools.chain.from_iterable(read_rows(run["data"], split) for split in reversed(SPLITS))
    return [
        {**row, "paths": [os.path.join(run["data"], frame) for frame in row["frames"]]}
        for row in itertools.islice(rows, parity.PROMPTS)
    ]


def test_parity(folder, family, config, precisions, rows):
    """Returns what each precision reached. Raises TrainError if one misses its limits."""
    measure = family.comparison(folder, config, rows)
    reached = {}
    for precision in precisions:
        found = measure(precision)
        reached[precision] = found
        print(f"{precision}: {parity.describe(found)}", file=sys.stderr, flush=True)
        missed = parity.failures(found, precision)
        if missed:
            raise TrainError(
                f"The graphs in {precision} do not say what the model says: {'; '.join(missed)}.",
                "Nothing was written. Leave this precision out with --precision, or report it.",
            )
    return reached


def model_card(name, run, reached, result):
    lines = [f"# {name}", ""]
    if run:
        lines += [
            f"Trained by Goldfish from `{os.path.basename(run['base'])}` (weights {run['base digest']}) on a data set of "
            f"{result['rows']} rows (digest {run['data digest']}), stage `{run['config']['stage']}`.",
            "The licence of the base applies. The rows are the user's own and are not part of this model's files.",
            "",
        ]
        best, held_out = result.get("best") or {}, result.get("held_out") or {}
        if held_out.get("after"):
            before, after = held_out["before"], held_out["after"]
            lines += [
                f"On {after['rows']} searches that were not trained on: the clicked moment comes first in {after['first']:.1%}, "
                f"before {before['first']:.1%}; MRR {after['mrr']:.3f}, before {before['mrr']:.3f}.",
                "",
            ]
        if "loss" in best:
            lines += [
                f"On the validation rows: loss {best['loss']:.4f}, {best['exact']:.1%} of the captions exactly as wanted.",
                "",
            ]
    lines += ["Compared with transformers when it was exported:", ""]
    lines += [f"- {precision}: {parity.describe(found)}" for precision, found in reached.items()]
    return "\n".join(lines) + "\n"


def export_model(source, target, precisions):
    unknown = [name for name in precisions if name not in SUFFIX]
    if unknown:
        raise TrainError(f"Unknown precision {unknown[0]}.", f"Use {', '.join(SUFFIX)}.")
    if os.path.exists(target) and os.listdir(target):
        raise TrainError(f"{target} is not empty.", "Choose a new folder.")
    base, weights, run = open_source(source)
    result = read_json(os.path.join(source, "result.json"), "Train again.") if run else {}
    config = read_config(base)
    family = family_of(config, base)
    partial = target.rstrip("/\\") + ".partial"
    shutil.rmtree(partial, ignore_errors=True)
    os.makedirs(os.path.join(partial, "onnx"))
    try:
        copy_files(base, partial)
        write_tensors(os.path.join(partial, "model.safetensors"), {name: weights.read(name) for name in weights.names()})
        for precision in precisions:
            for name, build in family.graphs(config, weights).items():
                build(precision).write(os.path.join(partial, "onnx", f"{name}{SUFFIX[precision]}.onnx"))
        if result.get("budget"):
            write_budget(partial, result["budget"])
        reached = test_parity(partial, family, config, precisions, rows_for_parity(run))
        if run:
            write_origin(partial, run, result, reached)
        with open(os.path.join(partial, "README.md"), "w", encoding="utf-8") as file:
            file.write(model_card(os.path.basename(target), run, reached, result))
        if os.path.isdir(target):
            os.rmdir(target)
        os.rename(partial, target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    lines = [f"Wrote {target}. Compared with transformers:"]
    lines += [f"  {precision}: {parity.describe(found)}" for precision, found in reached.items()]
    role = "captioner" if "vision_config" in config else result.get("role")
    lines += [f"Put it into use: goldfish train use {role} {target}"] if role else []
    return {"model": target, "parity": reached, "text": "\n".join(lines)}


def whole_digest(path):
    hashed = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            hashed.update(chunk)
    return hashed.hexdigest()


def write_origin(folder, run, result, reached):
    """Writes training.json: what `goldfish train use` needs to compare the model on what it has not seen."""
    seen = set()
    if run["config"]["stage"] != "search" and os.path.isdir(run["data"]):
        seen = {row.get("content") for split in ("train", "validation") for row in read_rows(run["data"], split)}
    origin = {
        "role": result.get("role", "captioner"),
        "base": os.path.basename(run["base"]),
        "data digest": run["data digest"],
        "contents": sorted(content for content in seen if content),
        "files": {f"onnx/{name}": whole_digest(os.path.join(folder, "onnx", name)) for name in sorted(os.listdir(os.path.join(folder, "onnx")))},
        "parity": reached,
        "held_out": result.get("held_out"),
    }
    with open(os.path.join(folder, "training.json"), "w", encoding="utf-8") as file:
        json.dump(origin, file, indent=1)
        file.write("\n")


def write_budget(folder, budget):
    """Writes goldfish.json: the daemon asks the model with the frames and words that it was trained with."""
    path = os.path.join(folder, "goldfish.json")
    if not os.path.exists(path):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(budget, file)
            file.write("\n")
