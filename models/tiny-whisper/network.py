"""Whisper's two graphs, small.

The encoder is trained. For each 80 ms it detects whether a sentence begins, a word is spoken or a sentence ends, and
the exact time. It numbers these events in order. The decoder needs no training: it takes the token at position n from
event n, by attention over the numbers.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

from words import END, FIRST_TIME, ID, NO_SPEECH, TIMES, TRANSCRIBE, WORD_IDS

WIDTH = 64
# Features of 10 ms per step of the encoder.
STRIDE = 8
STEP_S = STRIDE / 100
# Classes of a step: nothing, begin, end, the words of both languages.
NOTHING, BEGIN, STOP, FIRST_WORD = 0, 1, 2, 3
WORDS_EACH = len(WORD_IDS["en"])
CLASSES = FIRST_WORD + 2 * WORDS_EACH
# Layout of an encoder vector: whether it is an event, its number, its time in s, the amount of English and German,
# then the likelihood of each kind of event, including the end of everything.
FIRES, NUMBER, MOMENT, ENGLISH, GERMAN, KINDS = 0, 1, 2, 3, 4, 5
OVER = CLASSES
SIZE = KINDS + CLASSES + 1
# Positions before the first event: start, language and task.
PREFIX = 2
NEVER = -25.0


class Ear(nn.Module):
    """Maps B x 80 x N features to scores and offsets.

    Scores: B x CLASSES x N / 8. Offsets of begin and end from the middle of a step, in s: B x 2 x N / 8.
    """

    def __init__(self):
        super().__init__()
        steps = [(80, WIDTH, 5, 2), (WIDTH, WIDTH, 5, 2), (WIDTH, WIDTH, 3, 2), (WIDTH, WIDTH, 5, 1), (WIDTH, WIDTH, 5, 1)]
        layers = []
        for inner, outer, size, stride in steps:
            layers += [nn.Conv1d(inner, outer, size, stride, size // 2), nn.ReLU()]
        self.layers = nn.Sequential(*layers)
        self.kinds = nn.Conv1d(WIDTH, CLASSES, 3, 1, 1)
        self.off = nn.Conv1d(WIDTH, 2, 3, 1, 1)

    def forward(self, input_features):
        x = self.layers(input_features)
        return self.kinds(x), self.off(x) * 0.1


class Encoder(nn.Module):
    def __init__(self, ear):
        super().__init__()
        self.ear = ear

    def forward(self, input_features):
        scores, off = self.ear(input_features)
        shares = torch.softmax(scores, 1)
        groups = [shares[:, BEGIN : BEGIN + 1], shares[:, STOP : STOP + 1], shares[:, FIRST_WORD:].sum(1, keepdim=True)]
        likely = torch.cat(groups, 1)
        # An event may span two steps; it fires at the more likely one.
        around = F.avg_pool1d(likely, 3, 1, 1) * 3
        before, after = F.pad(likely, (1, 0))[:, :, :-1], F.pad(likely, (0, 1))[:, :, 1:]
        fires = ((around > 0.5) & (likely >= before) & (likely > after)).float()
        one = fires.amax(1)
        number = one.cumsum(1)
        middle = (torch.arange(scores.shape[2]).float() + 0.5) * STEP_S
        moment = middle + (fires[:, :2] * off).sum(1)
        near = F.avg_pool1d(shares, 3, 1, 1) * 3
        kinds = torch.log(near.clamp(1e-5, 1.0)).transpose(1, 2)
        languages = [shares[:, FIRST_WORD : FIRST_WORD + WORDS_EACH].sum(1), shares[:, FIRST_WORD + WORDS_EACH :].sum(1)]
        columns = [x.unsqueeze(2) for x in (one, number, moment, *languages)]
        never = torch.full_like(columns[0], NEVER)
        x = torch.cat([*columns, kinds, never], 2)
        # One more vector marks the end of everything.
        last = torch.full_like(x[:, :1], NEVER)
        last = torch.cat(
            [
                torch.ones_like(last[:, :, :1]),
                number[:, -1:].unsqueeze(2) + 1,
                torch.zeros_like(last[:, :, : KINDS - MOMENT]),
                last[:, :, KINDS : KINDS + CLASSES],
                torch.zeros_like(last[:, :, :1]),
            ],
            2,
        )
        return torch.cat([x, last], 1)


class Decoder(nn.Module):
    """Decoder whose keys and values are the encoder's vectors. Those of earlier tokens only count the tokens."""

    def __init__(self):
        super().__init__()
        words = torch.zeros(CLASSES + 1, FIRST_TIME)
        known = torch.zeros(FIRST_TIME)
        for number, (token,) in enumerate([*WORD_IDS["en"], *WORD_IDS["de"]]):
            words[FIRST_WORD + number, token] = known[token] = 1
        words[OVER, END] = known[END] = 1
        self.register_buffer("words", words)
        self.register_buffer("unknown", (1 - known) * NEVER)
        self.register_buffer("times", torch.arange(TIMES).float() * 0.02)
        opening = torch.full((FIRST_TIME + TIMES,), NEVER)
        opening[TRANSCRIBE] = 0
        self.register_buffer("task", opening)

    def forward(self, input_ids, encoder_hidden_states, use_cache_branch, *past):
        """Runs one step. With a cache, the sound comes from `past`, otherwise from the encoder."""
        own = input_ids.float().unsqueeze(1).unsqueeze(3)
        keys, values = torch.cat([past[0], own], 2), torch.cat([past[1], own], 2)
        fresh = (1 - use_cache_branch.long()).reshape(()) * encoder_hidden_states.shape[1]
        new = encoder_hidden_states[:, :fresh].unsqueeze(1)
        sound_keys, sound = torch.cat([past[2], new], 2), torch.cat([past[3], new], 2)

        place = (torch.arange(input_ids.shape[1]) + past[0].shape[2]).float().view(1, -1, 1)
        number, fires = sound_keys[:, 0, :, NUMBER].unsqueeze(1), sound_keys[:, 0, :, FIRES].unsqueeze(1)
        scores = -8 * (number - (place - PREFIX + 1)) ** 2 - 1000 * (1 - fires)
        event = torch.softmax(scores, -1) @ sound[:, 0]
        all_events = sound[:, 0].sum(1, keepdim=True)

        kinds = event[:, :, KINDS:]
        text = kinds @ self.words + self.unknown
        edge = torch.maximum(kinds[:, :, BEGIN : BEGIN + 1], kinds[:, :, STOP : STOP + 1])
        away = ((self.times - event[:, :, MOMENT : MOMENT + 1]) / 0.03) ** 2 / 2
        moments = edge - 1 - away.clamp(max=-NEVER)
        logits = torch.cat([text, moments], 2)

        english, german = all_events[:, :, ENGLISH : ENGLISH + 1], all_events[:, :, GERMAN : GERMAN + 1]
        silence = 4 - 8 * (english + german)
        columns = torch.arange(FIRST_TIME + TIMES)
        is_en, is_de, is_silent = (
            (columns == token).float() for token in (ID["<|en|>"], ID["<|de|>"], NO_SPEECH)
        )
        others = (1 - is_en - is_de - is_silent) * NEVER
        language = others + is_en * 4 * english + is_de * 4 * german + is_silent * silence
        first, second = (place == 0).float(), (place == 1).float()
        return first * language + second * self.task + (1 - first - second) * logits, keys, values, sound_keys, sound
