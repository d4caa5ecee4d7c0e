"""Trains any of the tiny models."""

import math
import os
import time

import torch
import torch.nn as nn


def train(model, steps, batch_loss, rate, checkpoint, score=None, every=250, prepare=lambda share: None):
    """Minimises `batch_loss(share)` in `steps` steps and writes a checkpoint. `share` is the progress, 0..1."""
    weights = [w for w in model.parameters() if w.requires_grad]
    print(sum(w.numel() for w in weights), "weights", flush=True)
    optimizer = torch.optim.AdamW(weights, rate, weight_decay=0.01)
    began, losses = time.time(), []
    for step in range(1, steps + 1):
        share = step / steps
        prepare(share)
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1, step / 200) * (0.5 + 0.5 * math.cos(math.pi * share)) + 1e-5
        model.train()
        loss = batch_loss(share)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(weights, 1.0)
        optimizer.step()
        losses.append(loss.item())
        if step % every == 0 or step == steps:
            torch.save(model.state_dict(), checkpoint + ".new")
            os.replace(checkpoint + ".new", checkpoint)
            recent = sum(losses[-100:]) / len(losses[-100:])
            model.eval()
            with torch.no_grad():
                right = f", {score(share)}" if score else ""
            print(f"step {step} {time.time() - began:.0f} s, loss {recent:.4f}{right}", flush=True)
