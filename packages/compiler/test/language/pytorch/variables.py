"""Writes variables.json: what PyTorch makes of networks that share parameters, follow each other's weights, or differentiate gradients.

Run with any PyTorch from 1.13 on: python3 variables.py. Each case has a program, the variables that it starts with (those that it lacks
begin as the program says), calls of its models and trains in order with their answers, and the variables at the end.
"""
import copy
import json
import os
import warnings

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import spectral_norm, weight_norm

warnings.simplefilter("ignore")
torch.manual_seed(11)
cases = []


def numbers(x):
    x = x.detach().flatten()
    return [float(f"{n:.9g}") for n in x.tolist()] if x.is_floating_point() else x.tolist()


def stored(module, prefix="", leave=()):
    return {prefix + k: v for k, v in module.state_dict().items() if "num_batches" not in k and k not in leave}


def case(name, program, variables, calls, steps=3):
    """`variables` gives all variables by path, now; `calls` is a list of (program, draw, run), of which `run` gives the outputs."""
    start = {k: numbers(v) for k, v in variables().items()}
    runs = []
    for _ in range(steps):
        for of, draw, run in calls:
            inputs = draw()
            outputs = run(*inputs.values())
            runs.append({
                "program": of,
                "inputs": {k: numbers(v) for k, v in inputs.items()},
                "outputs": {k: numbers(v) for k, v in outputs.items()},
            })
    end = {k: numbers(v) for k, v in variables().items()}
    cases.append({"name": name, "program": program, "start": start, "runs": runs, "end": end})


def step(optimiser, loss):
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


# ------------------------------------------------------------------------------------------------- one variable in several places


class Gpt(nn.Module):
    def __init__(self):
        super().__init__()
        self.token, self.place = nn.Embedding(7, 8), nn.Embedding(5, 8)
        self.norm1, self.norm2 = nn.LayerNorm(8), nn.LayerNorm(8)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.fc1, self.fc2 = nn.Linear(8, 16), nn.Linear(16, 8)
        self.head = nn.Linear(8, 7, bias=False)
        self.head.weight = self.token.weight

    def forward(self, ids):
        x = self.token(ids) + self.place.weight
        y = self.norm1(x)
        mask = torch.triu(torch.ones(5, 5, dtype=torch.bool), 1)
        x = x + self.attention(y, y, y, attn_mask=mask, need_weights=False)[0]
        x = x + self.fc2(F.gelu(self.fc1(self.norm2(x))))
        return self.head(x)


def tied(name, head):
    net = Gpt()
    # Adam would make steps of what is zero but for rounding: the slopes of the biases of keys.
    optimiser = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)

    def run(ids, next):
        logits = net(ids)
        loss = F.cross_entropy(logits.reshape(-1, 7), next.reshape(-1))
        step(optimiser, loss)
        return {"loss": loss}

    draw = lambda: {"ids": torch.randint(7, (3, 5)), "next": torch.randint(7, (3, 5))}
    program = """model gpt[n = 3](ids: i32[n, 5]) {
  var x = embedding(ids, 7, 8) as token
  x = x + embedding(iota([5], axis: 0), 5, 8) as place
  x = x + (x |> layer_norm() as norm1 |> multi_head_attention(2, causal: true) as attention)
  x = x + (x |> layer_norm() as norm2 |> dense(16) as fc1 |> gelu |> dense(8) as fc2)
  HEAD
}
train fit[n = 3](ids: i32[n, 5], next: i32[n, 5]) {
  let loss = cross_entropy(reshape(gpt(ids), [n * 5, 7]), reshape(next, [n * 5]))
  minimize loss using sgd(rate: 0.05, momentum: 0.9)
  return { loss }
}
"""
    case(f"a head tied to its embedding, by {name}", program.replace("HEAD", head),
         lambda: stored(net, leave=["head.weight"]), [("fit", draw, run)])


