"""Small models of the real architectures with random weights, as folders in the layout of the hub."""

import os

import torch
import transformers


def spread(model, seed):
    """Gives all weights a size at which every part matters for the output."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.dim() > 1:
                weight.copy_(torch.randn(weight.shape, generator=generator) * 0.15)
            elif "bias" in name:
                weight.copy_(torch.randn(weight.shape, generator=generator) * 0.1)
            else:
                weight.copy_(1 + torch.randn(weight.shape, generator=generator) * 0.1)
    model.tie_weights()
    return model.eval()


def llama_values(heads, keys, **more):
    return {
        "hidden_size": heads * 16,
        "intermediate_size": 100,
        "num_hidden_layers": 3,
        "num_attention_heads": heads,
        "num_key_value_heads": keys,
        "vocab_size": 400,
        "rope_theta": 1e5,
        "max_position_embeddings": 256,
        "rms_norm_eps": 1e-5,
        "pad_token_id": 1,
        "bos_token_id": 1,
        "eos_token_id": 2,
        **more,
    }


def smolvlm(heads, keys, kind="SmolVLM", **more):
    vision = {
        "hidden_size": 48,
        "intermediate_size": 96,
        "num_hidden_layers": 2,
        "num_attention_heads": 3,
        "image_size": 64,
        "patch_size": 8,
    }
    text = {"model_type": "llama", "head_dim": 16, **llama_values(heads, keys)}
    config = getattr(transformers, f"{kind}Config")(
        text_config=text, vision_config=vision, scale_factor=4, image_token_id=5, **more
    )
    return getattr(transformers, f"{kind}ForConditionalGeneration")(config)


def bert_values(**more):
    return {
        "vocab_size": 300,
        "hidden_size": 48,
        "intermediate_size": 96,
        "num_hidden_layers": 3,
        "num_attention_heads": 4,
        "max_position_embeddings": 128,
        **more,
    }


def whisper():
    config = transformers.WhisperConfig(
        vocab_size=400,
        num_mel_bins=20,
        d_model=48,
        encoder_layers=2,
        decoder_layers=3,
        encoder_attention_heads=4,
        decoder_attention_heads=4,
        encoder_ffn_dim=96,
        decoder_ffn_dim=96,
        max_source_positions=50,
        max_target_positions=100,
        decoder_start_token_id=3,
        pad_token_id=1,
        bos_token_id=1,
        eos_token_id=2,
        suppress_tokens=None,
        begin_suppress_tokens=None,
    )
    return transformers.WhisperForConditionalGeneration(config)


# Heads and key heads as in the real models: 256M has 9 and 3, 500M 15 and 5, Qwen2.5-0.5B 14 and 2.
MODELS = {
    "SmolVLM2-256M": lambda: smolvlm(9, 3, tie_word_embeddings=False),
    "SmolVLM2-500M": lambda: smolvlm(15, 5, tie_word_embeddings=True),
    "Idefics3": lambda: smolvlm(6, 2, kind="Idefics3", tie_word_embeddings=False),
    "Llama": lambda: transformers.LlamaForCausalLM(
        transformers.LlamaConfig(**llama_values(4, 4, tie_word_embeddings=False, attention_bias=True, mlp_bias=True))
    ),
    "SmolLM2": lambda: transformers.LlamaForCausalLM(
        transformers.LlamaConfig(**llama_values(9, 3, tie_word_embeddings=True))
    ),
    "Qwen2.5-0.5B": lambda: transformers.Qwen2ForCausalLM(
        transformers.Qwen2Config(**llama_values(14, 2, tie_word_embeddings=True, rms_norm_eps=1e-6))
    ),
    "Qwen2": lambda: transformers.Qwen2ForCausalLM(
        transformers.Qwen2Config(**llama_values(6, 2, tie_word_embeddings=False, rms_norm_eps=1e-6))
    ),
    "Whisper": whisper,
    "BERT embedder": lambda: transformers.BertModel(transformers.BertConfig(**bert_values())),
    "BERT reranker": lambda: transformers.BertForSequenceClassification(
        transformers.BertConfig(**bert_values(num_labels=1))
    ),
    # As in mxbai-rerank-xsmall; with few buckets, so that short texts reach the logarithmic ones.
    "DeBERTa-v3 reranker": lambda: transformers.DebertaV2ForSequenceClassification(
        transformers.DebertaV2Config(
            **bert_values(num_labels=1, type_vocab_size=0, position_buckets=16, relative_attention=True),
            pos_att_type=["p2c", "c2p"],
            share_att_key=True,
            norm_rel_ebd="layer_norm",
            position_biased_input=False,
            max_relative_positions=-1,
        )
    ),
    "RoBERTa embedder": lambda: transformers.RobertaModel(
        transformers.RobertaConfig(**bert_values(type_vocab_size=1, pad_token_id=1))
    ),
    "RoBERTa reranker": lambda: transformers.RobertaForSequenceClassification(
        transformers.RobertaConfig(**bert_values(type_vocab_size=1, pad_token_id=1, num_labels=1))
    ),
    "XLM-RoBERTa embedder": lambda: transformers.XLMRobertaModel(
        transformers.XLMRobertaConfig(**bert_values(type_vocab_size=1, pad_token_id=1))
    ),
    "XLM-RoBERTa reranker": lambda: transformers.XLMRobertaForSequenceClassification(
        transformers.XLMRobertaConfig(**bert_values(type_vocab_size=1, pad_token_id=1, num_labels=1))
    ),
}


def write_model(name, folder, seed=0):
    """Writes a small model of an architecture into a new folder, and returns it."""
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    torch.manual_seed(seed)
    path = os.path.join(folder, name.replace(" ", "-"))
    spread(MODELS[name](), seed).save_pretrained(path)
    return path
