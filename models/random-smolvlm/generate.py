"""Writes a full-size SmolVLM2-256M with random weights as a model folder in the hub's layout. Needs python3-onnx.

    python3 generate.py FOLDER [--precision q8|fp32]
"""

import argparse
import json
import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# The decoder (Llama).
WIDTH, INNER, LAYERS, HEADS, KEY_HEADS, HEAD_WIDTH = 576, 1536, 30, 9, 3, 64
VOCABULARY, POSITIONS = 49280, 8192
# The encoder (SigLIP) and its pixel shuffle.
SIGHT, SIGHT_INNER, SIGHT_LAYERS, SIGHT_HEADS, SIDE, PATCH, SHUFFLE = 768, 3072, 12, 12, 512, 16, 4
TOKENS_PER_FRAME = (SIDE // PATCH // SHUFFLE) ** 2

SUFFIX = {"fp32": "", "q8": "_quantized"}
SPECIAL = ["<unk>", "<pad>", "<|im_start|>", "<end_of_utterance>", "<fake_token_around_image>", "<image>", "<global-img>"]
PAD, BEGIN, END, IMAGE = 1, 2, 3, 5
# The batch axis of the cache must be called batch_size, or transformers.js sends a past of batch 0.
BATCH = "batch_size"
CHAT = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}:"
    "{% for c in m['content'] %}{% if c['type']=='image' %}<image>{% else %}{{ c['text'] }}{% endif %}{% endfor %}"
    "<end_of_utterance>{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}"
)


