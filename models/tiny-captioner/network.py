"""The network in SmolVLM's three files: vision encoder, token embedding and decoder."""

import math

import torch
import torch.nn as nn

from scenes import FRAMES, SIDE
from words import ID, TOKENS_PER_FRAME, VOCABULARY

WIDTH = 64
HEADS = 4
HEAD_WIDTH = WIDTH // HEADS
LAYERS = 2
POSITIONS = 320


class Vision(nn.Module):
    """Encodes N x F x 3 x SIDE x SIDE pixels in -1..1 as (N * F) x TOKENS_PER_FRAME x WIDTH, one token per quarter."""

    def __init__(self):
        super().__init__()
        self.convolutions = nn.Sequential(
            nn.Conv2d(3, 16, 5, 2, 2),
            nn.ReLU(),
            nn.Conv2d(16, 32, 3, 2, 1),
            nn.ReLU(),
            nn.Conv2d(32, 48, 3, 1, 1),
            nn.ReLU(),
        )
        self.project = nn.Linear(48 * 16, WIDTH)
        self.place = nn.Parameter(torch.randn(TOKENS_PER_FRAME, WIDTH) * 0.02)
        self.norm = nn.LayerNorm(WIDTH)
        self.mix = nn.Sequential(nn.Linear(WIDTH, 2 * WIDTH), nn.GELU(), nn.Linear(2 * WIDTH, WIDTH))

    def forward(self, pixel_values, pixel_attention_mask):
        x = self.convolutions(pixel_values.reshape(-1, 3, SIDE, SIDE))
        x = x.reshape(-1, 48, 2, 4, 2, 4).permute(0, 2, 4, 1, 3, 5).reshape(-1, TOKENS_PER_FRAME, 48 * 16)
        x = self.project(x) + self.place
        x = x + self.mix(self.norm(x))
        # The layout requires the mask as an input. Frames are complete here, so it changes nothing.
        return x + 0.0 * pixel_attention_mask.to(x.dtype).mean()


class Embedding(nn.Module):
    def __init__(self):
        super().__init__()
        self.table = nn.Embedding(len(VOCABULARY), WIDTH)

    def forward(self, input_ids):
        return self.table(input_ids)


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm1 = nn.LayerNorm(WIDTH)
        self.qkv = nn.Linear(WIDTH, 3 * WIDTH)
        self.out = nn.Linear(WIDTH, WIDTH)
        self.norm2 = nn.LayerNorm(WIDTH)
        self.feed = nn.Sequential(nn.Linear(WIDTH, 3 * WIDTH), nn.GELU(), nn.Linear(3 * WIDTH, WIDTH))

    def forward(self, x, bias, past_key, past_value):
        batch = x.shape[0]

        def heads(y):
            return y.reshape(batch, -1, HEADS, HEAD_WIDTH).transpose(1, 2)

        q, k, v = self.qkv(self.norm1(x)).chunk(3, -1)
        q, k, v = heads(q), heads(k), heads(v)
        k = torch.cat([past_key, k], 2)
        v = torch.cat([past_value, v], 2)
        mixed = torch.softmax(q @ k.transpose(2, 3) / math.sqrt(HEAD_WIDTH) + bias, -1) @ v
        x = x + self.out(mixed.transpose(1, 2).reshape(batch, -1, WIDTH))
        return x + self.feed(self.norm2(x)), k, v


class Decoder(nn.Module):
    """Decoder in plain operators, because fused attention fails with some WebGPU drivers."""

    def __init__(self):
        super().__init__()
        self.position = nn.Embedding(POSITIONS, WIDTH)
        self.blocks = nn.ModuleList([Block() for _ in range(LAYERS)])
        self.norm = nn.LayerNorm(WIDTH)
        self.head = nn.Linear(WIDTH, len(VOCABULARY), bias=False)
        steps = torch.arange(POSITIONS).float().unsqueeze(1)
        rates = torch.exp(torch.arange(0, WIDTH, 2).float() * (-math.log(1000.0) / WIDTH))
        with torch.no_grad():
            self.position.weight[:, 0::2] = torch.sin(steps * rates) * 0.3
            self.position.weight[:, 1::2] = torch.cos(steps * rates) * 0.3

    def forward(self, inputs_embeds, attention_mask, position_ids, *past):
        x = inputs_embeds + self.position(position_ids.clamp(0, POSITIONS - 1))
        total, new = attention_mask.shape[1], inputs_embeds.shape[1]
        keys = torch.arange(total).view(1, -1)
        queries = torch.arange(new).view(-1, 1) + (total - new)
        seen = (keys <= queries).unsqueeze(0).unsqueeze(0) & (attention_mask.unsqueeze(1).unsqueeze(1) > 0)
        bias = (1.0 - seen.to(x.dtype)) * -1e4
        present = []
        for number, block in enumerate(self.blocks):
            x, k, v = block(x, bias, past[2 * number], past[2 * number + 1])
            present += [k, v]
        return (self.head(self.norm(x)), *present)


class Captioner(nn.Module):
    def __init__(self):
        super().__init__()
        self.vision, self.embedding, self.decoder = Vision(), Embedding(), Decoder()

    def forward(self, frames, tokens):
        """Returns logits. frames: B x FRAMES x 3 x SIDE x SIDE in 0..255; tokens: B x T, padded on the right."""
        batch = tokens.shape[0]
        mask = torch.ones(batch, FRAMES, SIDE, SIDE, dtype=torch.bool)
        features = self.vision((frames / 255 - 0.5) / 0.5, mask).reshape(batch, FRAMES * TOKENS_PER_FRAME, WIDTH)
        is_image = tokens == ID["<image>"]
        order = (is_image.long().cumsum(1) - 1).clamp(0)
        placed = torch.gather(features, 1, order.unsqueeze(-1).expand(-1, -1, WIDTH))
        embedded = torch.where(is_image.unsqueeze(-1), placed, self.embedding(tokens))
        attention = (tokens != ID["<pad>"]).long()
        positions = torch.arange(tokens.shape[1]).expand(batch, -1)
        return self.decoder(embedded, attention, positions, *empty_past(batch))[0]


def empty_past(batch):
    return [torch.zeros(batch, HEADS, 0, HEAD_WIDTH) for _ in range(2 * LAYERS)]
