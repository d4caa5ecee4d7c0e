"""Trains the tiny Whisper on whistled speech. Needs Debian's python3-torch and libopenblas0-pthread.

    PYTHONPATH=../shared python3 train.py [--steps 5000] [--checkpoint whisper.pt]

Most of the way it hears 8 s at a time, which lie anywhere in the 30 s; then the whole length.
"""

import argparse
import random

import numpy as np
import torch
import torch.nn.functional as F

from network import STRIDE, Whisper
from sound import features, other, speech
from training import train
from words import END, FIRST_TIME, ID, NO_SPEECH, START, TIMES, TOKENS, TRANSCRIBE, WORD_IDS

torch.manual_seed(0)
random.seed(0)
np.random.seed(0)
# Seconds of one vector of the encoder.
VECTOR_S = STRIDE / 100


def time_id(seconds):
    return FIRST_TIME + max(0, min(TIMES - 1, round(seconds * 50)))


def row_of(language, sentences, offset):
    tokens = [START, ID[f"<|{language}|>"], TRANSCRIBE]
    for start, end, words in sentences:
        tokens += [time_id(start + offset), *(WORD_IDS[language][word][0] for word in words), time_id(end + offset)]
    return tokens + [END]


def make_batch(count, share):
    seconds = 8 if share < 0.75 else 30
    first = random.randrange(0, 3000 // STRIDE - 100) if seconds == 8 and random.random() < 0.7 else 0
    sounds, rows, silent = [], [], []
    for _ in range(count):
        language = random.choice(["en", "de"])
        silent.append(random.random() < 0.12)
        if silent[-1]:
            sounds.append(other(seconds))
            rows.append([START, ID[f"<|{language}|>"], TRANSCRIBE, time_id(first * VECTOR_S), END])
            continue
        fill = random.choice([0.3, 1]) if seconds == 8 else random.choice([0.1, 0.3, 0.7, 1])
        samples, sentences = speech(seconds, language, fill)
        sounds.append(samples)
        rows.append(row_of(language, sentences, first * VECTOR_S))
    heard = features(torch.tensor(np.stack(sounds)).float().clamp(-1, 1))
    width = max(map(len, rows))
    tokens = torch.full((count, width), END)
    labels = torch.full((count, width - 1), -100)
    for i, row in enumerate(rows):
        tokens[i, : len(row)] = torch.tensor(row)
        labels[i, : len(row) - 1] = torch.tensor(row[1:])
        if silent[i]:
            labels[i, 0] = NO_SPEECH
    return heard, tokens[:, :-1], labels, first


def soft(labels):
    """Right answers as shares: a time a little off is a little wrong."""
    flat = labels.flatten()
    shares = torch.zeros(len(flat), TOKENS)
    known = flat >= 0
    shares[known, flat[known]] = 1
    times = flat >= FIRST_TIME
    moments = torch.arange(TIMES).view(1, -1) - (flat[times] - FIRST_TIME).view(-1, 1)
    near = torch.exp(-((moments / 2.0) ** 2) / 2)
    shares[times, FIRST_TIME:] = near / near.sum(1, keepdim=True)
    return shares, known


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--steps", type=int, default=5000)
    options.add_argument("--checkpoint", default="whisper.pt")
    options.add_argument("--batch", type=int, default=12)
    given = options.parse_args()
    torch.set_num_threads(1)
    model = Whisper()

    def loss(share):
        heard, tokens, labels, first = make_batch(given.batch if share < 0.75 else 6, share)
        logits = model(heard, tokens, first).flatten(0, 1)
        shares, known = soft(labels)
        return -(shares * F.log_softmax(logits, -1)).sum(1)[known].mean()

    def score(share):
        heard, tokens, labels, first = make_batch(24, share)
        guess = model(heard, tokens, first).argmax(-1)
        words = (labels >= 0) & (labels < FIRST_TIME)
        times = labels >= FIRST_TIME
        right = (guess == labels)[words].float().mean().item()
        off = (guess - labels).abs()[times].float()
        return f"words right {right:.3f}, times within 100 ms {(off <= 5).float().mean():.3f}, mean off {off.mean() * 20:.0f} ms"

    train(model, given.steps, loss, 2e-3, given.checkpoint, score)


if __name__ == "__main__":
    main()
