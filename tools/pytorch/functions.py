"""Reductions, and what arranges elements."""
import math

import torch
import torch.nn.functional as F

from activations import finite
from drawing import arguments, case, family, literal
from losses import call, floats


def axes(draw, rank):
    """No axis, one, or some."""
    kind = draw.random()
    if kind < 0.3 or rank == 0:
        return {}, None
    if kind < 0.7:
        axis = draw.axis(rank)
        return {"axis": axis}, axis
    some = draw.sample(range(rank), draw.randint(1, rank))
    return {"axis": some}, some


def over(axis, rank):
    return list(range(rank)) if axis is None else [axis] if isinstance(axis, int) else axis


@family("variance", "std")
def _(draw, name):
    shape = draw.shape(1, 4)
    given, axis = axes(draw, len(shape))
    keep = draw.flip()
    if keep:
        given["keep"] = True
    correction = draw.choice([1, 1, 0])
    if correction != 1:
        given["correction"] = correction
    x = floats(draw, shape, corners=[1.0, -1.0, 20.0, math.inf, math.nan])
    theirs = {"variance": torch.var, "std": torch.std}[name]
    count = math.prod(shape[at] for at in over(axis, len(shape)))
    return case(name, call(name, "x", **given), {"x": x}, lambda x: theirs(x, dim=over(axis, len(shape)), unbiased=correction == 1, keepdim=keep), factor=256,
                slopes=count > 1 and bool(torch.isfinite(x.float()).all()) and (name == "variance" or x.dtype == torch.float32))


@family("norm")
def _(draw):
    shape = draw.shape(1, 4)
    given, axis = axes(draw, len(shape))
    p = draw.choice([2, 2, 1, 0, 3, 0.5, math.inf, -math.inf])
    if p != 2:
        given["p"] = p
    keep = draw.flip()
    if keep:
        given["keep"] = True
    x = floats(draw, shape, corners=[1.0, -1.0, 20.0])
    x = torch.where(x.float().abs() < 1e-2, torch.tensor(0.25, dtype=x.dtype), x)
    ties = math.isinf(p) and len(set(x.abs().float().reshape(-1).tolist())) < x.numel()
    return case("norm", call("norm", "x", **given), {"x": x}, lambda x: torch.linalg.vector_norm(x, p, dim=over(axis, len(shape)), keepdim=keep), factor=256, slopes=not ties and p != 0)


@family("norm of zeros")
def _(draw):
    shape = draw.shape(1, 3)
    return case("norm", "norm(x, axis: -1)", {"x": torch.zeros(shape)}, lambda x: torch.linalg.vector_norm(x, 2, dim=-1))


@family("normalize")
def _(draw):
    shape = draw.shape(2, 4)
    axis, p = draw.axis(len(shape)), draw.choice([2, 1])
    x = floats(draw, shape, corners=[1.0, -1.0, 20.0])
    x = torch.where(x.float().abs() < 1e-2, torch.tensor(0.25, dtype=x.dtype), x)
    return case("normalize", call("normalize", "x", p=p, axis=axis), {"x": x}, lambda x: F.normalize(x, p=p, dim=axis), factor=256)


@family("logsumexp")
def _(draw):
    shape = draw.shape(1, 4)
    given, axis = axes(draw, len(shape))
    keep = draw.flip()
    if keep:
        given["keep"] = True
    x = floats(draw, shape, corners=[1.0, -1.0, 20.0, 300.0, -math.inf, math.inf])
    return case("logsumexp", call("logsumexp", "x", **given), {"x": x}, lambda x: torch.logsumexp(x, over(axis, len(shape)), keepdim=keep), factor=128, slopes=bool(torch.isfinite(x.float()).all()))


@family("any", "all", "count_nonzero")
def _(draw, name):
    shape = draw.shape(1, 4)
    given, axis = axes(draw, len(shape))
    x = draw.choice([draw.truth(shape, 0.8 if name == "all" else 0.2), draw.floats(shape, corners=[0.0, math.nan]), draw.integers(shape, 0, 2)])

    def theirs(x):
        if name == "count_nonzero":
            return torch.count_nonzero(x, over(axis, len(shape)))
        for at in sorted((at % len(shape) for at in over(axis, len(shape))), reverse=True):
            x = getattr(torch, name)(x, at)
        return x

    return case(name, call(name, "x", **given), {}, theirs, {"x": x}, slopes=False)


@family("max of bool", "min of bool")
def _(draw, name):
    shape = draw.shape(1, 4)
    axis = draw.axis(len(shape))
    op = name[:3]
    theirs = {"max": torch.amax, "min": torch.amin}[op]
    return case(name, f"{op}(x, axis: {axis})", {}, lambda x: theirs(x, axis), {"x": draw.truth(shape)}, slopes=False)


