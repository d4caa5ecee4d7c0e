"""Builds Llama-type decoders (Llama, SmolLM2, Qwen2) and instruct models on top of them."""

import numpy as np

from graph import BATCH, BOOL, FLOAT, INT64, Graph
from tokens import CHAT, tokenizer_files

PAD, BEGIN, END = 1, 2, 3
SPECIAL = {0: "<unk>", PAD: "<pad>", BEGIN: "<|im_start|>", END: "<|im_end|>"}


def decode(g, x, shape):
    """Builds all layers and the final norm over embedded tokens x, with mask, positions and cache as inputs."""
    width, inner, head = shape["width"], shape["inner"], shape["head_width"]
    count, keys = shape["heads"], shape["key_heads"]
    bias = shape.get("bias", False)
    mask = g.take("attention_mask", INT64, [BATCH, "total"])
    positions = g.take("position_ids", INT64, [BATCH, "new"])
    rates = g.weight(shape["theta"] ** (-np.arange(0, head, 2) / head))
    angles = g.op("Mul", g.op("Unsqueeze", g.op("Cast", positions, to=FLOAT), g.numbers(1, 3)), rates)
    angles = g.op("Concat", angles, angles, axis=-1)
    cos, sin = g.op("Cos", angles), g.op("Sin", angles)
    total = g.length(mask, 1)
    causal = g.causal(g.op("Sub", total, g.length(x, 1)), total)
    seen = g.op("And", g.op("Unsqueeze", g.op("Cast", mask, to=BOOL), g.numbers(1, 2)), causal)
    hidden = g.bias(seen)

    def norm(x):
        """Computes the root mean square norm (Zhang and Sennrich, arXiv 1910.07467)."""
        square = g.op("ReduceMean", g.op("Mul", x, x), axes=[-1])
        x = g.op("Div", x, g.op("Sqrt", g.op("Add", square, g.weight(1e-5))))
        return g.op("Mul", x, g.weight(np.ones(width)))

    def turned(x):
        """Applies rotary position embeddings (Su et al., arXiv 2104.09864)."""
        first, second = g.parts("Split", 2, x, axis=-1)
        crossed = g.op("Concat", g.op("Neg", second), first, axis=-1)
        return g.op("Add", g.op("Mul", x, cos), g.op("Mul", crossed, sin))

    def shared(x):
        """Repeats each key and value head for its group of query heads."""
        x = g.op("Expand", g.op("Unsqueeze", x, g.numbers(2)), g.numbers(1, 1, count // keys, 1, 1))
        return g.reshape(x, 0, count, -1, head)

    for layer in range(shape["layers"]):
        past = [
            g.take(f"past_key_values.{layer}.{part}", FLOAT, [BATCH, keys, "past", head]) for part in ("key", "value")
        ]
        y = norm(x)
        query = turned(g.heads(g.linear(y, width, count * head, bias), count, head))
        key = turned(g.heads(g.linear(y, width, keys * head, bias), keys, head))
        value = g.heads(g.linear(y, width, keys * head, bias), keys, head)
        key, value = (g.op("Concat", before, now, axis=2) for before, now in zip(past, (key, value)))
        for part, now in (("key", key), ("value", value)):
            g.give(now, f"present.{layer}.{part}", FLOAT, [BATCH, keys, "total", head])
        across = g.op("Transpose", shared(key), perm=[0, 1, 3, 2])
        y = g.attention(query, across, shared(value), count, head, hidden)
        x = g.op("Add", x, g.linear(y, count * head, width))
        y = norm(x)
        gate = g.linear(y, width, inner)
        y = g.op("Mul", g.op("Mul", gate, g.op("Sigmoid", gate)), g.linear(y, width, inner))
        x = g.op("Add", x, g.linear(y, inner, width))
    return norm(x)


def text_config(shape):
    return {
        "model_type": shape["type"],
        "hidden_size": shape["width"],
        "intermediate_size": shape["inner"],
        "num_attention_heads": shape["heads"],
        "num_key_value_heads": shape["key_heads"],
        "head_dim": shape["head_width"],
        "num_hidden_layers": shape["layers"],
        "vocab_size": shape["vocabulary"],
        "max_position_embeddings": shape["positions"],
    }


def writer(precision, shape):
    """Builds the single graph of an instruct model. Embedding and logits share weights; every token has logits."""
    g = Graph(precision)
    width, words = shape["width"], shape["vocabulary"]
    ids = g.take("input_ids", INT64, [BATCH, "new"])
    matrix = g.matrix(width, words)
    x = decode(g, g.columns(matrix, width, words, ids), shape)
    g.give(g.product(x, matrix, width), "logits", FLOAT, [BATCH, "new", words])
    return g


def instruct(shape):
    ends = {"bos_token_id": BEGIN, "eos_token_id": END, "pad_token_id": PAD}
    roles = {"unk_token": "<unk>", "pad_token": "<pad>", "bos_token": "<|im_start|>", "eos_token": "<|im_end|>"}
    files = {
        "config.json": {**text_config(shape), **ends, "architectures": [shape["architecture"]]},
        "generation_config.json": ends,
        **tokenizer_files(shape["vocabulary"], SPECIAL, roles, shape["positions"], chat_template=CHAT, padding_side="left"),
    }
    return {"model": lambda precision: writer(precision, shape)}, files
