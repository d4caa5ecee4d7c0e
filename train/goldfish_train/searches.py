"""Trains an embedder or a reranker on searches that led to a click."""

import json
import os

import torch
import torch.nn.functional as F

from goldfish_train.dataset import SPLITS, read_json
from goldfish_train.errors import TrainError
from goldfish_train.examples import Order
from goldfish_train.fit import Run, rate_share, report
from goldfish_train.tensors import open_model

# Passages that a held-out search is ranked among, the clicked one included.
CANDIDATES = 50
RERANKED = 10
# Passages that nobody clicked, for each search of a step.
NEGATIVES = 4


def read_searches(folder, split):
    """Returns the rows of a split: query, positive, negatives."""
    path = os.path.join(folder, f"{split}.jsonl")
    if not os.path.exists(path):
        return []
    rows = []
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                row = json.loads(line)
                sound = all(isinstance(row[name], str) and row[name].strip() for name in ("query", "positive"))
                sound = sound and all(isinstance(text, str) for text in row["negatives"])
            except (ValueError, KeyError, TypeError):
                sound = False
            if not sound:
                raise TrainError(f"Line {number} of {path} is not a complete row.", "Export the data set again.")
            rows.append(row)
    return rows


def read_shape(folder):
    """Returns how the daemon uses an embedder: pooling, and what stands before queries and passages."""

    def read(name):
        path = os.path.join(folder, name)
        return read_json(path, "Copy the model again.") if os.path.exists(path) else {}

    own, pooling = read("goldfish.json"), read("1_Pooling/config.json")
    prompts = read("config_sentence_transformers.json").get("prompts") or {}
    found = "cls" if pooling.get("pooling_mode_cls_token") else "last" if pooling.get("pooling_mode_lasttoken") else "mean"
    return {
        "pooling": own.get("pooling", found),
        "query": own.get("query", prompts.get("query", "")),
        "passage": own.get("passage", prompts.get("passage", prompts.get("document", ""))),
    }


class SearchModel:
    """An encoder of texts with its tokenizer, in 32 bits."""

    def __init__(self, folder, longest):
        from transformers import AutoConfig, AutoModel, AutoModelForSequenceClassification, AutoTokenizer

        config = AutoConfig.from_pretrained(folder)
        names = config.architectures or []
        self.ranks = any("SequenceClassification" in name for name in names)
        kind = AutoModelForSequenceClassification if self.ranks else AutoModel
        self.model = kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager")
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model.to(self.device)
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.longest = min(longest, self.tokenizer.model_max_length, config.max_position_embeddings - 2)
        self.shape = None if self.ranks else read_shape(folder)
        self.names = self.find_names(open_model(folder))

    def find_names(self, base):
        """Returns the name of each weight in the base's file; weights that the file lacks are not trained."""
        prefix = self.model.base_model_prefix
        names = {}
        for name, weight in self.model.named_parameters():
            for candidate in (name, f"{prefix}.{name}", name.removeprefix(f"{prefix}.")):
                if candidate in base:
                    names[candidate] = name
                    break
            else:
                weight.requires_grad_(False)
        return names

    def trained(self):
        """Returns the trained weights by their name in the base's file."""
        weights = dict(self.model.named_parameters())
        return {name: weights[inside] for name, inside in self.names.items()}

    def tokens(self, texts, pairs=None):
        batch = self.tokenizer(
            texts, pairs, padding=True, truncation=True, max_length=self.longest, return_tensors="pt"
        )
        return {name: values.to(self.device) for name, values in batch.items()}

    def embed(self, texts, purpose):
        """Returns vectors of length 1."""
        batch = self.tokens([self.shape[purpose] + text for text in texts])
        hidden = self.model(**batch).last_hidden_state
        mask = batch["attention_mask"]
        if self.shape["pooling"] == "cls":
            pooled = hidden[:, 0]
        elif self.shape["pooling"] == "last":
            pooled = hidden[torch.arange(len(texts)), mask.sum(1) - 1]
        else:
            pooled = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)
        return F.normalize(pooled, dim=1)

    def embed_all(self, texts, purpose):
        """Returns the vectors of any number of texts."""
        parts = [self.embed(texts[at : at + 32], purpose) for at in range(0, len(texts), 32)]
        return torch.cat(parts)

    def scores(self, queries, passages):
        """Returns the score of each pair."""
        logits = self.model(**self.tokens(queries, passages)).logits
        return logits[:, 0] if logits.shape[1] == 1 else logits[:, 1] - logits[:, 0]


