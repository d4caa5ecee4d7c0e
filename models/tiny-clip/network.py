"""CLIP's two encoders, small: each maps pixels or words to a vector in a shared space."""

import torch
import torch.nn as nn

from layers import Block, causal_bias, waves
from scenes import SIDE
from words import END, LONGEST, VOCABULARY

WIDTH = 48
HEADS = 4
LAYERS = 2
SPACE = 32


class Vision(nn.Module):
    """Encodes normalised pixels, B x 3 x SIDE x SIDE, as B x SPACE."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(3, 24, 5, 2, 2),
            nn.ReLU(),
            nn.Conv2d(24, 48, 3, 2, 1),
            nn.ReLU(),
            nn.Conv2d(48, 48, 3, 2, 1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Linear(48 * (SIDE // 8) ** 2, 96),
            nn.ReLU(),
            nn.Linear(96, SPACE),
        )

    def forward(self, pixel_values):
        return self.layers(pixel_values)


class Text(nn.Module):
    """Encodes ids, B x T, padded with the end token, as B x SPACE, taken at the first end token."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(len(VOCABULARY), WIDTH)
        self.place = nn.Parameter(waves(LONGEST, WIDTH, size=0.1))
        self.blocks = nn.ModuleList([Block(WIDTH, HEADS, 2 * WIDTH) for _ in range(LAYERS)])
        self.norm = nn.LayerNorm(WIDTH)
        self.project = nn.Linear(WIDTH, SPACE, bias=False)
        nn.init.normal_(self.words.weight, std=0.3)

    def forward(self, input_ids):
        length = input_ids.shape[1]
        x = self.words(input_ids) + self.place[:length]
        bias = causal_bias(torch.ones_like(input_ids), length)
        for block in self.blocks:
            x = block(x, bias)
        ended = (input_ids == END).long()
        first = ended * (ended.cumsum(1) == 1).long()
        return self.project((self.norm(x) * first.unsqueeze(-1).float()).sum(1))
