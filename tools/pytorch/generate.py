"""Draws cases, asks PyTorch for the answers, and prints each as one line of JSON.

python3 tools/pytorch/generate.py --count 100 --seed 1 [--only WORD …]. With --sample, the two cases of each family that `npm test` runs:
python3 tools/pytorch/generate.py --sample > tools/pytorch/sample.jsonl. Needs PyTorch 1.13 or later.
"""
import argparse
import json
import warnings

import torch

import activations
import functions
import layers
import losses
import optimisers
import sequences
from drawing import Draw, families

warnings.filterwarnings("ignore")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--only", nargs="*", default=[])
    given = parser.parse_args()
    torch.set_num_threads(1)
    names = [name for name in families if not given.only or any(word in name for word in given.only)]
    for number in range(2 * len(names) if given.sample else given.count):
        name = names[number % len(names)]
        draw = Draw(f"{given.seed}/{name}/{number // len(names)}")
        torch.manual_seed(draw.randint(0, 2**31))
        print(json.dumps({**families[name](draw), "about": name, "number": number // len(names)}, separators=(",", ":")), flush=True)


main()
