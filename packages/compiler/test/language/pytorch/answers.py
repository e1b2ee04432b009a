"""Writes answers.json: what PyTorch gives for every layer and activation of the prelude, on small random tensors.

Run with any PyTorch from 1.13 on: python3 answers.py. Each case has a program, its inputs, the module's state_dict and its output.
"""
import json
import math
import os

import torch
from torch import nn
from torch.nn import functional as F

torch.manual_seed(1)
cases = []


def tensor(x):
    x = x.detach()
    numbers = x.flatten().tolist()
    if x.is_floating_point():
        numbers = [float(f"{n:.8g}") for n in numbers]
    return {"shape": list(x.shape), "data": numbers}


def declared(x):
    element = "f32" if x.is_floating_point() else "i32"
    return f"{element}[{', '.join(map(str, x.shape))}]"


def case(name, body, inputs, module, state=None, prefix=""):
    """`module` is called with the inputs; the state_dict of an nn.Module gives the variables, under `prefix`."""
    if isinstance(module, nn.Module):
        module.eval()
        state = module.state_dict()
        for key, value in state.items():
            if key.endswith("running_mean"):
                value.uniform_(-1, 1)
            elif key.endswith("running_var"):
                value.uniform_(0.5, 2)
            elif value.is_floating_point() and value.dim() == 1:
                value.uniform_(-1, 1)
    output = module(*inputs.values())
    parameters = ", ".join(f"{key}: {declared(value)}" for key, value in inputs.items())
    variables = {prefix + key: tensor(value) for key, value in (state or {}).items() if not key.endswith("num_batches_tracked")}
    cases.append({
        "name": name,
        "program": f"model m({parameters}) {{\n  {body}\n}}\n",
        "inputs": {key: tensor(value) for key, value in inputs.items()},
        "variables": variables,
        "output": tensor(output),
    })


def trained(name, call, x, module):
    """One step in training: the output, and the states it leaves behind."""
    before = {key: value.clone() for key, value in module.state_dict().items()}
    module.train()
    output = module(x)
    after = {"l." + key: tensor(value) for key, value in module.state_dict().items() if "running" in key}
    case(name, f"{call[:-1]}, training: true) as l", {"x": x}, lambda _: output, before, prefix="l.")
    cases[-1]["updates"] = after


def layer(name, call, x, module):
    case(name, f"x |> {call} as l", {"x": x}, module, prefix="l.")


def function(name, body, f, x=None):
    case(name, body, {"x": torch.randn(2, 3, 4) * 3 if x is None else x}, f)


image = torch.randn(2, 4, 7, 6)
layer("dense", "dense(5)", torch.randn(3, 4), nn.Linear(4, 5))
layer("dense on three axes, no bias", "dense(5, bias: false)", torch.randn(2, 3, 4), nn.Linear(4, 5, bias=False))
layer("conv1d", "conv1d(6, kernel: 3, stride: 2, padding: 1)", torch.randn(2, 4, 9), nn.Conv1d(4, 6, 3, 2, 1))
layer("conv2d", "conv2d(6, kernel: 3)", image, nn.Conv2d(4, 6, 3))
layer("conv2d, oblong", "conv2d(6, kernel: [3, 2], stride: [2, 1], padding: [1, 0], dilation: [1, 2])", image,
      nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 0), (1, 2)))
layer("conv2d, grouped", "conv2d(6, kernel: 3, groups: 2, bias: false)", image, nn.Conv2d(4, 6, 3, groups=2, bias=False))
layer("depthwise_conv2d", "depthwise_conv2d(3, stride: 2, padding: 1)", image, nn.Conv2d(4, 4, 3, 2, 1, groups=4))
layer("conv_transpose2d", "conv_transpose2d(5, kernel: 3, stride: 2, padding: 1, output_padding: 1)", image,
      nn.ConvTranspose2d(4, 5, 3, 2, 1, 1))
layer("conv_transpose2d, grouped", "conv_transpose2d(6, kernel: 2, stride: 2, groups: 2, bias: false)", image,
      nn.ConvTranspose2d(4, 6, 2, 2, groups=2, bias=False))
layer("batch_norm of images", "batch_norm", image, nn.BatchNorm2d(4))
layer("batch_norm of rows", "batch_norm(epsilon: 1e-3)", torch.randn(5, 4), nn.BatchNorm1d(4, eps=1e-3))
trained("batch_norm in training", "batch_norm(x)", image, nn.BatchNorm2d(4))
layer("layer_norm", "layer_norm", torch.randn(2, 3, 8), nn.LayerNorm(8))
layer("group_norm", "group_norm(2)", image, nn.GroupNorm(2, 4))
x = torch.randn(2, 3, 8)
scale = torch.randn(8)
case("rms_norm", "x |> rms_norm as l", {"x": x},
     lambda x: x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + torch.finfo(torch.float32).eps) * scale, {"l.weight": scale})
