"""Tokenizer of the tiny text models: BERT's, with whole words, and letters for all other words."""

import re
import unicodedata

from concepts import CONCEPTS, EMPTY, LETTERS, MARKS

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_words = list(dict.fromkeys([word for words in CONCEPTS for word in words] + EMPTY))
_single = [letter for letter in LETTERS if letter not in _words]
VOCABULARY = SPECIAL + MARKS + _words + _single + [f"##{letter}" for letter in LETTERS]
ID = {token: number for number, token in enumerate(VOCABULARY)}
PAD, UNKNOWN, CLS, SEP = (ID[token] for token in ("[PAD]", "[UNK]", "[CLS]", "[SEP]"))
LONGEST = 128


def words_of(text):
    """Splits into words like BERT's normaliser and pre-tokenizer: lower case, no accents, punctuation separate."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
    return re.findall(r"[^\W_]+|[^\w\s]|_", plain)


def ids(text):
    """Returns the token ids of a text without [CLS] and [SEP], greedily from the left like WordPiece."""
    out = []
    for word in words_of(text):
        at, pieces = 0, []
        while at < len(word):
            end = len(word)
            mark = "##" if at else ""
            while end > at and mark + word[at:end] not in ID:
                end -= 1
            if end == at:
                pieces = [UNKNOWN]
                break
            pieces.append(ID[mark + word[at:end]])
            at = end
        out += pieces
    return out


def tokenizer_files(longest=LONGEST):
    special = [
        {
            "id": ID[token],
            "content": token,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for token in SPECIAL
    ]
    part = lambda kind, name, segment: {kind: {"id": name, "type_id": segment}}
    return {
        "tokenizer.json": {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": special,
            "normalizer": {
                "type": "BertNormalizer",
                "clean_text": True,
                "handle_chinese_chars": True,
                "strip_accents": None,
                "lowercase": True,
            },
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {
                "type": "TemplateProcessing",
                "single": [part("SpecialToken", "[CLS]", 0), part("Sequence", "A", 0), part("SpecialToken", "[SEP]", 0)],
                "pair": [
                    part("SpecialToken", "[CLS]", 0),
                    part("Sequence", "A", 0),
                    part("SpecialToken", "[SEP]", 0),
                    part("Sequence", "B", 1),
                    part("SpecialToken", "[SEP]", 1),
                ],
                "special_tokens": {
                    token: {"id": token, "ids": [ID[token]], "tokens": [token]} for token in ("[CLS]", "[SEP]")
                },
            },
            "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
            "model": {
                "type": "WordPiece",
                "unk_token": "[UNK]",
                "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100,
                "vocab": ID,
            },
        },
        "tokenizer_config.json": {
            "tokenizer_class": "BertTokenizer",
            "do_lower_case": True,
            "cls_token": "[CLS]",
            "sep_token": "[SEP]",
            "pad_token": "[PAD]",
            "unk_token": "[UNK]",
            "mask_token": "[MASK]",
            "model_max_length": longest,
            "strip_accents": None,
            "tokenize_chinese_chars": True,
        },
        "special_tokens_map.json": {
            "cls_token": "[CLS]",
            "sep_token": "[SEP]",
            "pad_token": "[PAD]",
            "unk_token": "[UNK]",
            "mask_token": "[MASK]",
        },
    }
