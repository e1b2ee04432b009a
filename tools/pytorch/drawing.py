"""What cases are drawn with: numbers, shapes and tensors, corner values among them, and the cases themselves.

A family is a function that draws one case: `@family("huber") def _(draw): return case(…)`. `number` and the seed decide all that it draws.
"""
import copy
import math
import random

import numpy
import torch

families = {}


def family(*names):
    """Registers a function that draws cases about each of the names."""

    def register(function):
        for name in names:
            assert name not in families, name
            families[name] = (lambda draw, name=name: function(draw, name)) if len(names) > 1 else function
        return function

    return register


specials = [math.inf, -math.inf, math.nan, 0.0, -0.0, 1.0, -1.0, 30.0, -30.0, 1e-20, -3e38]


class Draw(random.Random):
    """A source of everything that is drawn for one case."""

    def shape(self, least=1, most=3, extent=5):
        """A shape of some axes; extents of 1 are frequent."""
        return [1 if self.random() < 0.15 else self.randint(1, extent) for _ in range(self.randint(least, most))]

    def axis(self, rank):
        return self.randint(-rank, rank - 1)

    def flip(self, chance=0.5):
        return self.random() < chance

    def floats(self, shape, low=-3.0, high=3.0, corners=True):
        """f32 numbers: mostly any, at times whole numbers with ties, or with infinities and NaN among them where `corners`."""
        count = math.prod(shape)
        kind = self.random()
        data = [self.uniform(low, high) for _ in range(count)]
        if kind < 0.2:
            data = [float(round(x)) for x in data]
        elif kind < 0.4 and corners:
            allowed = corners if isinstance(corners, list) else specials
            data = [self.choice(allowed) if self.random() < 0.4 else x for x in data]
        return torch.tensor(data, dtype=torch.float32).reshape(shape)

    def plain(self, shape, low=-1.0, high=1.0):
        """Numbers without corners and, as good as surely, without ties."""
        return torch.tensor([self.uniform(low, high) for _ in range(math.prod(shape))], dtype=torch.float32).reshape(shape)

    def integers(self, shape, low, high):
        """From low to high, both included."""
        data = [self.randint(low, high) for _ in range(math.prod(shape))]
        return torch.tensor(data, dtype=torch.int32).reshape(shape)

    def truth(self, shape, chance=0.5):
        return torch.tensor([self.flip(chance) for _ in range(math.prod(shape))]).reshape(shape)

    def narrow(self):
        """f32 for most cases, else a float of 16 bits."""
        return self.choice(["f32"] * 6 + ["f16", "bf16"])


elements = {
    torch.float32: "f32", torch.float64: "f32", torch.float16: "f16", torch.bfloat16: "bf16",
    torch.int32: "i32", torch.int64: "i32", torch.int8: "i8", torch.uint8: "u8", torch.bool: "bool",
}
halves = {"f16": torch.float16, "bf16": torch.bfloat16}
unit = {"f32": 2.0**-24, "f16": 2.0**-11, "bf16": 2.0**-8}


