"""Layers: norms, convolutions, embeddings."""
import torch
import torch.nn.functional as F

from drawing import arguments, case, family
from losses import call
from sequences import shaken


def norm_case(draw, name, expression, net, x, training=True, function=None):
    shaken(net, draw)
    for key, value in net.state_dict().items():
        if key.endswith("running_var"):
            value.copy_(draw.plain(list(value.shape), 0.5, 2))
        elif key.endswith("running_mean"):
            value.copy_(draw.plain(list(value.shape), -1, 1))
    net.train(training)
    return case(name, expression, {"x": x}, function or (lambda x, net: net(x)), module=net, factor=1024)


def spatial(draw, least=1, most=3):
    return [draw.randint(2, 4) for _ in range(draw.randint(least, most))]


@family("batch_norm")
def _(draw):
    n, c, size = draw.randint(2, 4), draw.randint(1, 4), spatial(draw, 0, 2)
    given = {name: value for name, value in (("affine", False), ("track_running_stats", False), ("momentum", 0.3), ("epsilon", 1e-2)) if draw.flip(0.3)}
    theirs = {{"epsilon": "eps"}.get(name, name): value for name, value in given.items()}
    net = {0: torch.nn.BatchNorm1d, 1: torch.nn.BatchNorm1d, 2: torch.nn.BatchNorm2d}[len(size)](c, **theirs)
    training = draw.flip() or "track_running_stats" in given
    more = "" if training else ", training: false"
    return norm_case(draw, "batch_norm", f"batch_norm(x{arguments(given)}{more}) as net", net, draw.plain([n, c, *size], -2, 2), training)


@family("instance_norm")
def _(draw):
    n, c, size = draw.randint(1, 3), draw.randint(1, 4), spatial(draw)
    given = {name: value for name, value in (("affine", True), ("track_running_stats", True), ("momentum", 0.3), ("epsilon", 1e-2)) if draw.flip(0.4)}
    theirs = {{"epsilon": "eps"}.get(name, name): value for name, value in given.items()}
    net = [torch.nn.InstanceNorm1d, torch.nn.InstanceNorm2d, torch.nn.InstanceNorm3d][len(size) - 1](c, **theirs)
    training = draw.flip(0.6)
    more = "" if training else ", training: false"
    return norm_case(draw, "instance_norm", f"instance_norm(x{arguments(given)}{more}) as net", net, draw.plain([n, c, *size], -2, 2), training)


@family("layer_norm")
def _(draw):
    shape = [draw.randint(2, 5) for _ in range(draw.randint(1, 4))]
    axes = draw.randint(1, len(shape))
    given = {name: value for name, value in (("affine", False), ("epsilon", 1e-2)) if draw.flip(0.3)}
    theirs = {{"epsilon": "eps", "affine": "elementwise_affine"}[name]: value for name, value in given.items()}
    if axes != 1:
        given["axes"] = axes
    return norm_case(draw, "layer_norm", f"layer_norm(x{arguments(given)}) as net", torch.nn.LayerNorm(shape[-axes:], **theirs), draw.plain(shape, -2, 2))


@family("group_norm")
def _(draw):
    groups, size = draw.randint(1, 3), spatial(draw, 0, 2)
    c = groups * draw.randint(1, 3)
    given = {name: value for name, value in (("affine", False), ("epsilon", 1e-2)) if draw.flip(0.3)}
    theirs = {{"epsilon": "eps"}.get(name, name): value for name, value in given.items()}
    if c == groups and not size:
        size = [2]
    return norm_case(draw, "group_norm", f"group_norm(x, {groups}{arguments(given)}) as net", torch.nn.GroupNorm(groups, c, **theirs), draw.plain([draw.randint(1, 3), c, *size], -2, 2))


@family("local_response_norm")
def _(draw):
    shape = [draw.randint(1, 2), draw.randint(1, 6), *spatial(draw, 1, 2)]
    size = draw.randint(1, 5)
    given = {name: value for name, value in (("alpha", 0.5), ("beta", 0.5), ("k", 2.0)) if draw.flip(0.4)}
    return case("local_response_norm", call("local_response_norm", "x", size=size, **given), {"x": draw.plain(shape, -2, 2)}, lambda x: F.local_response_norm(x, size, **given), factor=128)


