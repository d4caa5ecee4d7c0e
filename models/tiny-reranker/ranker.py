"""The tiny embedder's encoder with one score on top, read at [CLS]."""

import torch.nn as nn

from network import WIDTH, Encoder

LAYERS = 3


class Ranker(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder(LAYERS)
        self.score = nn.Sequential(nn.Linear(WIDTH, WIDTH), nn.Tanh(), nn.Linear(WIDTH, 1))

    def forward(self, input_ids, attention_mask, token_type_ids):
        return self.score(self.encoder(input_ids, attention_mask, token_type_ids)[:, 0])
