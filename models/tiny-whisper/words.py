"""Two whistled languages, their words and the tokens of Whisper's layout.

A word is two successive tones. English and German use different tones. test/support/tone-speech.ts generates the same
words.
"""

from bpe import LETTERS, encode, learn, spelled

ENGLISH = (
    "the whale sings under blue water and a red fox sleeps near old stone walls while rain falls on dry".split()
)
GERMAN = (
    "der wal singt unter blauem wasser und ein roter fuchs schläft bei alten steinen während regen auf dürres land fällt".split()
)
# Tone frequencies in Hz.
TONES = {"en": [400, 600, 900, 1350, 2000], "de": [500, 740, 1100, 1640, 2500]}
WORDS = {"en": ENGLISH, "de": GERMAN}
PAIRS = [(a, b) for a in range(5) for b in range(5) if a != b]
assert len(ENGLISH) == len(GERMAN) == len(PAIRS)

_words = [spelled(f" {word}") for word in [*ENGLISH, *GERMAN]]
MERGES = learn(_words)
_ranks = {pair: place for place, pair in enumerate(MERGES)}
TEXT = list(dict.fromkeys([*LETTERS.values(), *("".join(pair) for pair in MERGES)]))
MARKS = [
    "<|endoftext|>",
    "<|startoftranscript|>",
    "<|en|>",
    "<|de|>",
    "<|translate|>",
    "<|transcribe|>",
    "<|startoflm|>",
    "<|startofprev|>",
    "<|nospeech|>",
    "<|notimestamps|>",
]
ID = {token: number for number, token in enumerate([*TEXT, *MARKS])}
END, START, TRANSCRIBE, NO_SPEECH, NO_TIMES = (
    ID[f"<|{mark}|>"] for mark in ("endoftext", "startoftranscript", "transcribe", "nospeech", "notimestamps")
)
FIRST_TIME = NO_TIMES + 1
# Timestamp tokens from 0 s to 30 s, 20 ms apart.
TIMES = 1501
TOKENS = FIRST_TIME + TIMES


def word_ids(word):
    return [ID[piece] for piece in encode(spelled(f" {word}"), _ranks)]


WORD_IDS = {language: [word_ids(word) for word in words] for language, words in WORDS.items()}
assert all(len(ids) == 1 for each in WORD_IDS.values() for ids in each)
