"""Builds encoder layers."""


def own(g, y, width, heads, bias=None):
    """Returns self-attention without the output projection."""
    size = width // heads
    query, key, value = (g.linear(y, width, width, True) for _ in range(3))
    key = g.heads(key, heads, size, (0, 2, 3, 1))
    return g.attention(g.heads(query, heads, size), key, g.heads(value, heads, size), heads, size, bias)


def layers(g, x, width, inner, count, heads, activation, bias=None):
    """Builds pre-norm layers of attention and feed-forward network, as in SigLIP, CLIP and Whisper."""
    for _ in range(count):
        y = own(g, g.layer_norm(x, width), width, heads, bias)
        x = g.op("Add", x, g.linear(y, width, width, True))
        y = activation(g.linear(g.layer_norm(x, width), width, inner, True))
        x = g.op("Add", x, g.linear(y, inner, width, True))
    return x


def late_norm_layers(g, x, width, inner, count, attend):
    """Builds post-norm layers, as in BERT. `attend(x)` is attention without the output projection."""
    for _ in range(count):
        x = g.layer_norm(g.op("Add", x, g.linear(attend(x), width, width, True)), width)
        y = g.gelu(g.linear(x, width, inner, True))
        x = g.layer_norm(g.op("Add", x, g.linear(y, inner, width, True)), width)
    return x
