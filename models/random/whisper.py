"""Builds Whisper: a sound encoder, and a decoder that merges two branches, with and without a cache."""

import numpy as np

from encoder import layers
from graph import BATCH, BOOL, FLOAT, INT64, Graph
from tokens import tokenizer_files

SOUND, POSITIONS = 1500, 448
# Tokens of 30 s of fast speech, so that random weights write as much text as real ones: 160 words per minute at
# 1.3 tokens per word, and timestamps.
WRITTEN = 110
END, START = 50257, 50258
LANGUAGES = {"<|en|>": 50259, "<|de|>": 50261, "<|fr|>": 50265}
TASKS = {"translate": 50358, "transcribe": 50359}
NO_SPEECH, NO_TIMES = 50362, 50363


def encoder(precision, shape):
    g = Graph(precision)
    width = shape["width"]
    x = g.take("input_features", FLOAT, [BATCH, shape["mels"], 2 * SOUND])
    for inner, stride in ((shape["mels"], 1), (width, 2)):
        kernel = g.noise(width, inner, 3, scale=(3 * inner) ** -0.5)
        x = g.op("Conv", x, kernel, g.weight(np.zeros(width)), strides=[stride], pads=[1, 1])
        x = g.gelu(x)
    x = g.op("Add", g.op("Transpose", x, perm=[0, 2, 1]), g.noise(SOUND, width, scale=0.5))
    x = layers(g, x, width, shape["inner"], shape["layers"], shape["heads"], g.gelu)
    g.give(g.layer_norm(x, width), "last_hidden_state", FLOAT, [BATCH, SOUND, width])
    return g


def decoder(precision, shape):
    """Builds the decoder. Each branch is complete; the one with a cache does not recompute the sound's keys and values."""
    g = Graph(precision)
    width, heads, words = shape["width"], shape["heads"], shape["vocabulary"]
    size = width // heads
    ids = g.take("input_ids", INT64, [BATCH, "new"])
    sound = g.take("encoder_hidden_states", FLOAT, [BATCH, SOUND, width])
    cached = g.take("use_cache_branch", BOOL, [1])
    layers = range(shape["decoder_layers"])
    sides = [f"{layer}.{side}" for layer in layers for side in ("decoder", "encoder")]
    past = {
        (side, part): g.take(f"past_key_values.{side}.{part}", FLOAT, [BATCH, heads, f"past_{side[-7:]}", size])
        for side in sides
        for part in ("key", "value")
    }
    heard = [place for place in past if "encoder" in place[0]]
    matrices = [g.matrix(width, width) for _ in heard]

    def attended(query, key, value, bias=None):
        query, across = g.heads(query, heads, size), g.op("Transpose", key, perm=[0, 1, 3, 2])
        return g.linear(g.attention(query, across, value, heads, size, bias), width, width, True)

    def decode(memory):
        """Returns logits, and keys and values of all tokens so far."""
        start = g.length(past["0.decoder", "key"], 2)
        total = g.op("Add", start, g.length(ids, 1))
        places = g.op("Range", start, total, g.weight(1, np.int64))
        hidden = g.bias(g.causal(start, total))
        matrix = g.matrix(width, words)
        x = g.op("Add", g.columns(matrix, width, words, ids), g.rows(POSITIONS, width, places))
        present = {}
        for layer in layers:
            y = g.layer_norm(x, width)
            query, key, value = (g.linear(y, width, width, True) for _ in range(3))
            for part, now in (("key", key), ("value", value)):
                place = (f"{layer}.decoder", part)
                present[place] = g.op("Concat", past[place], g.heads(now, heads, size), axis=2)
            key, value = (present[f"{layer}.decoder", part] for part in ("key", "value"))
            x = g.op("Add", x, attended(query, key, value, hidden))
            key, value = (memory[f"{layer}.encoder", part] for part in ("key", "value"))
            x = g.op("Add", x, attended(g.linear(g.layer_norm(x, width), width, width, True), key, value))
            y = g.gelu(g.linear(g.layer_norm(x, width), width, shape["inner"], True))
            x = g.op("Add", x, g.linear(y, shape["inner"], width, True))
        logits = g.product(g.layer_norm(x, width), matrix, width)
        # From this position on, only the end token is likely.
        over = g.op("Cast", g.op("GreaterOrEqual", places, g.weight(WRITTEN, np.int64)), to=FLOAT)
        end = np.zeros(words)
        end[END] = 1e4
        return g.op("Add", logits, g.op("Mul", g.op("Unsqueeze", over, g.numbers(1)), g.weight(end))), present

    def with_cache():
        logits, present = decode(past)
        nothing = g.weight(np.zeros((0, heads, 1, size)))
        return [logits, *(present.get(place, nothing) for place in past)]

    def without_cache():
        memory = {
            place: g.heads(g.product(sound, matrix, width), heads, size) for place, matrix in zip(heard, matrices)
        }
        logits, present = decode(memory)
        return [logits, *({**memory, **present}[place] for place in past)]

    logits, *present = g.branches(cached, with_cache, without_cache)
    g.give(logits, "logits", FLOAT, [BATCH, "new", words])
    for (side, part), now in zip(past, present):
        g.give(now, f"present.{side}.{part}", FLOAT, [BATCH, heads, f"all_{side[-7:]}", size])
    return g


def recogniser(shape):
    special = {END: "<|endoftext|>", START: "<|startoftranscript|>"}
    special |= {number: mark for mark, number in LANGUAGES.items()}
    special |= {number: f"<|{task}|>" for task, number in TASKS.items()}
    special |= {NO_SPEECH: "<|nospeech|>", NO_TIMES: "<|notimestamps|>"}
    ends = {"bos_token_id": END, "eos_token_id": END, "pad_token_id": END, "decoder_start_token_id": START}
    roles = {f"{name}_token": "<|endoftext|>" for name in ("bos", "eos", "pad", "unk")}
    more = {"tokenizer_class": "WhisperTokenizer", "processor_class": "WhisperProcessor"}
    files = {
        "config.json": {
            **ends,
            "architectures": ["WhisperForConditionalGeneration"],
            "model_type": "whisper",
            "is_encoder_decoder": True,
            "vocab_size": shape["vocabulary"],
            "num_mel_bins": shape["mels"],
            "d_model": shape["width"],
            "encoder_layers": shape["layers"],
            "encoder_attention_heads": shape["heads"],
            "decoder_layers": shape["decoder_layers"],
            "decoder_attention_heads": shape["heads"],
            "max_source_positions": SOUND,
            "max_target_positions": POSITIONS,
        },
        "generation_config.json": {
            **ends,
            "is_multilingual": True,
            "lang_to_id": LANGUAGES,
            "task_to_id": TASKS,
            "no_timestamps_token_id": NO_TIMES,
            "max_initial_timestamp_index": 50,
            "max_length": POSITIONS,
            "return_timestamps": False,
        },
        "preprocessor_config.json": {
            "feature_extractor_type": "WhisperFeatureExtractor",
            "processor_class": "WhisperProcessor",
            "feature_size": shape["mels"],
            "sampling_rate": 16000,
            "hop_length": 160,
            "chunk_length": 30,
            "n_fft": 400,
            "n_samples": 480000,
            "nb_max_frames": 3000,
            "padding_side": "right",
            "padding_value": 0.0,
            "return_attention_mask": False,
        },
        **tokenizer_files(shape["vocabulary"], special, roles, 1024, **more),
    }
    graphs = {"encoder_model": encoder, "decoder_model_merged": decoder}
    return {name: (lambda precision, make=make: make(precision, shape)) for name, make in graphs.items()}, files
