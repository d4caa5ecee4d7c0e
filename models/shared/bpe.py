"""Learns byte-pair encoding, as in CLIP and Whisper, from a few words until each is one token."""

from collections import Counter


def byte_letters():
    """Returns the printable letter for each byte, as in GPT-2."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in plain]
    return {**{byte: chr(byte) for byte in plain}, **{byte: chr(256 + i) for i, byte in enumerate(others)}}


LETTERS = byte_letters()


def spelled(text):
    return [LETTERS[byte] for byte in text.encode("utf-8")]


def merged(pieces, pair):
    out, at = [], 0
    while at < len(pieces):
        if tuple(pieces[at : at + 2]) == pair:
            out.append(pieces[at] + pieces[at + 1])
            at += 2
        else:
            out.append(pieces[at])
            at += 1
    return out


def learn(words):
    """Returns the ordered merges that turn each word (a list of pieces) into one token."""
    words, merges = [list(word) for word in words], []
    while True:
        pairs = Counter(pair for word in words for pair in zip(word, word[1:]))
        if not pairs:
            return merges
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        words = [merged(word, best) for word in words]


def encode(pieces, ranks):
    """Returns the pieces of a word after all merges. `ranks` maps each pair to its position among the merges."""
    pieces = list(pieces)
    while len(pieces) > 1:
        best = min(zip(pieces, pieces[1:]), key=lambda pair: ranks.get(pair, len(ranks)))
        if best not in ranks:
            break
        pieces = merged(pieces, best)
    return pieces
