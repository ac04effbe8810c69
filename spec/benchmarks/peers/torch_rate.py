"""Prints the GFLOP/s of a product of two square matrices in PyTorch on one thread: `torch_rate.py SIZE PASSES`."""
import sys
import time

import torch

torch.set_num_threads(1)
size, passes = int(sys.argv[1]), int(sys.argv[2])
a, b = torch.rand(size, size), torch.rand(size, size)
least = float("inf")
for _ in range(passes):
    began = time.perf_counter()
    a @ b
    least = min(least, time.perf_counter() - began)
print(2 * size**3 / least / 1e9)
