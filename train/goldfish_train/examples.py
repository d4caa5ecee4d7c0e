"""Rows as tokens, and batches of them."""

from dataclasses import dataclass

import torch

from goldfish_train.dataset import answer_of, read_rows

# Sources whose words are to be learned. Other rows are there so that the model keeps what it knows.
BY_PERSON = ("corrections", "tags", "imported", "subtitles", "host")
IGNORED = -100


@dataclass(frozen=True)
class Example:
    id: str
    prompt: list
    answer: list
    # Tokens of what the model had written before a person corrected it, or None.
    rejected: list | None
    # The right answer as text.
    text: str
    frames: list
    weight: float
    by_person: bool


def load_examples(folder, split, texts, longest):
    """Returns (examples, number of rows that are longer than `longest` tokens and left out)."""
    import os

    examples, left_out = [], 0
    for row in read_rows(folder, split):
        prompt, answer = texts.prompt(row), texts.answer(row)
        rejected = texts.answer(row, row["rejected"]) if row.get("rejected") else None
        if len(prompt) + max(len(answer), len(rejected or [])) > longest:
            left_out += 1
            continue
        examples.append(
            Example(
                id=row["id"],
                prompt=prompt,
                answer=answer,
                rejected=rejected,
                text=answer_of(row),
                frames=[os.path.join(folder, frame) for frame in row["frames"]],
                weight=float(row.get("weight", 1)),
                by_person=row.get("source") in BY_PERSON,
            )
        )
    return examples, left_out


def training_batch(examples, answers, features, pad, device):
    """Returns a batch of prompts with answers, padded on the right; labels are the answers alone."""
    rows = [(example.prompt, answer) for example, answer in zip(examples, answers)]
    width = max(len(prompt) + len(answer) for prompt, answer in rows)
    tokens = torch.full((len(rows), width), pad)
    labels = torch.full((len(rows), width), IGNORED)
    attention = torch.zeros((len(rows), width), dtype=torch.long)
    for i, (prompt, answer) in enumerate(rows):
        end = len(prompt) + len(answer)
        tokens[i, :end] = torch.tensor([*prompt, *answer])
        labels[i, len(prompt) : end] = torch.tensor(answer)
        attention[i, :end] = 1
    return to_device(examples, features, {"tokens": tokens, "labels": labels, "attention": attention}, device)


def prompt_batch(examples, features, pad, device):
    """Returns a batch of prompts, padded on the left, so that all answers begin at the same place."""
    width = max(len(example.prompt) for example in examples)
    tokens = torch.full((len(examples), width), pad)
    attention = torch.zeros((len(examples), width), dtype=torch.long)
    for i, example in enumerate(examples):
        tokens[i, width - len(example.prompt) :] = torch.tensor(example.prompt)
        attention[i, width - len(example.prompt) :] = 1
    return to_device(examples, features, {"tokens": tokens, "attention": attention}, device)


def to_device(examples, features, batch, device):
    paths = [path for example in examples for path in example.frames]
    batch["features"] = features.of(paths) if paths else torch.zeros((0, 1, 1))
    return {name: values.to(device) for name, values in batch.items()}


class Order:
    """Which rows each step takes: every epoch in an order of its own, the same in each run of the same seed."""

    def __init__(self, count, batch, epochs, seed):
        self.count, self.batch, self.seed = count, batch, seed
        self.steps = max(1, round(count * epochs / batch))
        self.epoch, self.order = None, None

    def rows(self, step):
        """Returns the rows of a step; steps count from 0."""
        return [self.at(place) for place in range(step * self.batch, (step + 1) * self.batch)]

    def at(self, place):
        epoch, inside = divmod(place, self.count)
        if epoch != self.epoch:
            generator = torch.Generator().manual_seed(self.seed * 1_000_003 + epoch)
            self.epoch, self.order = epoch, torch.randperm(self.count, generator=generator).tolist()
        return self.order[inside]
