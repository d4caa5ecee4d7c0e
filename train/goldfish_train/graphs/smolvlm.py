"""SmolVLM2 and Idefics3: a SigLIP encoder whose patches are shuffled into few tokens, and a Llama decoder."""

from goldfish_train.graphs.encoder import pre_norm_layers
from goldfish_train.graphs.graph import BATCH, BOOL, FLOAT, INT64, Graph
from goldfish_train.graphs.llama import decode

# Defaults of transformers' configuration class, for files that leave them out.
EPSILON, ACTIVATION = 1e-6, "gelu_pytorch_tanh"


def vision_encoder(precision, config, weights):
    """Builds the encoder for complete square frames, as the daemon sends them; the mask of pixels changes nothing."""
    g = Graph(precision, weights)
    vision, shuffle = config["vision_config"], config["scale_factor"]
    width, side, patch = vision["hidden_size"], vision["image_size"], vision["patch_size"]
    grid = side // patch
    name = "model.vision_model"
    pixels = g.take("pixel_values", FLOAT, [BATCH, "images", 3, side, side])
    g.take("pixel_attention_mask", BOOL, [BATCH, "images", side, side])
    x = g.reshape(pixels, -1, 3, side, side)
    kernel = f"{name}.embeddings.patch_embedding"
    x = g.op("Conv", x, g.stored(f"{kernel}.weight"), g.stored(f"{kernel}.bias"), strides=[patch, patch])
    x = g.op("Transpose", g.reshape(x, 0, width, -1), perm=[0, 2, 1])
    x = g.op("Add", x, g.stored(f"{name}.embeddings.position_embedding.weight"))
    epsilon = vision.get("layer_norm_eps", EPSILON)
    heads, activation = vision["num_attention_heads"], vision.get("hidden_act", ACTIVATION)
    x = pre_norm_layers(g, x, f"{name}.encoder.", width, vision["num_hidden_layers"], heads, activation, epsilon)
    rows = grid // shuffle
    x = g.reshape(g.layer_norm(x, f"{name}.post_layernorm", epsilon), -1, rows, shuffle, rows, shuffle * width)
    x = g.op("Transpose", x, perm=[0, 1, 3, 2, 4])
    x = g.reshape(x, -1, rows * rows, shuffle**2 * width)
    x = g.linear(x, "model.connector.modality_projection.proj", bias=False)
    g.give(x, "image_features", ["all_images", rows * rows, config["text_config"]["hidden_size"]])
    return g


def embed_tokens(precision, config, weights):
    g = Graph(precision, weights)
    ids = g.take("input_ids", INT64, [BATCH, "new"])
    x = g.rows("model.text_model.embed_tokens.weight", ids)
    g.give(x, "inputs_embeds", [BATCH, "new", config["text_config"]["hidden_size"]])
    return g


def decoder(precision, config, weights):
    g = Graph(precision, weights)
    text = config["text_config"]
    embedded = g.take("inputs_embeds", FLOAT, [BATCH, "new", text["hidden_size"]])
    x = decode(g, embedded, text, "model.text_model.")
    # Only the logits of the last position are used.
    x = g.op("Slice", x, g.numbers(-1), g.numbers(2**31 - 1), g.numbers(1))
    head = "lm_head.weight" if "lm_head.weight" in weights else "model.text_model.embed_tokens.weight"
    g.give(g.product(x, g.matrix(head)), "logits", [BATCH, 1, text["vocab_size"]])
    return g


def captioner(config, weights):
    graphs = {"vision_encoder": vision_encoder, "embed_tokens": embed_tokens, "decoder_model_merged": decoder}
    return {name: (lambda precision, make=make: make(precision, config, weights)) for name, make in graphs.items()}
