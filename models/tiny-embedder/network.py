"""A small BERT that maps each token to a vector."""

import torch
import torch.nn as nn

from layers import Block, padding_bias, waves
from tokens import LONGEST, VOCABULARY

WIDTH = 96
HEADS = 4
LAYERS = 2


class Encoder(nn.Module):
    def __init__(self, layers=LAYERS, longest=LONGEST):
        super().__init__()
        self.words = nn.Embedding(len(VOCABULARY), WIDTH)
        self.segments = nn.Embedding(2, WIDTH)
        self.place = nn.Parameter(waves(longest, WIDTH, size=0.1))
        self.norm = nn.LayerNorm(WIDTH)
        self.blocks = nn.ModuleList([Block(WIDTH, HEADS, 2 * WIDTH) for _ in range(layers)])
        self.last = nn.LayerNorm(WIDTH)
        nn.init.normal_(self.words.weight, std=0.3)
        nn.init.normal_(self.segments.weight, std=0.1)

    def forward(self, input_ids, attention_mask, token_type_ids):
        """Maps inputs of B x T each to B x T x WIDTH."""
        x = self.words(input_ids) + self.segments(token_type_ids) + self.place[: input_ids.shape[1]]
        x, bias = self.norm(x), padding_bias(attention_mask)
        for block in self.blocks:
            x = block(x, bias)
        return self.last(x)


def pooled(hidden, attention_mask):
    """Returns the mean over a row's tokens, normalised to length 1: mean pooling as in sentence-transformers."""
    mask = attention_mask.unsqueeze(-1).float()
    return nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


def batch_of(rows, pad):
    """Pads rows of ids on the right. Returns (ids, mask)."""
    width = max(map(len, rows))
    ids = torch.full((len(rows), width), pad)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    return ids, (torch.arange(width).unsqueeze(0) < torch.tensor([len(row) for row in rows]).unsqueeze(1)).long()
