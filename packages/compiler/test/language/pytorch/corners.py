"""Writes corners.json: values and slopes at the corners of activations, losses and norms, as PyTorch gives them in 32 and in 64 bits.

Run with any PyTorch from 1.13 on: python3 corners.py. A case has the arguments, row-major, an expression of the language over `x`, and for each of
both precisions the value and the gradient of the sum of all values (times `weights`, where there are any). The 64-bit answers are
right where no function is at a corner; there both precisions show what PyTorch has decided. Infinite and missing numbers are texts.
"""
import json
import math
import os

import torch
from torch.nn import functional as F

INF, NAN = math.inf, math.nan
sizes = [1e-45, 1e-40, 1e-30, 1e-8, 1e-4, 0.1, 0.5, 1, 2, 3, 5, 6, 9, 17, 20, 40, 88, 89, 104, 1000, 1e10, 1e20, 3e38, INF]
grid = [0.0, -0.0, NAN] + sizes + [-size for size in sizes]
cases = []


def number(x):
    return x if math.isfinite(x) else str(x).replace("inf", "Infinity").replace("nan", "NaN")


def numbers(x):
    return [number(float(f"{n:.9g}")) for n in x.detach().flatten().tolist()]


def case(name, body, f, x=grid, weights=None, exact=None, scale=None):
    """
    `f` is called with a tensor; `x` is a list, or a list of rows. `exact` is the same function for 64 bits, where PyTorch's own loses digits
    there too; `scale` is the size of the terms that make up a slope: what they lose to each other is no mistake.
    """
    given = torch.tensor(x, dtype=torch.float32)
    answers = {}
    for bits, dtype in ((32, torch.float32), (64, torch.float64)):
        leaf = given.to(dtype, copy=True).requires_grad_()
        value = (exact if exact is not None and bits == 64 else f)(leaf)
        factor = torch.ones_like(value) if weights is None else torch.tensor(weights, dtype=dtype)
        value.backward(factor)
        answers[str(bits)] = {"value": numbers(value), "slope": numbers(leaf.grad)}
    cases.append({
        "name": name, "body": body, "shape": list(given.shape), "x": numbers(given), "result": list(value.shape),
        **({} if weights is None else {"weights": weights}),
        **({} if scale is None else {"scale": numbers(scale(given.to(torch.float64)).expand_as(given))}),
        **answers,
    })


def exact_expm1(x):
    return torch.where(x.abs() < 1e-5, x + 0.5 * x * x, torch.exp(x) - 1)


case("relu", "relu(x)", torch.relu)
case("leaky_relu", "leaky_relu(x)", F.leaky_relu)
case("gelu", "gelu(x)", F.gelu)
case("silu", "silu(x)", F.silu)
case("hard_sigmoid", "hard_sigmoid(x)", F.hardsigmoid)
case("hard_swish", "hard_swish(x)", F.hardswish, [v for v in grid if abs(v) != INF])
case("a tie", "maximum(x, 1)", lambda x: torch.maximum(x, torch.ones_like(x)))
case("softplus", "softplus(x)", F.softplus)
case("elu", "elu(x)", F.elu, exact=lambda x: torch.where(x > 0, x, exact_expm1(torch.minimum(x, torch.zeros_like(x)))))
case("elu of half the size", "elu(x, alpha: 0.5)", lambda x: F.elu(x, alpha=0.5),
     exact=lambda x: torch.where(x > 0, x, 0.5 * exact_expm1(torch.clamp(x, max=0))))
case("sigmoid", "sigmoid(x)", torch.sigmoid)
case("tanh", "tanh(x)", torch.tanh, scale=torch.ones_like)
case("exp", "exp(x)", torch.exp)
case("expm1", "expm1(x)", torch.expm1, exact=exact_expm1)
case("log", "log(x)", torch.log)
case("log1p", "log1p(x)", torch.log1p)
case("sqrt", "sqrt(x)", torch.sqrt)
case("rsqrt", "rsqrt(x)", torch.rsqrt)
case("erf", "erf(x)", torch.erf)
case("abs", "abs(x)", torch.abs)
case("square", "x ** 2", lambda x: x ** 2)
case("cube", "x ** 3", lambda x: x ** 3)
case("root", "x ** 0.5", lambda x: x ** 0.5, [v for v in grid if str(v) not in ("-0.0", "-inf")])
case("reciprocal", "1 / x", lambda x: 1 / x)
case("clamp", "minimum(maximum(x, -1), 3)", lambda x: torch.clamp(x, -1, 3))
case("quotient", "x / 41", lambda x: x / 41, grid + [41, 82, 164, 123, 1e38])
case("floor of a quotient", "floor(x / 41)", lambda x: torch.floor(x / 41), [41, 82, 164, 123, 205, -41, -82, 287, 41e6, 40.99])
case("sum of small parts", "sum(x / 4)", lambda x: (x / 4).sum().reshape(()), [2e38, 2e38, 2e38, 2e38])
case("mean squared error", "mse(x, 1, reduce: \"none\")", lambda x: F.mse_loss(x, torch.ones_like(x), reduction="none"),
     [v for v in grid if math.isfinite(v)])
