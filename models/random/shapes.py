"""Shapes of the manifest's models, from their public config.json: {id: (builder, shape)}."""

from bert import embedder, reranker
from clip import towers
from llama import instruct
from smolvlm import captioner
from whisper import recogniser


def llama(width, inner, layers, heads, key_heads, vocabulary, theta, positions, **more):
    return {
        "type": "llama",
        "architecture": "LlamaForCausalLM",
        "width": width,
        "inner": inner,
        "layers": layers,
        "heads": heads,
        "key_heads": key_heads,
        "head_width": 64,
        "vocabulary": vocabulary,
        "theta": theta,
        "positions": positions,
        **more,
    }


def tower(width, inner, layers, heads):
    return {"width": width, "inner": inner, "layers": layers, "heads": heads}


def whisper(width, layers, heads):
    more = {"decoder_layers": layers, "mels": 80, "vocabulary": 51865}
    return {**tower(width, 4 * width, layers, heads), **more}


def bert(layers, vocabulary, pooling, longest=512):
    return {**tower(384, 1536, layers, 12), "vocabulary": vocabulary, "pooling": pooling, "longest": longest}


QWEN2 = {"type": "qwen2", "architecture": "Qwen2ForCausalLM", "bias": True}

SHAPES = {
    "HuggingFaceTB/SmolVLM2-256M-Video-Instruct": (captioner, llama(576, 1536, 30, 9, 3, 49280, 1e5, 8192)),
    "HuggingFaceTB/SmolVLM2-500M-Video-Instruct": (captioner, llama(960, 2560, 32, 15, 5, 49280, 1e5, 8192)),
    "onnx-community/whisper-tiny": (recogniser, whisper(384, 4, 6)),
    "onnx-community/whisper-base": (recogniser, whisper(512, 6, 8)),
    "onnx-community/whisper-small": (recogniser, whisper(768, 12, 12)),
    "Xenova/all-MiniLM-L6-v2": (embedder, bert(6, 30522, "mean_tokens")),
    "Xenova/bge-small-en-v1.5": (embedder, bert(12, 30522, "cls_token")),
    "Xenova/gte-small": (embedder, bert(12, 30522, "mean_tokens")),
    "Xenova/multilingual-e5-small": (embedder, bert(12, 250037, "mean_tokens")),
    "Xenova/clip-vit-base-patch32": (
        towers,
        {
            "vision": tower(768, 3072, 12, 12),
            "text": tower(512, 2048, 12, 8),
            "side": 224,
            "patch": 32,
            "space": 512,
            "vocabulary": 49408,
        },
    ),
    # DeBERTa-v3-xsmall.
    "mixedbread-ai/mxbai-rerank-xsmall-v1": (
        reranker,
        {**tower(384, 1536, 12, 6), "vocabulary": 128100, "buckets": 256, "longest": 512},
    ),
    "onnx-community/Qwen2.5-0.5B-Instruct": (instruct, llama(896, 4864, 24, 14, 2, 151936, 1e6, 32768, **QWEN2)),
    "HuggingFaceTB/SmolLM2-360M-Instruct": (instruct, llama(960, 2560, 32, 15, 5, 49152, 1e5, 8192)),
    "HuggingFaceTB/SmolLM2-1.7B-Instruct": (instruct, llama(2048, 8192, 24, 32, 32, 49152, 1.3e5, 8192)),
}
