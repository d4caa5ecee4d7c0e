"""Writes the tiny answerer as a model folder in the hub's layout for small Llamas. Needs python3-torch and python3-onnx.

    PYTHONPATH=../shared:../tiny-embedder python3 export.py model
"""

import argparse

import torch

from files import write_graph, write_json
from network import Answerer
from words import CITES, ID, NO_ANSWER, SPECIAL, VOCABULARY

POSITIONS = 4096
CHAT = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("folder")
    given = options.parse_args()
    past = [f"past_key_values.0.{part}" for part in ("key", "value")]
    present = [f"present.0.{part}" for part in ("key", "value")]
    tokens = torch.full((1, 4), ID["it"])
    axes = {name: {0: "batch_size", 1: "sequence_length"} for name in ("input_ids", "position_ids", "logits")}
    axes["attention_mask"] = {0: "batch_size", 1: "total_sequence_length"}
    axes |= {name: {0: "batch_size", 2: "past_sequence_length"} for name in past}
    axes |= {name: {0: "batch_size", 2: "total_sequence_length"} for name in present}
    write_graph(
        given.folder,
        "model",
        Answerer(),
        (tokens, torch.ones(1, 7, dtype=torch.long), torch.arange(3, 7).view(1, -1), *[torch.ones(1, 1, 3, 1)] * 2),
        ["input_ids", "attention_mask", "position_ids", *past],
        ["logits", *present],
        axes,
    )
    added = [
        {
            "id": ID[word],
            "content": word,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": word in SPECIAL,
        }
        for word in [*SPECIAL, *CITES, NO_ANSWER]
    ]
    ends = {"bos_token_id": ID["<|im_start|>"], "eos_token_id": ID["<|im_end|>"], "pad_token_id": ID["<pad>"]}
    write_json(
        given.folder,
        {
            "config.json": {
                **ends,
                "architectures": ["LlamaForCausalLM"],
                "model_type": "llama",
                "hidden_size": 1,
                "head_dim": 1,
                "num_attention_heads": 1,
                "num_key_value_heads": 1,
                "num_hidden_layers": 1,
                "max_position_embeddings": POSITIONS,
                "vocab_size": len(VOCABULARY),
            },
            "generation_config.json": ends,
            "tokenizer.json": {
                "version": "1.0",
                "truncation": None,
                "padding": None,
                "added_tokens": added,
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
                "eos_token": "<|im_end|>",
                "pad_token": "<pad>",
                "unk_token": "<unk>",
                "model_max_length": POSITIONS,
                "clean_up_tokenization_spaces": True,
                "chat_template": CHAT,
            },
        },
    )


if __name__ == "__main__":
    main()
