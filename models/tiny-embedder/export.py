"""Writes a trained checkpoint as a model folder in the hub's layout for sentence embedders. Needs python3-onnx too.

    PYTHONPATH=../shared python3 export.py embedder.pt model
"""

import argparse

import torch

from files import write_graph, write_json
from network import HEADS, LAYERS, WIDTH, Encoder
from tokens import LONGEST, PAD, VOCABULARY, tokenizer_files


def main():
    options = argparse.ArgumentParser()
    options.add_argument("checkpoint")
    options.add_argument("folder")
    given = options.parse_args()
    model = Encoder()
    model.load_state_dict(torch.load(given.checkpoint))
    tokens = torch.ones(2, 7, dtype=torch.long)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    rows = {0: "batch_size", 1: "sequence_length"}
    write_graph(
        given.folder,
        "model",
        model,
        (tokens, tokens, torch.zeros_like(tokens)),
        names,
        ["last_hidden_state"],
        {name: rows for name in [*names, "last_hidden_state"]},
    )
    write_json(
        given.folder,
        {
            "config.json": {
                "architectures": ["BertModel"],
                "model_type": "bert",
                "hidden_size": WIDTH,
                "intermediate_size": 2 * WIDTH,
                "num_attention_heads": HEADS,
                "num_hidden_layers": LAYERS,
                "max_position_embeddings": LONGEST,
                "type_vocab_size": 2,
                "vocab_size": len(VOCABULARY),
                "pad_token_id": PAD,
            },
            "modules.json": [
                {"idx": 0, "name": "0", "path": "", "type": "sentence_transformers.models.Transformer"},
                {"idx": 1, "name": "1", "path": "1_Pooling", "type": "sentence_transformers.models.Pooling"},
                {"idx": 2, "name": "2", "path": "2_Normalize", "type": "sentence_transformers.models.Normalize"},
            ],
            "1_Pooling/config.json": {
                "word_embedding_dimension": WIDTH,
                "pooling_mode_cls_token": False,
                "pooling_mode_mean_tokens": True,
                "pooling_mode_max_tokens": False,
                "pooling_mode_mean_sqrt_len_tokens": False,
            },
            "sentence_bert_config.json": {"max_seq_length": LONGEST, "do_lower_case": True},
            **tokenizer_files(),
        },
    )


if __name__ == "__main__":
    main()
