"""Losses and metrics."""
import math

import torch
import torch.nn.functional as F

from drawing import arguments, case, family, halves

no_nan = [math.inf, -math.inf, 0.0, -0.0, 1.0, -1.0, 30.0, -30.0, 1e-20, 100.0]
finite = [0.0, -0.0, 1.0, -1.0, 30.0, -30.0, 1e-20, 100.0]


def reductions(draw, *more):
    return draw.choice(["mean", "sum", "none", *more])


def call(name, *operands, **given):
    return f"{name}({', '.join(operands)}{arguments(given)})"


def floats(draw, shape, **how):
    value = draw.floats(shape, **how)
    element = draw.narrow()
    return value if element == "f32" else value.to(halves[element])


def same(element, draw, shape, **how):
    return draw.floats(shape, **how).to(element)


def pair(draw, **how):
    """Two tensors of one shape and of one element type."""
    shape = draw.shape(0, 4)
    x = floats(draw, shape, **how)
    return x, same(x.dtype, draw, shape, **how)


@family("mse", "mae", "huber", "smooth_l1", "soft_margin")
def _(draw, name):
    x, y = pair(draw)
    reduce = reductions(draw)
    given = {}
    if name == "huber" and draw.flip():
        given["delta"] = draw.choice([0.5, 1, 2.5])
    if name == "smooth_l1" and draw.flip(0.7):
        given["beta"] = draw.choice([0, 0.5, 1, 2.5])
    if name == "soft_margin":
        y = draw.integers(list(x.shape), 0, 1).to(x.dtype) * 2 - 1
    if given.get("beta") == 0:
        # PyTorch's gradient is -1 where both are equal, and NaN where they are not known.
        x = torch.nan_to_num(x.float(), 0.5, 8, -8).clamp(-50, 50).to(x.dtype)
        y = x + draw.choice([0.5, -0.5])
    ours = {"delta": "delta", "beta": "beta"}
    theirs = {
        "mse": lambda x, y: F.mse_loss(x, y, reduction=reduce),
        "mae": lambda x, y: F.l1_loss(x, y, reduction=reduce),
        "huber": lambda x, y: F.huber_loss(x, y, reduction=reduce, **given),
        "smooth_l1": lambda x, y: F.smooth_l1_loss(x, y, reduction=reduce, **given),
        "soft_margin": lambda x, y: F.soft_margin_loss(x, y, reduction=reduce),
    }[name]
    # PyTorch's soft margin loss overflows where ours does not.
    params = {"x": x} if name == "soft_margin" else {"x": x, "y": y}
    inputs = {"y": y} if name == "soft_margin" else {}
    if name == "soft_margin":
        params = {"x": x.float().clamp(-40, 40).to(x.dtype)}
    return case(name, call(name, "x", "y", **{ours[key]: value for key, value in given.items()}, reduce=reduce), params, theirs, inputs)


@family("binary_cross_entropy")
def _(draw):
    shape = draw.shape(0, 3)
    p = draw.plain(shape, 0, 1)
    if draw.flip(0.3):
        p = torch.where(draw.truth(shape, 0.4), draw.integers(shape, 0, 1).float(), p)
    y = draw.choice([draw.integers(shape, 0, 1).float(), draw.plain(shape, 0, 1)])
    reduce = reductions(draw)
    inputs, given = {"y": y}, {"reduce": reduce}
    text = ""
    if draw.flip(0.4):
        inputs["w"] = draw.plain(shape, 0, 2)
        text = ", weight: w"
    return case("binary_cross_entropy", f"binary_cross_entropy(x, y{arguments(given)}{text})", {"x": p},
                lambda x, y, w=None: F.binary_cross_entropy(x, y, weight=w, reduction=reduce), inputs)


@family("binary_cross_entropy_with_logits")
def _(draw):
    shape = draw.shape(1, 3)
    x = floats(draw, shape, corners=no_nan if draw.flip() else finite, low=-10, high=10)
    y = draw.choice([draw.integers(shape, 0, 1).float(), draw.plain(shape, 0, 1)])
    reduce = reductions(draw)
    inputs, text = {"y": y}, ""
    if draw.flip(0.4):
        inputs["w"] = draw.plain(shape, 0, 2)
        text += ", weight: w"
    if draw.flip(0.4):
        inputs["v"] = draw.plain(shape[-1:], 0, 3)
        text += ", pos_weight: v"
        x = torch.nan_to_num(x, 0.5, 50, -50)
    name = "binary_cross_entropy_with_logits"
    return case(name, f"{name}(x, y{arguments({'reduce': reduce})}{text})", {"x": x},
                lambda x, y, w=None, v=None: F.binary_cross_entropy_with_logits(x, y.to(x.dtype), w, pos_weight=v, reduction=reduce), inputs)


