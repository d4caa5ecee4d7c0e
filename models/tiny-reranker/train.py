"""Trains the tiny reranker. Needs Debian's python3-torch and libopenblas0-pthread.

    PYTHONPATH=../shared:../tiny-embedder python3 train.py embedder.pt [--steps 1000] [--checkpoint reranker.pt]

A passage answers a question if it contains all of the question's concepts, in any words. Training starts from the
trained embedder, so that synonyms are similar from the first step.
"""

import argparse
import random

import torch
import torch.nn.functional as F

from concepts import CONCEPTS, EMPTY, MARKS
from network import batch_of
from ranker import Ranker
from tokens import CLS, PAD, SEP, ids
from training import train

torch.manual_seed(0)
random.seed(0)


def text_of(numbers, empty):
    words = [random.choice(CONCEPTS[number]) for number in numbers]
    words += random.choices(EMPTY, k=random.randint(0, empty)) + random.choices(MARKS, k=random.randint(0, 2))
    random.shuffle(words)
    return " ".join(words)


def make_batch(count):
    rows, segments, labels = [], [], []
    for _ in range(count):
        asked = random.sample(range(len(CONCEPTS)), random.choice([1, 1, 2, 2, 3]))
        others = [n for n in random.choices(range(len(CONCEPTS)), k=random.randint(0, 9)) if n not in asked]
        right = random.random() < 0.5
        # A wrong passage may contain part of what is asked.
        held = asked if right else random.sample(asked, random.randint(0, len(asked) - 1))
        question, passage = ids(text_of(asked, 6))[:40], ids(text_of([*held, *others], 12))[:80]
        rows.append([CLS, *question, SEP, *passage, SEP])
        segments.append([0] * (len(question) + 2) + [1] * (len(passage) + 1))
        labels.append(1.0 if right else 0.0)
    tokens, mask = batch_of(rows, PAD)
    kinds, _ = batch_of(segments, 0)
    return tokens, mask, kinds, torch.tensor(labels)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("embedder")
    options.add_argument("--steps", type=int, default=1000)
    options.add_argument("--checkpoint", default="reranker.pt")
    given = options.parse_args()
    torch.set_num_threads(1)
    model = Ranker()
    model.encoder.load_state_dict(torch.load(given.embedder))

    def loss(_):
        tokens, mask, kinds, labels = make_batch(64)
        return F.binary_cross_entropy_with_logits(model(tokens, mask, kinds).squeeze(-1), labels)

    def score(_):
        tokens, mask, kinds, labels = make_batch(400)
        return f"right {((model(tokens, mask, kinds).squeeze(-1) > 0) == (labels > 0)).float().mean():.3f}"

    train(model, given.steps, loss, 1e-3, given.checkpoint, score, every=100)


if __name__ == "__main__":
    main()
