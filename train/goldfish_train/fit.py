"""Trains a captioner. A run that was interrupted resumes at its last checkpoint and ends with the same weights."""

import dataclasses
import hashlib
import json
import math
import os
import sys
import time

import torch

from goldfish_train.captioner import Captioner, FeatureCache, load_base
from goldfish_train.config import load_config
from goldfish_train.dataset import Frames, Texts, digest_of, read_index, read_json
from goldfish_train.errors import TrainError
from goldfish_train.examples import Order, load_examples, prompt_batch
from goldfish_train.losses import caption_loss, preference_loss
from goldfish_train.tensors import write_tensors

# The generation check may fall by so much before a checkpoint with a lower loss is refused as the best.
ALLOWED_FALL = 0.02


def report(text):
    print(text, file=sys.stderr, flush=True)


def file_digest(path):
    hashed = hashlib.sha256()
    with open(path, "rb") as file:
        while chunk := file.read(1 << 20):
            hashed.update(chunk)
    return hashed.hexdigest()[:16]


def base_digest(folder):
    names = sorted(name for name in os.listdir(folder) if name.endswith(".safetensors"))
    return "-".join(file_digest(os.path.join(folder, name)) for name in names)


def save(path, value):
    partial = path + ".partial"
    torch.save(value, partial)
    with open(partial, "rb") as file:
        os.fsync(file.fileno())
    os.replace(partial, path)


def write_json(path, value):
    partial = path + ".partial"
    with open(partial, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
        file.write("\n")
    os.replace(partial, path)


def begin_run(folder, description):
    """Creates the folder of a run, or checks that an existing one is of the same run."""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "run.json")
    if os.path.exists(path):
        known = read_json(path, "Choose another folder.")
        changed = [name for name, value in description.items() if known.get(name) != value]
        if changed:
            raise TrainError(
                f"{folder} holds a run with another {' and '.join(changed)}.",
                "Choose a new folder with -o, or repeat the old command to resume that run.",
            )
        return
    if os.listdir(folder):
        raise TrainError(f"{folder} is not empty and holds no run.", "Choose a new folder with -o.")
    write_json(path, description)


def rate_share(step, steps, warm_up):
    """Returns the share of the learning rate at a step: a linear warm-up, then half a cosine down to 0."""
    warm = max(1, round(steps * warm_up))
    if step < warm:
        return (step + 1) / warm
    return 0.5 + 0.5 * math.cos(math.pi * (step - warm) / max(1, steps - warm))


def word_score(written, wanted):
    """Returns how well two texts agree: the F1 score of their words."""
    a, b = written.lower().split(), wanted.lower().split()
    if not a or not b:
        return float(a == b)
    common = sum(min(a.count(word), b.count(word)) for word in set(a))
    return 2 * common / (len(a) + len(b))


def repeats_itself(text):
    words = text.lower().split()
    return any(words[i : i + 3] == words[i + 3 : i + 6] for i in range(len(words) - 5))