class SearchRun(Run):
    """A run on searches. Checkpoints, resuming and the log are those of every run."""

    def __init__(self, data, base, folder, config):
        self.folder, self.config = folder, config
        torch.manual_seed(config.seed)
        self.model = SearchModel(base, config.longest)
        self.parts = {split: read_searches(data, split) for split in SPLITS}
        self.train, self.validation = self.parts["train"], self.parts["validation"]
        if not self.train:
            raise TrainError(f"{data} has no searches to train on.", "Search and open hits for a while, and export again.")
        self.passages = list(
            dict.fromkeys(text for rows in self.parts.values() for row in rows for text in (row["positive"], *row["negatives"]))
        )
        self.order = Order(len(self.train), config.batch, config.epochs, config.seed)
        self.optimizer = torch.optim.AdamW(
            [{"params": list(self.trainee().trained().values()), "lr": config.rate, "start": config.rate}],
            weight_decay=config.weight_decay,
        )
        self.step, self.best, self.judges = 0, None, bool(self.validation)

    def trainee(self):
        return self.model

    def others(self, row, count, seed):
        """Returns passages for a row besides its own, the same for each seed: skipped hits first."""
        known = {row["positive"], *row["negatives"]}
        generator = torch.Generator().manual_seed(seed)
        drawn = [self.passages[at] for at in torch.randperm(len(self.passages), generator=generator)[: 2 * count].tolist()]
        return [*dict.fromkeys(row["negatives"]), *(text for text in drawn if text not in known)][:count]

    def loss(self, rows):
        seeds = [self.config.seed * 7_919 + self.step * 131 + at for at in range(len(rows))]
        others = [self.others(row, NEGATIVES, seed) for row, seed in zip(rows, seeds)]
        return self.ranking_loss(rows, others) if self.model.ranks else self.contrast_loss(rows, others)

    def contrast_loss(self, rows, others):
        """Each query must be nearest to its own passage among those of the step (multiple negatives ranking)."""
        queries = self.model.embed([row["query"] for row in rows], "query")
        texts = [row["positive"] for row in rows]
        texts += list(dict.fromkeys(text for list_of in others for text in list_of if text not in texts))
        passages = self.model.embed(texts, "passage")
        scores = queries @ passages.T / self.config.temperature
        # A passage that two queries led to is no mistake for either.
        same = torch.tensor([[text == row["positive"] for text in texts] for row in rows], device=scores.device)
        own = torch.eye(*same.shape, dtype=torch.bool, device=scores.device)
        return F.cross_entropy(scores.masked_fill(same & ~own, -torch.inf), torch.arange(len(rows), device=scores.device))

    def ranking_loss(self, rows, others):
        """The clicked passage must have the highest score of its row."""
        pairs = [(row["query"], text) for row, list_of in zip(rows, others) for text in (row["positive"], *list_of)]
        scores = self.model.scores([query for query, _ in pairs], [text for _, text in pairs])
        losses, at = [], 0
        for list_of in others:
            losses.append(-F.log_softmax(scores[at : at + 1 + len(list_of)], 0)[0])
            at += 1 + len(list_of)
        return torch.stack(losses).mean()

    def train_step(self):
        """Takes one step. Its chance depends on seed and step alone, so a resumed run repeats it."""
        torch.manual_seed(self.config.seed * 1_000_003 + self.step)
        self.model.model.train()
        rows = [self.train[row] for row in self.order.rows(self.step)]
        for group in self.optimizer.param_groups:
            group["lr"] = group["start"] * rate_share(self.step, self.order.steps, self.config.warm_up)
        self.optimizer.zero_grad()
        loss = self.loss(rows)
        if not torch.isfinite(loss):
            raise TrainError(f"The loss is not a number at step {self.step}.", "Lower the learning rate (rate).")
        loss.backward()
        if self.config.clip > 0:
            torch.nn.utils.clip_grad_norm_(list(self.model.trained().values()), self.config.clip)
        self.optimizer.step()
        self.step += 1
        return loss.item()

    @torch.no_grad()
    def measure(self, rows):
        """Returns how well searches find what was clicked, or None without rows: shares of 1."""
        if not rows:
            return None
        self.model.model.eval()
        count = RERANKED if self.model.ranks else CANDIDATES
        pools = [
            [row["positive"], *self.others(row, count - 1, self.config.seed + number)] for number, row in enumerate(rows)
        ]
        ranks = []
        for scores in self.score_by_pairs(rows, pools) if self.model.ranks else self.score_by_vectors(rows, pools):
            # A tie is no find.
            ranks.append(int((scores[1:] >= scores[0]).sum()) + 1)
        return {
            "rows": len(ranks),
            "first": sum(rank == 1 for rank in ranks) / len(ranks),
            "mrr": sum(1 / rank for rank in ranks) / len(ranks),
        }

    def score_by_pairs(self, rows, pools):
        for row, texts in zip(rows, pools):
            yield self.model.scores([row["query"]] * len(texts), texts)

    def score_by_vectors(self, rows, pools):
        """Yields the scores of each row's passages; each text is embedded once."""
        texts = list(dict.fromkeys(text for pool in pools for text in pool))
        place = {text: at for at, text in enumerate(texts)}
        passages = self.model.embed_all(texts, "passage")
        queries = self.model.embed_all([row["query"] for row in rows], "query")
        for query, pool in zip(queries, pools):
            yield passages[[place[text] for text in pool]] @ query

    def validate(self):
        return self.measure(self.validation)

    def describe(self, score):
        return f", validation: {score['first']:.0%} first, MRR {score['mrr']:.3f}"

    def is_better(self, score, best):
        return score["mrr"] >= best["mrr"]

    def load_best(self):
        best = open_best(self.folder)
        with torch.no_grad():
            for name, weight in self.model.trained().items():
                weight.copy_(torch.from_numpy(best.read(name)))


