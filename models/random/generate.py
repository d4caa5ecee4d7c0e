"""Writes a model of the manifest at full size with random weights, as a folder in the hub's layout. Needs python3-onnx.

    python3 generate.py ID FOLDER [--precision q8|fp32]
"""

import argparse
import os
import sys

from graph import SUFFIX
from shapes import SHAPES

sys.path.append(os.path.join(os.path.dirname(__file__), "../shared"))
from files import write_json  # noqa: E402


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("id", choices=SHAPES)
    options.add_argument("folder")
    options.add_argument("--precision", choices=SUFFIX, default="q8")
    given = options.parse_args()
    os.makedirs(os.path.join(given.folder, "onnx"), exist_ok=True)
    make, shape = SHAPES[given.id]
    graphs, files = make(shape)
    for name, graph in graphs.items():
        graph(given.precision).write(os.path.join(given.folder, "onnx", f"{name}{SUFFIX[given.precision]}.onnx"))
    write_json(given.folder, files)


if __name__ == "__main__":
    main()
