"""The tiny captioner: transformers' own SmolVLM with two layers on each side.

It has the architecture of SmolVLM2, so the trainer and the exporter in train/ handle it with the same code.
"""

import os
import sys

import torch
import torch.nn as nn
from transformers import SmolVLMConfig, SmolVLMForConditionalGeneration

from scenes import FRAMES, SHAPES, SIDE
from words import ID, TOKENS_PER_FRAME, VOCABULARY

sys.path.append(os.path.join(os.path.dirname(__file__), "../shared"))
from layers import waves  # noqa: E402

WIDTH = 64
HEADS = 4
LAYERS = 2
POSITIONS = 320
# 8 x 8 patches; 4 x 4 of them are joined into one token, so each frame has one token per quarter.
PATCH = 4
SHUFFLE = 4
# Standard deviation of new weights. The library's 0.02 is for widths of 1000 and more.
SPREAD = 0.1


def config():
    text = {
        "model_type": "llama",
        "hidden_size": WIDTH,
        "intermediate_size": 3 * WIDTH,
        "num_attention_heads": HEADS,
        "num_key_value_heads": HEADS // 2,
        "head_dim": WIDTH // HEADS,
        "num_hidden_layers": LAYERS,
        "vocab_size": len(VOCABULARY),
        "max_position_embeddings": POSITIONS,
        "rms_norm_eps": 1e-5,
        "initializer_range": SPREAD,
        "rope_theta": 10000.0,
        "bos_token_id": ID["<|im_start|>"],
        "eos_token_id": ID["<end_of_utterance>"],
        "pad_token_id": ID["<pad>"],
    }
    vision = {
        "model_type": "smolvlm_vision",
        "hidden_size": WIDTH,
        "intermediate_size": 3 * WIDTH,
        "num_attention_heads": HEADS,
        "num_hidden_layers": LAYERS,
        "image_size": SIDE,
        "patch_size": PATCH,
        "hidden_act": "gelu_pytorch_tanh",
        "initializer_range": SPREAD,
    }
    return SmolVLMConfig(
        text_config=text,
        vision_config=vision,
        scale_factor=SHUFFLE,
        image_token_id=ID["<image>"],
        tie_word_embeddings=False,
        bos_token_id=ID["<|im_start|>"],
        eos_token_id=ID["<end_of_utterance>"],
        pad_token_id=ID["<pad>"],
    )


class Captioner(nn.Module):
    def __init__(self):
        super().__init__()
        self.model = SmolVLMForConditionalGeneration(config())
        assert self.model.model.image_seq_len == TOKENS_PER_FRAME
        # Only for training: shape, place and size in each frame, so that the encoder learns to see first.
        self.seen = nn.Linear(TOKENS_PER_FRAME * WIDTH, len(SHAPES) + 3)
        places = waves(SIDE // PATCH, WIDTH // 2)
        grid = torch.cat([places.repeat_interleave(SIDE // PATCH, 0), places.repeat(SIDE // PATCH, 1)], 1)
        self.model.model.vision_model.embeddings.position_embedding.weight.data.copy_(grid)

    def forward(self, frames, tokens):
        """Returns (logits, what is seen: B x FRAMES x (shapes + 3)). frames: B x FRAMES x 3 x SIDE x SIDE in 0..255; tokens: B x T, padded on the right."""
        pixels = (frames / 255 - 0.5) / 0.5
        mask = torch.ones(frames.shape[0], FRAMES, SIDE, SIDE, dtype=torch.bool)
        attention = (tokens != ID["<pad>"]).long()
        features = self.model.get_image_features(pixels, mask)
        out = self.model(input_ids=tokens, attention_mask=attention, mm_encoder_outputs={"image": features}, use_cache=False)
        seen = self.seen(torch.cat(features.pooler_output).reshape(-1, FRAMES, TOKENS_PER_FRAME * WIDTH))
        return out.logits, seen
