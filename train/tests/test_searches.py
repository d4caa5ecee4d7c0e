"""Training on searches: what was clicked is found, a broken-off run goes on exactly, and the graphs say the same."""

import itertools
import json
import os
import random
import shutil
import tempfile
import unittest
from unittest import mock

import numpy as np
import torch
import transformers

from goldfish_train.check import check
from goldfish_train.errors import TrainError
from goldfish_train.export_model import export_model
from goldfish_train.fit import fit
from goldfish_train.searches import SearchRun
from goldfish_train.tensors import TensorFile
from tests.small_models import spread

TINY = os.path.join(os.path.dirname(__file__), "../../models/tiny-embedder/model")
# What this person says, and what is said in the videos.
WORDS = dict(
    zip(
        "red green blue yellow purple orange white black circle square triangle left right up".split(),
        "door house tree river road bridge window table chair dog cat bird car boat".split(),
    )
)


def write_base(folder, ranks):
    """Writes a small random encoder with the tiny embedder's tokenizer."""
    values = transformers.BertConfig(
        vocab_size=1080,
        hidden_size=48,
        intermediate_size=96,
        num_hidden_layers=2,
        num_attention_heads=4,
        max_position_embeddings=128,
        num_labels=1,
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.manual_seed(0)
    model = transformers.BertForSequenceClassification(values) if ranks else transformers.BertModel(values)
    spread(model, 0).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        shutil.copyfile(os.path.join(TINY, name), os.path.join(folder, name))
    if not ranks:
        shutil.copytree(os.path.join(TINY, "1_Pooling"), os.path.join(folder, "1_Pooling"))
    return folder


def write_searches(folder):
    """Writes searches in this person's words. Every word is in the training part, no pair of words is in two parts."""
    os.makedirs(folder)
    pairs = list(itertools.combinations(WORDS, 2))
    random.Random(1).shuffle(pairs)
    parts = {"train": pairs[:60], "validation": pairs[60:70], "test": pairs[70:]}
    for split, chosen in parts.items():
        with open(os.path.join(folder, f"{split}.jsonl"), "w", encoding="utf-8") as file:
            for a, b in chosen:
                skipped = next(other for other in WORDS if other not in (a, b))
                row = {
                    "id": f"{a}-{b}",
                    "query": f"{a} {b}",
                    "positive": f"the {WORDS[a]} and the {WORDS[b]}",
                    "negatives": [f"the {WORDS[a]} and the {WORDS[skipped]}"],
                }
                file.write(json.dumps(row) + "\n")
    with open(os.path.join(folder, "dataset.json"), "w", encoding="utf-8") as file:
        json.dump({"version": 1, "kind": "searches", "rows": len(pairs)}, file)


class Searches(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)
        self.data = self.out("data")
        write_searches(self.data)

    def out(self, name):
        return os.path.join(self.folder, name)

    def config(self, text):
        with open(self.out("config.toml"), "w", encoding="utf-8") as file:
            file.write(text)
        return self.out("config.toml")

    def assert_learns(self, ranks, config):
        base = write_base(self.out("base"), ranks)
        found = fit(self.data, base, self.out("run"), "caption", self.config(config))
        before, after = found["held_out"]["before"], found["held_out"]["after"]
        self.assertEqual(after["rows"], 21)
        self.assertGreater(after["mrr"], before["mrr"] + 0.3, found["text"])
        self.assertIn("held-out searches the clicked moment comes first", found["text"])
        written = export_model(self.out("run"), self.out("model"), ["fp32"])
        self.assertLessEqual(written["parity"]["fp32"]["values"], 1e-3)
        with open(self.out("model/training.json"), encoding="utf-8") as file:
            origin = json.load(file)
        self.assertEqual(origin["role"], "reranker" if ranks else "textEmbedder")
        self.assertEqual(origin["held_out"]["after"], after)
        return written

    def test_given_searches_when_an_embedder_learns_then_held_out_ones_find_more(self):
        self.assert_learns(False, "rate=2e-3\nepochs=12\nbatch=20\n")
        with open(self.out("model/goldfish.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file), {"pooling": "mean", "query": "", "passage": ""})

    def test_given_searches_when_a_reranker_learns_then_held_out_ones_find_more(self):
        self.assert_learns(True, "rate=2e-3\nepochs=15\nbatch=20\n")

    def test_given_a_run_that_breaks_off_when_it_is_resumed_then_the_weights_are_those_of_an_undisturbed_one(self):
        base = write_base(self.out("base"), False)
        config = self.config("rate=1e-3\nepochs=3\nbatch=10\nsave_steps=4\n")
        whole = fit(self.data, base, self.out("whole"), "search", config)
        step = SearchRun.train_step

        def breaks(run):
            if run.step == 10:
                raise KeyboardInterrupt
            return step(run)

        with mock.patch.object(SearchRun, "train_step", breaks), self.assertRaises(KeyboardInterrupt):
            fit(self.data, base, self.out("broken"), "search", config)
        again = fit(self.data, base, self.out("broken"), "search", config)
        self.assertEqual(again["held_out"], whole["held_out"])
        a, b = (TensorFile([os.path.join(self.out(name), "best.safetensors")]) for name in ("whole", "broken"))
        for name in a.names():
            self.assertTrue(np.array_equal(a.read(name), b.read(name)), name)

    def test_given_searches_when_they_are_checked_then_leaks_are_found(self):
        self.assertIn("91 rows without faults", check(self.data)["text"])
        with open(os.path.join(self.data, "train.jsonl"), encoding="utf-8") as file:
            row = {**json.loads(file.readline()), "id": "again"}
        with open(os.path.join(self.data, "test.jsonl"), "a", encoding="utf-8") as file:
            file.write(json.dumps({**row, "query": row["query"].upper()}) + "\n")
        with self.assertRaisesRegex(TrainError, "queries"):
            check(self.data)


if __name__ == "__main__":
    unittest.main()
