"""Reads and writes safetensors with numpy alone, 16-bit floats included.

The format: 8 bytes with the length of a JSON header, the header with type, shape and range of each tensor, the data.
"""

import json
import os
import struct

import numpy as np

from goldfish_train.errors import TrainError

KINDS = {"F64": np.float64, "F32": np.float32, "F16": np.float16, "I64": np.int64, "I32": np.int32, "BOOL": np.bool_}


def bfloat16_to_float32(raw):
    """A bfloat16 is the upper half of a float32."""
    return (raw.astype(np.uint32) << 16).view(np.float32)


class TensorFile:
    """The tensors of one or more files by name. Each is read from disk when it is asked for."""

    def __init__(self, paths):
        self.places = {}
        for path in paths:
            with open(path, "rb") as file:
                start = file.read(8)
                length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
                text = file.read(length)
            try:
                header = json.loads(text)
            except ValueError:
                raise TrainError(f"{path} is not a safetensors file.", "Download or copy it again.") from None
            size = os.path.getsize(path)
            for name, entry in header.items():
                if name == "__metadata__":
                    continue
                begin, end = entry["data_offsets"]
                if 8 + length + end > size:
                    raise TrainError(f"{path} is cut off.", "Download or copy it again.")
                self.places[name] = (path, entry["dtype"], entry["shape"], 8 + length + begin, end - begin)

    def __contains__(self, name):
        return name in self.places

    def names(self):
        return list(self.places)

    def shape(self, name):
        return list(self.places[name][2])

    def read(self, name):
        """Returns a tensor as float32; integers stay as they are."""
        path, kind, shape, begin, size = self.places[name]
        with open(path, "rb") as file:
            file.seek(begin)
            data = file.read(size)
        if kind == "BF16":
            return bfloat16_to_float32(np.frombuffer(data, np.uint16)).reshape(shape)
        if kind not in KINDS:
            raise TrainError(f"{name} in {path} is of type {kind}.", "Use weights in 32 or 16 bits.")
        values = np.frombuffer(data, KINDS[kind]).reshape(shape)
        return values.astype(np.float32) if values.dtype.kind == "f" else values.copy()


def open_model(folder):
    """Opens model.safetensors of a folder, or the parts that its index lists."""
    single = os.path.join(folder, "model.safetensors")
    index = single + ".index.json"
    if os.path.exists(single):
        return TensorFile([single])
    if os.path.exists(index):
        with open(index, encoding="utf-8") as file:
            parts = sorted(set(json.load(file)["weight_map"].values()))
        return TensorFile([os.path.join(folder, part) for part in parts])
    raise TrainError(
        f"{folder} has no model.safetensors.",
        "Give a folder with the weights of a model as its makers publish them. Graphs (ONNX) alone cannot be trained.",
    )


def write_tensors(path, tensors, metadata=None):
    """Writes float32 arrays by name, completely or not at all."""
    header, at = {"__metadata__": {"format": "pt", **(metadata or {})}}, 0
    for name, values in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [at, at + values.nbytes]}
        at += values.nbytes
    text = json.dumps(header).encode("utf-8")
    text += b" " * (-len(text) % 8)
    partial = path + ".partial"
    with open(partial, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for values in tensors.values():
            file.write(np.ascontiguousarray(values, np.float32).tobytes())
        file.flush()
        os.fsync(file.fileno())
    os.replace(partial, path)
