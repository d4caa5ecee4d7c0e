"""Model types that can be exported: their graphs, and how transformers and the graphs are compared."""

import os

import numpy as np

from goldfish_train import parity
from goldfish_train.dataset import read_json
from goldfish_train.errors import TrainError


class TorchDecoder:
    """Writes with a decoder of transformers. `embed` turns what `start` gets into its arguments."""

    def __init__(self, run):
        self.run = run

    def start(self, prompt):
        self.cache = None
        return self.step(prompt)

    def next(self, token):
        return self.step(np.array([[token]], np.int64))

    def step(self, values):
        import torch

        with torch.no_grad():
            logits, self.cache = self.run(torch.from_numpy(values), self.cache)
        return logits[0, -1].float().numpy()


def decoder_inputs(values):
    return {"inputs_embeds": values} if values.is_floating_point() else {"input_ids": values}


def read_ends(folder):
    """Returns the end tokens of generation_config.json."""
    path = os.path.join(folder, "generation_config.json")
    ends = read_json(path, "Copy the model again.").get("eos_token_id") if os.path.exists(path) else None
    return ends if isinstance(ends, list) else [] if ends is None else [ends]


class WritingFamily:
    """Models that write. Compared by their greedy texts and the logits of each token."""

    def comparison(self, folder, config, rows):
        prompts, ends = self.prompts(folder, config, rows), read_ends(folder)
        writer = self.torch_writer(self.load(folder))
        wanted = [parity.write(writer, prompt, ends, parity.TOKENS) for prompt in prompts]

        def measure(precision):
            graph = self.graph_writer(folder, precision, config)
            followed = [parity.follow(graph, prompt, tokens) for prompt, (tokens, _) in zip(prompts, wanted)]
            return parity.compare(wanted, followed)

        return measure