def siamese():
    tower = nn.Sequential()
    tower.conv, tower.norm, tower.fc = nn.Conv1d(2, 4, 3), nn.BatchNorm1d(4), nn.Linear(24, 5)
    forward = lambda x: tower.fc(F.relu(tower.norm(tower.conv(x))).flatten(1))
    optimiser = torch.optim.SGD(tower.parameters(), lr=0.05, momentum=0.9)

    def run(a, b, same):
        distance = ((forward(a) - forward(b)) ** 2).sum(1)
        loss = (same * distance + (1 - same) * F.relu(1 - (distance + 1e-6).sqrt()) ** 2).mean()
        step(optimiser, loss)
        return {"loss": loss}

    draw = lambda: {"a": torch.randn(4, 2, 8), "b": torch.randn(4, 2, 8), "same": torch.tensor([0.0, 1.0, 1.0, 0.0])}
    program = """block tower(x) {
  x |> conv1d(4, kernel: 3) as conv |> batch_norm() as norm |> relu |> flatten |> dense(5) as fc
}
train fit[n = 4](a: f32[n, 2, 8], b: f32[n, 2, 8], same: f32[n]) {
  let d = tower(a) as tower - tower(b, with: "tower")
  let distance = sum(d * d, axis: 1)
  let apart = relu(1 - sqrt(distance + 1e-6))
  let loss = mean(same * distance + (1 - same) * apart * apart)
  minimize loss using sgd(rate: 0.05, momentum: 0.9)
  return { loss }
}
"""
    case("two towers of one block", program, lambda: stored(tower, "tower."), [("fit", draw, run)])


class Mlp(nn.Module):
    def __init__(self, inputs, hidden, outputs, first="fc1", second="fc2", act=torch.relu):
        super().__init__()
        self.first, self.second, self.act = first, second, act
        setattr(self, first, nn.Linear(inputs, hidden))
        setattr(self, second, nn.Linear(hidden, outputs))

    def forward(self, x):
        return getattr(self, self.second)(self.act(getattr(self, self.first)(x)))


# -------------------------------------------------------------------------------------------- weights that follow other weights


def dqn():
    net = Mlp(4, 16, 3)
    target = copy.deepcopy(net)
    optimiser = torch.optim.Adam(net.parameters(), lr=0.02)

    def run(now, action, reward, after):
        with torch.no_grad():
            wanted = reward + 0.9 * target(after).max(1).values
        loss = F.smooth_l1_loss(net(now).gather(1, action.long()[:, None])[:, 0], wanted)
        step(optimiser, loss)
        with torch.no_grad():
            for t, p in zip(target.parameters(), net.parameters()):
                t.mul_(0.8).add_(p, alpha=0.2)
        return {"loss": loss, "wanted": wanted}

    draw = lambda: {"now": torch.randn(6, 4), "action": torch.randint(3, (6,)), "reward": torch.randn(6), "after": torch.randn(6, 4)}
    program = """model q[n = 1](x: f32[n, 4]) { x |> dense(16) as fc1 |> relu |> dense(3) as fc2 }
train fit[n = 6](now: f32[n, 4], action: i32[n], reward: f32[n], after: f32[n, 4]) {
  state target: like(params(q)) = params(q)
  let wanted = stop_gradient(reward + 0.9 * max(q(after, with: target), axis: 1))
  let taken = sum(where(one_hot(action, 3) > 0, q(now), 0), axis: 1)
  let loss = huber(taken, wanted)
  minimize loss using adam(rate: 0.02)
  target := 0.8 * target + 0.2 * params(q)
  return { loss, wanted }
}
"""
    case("a target network that follows softly", program, lambda: {**stored(net), **stored(target, "target.")}, [("fit", draw, run)], steps=4)


