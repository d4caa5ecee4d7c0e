"""Trains the tiny captioner on rendered scenes. Needs torch and transformers, as in train/requirements.lock.

    python3 train.py [--steps 7000] [--threads 1] [--checkpoint captioner.pt]

It starts with plain prompts and adds speech between the frames and arbitrary instructions later. Starting with the
easy part cuts the training time to a third. Prints the share of captions that are exactly right on new scenes.
"""

import argparse
import math
import os
import random
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

from network import Captioner
from scenes import FRAMES, SHAPES, render
from words import ID, LONGEST_LINE, NAMES, QUESTIONS, VOCABULARY, answer_ids, prompt

RATE = 2e-3
# Share of the training in which the encoder is also trained on shape, place and size alone.
SEEING = 0.3


def sight_loss(seen, shapes, paths):
    kinds = seen[..., : len(SHAPES)]
    named = F.cross_entropy(kinds.reshape(-1, len(SHAPES)), shapes.repeat_interleave(FRAMES))
    return 0.3 * named + 0.3 * F.mse_loss(seen[..., len(SHAPES) :], paths)


def one_batch(count, longest):
    frames, scenes, paths = render(count)
    rows = []
    for scene in scenes:
        question = random.choice(list(QUESTIONS)) if random.random() < 0.35 else None
        spoken = random.choice(NAMES) if random.random() < 0.45 else None
        rows.append((prompt(question, spoken, longest), answer_ids(question, scene, spoken)))
    width = max(len(before) + len(after) for before, after in rows)
    tokens = torch.full((count, width), ID["<pad>"])
    labels = torch.full((count, width), -100)
    for i, (before, after) in enumerate(rows):
        tokens[i, : len(before) + len(after)] = torch.tensor(before + after)
        labels[i, len(before) : len(before) + len(after)] = torch.tensor(after)
    shapes = torch.tensor([SHAPES.index(scene["shape"]) for scene in scenes])
    return frames, tokens, labels, shapes, paths


@torch.no_grad()
def score(model, count, longest):
    """Returns the share of answers that greedy decoding writes correctly: every token is the most likely one."""
    frames, tokens, labels, _, _ = one_batch(count, longest)
    guess = model(frames, tokens)[0][:, :-1].argmax(-1)
    wanted = labels[:, 1:]
    return ((guess == wanted) | (wanted == -100)).all(1).float().mean().item()


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--steps", type=int, default=7000)
    options.add_argument("--threads", type=int, default=1)
    options.add_argument("--checkpoint", default="captioner.pt")
    given = options.parse_args()
    random.seed(0)
    torch.manual_seed(0)
    torch.set_num_threads(given.threads)
    model = Captioner()
    weights = list(model.parameters())
    print(sum(w.numel() for w in weights), "weights,", len(VOCABULARY), "words", flush=True)
    optimizer = torch.optim.AdamW(weights, RATE, weight_decay=0.01)
    began, losses = time.time(), []
    for step in range(1, given.steps + 1):
        share = step / given.steps
        longest = 0 if share < 0.3 else 3 if share < 0.45 else LONGEST_LINE
        for group in optimizer.param_groups:
            group["lr"] = RATE * min(1, step / 200) * (0.5 + 0.5 * math.cos(math.pi * share)) + 1e-5
        frames, tokens, labels, shapes, paths = one_batch(48, longest)
        logits, seen = model(frames, tokens)
        loss = F.cross_entropy(logits[:, :-1].reshape(-1, len(VOCABULARY)), labels[:, 1:].reshape(-1))
        if share < SEEING:
            loss = loss + sight_loss(seen, shapes, paths)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        losses.append(loss.item())
        if step % 250 == 0 or step == given.steps:
            torch.save(model.state_dict(), given.checkpoint + ".new")
            os.replace(given.checkpoint + ".new", given.checkpoint)
            recent = sum(losses[-100:]) / len(losses[-100:])
            right = score(model, 300, longest)
            print(f"step {step} {time.time() - began:.0f} s, loss {recent:.4f}, right {right:.3f}", flush=True)
    print("right, 1000 fresh scenes:", score(model, 1000, LONGEST_LINE))


if __name__ == "__main__":
    main()
