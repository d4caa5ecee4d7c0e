"""Data sets as `goldfish train export` writes them: rows, their frames and their text."""

import hashlib
import json
import os

import numpy as np

from goldfish_train.errors import TrainError

VERSION = 1
SPLITS = ("train", "validation", "test")


def read_json(path, remedy):
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except OSError as error:
        raise TrainError(f"{path} cannot be read: {error.strerror}.", remedy) from None
    except ValueError as error:
        raise TrainError(f"{path} is not valid JSON: {error}.", remedy) from None


def read_index(folder):
    """Returns dataset.json, which exists only if the data set is complete."""
    path = os.path.join(folder, "dataset.json")
    if not os.path.exists(path):
        raise TrainError(
            f"{folder} is not a complete data set: it has no dataset.json.",
            'Write one with "goldfish train export" or "goldfish train import".',
        )
    index = read_json(path, "Export the data set again.")
    if index.get("version") != VERSION:
        raise TrainError(
            f"{path} has version {index.get('version')}, and this trainer reads version {VERSION}.",
            "Export the data set again with this version of Goldfish.",
        )
    return index


def read_rows(folder, split):
    """Yields the rows of a split, in the order of the file."""
    path = os.path.join(folder, f"{split}.jsonl")
    if not os.path.exists(path):
        return
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
                user, assistant = row["messages"]
                images = sum(part["type"] == "image" for part in user["content"])
                complete = images == len(row["frames"]) and assistant["content"][0]["text"].strip() != ""
            except (ValueError, KeyError, TypeError, IndexError):
                complete = False
            if not complete:
                raise TrainError(f"Line {number} of {path} is not a complete row.", "Export the data set again.")
            yield row


def digest_of(folder):
    """Returns a hash of all rows, which names the data set in a run and in a model card."""
    hashed = hashlib.sha256()
    for split in SPLITS:
        path = os.path.join(folder, f"{split}.jsonl")
        if os.path.exists(path):
            with open(path, "rb") as file:
                hashed.update(file.read())
    return hashed.hexdigest()[:16]


def answer_of(row):
    return row["messages"][1]["content"][0]["text"].strip()


def square(image):
    """Makes a picture square with black bars, as the daemon does."""
    side = max(image.size)
    if image.size == (side, side):
        return image
    from PIL import Image

    canvas = Image.new("RGB", (side, side))
    canvas.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return canvas


class Frames:
    """Turns pictures into the pixels that a model takes, by its preprocessor_config.json."""

    def __init__(self, model_folder):
        path = os.path.join(model_folder, "preprocessor_config.json")
        config = read_json(path, "Give the complete folder of a model.")
        self.mean = np.array(config["image_mean"], np.float32).reshape(3, 1, 1)
        self.spread = np.array(config["image_std"], np.float32).reshape(3, 1, 1)
        self.scale = config.get("rescale_factor", 1 / 255)
        edge = config.get("max_image_size") or config["size"]
        self.side = edge.get("longest_edge") or edge["height"]

    def read(self, path):
        """Returns 3 x side x side floats."""
        from PIL import Image

        try:
            with Image.open(path) as image:
                image = square(image.convert("RGB"))
        except OSError as error:
            raise TrainError(f"The frame {path} cannot be read: {error}.", "Export the data set again.") from None
        if image.width != self.side:
            image = image.resize((self.side, self.side), Image.LANCZOS)
        pixels = np.asarray(image, np.float32).transpose(2, 0, 1) * np.float32(self.scale)
        return (pixels - self.mean) / self.spread


class Texts:
    """Turns messages into tokens as the daemon does: chat template, one tile for each frame, tokenizer."""

    IMAGE = "<image>"

    def __init__(self, model_folder, tokens_per_frame):
        from transformers import AutoTokenizer

        self.tokenizer = AutoTokenizer.from_pretrained(model_folder)
        path = os.path.join(model_folder, "chat_template.json")
        if self.tokenizer.chat_template is None and os.path.exists(path):
            self.tokenizer.chat_template = read_json(path, "Copy the model again.")["chat_template"]
        if self.tokenizer.chat_template is None:
            raise TrainError(f"{model_folder} has no chat template.", "Give the complete folder of an instruct model.")
        self.tile = (
            f"<fake_token_around_image><global-img>{self.IMAGE * tokens_per_frame}<fake_token_around_image>"
        )
        self.pad = self.tokenizer.pad_token_id or 0
        generation = os.path.join(model_folder, "generation_config.json")
        ends = read_json(generation, "Copy the model again.").get("eos_token_id") if os.path.exists(generation) else None
        if ends is None:
            ends = self.tokenizer.eos_token_id
        self.ends = ends if isinstance(ends, list) else [ends]

    def prompt_text(self, row):
        messages = [{"role": "user", "content": row["messages"][0]["content"]}]
        text = self.tokenizer.apply_chat_template(messages, add_generation_prompt=True, tokenize=False)
        return text.replace(self.IMAGE, self.tile)

    def prompt(self, row):
        return self.tokenizer(self.prompt_text(row))["input_ids"]

    def answer(self, row, text=None):
        """Returns the tokens of an answer after its prompt, with the end token."""
        before = self.prompt(row)
        text = answer_of(row) if text is None else text.strip()
        # As in the template of SmolVLM2: "Assistant: A man ...". Word-level tokenizers drop the space.
        whole = self.tokenizer(f"{self.prompt_text(row)} {text}")["input_ids"]
        same = whole[: len(before)] == before
        tokens = whole[len(before) :] if same else self.tokenizer(f" {text}", add_special_tokens=False)["input_ids"]
        return [*tokens, self.ends[0]]

    def decode(self, tokens):
        tokens = list(tokens)
        for at, token in enumerate(tokens):
            if token in self.ends:
                tokens = tokens[:at]
                break
        return self.tokenizer.decode(tokens, skip_special_tokens=True).strip()