class Graph:
    """Collects nodes and weights; each method returns the name of what it computes."""

    def __init__(self, precision):
        self.quantised = precision == "q8"
        self.random = np.random.default_rng(7)
        self.nodes, self.weights, self.inputs, self.outputs = [], [], [], []

    def new(self, kind):
        return f"{kind}_{len(self.nodes) + len(self.weights)}"

    def op(self, kind, *operands, **attributes):
        name = self.new(kind)
        self.nodes.append(helper.make_node(kind, list(operands), [name], name, **attributes))
        return name

    def parts(self, kind, count, *operands, **attributes):
        name = self.new(kind)
        names = [f"{name}_{part}" for part in range(count)]
        self.nodes.append(helper.make_node(kind, list(operands), names, name, **attributes))
        return names

    def weight(self, values, kind=np.float32):
        name = self.new("w")
        self.weights.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def numbers(self, *values):
        return self.weight(values, np.int64)

    def noise(self, *shape, scale):
        return self.weight(self.random.standard_normal(shape, np.float32) * np.float32(scale))

    def linear(self, x, inner, outer, bias=False):
        """x (..., inner) times a random matrix of outer columns whose outputs are about as large as its inputs."""
        if self.quantised:
            matrix = self.weight(self.random.integers(-127, 128, (inner, outer), np.int8), np.int8)
            quantised, scale, zero = self.parts("DynamicQuantizeLinear", 3, x)
            product = self.op("MatMulInteger", quantised, matrix, zero, self.weight(0, np.int8))
            # Integers of -127..127, evenly: their standard deviation is 73.
            scale = self.op("Mul", scale, self.weight(1 / (73 * inner**0.5)))
            y = self.op("Mul", self.op("Cast", product, to=TensorProto.FLOAT), scale)
        else:
            y = self.op("MatMul", x, self.noise(inner, outer, scale=inner**-0.5))
        return self.op("Add", y, self.weight(np.zeros(outer))) if bias else y

    def reshape(self, x, *shape):
        return self.op("Reshape", x, self.numbers(*shape))

    def take(self, name, kind, shape):
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def give(self, value, name, kind, shape):
        self.nodes.append(helper.make_node("Identity", [value], [name], name))
        self.outputs.append(helper.make_tensor_value_info(name, kind, shape))

    def write(self, path):
        graph = helper.make_graph(self.nodes, "graph", self.inputs, self.outputs, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 8
        onnx.save(model, path)
        print(f"{path} {os.path.getsize(path)} bytes", flush=True)


def attention(g, query, key, value, width, bias=None):
    """Heads of `width` over (batch, heads, tokens, width) each; back as (batch, tokens, all)."""
    scores = g.op("Mul", g.op("MatMul", query, key), g.weight(width**-0.5))
    if bias is not None:
        scores = g.op("Add", scores, bias)
    mixed = g.op("MatMul", g.op("Softmax", scores, axis=-1), value)
    return g.op("Transpose", mixed, perm=[0, 2, 1, 3])


def vision_encoder(precision):
    g = Graph(precision)
    pixels = g.take("pixel_values", TensorProto.FLOAT, [BATCH, "images", 3, SIDE, SIDE])
    g.take("pixel_attention_mask", TensorProto.BOOL, [BATCH, "images", SIDE, SIDE])
    x = g.reshape(pixels, -1, 3, SIDE, SIDE)
    x = g.op("Conv", x, g.noise(SIGHT, 3, PATCH, PATCH, scale=0.03), strides=[PATCH, PATCH])
    x = g.op("Transpose", g.reshape(x, 0, SIGHT, -1), perm=[0, 2, 1])
    x = g.op("Add", x, g.noise((SIDE // PATCH) ** 2, SIGHT, scale=0.5))

    def norm(x):
        return g.op("LayerNormalization", x, g.weight(np.ones(SIGHT)), g.weight(np.zeros(SIGHT)), axis=-1, epsilon=1e-6)

    def heads(x, perm):
        return g.op("Transpose", g.reshape(x, 0, 0, SIGHT_HEADS, SIGHT // SIGHT_HEADS), perm=perm)

    for _ in range(SIGHT_LAYERS):
        y = norm(x)
        query, key, value = (g.linear(y, SIGHT, SIGHT, True) for _ in range(3))
        key = heads(key, [0, 2, 3, 1])
        y = attention(g, heads(query, [0, 2, 1, 3]), key, heads(value, [0, 2, 1, 3]), SIGHT // SIGHT_HEADS)
        x = g.op("Add", x, g.linear(g.reshape(y, 0, 0, SIGHT), SIGHT, SIGHT, True))
        y = g.linear(norm(x), SIGHT, SIGHT_INNER, True)
        # GELU by its sigmoid approximation (Hendrycks and Gimpel, arXiv 1606.08415).
        y = g.op("Mul", y, g.op("Sigmoid", g.op("Mul", y, g.weight(1.702))))
        x = g.op("Add", x, g.linear(y, SIGHT_INNER, SIGHT, True))
    rows = SIDE // PATCH // SHUFFLE
    x = g.reshape(norm(x), -1, rows, SHUFFLE, rows, SHUFFLE * SIGHT)
    x = g.op("Transpose", x, perm=[0, 1, 3, 2, 4])
    x = g.linear(g.reshape(x, -1, TOKENS_PER_FRAME, SHUFFLE**2 * SIGHT), SHUFFLE**2 * SIGHT, WIDTH)
    g.give(x, "image_features", TensorProto.FLOAT, ["all_images", TOKENS_PER_FRAME, WIDTH])
    return g


def embed_tokens(precision):
    g = Graph(precision)
    ids = g.take("input_ids", TensorProto.INT64, [BATCH, "new"])
    if g.quantised:
        table = g.weight(g.random.integers(-127, 128, (VOCABULARY, WIDTH), np.int8), np.int8)
        x = g.op("Mul", g.op("Cast", g.op("Gather", table, ids), to=TensorProto.FLOAT), g.weight(1 / 73))
    else:
        x = g.op("Gather", g.noise(VOCABULARY, WIDTH, scale=1), ids)
    g.give(x, "inputs_embeds", TensorProto.FLOAT, [BATCH, "new", WIDTH])
    return g


def decoder(precision):
    g = Graph(precision)
    x = g.take("inputs_embeds", TensorProto.FLOAT, [BATCH, "new", WIDTH])
    mask = g.take("attention_mask", TensorProto.INT64, [BATCH, "total"])
    positions = g.take("position_ids", TensorProto.INT64, [BATCH, "new"])
    angles = np.outer(np.arange(POSITIONS), 1e5 ** (-np.arange(0, HEAD_WIDTH, 2) / HEAD_WIDTH))
    angles = np.concatenate([angles, angles], -1)
    cos, sin = (
        g.op("Unsqueeze", g.op("Gather", g.weight(f(angles)), positions), g.numbers(1)) for f in (np.cos, np.sin)
    )
    zero, one = g.weight(0, np.int64), g.weight(1, np.int64)
    total = g.op("Gather", g.op("Shape", mask), one)
    start = g.op("Sub", total, g.op("Gather", g.op("Shape", x), one))
    rows = g.op("Unsqueeze", g.op("Range", start, total, one), g.numbers(1))
    causal = g.op("LessOrEqual", g.op("Range", zero, total, one), rows)
    seen = g.op("And", g.op("Unsqueeze", g.op("Cast", mask, to=TensorProto.BOOL), g.numbers(1, 2)), causal)
    bias = g.op("Where", seen, g.weight(0), g.weight(-1e4))

    def norm(x):
        """Root mean square norm (Zhang and Sennrich, arXiv 1910.07467)."""
        square = g.op("ReduceMean", g.op("Mul", x, x), axes=[-1])
        x = g.op("Div", x, g.op("Sqrt", g.op("Add", square, g.weight(1e-5))))
        return g.op("Mul", x, g.weight(np.ones(WIDTH)))

    def heads(x, count):
        return g.op("Transpose", g.reshape(x, 0, 0, count, HEAD_WIDTH), perm=[0, 2, 1, 3])

    def turned(x):
        """Rotary positions (Su et al., arXiv 2104.09864)."""
        first, second = g.parts("Split", 2, x, axis=-1)
        crossed = g.op("Concat", g.op("Neg", second), first, axis=-1)
        return g.op("Add", g.op("Mul", x, cos), g.op("Mul", crossed, sin))

    def shared(x):
        """Each head of keys and values serves a group of query heads."""
        x = g.op("Expand", g.op("Unsqueeze", x, g.numbers(2)), g.numbers(1, 1, HEADS // KEY_HEADS, 1, 1))
        return g.reshape(x, 0, HEADS, -1, HEAD_WIDTH)

    for layer in range(LAYERS):
        past = [
            g.take(f"past_key_values.{layer}.{part}", TensorProto.FLOAT, [BATCH, KEY_HEADS, "past", HEAD_WIDTH])
            for part in ("key", "value")
        ]
        y = norm(x)
        query = turned(heads(g.linear(y, WIDTH, HEADS * HEAD_WIDTH), HEADS))
        key = turned(heads(g.linear(y, WIDTH, KEY_HEADS * HEAD_WIDTH), KEY_HEADS))
        value = heads(g.linear(y, WIDTH, KEY_HEADS * HEAD_WIDTH), KEY_HEADS)
        key, value = (g.op("Concat", before, now, axis=2) for before, now in zip(past, (key, value)))
        for part, now in (("key", key), ("value", value)):
            g.give(now, f"present.{layer}.{part}", TensorProto.FLOAT, [BATCH, KEY_HEADS, "total", HEAD_WIDTH])
        across = g.op("Transpose", shared(key), perm=[0, 1, 3, 2])
        y = attention(g, query, across, shared(value), HEAD_WIDTH, bias)
        x = g.op("Add", x, g.linear(g.reshape(y, 0, 0, HEADS * HEAD_WIDTH), HEADS * HEAD_WIDTH, WIDTH))
        y = norm(x)
        gate = g.linear(y, WIDTH, INNER)
        y = g.op("Mul", g.op("Mul", gate, g.op("Sigmoid", gate)), g.linear(y, WIDTH, INNER))
        x = g.op("Add", x, g.linear(y, INNER, WIDTH))
    # All that is read of the logits is their last place.
    x = g.op("Slice", norm(x), g.numbers(-1), g.numbers(2**31 - 1), g.numbers(1))
    g.give(g.linear(x, WIDTH, VOCABULARY), "logits", TensorProto.FLOAT, [BATCH, 1, VOCABULARY])
    return g


def files():
    words = {word: number for number, word in enumerate(SPECIAL)}
    words |= {f"w{number}": number for number in range(len(SPECIAL), VOCABULARY)}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    edge = {"longest_edge": SIDE}
    return {
        "config.json": {
            "architectures": ["SmolVLMForConditionalGeneration"],
            "model_type": "smolvlm",
            "image_token_id": IMAGE,
            "scale_factor": SHUFFLE,
            "pad_token_id": PAD,
            "vocab_size": VOCABULARY,
            "text_config": {
                "model_type": "llama",
                "hidden_size": WIDTH,
                "intermediate_size": INNER,
                "num_attention_heads": HEADS,
                "num_key_value_heads": KEY_HEADS,
                "head_dim": HEAD_WIDTH,
                "num_hidden_layers": LAYERS,
                "vocab_size": VOCABULARY,
                "max_position_embeddings": POSITIONS,
            },
            "vision_config": {
                "model_type": "smolvlm_vision",
                "image_size": SIDE,
                "patch_size": PATCH,
                "hidden_size": SIGHT,
            },
        },
        "generation_config.json": {"bos_token_id": BEGIN, "eos_token_id": END, "pad_token_id": PAD},
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
            "size": edge,
            "max_image_size": edge,
        },
        "processor_config.json": {"image_seq_len": TOKENS_PER_FRAME, "processor_class": "SmolVLMProcessor"},
        "tokenizer.json": {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [{"id": words[word], "content": word, **flags} for word in SPECIAL],
            "normalizer": None,
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": None,
            "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
            "model": {
                "type": "WordPiece",
                "unk_token": "<unk>",
                "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100,
                "vocab": words,
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
            "chat_template": CHAT,
            "processor_class": "SmolVLMProcessor",
        },
    }


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("folder")
    options.add_argument("--precision", choices=SUFFIX, default="q8")
    given = options.parse_args()
    os.makedirs(os.path.join(given.folder, "onnx"), exist_ok=True)
    graphs = {"vision_encoder": vision_encoder, "embed_tokens": embed_tokens, "decoder_model_merged": decoder}
    for name, make in graphs.items():
        make(given.precision).write(os.path.join(given.folder, "onnx", f"{name}{SUFFIX[given.precision]}.onnx"))
    for name, content in files().items():
        with open(os.path.join(given.folder, name), "w", encoding="utf-8") as file:
            json.dump(content, file)


if __name__ == "__main__":
    main()
