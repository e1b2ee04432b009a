"""Optimisers, over ten steps, and schedules."""
import math

import torch

from drawing import arguments, case, elements, family, literal, tensor, typed

steps = 10


def trajectory(draw, name, given, theirs, rate=True, shape=None):
    """Ten steps of `name` against `theirs`, which gets a list of parameters and makes an optimiser. Gradients are given, some of them 0."""
    shape = draw.shape(0, 3, 4) if shape is None else shape
    start = draw.plain(shape, -1, 1)
    kind = draw.random()
    gradients = []
    for _ in range(steps):
        gradient = draw.plain(shape, -2, 2) * draw.choice([1, 1, 1e-3, 100])
        if kind < 0.3:
            gradient = gradient * draw.integers(shape, 0, 1)
        gradients.append(gradient)
    ends = []
    for kind in (torch.float32, torch.float64):
        weight = start.to(kind).clone().requires_grad_()
        optimiser = theirs([weight])
        path = []
        for gradient in gradients:
            weight.grad = gradient.to(kind)
            optimiser.step()
            path.append(weight.detach().clone())
        ends.append(path)
    text = f"train f(g: {elements[start.dtype]}{shape}) {{\n  param w: f32{shape} = zeros\n  let loss = sum(w * g)\n  minimize loss using {name}({arguments(given)[2:]})\n  return {{ loss }}\n}}\n"
    calls = []
    for gradient, narrow, wide in zip(gradients, *ends):
        largest = float(wide.abs().max())
        off = float((narrow.double() - wide).abs().max())
        calls.append({"program": "f", "inputs": {"g": tensor(gradient)}, "outputs": {}, "variables": {"w": tensor(wide.float(), 2e-5 * max(largest, 1e-2) + 2 * off)}})
    return {"text": text, "variables": {"w": tensor(start)}, "calls": calls}


def some(draw, **choices):
    """Some of the arguments, each with one of its values."""
    return {name: draw.choice(values) for name, values in choices.items() if draw.flip(0.4)}


def translated(given, **names):
    """Arguments by PyTorch's names."""
    names = {"rate": "lr", "decay": "weight_decay", "epsilon": "eps", **names}
    made = {names.get(name, name): value for name, value in given.items() if name not in ("beta1", "beta2")}
    if "beta1" in given or "beta2" in given:
        made["betas"] = (given.get("beta1", 0.9), given.get("beta2", 0.999))
    return made


@family("decoupled decay")
def _(draw):
    """What AdamW does with its decay, of an optimiser that does not: the weight shrinks, and the rest is a step without decay."""
    name = draw.choice(["sgd", "rmsprop", "adagrad", "adadelta", "adamax", "radam"])
    rate, decay = draw.choice([0.1, 0.01]), draw.choice([0.1, 0.5])
    base = {"sgd": torch.optim.SGD, "rmsprop": torch.optim.RMSprop, "adagrad": torch.optim.Adagrad, "adadelta": torch.optim.Adadelta, "adamax": torch.optim.Adamax, "radam": torch.optim.RAdam}[name]

    class Decoupled(base):
        def step(self):
            with torch.no_grad():
                self.param_groups[0]["params"][0].mul_(1 - rate * decay)
            super().step()

    return trajectory(draw, name, {"rate": rate, "decay": decay, "decoupled": True}, lambda weights: Decoupled(weights, lr=rate))


@family("sgd")
def _(draw):
    given = {"rate": draw.choice([0.1, 0.01]), **some(draw, momentum=[0.9, 0.5], decay=[0.1, 1e-3])}
    if "momentum" in given:
        given |= some(draw, dampening=[0.3, 0.9]) if draw.flip() else some(draw, nesterov=[True])
    return trajectory(draw, "sgd", given, lambda weights: torch.optim.SGD(weights, **translated(given)))


