"""The tiny embedder's encoder with a score on top: how much of the question the passage leaves unanswered.

Each word of the question is matched with the most similar word of the passage. Meaningless words count less.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

from network import WIDTH, Encoder


class Ranker(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = Encoder()
        self.weight = nn.Linear(WIDTH, 1)
        self.scale = nn.Parameter(torch.tensor([4.0, 8.0]))

    def forward(self, input_ids, attention_mask, token_type_ids):
        x = F.normalize(self.encoder(input_ids, attention_mask, torch.zeros_like(token_type_ids)), dim=-1)
        passage = (token_type_ids * attention_mask).float()
        question = ((1 - token_type_ids) * attention_mask).float()
        alike = x @ x.transpose(1, 2) - (1 - passage).unsqueeze(1) * 4
        open_ = (1 - alike.amax(2)).clamp(0, 2)
        counts = torch.sigmoid(self.weight(self.encoder.words(input_ids))).squeeze(-1) * question
        return self.scale[0] - self.scale[1] * (counts * open_).sum(1, keepdim=True)
