"""Writes a tiny diariser into model/. Needs numpy and onnx (Debian's python3-onnx brings both).

    python3 export.py
"""

import os

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FLOAT = TensorProto.FLOAT
HERE = os.path.dirname(os.path.abspath(__file__))


def save(path, nodes, inputs, outputs, weights):
    graph = helper.make_graph(
        nodes, "voices", inputs, outputs, [numpy_helper.from_array(value, name) for name, value in weights.items()]
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    onnx.save(model, path)


def embedding():
    """GE2E's layout. Nothing is trained: the print is the mean spectrum in decibels, which formants shape."""
    nodes = [
        helper.make_node("ReduceMean", ["mels"], ["energy"], axes=[1], keepdims=0),
        helper.make_node("Add", ["energy", "floor"], ["positive"]),
        helper.make_node("Log", ["positive"], ["level"]),
        helper.make_node("ReduceMean", ["level"], ["mean"], axes=[1], keepdims=1),
        helper.make_node("Sub", ["level", "mean"], ["embedding"]),
    ]
    mels = helper.make_tensor_value_info("mels", FLOAT, ["batch", 160, 40])
    output = helper.make_tensor_value_info("embedding", FLOAT, ["batch", 40])
    return nodes, [mels], [output], {"floor": np.array(1e-3, np.float32)}


def segmentation():
    """pyannote-segmentation's layout (a frame every 270 samples, 7 sets of at most 3 speakers) with random weights."""
    random = np.random.default_rng(5)
    weights = {
        "filters": random.standard_normal((8, 1, 251), np.float32) / 4,
        "mixing": random.standard_normal((7, 8, 1), np.float32),
    }
    nodes = [
        helper.make_node("Conv", ["input_values", "filters"], ["bands"], strides=[27], kernel_shape=[251]),
        helper.make_node("Abs", ["bands"], ["sizes"]),
        helper.make_node("AveragePool", ["sizes"], ["frames"], strides=[10], kernel_shape=[20]),
        helper.make_node("Conv", ["frames", "mixing"], ["scores"], kernel_shape=[1]),
        helper.make_node("Transpose", ["scores"], ["rows"], perm=[0, 2, 1]),
        helper.make_node("LogSoftmax", ["rows"], ["logits"], axis=-1),
    ]
    sound = helper.make_tensor_value_info("input_values", FLOAT, ["batch", 1, "samples"])
    output = helper.make_tensor_value_info("logits", FLOAT, ["batch", "frames", 7])
    return nodes, [sound], [output], weights


if __name__ == "__main__":
    save(os.path.join(HERE, "model/embedding/onnx/model.onnx"), *embedding())
    save(os.path.join(HERE, "model/segmentation/onnx/model.onnx"), *segmentation())
