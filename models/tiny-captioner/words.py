"""Words, prompts and correct answers of the tiny captioner.

A word outside the vocabulary becomes <unk>. Training covers instructions and speech with any share of unknown words,
so that Goldfish can reword its instruction without a new training run.
"""

import random

from scenes import BACKGROUNDS, COLOURS, FRAMES, MOTIONS, SHAPES

TOKENS_PER_FRAME = 4
LONGEST_LINE = 10
LONGEST_INSTRUCTION = 80
SPECIAL = [
    "<unk>",
    "<pad>",
    "<|im_start|>",
    "<end_of_utterance>",
    "<fake_token_around_image>",
    "<image>",
    "<global-img>",
]
# The model knows these two words only as names. They are left for it to learn as colours, as a large model knows more
# words than it uses in captions.
TEACHABLE = ["teal", "pink"]
NAMES = ["luna", "otto", "mira", "pip", "zoe", "felix", "nora", "hugo", "ada", "leo", "iris", "max", *TEACHABLE]
QUESTIONS = {
    "colour": "what color is the shape ?",
    "shape": "what shape is it ?",
    "motion": "how does it move ?",
}
FILLER = "and so here now see look at this that we is my friend it goes again with you".split()
FRAME_MARKS = ["speech", "[", "]", ":", '"', "the"]
WORDS = sorted(
    set(" ".join([*QUESTIONS.values(), *MOTIONS]).split())
    | set(COLOURS)
    | set(BACKGROUNDS)
    | set(SHAPES)
    | set(NAMES)
    | set(FILLER)
    | set(FRAME_MARKS)
    | set("user assistant : a on background . describe video called".split())
)
VOCABULARY = SPECIAL + WORDS
ID = {word: number for number, word in enumerate(VOCABULARY)}
UNKNOWN = ID["<unk>"]


def ids(text):
    return [ID[word] for word in text.split()]


def noise(length):
    """Returns meaningless words of an instruction or of speech, mostly unknown ones."""
    known = FILLER + FRAME_MARKS + ["describe", "video", ".", "on", "a", "what"]
    return [UNKNOWN if random.random() < 0.7 else ID[random.choice(known)] for _ in range(length)]


def frame_ids():
    fence = ID["<fake_token_around_image>"]
    return [fence, ID["<global-img>"], *[ID["<image>"]] * TOKENS_PER_FRAME, fence]


def prompt(question, spoken, longest):
    """Returns the token ids of a prompt as the chat template writes it.

    question: a key of QUESTIONS or None for "describe". spoken: a name to put in the speech, or None.
    longest: maximum noise words in a line of speech, up to LONGEST_LINE; instructions in proportion.
    """
    lines = [[] for _ in range(FRAMES)]
    for line in lines:
        if longest and random.random() < 0.3:
            line.extend(noise(random.randint(1, longest)))
    if spoken:
        line = random.choice(lines)
        line.insert(random.randint(0, len(line)), ID[spoken])
    out = ids("<|im_start|> user :")
    for line in lines:
        out += frame_ids()
        if line:
            marks = random.choice(['speech : "', "[ speech ]", '"'])
            out += ids(marks) + line + ([ID['"']] if '"' in marks else [])
    out += noise(random.randint(0, LONGEST_INSTRUCTION * longest // LONGEST_LINE))
    if question:
        out += ids(QUESTIONS[question])
    elif random.random() < 0.5 or not longest:
        out += ids("describe the video .")
    return out + ids("<end_of_utterance> assistant :")


def answer(question, scene, spoken):
    """Returns the correct answer for one scene, as text."""
    if question == "colour":
        return scene["colour"]
    if question == "shape":
        return f"a {scene['shape']}"
    if question == "motion":
        return f"it {scene['motion']}"
    called = f"called {spoken} " if spoken else ""
    return (
        f"a {scene['colour']} {scene['shape']} {called}{scene['motion']} on a {scene['background']} background ."
    )


def answer_ids(question, scene, spoken):
    return ids(answer(question, scene, spoken)) + [ID["<end_of_utterance>"]]
