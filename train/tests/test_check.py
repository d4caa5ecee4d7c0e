"""Faults of a data set are found before hours are spent on it."""

import json
import os
import shutil
import tempfile
import unittest

from goldfish_train.check import check
from goldfish_train.errors import TrainError
from tests.test_training import write_data


class Check(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.data = os.path.join(folder.name, "data")
        write_data(self.data, 6)

    def path(self, *names):
        return os.path.join(self.data, *names)

    def change(self, split, number, change):
        with open(self.path(f"{split}.jsonl"), encoding="utf-8") as file:
            rows = [json.loads(line) for line in file]
        change(rows[number])
        with open(self.path(f"{split}.jsonl"), "w", encoding="utf-8") as file:
            file.writelines(json.dumps(row) + "\n" for row in rows)

    def test_given_a_sound_data_set_when_it_is_checked_then_its_rows_are_counted(self):
        found = check(self.data)
        self.assertEqual(found["rows"], {"train": 6, "validation": 4})
        self.assertEqual(sum(found["words"].values()), 10)

    def test_given_faults_when_it_is_checked_then_each_is_named(self):
        def same_video(row):
            row["content"] = "train-0"

        cases = [
            ("videos in more than one part", lambda: self.change("validation", 0, same_video)),
            (
                "frames in more than one part",
                lambda: [
                    shutil.copyfile(self.path(f"frames/train-1-{n}.png"), self.path(f"frames/validation-1-{n}.png"))
                    for n in range(4)
                ],
            ),
            ("cannot be read", lambda: open(self.path("frames/train-2-0.png"), "w").close()),
            ("cannot be read", lambda: os.remove(self.path("frames/train-3-1.png"))),
            ("without length", lambda: self.change("train", 4, lambda row: row.update(endMs=0))),
            ("after the end", lambda: self.change("train", 4, lambda row: row.update(frameTimesMs=[9000]))),
            ("same id", lambda: self.change("train", 5, lambda row: row.update(id="train-0"))),
            (
                "outside the data set",
                lambda: self.change("train", 0, lambda row: row.update(frames=["../../x.png", *row["frames"][1:]])),
            ),
            ("not a complete row", lambda: self.change("train", 0, lambda row: row.pop("messages"))),
        ]
        for message, spoil in cases:
            with self.subTest(message):
                shutil.rmtree(self.data)
                write_data(self.data, 6)
                spoil()
                with self.assertRaisesRegex(TrainError, message):
                    check(self.data)


if __name__ == "__main__":
    unittest.main()
