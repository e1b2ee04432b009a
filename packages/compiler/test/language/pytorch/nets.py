"""Writes nets.json: losses, last parameters and running statistics of small networks that PyTorch trains for a few steps.

Run with any PyTorch from 1.13 on: python3 nets.py. Each case has a program with one train, `fit`, the variables it starts with,
and one record per step of what it is given and what loss it has before its update.
"""
import json
import os

import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils import clip_grad_norm_

torch.manual_seed(5)
cases = []


def numbers(x):
    x = x.detach().flatten()
    return [float(f"{n:.9g}") for n in x.tolist()] if x.is_floating_point() else x.tolist()


def case(name, program, module, draw, loss_of, optimizer, steps=6, clip=None):
    """`draw` gives the inputs of a step by name; `loss_of` the loss from the module and those."""
    module.train()
    stored = lambda: {k: numbers(v) for k, v in module.state_dict().items() if "num_batches" not in k}
    start = stored()
    optimiser = optimizer(module.parameters())
    runs = []
    for _ in range(steps):
        inputs = draw()
        loss = loss_of(module, *inputs.values())
        optimiser.zero_grad()
        loss.backward()
        if clip:
            clip_grad_norm_(module.parameters(), clip)
        optimiser.step()
        runs.append({"inputs": {k: numbers(v) for k, v in inputs.items()}, "loss": loss.item()})
    cases.append({"name": name, "program": program, "start": start, "runs": runs, "end": stored()})


def labelled(*shape, classes):
    return lambda: {"x": torch.randn(*shape), "label": torch.randint(classes, (shape[0],))}


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(5, 8), nn.Linear(8, 3)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


def entropy(module, x, label):
    return F.cross_entropy(module(x), label)


MLP = """model mlp[n = 6](x: f32[n, 5]) {
  x |> dense(8) as fc1 |> relu |> dense(3) as fc2
}
"""

case("mlp by adam", MLP + """train fit[n = 6](x: f32[n, 5], label: i32[n]) {
  let loss = cross_entropy(mlp(x), label)
  minimize loss using adam(rate: 0.01)
  return { loss }
}
""", Mlp(), labelled(6, 5, classes=3), entropy, lambda p: torch.optim.Adam(p, lr=0.01))

case("mlp by sgd, clipped", MLP + """train fit[n = 6](x: f32[n, 5], label: i32[n]) {
  let loss = cross_entropy(mlp(x), label, reduce: "sum")
  minimize loss using sgd(rate: 0.05, momentum: 0.9, nesterov: true) clip 1.0
  return { loss }
}
""", Mlp(), labelled(6, 5, classes=3), lambda m, x, y: F.cross_entropy(m(x), y, reduction="sum"),
     lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True), clip=1.0)


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(2, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
        self.conv2, self.bn2 = nn.Conv2d(4, 4, 3, padding=1, bias=False), nn.BatchNorm2d(4)
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        x = torch.relu(self.bn1(self.conv1(x)))
        x = torch.relu(self.bn2(self.conv2(x)) + x)
        return self.fc(x.mean((2, 3)))


case("residual net with batch norm", """model net[n = 4](image: f32[n, 2, 5, 5]) {
  let x = image |> conv2d(4, kernel: 3, padding: 1, bias: false) as conv1 |> batch_norm() as bn1 |> relu
  let y = x |> conv2d(4, kernel: 3, padding: 1, bias: false) as conv2 |> batch_norm() as bn2
  relu(y + x) |> global_avg_pool |> dense(3) as fc
}
train fit[n = 4](image: f32[n, 2, 5, 5], label: i32[n]) {
  let loss = cross_entropy(net(image), label)
  minimize loss using sgd(rate: 0.1, momentum: 0.9, decay: 1e-3)
  return { loss }
}
""", Residual(), lambda: {"image": torch.randn(4, 2, 5, 5), "label": torch.randint(3, (4,))}, entropy,
     lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=1e-3))