@family("conv1d", "conv2d", "conv3d")
def _(draw, name):
    axes = int(name[4])
    groups = draw.choice([1, 1, 2])
    inputs, outputs = groups * draw.randint(1, 2), groups * draw.randint(1, 3)
    kernel = [draw.randint(1, 3) for _ in range(axes)]
    given = {"kernel": kernel if draw.flip() else kernel[0]}
    for key, least, most in (("stride", 1, 2), ("dilation", 1, 2)):
        if draw.flip(0.4):
            given[key] = [draw.randint(least, most) for _ in range(axes)] if draw.flip() else draw.randint(least, most)
    if draw.flip(0.3):
        given["padding"] = "same"
        given.pop("stride", None)
    elif draw.flip():
        given["padding"] = [draw.randint(0, 1) for _ in range(axes)] if draw.flip() else draw.randint(0, 1)
    if draw.flip(0.3):
        given["padding_mode"] = draw.choice(["reflect", "replicate", "circular"])
    theirs = {"kernel_size": given["kernel"], **{key: value for key, value in given.items() if key != "kernel"}}
    bias = draw.flip(0.8)
    if groups > 1:
        given["groups"] = groups
    if not bias:
        given["bias"] = False
    net = shaken(getattr(torch.nn, f"Conv{axes}d")(inputs, outputs, groups=groups, bias=bias, **theirs), draw)
    x = draw.plain([draw.randint(1, 2), inputs, *(draw.randint(5, 7) for _ in range(axes))], -2, 2)
    return case(name, f"{name}(x, {outputs}{arguments(given)}) as net", {"x": x}, lambda x, net: net(x), module=net, factor=256)


@family("conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
def _(draw, name):
    axes = int(name[-2])
    groups = draw.choice([1, 1, 2])
    inputs, outputs = groups * draw.randint(1, 2), groups * draw.randint(1, 2)
    kernel = [draw.randint(1, 3) for _ in range(axes)]
    given = {"kernel": kernel if draw.flip() else kernel[0]}
    for key, least, most in (("stride", 1, 3), ("dilation", 1, 2), ("padding", 0, 1)):
        if draw.flip(0.4):
            given[key] = [draw.randint(least, most) for _ in range(axes)] if draw.flip() else draw.randint(least, most)
    if draw.flip(0.3):
        given["stride"], given["output_padding"] = 3, draw.randint(1, 2)
    theirs = {"kernel_size": given["kernel"], **{key: value for key, value in given.items() if key != "kernel"}}
    if groups > 1:
        given["groups"] = groups
    net = shaken(getattr(torch.nn, f"ConvTranspose{axes}d")(inputs, outputs, groups=groups, **theirs), draw)
    x = draw.plain([draw.randint(1, 2), inputs, *(draw.randint(3, 4) for _ in range(axes))], -2, 2)
    return case(name, f"{name}(x, {outputs}{arguments(given)}) as net", {"x": x}, lambda x, net: net(x), module=net, factor=256)


@family("embedding", "embedding_bag")
def _(draw, name):
    count, dims, shape = draw.randint(2, 6), draw.randint(1, 4), [draw.randint(1, 4), draw.randint(1, 5)]
    given = {"padding_idx": draw.randint(-count, count - 1)} if draw.flip(0.4) else {}
    ids = draw.integers(shape, 0, count - 1)
    # The first id is none that does not count, so that something depends on the weights.
    ids[0, 0] = (given.get("padding_idx", 0) + 1) % count
    if name == "embedding":
        net = shaken(torch.nn.Embedding(count, dims, **given), draw)
        return case(name, f"embedding(ids, {count}, {dims}{arguments(given)}) as net", {}, lambda ids, net: net(ids.long()), {"ids": ids}, module=net)
    if given.get("padding_idx", 0) < 0:
        given["padding_idx"] += count
    mode = draw.choice(["mean", "sum", "max"])
    net = shaken(torch.nn.EmbeddingBag(count, dims, mode=mode, **given), draw)
    given["mode"] = mode
    inputs, more = {"ids": ids}, ""
    if draw.flip():
        inputs["ids"] = ids.reshape(-1)
        inner = sorted(draw.randint(0, ids.numel() - 1) for _ in range(draw.randint(0, 3)))
        inputs["at"] = torch.tensor([0, *inner], dtype=torch.int32)
        more = ", offsets: at"
    if mode == "sum" and draw.flip():
        inputs["w"] = draw.plain(list(inputs["ids"].shape))
        more += ", per_sample_weights: w"

    def function(ids, at=None, w=None, net=None):
        return net(ids.long(), None if at is None else at.long(), w)

    return case(name, f"embedding_bag(ids, {count}, {dims}{arguments(given)}{more}) as net", {}, function, inputs, module=net, factor=128)
