"""Trains a net that training/handover.mjs wrote to a folder: `torch_training.py FOLDER`. Each line on stdin asks for one
pass over the plan; the answer is {ms: per step, losses}. One thread, denormals flushed, Adam at a rate for each step."""
import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch_nets import NETS

torch.set_num_threads(1)
torch.set_flush_denormal(True)
folder = sys.argv[1]
with open(f"{folder}/net.json") as file:
    net = json.load(file)
DTYPES = {"float": np.float32, "int64": np.int64}


def read(entry):
    data = np.fromfile(f"{folder}/{entry['file']}", DTYPES[entry["element"]])
    return torch.from_numpy(data.reshape(entry["dims"]))


def weight(name, entry):
    held = read(entry)
    is_linear = name.endswith("/weight") and held.dim() == 2
    return torch.nn.Parameter((held.t() if is_linear else held).contiguous(), requires_grad=name in net["trains"])


weights = {name: weight(name, entry) for name, entry in net["weights"].items()}
x, target, plan = [read(net[name]) for name in ("x", "target", "plan")]
optimizer = torch.optim.Adam([each for each in weights.values() if each.requires_grad], lr=0)
forward = NETS[net["kind"]]


def step(rows, rate):
    optimizer.param_groups[0]["lr"] = rate
    optimizer.zero_grad(set_to_none=True)
    loss = F.cross_entropy(forward(weights, x[rows], net), target[rows].flatten())
    loss.backward()
    optimizer.step()
    return loss.detach()


print(json.dumps({"version": torch.__version__}), flush=True)
for _ in sys.stdin:
    began = time.perf_counter()
    losses = [step(rows, rate) for rows, rate in zip(plan, net["rates"])]
    ms = 1000 * (time.perf_counter() - began) / len(plan)
    print(json.dumps({"ms": ms, "losses": [float(loss) for loss in losses]}), flush=True)