def literal(value):
    """A number, list or truth value as the language writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(literal(one) for one in value)}]"
    if isinstance(value, float):
        if math.isinf(value):
            return "1e39" if value > 0 else "-1e39"
        return repr(value)
    return str(value)


def arguments(given):
    """`, name: value` for each."""
    return "".join(f", {name}: {literal(value)}" for name, value in given.items())


def tensor(value, tolerance=None):
    """A tensor in JSON."""
    value = torch.as_tensor(value).detach()
    # Nine digits tell all f32 apart.
    data = [float(f"{x:.9g}") for x in value.to(torch.float32).reshape(-1).tolist()] if value.is_floating_point() else value.reshape(-1).tolist()
    made = {
        "type": elements[value.dtype],
        "shape": list(value.shape),
        "data": [x if not isinstance(x, float) or math.isfinite(x) else "NaN" if x != x else "Infinity" if x > 0 else "-Infinity" for x in data],
    }
    return made if tolerance is None else {**made, "tolerance": float(f"{tolerance:.3g}")}


def answer(narrow, wide, element, factor, least=1e-30):
    """What PyTorch computes, in 64 bits where both agree what is finite, with a tolerance in which its own error is."""
    narrow = torch.as_tensor(narrow).detach()
    if not narrow.is_floating_point():
        return tensor(narrow)
    single, double = narrow.double(), torch.as_tensor(wide).detach().double()
    with numpy.errstate(all="ignore"):
        rounded = double.float().double()
    same = torch.isfinite(single) & torch.isfinite(rounded)
    best = torch.where(same, rounded, single)
    largest = float(best[same].abs().max()) if bool(same.any()) else 0.0
    off = float((single - rounded)[same].abs().max()) if bool(same.any()) else 0.0
    tolerance = factor * unit[element] * max(largest, least) + 2 * off
    return tensor(best.float(), tolerance)


def typed(name, value, shape=None):
    return f"{name}: {elements[value.dtype]}[{', '.join(str(extent) for extent in value.shape)}]"


def case(about, text, params, function, inputs=None, slopes=True, outputs=("out",), factor=64, statements="", module=None):
    """A case of an expression, or of one for each of `outputs`, of params (of which gradients are compared) and inputs.

    `text` is the expression; `function` computes the same of tensors, by name, in whatever type the params have. With `slopes` false, or
    where no result is a float that depends on a param, gradients are left out. The parameters of a `module` are those of the call labelled `net`; the
    function then gets it as `net`.
    """
    inputs = inputs or {}
    after = []
    state = {} if module is None else {f"net.{name}": value.clone() for name, value in module.state_dict().items()}
    expressions = text if isinstance(text, dict) else {outputs[0]: text}

    def run(convert):
        leaves = {name: convert(value).clone().requires_grad_(value.is_floating_point() and slopes) for name, value in params.items()}
        rest = {name: convert(value) for name, value in inputs.items()}
        if module is not None:
            own = rest["net"] = copy.deepcopy(module).to(convert(torch.zeros(1)).dtype)
        # PyTorch's own functions have names of their own for their parameters.
        is_own = set(rest) <= set(getattr(function, "__code__", case.__code__).co_varnames)
        results = function(*leaves.values(), **rest) if is_own else function(*leaves.values(), *rest.values())
        if module is not None:
            leaves |= {f"net.{name}": value for name, value in own.named_parameters()}
            after.append(own.state_dict())
        return leaves, results if isinstance(results, dict) else {outputs[0]: results}

    narrow_leaves, narrow = run(lambda value: value.float() if value.dtype in (torch.float16, torch.bfloat16) else value)
    wide_leaves, wide = run(lambda value: value.double() if value.is_floating_point() else value)
    element = min((elements[value.dtype] for value in [*params.values(), *inputs.values()] if value.is_floating_point()), key=lambda e: -unit[e], default="f32")
    smooth = {name for name, value in narrow.items() if value.is_floating_point() and value.requires_grad} if slopes else set()
    upstream, given = {}, dict(inputs)
    for name in sorted(smooth):
        made = torch.linspace(-1.3, 1.7, max(1, narrow[name].numel())).reshape(narrow[name].shape).float()
        upstream[name] = given[f"up_{name}"] = made
    gradients = {}
    if smooth:
        for leaves, results, key in ((narrow_leaves, narrow, 0), (wide_leaves, wide, 1)):
            total = sum((results[name] * upstream[name].to(results[name].dtype)).sum() for name in smooth)
            live = [leaf for leaf in leaves.values() if leaf.requires_grad]
            found = torch.autograd.grad(total, live, allow_unused=True)
            for leaf_name, gradient in zip([n for n, leaf in leaves.items() if leaf.requires_grad], found):
                # A parameter that has no part in the results has no gradient here, and zeros in PyTorch.
                if key == 0 and gradient is not None and not (leaf_name.startswith("net.") and not bool(gradient.any())):
                    gradients[leaf_name] = [gradient, None]
                elif key == 1 and leaf_name in gradients:
                    gradients[leaf_name][1] = gradient
    # What cancels out is as exact as what it is made of.
    sizes = [both[0][torch.isfinite(both[0])].abs().max().item() for both in gradients.values() if bool(torch.isfinite(both[0]).any())]
    least = max([0.05, *sizes], default=0.05) * 0.1
    lines = [f"  param {typed(name, value)} = zeros" for name, value in params.items()]
    lines += [f"  {line}" for line in statements.splitlines()]
    lines += [f"  let {name} = {expression}" for name, expression in expressions.items()]
    kind = "model"
    if smooth and gradients:
        kind = "train"
        total = " + ".join(f"sum(up_{name} * cast({name}, f32))" for name in sorted(smooth))
        only = ", ".join(f'"{name}"' for name in gradients)
        lines += [f"  minimize {total} using record() for [{only}] states f32"]
    else:
        given = inputs
    changed = {name: answer(*both, element, 4 * factor, least) for name, both in gradients.items()}
    for name, value in state.items():
        if "running" in name:
            changed[name] = answer(*(one[name[4:]] for one in after), element, factor)
    fields = ", ".join(expressions)
    head = ", ".join(typed(name, value) for name, value in given.items())
    record = "optimizer record(weight, gradient) {\n  weight := gradient\n}\n\n" if kind == "train" else ""
    return {
        "about": about,
        "text": record + f"{kind} f({head}) {{\n" + "\n".join(lines) + f"\n  return {{ {fields} }}\n}}\n",
        "variables": {name: tensor(value) for name, value in {**params, **state}.items() if "num_batches" not in name},
        "calls": [{
            "program": "f",
            "inputs": {name: tensor(value) for name, value in given.items()},
            "outputs": {name: answer(narrow[name], wide[name], element, factor) for name in expressions},
            "variables": changed if kind == "train" else {},
        }],
    }