def open_best(folder):
    from goldfish_train.tensors import TensorFile

    return TensorFile([os.path.join(folder, "best.safetensors")])


def held_out_rows(run):
    """Returns the searches that no step and no choice of weights has seen; validation rows if there are no others."""
    return run.parts["test"] or run.validation


def fit_searches(data, base, folder, config, keep):
    """Trains and compares base and result on held-out searches. `keep` stores a value of the run across a restart."""
    run = SearchRun(data, base, folder, config)
    before = keep("before", lambda: run.measure(held_out_rows(run)))
    run.resume()
    best = run.run()
    run.load_best()
    after = run.measure(held_out_rows(run))
    role = "reranker" if run.model.ranks else "textEmbedder"
    result = {
        "steps": run.order.steps,
        "rows": len(run.train),
        "trained_weights": sum(weight.numel() for weight in run.model.trained().values()),
        "best": best,
        "role": role,
        "held_out": {"before": before, "after": after},
        "budget": run.model.shape,
    }
    if not run.validation:
        report("There are no searches for validation, so the last weights count as the best.")
    return result, describe_result(run, result)


def describe_result(run, result):
    text = f"Trained {result['steps']} steps on {result['rows']} searches."
    before, after = result["held_out"]["before"], result["held_out"]["after"]
    if after is None:
        return f"{text} No search was held out, so it is not known whether that is better."
    seen = "" if run.parts["test"] else " (which also chose the weights)"
    text += (
        f" On {after['rows']} held-out searches{seen} the clicked moment comes first in {after['first']:.0%}, "
        f"before {before['first']:.0%}; MRR {after['mrr']:.3f}, before {before['mrr']:.3f}."
    )
    if after["mrr"] <= before["mrr"]:
        text += " That is no gain: do not use it."
    return text
