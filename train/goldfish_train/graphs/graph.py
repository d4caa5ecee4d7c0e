"""Builds ONNX graphs of plain ai.onnx operators from weights by name. Fused operators fail with some WebGPU drivers."""

import math
import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

# Ending of a graph's file name, as transformers.js looks for it.
SUFFIX = {"fp32": "", "fp16": "_fp16", "q8": "_quantized"}
# The batch axis of a cache must be called batch_size, or transformers.js sends a past of batch 0.
BATCH = "batch_size"
FLOAT, HALF, INT64, BOOL = TensorProto.FLOAT, TensorProto.FLOAT16, TensorProto.INT64, TensorProto.BOOL
# A file of this size or more cannot be one protobuf message; its weights go into a file of their own.
LARGEST_MESSAGE_BYTES = 2_000_000_000
# Weights in 8 bits are stored from 0 on: CPUs without VNNI multiply unsigned bytes by signed ones with sums that overflow.
ZERO = 128


class Graph:
    """A graph under construction. Each method returns the name of its output.

    `weights.read(name)` returns a float32 array in the layout of PyTorch: a linear layer is outer x inner.
    """

    def __init__(self, precision, weights):
        self.precision, self.source = precision, weights
        self.float = HALF if precision == "fp16" else FLOAT
        self.nodes, self.weights, self.inputs, self.outputs = [], [], [], []
        self.made = 0
        # Weights that are in the graph, by name, so that two uses share them.
        self.shared = {}

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

    def weight(self, values, kind=None):
        """Adds a constant: floats in the graph's precision unless `kind` says otherwise."""
        if kind is None:
            kind = np.float16 if self.float == HALF else np.float32
        name = self.new("w")
        self.weights.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def numbers(self, *values):
        return self.weight(values, np.int64)

    def once(self, key, make):
        if key not in self.shared:
            self.shared[key] = make()
        return self.shared[key]

    def stored(self, name):
        """Returns a weight as it is stored: biases, norms, convolutions, positions."""
        return self.once(name, lambda: self.weight(self.source.read(name)))

    def matrix(self, name):
        """Returns the weights of a linear layer for `product`, inner x outer, with the scales of its columns in q8."""
        return self.once(("matrix", name), lambda: self.put_matrix(self.source.read(name).T))

    def put_matrix(self, values):
        if self.precision != "q8":
            return self.weight(values), None
        scales = np.maximum(np.abs(values).max(0), 1e-8) / 127
        whole = np.clip(np.round(values / scales), -127, 127)
        return self.weight(whole + ZERO, np.uint8), self.weight(scales, np.float32)

    def product(self, x, matrix):
        """Multiplies x (..., inner) by a matrix."""
        values, scales = matrix
        if scales is None:
            return self.op("MatMul", x, values)
        quantised, scale, zero = self.parts("DynamicQuantizeLinear", 3, x)
        y = self.op("MatMulInteger", quantised, values, zero, self.zero_point())
        y = self.op("Mul", self.op("Cast", y, to=FLOAT), scales)
        return self.op("Mul", y, scale)

    def zero_point(self):
        return self.once("zero point", lambda: self.weight(ZERO, np.uint8))

    def linear(self, x, name, bias=True):
        y = self.product(x, self.matrix(f"{name}.weight"))
        return self.op("Add", y, self.stored(f"{name}.bias")) if bias else y

    def rows(self, name, ids):
        """Looks up rows of a table by ids."""
        if self.precision != "q8":
            return self.op("Gather", self.stored(name), ids)

        def quantised():
            values = self.source.read(name)
            scales = np.maximum(np.abs(values).max(1, keepdims=True), 1e-8) / 127
            return self.weight(np.clip(np.round(values / scales), -127, 127), np.int8), self.weight(scales, np.float32)

        values, scales = self.once(("rows", name), quantised)
        return self.op("Mul", self.op("Cast", self.op("Gather", values, ids), to=FLOAT), self.op("Gather", scales, ids))

    def columns(self, name, ids):
        """Looks up rows of a table that `product` uses as well, as columns of that matrix: tied logits."""
        values, scales = self.matrix(name)
        x = self.op("Transpose", self.op("Gather", values, ids, axis=1), perm=[1, 2, 0])
        if scales is None:
            return x
        x = self.op("Sub", self.op("Cast", x, to=FLOAT), self.weight(ZERO, np.float32))
        return self.op("Mul", x, self.op("Unsqueeze", self.op("Gather", scales, ids), self.numbers(2)))

    def reshape(self, x, *shape):
        return self.op("Reshape", x, self.numbers(*shape))

    def length(self, x, axis):
        return self.op("Gather", self.op("Shape", x), self.weight(axis, np.int64))

    def heads(self, x, count, width, perm=(0, 2, 1, 3)):
        """Reshapes (batch, tokens, all) to (batch, heads, tokens, width), or as permuted by `perm`."""
        return self.op("Transpose", self.reshape(x, 0, 0, count, width), perm=list(perm))

    def layer_norm(self, x, name, epsilon):
        return self.op(
            "LayerNormalization", x, self.stored(f"{name}.weight"), self.stored(f"{name}.bias"), axis=-1, epsilon=epsilon
        )

    def root_mean_square_norm(self, x, name, epsilon):
        """Computes the norm of Zhang and Sennrich (arXiv 1910.07467), its squares in single precision."""
        y = self.cast(x, FLOAT)
        square = self.op("ReduceMean", self.op("Mul", y, y), axes=[-1])
        root = self.op("Sqrt", self.op("Add", square, self.weight(epsilon, np.float32)))
        return self.op("Mul", self.cast(self.op("Div", y, root), self.float), self.stored(name))

    def cast(self, x, kind):
        return x if self.float == FLOAT else self.op("Cast", x, to=kind)

    def activation(self, x, name):
        kinds = {
            "gelu": self.gelu,
            "gelu_pytorch_tanh": self.tanh_gelu,
            "gelu_new": self.tanh_gelu,
            "quick_gelu": self.quick_gelu,
            "silu": self.silu,
            "relu": lambda y: self.op("Relu", y),
        }
        if name not in kinds:
            raise ValueError(f"The activation {name} is not known.")
        return kinds[name](x)

    def gelu(self, x):
        inner = self.op("Erf", self.op("Div", x, self.weight(2**0.5)))
        return self.op("Mul", self.op("Mul", x, self.op("Add", inner, self.weight(1))), self.weight(0.5))

    def tanh_gelu(self, x):
        """Computes GELU with its tanh approximation (Hendrycks and Gimpel, arXiv 1606.08415)."""
        cube = self.op("Mul", self.op("Mul", x, x), x)
        inner = self.op("Add", x, self.op("Mul", cube, self.weight(0.044715)))
        inner = self.op("Tanh", self.op("Mul", inner, self.weight(math.sqrt(2 / math.pi))))
        return self.op("Mul", self.op("Mul", x, self.op("Add", inner, self.weight(1))), self.weight(0.5))

    def quick_gelu(self, x):
        """Computes GELU with its sigmoid approximation (the same paper)."""
        return self.op("Mul", x, self.op("Sigmoid", self.op("Mul", x, self.weight(1.702))))

    def silu(self, x):
        return self.op("Mul", x, self.op("Sigmoid", x))

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
        """Runs one of two functions with equally many outputs. Weights stay outside, so both share them."""

        def branch(name, make):
            outside, self.nodes = self.nodes, []
            names = [self.op("Identity", each) for each in make()]
            infos = [helper.make_tensor_value_info(each, self.float, None) for each in names]
            graph = helper.make_graph(self.nodes, name, [], infos)
            self.nodes = outside
            return graph, len(names)

        then, count = branch("yes", yes)
        otherwise, _ = branch("no", no)
        return self.parts("If", count, condition, then_branch=then, else_branch=otherwise)

    def take(self, name, kind, shape):
        """Adds an input. Floats come in single precision and are used in the graph's."""
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return self.cast(name, self.float) if kind == FLOAT else name

    def give(self, value, name, shape):
        """Adds an output, in single precision."""
        kind = "Identity" if self.float == FLOAT else "Cast"
        attributes = {} if self.float == FLOAT else {"to": FLOAT}
        self.nodes.append(helper.make_node(kind, [value], [name], name, **attributes))
        self.outputs.append(helper.make_tensor_value_info(name, FLOAT, shape))

    def write(self, path):
        graph = helper.make_graph(self.nodes, "graph", self.inputs, self.outputs, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        model.ir_version = 8
        large = model.ByteSize() > LARGEST_MESSAGE_BYTES
        data = os.path.basename(path) + "_data"
        onnx.save(model, path, save_as_external_data=large, location=data if large else None)