layer("embedding", "embedding(10, 4)", torch.tensor([[1, 9, 0], [3, 3, 2]], dtype=torch.int32), nn.Embedding(10, 4))

q, k, v = torch.randn(2, 5, 4), torch.randn(2, 5, 4), torch.randn(2, 5, 3)


def attend(q, k, v, causal):
    scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
    if causal:
        scores = scores.masked_fill(~torch.ones(scores.shape[-2:], dtype=torch.bool).tril(), -math.inf)
    return scores.softmax(-1) @ v


case("attention", "attention(q, k, v)", {"q": q, "k": k, "v": v}, lambda q, k, v: attend(q, k, v, False))
case("attention, causal", "attention(q, k, v, causal: true)", {"q": q, "k": k, "v": v}, lambda q, k, v: attend(q, k, v, True))


class SelfAttention(nn.MultiheadAttention):
    def forward(self, x):
        return super().forward(x, x, x, need_weights=False)[0]


class CausalSelfAttention(nn.MultiheadAttention):
    def forward(self, x):
        steps = x.shape[1]
        mask = ~torch.ones(steps, steps, dtype=torch.bool).tril()
        return super().forward(x, x, x, attn_mask=mask, need_weights=False)[0]


layer("multi_head_attention", "multi_head_attention(2)", torch.randn(2, 5, 6), SelfAttention(6, 2, batch_first=True))
layer("multi_head_attention, causal", "multi_head_attention(2, causal: true)", torch.randn(2, 5, 6),
      CausalSelfAttention(6, 2, batch_first=True))


class Lstm(nn.LSTM):
    def forward(self, x):
        return super().forward(x)[0]


class Gru(nn.GRU):
    def forward(self, x):
        return super().forward(x)[0]


layer("lstm", "lstm(4)", torch.randn(2, 5, 3), Lstm(3, 4, batch_first=True))
layer("gru", "gru(4)", torch.randn(2, 5, 3), Gru(3, 4, batch_first=True))

function("dropout in inference", "dropout(x, 0.5)", lambda x: x)
function("flatten", "flatten(x)", lambda x: x.flatten(1))
function("global_avg_pool", "global_avg_pool(x)", lambda x: x.mean((2, 3)), image)
function("leaky_relu", "leaky_relu(x)", F.leaky_relu)
function("leaky_relu, steep", "leaky_relu(x, 0.3)", lambda x: F.leaky_relu(x, 0.3))
function("gelu", "gelu(x)", F.gelu)
function("silu", "silu(x)", F.silu)
function("hard_sigmoid", "hard_sigmoid(x)", F.hardsigmoid)
function("hard_swish", "hard_swish(x)", F.hardswish)
function("softplus", "softplus(x)", F.softplus, torch.linspace(-30, 30, 25))
function("elu", "elu(x, 0.7)", lambda x: F.elu(x, 0.7))
function("softmax", "softmax(x)", lambda x: x.softmax(-1))
function("softmax of an axis", "softmax(x, axis: 1)", lambda x: x.softmax(1))
function("log_softmax", "log_softmax(x, axis: 0)", lambda x: x.log_softmax(0))

x, y = torch.randn(4, 3), torch.randn(4, 3)
pair = {"x": x, "y": y}
case("mse", "mse(x, y)", pair, F.mse_loss)
case("mae, summed", 'mae(x, y, reduce: "sum")', pair, lambda x, y: F.l1_loss(x, y, reduction="sum"))
case("huber", "huber(x, y)", pair, F.huber_loss)
p = {"x": torch.rand(4, 3), "y": torch.rand(4, 3)}
case("binary_cross_entropy", "binary_cross_entropy(x, y)", p, F.binary_cross_entropy)
label = torch.tensor([0, 2, 1, 2], dtype=torch.int32)
case("cross_entropy", "cross_entropy(x, label)", {"x": x, "label": label}, lambda x, label: F.cross_entropy(x, label.long()))
pixels = torch.randint(0, 3, (2, 2, 4), dtype=torch.int32)
case("cross_entropy of images", "cross_entropy(x, label)", {"x": torch.randn(2, 3, 2, 4), "label": pixels},
     lambda x, label: F.cross_entropy(x, label.long()))

with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "answers.json"), "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