class Normed(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.norm, self.fc2 = nn.Linear(5, 8), nn.BatchNorm1d(8), nn.Linear(8, 3)

    def forward(self, x):
        return self.fc2(torch.relu(self.norm(self.fc1(x))))


def teacher():
    net = Normed()
    slow = copy.deepcopy(net).eval()
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1)

    def run(x, label):
        net.train()
        loss = F.cross_entropy(net(x), label.long())
        step(optimiser, loss)
        with torch.no_grad():
            for (k, s), v in zip(slow.state_dict().items(), net.state_dict().values()):
                if "num_batches" not in k:
                    s.mul_(0.7).add_(v, alpha=0.3)
        return {"loss": loss}

    program = """model student[n = 1](x: f32[n, 5]) { x |> dense(8) as fc1 |> batch_norm() as norm |> relu |> dense(3) as fc2 }
model teacher[n = 1](x: f32[n, 5]) {
  state slow: like(variables(student)) = variables(student)
  student(x, with: slow)
}
train fit[n = 6](x: f32[n, 5], label: i32[n]) {
  let loss = cross_entropy(student(x), label)
  minimize loss using sgd(rate: 0.1)
  let now = variables(student)
  state slow: like(now) = now
  slow := 0.7 * slow + 0.3 * now
  return { loss }
}
"""
    case("a teacher that is the mean of its student", program, lambda: {**stored(net), **stored(slow, "slow.")}, [
        ("fit", lambda: {"x": torch.randn(6, 5), "label": torch.randint(3, (6,))}, run),
        ("teacher", lambda: {"x": torch.randn(1, 5)}, lambda x: {"output": slow(x)}),
    ])


# ------------------------------------------------------------------------------------------------------------ several optimisers


def gan():
    gen, critic = Mlp(3, 8, 4, "g1", "g2"), Mlp(4, 8, 1, "d1", "d2")
    og, od = torch.optim.Adam(gen.parameters(), lr=0.01, betas=(0.5, 0.999)), torch.optim.Adam(critic.parameters(), lr=0.02)

    def run(real, noise):
        fake = gen(noise)
        d = F.softplus(-critic(real)).mean() + F.softplus(critic(fake.detach())).mean()
        step(od, d)
        g = F.softplus(-critic(fake)).mean()
        step(og, g)
        return {"d": d, "g": g}

    draw = lambda: {"real": torch.randn(6, 4), "noise": torch.randn(6, 3)}
    program = """model generator[n = 1](z: f32[n, 3]) { z |> dense(8) as g1 |> relu |> dense(4) as g2 }
model critic[n = 1](x: f32[n, 4]) { x |> dense(8) as d1 |> relu |> dense(1) as d2 }
train fit[n = 6](real: f32[n, 4], noise: f32[n, 3]) {
  let fake = generator(noise)
  let d = mean(softplus(-critic(real))) + mean(softplus(critic(stop_gradient(fake))))
  minimize d using adam(rate: 0.02) for params(critic)
  let g = mean(softplus(-critic(fake)))
  minimize g using adam(rate: 0.01, beta1: 0.5) for params(generator)
  return { d, g }
}
"""
    case("a GAN with two optimisers", program, lambda: {**stored(gen), **stored(critic)}, [("fit", draw, run)], steps=4)


def overlap():
    net = nn.Sequential()
    net.trunk, net.one, net.two = nn.Linear(4, 8), nn.Linear(8, 1), nn.Linear(8, 1)
    a = torch.optim.Adam([*net.trunk.parameters(), *net.one.parameters()], lr=0.01)
    b = torch.optim.Adam([*net.trunk.parameters(), *net.two.parameters()], lr=0.03)

    def run(x, y, z):
        hidden = torch.tanh(net.trunk(x))
        first, second = F.mse_loss(net.one(hidden), y), F.mse_loss(net.two(hidden), z)
        ga = torch.autograd.grad(first, [*net.trunk.parameters(), *net.one.parameters()], retain_graph=True)
        gb = torch.autograd.grad(second, [*net.trunk.parameters(), *net.two.parameters()])
        for optimiser, gradients in ((a, ga), (b, gb)):
            for p, g in zip(optimiser.param_groups[0]["params"], gradients):
                p.grad = g
            optimiser.step()
        return {"first": first, "second": second}

    draw = lambda: {"x": torch.randn(6, 4), "y": torch.randn(6, 1), "z": torch.randn(6, 1)}
    program = """train fit[n = 6](x: f32[n, 4], y: f32[n, 1], z: f32[n, 1]) {
  let hidden = x |> dense(8) as trunk |> tanh
  let first = mse(hidden |> dense(1) as one, y)
  let second = mse(hidden |> dense(1) as two, z)
  minimize first using adam(rate: 0.01) for ["trunk.*", "one.*"]
  minimize second using adam(rate: 0.03) for ["trunk.*", "two.*"]
  return { first, second }
}
"""
    case("two optimisers of one trunk", program, lambda: stored(net), [("fit", draw, run)], steps=4)


