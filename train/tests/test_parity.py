"""Every architecture: the exported graphs say what transformers says."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import torch

from goldfish_train import parity
from goldfish_train.errors import TrainError
from goldfish_train.export_model import export_model
from tests.small_models import MODELS, write_model

# Models whose output is the text itself, and not vectors or a score.
WRITING = ("SmolVLM2", "Idefics3", "Llama", "SmolLM2", "Qwen2", "Whisper")


# Writes all graphs of the models in folders, where torch is not installed.
GRAPHS_ALONE = """
import os, sys
sys.modules["torch"] = None
from goldfish_train.export_model import open_source, read_config
from goldfish_train.families import family_of
for folder in sys.argv[1:]:
    base, weights, _ = open_source(folder)
    config = read_config(base)
    for name, build in family_of(config, base).graphs(config, weights).items():
        for precision in ("fp32", "fp16", "q8"):
            build(precision).write(os.path.join(folder, f"{name}-{precision}.onnx"))
"""


class Parity(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def export(self, name, *precisions):
        source = write_model(name, self.folder.name)
        return export_model(source, os.path.join(self.folder.name, "out"), list(precisions))["parity"]

    def test_given_other_precisions_when_models_are_exported_then_files_shrink_and_values_stay_near(self):
        # Random weights have no clear winner among the tokens, so equal texts cannot be asked for here.
        limits = {name: dict(parity.LIMITS[name], texts=0.0, tokens=0.0) for name in ("fp16", "q8")}
        with mock.patch.dict(parity.LIMITS, limits):
            for name, half, eighth in (("SmolVLM2-256M", 0.3, 2.5), ("Whisper", 0.05, 0.3), ("BERT embedder", 0.02, 0.2)):
                with self.subTest(name):
                    shutil.rmtree(os.path.join(self.folder.name, "out"), ignore_errors=True)
                    found = self.export(name, "fp32", "fp16", "q8")
                    key = "values" if "values" in found["fp16"] else "logits"
                    self.assertLess(found["fp16"][key], half)
                    self.assertLess(found["q8"][key], eighth)
                    self.assertLess(self.size("_fp16"), 0.6 * self.size(""))
                    self.assertLess(self.size("_quantized"), 0.6 * self.size(""))

    def test_given_every_architecture_when_graphs_are_written_then_torch_is_not_needed(self):
        folders = [write_model(name, self.folder.name) for name in MODELS]
        root = os.path.join(os.path.dirname(__file__), "..")
        done = subprocess.run([sys.executable, "-c", GRAPHS_ALONE, *folders], cwd=root, capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        for folder in folders:
            self.assertGreaterEqual(sum(name.endswith(".onnx") for name in os.listdir(folder)), 3, folder)

    def size(self, ending):
        """Returns the bytes of all graphs of a precision."""
        folder = os.path.join(self.folder.name, "out/onnx")
        names = [name for name in os.listdir(folder) if name.endswith(f"{ending}.onnx")]
        if ending == "":
            names = [name for name in names if not name.endswith(("_fp16.onnx", "_quantized.onnx"))]
        return sum(os.path.getsize(os.path.join(folder, name)) for name in names)

    def test_given_a_model_with_other_weights_when_it_is_compared_then_nothing_is_written(self):
        source, target = write_model("SmolLM2", self.folder.name), os.path.join(self.folder.name, "out")
        import goldfish_train.families as families

        load = families.AnswererFamily.load

        def loaded_wrong(family, folder):
            model = load(family, folder)
            with torch.no_grad():
                model.model.layers[1].self_attn.q_proj.weight[3] += 0.5
            return model

        families.AnswererFamily.load = loaded_wrong
        try:
            with self.assertRaisesRegex(TrainError, "do not say what the model says"):
                export_model(source, target, ["fp32"])
        finally:
            families.AnswererFamily.load = load
        self.assertEqual([name for name in os.listdir(self.folder.name) if name.startswith("out")], [])


def add_test(name):
    def test(self):
        found = self.export(name, "fp32")["fp32"]
        self.assertEqual(found["prompts"], 20)
        if name.startswith(WRITING):
            self.assertEqual(found["texts"], 20)
            self.assertLessEqual(found["logits"], 1e-3)
        else:
            self.assertLessEqual(found["values"], 1e-3)
            self.assertGreater(found["cosine"], 0.99999)

    plain = name.lower().replace(" ", "_").replace("-", "_").replace(".", "_")
    setattr(Parity, f"test_given_{plain}_when_it_is_exported_then_all_twenty_outputs_are_equal", test)


for each in MODELS:
    add_test(each)


if __name__ == "__main__":
    unittest.main()