case("mean absolute error", "mae(x, 1, reduce: \"none\")", lambda x: F.l1_loss(x, torch.ones_like(x), reduction="none"))
case("huber", "huber(x, 1, reduce: \"none\")", lambda x: F.huber_loss(x, torch.ones_like(x), reduction="none"), grid + [2, 0])
case("huber, wide", "huber(x, 1, delta: 3, reduce: \"none\")",
     lambda x: F.huber_loss(x, torch.ones_like(x), delta=3, reduction="none"), grid + [4, -2])
for y in (0.0, 1.0, 0.25):
    case(f"binary cross entropy, {y}", f"binary_cross_entropy(x, {y}, reduce: \"none\")",
         lambda x, y=y: F.binary_cross_entropy(x, torch.full_like(x, y), reduction="none"),
         [0.0, 1.0, 0.5, 1e-45, 1e-30, 1e-8, 0.99999994])
    case(f"logistic loss, {y}", f"logistic_loss(x, {y}, reduce: \"none\")",
         lambda x, y=y: F.binary_cross_entropy_with_logits(x, torch.full_like(x, y), reduction="none"),
         [v for v in grid if math.isfinite(v)],
         exact=lambda x, y=y: y * F.softplus(-x, threshold=1000) + (1 - y) * F.softplus(x, threshold=1000))

rows = [
    [0, 0, 0], [1, 2, 3], [3e38, -3e38, 0], [-3e38, -3e38, -3e38], [-INF, 0, 1], [-INF, 0, -INF], [-INF, -INF, -INF], [NAN, 0, 1],
    [INF, 0, 1], [20, 0, 0], [88, 87, 86], [1e-45, 0, -1e-45], [1000, 999, -1000], [5, 5, 5], [1e20, 1e20, 0], [-0.0, 0.0, -40],
]
factors = [[1, 0.5, -2]] * len(rows)
case("softmax", "softmax(x)", lambda x: F.softmax(x, -1), rows, factors)
# Outside of the first class nothing is counted, as in a loss.
case("log_softmax", "log_softmax(x)[:, 0:1]", lambda x: F.log_softmax(x, -1)[:, 0:1], rows)
certain = [[9, 0, 0], [20, 0, 0], [30, 0, 0], [40, 1, -3], [80, 0, 2]]
case("log_softmax of a class that is nearly certain", "log_softmax(x)[:, 0:1]", lambda x: F.log_softmax(x, -1)[:, 0:1], certain,
     exact=lambda x: -F.softplus(torch.logsumexp(x[:, 1:], -1, keepdim=True) - x[:, :1]), scale=torch.ones_like)
for label in (0, 1):
    case(f"cross entropy, class {label}", f"cross_entropy(x, [{', '.join([str(label)] * len(rows))}], reduce: \"none\")",
         lambda x, label=label: F.cross_entropy(x, torch.full([len(rows)], label), reduction="none"), rows)

values = [
    [0, 0, 0, 0], [5, 5, 5, 5], [1, 2, 3, 4], [1e-30, 2e-30, 0, -1e-30], [1e-3, -1e-3, 2e-3, 0], [1e6, 1e6 + 1, 1e6 + 2, 1e6],
    [1e15, -1e15, 2e15, 0], [NAN, 0, 1, 2], [INF, 0, 1, 2],
]
factors = [[1, 0.5, -2, 3]] * len(values)


def sizes_of_rows(rows):
    """Of the slopes of a norm: the largest factor, over the deviation of the row."""
    return 3 * torch.rsqrt(rows.var(-1, unbiased=False, keepdim=True) + 1e-5).expand_as(rows)


case("layer_norm", "layer_norm(x)", lambda x: F.layer_norm(x, [4]), values, factors, scale=sizes_of_rows)
case("group_norm", "group_norm(x, 2)", lambda x: F.group_norm(x, 2), values, factors,
     scale=lambda x: sizes_of_rows(x.reshape(-1, 2, 2)).reshape(-1, 4))
turned = [list(column) for column in zip(*values)]
case("batch_norm", "batch_norm(x)", lambda x: F.batch_norm(x, None, None, training=True), turned,
     [list(column) for column in zip(*factors)], scale=lambda x: sizes_of_rows(x.T).T)

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "corners.json")
with open(path, "w") as file:
    file.write("[\n" + ",\n".join(json.dumps(each) for each in cases) + "\n]\n")
