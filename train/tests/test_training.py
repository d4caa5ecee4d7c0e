"""Training: it learns, it leaves the base alone, and an interrupted run ends as an undisturbed one."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from types import SimpleNamespace

import numpy as np
import torch
from PIL import Image

from goldfish_train import captioner as captioner_module
from goldfish_train.config import load_config
from goldfish_train.errors import TrainError
from goldfish_train.export_model import export_model
from goldfish_train.fit import Run, begin_run, fit
from goldfish_train.tensors import TensorFile, open_model

TINY = os.path.join(os.path.dirname(__file__), "../../models/tiny-captioner/model")
PROMPT = "\nDescribe what is seen in these frames of one video clip."
COLOURS = ["red", "green", "blue", "teal"]
SHAPES = ["circle", "square", "triangle", "circle"]


def write_data(folder, count, rejected=False):
    """Writes a data set of noise: frames that mean nothing, so what is learned is learned by heart."""
    os.makedirs(os.path.join(folder, "frames"))
    chance = np.random.default_rng(0)
    for split, rows in (("train", count), ("validation", 4), ("test", 0)):
        with open(os.path.join(folder, f"{split}.jsonl"), "w", encoding="utf-8") as file:
            for i in range(rows):
                frames = []
                for n in range(4):
                    frames.append(f"frames/{split}-{i}-{n}.png")
                    pixels = chance.integers(0, 255, (32, 32, 3), np.uint8)
                    Image.fromarray(pixels).save(os.path.join(folder, frames[-1]))
                text = f"a {COLOURS[i % 4]} {SHAPES[(i // 4) % 4]} moves {'up' if i % 3 else 'down'} on a gray background."
                content = [{"type": "image"} for _ in frames] + [{"type": "text", "text": PROMPT}]
                row = {
                    "id": f"{split}-{i}",
                    "content": f"{split}-{i}",
                    "startMs": 0,
                    "endMs": 5000,
                    "frames": frames,
                    "frameTimesMs": [0, 1, 2, 3],
                    "messages": [
                        {"role": "user", "content": content},
                        {"role": "assistant", "content": [{"type": "text", "text": text}]},
                    ],
                    "source": "corrections" if i % 2 == 0 else "captions",
                    "weight": 1,
                    "licence": "own",
                }
                if rejected:
                    row["rejected"] = "a red circle stays still on a black background."
                file.write(json.dumps(row) + "\n")
    with open(os.path.join(folder, "dataset.json"), "w", encoding="utf-8") as file:
        json.dump({"version": 1, "captioner": {"budget": {"frames": 4, "framePx": 32, "words": 40, "tokens": 20}}}, file)


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Training(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.data = os.path.join(self.folder, "data")

    def config(self, text):
        path = os.path.join(self.folder, "config.toml")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def out(self, name):
        return os.path.join(self.folder, name)

    def test_given_16_rows_when_they_are_learned_by_heart_then_the_loss_falls_and_the_base_stays(self):
        write_data(self.data, 16)
        before = digest(os.path.join(TINY, "model.safetensors"))
        config = self.config(
            "rate=1e-2\nconnector_rate=1e-2\nepochs=150\nbatch=16\nmicro_batch=16\nkeep=0\ndropout=0\nweight_decay=0\n"
            "generate_rows=0\nsave_steps=0\nvalidate_steps=1000\n"
        )
        run = Run(self.data, TINY, self.made("run"), load_config("caption", config))
        fresh = captioner_module.load_base(TINY).state_dict()
        run.run()
        losses = run.losses(run.train, 0.0)
        self.assertLess(losses.mean().item(), 0.05)
        self.assertEqual(digest(os.path.join(TINY, "model.safetensors")), before)
        # In memory too: what is not trained has the weights of the base.
        for name, weight in run.captioner.bare.state_dict().items():
            plain = name.replace(".base_layer", "")
            if "lora_" not in name and "connector" not in name:
                self.assertTrue(torch.equal(weight, fresh[plain]), name)

    def made(self, name):
        os.makedirs(self.out(name))
        return self.out(name)

    def fit(self, name, config):
        return fit(self.data, TINY, self.out(name), "caption", config)

    def start(self, name, config):
        command = [sys.executable, "-m", "goldfish_train", "fit", self.data, "--base", TINY]
        root = os.path.join(os.path.dirname(__file__), "..")
        return subprocess.Popen(
            [*command, "--output", self.out(name), "--config", config],
            cwd=root,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def test_given_a_killed_run_when_it_is_repeated_then_it_ends_with_the_same_weights(self):
        write_data(self.data, 24)
        config = self.config(
            "rate=2e-3\nconnector_rate=2e-3\nepochs=20\nbatch=8\nmicro_batch=4\nsave_steps=3\nvalidate_steps=7\n"
            "generate_rows=2\ngenerate_tokens=8\n"
        )
        whole = self.fit("undisturbed", config)
        child = self.start("killed", config)
        checkpoint = os.path.join(self.out("killed"), "checkpoint.pt")
        while child.poll() is None and not (os.path.exists(checkpoint) and self.steps(checkpoint) >= 6):
            time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
        child.wait()
        at = self.steps(checkpoint)
        self.assertGreaterEqual(at, 6)
        self.assertLess(at, whole["steps"], "the run ended before it was killed")
        again = self.fit("killed", config)
        self.assertEqual(again["best"], whole["best"])
        names = ["undisturbed", "killed"]
        a, b = (TensorFile([os.path.join(self.out(name), "best.safetensors")]) for name in names)
        for name in a.names():
            self.assertTrue(np.array_equal(a.read(name), b.read(name)), name)
        a, b = (torch.load(os.path.join(self.out(name), "checkpoint.pt"), weights_only=True) for name in names)
        for name, weight in a["trained"].items():
            self.assertTrue(torch.equal(weight, b["trained"][name]), name)
        # The trained model comes out in graphs that say the same.
        found = export_model(self.out("killed"), self.out("model"), ["fp32"])["parity"]
        self.assertEqual([found["fp32"]["texts"], found["fp32"]["prompts"]], [20, 20])
        merged, base = TensorFile([os.path.join(self.out("model"), "model.safetensors")]), open_model(TINY)
        changed = [name for name in base.names() if not np.array_equal(merged.read(name), base.read(name))]
        self.assertTrue(any("q_proj" in name for name in changed) and any("connector" in name for name in changed))
        self.assertFalse(any("vision_model" in name or "embed_tokens" in name or "norm" in name for name in changed))

    def steps(self, checkpoint):
        return torch.load(checkpoint, weights_only=True)["step"]

    def test_given_a_finished_run_when_it_is_repeated_then_it_is_not_trained_again(self):
        write_data(self.data, 4)
        config = self.config("epochs=1\nbatch=4\ngenerate_rows=0\n")
        first = self.fit("run", config)
        before = digest(os.path.join(self.out("run"), "best.safetensors"))
        again = self.fit("run", config)
        self.assertIn("finished", again.pop("text"))
        self.assertEqual(again, {name: value for name, value in first.items() if name != "text"})
        self.assertEqual(digest(os.path.join(self.out("run"), "best.safetensors")), before)
        self.assertEqual([name for name in os.listdir(self.out("run")) if name.startswith("features")], [])

    def test_given_a_data_set_to_mix_in_when_it_trains_then_a_share_of_its_rows_is_taken(self):
        write_data(self.data, 8)
        other = os.path.join(self.folder, "other")
        write_data(other, 6)
        config = self.config("epochs=1\nbatch=4\ngenerate_rows=0\n")
        found = fit(self.data, TINY, self.out("run"), "instruct", config, [f"{other}=0.5"])
        self.assertEqual([found["rows"], found["steps"]], [12, 3])
        with self.assertRaisesRegex(TrainError, "another mix"):
            fit(self.data, TINY, self.out("run"), "instruct", config)
        for text in ("", other, f"{other}=", f"{other}=x", f"{other}=-1", "=0.5"):
            with self.assertRaisesRegex(TrainError, "names no share"):
                fit(self.data, TINY, self.out("run-2"), "instruct", config, [text])

    def test_given_a_run_of_other_data_when_it_is_resumed_then_it_is_refused(self):
        write_data(self.data, 4)
        config = self.config("epochs=1\nbatch=4\ngenerate_rows=0\n")
        self.fit("run", config)
        with open(os.path.join(self.data, "train.jsonl"), "a", encoding="utf-8") as file:
            with open(os.path.join(self.data, "validation.jsonl"), encoding="utf-8") as other:
                file.write(other.readline())
        with self.assertRaisesRegex(TrainError, "another data digest"):
            self.fit("run", config)

    def test_given_pairs_when_preferences_are_learned_then_the_right_caption_gains(self):
        write_data(self.data, 8, rejected=True)
        config = load_config("prefer", self.config("rate=2e-3\nepochs=10\nbatch=8\nmicro_batch=8\ngenerate_rows=0\n"))
        run = Run(self.data, TINY, self.made("run"), config)
        run.captioner.model.eval()
        before = run.losses(run.train, 0.0).mean().item()
        self.assertAlmostEqual(before, 0.6931, places=3)
        run.run()
        run.captioner.model.eval()
        self.assertLess(run.losses(run.train, 0.0).mean().item(), 0.6)

    def test_given_validations_when_the_best_weights_are_chosen_then_captions_must_not_have_got_worse(self):
        first = {"loss": 1.0, "words": 0.5, "exact": 0.1, "repeating": 0.0, "empty": 0.0}
        cases = [
            ("a lower loss with as good captions", {"loss": 0.9, "words": 0.49}, True, True),
            ("a higher loss with better captions", {"loss": 1.1, "words": 0.9}, True, False),
            ("a lower loss with worse words", {"loss": 0.5, "words": 0.4}, True, False),
            ("a lower loss with captions that repeat themselves", {"loss": 0.5, "repeating": 0.2}, True, False),
            ("a higher loss where no person wrote a validation row", {"loss": 1.1}, False, True),
        ]
        for name, change, judges, chosen in cases:
            with self.subTest(name):
                run = Run.__new__(Run)
                run.folder, run.best, run.judges = self.made(name), None, judges
                weights = {"w": torch.zeros(1)}
                run.trainee = lambda: SimpleNamespace(trained=lambda: weights)
                run.step = 1
                run.note_best(first)
                run.step = 2
                weights["w"] = torch.ones(1)
                run.note_best({**first, **change})
                self.assertEqual(run.best["step"], 2 if chosen else 1)
                best = TensorFile([os.path.join(run.folder, "best.safetensors")])
                self.assertEqual(best.read("w").tolist(), [float(chosen)])

    def test_given_the_stages_of_the_reference_when_each_starts_from_the_last_then_its_weights_go_on(self):
        write_data(self.data, 4)
        config = self.config("rate=1e-2\nconnector_rate=1e-2\nepochs=1\nbatch=4\ngenerate_rows=0\n")
        connector, query = "model.connector.modality_projection.proj.weight", "model.text_model.layers.0.self_attn.q_proj.weight"
        base = TINY
        for stage, changed in (("align", [connector]), ("caption", [connector, query]), ("instruct", [connector, query])):
            with self.subTest(stage):
                found = fit(self.data, base, self.out(f"run-{stage}"), stage, config)
                self.assertEqual(found["left_out"], 0)
                before, base = open_model(base), self.out(f"my-{stage}")
                export_model(self.out(f"run-{stage}"), base, ["fp32"])
                after = open_model(base)
                self.assertEqual(after.names(), before.names())
                for name in (connector, query):
                    same = np.array_equal(before.read(name), after.read(name))
                    self.assertEqual(same, name not in changed, name)

    def test_given_the_stage_align_when_it_trains_then_only_the_connector_does(self):
        write_data(self.data, 4)
        config = load_config("align", self.config("epochs=1\nbatch=4\ngenerate_rows=0\n"))
        run = Run(self.data, TINY, self.made("run"), config)
        self.assertEqual(list(run.captioner.trained()), ["model.connector.modality_projection.proj.weight"])
        before = [weight.clone() for weight in run.captioner.trained().values()]
        run.run()
        self.assertFalse(torch.equal(before[0], list(run.captioner.trained().values())[0]))

    def test_given_wrong_files_when_they_are_read_then_the_error_says_what_to_do(self):
        for text, message in (("rate = 'x'", "not a number"), ("speed = 1", "does not exist"), ("rate =", "not valid TOML")):
            with self.assertRaisesRegex(TrainError, message):
                load_config("caption", self.config(text))
        with self.assertRaisesRegex(TrainError, "Unknown stage"):
            load_config("dream", None)
        with self.assertRaisesRegex(TrainError, "no dataset.json"):
            fit(self.folder, TINY, self.out("run"), "caption", None)
        os.makedirs(self.out("other"))
        open(os.path.join(self.out("other"), "note.txt"), "w").close()
        with self.assertRaisesRegex(TrainError, "holds no run"):
            begin_run(self.out("other"), {})


if __name__ == "__main__":
    unittest.main()
