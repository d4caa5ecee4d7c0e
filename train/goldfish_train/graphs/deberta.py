"""DeBERTa-v2 and v3 as a cross-encoder with one score."""

import numpy as np

from goldfish_train.graphs.graph import BATCH, INT64, Graph

TOKENS = [BATCH, "tokens"]


def check_kind(config):
    """Refuses what no cross-encoder in the model list has, instead of computing something else."""
    needed = {
        "relative_attention": True,
        "share_att_key": True,
        "norm_rel_ebd": "layer_norm",
        "position_biased_input": False,
        "type_vocab_size": 0,
    }
    for name, value in needed.items():
        if config.get(name) != value:
            raise ValueError(f"A DeBERTa with {name} = {config.get(name)} is not known.")
    kinds = config.get("pos_att_type") or []
    if sorted(kinds.split("|") if isinstance(kinds, str) else kinds) != ["c2p", "p2c"]:
        raise ValueError(f"A DeBERTa with pos_att_type = {kinds} is not known.")
    if config.get("conv_kernel_size"):
        raise ValueError("A DeBERTa with a convolution is not known.")


def buckets(span, longest):
    """Returns distances between tokens: exact up to half a span, logarithmic beyond (He et al., arXiv 2006.03654)."""
    away = np.arange(longest)[:, None] - np.arange(longest)[None, :]
    middle = span // 2
    far = np.where(np.abs(away) < middle, middle - 1, np.abs(away)).astype(np.float32)
    widest = np.log(np.float32((longest - 1) / middle))
    steps = np.ceil(np.log(far / np.float32(middle)) / widest * np.float32(middle - 1)) + middle
    return np.where(far <= middle, away, steps * np.sign(away)).astype(np.int64)


class Distances:
    """The embedded distances between tokens, and which of them belongs to each pair of tokens."""

    def __init__(self, g, config, ids):
        self.span, longest = config["position_buckets"], config["max_relative_positions"]
        longest = longest if longest >= 1 else config["max_position_embeddings"]
        self.heads = config["num_attention_heads"]
        table = g.stored("deberta.encoder.rel_embeddings.weight")
        table = g.op("Slice", table, g.numbers(0), g.numbers(2 * self.span), g.numbers(0))
        epsilon = config["layer_norm_eps"]
        self.embedded = g.layer_norm(g.op("Unsqueeze", table, g.numbers(0)), "deberta.encoder.LayerNorm", epsilon)
        self.shape = g.op("Shape", ids)
        steps = buckets(self.span, longest)
        self.to_place, self.from_place = self.places(g, steps), self.places(g, -steps)

    def places(self, g, steps):
        """Returns the table index of each token pair's distance, for all heads."""
        table = g.weight(np.clip(steps + self.span, 0, 2 * self.span - 1), np.int64)
        tokens = g.op("Slice", self.shape, g.numbers(1), g.numbers(2))
        table = g.op("Slice", table, g.numbers(0, 0), g.op("Concat", tokens, tokens, axis=0), g.numbers(0, 1))
        rows = g.op("Slice", self.shape, g.numbers(0), g.numbers(1))
        return g.op("Expand", table, g.op("Concat", rows, g.numbers(self.heads), tokens, tokens, axis=0))


def attend(g, x, name, config, distances, hidden):
    """Builds attention by content and by distance, in both directions. Content and distance share a projection."""
    heads = config["num_attention_heads"]
    size = config["hidden_size"] // heads
    query, key, value = (g.linear(x, f"{name}.{part}_proj") for part in ("query", "key", "value"))
    far_query, far_key = (g.linear(distances.embedded, f"{name}.{part}_proj") for part in ("query", "key"))
    query, value = g.heads(query, heads, size), g.heads(value, heads, size)
    by_query = g.op("MatMul", query, g.heads(far_key, heads, size, (0, 2, 3, 1)))
    by_key = g.op("MatMul", g.heads(key, heads, size), g.heads(far_query, heads, size, (0, 2, 3, 1)))
    by_query = g.op("GatherElements", by_query, distances.to_place, axis=-1)
    by_key = g.op("Transpose", g.op("GatherElements", by_key, distances.from_place, axis=-1), perm=[0, 1, 3, 2])
    away = g.op("Mul", g.op("Add", by_query, by_key), g.weight((3 * size) ** -0.5))
    # Content is one of three terms.
    query = g.op("Mul", query, g.weight(3**-0.5))
    across = g.heads(key, heads, size, (0, 2, 3, 1))
    return g.attention(query, across, value, heads, size, g.op("Add", away, hidden))


def classifier(config, weights):
    """Returns the graph of a cross-encoder: the score of a pair of texts."""
    check_kind(config)

    def build(precision):
        g = Graph(precision, weights)
        epsilon = config["layer_norm_eps"]
        ids, mask = g.take("input_ids", INT64, TOKENS), g.take("attention_mask", INT64, TOKENS)
        x = g.rows("deberta.embeddings.word_embeddings.weight", ids)
        x = g.layer_norm(x, "deberta.embeddings.LayerNorm", epsilon)
        x = g.op("Mul", x, g.op("Cast", g.op("Unsqueeze", mask, g.numbers(2)), to=g.float))
        distances, hidden = Distances(g, config, ids), g.padding(mask)
        for layer in range(config["num_hidden_layers"]):
            name = f"deberta.encoder.layer.{layer}"
            y = attend(g, x, f"{name}.attention.self", config, distances, hidden)
            y = g.linear(y, f"{name}.attention.output.dense")
            x = g.layer_norm(g.op("Add", x, y), f"{name}.attention.output.LayerNorm", epsilon)
            y = g.activation(g.linear(x, f"{name}.intermediate.dense"), config["hidden_act"])
            x = g.layer_norm(g.op("Add", x, g.linear(y, f"{name}.output.dense")), f"{name}.output.LayerNorm", epsilon)
        first = g.op("Gather", x, g.weight(0, np.int64), axis=1)
        pooled = g.activation(g.linear(first, "pooler.dense"), config["pooler_hidden_act"])
        g.give(g.linear(pooled, "classifier"), "logits", [BATCH, weights.shape("classifier.weight")[0]])
        return g

    return {"model": build}