def frozen():
    body, head = Mlp(4, 8, 6), nn.Linear(6, 3)
    before = copy.deepcopy(body)
    optimiser = torch.optim.Adam(head.parameters(), lr=0.05)

    def run(x, label):
        loss = F.cross_entropy(head(torch.relu(before(x))), label.long())
        step(optimiser, loss)
        return {"loss": loss}

    program = """model body[n = 1](x: f32[n, 4]) { x |> dense(8) as fc1 |> relu |> dense(6) as fc2 }
train fit[n = 6](x: f32[n, 4], label: i32[n]) {
  let features = body(x, with: stop_gradient(params(body)))
  let loss = cross_entropy(features |> relu |> dense(3) as head, label)
  minimize loss using adam(rate: 0.05)
  return { loss }
}
"""
    case("a frozen body", program, lambda: {**stored(body), **stored(head, "head.")},
         [("fit", lambda: {"x": torch.randn(6, 4), "label": torch.randint(3, (6,))}, run)])


# -------------------------------------------------------------------------------------------------------------------- wrappers


def wrapped(name, wrap, transposed=False):
    net = nn.Sequential()
    conv = nn.ConvTranspose2d(2, 4, 3, padding=1) if transposed else nn.Conv2d(2, 4, 3, padding=1)
    net.conv, net.fc = wrap(conv, dim=1) if transposed else wrap(conv), wrap(nn.Linear(4 * 16, 3))
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1)
    forward = lambda x: net.fc(F.relu(net.conv(x)).flatten(1))
    computed = ["conv.weight", "fc.weight"]
    # As the program begins them.
    for layer in (net.conv, net.fc):
        for of in ("weight_u", "weight_v"):
            if name == "spectral_norm":
                getattr(layer, of).data = F.normalize(torch.ones_like(getattr(layer, of)), dim=0)

    def run(x, label):
        net.train()
        loss = F.cross_entropy(forward(x), label.long())
        step(optimiser, loss)
        return {"loss": loss}

    def infer(x):
        net.eval()
        return {"output": forward(x)}

    program = f"""model net[n = 1](x: f32[n, 2, 4, 4]) {{
  x |> {"conv_transpose2d" if transposed else "conv2d"}(4, kernel: 3, padding: 1, with: {name}{"(axis: 1)" if transposed else ""}) as conv |> relu |> flatten |> dense(3, with: {name}) as fc
}}
train fit[n = 4](x: f32[n, 2, 4, 4], label: i32[n]) {{
  let loss = cross_entropy(net(x), label)
  minimize loss using sgd(rate: 0.1)
  return {{ loss }}
}}
"""
    case(f"{name}{' of a transposed convolution' if transposed else ''}", program, lambda: {k: v for k, v in stored(net).items() if k not in computed}, [
        ("fit", lambda: {"x": torch.randn(4, 2, 4, 4), "label": torch.randint(3, (4,))}, run),
        ("net", lambda: {"x": torch.randn(1, 2, 4, 4)}, infer),
    ])


# -------------------------------------------------------------------------------------------------------- gradients as values

grad = torch.autograd.grad


def saliency():
    net = nn.Sequential()
    net.conv, net.fc = nn.Conv2d(1, 3, 3), nn.Linear(12, 4)

    def run(x):
        x = x.requires_grad_()
        scores = net.fc(F.max_pool2d(F.relu(net.conv(x)), 2).flatten(1))
        return {"map": grad(scores.max(1).values.sum(), x)[0].abs()}

    program = """model net[n = 2](x: f32[n, 1, 6, 6]) {
  x |> conv2d(3, kernel: 3) as conv |> relu |> max_pool(2) |> flatten |> dense(4) as fc
}
model saliency[n = 2](x: f32[n, 1, 6, 6]) {
  return { map: abs(gradient(max(net(x), axis: 1), x)) }
}
"""
    case("a saliency map", program, lambda: stored(net), [("saliency", lambda: {"x": torch.randn(2, 1, 6, 6)}, run)], steps=1)


