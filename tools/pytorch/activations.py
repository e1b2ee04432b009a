"""Activations and other functions of single elements."""
import math

import torch
import torch.nn.functional as F

from drawing import arguments, case, family
from losses import call, floats

smooth = [math.inf, -math.inf, math.nan, 1.0, -1.0, 30.0, -30.0, 1e-20, 100.0, -100.0]
finite = [0.5, -0.25, 1.0, -1.0, 20.0, -20.0, 1e-20]


def one(draw, name, theirs, given=None, kinks=(), corners=smooth, factor=64):
    """A function of x, at any numbers but its kinks, where gradients are a matter of taste."""
    x = floats(draw, draw.shape(0, 4), corners=corners)
    wide = x.double()
    for kink in kinks:
        x = torch.where((wide - kink).abs() < 1e-3, torch.tensor(kink + 0.125, dtype=x.dtype), x)
    return case(name, call(name, "x", **(given or {})), {"x": x}, theirs, factor=factor)


@family("relu6", "silu", "mish", "log_sigmoid", "softsign", "tanh_shrink", "selu", "gelu", "hard_sigmoid", "hard_swish")
def _(draw, name):
    theirs = {
        "relu6": F.relu6, "silu": F.silu, "mish": F.mish, "log_sigmoid": F.logsigmoid, "softsign": F.softsign, "tanh_shrink": F.tanhshrink, "selu": F.selu,
        "gelu": F.gelu, "hard_sigmoid": F.hardsigmoid, "hard_swish": F.hardswish,
    }[name]
    kinks = {"relu6": [0, 6], "selu": [0], "hard_sigmoid": [-3, 3], "hard_swish": [-3, 3]}.get(name, [])
    # Products of 0 and an infinity, in gradients too, are not the same NaN everywhere.
    return one(draw, name, theirs, kinks=kinks, corners=finite if name in ("silu", "mish", "softsign", "gelu", "hard_swish", "hard_sigmoid", "relu6", "tanh_shrink") else smooth, factor=128)


@family("gelu by tanh")
def _(draw):
    return one(draw, "gelu", lambda x: F.gelu(x, approximate="tanh"), {"approximate": "tanh"}, corners=finite, factor=128)


@family("hard_tanh")
def _(draw):
    given = {"low": draw.choice([-2, 0]), "high": draw.choice([0.5, 3])} if draw.flip() else {}
    # At NaN, PyTorch's gradient is 0 where it computes several elements at once, and that of the result elsewhere.
    return one(draw, "hard_tanh", corners=[math.inf, -math.inf, 1.0, -1.0, 1e-20], theirs=lambda x: F.hardtanh(x, given.get("low", -1), given.get("high", 1)), given=given)


@family("leaky_relu", "elu", "celu", "hard_shrink", "soft_shrink", "softplus")
def _(draw, name):
    value = draw.choice([0.5, 0.1, 2])
    ours = {"leaky_relu": "slope", "elu": "alpha", "celu": "alpha", "hard_shrink": "bound", "soft_shrink": "bound", "softplus": "beta"}[name]
    given = {ours: value} if draw.flip() else {}
    theirs = {
        "leaky_relu": lambda x: F.leaky_relu(x, given.get(ours, 0.01)), "elu": lambda x: F.elu(x, given.get(ours, 1)), "celu": lambda x: F.celu(x, given.get(ours, 1)),
        "hard_shrink": lambda x: F.hardshrink(x, given.get(ours, 0.5)), "soft_shrink": lambda x: F.softshrink(x, given.get(ours, 0.5)),
        "softplus": lambda x: F.softplus(x, given.get(ours, 1), threshold=50),
    }[name]
    return one(draw, name, theirs, given, kinks=[0, value, -value, 0.5, -0.5] if name != "softplus" else [0], corners=finite if name in ("softplus", "soft_shrink", "hard_shrink") else [math.inf, -math.inf, *finite])


