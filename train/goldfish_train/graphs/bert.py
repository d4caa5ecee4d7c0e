"""BERT, RoBERTa and XLM-RoBERTa: as a sentence embedder, or as a cross-encoder with one score."""

import numpy as np

from goldfish_train.graphs.encoder import self_attention
from goldfish_train.graphs.graph import BATCH, INT64, Graph

TOKENS = [BATCH, "tokens"]
ROBERTA = ("roberta", "xlm-roberta")


def base_prefix(config, weights):
    """Classifiers keep the encoder under the name of its type, bare encoders have no prefix."""
    name = {"xlm-roberta": "roberta"}.get(config["model_type"], config["model_type"])
    return f"{name}." if f"{name}.embeddings.word_embeddings.weight" in weights else ""


def position_ids(g, ids, config):
    if config["model_type"] not in ROBERTA:
        return g.op("Range", g.weight(0, np.int64), g.length(ids, 1), g.weight(1, np.int64))
    # RoBERTa counts positions from the padding token's id, and padding does not count.
    pad = g.weight(config["pad_token_id"], np.int64)
    real = g.op("Cast", g.op("Not", g.op("Equal", ids, pad)), to=INT64)
    return g.op("Add", g.op("Mul", g.op("CumSum", real, g.weight(1, np.int64)), real), pad)


def encode(g, config, prefix):
    width, heads, epsilon = config["hidden_size"], config["num_attention_heads"], config["layer_norm_eps"]
    ids, mask = g.take("input_ids", INT64, TOKENS), g.take("attention_mask", INT64, TOKENS)
    name = f"{prefix}embeddings"
    x = g.rows(f"{name}.word_embeddings.weight", ids)
    table = f"{name}.token_type_embeddings.weight"
    if config["model_type"] in ROBERTA:
        kinds = g.op("Mul", ids, g.weight(0, np.int64))
    else:
        kinds = g.take("token_type_ids", INT64, TOKENS)
    x = g.op("Add", x, g.op("Gather", g.stored(table), kinds))
    x = g.op("Add", x, g.op("Gather", g.stored(f"{name}.position_embeddings.weight"), position_ids(g, ids, config)))
    x = g.layer_norm(x, f"{name}.LayerNorm", epsilon)
    hidden = g.padding(mask)
    for layer in range(config["num_hidden_layers"]):
        name = f"{prefix}encoder.layer.{layer}"
        parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        y = g.linear(self_attention(g, x, parts, width, heads, hidden), f"{name}.attention.output.dense")
        x = g.layer_norm(g.op("Add", x, y), f"{name}.attention.output.LayerNorm", epsilon)
        y = g.activation(g.linear(x, f"{name}.intermediate.dense"), config.get("hidden_act", "gelu"))
        x = g.layer_norm(g.op("Add", x, g.linear(y, f"{name}.output.dense")), f"{name}.output.LayerNorm", epsilon)
    return x


def encoder(config, weights):
    """Returns the graph of an embedder: one vector for each token; the daemon pools them."""

    def build(precision):
        g = Graph(precision, weights)
        x = encode(g, config, base_prefix(config, weights))
        g.give(x, "last_hidden_state", [*TOKENS, config["hidden_size"]])
        return g

    return {"model": build}


def classifier(config, weights):
    """Returns the graph of a cross-encoder: the score of a pair of texts."""

    def build(precision):
        g = Graph(precision, weights)
        prefix = base_prefix(config, weights)
        x = encode(g, config, prefix)
        first = g.op("Gather", x, g.weight(0, np.int64), axis=1)
        if config["model_type"] in ROBERTA:
            dense, out = "classifier.dense", "classifier.out_proj"
        else:
            dense, out = f"{prefix}pooler.dense", "classifier"
        scores = g.linear(g.op("Tanh", g.linear(first, dense)), out)
        g.give(scores, "logits", [BATCH, weights.shape(f"{out}.weight")[0]])
        return g

    return {"model": build}
