"""Trains the encoder of the tiny Whisper on whistled speech. Needs Debian's python3-torch and libopenblas0-pthread.

    PYTHONPATH=../shared python3 train.py [--steps 1500] [--checkpoint whisper.pt]
"""

import argparse
import random

import numpy as np
import torch
import torch.nn.functional as F

from network import BEGIN, FIRST_WORD, NOTHING, STEP_S, STOP, WORDS_EACH, Ear
from sound import TONE_S, WITHIN_S, features, other, speech
from training import train

torch.manual_seed(0)
random.seed(0)
np.random.seed(0)
SECONDS = 8
STEPS = int(SECONDS / STEP_S)


def mark(kinds, off, sentences, language):
    """Writes the events of sentences into a row of classes and a row of times, each at its own step."""
    base = FIRST_WORD + (WORDS_EACH if language == "de" else 0)
    for start, end, words in sentences:
        events = [(start + 0.04, BEGIN, start), (end + 0.12, STOP, end)]
        events += [(at + TONE_S + WITHIN_S + 0.08, base + word, None) for at, word in words]
        for at, kind, told in events:
            step = int(at / STEP_S)
            if step >= STEPS:
                continue
            kinds[step] = kind
            if told is not None:
                off[kind - BEGIN, step] = told - (step + 0.5) * STEP_S


def make_batch(count):
    sounds, kinds = [], torch.full((count, STEPS), NOTHING)
    off = torch.full((count, 2, STEPS), float("nan"))
    for i in range(count):
        if random.random() < 0.15:
            sounds.append(other(SECONDS))
            continue
        language = random.choice(["en", "de"])
        samples, sentences = speech(SECONDS, language, random.choice([0.3, 1, 1]))
        sounds.append(samples)
        mark(kinds[i], off[i], sentences, language)
    return features(torch.tensor(np.stack(sounds)).float().clamp(-1, 1)), kinds, off


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--steps", type=int, default=1500)
    options.add_argument("--checkpoint", default="whisper.pt")
    given = options.parse_args()
    torch.set_num_threads(1)
    model = Ear()

    def loss(_):
        heard, kinds, off = make_batch(12)
        scores, guess = model(heard)
        known = ~off.isnan()
        return F.cross_entropy(scores, kinds) * 10 + ((guess - off)[known].abs().mean() * 10 if known.any() else 0)

    def score(_):
        heard, kinds, off = make_batch(24)
        scores, guess = model(heard)
        events = kinds != NOTHING
        right = (scores.argmax(1) == kinds)[events].float().mean()
        alarms = ((scores.argmax(1) != NOTHING) & ~events).sum() / events.sum()
        late = (guess - off)[~off.isnan()].abs().mean() * 1000
        return f"right {right:.3f}, false alarms {alarms:.3f}, off {late:.0f} ms"

    train(model, given.steps, loss, 2e-3, given.checkpoint, score, every=100)


if __name__ == "__main__":
    main()
