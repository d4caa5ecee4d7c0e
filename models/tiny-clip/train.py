"""Trains the tiny CLIP. Needs Debian's python3-torch and libopenblas0-pthread.

    PYTHONPATH=../shared:../tiny-captioner python3 train.py [--steps 2500] [--checkpoint clip.pt]

Each colour, shape and background has a direction. The target vector of a picture is the sum of its contents, that of a
text the sum of what it names. Words that name nothing here share one more direction.
"""

import argparse
import random

import torch
import torch.nn as nn
import torch.nn.functional as F

from network import SPACE, Text, Vision
from scenes import BACKGROUNDS, COLOURS, FRAMES, SHAPES, render
from training import train
from words import END, THINGS, ids, random_text

MEAN = torch.tensor([0.48145466, 0.4578275, 0.40821073]).view(3, 1, 1)
DEVIATION = torch.tensor([0.26862954, 0.26130258, 0.27577711]).view(3, 1, 1)

torch.manual_seed(0)
random.seed(0)
DIRECTIONS = torch.linalg.qr(torch.randn(SPACE, SPACE))[0]
WEIGHTS = [1.0] * len(COLOURS) + [0.9] * len(SHAPES) + [0.5] * len(BACKGROUNDS)
NOTHING = DIRECTIONS[len(THINGS)]


def sum_of(numbers, unknown=False):
    vector = NOTHING * (0.5 if unknown else 0.1)
    for number in numbers:
        vector = vector + DIRECTIONS[number] * WEIGHTS[number]
    return F.normalize(vector, dim=-1)


def pictures(count):
    frames, scenes, _ = render(count)
    one = frames[torch.arange(count), torch.randint(FRAMES, (count,))]
    # Vary the brightness, and sometimes use a wider frame with more black above and below.
    one = (one * (0.85 + torch.rand(count, 1, 1, 1) * 0.3)).clamp(0, 255)
    for i in range(count):
        if random.random() < 0.25:
            flat = F.interpolate(one[i : i + 1], size=(18, 32), mode="area")
            one[i] = F.pad(flat, (0, 0, 7, 7))[0]
    wanted = [sum_of([THINGS.index(s["colour"]), THINGS.index(s["shape"]), THINGS.index(s["background"])]) for s in scenes]
    return (one / 255 - MEAN) / DEVIATION, torch.stack(wanted)


def texts(count):
    made = [random_text() for _ in range(count)]
    rows = [ids(text) for text, _, _ in made]
    width = max(map(len, rows))
    tokens = torch.tensor([row + [END] * (width - len(row)) for row in rows])
    return tokens, torch.stack([sum_of(numbers, unknown) for _, numbers, unknown in made])


class Clip(nn.Module):
    def __init__(self):
        super().__init__()
        self.vision, self.text = Vision(), Text()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--steps", type=int, default=2500)
    options.add_argument("--checkpoint", default="clip.pt")
    given = options.parse_args()
    torch.set_num_threads(1)
    model = Clip()

    def cosines(count):
        pixels, seen = pictures(count)
        tokens, named = texts(count)
        return (
            (F.normalize(model.vision(pixels), dim=-1) * seen).sum(1),
            (F.normalize(model.text(tokens), dim=-1) * named).sum(1),
        )

    def score(_):
        seen, named = cosines(300)
        return f"cosine of pictures {seen.mean():.3f}, of texts {named.mean():.3f}"

    train(model, given.steps, lambda share: sum((1 - c).mean() for c in cosines(48)), 2e-3, given.checkpoint, score)


if __name__ == "__main__":
    main()