@family("kl_div")
def _(draw):
    shape = draw.shape(1, 3)
    x = draw.floats(shape, corners=finite)
    log_target = draw.flip()
    y = draw.floats(shape, corners=finite) if log_target else draw.floats(shape, 0, 2, corners=[0.0, 1.0, 1e-20])
    reduce = reductions(draw, "batchmean")
    return case("kl_div", call("kl_div", "x", "y", reduce=reduce, log_target=log_target), {"x": x},
                lambda x, y: F.kl_div(x, y, reduction=reduce, log_target=log_target), {"y": y})


@family("poisson_nll")
def _(draw):
    shape = draw.shape(0, 3)
    given = {"log_input": draw.flip(), "full": draw.flip(), "reduce": reductions(draw)}
    x = draw.floats(shape, 0.1 if not given["log_input"] else -3, 3, corners=False)
    if not given["log_input"]:
        x = x.abs() + 0.1
    return case("poisson_nll", call("poisson_nll", "x", "y", **given), {"x": x},
                lambda x, y: F.poisson_nll_loss(x, y, log_input=given["log_input"], full=given["full"], reduction=given["reduce"]), {"y": draw.integers(shape, 0, 6).float()})


@family("gaussian_nll")
def _(draw):
    shape = draw.shape(1, 3)
    given = {"full": draw.flip(), "reduce": reductions(draw)}
    variance = draw.plain(shape, 0, 2)
    if draw.flip(0.3):
        variance = variance * (draw.integers(shape, 0, 1).float())
    if draw.flip(0.3):
        given["epsilon"] = 0.1
    return case("gaussian_nll", call("gaussian_nll", "x", "y", "v", **given), {"x": draw.plain(shape, -3, 3), "v": variance},
                lambda x, v, y: F.gaussian_nll_loss(x, y, v, full=given["full"], eps=given.get("epsilon", 1e-6), reduction=given["reduce"]), {"y": draw.plain(shape, -3, 3)})


@family("margin_ranking", "hinge_embedding")
def _(draw, name):
    shape = draw.shape(1, 3)
    reduce, margin = reductions(draw), draw.choice([0, 0.5, 1])
    y = draw.integers(shape, 0, 1) * 2 - 1
    if name == "hinge_embedding":
        return case(name, call(name, "x", "y", margin=margin, reduce=reduce), {"x": draw.floats(shape)},
                    lambda x, y: F.hinge_embedding_loss(x, y, margin=margin, reduction=reduce), {"y": y}, factor=128)
    a, b = draw.plain(shape, -3, 3), draw.plain(shape, -3, 3)
    return case(name, call(name, "a", "b", "y", margin=margin, reduce=reduce), {"a": a, "b": b},
                lambda a, b, y: F.margin_ranking_loss(a, b, y, margin=margin, reduction=reduce), {"y": y})


@family("cosine_similarity")
def _(draw):
    shape = draw.shape(2, 3)
    axis = draw.axis(len(shape))
    x, y = draw.floats(shape, corners=[0.0, 1.0, -2.0]), draw.floats(shape, corners=[1.0, -2.0])
    given = {} if axis == 1 else {"axis": axis}
    x, y = x + 0.01, y + 0.01
    return case("cosine_similarity", call("cosine_similarity", "x", "y", **given), {"x": x, "y": y},
                lambda x, y: F.cosine_similarity(x, y, dim=axis))


@family("cosine_embedding")
def _(draw):
    n, c = draw.randint(1, 5), draw.randint(1, 5)
    margin, reduce = draw.choice([0, 0.3]), reductions(draw)
    a, b = draw.plain([n, c], -2, 2), draw.plain([n, c], -2, 2)
    return case("cosine_embedding", call("cosine_embedding", "a", "b", "y", margin=margin, reduce=reduce), {"a": a, "b": b},
                lambda a, b, y: F.cosine_embedding_loss(a, b, y, margin=margin, reduction=reduce), {"y": draw.integers([n], 0, 1) * 2 - 1})


@family("pairwise_distance")
def _(draw):
    shape = draw.shape(1, 3)
    given = {"p": draw.choice([1, 2, 3, 1.5]), "keep": draw.flip()}
    return case("pairwise_distance", call("pairwise_distance", "x", "y", **given), {"x": draw.plain(shape, -2, 2), "y": draw.plain(shape, -2, 2)},
                lambda x, y: F.pairwise_distance(x, y, p=given["p"], keepdim=given["keep"]))


