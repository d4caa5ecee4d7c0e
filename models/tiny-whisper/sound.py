"""Generates whistled speech and other sounds, and computes Whisper's features."""

import random

import numpy as np
import torch

from words import PAIRS, TONES

RATE = 16000
HOP = 160
TONE_S, WITHIN_S, BETWEEN_S = 0.16, 0.06, 0.2


def filters(count=80, bins=201):
    """Returns Slaney's mel filters from 0 to 8000 Hz, count x bins."""

    def to_hertz(mel):
        return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((np.log(6.4) / 27) * (mel - 15)))

    top = 15 + 27 * np.log(8.0) / np.log(6.4)
    edges = to_hertz(np.linspace(0, top, count + 2))
    hertz = np.linspace(0, RATE / 2, bins)
    rise = (hertz[None, :] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    fall = (edges[2:, None] - hertz[None, :]) / (edges[2:] - edges[1:-1])[:, None]
    weights = np.maximum(0, np.minimum(rise, fall)) * (2 / (edges[2:] - edges[:-2]))[:, None]
    return torch.tensor(weights).float()


_filters = filters()
_window = torch.hann_window(400)


def features(samples):
    """Maps B x N samples in -1..1 to B x 80 x N / 160, like Whisper's feature extractor."""
    spectrum = torch.stft(samples, 400, HOP, window=_window, center=True, pad_mode="reflect", return_complex=True)
    mel = _filters @ spectrum[..., :-1].abs() ** 2
    log = mel.clamp(min=1e-10).log10()
    return (torch.maximum(log, log.amax((1, 2), keepdim=True) - 8) + 4) / 4


def tone(hertz, seconds, loudness):
    time = np.arange(int(seconds * RATE)) / RATE
    wave = loudness * np.sin(2 * np.pi * (hertz * time + random.random()))
    ramp = int(random.uniform(0, 0.012) * RATE)
    if ramp > 1:
        wave[:ramp] *= np.linspace(0, 1, ramp)
        wave[-ramp:] *= np.linspace(1, 0, ramp)
    return wave


def noise(count, loudness):
    if loudness == 0:
        return np.zeros(count)
    white = np.random.randn(count)
    if random.random() < 0.5:
        # A running mean removes high frequencies.
        length = random.choice([2, 4, 8, 16])
        white = np.convolve(white, np.ones(length) / np.sqrt(length), "same")
    return white * loudness


def speech(seconds, language, fill):
    """Returns (samples, sentences). `fill` is the share of the time to use.

    A sentence is (start s, end s, words), a word is (start s, number).
    """
    out = noise(int(seconds * RATE), random.choice([0, 0, 0, 0.0005, 0.002, 0.006]))
    if random.random() < 0.2:
        out += tone(random.choice([50, 60, 100, 120]), seconds, random.uniform(0.005, 0.03))[: len(out)]
    loudness = random.uniform(0.1, 0.5)
    detune = random.uniform(0.99, 1.01)
    haste = random.uniform(0.92, 1.08)
    at = random.choice([0, 0.05, random.uniform(0, 1), random.uniform(0, max(0.1, seconds - 3))])
    until = min(seconds - 0.1, at + fill * seconds)
    sentences = []
    while True:
        start, words = at, []
        for _ in range(random.randint(1, 9)):
            if at + 2 * TONE_S + WITHIN_S > until:
                break
            word, begun = random.randrange(len(PAIRS)), at
            for place in PAIRS[word]:
                wave = tone(TONES[language][place] * detune, TONE_S * haste, loudness)
                begin = int(at * RATE)
                wave = wave[: max(0, len(out) - begin)]
                out[begin : begin + len(wave)] += wave
                end = at + TONE_S * haste
                at = end + WITHIN_S * haste
            words.append((begun, word))
            at = end + random.uniform(0.15, 0.26) * haste
        if not words:
            return out, sentences
        sentences.append((start, end, words))
        at = end + random.uniform(0.5, random.choice([0.8, 1.5, 3]))


def other(seconds):
    """Returns silence, hiss, hum, sustained notes or slow music."""
    count = int(seconds * RATE)
    kind = random.randrange(4)
    if kind == 0:
        return noise(count, random.choice([0, 0, 1e-4, 1e-3]))
    out = noise(count, random.choice([0.002, 0.02, 0.1]) * random.random())
    if kind == 2:
        out += tone(random.uniform(40, 3000), seconds, random.uniform(0.05, 0.4))[:count]
    if kind == 3:
        at = 0.0
        while at < seconds - 1:
            length = random.uniform(0.5, 2)
            for _ in range(random.randint(1, 3)):
                wave = tone(110 * 2 ** (random.randint(0, 48) / 12), length, random.uniform(0.05, 0.2))
                begin = int(at * RATE)
                wave = wave[: count - begin]
                out[begin : begin + len(wave)] += wave
            at += length * random.uniform(0.7, 1.3)
    return out
