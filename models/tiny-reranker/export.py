"""Writes a trained checkpoint as a model folder in the hub's layout for rerankers. Needs python3-onnx too.

    PYTHONPATH=../shared:../tiny-embedder python3 export.py reranker.pt model
"""

import argparse

import torch

from files import write_graph, write_json
from network import HEADS, LAYERS, WIDTH
from ranker import Ranker
from tokens import LONGEST, PAD, VOCABULARY, tokenizer_files


def main():
    options = argparse.ArgumentParser()
    options.add_argument("checkpoint")
    options.add_argument("folder")
    given = options.parse_args()
    model = Ranker()
    model.load_state_dict(torch.load(given.checkpoint))
    tokens = torch.ones(2, 7, dtype=torch.long)
    names = ["input_ids", "attention_mask", "token_type_ids"]
    write_graph(
        given.folder,
        "model",
        model,
        (tokens, tokens, torch.zeros_like(tokens)),
        names,
        ["logits"],
        {**{name: {0: "batch_size", 1: "sequence_length"} for name in names}, "logits": {0: "batch_size"}},
    )
    write_json(
        given.folder,
        {
            "config.json": {
                "architectures": ["BertForSequenceClassification"],
                "model_type": "bert",
                "hidden_size": WIDTH,
                "intermediate_size": 2 * WIDTH,
                "num_attention_heads": HEADS,
                "num_hidden_layers": LAYERS,
                "max_position_embeddings": LONGEST,
                "type_vocab_size": 2,
                "vocab_size": len(VOCABULARY),
                "pad_token_id": PAD,
                "id2label": {"0": "LABEL_0"},
                "label2id": {"LABEL_0": 0},
            },
            **tokenizer_files(),
        },
    )


if __name__ == "__main__":
    main()
