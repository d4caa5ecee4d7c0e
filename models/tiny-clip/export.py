"""Writes a trained checkpoint as a model folder in the hub's layout for CLIP. Needs python3-onnx too.

    PYTHONPATH=../shared:../tiny-captioner python3 export.py clip.pt model
"""

import argparse

import torch
import torch.nn as nn

from files import write_graph, write_json
from network import HEADS, LAYERS, SPACE, WIDTH
from scenes import SIDE
from train import DEVIATION, MEAN, Clip
from words import END, LONGEST, START, VOCABULARY, ids, tokenizer_files


def main():
    options = argparse.ArgumentParser()
    options.add_argument("checkpoint")
    options.add_argument("folder")
    given = options.parse_args()
    model = Clip()
    model.load_state_dict(torch.load(given.checkpoint))
    write_graph(
        given.folder,
        "vision_model",
        model.vision,
        (torch.zeros(2, 3, SIDE, SIDE),),
        ["pixel_values"],
        ["image_embeds"],
        {"pixel_values": {0: "batch_size"}, "image_embeds": {0: "batch_size"}},
    )
    write_graph(
        given.folder,
        "text_model",
        model.text,
        (torch.tensor([ids("a red circle"), ids("a blue square")]),),
        ["input_ids"],
        ["text_embeds"],
        {"input_ids": {0: "batch_size", 1: "sequence_length"}, "text_embeds": {0: "batch_size"}},
    )
    shape = {"hidden_size": WIDTH, "num_attention_heads": HEADS, "num_hidden_layers": LAYERS, "projection_dim": SPACE}
    write_json(
        given.folder,
        {
            "config.json": {
                "architectures": ["CLIPModel"],
                "model_type": "clip",
                "projection_dim": SPACE,
                "text_config": {
                    **shape,
                    "model_type": "clip_text_model",
                    "max_position_embeddings": LONGEST,
                    "vocab_size": len(VOCABULARY),
                    "bos_token_id": START,
                    "eos_token_id": END,
                },
                "vision_config": {**shape, "model_type": "clip_vision_model", "image_size": SIDE, "patch_size": SIDE // 4},
            },
            "preprocessor_config.json": {
                "feature_extractor_type": "CLIPFeatureExtractor",
                "image_processor_type": "CLIPFeatureExtractor",
                "do_resize": True,
                "size": {"shortest_edge": SIDE},
                "resample": 3,
                "do_center_crop": True,
                "crop_size": {"width": SIDE, "height": SIDE},
                "do_rescale": True,
                "rescale_factor": 1 / 255,
                "do_normalize": True,
                "image_mean": MEAN.flatten().tolist(),
                "image_std": DEVIATION.flatten().tolist(),
                "do_convert_rgb": True,
            },
            **tokenizer_files(),
        },
    )


if __name__ == "__main__":
    main()
