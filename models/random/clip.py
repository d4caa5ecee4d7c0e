"""Builds CLIP: one encoder for pictures and one for text."""

import numpy as np

from encoder import layers
from graph import BATCH, FLOAT, INT64, Graph
from tokens import tokenizer_files

LONGEST = 77


def vision_model(precision, shape):
    g = Graph(precision)
    vision, side, patch = shape["vision"], shape["side"], shape["patch"]
    width = vision["width"]
    x = g.take("pixel_values", FLOAT, [BATCH, 3, side, side])
    x = g.op("Conv", x, g.noise(width, 3, patch, patch, scale=0.03), strides=[patch, patch])
    x = g.op("Transpose", g.reshape(x, 0, width, -1), perm=[0, 2, 1])
    rows = g.op("Slice", g.op("Shape", x), g.numbers(0), g.numbers(1))
    first = g.op("Expand", g.noise(1, 1, width, scale=1), g.op("Concat", rows, g.numbers(1, width), axis=0))
    x = g.op("Add", g.op("Concat", first, x, axis=1), g.noise((side // patch) ** 2 + 1, width, scale=0.5))
    x = layers(g, g.layer_norm(x, width), width, vision["inner"], vision["layers"], vision["heads"], g.quick_gelu)
    x = g.layer_norm(g.op("Gather", x, g.weight(0, np.int64), axis=1), width)
    g.give(g.linear(x, width, shape["space"]), "image_embeds", FLOAT, [BATCH, shape["space"]])
    return g


def text_model(precision, shape):
    """Builds the text encoder. A text's vector is taken at its end token, which has the largest id."""
    g = Graph(precision)
    text = shape["text"]
    width = text["width"]
    ids = g.take("input_ids", INT64, [BATCH, "tokens"])
    tokens = g.length(ids, 1)
    zero = g.weight(0, np.int64)
    places = g.op("Range", zero, tokens, g.weight(1, np.int64))
    x = g.op("Add", g.rows(shape["vocabulary"], width, ids), g.rows(LONGEST, width, places))
    hidden = g.bias(g.causal(zero, tokens))
    x = layers(g, x, width, text["inner"], text["layers"], text["heads"], g.quick_gelu, hidden)
    end = g.op("Unsqueeze", g.op("ArgMax", ids, axis=1, keepdims=1), g.numbers(2))
    rows = g.op("Slice", g.op("Shape", ids), g.numbers(0), g.numbers(1))
    end = g.op("Expand", end, g.op("Concat", rows, g.numbers(1, width), axis=0))
    x = g.reshape(g.op("GatherElements", g.layer_norm(x, width), end, axis=1), -1, width)
    g.give(g.linear(x, width, shape["space"]), "text_embeds", FLOAT, [BATCH, shape["space"]])
    return g


def towers(shape):
    start, end = shape["vocabulary"] - 2, shape["vocabulary"] - 1
    special = {start: "<|startoftext|>", end: "<|endoftext|>"}
    roles = {"bos_token": special[start], **{f"{name}_token": special[end] for name in ("eos", "pad", "unk")}}

    def part(name):
        tower = shape[name]
        return {
            "model_type": f"clip_{name}_model",
            "hidden_size": tower["width"],
            "intermediate_size": tower["inner"],
            "num_attention_heads": tower["heads"],
            "num_hidden_layers": tower["layers"],
            "projection_dim": shape["space"],
        }

    ends = {"vocab_size": shape["vocabulary"], "bos_token_id": start, "eos_token_id": end}
    side = shape["side"]
    files = {
        "config.json": {
            "architectures": ["CLIPModel"],
            "model_type": "clip",
            "projection_dim": shape["space"],
            "text_config": {**part("text"), **ends, "max_position_embeddings": LONGEST},
            "vision_config": {**part("vision"), "image_size": side, "patch_size": shape["patch"]},
        },
        "preprocessor_config.json": {
            "feature_extractor_type": "CLIPFeatureExtractor",
            "image_processor_type": "CLIPFeatureExtractor",
            "do_resize": True,
            "size": {"shortest_edge": side},
            "resample": 3,
            "do_center_crop": True,
            "crop_size": {"width": side, "height": side},
            "do_rescale": True,
            "rescale_factor": 1 / 255,
            "do_normalize": True,
            "image_mean": [0.48145466, 0.4578275, 0.40821073],
            "image_std": [0.26862954, 0.26130258, 0.27577711],
            "do_convert_rgb": True,
        },
        **tokenizer_files(
            shape["vocabulary"], special, roles, LONGEST, (special[start], special[end]), tokenizer_class="CLIPTokenizer"
        ),
    }
    graphs = {"vision_model": vision_model, "text_model": text_model}
    return {name: (lambda precision, make=make: make(precision, shape)) for name, make in graphs.items()}, files
