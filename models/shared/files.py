"""Writes graphs and configuration in the hub's layout."""

import json
import os


def write_graph(folder, name, module, inputs, input_names, output_names, axes):
    """Exports a graph. Needs python3-torch and python3-onnx."""
    # Imported here, because other functions of this file need neither.
    import onnx
    import torch

    path = os.path.join(folder, "onnx", f"{name}.onnx")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    torch.onnx.export(
        module.eval(),
        inputs,
        path,
        opset_version=16,
        input_names=input_names,
        output_names=output_names,
        dynamic_axes=axes,
    )
    onnx.checker.check_model(path)
    print(name, os.path.getsize(path), "bytes")


def write_json(folder, files):
    for name, content in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=1)
            file.write("\n")
