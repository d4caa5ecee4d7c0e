"""What a step minimises."""

import torch
import torch.nn.functional as F

from goldfish_train.examples import IGNORED, training_batch


def token_losses(logits, labels):
    """Returns the cross-entropy of each token, 0 where there is no label, and whether there is one: B x T - 1."""
    wanted = labels[:, 1:]
    losses = F.cross_entropy(logits[:, :-1].transpose(1, 2).float(), wanted, ignore_index=IGNORED, reduction="none")
    return losses, wanted != IGNORED


def row_means(values, present):
    return (values * present).sum(1) / present.sum(1).clamp(min=1)


def caption_loss(captioner, examples, features, pad, keep):
    """Returns the loss of each row times its weight. Rows that no person wrote are also held to the base's choices."""
    batch = training_batch(examples, [example.answer for example in examples], features, pad, captioner.device)
    logits = captioner.logits(batch)
    losses, present = token_losses(logits, batch["labels"])
    rows = row_means(losses, present)
    kept = torch.tensor([not example.by_person for example in examples], device=rows.device)
    if keep > 0 and kept.any():
        only = {"tokens": batch["tokens"], "attention": batch["attention"], "features": batch["features"]}
        base = F.log_softmax(captioner.base_logits(only)[:, :-1].float(), -1)
        here = F.log_softmax(logits[:, :-1].float(), -1)
        away = (base.exp() * (base - here)).sum(-1)
        rows = rows + keep * kept * row_means(away, present)
    return rows * torch.tensor([example.weight for example in examples], device=rows.device)


def answer_likelihood(logits, labels):
    losses, present = token_losses(logits, labels)
    return -(losses * present).sum(1)


def preference_loss(captioner, examples, features, pad, beta):
    """Returns the loss of each pair of a right and a rejected caption (Rafailov et al., arXiv 2305.18290)."""
    gains = []
    for answers in ([example.answer for example in examples], [example.rejected for example in examples]):
        batch = training_batch(examples, answers, features, pad, captioner.device)
        here = answer_likelihood(captioner.logits(batch), batch["labels"])
        gains.append(here - answer_likelihood(captioner.base_logits(batch), batch["labels"]))
    return -F.logsigmoid(beta * (gains[0] - gains[1]))