class Run:
    """A run: the model, the rows, the folder, and the step that it has reached."""

    def __init__(self, data, base, folder, config, mix=()):
        self.folder, self.config = folder, config
        self.frames = Frames(base)
        self.captioner = Captioner(load_base(base), config)
        self.texts = Texts(base, self.captioner.inner.image_seq_len)
        self.train, self.left_out = load_examples(data, "train", self.texts, config.longest)
        for other, share in mix:
            self.train += self.sample(other, round(share * len(self.train)))
        self.validation, _ = load_examples(data, "validation", self.texts, config.longest)
        if config.stage == "prefer":
            self.train = [example for example in self.train if example.rejected]
            self.validation = [example for example in self.validation if example.rejected]
        if not self.train:
            needed = "corrected captions" if config.stage == "prefer" else "rows"
            raise TrainError(f"{data} has no {needed} to train on.", "Export a data set with more corrections.")
        paths = sorted({path for example in [*self.train, *self.validation] for path in example.frames})
        self.features = FeatureCache(self.captioner, self.frames, paths, folder, report)
        self.judges = any(example.by_person for example in self.validation)
        self.order = Order(len(self.train), config.batch, config.epochs, config.seed)
        self.optimizer = self.captioner.optimizer(config)
        self.step, self.best = 0, None

    def sample(self, data, count):
        """Returns rows of another data set, the same ones in each run of the same seed."""
        rows, _ = load_examples(data, "train", self.texts, self.config.longest)
        generator = torch.Generator().manual_seed(self.config.seed)
        return [rows[at] for at in torch.randperm(len(rows), generator=generator).tolist()[:count]]

    def trainee(self):
        """Returns what is trained: it has `trained()` and `device`."""
        return self.captioner

    # Checkpoints

    def checkpoint_path(self):
        return os.path.join(self.folder, "checkpoint.pt")

    def save(self):
        trained = {name: weight.detach().cpu() for name, weight in self.trainee().trained().items()}
        save(
            self.checkpoint_path(),
            {"step": self.step, "best": self.best, "trained": trained, "optimizer": self.optimizer.state_dict()},
        )

    def resume(self):
        """Continues at the last checkpoint, if there is one. Later lines of the log are repeated."""
        log = os.path.join(self.folder, "metrics.jsonl")
        if os.path.exists(self.checkpoint_path()):
            state = torch.load(self.checkpoint_path(), weights_only=True, map_location=self.trainee().device)
            self.step, self.best = state["step"], state["best"]
            own = self.trainee().trained()
            if set(own) != set(state["trained"]):
                raise TrainError(f"{self.checkpoint_path()} is of another model.", "Choose a new folder with -o.")
            with torch.no_grad():
                for name, weight in own.items():
                    weight.copy_(state["trained"][name])
            self.optimizer.load_state_dict(state["optimizer"])
            report(f"resuming at step {self.step} of {self.order.steps}")
        if os.path.exists(log):
            with open(log, encoding="utf-8") as file:
                lines = [line for line in file if line.endswith("\n") and json.loads(line)["step"] <= self.step]
            with open(log, "w", encoding="utf-8") as file:
                file.writelines(lines)

    def log(self, **values):
        with open(os.path.join(self.folder, "metrics.jsonl"), "a", encoding="utf-8") as file:
            file.write(json.dumps({"step": self.step, **values}) + "\n")

    # Training

    def losses(self, examples, keep):
        pad = self.texts.pad
        if self.config.stage == "prefer":
            return preference_loss(self.captioner, examples, self.features, pad, self.config.beta)
        return caption_loss(self.captioner, examples, self.features, pad, keep)

    def train_step(self):
        """Takes one step. Its chance (dropout) depends on seed and step alone, so a resumed run repeats it."""
        config = self.config
        torch.manual_seed(config.seed * 1_000_003 + self.step)
        self.captioner.model.train()
        self.captioner.inner.vision_model.eval()
        examples = [self.train[row] for row in self.order.rows(self.step)]
        whole = sum(example.weight for example in examples)
        share = rate_share(self.step, self.order.steps, config.warm_up)
        for group in self.optimizer.param_groups:
            group["lr"] = group["start"] * share
        self.optimizer.zero_grad()
        total = 0.0
        for at in range(0, len(examples), config.micro_batch):
            loss = self.losses(examples[at : at + config.micro_batch], config.keep).sum() / whole
            if not torch.isfinite(loss):
                raise TrainError(f"The loss is not a number at step {self.step}.", "Lower the learning rate (rate).")
            loss.backward()
            total += loss.item()
        weights = list(self.captioner.trained().values())
        torch.nn.utils.clip_grad_norm_(weights, config.clip if config.clip > 0 else math.inf)
        self.optimizer.step()
        self.step += 1
        return total

    @torch.no_grad()
    def validate(self):
        """Returns the loss on the validation rows and what the model writes for some of them, or None without rows."""
        if not self.validation:
            return None
        self.captioner.model.eval()
        total, whole = 0.0, sum(example.weight for example in self.validation)
        for at in range(0, len(self.validation), self.config.micro_batch):
            total += self.losses(self.validation[at : at + self.config.micro_batch], 0.0).sum().item()
        written = self.write(self.validation[: self.config.generate_rows])
        rows = list(zip(written, self.validation))
        return {
            "loss": total / whole,
            "words": sum(word_score(text, example.text) for text, example in rows) / max(1, len(rows)),
            "exact": sum(text.lower() == example.text.lower() for text, example in rows) / max(1, len(rows)),
            "repeating": sum(repeats_itself(text) for text in written) / max(1, len(rows)),
            "empty": sum(text == "" for text in written) / max(1, len(rows)),
        }

    @torch.no_grad()
    def write(self, examples):
        texts = []
        for at in range(0, len(examples), self.config.micro_batch):
            batch = prompt_batch(
                examples[at : at + self.config.micro_batch], self.features, self.texts.pad, self.captioner.device
            )
            rows = self.captioner.write(batch, self.config.generate_tokens, self.texts.ends)
            texts += [self.texts.decode(row) for row in rows]
        return texts

    def describe(self, score):
        return f", validation {score['loss']:.4f}, words {score['words']:.3f}"

    def is_better(self, score, best):
        lower = score["loss"] < best["loss"]
        sound = score["words"] >= best["words"] - ALLOWED_FALL and score["repeating"] <= best["repeating"] + ALLOWED_FALL
        return lower and sound

    def note_best(self, score):
        """Keeps the weights if no earlier ones are better: a lower loss, and captions that did not get worse.

        Without a person's words among the validation rows, a low loss only says that little changed, so the last count.
        """
        best = self.best
        if best is not None and score is not None and self.judges:
            if not self.is_better(score, best):
                return
        self.best = {"step": self.step, **(score or {})}
        trained = {name: weight.detach().float().cpu().numpy() for name, weight in self.trainee().trained().items()}
        write_tensors(os.path.join(self.folder, "best.safetensors"), trained, {"step": str(self.step)})

    def run(self):
        config, steps = self.config, self.order.steps
        every = config.validate_steps or max(1, math.ceil(len(self.train) / config.batch))
        if self.step == 0:
            before = self.validate()
            if before:
                self.log(validation=before)
        began, losses = time.time(), []
        while self.step < steps:
            losses.append(self.train_step())
            last = self.step == steps
            if last or self.step % every == 0:
                score = self.validate()
                mean = sum(losses) / len(losses)
                self.log(loss=mean, validation=score)
                shown = self.describe(score) if score else ""
                report(f"step {self.step} of {steps}, {time.time() - began:.0f} s, loss {mean:.4f}{shown}")
                losses = []
                self.note_best(score)
            if last or self.step % every == 0 or (config.save_steps and self.step % config.save_steps == 0):
                self.save()
        return self.best


