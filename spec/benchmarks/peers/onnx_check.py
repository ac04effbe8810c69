"""ONNX's own checker with shape inference over files: prints JSON, for each file null or what is wrong."""
import json
import sys

import onnx


def finding(file):
    try:
        onnx.checker.check_model(onnx.load(file), full_check=True)
    except Exception as error:
        return str(error)


print(json.dumps({"version": onnx.__version__, "findings": [finding(file) for file in sys.argv[1:]]}))
