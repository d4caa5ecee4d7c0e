"""What a stage trains and how: defaults, and a TOML file with other values."""

import dataclasses
import tomllib
from dataclasses import dataclass

from goldfish_train.errors import TrainError


@dataclass(frozen=True)
class Config:
    """All that shapes a run besides the data and the base. The same values give the same weights."""

    stage: str = "caption"
    # Share of the learning: learning rates of the adapter and of the connector, steps, rows of a step.
    rate: float = 1e-4
    connector_rate: float = 2e-5
    epochs: float = 3.0
    batch: int = 16
    # Rows that are computed at once; a step adds up as many as `batch` needs.
    micro_batch: int = 4
    warm_up: float = 0.03
    weight_decay: float = 0.01
    clip: float = 1.0
    # The adapter (LoRA) on all linear layers of the decoder; rank 0: none.
    rank: int = 16
    alpha: int = 32
    dropout: float = 0.05
    # How much rows that no person wrote are held to the base's own choice of words, 0: not at all.
    keep: float = 1.0
    seed: int = 42
    # Steps between checkpoints, and between validations; 0: once in each epoch.
    save_steps: int = 50
    validate_steps: int = 0
    # Clips whose captions are written at each validation, and the longest caption in tokens.
    generate_rows: int = 50
    generate_tokens: int = 80
    # Preference pairs: how far the model may move from the base.
    beta: float = 0.1
    # Searches: how sharply a query must prefer its passage; smaller is sharper.
    temperature: float = 0.05
    # Longest row in tokens; longer ones are left out and counted.
    longest: int = 4096


STAGES = {
    "align": Config(stage="align", rate=0.0, connector_rate=1e-3, epochs=1.0, batch=128, rank=0, keep=0.0),
    "caption": Config(stage="caption"),
    "instruct": Config(stage="instruct", rate=5e-5),
    "search": Config(stage="search", rate=2e-5, connector_rate=0.0, rank=0, keep=0.0, warm_up=0.1, longest=256),
    "prefer": Config(stage="prefer", rate=5e-6, connector_rate=0.0, epochs=1.0),
}


def load_config(stage, path):
    """Returns the stage's defaults with the values of a file."""
    if stage not in STAGES:
        raise TrainError(f"Unknown stage {stage}.", f"Use one of {', '.join(STAGES)}.")
    defaults = STAGES[stage]
    if path is None:
        return defaults
    try:
        with open(path, "rb") as file:
            values = tomllib.load(file)
    except OSError as error:
        raise TrainError(f"{path} cannot be read: {error.strerror}.", "Name an existing file.") from None
    except tomllib.TOMLDecodeError as error:
        raise TrainError(f"{path} is not valid TOML: {error}.", "Correct the file.") from None
    kinds = {field.name: field.type for field in dataclasses.fields(Config) if field.name != "stage"}
    for name, value in values.items():
        if name not in kinds:
            raise TrainError(f"{path} sets {name}, which does not exist.", f"Known: {', '.join(kinds)}.")
        if isinstance(value, bool) or not isinstance(value, int if kinds[name] is int else (int, float)) or value < 0:
            raise TrainError(f"{path}: {name} is not a number of 0 or more.", "Correct the file.")
    return dataclasses.replace(defaults, **values)
