"""BERT's shape, small: tokens -> one vector each."""

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
        """B x T each -> B x T x WIDTH."""
        x = self.words(input_ids) + self.segments(token_type_ids) + self.place[: input_ids.shape[1]]
        x, bias = self.norm(x), padding_bias(attention_mask)
        for block in self.blocks:
            x = block(x, bias)
        return self.last(x)


def pooled(hidden, attention_mask):
    """Mean over a row's tokens, of length 1: what sentence-transformers calls mean pooling and normalize."""
    mask = attention_mask.unsqueeze(-1).float()
    return nn.functional.normalize((hidden * mask).sum(1) / mask.sum(1), dim=-1)


def batch_of(rows, pad):
    """Rows of ids -> (ids, mask), padded at the right."""
    width = max(map(len, rows))
    ids = torch.full((len(rows), width), pad)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    return ids, (torch.arange(width).unsqueeze(0) < torch.tensor([len(row) for row in rows]).unsqueeze(1)).long()
