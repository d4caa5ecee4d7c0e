"""Layers of the tiny models, in plain operators, because fused attention fails with some WebGPU drivers."""

import math

import torch
import torch.nn as nn


def waves(count, width, slowest=1000.0, size=0.3):
    """Returns sines and cosines of positions, count x width."""
    steps = torch.arange(count).float().unsqueeze(1)
    rates = torch.exp(torch.arange(0, width, 2).float() * (-math.log(slowest) / width))
    table = torch.zeros(count, width)
    table[:, 0::2] = torch.sin(steps * rates) * size
    table[:, 1::2] = torch.cos(steps * rates) * size
    return table


class Attention(nn.Module):
    """Attention over a batch of rows. Keys and values may come from another source or from a cache."""

    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.size = heads, width // heads
        self.q, self.k, self.v = nn.Linear(width, width), nn.Linear(width, width), nn.Linear(width, width)
        self.out = nn.Linear(width, width)

    def split(self, y):
        return y.reshape(y.shape[0], -1, self.heads, self.size).transpose(1, 2)

    def remembered(self, source):
        """Returns keys and values of a source, B x heads x length x size each."""
        return self.split(self.k(source)), self.split(self.v(source))

    def forward(self, x, keys, values, bias=None):
        scores = self.split(self.q(x)) @ keys.transpose(2, 3) / math.sqrt(self.size)
        if bias is not None:
            scores = scores + bias
        mixed = torch.softmax(scores, -1) @ values
        return self.out(mixed.transpose(1, 2).reshape(x.shape[0], -1, self.heads * self.size))


class Block(nn.Module):
    """Pre-norm self-attention and feed-forward network."""

    def __init__(self, width, heads, inner):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.feed = nn.Sequential(nn.Linear(width, inner), nn.GELU(), nn.Linear(inner, width))

    def forward(self, x, bias):
        y = self.norm1(x)
        x = x + self.attention(y, *self.attention.remembered(y), bias)
        return x + self.feed(self.norm2(x))


def padding_bias(attention_mask):
    """Returns a bias: 0 at tokens, -1e4 at padding; B x 1 x 1 x T."""
    return (1.0 - attention_mask.float()).unsqueeze(1).unsqueeze(1) * -1e4


def causal_bias(attention_mask, new):
    """Returns a bias: 0 where the last `new` tokens may attend, -1e4 elsewhere; B x 1 x new x T."""
    total = attention_mask.shape[1]
    keys = torch.arange(total).view(1, -1)
    queries = torch.arange(new).view(-1, 1) + (total - new)
    seen = (keys <= queries).unsqueeze(0).unsqueeze(0) & (attention_mask.unsqueeze(1).unsqueeze(1) > 0)
    return (1.0 - seen.float()) * -1e4
