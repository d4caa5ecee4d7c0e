"""Writes a trained checkpoint as a model folder in the hub's layout for SmolVLM.

    PYTHONPATH=../../train python3 export.py captioner.pt model

The folder has the weights (model.safetensors, to train on) and the graphs that `goldfish train export-model` makes of
them, with the configuration of model, processor and tokenizer.
"""

import argparse
import json
import os
import tempfile

import torch

from goldfish_train.export_model import export_model
from network import POSITIONS, Captioner
from scenes import FRAMES, SIDE
from words import ID, SPECIAL, TOKENS_PER_FRAME

CHAT = (
    "{% for m in messages %}{{ '<|im_start|>' }}{{ m['role'] }}:"
    "{% for c in m['content'] %}{% if c['type']=='image' %}{{ '<image>' }}{% else %}{{ c['text'] }}{% endif %}{% endfor %}"
    "{{ '<end_of_utterance>' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant:' }}{% endif %}"
)


def config_files():
    special = [
        {
            "id": ID[word],
            "content": word,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for word in SPECIAL
    ]
    return {
        "preprocessor_config.json": {
            "image_processor_type": "SmolVLMImageProcessor",
            "processor_class": "SmolVLMProcessor",
            "do_convert_rgb": True,
            "do_resize": True,
            "do_rescale": True,
            "rescale_factor": 1 / 255,
            "do_normalize": True,
            "do_pad": True,
            "do_image_splitting": False,
            "image_mean": [0.5] * 3,
            "image_std": [0.5] * 3,
            "resample": 1,
            "size": {"longest_edge": SIDE},
            "max_image_size": {"longest_edge": SIDE},
        },
        # Goldfish's own file: what the model gets of one clip.
        "goldfish.json": {"frames": FRAMES, "framePx": SIDE, "words": 40, "tokens": 20},
        "processor_config.json": {"image_seq_len": TOKENS_PER_FRAME, "processor_class": "SmolVLMProcessor"},
        "tokenizer.json": {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": special,
            "normalizer": {"type": "Lowercase"},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": None,
            "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
            "model": {
                "type": "WordPiece",
                "unk_token": "<unk>",
                "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100,
                "vocab": ID,
            },
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "bos_token": "<|im_start|>",
            "eos_token": "<end_of_utterance>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "padding_side": "left",
            "model_max_length": POSITIONS,
            "clean_up_tokenization_spaces": True,
            "chat_template": CHAT,
            "processor_class": "SmolVLMProcessor",
        },
    }


def main():
    options = argparse.ArgumentParser()
    options.add_argument("checkpoint")
    options.add_argument("folder")
    given = options.parse_args()
    captioner = Captioner()
    captioner.load_state_dict(torch.load(given.checkpoint, weights_only=True))
    with tempfile.TemporaryDirectory() as weights:
        captioner.model.save_pretrained(weights)
        for name, content in config_files().items():
            with open(os.path.join(weights, name), "w", encoding="utf-8") as file:
                json.dump(content, file, indent=1)
                file.write("\n")
        print(export_model(weights, given.folder, ["fp32"])["text"])


if __name__ == "__main__":
    main()