class CaptionerFamily(WritingFamily):
    """SmolVLM2 and Idefics3."""

    def graphs(self, config, weights):
        from goldfish_train.graphs.smolvlm import captioner

        return captioner(config, weights)

    def load(self, folder):
        from goldfish_train.captioner import load_base

        return load_base(folder).cpu()

    def prompts(self, folder, config, rows):
        """Returns prompts as (tokens, pixels or None)."""
        from goldfish_train.dataset import Frames, Texts

        vision = config["vision_config"]
        side = (vision["image_size"] // vision["patch_size"]) // config["scale_factor"]
        if rows:
            texts, frames = Texts(folder, side * side), Frames(folder)
            return [
                (np.array([texts.prompt(row)], np.int64), np.stack([frames.read(path) for path in row["paths"]]))
                for row in rows
            ]
        chance = np.random.default_rng(0)
        image, words = config["image_token_id"], config["text_config"]["vocab_size"]
        prompts = []
        for _ in range(parity.PROMPTS):
            tokens = chance.integers(0, words, 60)
            tokens[tokens == image] = (image + 1) % words
            tokens[5 : 5 + 2 * side * side] = image
            pixels = chance.uniform(-1, 1, (2, 3, vision["image_size"], vision["image_size"])).astype(np.float32)
            prompts.append((tokens.astype(np.int64)[None], pixels))
        return prompts

    def torch_writer(self, model):
        import torch

        def run(values, cache):
            out = model.model.text_model(
                **decoder_inputs(values), attention_mask=None, use_cache=True, cache=cache
            )
            return model.lm_head(out.last_hidden_state[:, -1:]), out.cache

        writer = TorchDecoder(run)

        def start(prompt):
            tokens, pixels = (torch.from_numpy(values) for values in prompt)
            with torch.no_grad():
                features = model.model.get_image_features(pixels[None]).pooler_output
                embedded = model.get_input_embeddings()(tokens)
                is_image = (tokens == model.config.image_token_id).unsqueeze(-1).expand_as(embedded)
                embedded = embedded.masked_scatter(is_image, torch.cat(list(features)))
            return TorchDecoder.start(writer, embedded.numpy())

        return Starting(writer, start)

    def graph_writer(self, folder, precision, config):
        vision = parity.session(folder, "vision_encoder", precision)
        table = parity.session(folder, "embed_tokens", precision)
        decoder = parity.session(folder, "decoder_model_merged", precision)

        def embed(tokens):
            return table.run(None, {"input_ids": tokens})[0]

        writer = parity.DecoderGraph(decoder, embed)

        def start(prompt):
            tokens, pixels = prompt
            mask = np.ones((1, pixels.shape[0], *pixels.shape[2:]), bool)
            features = vision.run(None, {"pixel_values": pixels[None], "pixel_attention_mask": mask})[0]
            embedded = embed(tokens)
            embedded[tokens == config["image_token_id"]] = features.reshape(-1, features.shape[-1])
            return parity.DecoderGraph.start(writer, embedded)

        return Starting(writer, start)


class Starting:
    """A writer whose first step is another."""

    def __init__(self, writer, start):
        self.next, self.start = writer.next, start


class AnswererFamily(WritingFamily):
    """Llama and Qwen2."""

    def graphs(self, config, weights):
        from goldfish_train.graphs.llama import instruct

        return instruct(config, weights)

    def load(self, folder):
        import torch
        from transformers import AutoModelForCausalLM

        return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()

    def prompts(self, folder, config, rows):
        chance = np.random.default_rng(0)
        lengths = chance.integers(5, 60, parity.PROMPTS)
        return [chance.integers(0, config["vocab_size"], (1, length)).astype(np.int64) for length in lengths]

    def torch_writer(self, model):
        def run(values, cache):
            out = model(input_ids=values, use_cache=True, cache=cache)
            return out.logits, out.cache

        return TorchDecoder(run)

    def graph_writer(self, folder, precision, config):
        return parity.DecoderGraph(parity.session(folder, "model", precision), lambda tokens: tokens)


class RecogniserFamily(WritingFamily):
    """Whisper."""

    def graphs(self, config, weights):
        from goldfish_train.graphs.whisper import recogniser

        return recogniser(config, weights)

    def load(self, folder):
        import torch
        from transformers import WhisperForConditionalGeneration

        return WhisperForConditionalGeneration.from_pretrained(
            folder, dtype=torch.float32, attn_implementation="eager"
        ).eval()

    def prompts(self, folder, config, rows):
        """Returns prompts as (first tokens, features of a sound)."""
        chance = np.random.default_rng(0)
        shape = (1, config["num_mel_bins"], 2 * config["max_source_positions"])
        start = config.get("decoder_start_token_id") or 0
        others = chance.integers(0, config["vocab_size"], (parity.PROMPTS, 3))
        return [
            (np.array([[start, *other]], np.int64), chance.standard_normal(shape).astype(np.float32)) for other in others
        ]

    def torch_writer(self, model):
        import torch

        def run(values, cache):
            sound, before = cache
            tokens = torch.cat([before, values], 1)
            out = model(decoder_input_ids=tokens, encoder_outputs=(sound,), use_cache=False)
            return out.logits, (sound, tokens)

        writer = TorchDecoder(run)

        def start(prompt):
            tokens, features = prompt
            with torch.no_grad():
                sound = model.model.encoder(torch.from_numpy(features)).last_hidden_state
            writer.cache = (sound, torch.zeros((1, 0), dtype=torch.long))
            return writer.step(tokens)

        return Starting(writer, start)

    def graph_writer(self, folder, precision, config):
        encoder = parity.session(folder, "encoder_model", precision)
        return SoundGraph(encoder, parity.session(folder, "decoder_model_merged", precision))


class SoundGraph:
    """Writes with the graphs of Whisper, as transformers.js calls them."""

    def __init__(self, encoder, decoder):
        self.encoder, self.decoder = encoder, decoder
        self.outputs = [each.name for each in decoder.get_outputs()]

    def start(self, prompt):
        tokens, features = prompt
        self.sound = self.encoder.run(None, {"input_features": features})[0]
        self.cache = parity.empty_cache(self.decoder)
        return self.run(tokens, first=True)

    def next(self, token):
        return self.run(np.array([[token]], np.int64), first=False)

    def run(self, tokens, first):
        inputs = {"input_ids": tokens, "encoder_hidden_states": self.sound, "use_cache_branch": np.array([not first])}
        out = dict(zip(self.outputs, self.decoder.run(None, {**inputs, **self.cache})))
        for name in self.cache:
            # Keys and values of the sound come with the first step only.
            if first or ".decoder." in name:
                self.cache[name] = out[name.replace("past_key_values", "present")]
        return out["logits"][0, -1]


class EncodingFamily:
    """BERT-like models: embedders, and cross-encoders with one score."""

    def is_classifier(self, config):
        return any("SequenceClassification" in name for name in config.get("architectures") or [])

    def graphs(self, config, weights):
        from goldfish_train.graphs.bert import classifier, encoder

        return (classifier if self.is_classifier(config) else encoder)(config, weights)

    def comparison(self, folder, config, rows):
        import torch
        from transformers import AutoModel, AutoModelForSequenceClassification

        kind = AutoModelForSequenceClassification if self.is_classifier(config) else AutoModel
        model = kind.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").eval()
        texts = self.texts(config)
        output = "logits" if self.is_classifier(config) else "last_hidden_state"
        wanted = []
        for text in texts:
            with torch.no_grad():
                tensors = {name: torch.from_numpy(values) for name, values in text.items()}
                wanted.append(model(**tensors)[output].numpy() * self.real(text, output))

        def measure(precision):
            graph = parity.session(folder, "model", precision)
            names = [each.name for each in graph.get_inputs()]
            here = [
                graph.run(None, {name: text[name] for name in names})[0] * self.real(text, output) for text in texts
            ]
            return parity.compare_values(wanted, here)

        return measure

    def real(self, text, output):
        """Returns a mask of what counts: vectors of padding do not."""
        return text["attention_mask"][:, :, None] if output == "last_hidden_state" else 1

    def texts(self, config):
        """Returns random texts of several lengths, every second one with padding."""
        chance = np.random.default_rng(0)
        pad = config.get("pad_token_id") or 0
        texts = []
        for number in range(parity.PROMPTS):
            length, padding = int(chance.integers(3, 60)), 7 * (number % 2)
            ids = chance.integers(0, config["vocab_size"], (1, length))
            ids[ids == pad] = (pad + 1) % config["vocab_size"]
            ids = np.pad(ids, ((0, 0), (0, padding)), constant_values=pad).astype(np.int64)
            mask = np.pad(np.ones((1, length), np.int64), ((0, 0), (0, padding)))
            kinds = (np.arange(length + padding)[None] > length // 2).astype(np.int64)
            kinds %= max(1, config.get("type_vocab_size") or 1)
            texts.append({"input_ids": ids, "attention_mask": mask, "token_type_ids": kinds})
        return texts


class DebertaFamily(EncodingFamily):
    """DeBERTa-v2 and v3 as cross-encoders."""

    def graphs(self, config, weights):
        from goldfish_train.graphs.deberta import classifier

        if not self.is_classifier(config):
            raise TrainError("A DeBERTa without a score cannot be exported.", "Give a cross-encoder.")
        return classifier(config, weights)


FAMILIES = {
    "smolvlm": CaptionerFamily(),
    "idefics3": CaptionerFamily(),
    "llama": AnswererFamily(),
    "qwen2": AnswererFamily(),
    "whisper": RecogniserFamily(),
    "bert": EncodingFamily(),
    "roberta": EncodingFamily(),
    "xlm-roberta": EncodingFamily(),
    "deberta-v2": DebertaFamily(),
}


def family_of(config, folder):
    kind = config.get("model_type")
    if kind not in FAMILIES:
        raise TrainError(
            f"The model in {folder} is of type {kind}, which cannot be exported yet.",
            f"These can: {', '.join(FAMILIES)}.",
        )
    return FAMILIES[kind]