@family("cumprod")
def _(draw):
    shape = draw.shape(1, 4, 9)
    axis = draw.axis(len(shape))
    if draw.flip(0.2):
        return case("cumprod", call("cumprod", "x", axis=axis), {}, lambda x: torch.cumprod(x, axis).int(), {"x": draw.integers(shape, -3, 3)}, slopes=False)
    return case("cumprod", call("cumprod", "x", axis=axis), {"x": draw.floats(shape, corners=[0.0, 1.0, -2.0])}, lambda x: torch.cumprod(x, axis), factor=256)


@family("sort", "argsort", "top_k")
def _(draw, name):
    shape = draw.shape(1, 3, 9)
    axis = draw.axis(len(shape))
    corners = [0.0, 1.0, math.inf, -math.inf, math.nan]
    x = draw.floats(shape, corners=False if name == "top_k" else corners) if draw.flip(0.8) else draw.integers(shape, -4, 4)
    if name == "top_k":
        k, largest = draw.randint(1, shape[axis]), draw.flip()
        given = {"k": k, "axis": axis, "largest": largest}
    else:
        given = {"axis": axis, "descending": draw.flip()}

    def theirs(x):
        values, indices = torch.sort(x, dim=axis, descending=given.get("descending", given.get("largest", False)), stable=True)
        if name == "top_k":
            values, indices = values.narrow(axis, 0, k), indices.narrow(axis, 0, k)
        return {"values": values, "places": indices}

    if name == "argsort":
        return case(name, {"places": call(name, "x", **given)}, {}, lambda x: {"places": theirs(x)["places"]}, {"x": x}, slopes=False)
    params, inputs = ({"x": x}, {}) if x.is_floating_point() else ({}, {"x": x})
    return case(name, {"values": "both.values", "places": "both.indices"}, params, theirs, inputs, statements=f"let both = {call(name, 'x', **given)}")


@family("roll", "flip")
def _(draw, name):
    shape = draw.shape(1, 4)
    x = draw.floats(shape)
    if name == "flip":
        some = draw.sample(range(-len(shape), 0), draw.randint(1, len(shape)))
        axis = some[0] if len(some) == 1 else some
        return case(name, call(name, "x", axis=axis), {"x": x}, lambda x: torch.flip(x, some))
    if draw.flip(0.3):
        shift = draw.randint(-9, 9)
        return case(name, call(name, "x", shifts=shift), {"x": x}, lambda x: torch.roll(x, shift))
    some = draw.sample(range(-len(shape), 0), draw.randint(1, len(shape)))
    shifts = [draw.randint(-9, 9) for _ in some]
    return case(name, call(name, "x", shifts=shifts, axis=some), {"x": x}, lambda x: torch.roll(x, shifts, some))


@family("repeat", "tile", "repeat_interleave")
def _(draw, name):
    shape = draw.shape(1, 3, 4)
    x = draw.floats(shape)
    if name == "repeat_interleave":
        times = draw.randint(1, 3)
        axis = draw.choice([None, *range(-len(shape), len(shape))])
        return case(name, call(name, "x", times=times, **({} if axis is None else {"axis": axis})), {"x": x}, lambda x: torch.repeat_interleave(x, times, axis))
    count = draw.randint(len(shape), len(shape) + 1) if name == "repeat" else draw.randint(1, len(shape) + 1)
    counts = [draw.randint(1, 3) for _ in range(count)]
    return case(name, call(name, "x", counts=counts), {"x": x}, lambda x: x.repeat(counts) if name == "repeat" else torch.tile(x, counts))


@family("triu", "tril")
def _(draw, name):
    shape = draw.shape(2, 4)
    diagonal = draw.randint(-4, 4)
    theirs = {"triu": torch.triu, "tril": torch.tril}[name]
    value = draw.choice([draw.floats(shape), draw.integers(shape, -9, 9)])
    params, inputs = ({"x": value}, {}) if value.is_floating_point() else ({}, {"x": value})
    return case(name, call(name, "x", diagonal=diagonal), params, lambda x: theirs(x, diagonal), inputs)


@family("eye", "linspace", "arange")
def _(draw, name):
    if name == "eye":
        rows, columns = draw.randint(1, 6), draw.randint(1, 6)
        return case(name, f"eye({rows}, {columns})", {}, lambda: torch.eye(rows, columns), slopes=False)
    if name == "linspace":
        start, end, steps = draw.choice([0, -3, 0.1]), draw.choice([1, 10, -7.5]), draw.randint(1, 30)
        return case(name, f"linspace({literal(start)}, {literal(end)}, steps: {steps})", {}, lambda: torch.linspace(start, end, steps), slopes=False)
    start, stop, step = draw.randint(-5, 5), draw.randint(6, 20), draw.randint(1, 4)
    return case(name, f"arange({start}, {stop}, {step})", {}, lambda: torch.arange(start, stop, step, dtype=torch.int32), slopes=False)