def parse_mix(text):
    """Returns (folder, share) of "folder=0.2"."""
    folder, _, share = text.rpartition("=")
    try:
        number = float(share)
    except ValueError:
        number = -1.0
    if not folder or not 0 < number <= 10:
        raise TrainError(f"--mix {text} names no share.", "Use --mix FOLDER=0.2 for a fifth as many rows.")
    read_index(folder)
    return folder, number


def fit(data, base, folder, stage, config_path, mix=()):
    index = read_index(data)
    searches = index.get("kind") == "searches"
    config = load_config("search" if searches else stage, config_path)
    mix = [parse_mix(text) for text in mix]
    if not os.path.isdir(base):
        base = fetch_base(base)
    description = {
        "base": os.path.abspath(base),
        "base digest": base_digest(base),
        "data": os.path.abspath(data),
        "data digest": digest_of(data),
        "config": dataclasses.asdict(config),
        "mix": [[os.path.abspath(other), share, digest_of(other)] for other, share in mix],
    }
    begin_run(folder, description)
    finished = os.path.join(folder, "result.json")
    if os.path.exists(finished):
        result = read_json(finished, "Train again in a new folder.")
        return {**result, "text": f"This run is finished, and was not repeated.\n{next_step(folder)}"}
    if searches:
        from goldfish_train.searches import fit_searches

        result, text = fit_searches(data, base, folder, config, kept_in(folder))
        write_json(finished, result)
        return {**result, "text": f"{text}\n{next_step(folder)}"}
    run = Run(data, base, folder, config, mix)
    run.resume()
    best = run.run()
    result = {
        "steps": run.order.steps,
        "rows": len(run.train),
        "left_out": run.left_out,
        "trained_weights": sum(weight.numel() for weight in run.captioner.trained().values()),
        "best": best,
        "budget": index.get("captioner", {}).get("budget"),
    }
    write_json(finished, result)
    run.features.delete()
    if not run.judges:
        report("No row of the validation part was written by a person, so the last weights count as the best.")
    text = f"Trained {run.order.steps} steps on {len(run.train)} rows. The best weights are those of step {best['step']}"
    if "loss" in best:
        text += f": validation loss {best['loss']:.4f}, {best['exact']:.0%} of the captions exactly as wanted"
    return {**result, "text": f"{text}.\n{next_step(folder)}"}


def kept_in(folder):
    """Returns a function that computes a value once in the life of a run, and reads it after a restart."""

    def keep(name, compute):
        path = os.path.join(folder, f"{name}.json")
        if not os.path.exists(path):
            write_json(path, compute())
        return read_json(path, "Train again in a new folder.")

    return keep


def next_step(folder):
    return f"Next: goldfish train export-model {folder} <new folder>"


def fetch_base(name):
    """Downloads a model of the hub. Only for a name that is no folder."""
    try:
        from huggingface_hub import snapshot_download

        return snapshot_download(name, allow_patterns=["*.json", "*.safetensors", "*.txt", "*.jinja"])
    except Exception as error:
        raise TrainError(
            f"{name} is not a folder, and could not be downloaded: {error}",
            "Give a folder with config.json, model.safetensors and the tokenizer.",
        ) from None
