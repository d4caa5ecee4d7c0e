"""Layers of encoders."""


def own(g, y, width, heads, bias=None):
    """Attention of rows to themselves, without what comes after it."""
    size = width // heads
    query, key, value = (g.linear(y, width, width, True) for _ in range(3))
    key = g.heads(key, heads, size, (0, 2, 3, 1))
    return g.attention(g.heads(query, heads, size), key, g.heads(value, heads, size), heads, size, bias)


def layers(g, x, width, inner, count, heads, activation, bias=None):
    """Attention and a feed-forward part, each after a norm, as SigLIP, CLIP and Whisper have them."""
    for _ in range(count):
        y = own(g, g.layer_norm(x, width), width, heads, bias)
        x = g.op("Add", x, g.linear(y, width, width, True))
        y = activation(g.linear(g.layer_norm(x, width), width, inner, True))
        x = g.op("Add", x, g.linear(y, inner, width, True))
    return x


def late_norm_layers(g, x, width, inner, count, attend):
    """The same with a norm after each part, as BERT has it; `attend(x)` is attention without what comes after it."""
    for _ in range(count):
        x = g.layer_norm(g.op("Add", x, g.linear(attend(x), width, width, True)), width)
        y = g.gelu(g.linear(x, width, inner, True))
        x = g.layer_norm(g.op("Add", x, g.linear(y, inner, width, True)), width)
    return x
