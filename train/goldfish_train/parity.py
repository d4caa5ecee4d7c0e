"""Compares a model as transformers runs it with its exported graphs, token by token."""

import os

import numpy as np

from goldfish_train.graphs.graph import SUFFIX

# What each precision must reach: the largest difference of logits, equal texts out of all, share of equal tokens.
LIMITS = {
    "fp32": {"logits": 1e-3, "texts": 1.0, "tokens": 1.0},
    "fp16": {"logits": None, "texts": 0.95, "tokens": 0.97},
    "q8": {"logits": None, "texts": 0.0, "tokens": 0.97},
}
# For models that do not write: the largest difference of values, and the smallest cosine of a text's values.
ENCODER_LIMITS = {
    "fp32": {"values": 1e-3, "cosine": 0.99999},
    "fp16": {"values": None, "cosine": 0.999},
    "q8": {"values": None, "cosine": 0.97},
}
PROMPTS = 20
TOKENS = 40


def session(folder, graph, precision):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "0"))
    options.log_severity_level = 3
    path = os.path.join(folder, "onnx", f"{graph}{SUFFIX[precision]}.onnx")
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def empty_cache(session, batch=1):
    """Returns caches without tokens, by input name."""
    cache = {}
    for each in session.get_inputs():
        if each.name.startswith("past_key_values."):
            _, heads, _, width = each.shape
            cache[each.name] = np.zeros((batch, heads, 0, width), np.float32)
    return cache


class DecoderGraph:
    """Writes with a decoder graph. `start` and `next` return the logits of the next token."""

    def __init__(self, session, embed):
        self.session, self.embed = session, embed
        self.outputs = [each.name for each in session.get_outputs()]

    def start(self, values):
        self.cache, self.seen = empty_cache(self.session), 0
        return self.run(values)

    def next(self, token):
        return self.run(self.embed(np.array([[token]], np.int64)))

    def run(self, values):
        name = "inputs_embeds" if values.dtype == np.float32 else "input_ids"
        new = values.shape[1]
        inputs = {
            name: values,
            "attention_mask": np.ones((1, self.seen + new), np.int64),
            "position_ids": np.arange(self.seen, self.seen + new).reshape(1, -1),
            **self.cache,
        }
        out = dict(zip(self.outputs, self.session.run(None, inputs)))
        self.cache = {name: out[name.replace("past_key_values", "present")] for name in self.cache}
        self.seen += new
        return out["logits"][0, -1]


def write(model, prompt, ends, tokens):
    """Returns (greedy tokens, logits of each)."""
    chosen, rows = [], []
    logits = model.start(prompt)
    for _ in range(tokens):
        rows.append(logits)
        chosen.append(int(logits.argmax()))
        if chosen[-1] in ends:
            break
        logits = model.next(chosen[-1])
    return chosen, rows


def follow(model, prompt, tokens):
    """Returns the logits of each of the given tokens after those before it."""
    rows = [model.start(prompt)]
    for token in tokens[:-1]:
        rows.append(model.next(token))
    return rows


def compare(wanted, followed):
    """Compares lists of (greedy tokens, logits) with the logits of another model that was given the same tokens.

    Its own greedy text is the same if and only if each of its logits prefers the given token.
    """
    texts, equal, largest = 0, [], 0.0
    for (tokens, right), here in zip(wanted, followed):
        same = [int(logits.argmax()) == token for token, logits in zip(tokens, here)]
        texts += all(same)
        equal += same
        largest = max([largest, *(float(np.abs(a - b).max()) for a, b in zip(right, here))])
    return {"prompts": len(wanted), "texts": texts, "tokens": sum(equal) / len(equal), "logits": largest}


def compare_values(wanted, here):
    """Compares lists of arrays: the vectors or the score of one text each."""
    pairs = [(np.ravel(a).astype(np.float64), np.ravel(b).astype(np.float64)) for a, b in zip(wanted, here)]
    cosines = [float(a @ b / max(1e-12, np.linalg.norm(a) * np.linalg.norm(b))) for a, b in pairs]
    return {
        "prompts": len(pairs),
        "cosine": min(cosines),
        "values": max(float(np.abs(a - b).max()) for a, b in pairs),
    }


def describe(found):
    if "cosine" in found:
        return (
            f"{found['prompts']} texts, cosine at least {found['cosine']:.5f}, "
            f"values differ by at most {found['values']:.2g}"
        )
    return (
        f"{found['texts']} of {found['prompts']} texts equal, {found['tokens']:.1%} of the tokens, "
        f"logits differ by at most {found['logits']:.2g}"
    )


def failures(found, precision):
    """Returns what a comparison misses of the limits of a precision, in words."""
    missed = []
    if "cosine" in found:
        limits = ENCODER_LIMITS[precision]
        if limits["values"] is not None and not found["values"] <= limits["values"]:
            missed.append(f"values differ by {found['values']:.2g}, more than {limits['values']:g}")
        if not found["cosine"] >= limits["cosine"]:
            missed.append(f"the cosine is {found['cosine']:.4f}, below {limits['cosine']}")
        return missed
    limits = LIMITS[precision]
    if limits["logits"] is not None and not found["logits"] <= limits["logits"]:
        missed.append(f"logits differ by {found['logits']:.2g}, more than {limits['logits']:g}")
    if found["texts"] < limits["texts"] * found["prompts"]:
        missed.append(f"{found['texts']} of {found['prompts']} texts are equal")
    if found["tokens"] < limits["tokens"]:
        missed.append(f"{found['tokens']:.1%} of the tokens are equal, fewer than {limits['tokens']:.0%}")
    return missed
