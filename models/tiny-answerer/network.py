"""A program in the form of a language model: Llama's inputs, cache and outputs, but no trained weights.

It reads the evidence and the question from the prompt of core/generation/answer-prompt.ts. It picks the clip that
shares most of the question's words, by meaning. It writes that clip's colour, shape or motion and its number, or NO
ANSWER if no clip has one. The cache contains the tokens read so far, so that every step uses all of them.
"""

import torch
import torch.nn as nn

from words import CHANGES, CITES, COLOURS, CONCEPT, ID, NO_ANSWER, SHAPES, VOCABULARY, WAYS, concept

CERTAIN = 20.0


def table_of(concepts):
    return torch.tensor([float(number in concepts) for number in CONCEPT])


class Answerer(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("concept", torch.tensor(CONCEPT).float())
        asks = [concept("color"), concept("shape"), concept("moves")]
        kinds = [COLOURS, SHAPES, WAYS + CHANGES]
        self.register_buffer("asks", torch.stack([table_of([c]) for c in asks]))
        self.register_buffer("kinds", torch.stack([table_of(k) for k in kinds]))
        ignored = {*asks, concept("direction"), concept("size")}
        self.register_buffer("content", table_of(set(CONCEPT) - {-1} - ignored))
        self.register_buffer("ways", table_of(WAYS))
        self.register_buffer("still", table_of([concept("still")]))

    def forward(self, input_ids, attention_mask, position_ids, *past):
        own = input_ids.float().unsqueeze(1).unsqueeze(3)
        keys, values = torch.cat([past[0], own], 2), torch.cat([past[1], own], 2)
        ids = keys[:, 0, :, 0].round().long()
        length, new = ids.shape[1], input_ids.shape[1]
        real = attention_mask.float()
        at = torch.arange(length).float().view(1, -1)

        def is_(word):
            return (ids == ID[word]).float() * real

        def before(x):
            return torch.cat([torch.zeros_like(x[:, :1]), x[:, :-1]], 1)

        def last(x):
            return (x * (at + 1)).amax(1, keepdim=True) - 1

        # The parts of the prompt: each clip's evidence, the question, and what was written so far.
        cites = ((ids >= ID[CITES[0]]) & (ids <= ID[CITES[-1]])).float() * real
        header = cites * before(is_("evidence"))
        block = header.cumsum(1)
        asked = last(before(is_("question")) * is_(":"))
        reply = last(before(is_("<|im_start|>")) * is_("assistant"))
        in_question = ((at > asked) & (at < reply)).float()
        in_block = ((block > 0) & (at < asked)).float()

        # The kind of property asked for, and the words of the evidence that can answer: those that were seen.
        kind = torch.stack([(self.asks[k][ids] * in_question).amax(1, keepdim=True) for k in range(3)], 1)
        first_kind = kind * (kind.cumsum(1) == 1).float()
        marks = torch.stack([is_(word) for word in ("seen", "said", "screen", "measured", "described", "name")])
        any_mark = marks.amax(0) * before_next(is_(":"))
        line = any_mark.cumsum(1)
        same_line = (line.unsqueeze(2) == line.unsqueeze(1)).float()
        seen_line = (same_line * (marks[0] * any_mark).unsqueeze(1)).amax(2)
        fits = sum(self.kinds[k][ids] * first_kind[:, k] for k in range(3)) * in_block * seen_line
        background = (self.concept[ids] == concept("background")).float()
        fits = fits * (1 - before_next(background))

        # How many of the question's content words each clip contains, and each of its lines.
        meaning = self.concept[ids]
        alike = (meaning.unsqueeze(2) == meaning.unsqueeze(1)).float()
        same_block = (block.unsqueeze(2) == block.unsqueeze(1)).float()
        wanted = self.content[ids] * in_question

        def held_in(same):
            return (((same * in_block.unsqueeze(1)) @ alike).clamp(max=1) * wanted.unsqueeze(1)).sum(2)

        share, line_share = held_in(same_block), held_in(same_line)
        enough = ((share > 0) | (wanted.sum(1, keepdim=True) == 0)).float()
        worth = fits * enough * (1000 + 100 * share + 200 * line_share - at * 0.01)
        best = worth.argmax(1, keepdim=True)
        found = (worth.amax(1, keepdim=True) > 0).float()

        word = ids.gather(1, best)
        number = block.gather(1, best)
        cite = (header * (block == number).float() * ids.float()).sum(1, keepdim=True)
        is_colour, is_shape, is_motion = (first_kind[:, k] for k in range(3))
        way, still = is_motion * self.ways[word], is_motion * self.still[word]
        bare = is_motion - way - still

        def say(text):
            return torch.full_like(cite, float(ID[text]))

        word = word.float()
        # It is red [n]. | It is a circle [n]. | It moves left [n]. | It is still [n]. | It grows [n].
        second = (is_colour + is_shape + still) * say("is") + way * say("moves") + bare * word
        third = (is_colour + still + way) * word + is_shape * say("a") + bare * cite
        fourth = is_shape * word + (is_colour + still + way) * cite + bare * say(".")
        fifth = is_shape * cite + (is_colour + still + way) * say(".") + bare * say("<|im_end|>")
        sixth = is_shape * say(".") + (1 - is_shape) * say("<|im_end|>")
        right = torch.cat([say("it"), second, third, fourth, fifth, sixth, say("<|im_end|>")], 1)
        none = torch.cat([say(NO_ANSWER), *[say("<|im_end|>")] * 6], 1)
        text = found * right + (1 - found) * none

        # The token after each new token. Before the reply any token will do, such as the last one.
        places = torch.arange(new).view(1, -1) + (length - new)
        step = (places - reply.long()).clamp(0, 6) + torch.zeros_like(input_ids)
        written = text.gather(1, step)
        replying = (places.float() >= reply).float() * (reply > 0).float()
        token = replying * written + (1 - replying) * input_ids.float()
        columns = torch.arange(len(VOCABULARY)).view(1, 1, -1).float()
        return (columns == token.unsqueeze(2)).float() * CERTAIN, keys, values


def before_next(x):
    """Shifts a property by one token: 1 where the next token has it."""
    return torch.cat([x[:, 1:], torch.zeros_like(x[:, :1])], 1)
