"""BERT as a sentence embedder, and DeBERTa-v2 as a cross-encoder."""

import numpy as np

from encoder import late_norm_layers, own
from graph import BATCH, FLOAT, INT64, Graph
from tokens import tokenizer_files

SPECIAL = {0: "[PAD]", 1: "[CLS]", 2: "[SEP]", 3: "[UNK]", 4: "[MASK]"}
TOKENS = [BATCH, "tokens"]


def tokenizer(shape, kind):
    roles = {f"{name.strip('[]').lower()}_token": name for name in SPECIAL.values()}
    files = tokenizer_files(
        shape["vocabulary"], SPECIAL, roles, shape["longest"], ("[CLS]", "[SEP]"), tokenizer_class=kind
    )
    return {**files, "special_tokens_map.json": roles}


def config(shape, architecture, kind, **more):
    return {
        "architectures": [architecture],
        "model_type": kind,
        "hidden_size": shape["width"],
        "intermediate_size": shape["inner"],
        "num_attention_heads": shape["heads"],
        "num_hidden_layers": shape["layers"],
        "max_position_embeddings": 512,
        "vocab_size": shape["vocabulary"],
        "pad_token_id": 0,
        **more,
    }


def encoder(precision, shape):
    g = Graph(precision)
    width = shape["width"]
    ids, mask, kinds = (g.take(name, INT64, TOKENS) for name in ("input_ids", "attention_mask", "token_type_ids"))
    places = g.op("Range", g.weight(0, np.int64), g.length(ids, 1), g.weight(1, np.int64))
    x = g.op("Add", g.rows(shape["vocabulary"], width, ids), g.rows(2, width, kinds))
    x = g.layer_norm(g.op("Add", x, g.rows(512, width, places)), width)
    hidden = g.padding(mask)
    x = late_norm_layers(
        g, x, width, shape["inner"], shape["layers"], lambda y: own(g, y, width, shape["heads"], hidden)
    )
    g.give(x, "last_hidden_state", FLOAT, [*TOKENS, width])
    return g


def embedder(shape):
    pooling = {"word_embedding_dimension": shape["width"], f"pooling_mode_{shape['pooling']}": True}
    files = {
        "config.json": config(shape, "BertModel", "bert", type_vocab_size=2),
        "1_Pooling/config.json": pooling,
        **tokenizer(shape, "BertTokenizer"),
    }
    return {"model": lambda precision: encoder(precision, shape)}, files


def buckets(span, longest=512):
    """Returns distances between tokens: exact up to half a span, logarithmic beyond (He et al., arXiv 2006.03654)."""
    away = np.arange(longest)[:, None] - np.arange(longest)[None, :]
    middle = span // 2
    far = np.maximum(np.abs(away), middle)
    steps = np.ceil(np.log(far / middle) / np.log((longest - 1) / middle) * (middle - 1)) + middle
    return np.where(np.abs(away) <= middle, away, steps * np.sign(away)).astype(np.int64)


def cross_encoder(precision, shape):
    """Builds attention by content and by distance, in both directions. Content and distance share a projection."""
    g = Graph(precision)
    width, heads, span = shape["width"], shape["heads"], shape["buckets"]
    size = width // heads
    ids, mask = g.take("input_ids", INT64, TOKENS), g.take("attention_mask", INT64, TOKENS)
    x = g.layer_norm(g.rows(shape["vocabulary"], width, ids), width)
    x = g.op("Mul", x, g.op("Cast", g.op("Unsqueeze", mask, g.numbers(2)), to=FLOAT))
    distances = g.layer_norm(g.noise(1, 2 * span, width, scale=1), width)
    tokens = g.op("Slice", g.op("Shape", ids), g.numbers(1), g.numbers(2))
    table = buckets(span)

    def places(table):
        """Returns the table index of each token pair's distance, for all heads."""
        table = g.weight(np.clip(table + span, 0, 2 * span - 1), np.int64)
        table = g.op("Slice", table, g.numbers(0, 0), g.op("Concat", tokens, tokens, axis=0), g.numbers(0, 1))
        rows = g.op("Slice", g.op("Shape", ids), g.numbers(0), g.numbers(1))
        whole = g.op("Concat", rows, g.numbers(heads), tokens, tokens, axis=0)
        return g.op("Expand", table, whole)

    to_place, from_place = places(table), places(-table)
    hidden = g.padding(mask)

    def attend(x):
        matrices = [g.matrix(width, width) for _ in range(3)]
        query, key, value = (g.product(x, matrix, width) for matrix in matrices)
        far_query, far_key = (g.product(distances, matrix, width) for matrix in matrices[:2])
        query, value = g.heads(query, heads, size), g.heads(value, heads, size)
        across, far_across = (g.heads(y, heads, size, (0, 2, 3, 1)) for y in (key, far_query))
        by_query = g.op("MatMul", query, g.heads(far_key, heads, size, (0, 2, 3, 1)))
        by_key = g.op("MatMul", g.heads(key, heads, size), far_across)
        by_query = g.op("GatherElements", by_query, to_place, axis=-1)
        by_key = g.op("Transpose", g.op("GatherElements", by_key, from_place, axis=-1), perm=[0, 1, 3, 2])
        away = g.op("Mul", g.op("Add", by_query, by_key), g.weight((3 * size) ** -0.5))
        # Content is one of three terms.
        query = g.op("Mul", query, g.weight(3**-0.5))
        return g.attention(query, across, value, heads, size, g.op("Add", away, hidden))

    x = late_norm_layers(g, x, width, shape["inner"], shape["layers"], attend)
    first = g.op("Gather", x, g.weight(0, np.int64), axis=1)
    g.give(g.linear(g.gelu(g.linear(first, width, width, True)), width, 1, True), "logits", FLOAT, [BATCH, 1])
    return g


def reranker(shape):
    one = {"id2label": {"0": "LABEL_0"}, "label2id": {"LABEL_0": 0}}
    files = {
        "config.json": config(
            shape, "DebertaV2ForSequenceClassification", "deberta-v2", position_buckets=shape["buckets"], **one
        ),
        **tokenizer(shape, "DebertaV2Tokenizer"),
    }
    return {"model": lambda precision: cross_encoder(precision, shape)}, files
