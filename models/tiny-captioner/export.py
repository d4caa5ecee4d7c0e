"""Writes a trained checkpoint as a model folder in the hub's layout for SmolVLM. Needs python3-onnx too.

    python3 export.py captioner.pt model

@huggingface/transformers can load the folder: onnx/{vision_encoder,embed_tokens,decoder_model_merged}.onnx,
config.json, generation_config.json, the processor's and the tokenizer's files.
"""

import argparse
import json
import os

import onnx
import torch

from network import HEAD_WIDTH, HEADS, LAYERS, POSITIONS, WIDTH, Captioner
from scenes import FRAMES, SIDE
from words import ID, SPECIAL, TOKENS_PER_FRAME, VOCABULARY

# The batch axis of the cache must be called batch_size, or transformers.js sends a past of batch 0.
BATCH = "batch_size"
CHAT = (
    "{% for m in messages %}{{ '<|im_start|>' }}{{ m['role'] }}:"
    "{% for c in m['content'] %}{% if c['type']=='image' %}{{ '<image>' }}{% else %}{{ c['text'] }}{% endif %}{% endfor %}"
    "{{ '<end_of_utterance>' }}{% endfor %}{% if add_generation_prompt %}{{ 'assistant:' }}{% endif %}"
)


def export_graphs(model, folder):
    def write(name, module, inputs, input_names, output_names, axes):
        path = os.path.join(folder, "onnx", f"{name}.onnx")
        torch.onnx.export(
            module,
            inputs,
            path,
            opset_version=16,
            input_names=input_names,
            output_names=output_names,
            dynamic_axes=axes,
        )
        onnx.checker.check_model(path)
        print(name, os.path.getsize(path), "bytes")

    images = {0: BATCH, 1: "images"}
    write(
        "vision_encoder",
        model.vision,
        (torch.zeros(1, FRAMES, 3, SIDE, SIDE), torch.ones(1, FRAMES, SIDE, SIDE, dtype=torch.bool)),
        ["pixel_values", "pixel_attention_mask"],
        ["image_features"],
        {"pixel_values": images, "pixel_attention_mask": images, "image_features": {0: "all_images"}},
    )
    write(
        "embed_tokens",
        model.embedding,
        (torch.zeros(1, 7, dtype=torch.long),),
        ["input_ids"],
        ["inputs_embeds"],
        {"input_ids": {0: BATCH, 1: "new"}, "inputs_embeds": {0: BATCH, 1: "new"}},
    )
    past_names = [f"past_key_values.{i}.{part}" for i in range(LAYERS) for part in ("key", "value")]
    present_names = [f"present.{i}.{part}" for i in range(LAYERS) for part in ("key", "value")]
    axes = {
        "inputs_embeds": {0: BATCH, 1: "new"},
        "attention_mask": {0: BATCH, 1: "total"},
        "position_ids": {0: BATCH, 1: "new"},
        "logits": {0: BATCH, 1: "new"},
    }
    axes |= {name: {0: BATCH, 2: "past"} for name in past_names}
    axes |= {name: {0: BATCH, 2: "total"} for name in present_names}
    past = [torch.zeros(2, HEADS, 5, HEAD_WIDTH) for _ in past_names]
    write(
        "decoder_model_merged",
        model.decoder,
        (
            torch.randn(2, 3, WIDTH),
            torch.ones(2, 8, dtype=torch.long),
            torch.arange(5, 8).expand(2, -1),
            *past,
        ),
        ["inputs_embeds", "attention_mask", "position_ids", *past_names],
        ["logits", *present_names],
        axes,
    )


def config_files():
    end, pad, begin = ID["<end_of_utterance>"], ID["<pad>"], ID["<|im_start|>"]
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
        "config.json": {
            "architectures": ["SmolVLMForConditionalGeneration"],
            "model_type": "smolvlm",
            "image_token_id": ID["<image>"],
            "scale_factor": 4,
            "pad_token_id": pad,
            "vocab_size": len(VOCABULARY),
            "text_config": {
                "model_type": "llama",
                "hidden_size": WIDTH,
                "num_attention_heads": HEADS,
                "num_key_value_heads": HEADS,
                "head_dim": HEAD_WIDTH,
                "num_hidden_layers": LAYERS,
                "vocab_size": len(VOCABULARY),
                "max_position_embeddings": POSITIONS,
            },
            "vision_config": {
                "model_type": "smolvlm_vision",
                "image_size": SIDE,
                "patch_size": SIDE // 2,
                "hidden_size": WIDTH,
            },
            "torch_dtype": "float32",
        },
        "generation_config.json": {"bos_token_id": begin, "eos_token_id": end, "pad_token_id": pad},
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
    model = Captioner()
    model.load_state_dict(torch.load(given.checkpoint))
    model.eval()
    os.makedirs(os.path.join(given.folder, "onnx"), exist_ok=True)
    export_graphs(model, given.folder)
    for name, content in config_files().items():
        with open(os.path.join(given.folder, name), "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
