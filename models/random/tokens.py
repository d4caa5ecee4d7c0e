"""Builds an artificial tokenizer with a full vocabulary.

The word w1234 is token 1234; other words are split into pairs of letters.
"""

import string

# ChatML template.
CHAT = (
    "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)


def vocabulary(size, special):
    """Returns the ids of all tokens. `special` maps ids to special tokens."""
    pairs = [a + b for a in string.ascii_lowercase for b in string.ascii_lowercase]
    marks = [mark for mark in string.printable if not mark.isspace() and not mark.isupper()]
    pieces = iter(lead + piece for lead in ("", "##") for piece in [*marks, *pairs])
    return {special.get(number) or next(pieces, f"w{number}"): number for number in range(size)}


def tokenizer_files(size, special, roles, longest, template=None, **config):
    """
    `roles`: {"unk_token": ..., "pad_token": ..., ...}. `template`: the tokens around one text and, for models of pairs,
    between two: (first, last).
    """
    ids = vocabulary(size, special)
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}

    def part(kind, name, number=0):
        return {kind: {"id": name, "type_id": number}}

    around = None
    if template:
        first, last = template
        single = [part("SpecialToken", first), part("Sequence", "A"), part("SpecialToken", last)]
        around = {
            "type": "TemplateProcessing",
            "single": single,
            "pair": [*single, part("Sequence", "B", 1), part("SpecialToken", last, 1)],
            "special_tokens": {token: {"id": token, "ids": [ids[token]], "tokens": [token]} for token in template},
        }
    return {
        "tokenizer.json": {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": [{"id": number, "content": token, **flags} for number, token in sorted(special.items())],
            "normalizer": {"type": "Lowercase"},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": around,
            "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": True},
            "model": {
                "type": "WordPiece",
                "unk_token": roles["unk_token"],
                "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100,
                "vocab": ids,
            },
        },
        "tokenizer_config.json": {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": longest, **roles, **config},
    }
