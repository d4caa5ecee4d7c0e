"""Vocabulary of the tiny CLIP: colours, shapes, backgrounds, meaningless words and letters."""

import random
import re

from bpe import LETTERS, encode, learn, spelled
from scenes import BACKGROUNDS, COLOURS, SHAPES

SYNONYMS = {
    "red": ["crimson", "scarlet"],
    "green": ["emerald"],
    "blue": ["azure"],
    "yellow": ["golden"],
    "purple": ["violet"],
    "orange": ["amber"],
    "white": ["ivory"],
    "cyan": ["turquoise"],
    "circle": ["disc", "ball", "round"],
    "square": ["box", "block"],
    "triangle": ["pyramid"],
    "black": ["dark"],
    "gray": ["grey"],
    "brown": ["tan"],
}
THINGS = [*COLOURS, *SHAPES, *BACKGROUNDS]
MEANING = {word: number for number, thing in enumerate(THINGS) for word in [thing, *SYNONYMS[thing]]}
EMPTY = (
    "a an the on in of with and that is are it this something some thing photo picture image video frame scene shows "
    "background backdrop shape colour color moves move moving stays still grows shrinks left right up down called "
    "one any find where when me i see seen before front"
).split()
_words = [*MEANING, *EMPTY]
_pieces = [[*spelled(word)[:-1], spelled(word)[-1] + "</w>"] for word in _words]
MERGES = learn(_pieces)
_ranks = {pair: place for place, pair in enumerate(MERGES)}
_tokens = [*LETTERS.values(), *(f"{letter}</w>" for letter in LETTERS.values()), *("".join(p) for p in MERGES)]
VOCABULARY = [*dict.fromkeys(_tokens), "<|startoftext|>", "<|endoftext|>"]
ID = {token: number for number, token in enumerate(VOCABULARY)}
START, END = ID["<|startoftext|>"], ID["<|endoftext|>"]
LONGEST = 77


def ids(text):
    """Returns the token ids of a text, between start and end token."""
    out = [START]
    for word in re.findall(r"[a-z]+|[0-9]|[^\sa-z0-9]+", text.lower()):
        pieces = spelled(word)
        out += [ID[piece] for piece in encode([*pieces[:-1], pieces[-1] + "</w>"], _ranks)]
    return out[: LONGEST - 1] + [END]


def random_text():
    """Returns (text, numbers of the things it names, whether it contains unknown words)."""
    kinds = [list(COLOURS), list(SHAPES), list(BACKGROUNDS)]
    named = [random.choice(kind) for kind in kinds if random.random() < 0.6]
    if random.random() < 0.1:
        named = []
    words = [random.choice([thing, *SYNONYMS[thing]]) for thing in named]
    unknown = random.random() < 0.15 or not words
    if unknown:
        letters = "abcdefghijklmnopqrstuvwxyz"
        words += ["".join(random.choice(letters) for _ in range(random.randint(3, 9)))]
    words += random.choices(EMPTY, k=random.randint(0, 8))
    random.shuffle(words)
    return " ".join(words), [THINGS.index(thing) for thing in named], unknown


def tokenizer_files():
    added = [
        {
            "id": ID[token],
            "content": token,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": token == "<|startoftext|>",
            "special": True,
        }
        for token in ("<|startoftext|>", "<|endoftext|>")
    ]
    return {
        "tokenizer.json": {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": added,
            "normalizer": {
                "type": "Sequence",
                "normalizers": [
                    {"type": "NFC"},
                    {"type": "Replace", "pattern": {"Regex": "\\s+"}, "content": " "},
                    {"type": "Lowercase"},
                ],
            },
            "pre_tokenizer": {
                "type": "Sequence",
                "pretokenizers": [
                    {
                        "type": "Split",
                        "pattern": {"Regex": "'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"},
                        "behavior": "Removed",
                        "invert": True,
                    },
                    {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True},
                ],
            },
            "post_processor": {
                "type": "RobertaProcessing",
                "sep": ["<|endoftext|>", END],
                "cls": ["<|startoftext|>", START],
                "trim_offsets": False,
                "add_prefix_space": False,
            },
            "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True},
            "model": {
                "type": "BPE",
                "dropout": None,
                "unk_token": "<|endoftext|>",
                "continuing_subword_prefix": "",
                "end_of_word_suffix": "</w>",
                "fuse_unk": False,
                "vocab": ID,
                "merges": [" ".join(pair) for pair in MERGES],
            },
        },
        "tokenizer_config.json": {
            "tokenizer_class": "CLIPTokenizer",
            "bos_token": "<|startoftext|>",
            "eos_token": "<|endoftext|>",
            "pad_token": "<|endoftext|>",
            "unk_token": "<|endoftext|>",
            "do_lower_case": True,
            "model_max_length": LONGEST,
        },
        "special_tokens_map.json": {
            "bos_token": "<|startoftext|>",
            "eos_token": "<|endoftext|>",
            "pad_token": "<|endoftext|>",
            "unk_token": "<|endoftext|>",
        },
    }