class Critic(nn.Module):
    def __init__(self, norm, pool):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 6, 3, stride=2)
        self.norm = {"layer": nn.LayerNorm(4), "group": nn.GroupNorm(2, 4), "batch": nn.BatchNorm2d(4), "none": nn.Identity()}[norm]
        self.fc = nn.Linear(6 if pool else 54, 1)
        self.axes, self.pool = norm == "layer", pool

    def forward(self, x):
        x = self.conv1(x)
        x = self.norm(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2) if self.axes else self.norm(x)
        x = F.leaky_relu(x, 0.2)
        x = F.elu(self.conv2(self.pool(x) if self.pool else x))
        return self.fc(x.flatten(1))


def penalty(norm, pool):
    pools = {"none": None, "max": lambda x: F.max_pool2d(x, 3, 2, 1), "avg": lambda x: F.avg_pool2d(x, 2)}
    critic = Critic(norm, pools[pool])
    optimiser = torch.optim.SGD(critic.parameters(), lr=0.01)

    def run(real, fake, t):
        mixed = (t * real + (1 - t) * fake).requires_grad_()
        slope = grad(critic(mixed).sum(), mixed, create_graph=True)[0]
        size = (slope.flatten(1).pow(2).sum(1) + 1e-12).sqrt()
        gap = ((size - 1) ** 2).mean()
        loss = critic(fake).mean() - critic(real).mean() + 10 * gap
        step(optimiser, loss)
        return {"loss": loss, "gap": gap}

    block = {"layer": "transpose(layer_norm(transpose(y, [0, 2, 3, 1])) as norm, [0, 3, 1, 2])", "group": "group_norm(y, 2) as norm",
             "batch": "batch_norm(y) as norm", "none": "y"}[norm]
    halve = {"none": "z", "max": "max_pool(z, 3, stride: 2, padding: 1)", "avg": "avg_pool(z, 2)"}[pool]
    program = f"""model critic[n = 3](x: f32[n, 1, 8, 8]) {{
  let y = x |> conv2d(4, kernel: 3, padding: 1) as conv1
  let z = leaky_relu({block}, 0.2)
  {halve} |> conv2d(6, kernel: 3, stride: 2) as conv2 |> elu |> flatten |> dense(1) as fc
}}
train fit[n = 3](real: f32[n, 1, 8, 8], fake: f32[n, 1, 8, 8], t: f32[n, 1, 1, 1]) {{
  let mixed = t * real + (1 - t) * fake
  let slope = flatten(gradient(critic(mixed), mixed))
  let size = sqrt(sum(slope * slope, axis: 1) + 1e-12)
  let gap = mean((size - 1) ** 2)
  let loss = mean(critic(fake)) - mean(critic(real)) + 10 * gap
  minimize loss using sgd(rate: 0.01)
  return {{ loss, gap }}
}}
"""
    draw = lambda: {"real": torch.randn(3, 1, 8, 8), "fake": torch.randn(3, 1, 8, 8), "t": torch.rand(3, 1, 1, 1)}
    case(f"a gradient penalty, {norm} norm and {pool} pool", program, lambda: stored(critic), [("fit", draw, run)], steps=2)


def heat():
    net = Mlp(2, 16, 1, act=torch.tanh)
    optimiser = torch.optim.Adam(net.parameters(), lr=0.01)

    def run(at):
        at = at.requires_grad_()
        u = net(at)
        first = grad(u.sum(), at, create_graph=True)[0]
        second = grad(first[:, 0].sum(), at, create_graph=True)[0][:, 0]
        loss = ((first[:, 1] - 0.5 * second) ** 2).mean() + (u ** 2).mean()
        step(optimiser, loss)
        return {"loss": loss, "second": second}

    program = """model net[n = 5](at: f32[n, 2]) { at |> dense(16) as fc1 |> tanh |> dense(1) as fc2 }
train fit[n = 5](at: f32[n, 2]) {
  let u = net(at)
  let first = gradient(u, at)
  let second = gradient(first[:, 0], at)[:, 0]
  let loss = mean((first[:, 1] - 0.5 * second) ** 2) + mean(u ** 2)
  minimize loss using adam(rate: 0.01)
  return { loss, second }
}
"""
    case("the heat equation", program, lambda: stored(net), [("fit", lambda: {"at": torch.randn(5, 2)}, run)])


