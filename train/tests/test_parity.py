"""Every architecture: the exported graphs say what transformers says."""

import os
import tempfile
import unittest

import torch

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
