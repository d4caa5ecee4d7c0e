"""Collects the nodes and random weights of an ONNX graph."""

import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SUFFIX = {"fp32": "", "q8": "_quantized"}
# The batch axis of a cache must be called batch_size, or transformers.js sends a past of batch 0.
BATCH = "batch_size"
FLOAT, INT64, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL


class Graph:
    """A graph under construction. Each method returns the name of its output."""

    def __init__(self, precision):
        self.quantised = precision == "q8"
        self.random = np.random.default_rng(7)
        self.nodes, self.weights, self.inputs, self.outputs = [], [], [], []
        self.made = 0
        # Large weights of the first of two branches, and those that the second has not reused yet.
        self.kept, self.left = [], None

    def new(self, kind):
        self.made += 1
        return f"{kind}_{self.made}"

    def op(self, kind, *operands, **attributes):
        (name,) = self.parts(kind, 1, *operands, **attributes)
        return name

    def parts(self, kind, count, *operands, **attributes):
        name = self.new(kind)
        names = [name] if count == 1 else [f"{name}_{part}" for part in range(count)]
        self.nodes.append(helper.make_node(kind, list(operands), names, name, **attributes))
        return names

    def weight(self, values, kind=np.float32):
        name = self.new("w")
        self.weights.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def numbers(self, *values):
        return self.weight(values, np.int64)

    def large(self, make):
        if self.left is not None:
            return next(self.left)
        name = make()
        self.kept.append(name)
        return name

    def noise(self, *shape, scale):
        return self.large(lambda: self.weight(self.random.standard_normal(shape, np.float32) * np.float32(scale)))

    def bytes(self, *shape):
        """Returns uniform integers in -127..127; their standard deviation is 73."""
        return self.large(lambda: self.weight(self.random.integers(-127, 128, shape, np.int8), np.int8))

    def matrix(self, inner, outer):
        """Returns weights for `product`."""
        return self.bytes(inner, outer) if self.quantised else self.noise(inner, outer, scale=inner**-0.5)

    def product(self, x, matrix, inner):
        """Multiplies x (..., inner) by a matrix. The result has about the scale of x."""
        if not self.quantised:
            return self.op("MatMul", x, matrix)
        quantised, scale, zero = self.parts("DynamicQuantizeLinear", 3, x)
        y = self.op("MatMulInteger", quantised, matrix, zero, self.weight(0, np.int8))
        scale = self.op("Mul", scale, self.weight(1 / (73 * inner**0.5)))
        return self.op("Mul", self.op("Cast", y, to=FLOAT), scale)

    def linear(self, x, inner, outer, bias=False):
        y = self.product(x, self.matrix(inner, outer), inner)
        return self.op("Add", y, self.weight(np.zeros(outer))) if bias else y

    def rows(self, count, width, ids):
        """Looks up rows of a random table by ids."""
        if not self.quantised:
            return self.op("Gather", self.noise(count, width, scale=1), ids)
        return self.scaled(self.op("Gather", self.bytes(count, width), ids), 73)

    def columns(self, matrix, inner, outer, ids):
        """Looks up columns of a matrix that `product` also uses: an embedding tied to the logits."""
        # Each token uses another token's column. Otherwise random weights would repeat the last token forever.
        ids = self.op("Mod", self.op("Add", ids, self.weight(7919, np.int64)), self.weight(outer, np.int64))
        x = self.op("Gather", matrix, ids, axis=1)
        x = self.op("Transpose", x, perm=[1, 2, 0])
        return self.scaled(x, 73) if self.quantised else self.op("Mul", x, self.weight(inner**0.5))

    def scaled(self, x, by):
        return self.op("Mul", self.op("Cast", x, to=FLOAT), self.weight(1 / by))

    def reshape(self, x, *shape):
        return self.op("Reshape", x, self.numbers(*shape))

    def length(self, x, axis):
        return self.op("Gather", self.op("Shape", x), self.weight(axis, np.int64))

    def heads(self, x, count, width, perm=(0, 2, 1, 3)):
        """Reshapes (batch, tokens, all) to (batch, heads, tokens, width), or as permuted by `perm`."""
        return self.op("Transpose", self.reshape(x, 0, 0, count, width), perm=list(perm))

    def layer_norm(self, x, width, epsilon=1e-5):
        ones, zeros = self.weight(np.ones(width)), self.weight(np.zeros(width))
        return self.op("LayerNormalization", x, ones, zeros, axis=-1, epsilon=epsilon)

    def gelu(self, x):
        inner = self.op("Erf", self.op("Div", x, self.weight(2**0.5)))
        return self.op("Mul", self.op("Mul", x, self.op("Add", inner, self.weight(1))), self.weight(0.5))

    def quick_gelu(self, x):
        """Computes GELU with its sigmoid approximation (Hendrycks and Gimpel, arXiv 1606.08415)."""
        return self.op("Mul", x, self.op("Sigmoid", self.op("Mul", x, self.weight(1.702))))

    def attention(self, query, key, value, heads, width, bias=None):
        """Returns attention, (batch, tokens, all).

        query and value: (batch, heads, tokens, width); key: (batch, heads, width, tokens).
        """
        scores = self.op("Mul", self.op("MatMul", query, key), self.weight(width**-0.5))
        if bias is not None:
            scores = self.op("Add", scores, bias)
        mixed = self.op("MatMul", self.op("Softmax", scores, axis=-1), value)
        return self.reshape(self.op("Transpose", mixed, perm=[0, 2, 1, 3]), 0, 0, heads * width)

    def bias(self, seen):
        """Returns the bias added to scores: 0 at visible positions, -1e4 elsewhere."""
        return self.op("Where", seen, self.weight(0), self.weight(-1e4))

    def padding(self, mask):
        """Returns a bias of (batch, 1, 1, tokens) from an attention mask."""
        return self.bias(self.op("Unsqueeze", self.op("Cast", mask, to=BOOL), self.numbers(1, 2)))

    def causal(self, start, total):
        """Returns whether each token in start..total may attend to each of 0..total."""
        zero, one = self.weight(0, np.int64), self.weight(1, np.int64)
        rows = self.op("Unsqueeze", self.op("Range", start, total, one), self.numbers(1))
        return self.op("LessOrEqual", self.op("Range", zero, total, one), rows)

    def branches(self, condition, yes, no):
        """Runs one of two functions with equally many outputs. Both use the same large weights in the same order."""

        def branch(name, make):
            outside, self.nodes = self.nodes, []
            names = [self.op("Identity", each) for each in make()]
            infos = [helper.make_tensor_value_info(each, FLOAT, None) for each in names]
            graph = helper.make_graph(self.nodes, name, [], infos)
            self.nodes = outside
            return graph, len(names)

        self.kept = []
        then, count = branch("yes", yes)
        self.left = iter(self.kept)
        otherwise, _ = branch("no", no)
        self.left = None
        return self.parts("If", count, condition, then_branch=then, else_branch=otherwise)

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
