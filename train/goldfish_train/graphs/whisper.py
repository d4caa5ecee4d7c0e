"""Whisper: a sound encoder, and a decoder that merges two branches, with and without a cache."""

import numpy as np

from goldfish_train.graphs.graph import BATCH, BOOL, FLOAT, INT64, Graph

# transformers' LayerNorm has PyTorch's default.
EPSILON = 1e-5


def attended(g, query, key, value, name, heads, size, bias=None):
    """Returns attention with its output projection. key and value: (batch, heads, tokens, size)."""
    across = g.op("Transpose", key, perm=[0, 1, 3, 2])
    return g.linear(g.attention(g.heads(query, heads, size), across, value, heads, size, bias), f"{name}.out_proj")


def key_and_value(g, y, name, heads, size):
    """Returns keys and values, (batch, heads, tokens, size). Whisper's keys have no bias."""
    key = g.linear(y, f"{name}.k_proj", bias=False)
    return g.heads(key, heads, size), g.heads(g.linear(y, f"{name}.v_proj"), heads, size)


def feed(g, x, name, activation):
    y = g.activation(g.linear(g.layer_norm(x, f"{name}.final_layer_norm", EPSILON), f"{name}.fc1"), activation)
    return g.op("Add", x, g.linear(y, f"{name}.fc2"))


def encoder(precision, config, weights):
    g = Graph(precision, weights)
    width, heads = config["d_model"], config["encoder_attention_heads"]
    size, sound = width // heads, config["max_source_positions"]
    prefix, activation = "model.encoder", config["activation_function"]
    x = g.take("input_features", FLOAT, [BATCH, config["num_mel_bins"], 2 * sound])
    for name, stride in (("conv1", 1), ("conv2", 2)):
        kernel = (g.stored(f"{prefix}.{name}.weight"), g.stored(f"{prefix}.{name}.bias"))
        x = g.gelu(g.op("Conv", x, *kernel, strides=[stride], pads=[1, 1]))
    x = g.op("Add", g.op("Transpose", x, perm=[0, 2, 1]), g.stored(f"{prefix}.embed_positions.weight"))
    for layer in range(config["encoder_layers"]):
        name = f"{prefix}.layers.{layer}"
        y = g.layer_norm(x, f"{name}.self_attn_layer_norm", EPSILON)
        key, value = key_and_value(g, y, f"{name}.self_attn", heads, size)
        query = g.linear(y, f"{name}.self_attn.q_proj")
        x = g.op("Add", x, attended(g, query, key, value, f"{name}.self_attn", heads, size))
        x = feed(g, x, name, activation)
    g.give(g.layer_norm(x, f"{prefix}.layer_norm", EPSILON), "last_hidden_state", [BATCH, sound, width])
    return g


def decoder(precision, config, weights):
    """Builds the decoder. The branch with a cache does not compute the sound's keys and values again."""
    g = Graph(precision, weights)
    width, heads, words = config["d_model"], config["decoder_attention_heads"], config["vocab_size"]
    size, sound_length = width // heads, config["max_source_positions"]
    prefix, table = "model.decoder", "model.decoder.embed_tokens.weight"
    ids = g.take("input_ids", INT64, [BATCH, "new"])
    sound = g.take("encoder_hidden_states", FLOAT, [BATCH, sound_length, width])
    cached = g.take("use_cache_branch", BOOL, [1])
    layers = range(config["decoder_layers"])
    sides = [f"{layer}.{side}" for layer in layers for side in ("decoder", "encoder")]
    past = {
        (side, part): g.take(f"past_key_values.{side}.{part}", FLOAT, [BATCH, heads, f"past_{side[-7:]}", size])
        for side in sides
        for part in ("key", "value")
    }

    def decode(memory):
        """Returns logits, and keys and values of all tokens so far."""
        start = g.length(past["0.decoder", "key"], 2)
        total = g.op("Add", start, g.length(ids, 1))
        places = g.op("Range", start, total, g.weight(1, np.int64))
        hidden = g.bias(g.causal(start, total))
        x = g.op("Add", g.columns(table, ids), g.op("Gather", g.stored(f"{prefix}.embed_positions.weight"), places))
        present = {}
        for layer in layers:
            name = f"{prefix}.layers.{layer}"
            y = g.layer_norm(x, f"{name}.self_attn_layer_norm", EPSILON)
            query = g.linear(y, f"{name}.self_attn.q_proj")
            now = key_and_value(g, y, f"{name}.self_attn", heads, size)
            for part, each in zip(("key", "value"), now):
                place = (f"{layer}.decoder", part)
                present[place] = g.op("Concat", past[place], each, axis=2)
            key, value = (present[f"{layer}.decoder", part] for part in ("key", "value"))
            x = g.op("Add", x, attended(g, query, key, value, f"{name}.self_attn", heads, size, hidden))
            y = g.layer_norm(x, f"{name}.encoder_attn_layer_norm", EPSILON)
            query = g.linear(y, f"{name}.encoder_attn.q_proj")
            key, value = (memory[f"{layer}.encoder", part] for part in ("key", "value"))
            x = g.op("Add", x, attended(g, query, key, value, f"{name}.encoder_attn", heads, size))
            x = feed(g, x, name, config["activation_function"])
        return g.product(g.layer_norm(x, f"{prefix}.layer_norm", EPSILON), g.matrix(table)), present

    def with_cache():
        logits, present = decode(past)
        nothing = g.weight(np.zeros((0, heads, 1, size)))
        return [logits, *(present.get(place, nothing) for place in past)]

    def without_cache():
        memory = {}
        for layer in layers:
            pair = key_and_value(g, sound, f"{prefix}.layers.{layer}.encoder_attn", heads, size)
            memory |= {(f"{layer}.encoder", part): each for part, each in zip(("key", "value"), pair)}
        logits, present = decode(memory)
        return [logits, *({**memory, **present}[place] for place in past)]

    logits, *present = g.branches(cached, with_cache, without_cache)
    g.give(logits, "logits", [BATCH, "new", words])
    for (side, part), now in zip(past, present):
        g.give(now, f"present.{side}.{part}", [BATCH, heads, f"all_{side[-7:]}", size])
    return g


def recogniser(config, weights):
    graphs = {"encoder_model": encoder, "decoder_model_merged": decoder}
    return {name: (lambda precision, make=make: make(precision, config, weights)) for name, make in graphs.items()}