@family("threshold")
def _(draw):
    bound, value = draw.choice([0.1, -1]), draw.choice([0, 20])
    return one(draw, "threshold", lambda x: F.threshold(x, bound, value), {"threshold": bound, "value": value})


@family("glu")
def _(draw):
    shape = draw.shape(1, 4)
    axis = draw.axis(len(shape))
    shape[axis] *= 2
    return case("glu", call("glu", "x", axis=axis), {"x": floats(draw, shape, corners=finite)}, lambda x: F.glu(x, axis), factor=128)


@family("swiglu", "geglu")
def _(draw, name):
    shape = draw.shape(1, 3)
    shape[-1] *= 2

    def theirs(x):
        a, b = x.chunk(2, -1)
        return (F.silu if name == "swiglu" else F.gelu)(a) * b

    return case(name, f"{name}(x)", {"x": floats(draw, shape, corners=finite)}, theirs, factor=128)


@family("prelu")
def _(draw):
    shape = draw.shape(2, 4)
    channels = draw.choice([1, shape[1]])
    given = {"channels": channels} if channels != 1 or draw.flip() else {}
    net = torch.nn.PReLU(channels)
    with torch.no_grad():
        net.weight.copy_(draw.plain([channels], 0, 1))
    return case("prelu", f"prelu(x{arguments(given)}) as net", {"x": draw.floats(shape, corners=finite)}, lambda x, net: net(x), module=net)


@family("softmax", "log_softmax", "softmin")
def _(draw, name):
    shape = draw.shape(1, 3)
    axis = draw.axis(len(shape))
    corners = [1.0, -1.0, 30.0, -30.0, -math.inf, math.nan] if name == "softmax" else finite
    theirs = {"softmax": F.softmax, "log_softmax": F.log_softmax, "softmin": F.softmin}[name]
    return case(name, call(name, "x", axis=axis), {"x": floats(draw, shape, corners=corners)}, lambda x: theirs(x, axis), factor=128)


@family("ceil", "trunc", "frac", "isnan", "isinf", "isfinite", "round")
def _(draw, name):
    shape = draw.shape(0, 4)
    theirs = {name: getattr(torch, name)}[name]
    if name in ("ceil", "trunc", "round") and draw.flip(0.15):
        return case(name, f"{name}(x)", {}, lambda x: x, {"x": draw.integers(shape, -9, 9)}, slopes=False)
    x = draw.floats(shape, corners=[*smooth, 0.5, 1.5, 2.5, -0.5, -1.5, 8388607.5, 3e38, 0.49999997])
    return case(name, f"{name}(x)", {"x": x}, theirs, slopes=name == "frac")


@family("clamp")
def _(draw):
    shape = draw.shape(0, 4)
    x = floats(draw, shape, corners=finite)
    if draw.flip(0.3):
        low, high = draw.plain(shape, -1, 0), draw.plain(shape, 0, 1)
        return case("clamp", "clamp(x, a, b)", {"x": x.float()}, lambda x, a, b: torch.clamp(x, a, b), {"a": low, "b": high})
    given = {name: value for name, value in (("low", draw.choice([-1, -0.5, 2])), ("high", draw.choice([1, 0.5]))) if draw.flip(0.8)} or {"low": 0}
    return case("clamp", call("clamp", "x", **given), {"x": x}, lambda x: torch.clamp(x, given.get("low"), given.get("high")))


@family("bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_left_shift", "bitwise_right_shift", "bitwise_not")
def _(draw, name):
    shape = draw.shape(0, 3)
    x = draw.integers(shape, -(2**31), 2**31 - 1) if draw.flip() else draw.integers(shape, -9, 9)
    if name == "bitwise_not":
        return case(name, f"{name}(x)", {}, torch.bitwise_not, {"x": x}, slopes=False)
    y = draw.integers(shape, 0, 31) if "shift" in name else draw.integers(shape, -(2**31), 2**31 - 1)
    return case(name, f"{name}(x, y)", {}, getattr(torch, name), {"x": x, "y": y}, slopes=False)