def hessian():
    net = Mlp(4, 6, 3, act=torch.sigmoid)

    def run(x, label, v):
        loss = F.cross_entropy(net(x), label.long())
        first = grad(loss, net.fc1.weight, create_graph=True)[0]
        return {"product": grad((first * v).sum(), net.fc1.weight)[0]}

    program = """model net[n = 5](x: f32[n, 4]) { x |> dense(6) as fc1 |> sigmoid |> dense(3) as fc2 }
model hessian[n = 5](x: f32[n, 4], label: i32[n], v: f32[6, 4]) {
  let loss = cross_entropy(net(x), label)
  let w = params("fc1.weight")
  return { product: gradient(sum(gradient(loss, w) * v), w) }
}
"""
    draw = lambda: {"x": torch.randn(5, 4), "label": torch.randint(3, (5,)), "v": torch.randn(6, 4)}
    case("a Hessian-vector product", program, lambda: stored(net), [("hessian", draw, run)], steps=2)


def maml():
    net = Mlp(1, 12, 1, act=torch.tanh)
    optimiser = torch.optim.SGD(net.parameters(), lr=0.1)

    def apply(w, x):
        return F.linear(torch.tanh(F.linear(x, w["fc1.weight"], w["fc1.bias"])), w["fc2.weight"], w["fc2.bias"])

    def run(x, y, later, wanted):
        w = dict(net.named_parameters())
        for _ in range(2):
            slopes = grad(F.mse_loss(apply(w, x), y), list(w.values()), create_graph=True)
            w = {k: v - 0.05 * g for (k, v), g in zip(w.items(), slopes)}
        loss = F.mse_loss(apply(w, later), wanted)
        step(optimiser, loss)
        return {"loss": loss}

    program = """model net[n = 5](x: f32[n, 1]) { x |> dense(12) as fc1 |> tanh |> dense(1) as fc2 }
train fit[n = 5](x: f32[n, 1], y: f32[n, 1], later: f32[n, 1], wanted: f32[n, 1]) {
  var fast = params(net)
  for i in range(2) {
    fast = fast - 0.05 * gradient(mse(net(x, with: fast), y), fast)
  }
  let loss = mse(net(later, with: fast), wanted)
  minimize loss using sgd(rate: 0.1)
  return { loss }
}
"""
    draw = lambda: {k: torch.randn(5, 1) for k in ("x", "y", "later", "wanted")}
    case("two inner steps of MAML", program, lambda: stored(net), [("fit", draw, run)])


def clipped():
    net = Mlp(4, 8, 3)
    optimiser = torch.optim.SGD(net.parameters(), lr=0.5)

    def run(x, label):
        loss = F.cross_entropy(net(x), label.long())
        optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_value_(net.parameters(), 0.02)
        optimiser.step()
        return {"loss": loss}

    program = """model net[n = 6](x: f32[n, 4]) { x |> dense(8) as fc1 |> relu |> dense(3) as fc2 }
train fit[n = 6](x: f32[n, 4], label: i32[n]) {
  let loss = cross_entropy(net(x), label)
  let w = params(net)
  w := w - 0.5 * maximum(minimum(gradient(loss, w), 0.02), -0.02)
  return { loss }
}
"""
    case("gradients clipped by value", program, lambda: stored(net),
         [("fit", lambda: {"x": torch.randn(6, 4), "label": torch.randint(3, (6,))}, run)])


tied("path", 'matmul(x, params("token.weight"), transpose_b: true)')
tied("layer", 'x |> dense(7, bias: false, with: "token")')
siamese(), dqn(), teacher(), gan(), overlap(), frozen()
for transposed in (False, True):
    wrapped("weight_norm", weight_norm, transposed), wrapped("spectral_norm", spectral_norm, transposed)
saliency()
for norm, pool in [("none", "none"), ("layer", "none"), ("group", "max"), ("batch", "avg")]:
    penalty(norm, pool)
heat(), hessian(), maml(), clipped()

here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, "variables.json"), "w") as file:
    json.dump(cases, file, indent=None, separators=(",", ":"))
    file.write("\n")
