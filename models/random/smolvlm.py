"""Builds SmolVLM: a SigLIP encoder whose patches are shuffled into few tokens, and a Llama decoder."""

from encoder import layers
from graph import BATCH, BOOL, FLOAT, INT64, Graph
from llama import decode, text_config
from tokens import tokenizer_files

# Dimensions of the encoder (SigLIP-B/16) and its pixel shuffle.
WIDTH, INNER, LAYERS, HEADS, SIDE, PATCH, SHUFFLE = 768, 3072, 12, 12, 512, 16, 4
TOKENS_PER_FRAME = (SIDE // PATCH // SHUFFLE) ** 2

NAMES = ["<unk>", "<pad>", "<|im_start|>", "<end_of_utterance>", "<fake_token_around_image>", "<image>", "<global-img>"]
SPECIAL = dict(enumerate(NAMES))
PAD, BEGIN, END, IMAGE = 1, 2, 3, 5
CHAT = (
    "{% for m in messages %}<|im_start|>{{ m['role'] }}:"
    "{% for c in m['content'] %}{% if c['type']=='image' %}<image>{% else %}{{ c['text'] }}{% endif %}{% endfor %}"
    "<end_of_utterance>{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}"
)


def vision_encoder(precision, shape):
    g = Graph(precision)
    pixels = g.take("pixel_values", FLOAT, [BATCH, "images", 3, SIDE, SIDE])
    g.take("pixel_attention_mask", BOOL, [BATCH, "images", SIDE, SIDE])
    x = g.reshape(pixels, -1, 3, SIDE, SIDE)
    x = g.op("Conv", x, g.noise(WIDTH, 3, PATCH, PATCH, scale=0.03), strides=[PATCH, PATCH])
    x = g.op("Transpose", g.reshape(x, 0, WIDTH, -1), perm=[0, 2, 1])
    x = g.op("Add", x, g.noise((SIDE // PATCH) ** 2, WIDTH, scale=0.5))
    x = layers(g, x, WIDTH, INNER, LAYERS, HEADS, g.quick_gelu)
    rows = SIDE // PATCH // SHUFFLE
    x = g.reshape(g.layer_norm(x, WIDTH), -1, rows, SHUFFLE, rows, SHUFFLE * WIDTH)
    x = g.op("Transpose", x, perm=[0, 1, 3, 2, 4])
    x = g.reshape(x, -1, TOKENS_PER_FRAME, SHUFFLE**2 * WIDTH)
    x = g.linear(x, SHUFFLE**2 * WIDTH, shape["width"])
    g.give(x, "image_features", FLOAT, ["all_images", TOKENS_PER_FRAME, shape["width"]])
    return g


def embed_tokens(precision, shape):
    g = Graph(precision)
    ids = g.take("input_ids", INT64, [BATCH, "new"])
    x = g.rows(shape["vocabulary"], shape["width"], ids)
    g.give(x, "inputs_embeds", FLOAT, [BATCH, "new", shape["width"]])
    return g


def decoder(precision, shape):
    g = Graph(precision)
    x = decode(g, g.take("inputs_embeds", FLOAT, [BATCH, "new", shape["width"]]), shape)
    # Only the logits of the last position are used.
    x = g.op("Slice", x, g.numbers(-1), g.numbers(2**31 - 1), g.numbers(1))
    x = g.linear(x, shape["width"], shape["vocabulary"])
    g.give(x, "logits", FLOAT, [BATCH, 1, shape["vocabulary"]])
    return g


def files(shape):
    edge = {"longest_edge": SIDE}
    roles = {"unk_token": "<unk>", "pad_token": "<pad>", "bos_token": "<|im_start|>", "eos_token": "<end_of_utterance>"}
    more = {"padding_side": "left", "chat_template": CHAT, "processor_class": "SmolVLMProcessor"}
    return {
        "config.json": {
            "architectures": ["SmolVLMForConditionalGeneration"],
            "model_type": "smolvlm",
            "image_token_id": IMAGE,
            "scale_factor": SHUFFLE,
            "pad_token_id": PAD,
            "vocab_size": shape["vocabulary"],
            "text_config": text_config(shape),
            "vision_config": {
                "model_type": "smolvlm_vision",
                "image_size": SIDE,
                "patch_size": PATCH,
                "hidden_size": WIDTH,
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
        **tokenizer_files(shape["vocabulary"], SPECIAL, roles, shape["positions"], **more),
    }


def captioner(shape):
    graphs = {"vision_encoder": vision_encoder, "embed_tokens": embed_tokens, "decoder_model_merged": decoder}
    return {name: (lambda precision, make=make: make(precision, shape)) for name, make in graphs.items()}, files(shape)
