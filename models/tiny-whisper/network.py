"""Whisper's two graphs, small: features -> one vector for each 80 ms; tokens and those vectors -> next tokens."""

import torch
import torch.nn as nn

from layers import Attention, waves
from words import FIRST_TIME, TIMES

WIDTH = 64
HEADS = 4
LAYERS = 2
POSITIONS = 448
# Features of 10 ms in one vector.
STRIDE = 8
LENGTH = 3000 // STRIDE
# Of the waves that stand for a moment; in steps of 20 ms.
SLOWEST = 300.0


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        steps = [(80, WIDTH, 3, 2), (WIDTH, WIDTH, 3, 2), (WIDTH, WIDTH, 3, 2), (WIDTH, WIDTH, 5, 1), (WIDTH, WIDTH, 5, 1)]
        layers = []
        for inner, outer, size, stride in steps:
            layers += [nn.Conv1d(inner, outer, size, stride, size // 2), nn.GELU()]
        self.convolutions = nn.Sequential(*layers)
        self.norm = nn.LayerNorm(WIDTH)
        # Vector i is about moment 4 i + 2 of 20 ms each; a table, so that it may be read from any moment on.
        self.register_buffer("moments", waves(TIMES + 4, WIDTH, SLOWEST, 1.0)[2::4][:LENGTH].clone())
        self.place = nn.Linear(WIDTH, WIDTH, bias=False)

    def forward(self, input_features, first=0):
        x = self.convolutions(input_features).transpose(1, 2)
        return self.norm(x) + self.place(self.moments[first : first + x.shape[1]])


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1, self.norm2, self.norm3 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.own, self.cross = Attention(WIDTH, HEADS), Attention(WIDTH, HEADS)
        self.feed = nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH), nn.GELU(), nn.Linear(2 * WIDTH, WIDTH))

    def forward(self, x, bias, heard, past):
        """past: keys and values of earlier tokens, and of the sound where it was read before."""
        y = self.norm1(x)
        k, v = self.own.remembered(y)
        k, v = torch.cat([past[0], k], 2), torch.cat([past[1], v], 2)
        x = x + self.own(y, k, v, bias)
        sound_k, sound_v = self.cross.remembered(heard)
        sound_k, sound_v = torch.cat([past[2], sound_k], 2), torch.cat([past[3], sound_v], 2)
        x = x + self.cross(self.norm2(x), sound_k, sound_v)
        return x + self.feed(self.norm3(x)), [k, v, sound_k, sound_v]


class Decoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(FIRST_TIME, WIDTH)
        self.register_buffer("moments", waves(TIMES, WIDTH, SLOWEST, 1.0))
        self.time = nn.Linear(WIDTH, WIDTH, bias=False)
        self.place = nn.Parameter(waves(POSITIONS, WIDTH, size=0.1))
        self.blocks = nn.ModuleList([Block() for _ in range(LAYERS)])
        self.norm = nn.LayerNorm(WIDTH)
        self.read_time = nn.Linear(WIDTH, WIDTH)
        nn.init.normal_(self.words.weight, std=0.3)

    def forward(self, input_ids, encoder_hidden_states, use_cache_branch, *past):
        """With the cache the sound's keys and values come from `past`, else from the encoder."""
        table = torch.cat([self.words.weight, self.time(self.moments)])
        before, new = past[0].shape[2], input_ids.shape[1]
        places = torch.arange(new) + before
        x = table[input_ids] + self.place[places]
        bias = (torch.arange(before + new).view(1, -1) > places.view(-1, 1)).float() * -1e4
        fresh = (1 - use_cache_branch.long()).reshape(()) * encoder_hidden_states.shape[1]
        present = []
        for number, block in enumerate(self.blocks):
            x, each = block(x, bias, encoder_hidden_states[:, :fresh], past[4 * number : 4 * number + 4])
            present += each
        x = self.norm(x)
        logits = torch.cat([x @ self.words.weight.T, self.read_time(x) @ self.moments.T], -1)
        return (logits, *present)


class Whisper(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = Encoder(), Decoder()

    def forward(self, input_features, tokens, first=0):
        heard = self.encoder(input_features, first)
        none = torch.zeros(tokens.shape[0], HEADS, 0, WIDTH // HEADS)
        return self.decoder(tokens, heard, torch.zeros(1, dtype=torch.bool), *[none] * (4 * LAYERS))[0]
