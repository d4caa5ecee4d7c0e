"""Writes a trained checkpoint as a model folder in the hub's layout for Whisper. Needs python3-onnx too.

    PYTHONPATH=../shared python3 export.py whisper.pt model
"""

import argparse

import torch

from files import write_graph, write_json
from network import SIZE, Decoder, Ear, Encoder
from words import END, FIRST_TIME, ID, MARKS, MERGES, NO_TIMES, START, TEXT, TIMES, TRANSCRIBE

POSITIONS = 448


def export_graphs(encoder, folder):
    write_graph(
        folder,
        "encoder_model",
        encoder,
        (torch.zeros(1, 80, 3000),),
        ["input_features"],
        ["last_hidden_state"],
        {name: {0: "batch_size"} for name in ("input_features", "last_hidden_state")},
    )
    parts = [f"0.{side}.{part}" for side in ("decoder", "encoder") for part in ("key", "value")]
    past = [f"past_key_values.{part}" for part in parts]
    present = [f"present.{part}" for part in parts]
    axes = {
        "input_ids": {0: "batch_size", 1: "decoder_sequence_length"},
        "encoder_hidden_states": {0: "batch_size", 1: "encoder_sequence_length"},
        "logits": {0: "batch_size", 1: "decoder_sequence_length"},
    }
    axes |= {name: {0: "batch_size", 2: f"past_{name.split('.')[2]}_sequence_length"} for name in past}
    axes |= {name: {0: "batch_size", 2: f"{name.split('.')[2]}_sequence_length_out"} for name in present}
    heard = encoder(torch.zeros(1, 80, 3000))
    inputs = [torch.zeros(1, 1, 3, 1)] * 2 + [torch.zeros(1, 1, 4, SIZE)] * 2
    write_graph(
        folder,
        "decoder_model_merged",
        Decoder(),
        (torch.tensor([[START, TRANSCRIBE]]), heard.detach(), torch.zeros(1, dtype=torch.bool), *inputs),
        ["input_ids", "encoder_hidden_states", "use_cache_branch", *past],
        ["logits", *present],
        axes,
    )


def config_files():
    special = [
        {
            "id": ID[mark],
            "content": mark,
            "single_word": False,
            "lstrip": False,
            "rstrip": False,
            "normalized": False,
            "special": True,
        }
        for mark in MARKS
    ]
    shared = {
        "bos_token_id": END,
        "eos_token_id": END,
        "pad_token_id": END,
        "decoder_start_token_id": START,
    }
    return {
        "config.json": {
            **shared,
            "architectures": ["WhisperForConditionalGeneration"],
            "model_type": "whisper",
            "is_encoder_decoder": True,
            "vocab_size": FIRST_TIME + TIMES,
            "num_mel_bins": 80,
            "d_model": SIZE,
            "encoder_layers": 1,
            "encoder_attention_heads": 1,
            "decoder_layers": 1,
            "decoder_attention_heads": 1,
            "max_source_positions": 1500,
            "max_target_positions": POSITIONS,
        },
        "generation_config.json": {
            **shared,
            "is_multilingual": True,
            "lang_to_id": {f"<|{language}|>": ID[f"<|{language}|>"] for language in ("en", "de")},
            "task_to_id": {task: ID[f"<|{task}|>"] for task in ("transcribe", "translate")},
            "no_timestamps_token_id": NO_TIMES,
            "max_initial_timestamp_index": 50,
            "max_length": POSITIONS,
            "return_timestamps": False,
        },
        "preprocessor_config.json": {
            "feature_extractor_type": "WhisperFeatureExtractor",
            "processor_class": "WhisperProcessor",
            "feature_size": 80,
            "sampling_rate": 16000,
            "hop_length": 160,
            "chunk_length": 30,
            "n_fft": 400,
            "n_samples": 480000,
            "nb_max_frames": 3000,
            "padding_side": "right",
            "padding_value": 0.0,
            "return_attention_mask": False,
        },
        "tokenizer.json": {
            "version": "1.0",
            "truncation": None,
            "padding": None,
            "added_tokens": special,
            "normalizer": None,
            "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
            "post_processor": None,
            "decoder": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True},
            "model": {
                "type": "BPE",
                "dropout": None,
                "unk_token": None,
                "continuing_subword_prefix": "",
                "end_of_word_suffix": "",
                "fuse_unk": False,
                "vocab": {token: number for token, number in ID.items() if number < len(TEXT)},
                "merges": [" ".join(pair) for pair in MERGES],
            },
        },
        "tokenizer_config.json": {
            "tokenizer_class": "WhisperTokenizer",
            "processor_class": "WhisperProcessor",
            "bos_token": "<|endoftext|>",
            "eos_token": "<|endoftext|>",
            "pad_token": "<|endoftext|>",
            "unk_token": "<|endoftext|>",
            "add_prefix_space": False,
            "model_max_length": 1024,
        },
    }


def main():
    options = argparse.ArgumentParser()
    options.add_argument("checkpoint")
    options.add_argument("folder")
    given = options.parse_args()
    ear = Ear()
    ear.load_state_dict(torch.load(given.checkpoint))
    export_graphs(Encoder(ear).eval(), given.folder)
    write_json(given.folder, config_files())


if __name__ == "__main__":
    main()
