"""The nets of onnx-train's layers in PyTorch, over weights of the same names. Linear weights lie as torch.nn.Linear has them."""
import math

import torch
import torch.nn.functional as F


def linear(w, name, x):
    y = F.linear(x, w[f"{name}/weight"], w.get(f"{name}/bias"))
    low = w.get(f"{name}/weight.lora_A")
    return y if low is None else y + (x @ low) @ w[f"{name}/weight.lora_B"]


def norm(w, name, x):
    return F.layer_norm(x, x.shape[-1:], w[f"{name}/scale"], w[f"{name}/shift"])


def mlp(w, x, net):
    for index in range(net["hidden"]):
        x = F.relu(linear(w, f"hidden{index}", x))
    return linear(w, "output", x)


def cnn(w, x, net):
    for index in range(net["stages"]):
        x = F.conv2d(x, w[f"stage{index}/weight"], w[f"stage{index}/bias"], padding=1)
        x = F.max_pool2d(F.relu(x), 2)
    return linear(w, "output", F.relu(linear(w, "hidden", x.flatten(1))))


def attention(w, name, x, heads):
    rows, time, width = x.shape
    split = lambda part: part.view(rows, time, heads, width // heads).transpose(1, 2)
    query, key, value = [split(linear(w, f"{name}/{part}", x)) for part in ("query", "key", "value")]
    scores = (query * (1 / math.sqrt(width // heads))) @ key.transpose(-2, -1)
    later = torch.ones(time, time, dtype=torch.bool).triu(1)
    mixed = scores.masked_fill(later, -1e9).softmax(-1) @ value
    return linear(w, f"{name}/output", mixed.transpose(1, 2).reshape(rows, time, width))


def decoder(w, tokens, net):
    x = F.embedding(tokens, w["tokens/table"]) + w["places"]
    for index in range(net["blocks"]):
        block = f"block{index}"
        x = x + attention(w, f"{block}/attention", norm(w, f"{block}/norm0", x), net["heads"])
        wide = F.gelu(linear(w, f"{block}/wide", norm(w, f"{block}/norm1", x)))
        x = x + linear(w, f"{block}/narrow", wide)
    return linear(w, "output", norm(w, "norm", x)).flatten(0, 1)


NETS = {"mlp": mlp, "cnn": cnn, "decoder": decoder}
