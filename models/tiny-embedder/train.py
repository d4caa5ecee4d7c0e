"""Trains the tiny text embedder. Needs Debian's python3-torch and libopenblas0-pthread.

    PYTHONPATH=../shared python3 train.py [--steps 3000] [--checkpoint embedder.pt]

Each concept has a direction. The target vector of a text is the sum of its concepts' directions. An unknown word gets
the directions of its letter pairs. Meaningless words and punctuation get no direction.
"""

import argparse
import random

import torch
import torch.nn.functional as F

from concepts import CONCEPTS, EMPTY, LETTERS, MARKS, MEANING
from network import WIDTH, Encoder, batch_of, pooled
from tokens import CLS, ID, PAD, SEP, ids
from training import train

torch.manual_seed(0)
random.seed(0)


def directions(count):
    """Returns nearly orthogonal vectors. They are pushed apart, because there are more vectors than dimensions."""
    vectors = torch.randn(count, WIDTH, requires_grad=True)
    optimizer = torch.optim.Adam([vectors], 0.05)
    for _ in range(300):
        unit = F.normalize(vectors, dim=-1)
        loss = ((unit @ unit.T - torch.eye(count)) ** 4).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return F.normalize(vectors.detach(), dim=-1)


DIRECTIONS = directions(len(CONCEPTS))
_pairs = F.normalize(torch.randn(len(LETTERS) + 1, len(LETTERS), WIDTH), dim=-1)
# Direction of meaningless text, so that nothing is close to it by chance.
NOWHERE = F.normalize(torch.randn(WIDTH), dim=-1) * 0.3


def unknown_word():
    return "".join(random.choice(LETTERS[:26]) for _ in range(random.randint(3, 9)))


def meaning_of(words):
    vector = NOWHERE.clone()
    for word in words:
        if word in MEANING:
            vector += DIRECTIONS[MEANING[word]]
        elif word not in EMPTY and word not in MARKS:
            numbers = [-1] + [LETTERS.index(letter) for letter in word]
            vector += F.normalize(sum(_pairs[a, b] for a, b in zip(numbers, numbers[1:])), dim=-1)
    return F.normalize(vector, dim=-1)


def words_of_a_text():
    known = random.choices(range(len(CONCEPTS)), k=random.randint(0, random.choice([2, 4, 8])))
    words = [random.choice(CONCEPTS[number]) for number in known]
    words += [unknown_word() for _ in range(random.choice([0, 0, 0, 1, 1, 2]))]
    words += random.choices(EMPTY, k=random.randint(0, 2 + len(words)))
    words += random.choices(MARKS, k=random.randint(0, 2))
    random.shuffle(words)
    return words or [random.choice(EMPTY)]


def make_batch(count):
    texts = [words_of_a_text() for _ in range(count)]
    rows = [[CLS, *ids(" ".join(words))[:120], SEP] for words in texts]
    return (*batch_of(rows, PAD), torch.stack([meaning_of(words) for words in texts]))


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--steps", type=int, default=3000)
    options.add_argument("--checkpoint", default="embedder.pt")
    given = options.parse_args()
    torch.set_num_threads(1)
    model = Encoder()
    # Word vectors start at their target direction, so the model only learns to add them.
    with torch.no_grad():
        for word, number in MEANING.items():
            model.words.weight[ID[word]] = DIRECTIONS[number] * 2

    def cosine(count):
        tokens, mask, wanted = make_batch(count)
        return (pooled(model(tokens, mask, torch.zeros_like(tokens)), mask) * wanted).sum(1)

    train(
        model,
        given.steps,
        lambda share: (1 - cosine(64)).mean(),
        2e-3,
        given.checkpoint,
        lambda share: f"cosine {cosine(300).mean():.3f}",
    )


if __name__ == "__main__":
    main()