@family("triplet_margin")
def _(draw):
    shape = [draw.randint(1, 4), draw.randint(1, 5)]
    given = {"margin": draw.choice([1, 0.5, 3]), "p": draw.choice([1, 2, 3]), "swap": draw.flip(), "reduce": reductions(draw)}
    tensors = {name: draw.plain(shape, -2, 2) for name in "abc"}
    return case("triplet_margin", call("triplet_margin", "a", "b", "c", **given), tensors,
                lambda a, b, c: F.triplet_margin_loss(a, b, c, margin=given["margin"], p=given["p"], swap=given["swap"], reduction=given["reduce"]))


def classes(draw, **how):
    """Logits and labels: batches, single samples and planes."""
    c = draw.randint(1, 6)
    kind = draw.random()
    shape = [c] if kind < 0.1 else [draw.randint(1, 5), c] if kind < 0.6 else [draw.randint(1, 3), c, *draw.shape(1, 2, 3)]
    label = shape[:0] if len(shape) == 1 else [shape[0], *shape[2:]]
    return floats(draw, shape, **how), draw.integers(label, 0, c - 1), c


@family("cross_entropy", "nll_loss")
def _(draw, name):
    smoothing = draw.choice([0, 0, 0.1, 0.7]) if name == "cross_entropy" else 0
    x, label, c = classes(draw, low=-5, high=5, corners=finite)
    reduce = reductions(draw)
    given, inputs, text = {"reduce": reduce}, {"label": label}, ""
    if smoothing:
        given["label_smoothing"] = smoothing
    if draw.flip(0.4):
        inputs["w"] = draw.plain([c], 0.1, 2)
        text = ", weight: w"
    ignored = -100
    if draw.flip(0.4):
        ignored = draw.choice([-100, -1, 0])
        given["ignore_index"] = ignored
        inputs["label"] = torch.where(draw.truth(list(label.shape), 0.3), torch.tensor(ignored, dtype=torch.int32), label)

    def theirs(x, label, w=None):
        weight = None if w is None else w.to(x.dtype)
        more = {"label_smoothing": smoothing} if name == "cross_entropy" else {}
        function = F.cross_entropy if name == "cross_entropy" else F.nll_loss
        return function(x, label.long(), weight, ignore_index=ignored, reduction=reduce, **more)

    return case(name, f"{name}(x, label{arguments(given)}{text})", {"x": x}, theirs, inputs)


@family("cross_entropy of shares")
def _(draw):
    x, _, c = classes(draw, low=-5, high=5, corners=finite)
    smoothing, reduce = draw.choice([0, 0.2]), reductions(draw)
    target = torch.softmax(draw.plain(list(x.shape), -2, 2), 0 if x.dim() == 1 else 1)
    inputs, text = {"t": target}, ""
    if draw.flip(0.4):
        inputs["w"] = draw.plain([c], 0.1, 2)
        text = ", weight: w"
    return case("cross_entropy", f"cross_entropy(x, t{arguments({'reduce': reduce, 'label_smoothing': smoothing})}{text})", {"x": x},
                lambda x, t, w=None: F.cross_entropy(x, t.to(x.dtype), None if w is None else w.to(x.dtype), label_smoothing=smoothing, reduction=reduce), inputs)


@family("focal")
def _(draw):
    shape = draw.shape(1, 3)
    x = draw.floats(shape, -5, 5, corners=False)
    given = {"alpha": draw.choice([0.25, -1, 0.7]), "gamma": draw.choice([2, 1, 2.5]), "reduce": reductions(draw)}

    def theirs(x, y):
        p = torch.sigmoid(x)
        loss = F.binary_cross_entropy_with_logits(x, y, reduction="none") * (1 - (p * y + (1 - p) * (1 - y))) ** given["gamma"]
        if given["alpha"] >= 0:
            loss = (given["alpha"] * y + (1 - given["alpha"]) * (1 - y)) * loss
        return {"mean": torch.mean, "sum": torch.sum, "none": lambda x: x}[given["reduce"]](loss)

    return case("focal", call("focal", "x", "y", **given), {"x": x}, theirs, {"y": draw.integers(shape, 0, 1).float()}, factor=256)


@family("focal of labels")
def _(draw):
    x, label, c = classes(draw, low=-3, high=3, corners=False)
    gamma, reduce = draw.choice([2, 1]), reductions(draw)

    def theirs(x, label):
        losses = F.cross_entropy(x, label.long(), reduction="none")
        losses = losses * (1 - torch.exp(-losses)) ** gamma
        return {"mean": torch.mean, "sum": torch.sum, "none": lambda x: x}[reduce](losses)

    return case("focal", call("focal", "x", "label", gamma=gamma, reduce=reduce), {"x": x}, theirs, {"label": label}, factor=256, slopes=c > 1)