@family("take_along")
def _(draw):
    shape = draw.shape(1, 3)
    axis = draw.axis(len(shape))
    wanted = [draw.randint(1, extent) for extent in shape]
    wanted[axis] = draw.randint(1, 6)
    indices = draw.integers(wanted, 0, shape[axis] - 1)
    return case("take_along", call("take_along", "x", "at", axis=axis), {"x": draw.floats(shape)}, lambda x, at: torch.gather(x, axis, at.long()), {"at": indices})


@family("pixel_shuffle", "pixel_unshuffle", "channel_shuffle")
def _(draw, name):
    n, c, h, w, r = (draw.randint(1, 3) for _ in range(5))
    if name == "channel_shuffle":
        return case(name, f"channel_shuffle(x, {r})", {"x": draw.floats([n, c * r, h, w])}, lambda x: x.reshape(n, r, c, h, w).transpose(1, 2).reshape(n, c * r, h, w))
    shape = [n, c * r * r, h, w] if name == "pixel_shuffle" else [n, c, h * r, w * r]
    return case(name, f"{name}(x, {r})", {"x": draw.floats(shape)}, lambda x: getattr(F, name)(x, r))


def window(draw):
    kernel = [draw.randint(1, 3), draw.randint(1, 3)]
    given = {"kernel": kernel if draw.flip() else kernel[0]}
    for name, least, most in (("dilation", 1, 2), ("padding", 0, 2), ("stride", 1, 3)):
        if draw.flip():
            given[name] = [draw.randint(least, most), draw.randint(least, most)] if draw.flip() else draw.randint(least, most)
    return given, {"kernel_size": given["kernel"], **{name: value for name, value in given.items() if name != "kernel"}}


@family("unfold")
def _(draw):
    given, theirs = window(draw)
    x = draw.floats([draw.randint(1, 2), draw.randint(1, 3), draw.randint(5, 8), draw.randint(5, 8)])
    return case("unfold", call("unfold", "x", **given), {"x": x}, lambda x: F.unfold(x, **theirs))


@family("fold")
def _(draw):
    given, theirs = window(draw)
    size = [draw.randint(5, 8), draw.randint(5, 8)]
    n, c = draw.randint(1, 2), draw.randint(1, 3)
    columns = F.unfold(torch.zeros([n, c, *size]), **theirs)
    return case("fold", call("fold", "x", output_size=size, **given), {"x": draw.floats(list(columns.shape), corners=[1.0, math.inf])}, lambda x: F.fold(x, size, **theirs))


@family("adaptive_avg_pool", "adaptive_max_pool")
def _(draw, name):
    rank = draw.choice([1, 2, 2, 3])
    shape = [draw.randint(1, 2), draw.randint(1, 3), *(draw.randint(1, 9) for _ in range(rank))]
    size = draw.randint(1, 5) if draw.flip() else [draw.randint(1, 5) for _ in range(rank)]
    theirs = getattr(F, f"{name}{rank}d")
    x = draw.floats(shape, corners=[1.0, math.inf, -math.inf, math.nan] if name == "adaptive_avg_pool" else [1.0, -math.inf, math.inf])
    return case(name, call(name, "x", size=size), {"x": x}, lambda x: theirs(x, size), slopes=name == "adaptive_avg_pool" or x.unique().numel() == x.numel())


@family("reflect_pad", "replicate_pad", "circular_pad")
def _(draw, name):
    rank = draw.randint(1, 2)
    shape = [draw.randint(1, 2), draw.randint(1, 2), *(draw.randint(3, 6) for _ in range(rank))]
    mode = {"reflect_pad": "reflect", "replicate_pad": "replicate", "circular_pad": "circular"}[name]
    pairs = [[draw.randint(0, 2), draw.randint(0, 2)] for _ in range(rank)]
    padding = pairs
    if draw.flip(0.3):
        padding = draw.randint(0, 2)
        pairs = [[padding, padding]] * rank
    flat = [number for pair in reversed(pairs) for number in pair]
    return case(name, call(name, "x", padding=padding), {"x": draw.floats(shape)}, lambda x: F.pad(x, flat, mode=mode))


@family("einsum")
def _(draw):
    equation = draw.choice(["ij,jk->ik", "bij,bkj->bik", "ij->ji", "ij->", "ij,ij->i", "i,j->ij", "...i,ij->...j", "ii->i", "ii", "ij,jk,kl->il", "ij,j", "bhqd,bhkd->bhqk",
                            "bnd,bmd->bnm", "ij,kj->ikj", "...ij,...jk->...ik", "ba", "iij->j", "ij,ik,il->jkl"])
    extents = {letter: draw.randint(1, 5) for letter in "abdhijklmnqk"}
    dots = draw.shape(0, 2)
    terms = equation.split("->")[0].split(",")
    shapes = [[*(dots if term.startswith("...") else []), *(extents[letter] for letter in term.replace("...", ""))] for term in terms]
    params = {name: draw.floats(shape, corners=[1.0, 0.0]) for name, shape in zip("xyz", shapes)}
    return case("einsum", f'einsum("{equation}", [{", ".join(params)}])', params, lambda *tensors: torch.einsum(equation, *tensors), factor=128)
