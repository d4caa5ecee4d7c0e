"""A SmolVLM captioner in training: frozen encoder with cached features, connector, decoder with an adapter."""

import copy
import os

import numpy as np
import torch
import torch.nn.functional as F

from goldfish_train.errors import TrainError

# Linear layers of the decoder that get an adapter.
ADAPTED = r".*text_model\.layers\.\d+\.(self_attn\.(q|k|v|o)_proj|mlp\.(gate|up|down)_proj)"
TYPES = ("smolvlm", "idefics3")


def load_base(folder):
    """Loads a base model in single precision, on the GPU if there is one."""
    from transformers import AutoConfig, AutoModelForImageTextToText

    kind = AutoConfig.from_pretrained(folder).model_type
    if kind not in TYPES:
        raise TrainError(f"A model of type {kind} cannot be trained here.", f"Choose one of: {', '.join(TYPES)}.")
    model, report = AutoModelForImageTextToText.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    missing = sorted(report["missing_keys"]) + sorted(report["unexpected_keys"])
    if missing:
        raise TrainError(
            f"The weights in {folder} do not fit its config.json: {', '.join(missing[:3])} ({len(missing)} in all).",
            "Copy the model again.",
        )
    model.eval()
    return model.to("cuda" if torch.cuda.is_available() else "cpu")


class Captioner:
    """The base with what is trained on top. `base_logits` still answers as the base does."""

    def __init__(self, model, config):
        self.device = next(model.parameters()).device
        self.inner = model.model
        self.base_connector = copy.deepcopy(self.inner.connector)
        for weight in model.parameters():
            weight.requires_grad_(False)
        self.adapted = config.rank > 0
        if self.adapted:
            from peft import LoraConfig, get_peft_model

            torch.manual_seed(config.seed)
            lora = LoraConfig(
                r=config.rank, lora_alpha=config.alpha, lora_dropout=config.dropout, target_modules=ADAPTED
            )
            model = get_peft_model(model, lora)
        self.model = model
        self.bare = model.get_base_model() if self.adapted else model
        if config.connector_rate > 0:
            for weight in self.inner.connector.parameters():
                weight.requires_grad_(True)

    def trained(self):
        """Returns the weights that are trained, by name."""
        return {name: weight for name, weight in self.model.named_parameters() if weight.requires_grad}

    def optimizer(self, config):
        groups = {"connector": [], "adapter": []}
        for name, weight in self.trained().items():
            groups["connector" if "connector" in name else "adapter"].append(weight)
        rates = {"connector": config.connector_rate, "adapter": config.rate}
        return torch.optim.AdamW(
            [{"params": groups[kind], "lr": rates[kind], "start": rates[kind]} for kind in groups if groups[kind]],
            weight_decay=config.weight_decay,
        )

    @torch.no_grad()
    def see(self, pixels):
        """Returns the encoder's features of frames: count x patches x width."""
        return self.inner.vision_model(pixel_values=pixels).last_hidden_state

    def embed(self, batch, connector):
        """Returns the embedded prompt and answer, with the frames' features at the image tokens."""
        tokens = batch["tokens"]
        embedded = self.bare.get_input_embeddings()(tokens)
        if batch["features"].shape[0] == 0:
            return embedded
        placed = connector(batch["features"]).reshape(-1, embedded.shape[-1]).to(embedded.dtype)
        is_image = (tokens == self.bare.config.image_token_id).unsqueeze(-1).expand_as(embedded)
        return embedded.masked_scatter(is_image, placed)

    def logits(self, batch):
        """Returns the logits of each token from those before it."""
        embedded = self.embed(batch, self.inner.connector)
        hidden = self.inner.text_model(
            inputs_embeds=embedded, attention_mask=batch["attention"], use_cache=False
        ).last_hidden_state
        return self.bare.lm_head(hidden)

    @torch.no_grad()
    def base_logits(self, batch):
        if not self.adapted:
            return self._frozen_logits(batch)
        with self.model.disable_adapter():
            return self._frozen_logits(batch)

    def _frozen_logits(self, batch):
        was, self.inner.connector = self.inner.connector, self.base_connector
        try:
            return self.logits(batch)
        finally:
            self.inner.connector = was

    @torch.no_grad()
    def write(self, batch, tokens, ends):
        """Returns greedy answers to prompts that are padded on the left, as lists of tokens."""
        embedded = self.embed(batch, self.inner.connector)
        attention = batch["attention"]
        positions = (attention.cumsum(1) - 1).clamp(0)
        out, cache = [[] for _ in range(attention.shape[0])], None
        over = [False] * len(out)
        for _ in range(tokens):
            result = self.inner.text_model(
                inputs_embeds=embedded, attention_mask=attention, position_ids=positions, use_cache=True, cache=cache
            )
            cache = result.cache
            chosen = self.bare.lm_head(result.last_hidden_state[:, -1]).argmax(-1)
            for i, token in enumerate(chosen.tolist()):
                if not over[i]:
                    out[i].append(token)
                    over[i] = token in ends
            if all(over):
                break
            embedded = self.bare.get_input_embeddings()(chosen.unsqueeze(1))
            attention = F.pad(attention, (0, 1), value=1)
            positions = positions[:, -1:] + 1
        return out


class FeatureCache:
    """The encoder's features of every frame, computed once and kept in a file, because the encoder is frozen."""

    def __init__(self, captioner, frames, paths, folder, report):
        self.index = {path: number for number, path in enumerate(paths)}
        self.path = os.path.join(folder, "features.npy")
        done = self.path + ".done"
        half = captioner.device.type == "cuda"
        if not paths:
            self.values = np.zeros((0, 1, 1), np.float32)
            return
        if not os.path.exists(done):
            first = self.compute(captioner, frames, paths[:1])
            kind = np.float16 if half else np.float32
            values = np.lib.format.open_memmap(self.path, "w+", kind, (len(paths), *first.shape[1:]))
            for at in range(0, len(paths), 16):
                values[at : at + 16] = self.compute(captioner, frames, paths[at : at + 16])
                if at % 1024 == 0:
                    report(f"frames {at + 1} of {len(paths)}")
            values.flush()
            with open(done, "w", encoding="utf-8") as file:
                file.write(str(len(paths)))
        self.values = np.load(self.path, mmap_mode="r")

    def delete(self):
        """Frees the disk when a run is finished: the file is as large as the frames of all rows together."""
        self.values = None
        for path in (self.path, self.path + ".done"):
            if os.path.exists(path):
                os.remove(path)

    @staticmethod
    def compute(captioner, frames, paths):
        pixels = torch.from_numpy(np.stack([frames.read(path) for path in paths])).to(captioner.device)
        return captioner.see(pixels).float().cpu().numpy()

    def of(self, paths):
        return torch.from_numpy(np.stack([self.values[self.index[path]] for path in paths]).astype(np.float32))