@family("dice")
def _(draw):
    shape = draw.shape(1, 4)
    smooth, reduce = draw.choice([1, 0.5, 1e-5]), reductions(draw)

    def theirs(x, y):
        axes = list(range(min(2, x.dim() - 1), x.dim()))
        loss = 1 - (2 * (x * y).sum(axes) + smooth) / (x.sum(axes) + y.sum(axes) + smooth)
        return {"mean": torch.mean, "sum": torch.sum, "none": lambda x: x}[reduce](loss)

    return case("dice", call("dice", "x", "y", smooth=smooth, reduce=reduce), {"x": draw.plain(shape, 0, 1)}, theirs, {"y": draw.integers(shape, 0, 1).float()})


@family("multi_margin")
def _(draw):
    n, c = draw.randint(1, 4), draw.randint(1, 5)
    given = {"p": draw.choice([1, 2]), "margin": draw.choice([1, 0.5]), "reduce": reductions(draw)}
    inputs, text = {"label": draw.integers([n], 0, c - 1)}, ""
    if draw.flip(0.4):
        inputs["w"] = draw.plain([c], 0.1, 2)
        text = ", weight: w"
    return case("multi_margin", f"multi_margin(x, label{arguments(given)}{text})", {"x": draw.plain([n, c], -2, 2)},
                lambda x, label, w=None: F.multi_margin_loss(x, label.long(), p=given["p"], margin=given["margin"], weight=w, reduction=given["reduce"]), inputs)


@family("multilabel_soft_margin")
def _(draw):
    shape = [draw.randint(1, 4), draw.randint(1, 5)]
    reduce = reductions(draw)
    return case("multilabel_soft_margin", call("multilabel_soft_margin", "x", "y", reduce=reduce), {"x": draw.floats(shape, -5, 5, corners=finite)},
                lambda x, y: F.multilabel_soft_margin_loss(x, y, reduction=reduce), {"y": draw.integers(shape, 0, 1).float()})


@family("accuracy")
def _(draw):
    x, label, c = classes(draw, corners=[0.0, 1.0, -1.0])
    k = draw.randint(1, c)
    given, inputs = {"k": k}, {"label": label}
    ignored = None
    if draw.flip(0.3):
        ignored = given["ignore_index"] = draw.choice([-1, -100])
        inputs["label"] = torch.where(draw.truth(list(label.shape), 0.3), torch.tensor(ignored, dtype=torch.int32), label)

    def theirs(x, label):
        axis = 0 if x.dim() == 1 else 1
        order = torch.sort(x.detach().movedim(axis, -1), dim=-1, descending=True, stable=True).indices[..., :k]
        hits = (order == label.long().unsqueeze(-1)).any(-1).to(x.dtype)
        return hits.mean() if ignored is None else hits[label != ignored].mean()

    return case("accuracy", call("accuracy", "x", "label", **given), {"x": x}, theirs, inputs, slopes=False)


@family("ctc_loss")
def _(draw):
    t, n, c, s = draw.randint(1, 7), draw.randint(1, 3), draw.randint(2, 5), draw.randint(1, 3)
    blank = draw.choice([0, 0, c - 1])
    labels = [x for x in range(c) if x != blank]
    targets = torch.tensor([[draw.choice(labels) for _ in range(s)] for _ in range(n)], dtype=torch.int32)
    given = {"blank": blank, "reduce": reductions(draw), "zero_infinity": draw.flip(0.8)}
    inputs, text = {"targets": targets}, ""
    steps, counts = torch.full((n,), t, dtype=torch.int32), torch.full((n,), s, dtype=torch.int32)
    if draw.flip():
        steps = inputs["steps"] = draw.integers([n], 1, t)
        text += ", input_lengths: steps"
    if draw.flip():
        counts = inputs["counts"] = draw.integers([n], 0 if given["zero_infinity"] else 1, s)
        text += ", target_lengths: counts"
    # Where no path fits, gradients are not defined without zero_infinity.
    fits = all(need(row, int(count)) <= int(step) for row, count, step in zip(targets.tolist(), counts, steps))

    def theirs(x, targets, steps=steps, counts=counts):
        return F.ctc_loss(torch.log_softmax(x, 2), targets.long(), steps.long(), counts.long(), blank=blank, reduction=given["reduce"], zero_infinity=given["zero_infinity"])

    return case("ctc_loss", f"ctc_loss(log_softmax(x, axis: 2), targets{arguments(given)}{text})", {"x": draw.plain([t, n, c], -3, 3)}, theirs, inputs,
                slopes=fits or given["zero_infinity"], factor=128)


def need(row, count):
    """The least number of steps in which the labels fit: a blank must stand between equal ones."""
    return max(1, count + sum(row[i] == row[i - 1] for i in range(1, count)))
