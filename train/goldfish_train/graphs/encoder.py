"""Encoder layers."""


def self_attention(g, y, names, width, heads, bias=None):
    """Returns self-attention without the output projection. `names`: of query, key and value."""
    size = width // heads
    query, key, value = (g.linear(y, name) for name in names)
    key = g.heads(key, heads, size, (0, 2, 3, 1))
    return g.attention(g.heads(query, heads, size), key, g.heads(value, heads, size), heads, size, bias)


def pre_norm_layers(g, x, prefix, width, count, heads, activation, epsilon):
    """Builds the layers of SigLIP and CLIP."""
    for layer in range(count):
        name = f"{prefix}layers.{layer}"
        y = g.layer_norm(x, f"{name}.layer_norm1", epsilon)
        y = self_attention(g, y, [f"{name}.self_attn.{part}_proj" for part in "qkv"], width, heads)
        x = g.op("Add", x, g.linear(y, f"{name}.self_attn.out_proj"))
        y = g.activation(g.linear(g.layer_norm(x, f"{name}.layer_norm2", epsilon), f"{name}.mlp.fc1"), activation)
        x = g.op("Add", x, g.linear(y, f"{name}.mlp.fc2"))
    return x
