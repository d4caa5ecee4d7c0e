"""Llama-type decoders: Llama, SmolLM2, Qwen2."""

import numpy as np

from goldfish_train.graphs.graph import BATCH, BOOL, FLOAT, INT64, Graph


def rope_theta(config):
    """transformers 5 keeps theta inside rope_parameters, earlier versions beside it."""
    return (config.get("rope_parameters") or {}).get("rope_theta") or config.get("rope_theta") or 10000.0


def check_rope(config):
    kind = (config.get("rope_parameters") or config.get("rope_scaling") or {}).get("rope_type", "default")
    if kind != "default":
        raise ValueError(f"The rotary embedding of type {kind} is not known.")


def head_width(config):
    return config.get("head_dim") or config["hidden_size"] // config["num_attention_heads"]


def decode(g, x, config, prefix):
    """Builds all layers and the final norm over embedded tokens x, with mask, positions and cache as inputs."""
    check_rope(config)
    head, count = head_width(config), config["num_attention_heads"]
    keys = config.get("num_key_value_heads") or count
    epsilon = config.get("rms_norm_eps", 1e-6)
    qwen = config["model_type"] == "qwen2"
    bias, out_bias = qwen or config.get("attention_bias", False), config.get("attention_bias", False) and not qwen
    feed_bias = config.get("mlp_bias", False)
    mask = g.take("attention_mask", INT64, [BATCH, "total"])
    positions = g.take("position_ids", INT64, [BATCH, "new"])
    rates = g.weight(rope_theta(config) ** (-np.arange(0, head, 2) / head), np.float32)
    angles = g.op("Mul", g.op("Unsqueeze", g.op("Cast", positions, to=FLOAT), g.numbers(1, 3)), rates)
    angles = g.op("Concat", angles, angles, axis=-1)
    cos, sin = g.cast(g.op("Cos", angles), g.float), g.cast(g.op("Sin", angles), g.float)
    total = g.length(mask, 1)
    causal = g.causal(g.op("Sub", total, g.length(x, 1)), total)
    seen = g.op("And", g.op("Unsqueeze", g.op("Cast", mask, to=BOOL), g.numbers(1, 2)), causal)
    hidden = g.bias(seen)

    def turned(x):
        """Applies rotary position embeddings (Su et al., arXiv 2104.09864)."""
        first, second = g.parts("Split", 2, x, axis=-1)
        crossed = g.op("Concat", g.op("Neg", second), first, axis=-1)
        return g.op("Add", g.op("Mul", x, cos), g.op("Mul", crossed, sin))

    def repeated(x):
        """Repeats each key and value head for its group of query heads."""
        if keys == count:
            return x
        x = g.op("Expand", g.op("Unsqueeze", x, g.numbers(2)), g.numbers(1, 1, count // keys, 1, 1))
        return g.reshape(x, 0, count, -1, head)

    for layer in range(config["num_hidden_layers"]):
        name = f"{prefix}layers.{layer}"
        past = [
            g.take(f"past_key_values.{layer}.{part}", FLOAT, [BATCH, keys, "past", head]) for part in ("key", "value")
        ]
        y = g.root_mean_square_norm(x, f"{name}.input_layernorm.weight", epsilon)
        query = turned(g.heads(g.linear(y, f"{name}.self_attn.q_proj", bias), count, head))
        key = turned(g.heads(g.linear(y, f"{name}.self_attn.k_proj", bias), keys, head))
        value = g.heads(g.linear(y, f"{name}.self_attn.v_proj", bias), keys, head)
        key, value = (g.op("Concat", before, now, axis=2) for before, now in zip(past, (key, value)))
        for part, now in (("key", key), ("value", value)):
            g.give(now, f"present.{layer}.{part}", [BATCH, keys, "total", head])
        across = g.op("Transpose", repeated(key), perm=[0, 1, 3, 2])
        y = g.attention(query, across, repeated(value), count, head, hidden)
        x = g.op("Add", x, g.linear(y, f"{name}.self_attn.o_proj", out_bias))
        y = g.root_mean_square_norm(x, f"{name}.post_attention_layernorm.weight", epsilon)
        gate = g.activation(g.linear(y, f"{name}.mlp.gate_proj", feed_bias), config.get("hidden_act", "silu"))
        y = g.op("Mul", gate, g.linear(y, f"{name}.mlp.up_proj", feed_bias))
        x = g.op("Add", x, g.linear(y, f"{name}.mlp.down_proj", feed_bias))
    return g.root_mean_square_norm(x, f"{prefix}norm.weight", epsilon)


def instruct(config, weights):
    """Returns the graph of a model that writes: every token has logits. Tied logits share the embedding's weights."""

    def build(precision):
        g = Graph(precision, weights)
        words = config["vocab_size"]
        ids = g.take("input_ids", INT64, [BATCH, "new"])
        table = "model.embed_tokens.weight"
        tied = config.get("tie_word_embeddings", False)
        x = decode(g, g.columns(table, ids) if tied else g.rows(table, ids), config, "model.")
        logits = g.product(x, g.matrix(table if tied else "lm_head.weight"))
        g.give(logits, "logits", [BATCH, "new", words])
        return g

    return {"model": build}
