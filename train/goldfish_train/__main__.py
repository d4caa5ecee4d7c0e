"""The trainer's commands. People run them as `goldfish train ...`, which starts this with the right Python.

Progress goes to standard error. The last line of standard output is the result or the error, as JSON.
"""

import argparse
import json
import os
import sys

from goldfish_train.errors import TrainError


def parser():
    options = argparse.ArgumentParser(prog="goldfish_train", description=__doc__)
    commands = options.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check")
    check.add_argument("folder")
    fit = commands.add_parser("fit")
    fit.add_argument("folder")
    fit.add_argument("--base", required=True)
    fit.add_argument("--output", required=True)
    fit.add_argument("--stage", default="caption")
    fit.add_argument("--config")
    fit.add_argument("--mix", action="append", default=[])
    export = commands.add_parser("export-model")
    export.add_argument("run")
    export.add_argument("model")
    export.add_argument("--precision", action="append")
    return options


def run(given):
    # Imported here, because each command needs other packages.
    if given.command == "check":
        from goldfish_train.check import check

        return check(given.folder)
    if given.command == "fit":
        from goldfish_train.fit import fit

        return fit(given.folder, given.base, given.output, given.stage, given.config, given.mix)
    from goldfish_train.export_model import export_model

    return export_model(given.run, given.model, given.precision or ["fp32", "q8"])


def main():
    given = parser().parse_args()
    if given.command != "fit" or os.path.isdir(given.base):
        # Everything is in folders, so nothing asks the hub.
        os.environ["HF_HUB_OFFLINE"] = "1"
    try:
        print(json.dumps(run(given)))
    except TrainError as error:
        print(json.dumps({"error": str(error), "remedy": error.remedy}))
        sys.exit(1)
    except ModuleNotFoundError as error:
        print(json.dumps({"error": f"A Python package is missing: {error.name}.", "remedy": 'Run "goldfish train install".'}))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