# The bias of the keys has no gradient but rounding errors, which an epsilon of 1e-8 would make steps of.
class Transformer(nn.Module):
    def __init__(self):
        super().__init__()
        self.tokens = nn.Embedding(7, 8)
        self.norm1, self.norm2 = nn.LayerNorm(8), nn.LayerNorm(8)
        self.attention = nn.MultiheadAttention(8, 2, batch_first=True)
        self.fc1, self.fc2 = nn.Linear(8, 16), nn.Linear(16, 8)
        self.head = nn.Linear(8, 7)

    def forward(self, ids):
        x = self.tokens(ids)
        mask = torch.triu(torch.full((ids.shape[1], ids.shape[1]), float("-inf")), 1)
        y = self.norm1(x)
        x = x + self.attention(y, y, y, attn_mask=mask, need_weights=False)[0]
        x = x + self.fc2(F.gelu(self.fc1(self.norm2(x))))
        return self.head(x)


case("transformer block by adamw", """model gpt[n = 2, t = 5](ids: i32[n, t]) {
  var x = ids |> embedding(7, 8) as tokens
  x = x + (x |> layer_norm() as norm1 |> multi_head_attention(2, causal: true) as attention)
  x = x + (x |> layer_norm() as norm2 |> dense(16) as fc1 |> gelu |> dense(8) as fc2)
  x |> dense(7) as head
}
train fit[n = 2, t = 5](ids: i32[n, t], next: i32[n, t]) {
  let loss = cross_entropy(transpose(gpt(ids), [0, 2, 1]), next)
  minimize loss using adamw(rate: 0.01, epsilon: 1e-5, decay: 0.1) clip 1.0
  return { loss }
}
""", Transformer(), lambda: {"ids": torch.randint(7, (2, 5)), "next": torch.randint(7, (2, 5))},
     lambda m, ids, after: F.cross_entropy(m(ids).transpose(1, 2), after),
     lambda p: torch.optim.AdamW(p, lr=0.01, eps=1e-5, weight_decay=0.1), clip=1.0)


class Recurrent(nn.Module):
    def __init__(self, kind):
        super().__init__()
        self.cell, self.fc = kind(3, 4, batch_first=True), nn.Linear(4, 2)

    def forward(self, x):
        return self.fc(self.cell(x)[0][:, -1])


for kind in [nn.LSTM, nn.GRU]:
    name = kind.__name__.lower()
    case(f"{name} by adam", f"""model net[n = 2, t = 4](x: f32[n, t, 3]) {{
  let y = x |> {name}(4) as cell
  y[:, -1] |> dense(2) as fc
}}
train fit[n = 2, t = 4](x: f32[n, t, 3], label: i32[n]) {{
  let loss = cross_entropy(net(x), label)
  minimize loss using adam(rate: 0.02)
  return {{ loss }}
}}
""", Recurrent(kind), labelled(2, 4, 3, classes=2), entropy, lambda p: torch.optim.Adam(p, lr=0.02))


class Autoencoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(6, 3), nn.Linear(3, 6)

    def forward(self, x):
        return torch.sigmoid(self.decoder(torch.tanh(self.encoder(x))))


AUTOENCODER = """model autoencoder[n = 4](x: f32[n, 6]) {
  x |> dense(3) as encoder |> tanh |> dense(6) as decoder |> sigmoid
}
train fit[n = 4](x: f32[n, 6]) {
  let loss = LOSS(autoencoder(x), x)
  minimize loss using rmsprop(rate: 0.01)
  return { loss }
}
"""


class Saturated(Autoencoder):
    """Logits so large that the sigmoid is exactly 0 or 1 in f32."""

    def __init__(self):
        super().__init__()
        with torch.no_grad():
            self.decoder.bias.copy_(torch.tensor([40.0, -40.0, 120.0, -120.0, 0.0, 0.5]))


for loss, function, module in [
    ("mse", F.mse_loss, Autoencoder), ("mae", F.l1_loss, Autoencoder), ("huber", F.huber_loss, Autoencoder),
    ("binary_cross_entropy", F.binary_cross_entropy, Autoencoder),
    ("binary_cross_entropy", F.binary_cross_entropy, Saturated),
]:
    case(f"{module.__name__.lower()} by {loss}", AUTOENCODER.replace("LOSS", loss), module(), lambda: {"x": torch.rand(4, 6)},
         lambda m, x, f=function: f(m(x), x), lambda p: torch.optim.RMSprop(p, lr=0.01))

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "nets.json")
with open(path, "w") as file:
    json.dump(cases, file, separators=(",", ":"))
