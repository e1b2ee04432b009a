"""Writes training.json: what PyTorch's optimisers, schedules, clipping and accumulation make of given gradients;
and the slopes of activations.

Run with any PyTorch from 1.13 on: python3 training.py. Every case trains two parameters by a loss whose gradients are inputs.
"""
import json
import os
import warnings

import torch
from torch.nn import functional as F
from torch.nn.utils import clip_grad_norm_
from torch.optim import SGD, Adam, AdamW, RMSprop
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR, StepLR

warnings.simplefilter("ignore")
torch.manual_seed(3)
cases = []


def numbers(x):
    return [float(f"{n:.9g}") for n in x.detach().flatten().tolist()]


def case(name, clause, optimizer, clip=None, accumulate=1, steps=8, schedule=None):
    first = {"weight": torch.randn(2, 3), "bias": torch.randn(3)}
    params = {path: torch.nn.Parameter(value.clone()) for path, value in first.items()}
    optimiser = optimizer(params.values())
    scheduler = schedule(optimiser) if schedule else None
    runs = []
    for step in range(steps):
        # Some gradients are far larger than others, and some are zero.
        gradients = {path: torch.randn_like(value) * (3.0 if step % 3 == 0 else 0.1) for path, value in params.items()}
        gradients["bias"][step % 3] = 0
        for path, param in params.items():
            part = gradients[path] / accumulate
            param.grad = part.clone() if step % accumulate == 0 else param.grad + part
        if step % accumulate == accumulate - 1:
            if clip:
                clip_grad_norm_(params.values(), clip)
            optimiser.step()
            if scheduler:
                scheduler.step()
        runs.append({
            "gradients": {path: numbers(value) for path, value in gradients.items()},
            "params": {path: numbers(value) for path, value in params.items()},
        })
    start = {path: numbers(value) for path, value in first.items()}
    cases.append({"name": name, "clause": clause, "start": start, "runs": runs})


case("sgd", "sgd(rate: 0.1)", lambda p: SGD(p, lr=0.1))
case("sgd, momentum", "sgd(rate: 0.1, momentum: 0.9)", lambda p: SGD(p, lr=0.1, momentum=0.9))
case("sgd, decay", "sgd(rate: 0.1, decay: 0.05)", lambda p: SGD(p, lr=0.1, weight_decay=0.05))
case("sgd, nesterov and decay", "sgd(rate: 0.05, momentum: 0.8, nesterov: true, decay: 0.01)",
     lambda p: SGD(p, lr=0.05, momentum=0.8, nesterov=True, weight_decay=0.01))
case("adam", "adam", lambda p: Adam(p))
case("adam, all arguments", "adam(rate: 0.02, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, decay: 0.1)",
     lambda p: Adam(p, lr=0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1))
case("adamw", "adamw", lambda p: AdamW(p))
case("adamw, all arguments", "adamw(rate: 0.02, beta1: 0.8, beta2: 0.95, epsilon: 1e-6, decay: 0.1)",
     lambda p: AdamW(p, lr=0.02, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1))
case("rmsprop", "rmsprop", lambda p: RMSprop(p))
case("rmsprop, all arguments", "rmsprop(rate: 0.02, alpha: 0.9, epsilon: 1e-6, momentum: 0.7, decay: 0.1)",
     lambda p: RMSprop(p, lr=0.02, alpha=0.9, eps=1e-6, momentum=0.7, weight_decay=0.1))
case("clip", "sgd(rate: 0.1, momentum: 0.9) clip 1.5", lambda p: SGD(p, lr=0.1, momentum=0.9), clip=1.5)
case("accumulate", "sgd(rate: 0.1, momentum: 0.9) accumulate 3", lambda p: SGD(p, lr=0.1, momentum=0.9), accumulate=3)
case("clip and accumulate", "adam(rate: 0.01) clip 0.5 accumulate 2", lambda p: Adam(p, lr=0.01), clip=0.5, accumulate=2)
case("schedule", "adamw(rate: step_decay(0.1, every: 2, factor: 0.5))", lambda p: AdamW(p, lr=0.1),
     schedule=lambda o: StepLR(o, 2, 0.5))
case("schedule of updates", "sgd(rate: step_decay(0.1, every: 2)) accumulate 2", lambda p: SGD(p, lr=0.1), accumulate=2,
     schedule=lambda o: StepLR(o, 2, 0.1))


def rates(schedule, steps):
    optimiser = SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.3)
    scheduler = schedule(optimiser)
    found = []
    for _ in range(steps):
        found.append(float(f"{optimiser.param_groups[0]['lr']:.9g}"))
        optimiser.step()
        scheduler.step()
    return found


def warmup_cosine(warmup, total):
    return lambda o: SequentialLR(o, [
        LinearLR(o, start_factor=1 / warmup, total_iters=warmup - 1),
        CosineAnnealingLR(o, total - warmup),
    ], [warmup])


schedules = [
    {"call": "warmup_cosine(0.3, warmup: 5, total: 20)", "rates": rates(warmup_cosine(5, 20), 21)},
    {"call": "warmup_cosine(0.3, warmup: 0, total: 9)", "rates": rates(lambda o: CosineAnnealingLR(o, 9), 10)},
    {"call": "step_decay(0.3, every: 3)", "rates": rates(lambda o: StepLR(o, 3), 14)},
    {"call": "step_decay(0.3, every: 41, factor: 0.5)", "rates": rates(lambda o: StepLR(o, 41, 0.5), 90)},
]

# Where exponentials overflow, where a term is lost beside another, and around 0; no place where a slope jumps but 0 itself.
PLACES = [-120.0, -89.0, -40.0, -17.0, -16.0, -5.0, -1.0, -1e-4, 0.0, 1e-4, 0.5, 2.0, 5.0, 16.0, 17.0, 40.0, 89.0, 120.0]


def slope(call, function):
    x = torch.tensor(PLACES, requires_grad=True)
    upstream = torch.randn(len(PLACES))
    (function(x) * upstream).sum().backward()
    return {"call": call, "x": PLACES, "upstream": numbers(upstream), "gradient": numbers(x.grad)}


slopes = [
    slope("relu", F.relu), slope("sigmoid", torch.sigmoid), slope("tanh", torch.tanh),
    slope("leaky_relu(0.1)", lambda x: F.leaky_relu(x, 0.1)), slope("gelu", F.gelu), slope("silu", F.silu),
    slope("hard_sigmoid", F.hardsigmoid), slope("hard_swish", F.hardswish), slope("elu(2)", lambda x: F.elu(x, 2.0)),
    slope("softplus", F.softplus),
    slope("softmax", lambda x: F.softmax(x, 0)), slope("log_softmax", lambda x: F.log_softmax(x, 0)),
]

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "training.json")
with open(path, "w") as file:
    json.dump({"cases": cases, "schedules": schedules, "slopes": slopes}, file, separators=(",", ":"))
