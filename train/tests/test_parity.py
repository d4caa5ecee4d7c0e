"""Every architecture: the exported graphs say what transformers says."""

import os
import shutil
import tempfile
import unittest
from unittest import mock

import torch

from goldfish_train import parity
from goldfish_train.errors import TrainError
from goldfish_train.export_model import export_model
from tests.small_models import MODELS, write_model

# Models whose output is the text itself, and not vectors or a score.
WRITING = ("SmolVLM2", "Llama", "SmolLM2", "Qwen2", "Whisper")


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
        with mock.patch.dict(parity.LIMITS, limits), mock.patch.dict(
            parity.ENCODER_LIMITS, {"q8": {"values": None, "cosine": 0.9}}
        ):
            for name, half, eighth in (("SmolVLM2-256M", 0.3, 4.0), ("Whisper", 0.05, 1.0), ("BERT embedder", 0.02, 0.5)):
                with self.subTest(name):
                    shutil.rmtree(os.path.join(self.folder.name, "out"), ignore_errors=True)
                    found = self.export(name, "fp32", "fp16", "q8")
                    key = "values" if "values" in found["fp16"] else "logits"
                    self.assertLess(found["fp16"][key], half)
                    self.assertLess(found["q8"][key], eighth)
                    self.assertLess(self.size("_fp16"), 0.6 * self.size(""))
                    self.assertLess(self.size("_quantized"), 0.6 * self.size(""))

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