@family("adam", "adamw")
def _(draw, name):
    given = some(draw, rate=[0.01, 1e-3], beta1=[0.8, 0.0], beta2=[0.99, 0.9], epsilon=[1e-6, 1e-3], decay=[0.1, 0.0], amsgrad=[True, False])
    return trajectory(draw, name, given, lambda weights: {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[name](weights, **translated(given)))


@family("rmsprop")
def _(draw):
    given = some(draw, rate=[0.01, 1e-3], alpha=[0.9], epsilon=[1e-6, 1e-3], decay=[0.1], momentum=[0.9], centred=[True])
    return trajectory(draw, "rmsprop", given, lambda weights: torch.optim.RMSprop(weights, **translated(given, centred="centered")))


@family("adagrad")
def _(draw):
    given = some(draw, rate=[0.1, 1e-3], rate_decay=[0.1], decay=[0.1], initial=[0.5, 0.1], epsilon=[1e-6])
    return trajectory(draw, "adagrad", given, lambda weights: torch.optim.Adagrad(weights, **translated(given, rate_decay="lr_decay", initial="initial_accumulator_value")))


@family("adadelta")
def _(draw):
    given = some(draw, rate=[0.1, 2], rho=[0.5], epsilon=[1e-4], decay=[0.1])
    return trajectory(draw, "adadelta", given, lambda weights: torch.optim.Adadelta(weights, **translated(given)))


@family("adamax")
def _(draw):
    given = some(draw, rate=[0.1, 1e-3], beta1=[0.8], beta2=[0.9], epsilon=[1e-4], decay=[0.1])
    return trajectory(draw, "adamax", given, lambda weights: torch.optim.Adamax(weights, **translated(given)))


@family("radam")
def _(draw):
    given = some(draw, rate=[0.1, 1e-3], beta1=[0.8], beta2=[0.9, 0.99, 0.96], epsilon=[1e-4], decay=[0.1])
    return trajectory(draw, "radam", given, lambda weights: torch.optim.RAdam(weights, **translated(given)))


@family("rprop")
def _(draw):
    given = some(draw, rate=[0.1, 1e-3], shrink=[0.3], grow=[1.5], least=[0.05], most=[0.2])
    return trajectory(draw, "rprop", given, lambda weights: torch.optim.Rprop(
        weights, lr=given.get("rate", 0.01), etas=(given.get("shrink", 0.5), given.get("grow", 1.2)), step_sizes=(given.get("least", 1e-6), given.get("most", 50))))


class Written:
    """An optimiser that PyTorch 1.13 has not, as its paper writes it. `step` is told its number, from 1 on."""

    def __init__(self, weights):
        (self.weight,) = weights
        self.count = 0
        self.kept = {}

    def remembered(self, name, like):
        return self.kept.setdefault(name, torch.zeros_like(like))

    @torch.no_grad()
    def step(self):
        self.count += 1
        self.update(self.weight, self.weight.grad, self.count)


@family("nadam")
def _(draw):
    given = some(draw, rate=[0.1, 1e-3], beta1=[0.8], beta2=[0.9], epsilon=[1e-4], decay=[0.1], momentum_decay=[1e-2, 0.1], decoupled=[True])
    rate, beta1, beta2, epsilon, decay, rise = (given.get(name, value) for name, value in (
        ("rate", 2e-3), ("beta1", 0.9), ("beta2", 0.999), ("epsilon", 1e-8), ("decay", 0), ("momentum_decay", 4e-3)))

    class NAdam(Written):
        """As PyTorch from 2.0 on has it; 1.13 multiplies a momentum twice."""

        def update(self, weight, gradient, step):
            mean, square = self.remembered("mean", weight), self.remembered("square", weight)
            if given.get("decoupled"):
                weight.mul_(1 - rate * decay)
            else:
                gradient = gradient + decay * weight
            now, then = (beta1 * (1 - 0.5 * 0.96 ** (count * rise)) for count in (step, step + 1))
            product = self.kept["product"] = self.kept.get("product", 1) * now
            mean.mul_(beta1).add_((1 - beta1) * gradient)
            square.mul_(beta2).add_((1 - beta2) * gradient * gradient)
            size = (square / (1 - beta2**step)).sqrt() + epsilon
            weight.sub_(rate * (1 - now) / (1 - product) * gradient / size + rate * then / (1 - product * then) * mean / size)

    return trajectory(draw, "nadam", given, NAdam)


@family("lion")
def _(draw):
    given = some(draw, rate=[0.1, 1e-3], beta1=[0.8], beta2=[0.9], decay=[0.1])
    rate, beta1, beta2, decay = (given.get(name, value) for name, value in (("rate", 1e-4), ("beta1", 0.9), ("beta2", 0.99), ("decay", 0)))

    class Lion(Written):
        def update(self, weight, gradient, step):
            mean = self.remembered("mean", weight)
            weight.mul_(1 - rate * decay).sub_(rate * torch.sign(beta1 * mean + (1 - beta1) * gradient))
            mean.mul_(beta2).add_((1 - beta2) * gradient)

    return trajectory(draw, "lion", given, Lion)


@family("lamb")
def _(draw):
    given = some(draw, rate=[0.1, 1e-2], beta1=[0.8], beta2=[0.9], epsilon=[1e-4], decay=[0.1])
    rate, beta1, beta2, epsilon, decay = (given.get(name, value) for name, value in (("rate", 1e-3), ("beta1", 0.9), ("beta2", 0.999), ("epsilon", 1e-6), ("decay", 0)))

    class Lamb(Written):
        def update(self, weight, gradient, step):
            mean, square = self.remembered("mean", weight), self.remembered("square", weight)
            mean.mul_(beta1).add_((1 - beta1) * gradient)
            square.mul_(beta2).add_((1 - beta2) * gradient * gradient)
            direction = mean / (1 - beta1**step) / ((square / (1 - beta2**step)).sqrt() + epsilon) + decay * weight
            own, length = weight.norm(), direction.norm()
            trust = own / length if own > 0 and length > 0 else 1
            weight.sub_(rate * trust * direction)

    return trajectory(draw, "lamb", given, Lamb)


@family("adafactor")
def _(draw):
    given = some(draw, rate=[0.1, 1e-3], beta2_decay=[-0.5], threshold=[0.5, 2], least=[1e-2], decay=[0.1])
    rate, power, threshold, least, decay = (given.get(name, value) for name, value in (("rate", 1e-2), ("beta2_decay", -0.8), ("threshold", 1), ("least", 1e-3), ("decay", 0)))
    epsilon = 1.1920928955078125e-7

    class Adafactor(Written):
        """As PyTorch from 2.5 on has it."""

        def update(self, weight, gradient, step):
            share = step**power
            scale = max(least, weight.norm(2).item() / weight.numel() ** 0.5) * min(rate, 1 / step**0.5)
            weight.mul_(1 - rate * decay)
            if gradient.dim() > 1:
                mean = gradient.norm(dim=-1, keepdim=True).square() / gradient.size(-1)
                rows = self.remembered("rows", mean).lerp_(mean, share)
                mean = gradient.norm(dim=-2, keepdim=True).square() / gradient.size(-2)
                columns = self.remembered("columns", mean).lerp_(mean, share)
                square = rows @ columns / rows.mean(dim=-2, keepdim=True).clamp(min=epsilon)
            else:
                square = self.remembered("square", gradient).lerp_(gradient.square(), share).clone()
            direction = square.clamp(min=epsilon**2).rsqrt() * gradient
            weight.sub_(scale / max(1, direction.norm(2).item() / (weight.numel() ** 0.5 * threshold)) * direction)

    return trajectory(draw, "adafactor", given, Adafactor)


# ------------------------------------------------------------------------------------------------------------ schedules


def schedule(name, rate, given, theirs, count=26, wrapped=None):
    """The rates of `count` updates. `theirs` makes a schedule of PyTorch's of an optimiser, or the list of them is given."""
    rates = theirs if isinstance(theirs, list) else rates_of(rate, theirs, count)
    expression = wrapped or f"{name}({rate}{arguments(given)})"
    text = f"model f() {{\n  return {{ rate: {expression} }}\n}}\n"
    scale = max(abs(one) for one in rates)
    calls = [{"program": "f", "inputs": {}, "outputs": {"rate": tensor(torch.tensor(one), 1e-6 * scale + 1e-5 * abs(one))}, "variables": {}} for one in rates]
    return {"text": text, "variables": {}, "calls": calls}


def rates_of(rate, theirs, count):
    optimiser = torch.optim.SGD([torch.zeros(1)], lr=rate, momentum=0.9)
    made = theirs(optimiser)
    rates = []
    for _ in range(count):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        made.step()
    return rates


schedules = torch.optim.lr_scheduler
base = [0.1, 1.0, 3e-4]


@family("linear_decay")
def _(draw):
    given = some(draw, total=[1, 7, 20], start=[0.1, 1.0], end=[0.5, 0.0])
    return schedule("linear_decay", draw.choice(base), given, lambda optimiser: schedules.LinearLR(
        optimiser, start_factor=given.get("start", 1 / 3), end_factor=given.get("end", 1.0), total_iters=given.get("total", 5)))


@family("step_decay")
def _(draw):
    given = {"every": draw.choice([1, 3, 10]), **some(draw, factor=[0.5, 2])}
    return schedule("step_decay", draw.choice(base), given, lambda optimiser: schedules.StepLR(optimiser, given["every"], given.get("factor", 0.1)))


@family("multi_step")
def _(draw):
    given = {"milestones": sorted(draw.randint(1, 25) for _ in range(draw.randint(1, 4))), **some(draw, factor=[0.5, 2])}
    return schedule("multi_step", draw.choice(base), given, lambda optimiser: schedules.MultiStepLR(optimiser, given["milestones"], given.get("factor", 0.1)))


@family("exponential_decay")
def _(draw):
    given = {"factor": draw.choice([0.9, 0.999, 0.5, 1.01])}
    return schedule("exponential_decay", draw.choice(base), given, lambda optimiser: schedules.ExponentialLR(optimiser, given["factor"]))


@family("polynomial_decay")
def _(draw):
    given = some(draw, total=[1, 7, 20], power=[1.0, 2, 0.5])
    rate, total, power = draw.choice(base), given.get("total", 5), given.get("power", 1)
    return schedule("polynomial_decay", rate, given, lambda optimiser: schedules.LambdaLR(optimiser, lambda step: (1 - min(step, total) / total) ** power))


@family("cosine_decay")
def _(draw):
    given = {"total": draw.choice([1, 7, 20, 50]), **some(draw, least=[1e-5, 0.01])}
    rate, least, total = draw.choice(base), given.get("least", 0), given["total"]
    return schedule("cosine_decay", rate, given, lambda optimiser: schedules.LambdaLR(
        optimiser, lambda step: (least + (rate - least) * (1 + math.cos(math.pi * step / total)) / 2) / rate))


@family("cosine_restarts")
def _(draw):
    given = {"period": draw.choice([1, 4, 7]), **some(draw, growth=[1, 2, 3], least=[1e-5, 0.01])}
    return schedule("cosine_restarts", draw.choice(base), given, lambda optimiser: schedules.CosineAnnealingWarmRestarts(
        optimiser, given["period"], given.get("growth", 1), given.get("least", 0)), count=60)


@family("one_cycle")
def _(draw):
    given = {"total": draw.choice([20, 33, 60]), **some(draw, rising=[0.25, 0.4], anneal=["linear", "cos"], start=[10], end=[100, 1.0], three_phase=[True])}
    rate = draw.choice(base)
    return schedule("one_cycle", rate, given, lambda optimiser: schedules.OneCycleLR(
        optimiser, rate, given["total"], pct_start=given.get("rising", 0.3), anneal_strategy=given.get("anneal", "cos"), div_factor=given.get("start", 25),
        final_div_factor=given.get("end", 1e4), three_phase=given.get("three_phase", False), cycle_momentum=False), count=given["total"] - 1)


@family("warmup")
def _(draw):
    total, start, rate = draw.choice([1, 5, 10]), draw.choice([0.1, 1 / 3]), draw.choice(base)
    inner = draw.choice(["exponential_decay", "cosine_decay", "multi_step"])
    given = {"exponential_decay": {"factor": 0.9}, "cosine_decay": {"total": 12}, "multi_step": {"milestones": [3, 5]}}[inner]
    then = {
        "exponential_decay": lambda optimiser: schedules.ExponentialLR(optimiser, 0.9),
        "cosine_decay": lambda optimiser: schedules.LambdaLR(optimiser, lambda step: (1 + math.cos(math.pi * step / 12)) / 2),
        "multi_step": lambda optimiser: schedules.MultiStepLR(optimiser, [3, 5]),
    }[inner]
    after = draw.flip()
    more = {**given, "after": total} if after else given

    # What SequentialLR and ChainedScheduler are meant to do; those of 1.13 do it for some schedules only.
    rising = lambda optimiser: schedules.LinearLR(optimiser, start_factor=start, total_iters=total)
    theirs = [a * b / rate for a, b in zip(rates_of(rate, rising, 20), rates_of(rate, then, 20))]
    if after:
        theirs = rates_of(rate, rising, total) + rates_of(rate, then, 20)

    return schedule("warmup", rate, {}, theirs, wrapped=f"warmup({inner}({rate}{arguments(more)}), steps: {total}{arguments({'start': start})})")
