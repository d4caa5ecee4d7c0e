"""Vocabulary of the tiny answerer: whole words. Every other word is unknown."""

from concepts import CONCEPTS, EMPTY, MARKS, MEANING

SPECIAL = ["<unk>", "<pad>", "<|im_start|>", "<|im_end|>"]
CITES = [f"[{n}]" for n in range(1, 10)]
NO_ANSWER = "NO ANSWER"
_frame = "system user assistant evidence question described measured screen name".split()
VOCABULARY = list(
    dict.fromkeys([*SPECIAL, *CITES, NO_ANSWER, *MARKS, *_frame, *EMPTY, *(w for words in CONCEPTS for w in words)])
)
ID = {word: number for number, word in enumerate(VOCABULARY)}
# Concept of each token; -1 if it has none.
CONCEPT = [MEANING.get(word, -1) for word in VOCABULARY]


def concept(word):
    return MEANING[word]


COLOURS = [concept(word) for word in "red green blue yellow purple orange white cyan black gray brown".split()]
SHAPES = [concept(word) for word in "circle square triangle".split()]
WAYS = [concept(word) for word in "left right up down".split()]
CHANGES = [concept(word) for word in "still grows shrinks".split()]
