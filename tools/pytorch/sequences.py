"""Recurrent layers and attention."""
import math

import torch
import torch.nn.functional as F

from drawing import arguments, case, family
from losses import call


def shaken(module, draw):
    """The module with every parameter away from its first value, drawn from a normal distribution that is wide enough to matter."""
    with torch.no_grad():
        for value in module.parameters():
            value.copy_(draw.plain(list(value.shape), -0.6, 0.6))
    return module


@family("lstm", "gru", "rnn")
def _(draw, name):
    n, t, c, units = draw.randint(1, 3), draw.randint(1, 4), draw.randint(1, 4), draw.randint(2, 4)
    layers, both, bias = draw.choice([1, 1, 2, 3]), draw.flip(), draw.flip(0.8)
    given, theirs = {}, {"num_layers": layers, "bidirectional": both, "bias": bias, "batch_first": True}
    if layers > 1:
        given["layers"] = layers
    if both:
        given["bidirectional"] = True
    if not bias:
        given["bias"] = False
    width = units
    if name == "rnn" and draw.flip():
        given["nonlinearity"] = theirs["nonlinearity"] = "relu"
    if name == "lstm" and draw.flip(0.3):
        width = given["projection"] = theirs["proj_size"] = draw.randint(1, units - 1)
    net = shaken({"lstm": torch.nn.LSTM, "gru": torch.nn.GRU, "rnn": torch.nn.RNN}[name](c, units, **theirs), draw)
    count = layers * (1 + both)
    params, inputs, more = {"x": draw.plain([n, t, c], -2, 2)}, {}, ""
    if draw.flip(0.4):
        params["h"] = draw.plain([count, n, width])
        more += ", initial: h"
        if name == "lstm":
            params["c"] = draw.plain([count, n, units])
            more += ", initial_cell: c"
    lengths = None
    if draw.flip(0.4):
        lengths = inputs["lengths"] = draw.integers([n], 1, t)
        more += ", lengths: lengths"
    states = draw.flip(0.7)

    def function(x, h=None, c=None, lengths=None, net=None):
        first = None if h is None else (h, c) if name == "lstm" else h
        if lengths is not None:
            packed = torch.nn.utils.rnn.pack_padded_sequence(x, lengths.long(), batch_first=True, enforce_sorted=False)
            output, last = net(packed, first)
            output, _ = torch.nn.utils.rnn.pad_packed_sequence(output, batch_first=True, total_length=x.shape[1])
        else:
            output, last = net(x, first)
        if not states:
            return {"out": output}
        return {"out": output, "hidden": last[0], "cell": last[1]} if name == "lstm" else {"out": output, "hidden": last}

    expression = f"{name}(x, {units}{arguments(given)}{more}{', states: true' if states else ''}) as net"
    if not states:
        return case(name, expression, params, function, inputs, module=net, factor=256)
    texts = {"out": "all.output", "hidden": "all.hidden", **({"cell": "all.cell"} if name == "lstm" else {})}
    return case(name, texts, params, function, inputs, module=net, factor=256, statements=f"let all = {expression}")


@family("lstm_cell", "gru_cell", "rnn_cell")
def _(draw, name):
    n, c, units = draw.randint(1, 3), draw.randint(1, 4), draw.randint(1, 4)
    given = {} if draw.flip(0.8) else {"bias": False}
    theirs = dict(given)
    if name == "rnn_cell" and draw.flip():
        given["nonlinearity"] = theirs["nonlinearity"] = "relu"
    net = shaken({"lstm_cell": torch.nn.LSTMCell, "gru_cell": torch.nn.GRUCell, "rnn_cell": torch.nn.RNNCell}[name](c, units, **theirs), draw)
    params, more = {"x": draw.plain([n, c], -2, 2)}, ""
    if draw.flip(0.7):
        params["h"] = draw.plain([n, units])
        more = ", hidden: h"
        if name == "lstm_cell":
            params["c"] = draw.plain([n, units])
            more += ", cell: c"
    if name != "lstm_cell":
        return case(name, f"{name}(x, {units}{arguments(given)}{more}) as net", params, lambda x, h=None, net=None: net(x, h), module=net, factor=128)
    return case(name, {"hidden": "all.hidden", "cell": "all.cell"}, params,
                lambda x, h=None, c=None, net=None: dict(zip(("hidden", "cell"), net(x, None if h is None else (h, c)))), module=net, factor=128,
                statements=f"let all = {name}(x, {units}{arguments(given)}{more}) as net")


def seen(draw, shape, key_axis=-1):
    """A mask in which each query sees a step at least: truth, or numbers that are added."""
    if draw.flip():
        return draw.plain(shape, -3, 3)
    mask = draw.truth(shape, 0.6)
    mask[..., 0] = True
    return mask


def scaled(q, k, v, causal=False, mask=None, scale=None):
    """scaled_dot_product_attention, which 1.13 has not."""
    if q.dim() > 2:
        k, v = (x.repeat_interleave(q.shape[-3] // x.shape[-3], -3) for x in (k, v))
    scores = q @ k.transpose(-1, -2) * (scale if scale is not None else q.shape[-1] ** -0.5)
    if mask is not None:
        scores = scores.masked_fill(~mask, -math.inf) if mask.dtype == torch.bool else scores + mask
    if causal:
        scores = scores.masked_fill(~torch.ones(q.shape[-2], k.shape[-2]).tril().bool(), -math.inf)
    return torch.softmax(scores, -1) @ v


@family("attention")
def _(draw):
    t, s, d, e = (draw.randint(1, 4) for _ in range(4))
    shared = draw.choice([1, 1, 2])
    outer = draw.choice([[], [2], [2, 2]])
    queries = outer[:-1] + [outer[-1] * shared] if outer else []
    given = {}
    if draw.flip(0.3):
        given["causal"] = True
        s = t
    if draw.flip(0.3):
        given["scale"] = 0.3
    q, k, v = draw.plain([*queries, t, d], -2, 2), draw.plain([*outer, s, d], -2, 2), draw.plain([*outer, s, e], -2, 2)
    inputs, more = {}, ""
    if draw.flip(0.4):
        inputs["mask"] = seen(draw, draw.choice([[t, s], [*queries, t, s]]))
        more = ", mask: mask"
    return case("attention", f"attention(q, k, v{arguments(given)}{more})", {"q": q, "k": k, "v": v},
                lambda q, k, v, mask=None: scaled(q, k, v, given.get("causal", False), mask, given.get("scale")), inputs, factor=128)


@family("multi_head_attention")
def _(draw):
    n, t, s, heads = draw.randint(1, 3), draw.randint(1, 4), draw.randint(1, 4), draw.randint(1, 3)
    c = heads * draw.randint(1, 3)
    kind = draw.choice(["self", "self", "cross", "kdim"])
    key_channels, value_channels = (c, c) if kind != "kdim" else (draw.randint(1, 4), draw.randint(1, 4))
    bias, weights = draw.flip(0.8), draw.flip(0.2)
    given = {} if bias else {"bias": False}
    if weights:
        given["need_weights"] = True
    net = shaken(torch.nn.MultiheadAttention(c, heads, bias=bias, kdim=key_channels, vdim=value_channels, batch_first=True), draw)
    params, inputs, more = {"x": draw.plain([n, t, c], -2, 2)}, {}, ""
    if kind == "self":
        s = t
    else:
        params["k"] = draw.plain([n, s, key_channels], -2, 2)
        more += ", key: k"
        if kind == "kdim" or draw.flip():
            params["v"] = draw.plain([n, s, value_channels], -2, 2)
            more += ", value: v"
    if draw.flip(0.4):
        mask = seen(draw, draw.choice([[t, s], [n * heads, t, s]]))
        inputs["mask"] = ~mask if mask.dtype == torch.bool else mask
        more += ", attn_mask: mask"
    if draw.flip(0.3):
        hidden = draw.truth([n, s], 0.3)
        hidden[:, 0] = False
        inputs["hidden"] = hidden
        more += ", key_padding_mask: hidden"
    if kind == "self" and "mask" not in inputs and draw.flip(0.3):
        given["causal"] = True

    def function(x, k=None, v=None, mask=None, hidden=None, net=None):
        k = x if k is None else k
        v = k if v is None else v
        if "causal" in given:
            mask = ~torch.ones(t, s).tril().bool()
        output, seen = net(x, k, v, attn_mask=mask, key_padding_mask=hidden, need_weights=weights)
        return {"out": output, "share": seen} if weights else {"out": output}

    expression = f"multi_head_attention(x, {heads}{arguments(given)}{more}) as net"
    if not weights:
        return case("multi_head_attention", expression, params, function, inputs, module=net, factor=256)
    return case("multi_head_attention", {"out": "all.output", "share": "all.weights"}, params, function, inputs, module=net, factor=256, statements=f"let all = {expression}")


@family("rotary")
def _(draw):
    shape = [*draw.shape(0, 2, 3), draw.randint(1, 9), 2 * draw.randint(1, 4)]
    interleaved, offset, base = draw.flip(), draw.choice([0, 0, 7, 500]), draw.choice([10000, 500.0])
    dims = draw.choice([shape[-1], 2])
    given = {"interleaved": interleaved, "offset": offset, "base": base, "dims": dims}

    def function(x):
        angles = (torch.arange(shape[-2], dtype=torch.float64) + offset)[:, None] * base ** (-torch.arange(0, dims, 2, dtype=torch.float64) / dims)
        own = x[..., :dims]
        pairs = torch.view_as_complex(torch.stack([own[..., 0::2], own[..., 1::2]] if interleaved else list(own.chunk(2, -1)), -1))
        turned = torch.view_as_real(pairs * torch.polar(torch.ones_like(angles), angles).to(pairs.dtype))
        turned = turned.flatten(-2) if interleaved else torch.cat([turned[..., 0], turned[..., 1]], -1)
        return torch.cat([turned, x[..., dims:]], -1)

    return case("rotary", call("rotary", "x", **given), {"x": draw.plain(shape, -2, 2)}, function, factor=64 if offset < 100 else 4096)


@family("alibi", "sinusoidal")
def _(draw, name):
    if name == "sinusoidal":
        steps, dims = draw.randint(1, 20), 2 * draw.randint(1, 5)
        angles = torch.arange(steps)[:, None].double() * 10000 ** (-torch.arange(0, dims, 2).double() / dims)
        return case(name, f"sinusoidal({steps}, {dims})", {}, lambda: torch.stack([angles.sin(), angles.cos()], -1).reshape(steps, dims).float(), slopes=False)
    heads, steps, more = draw.choice([1, 2, 3, 4, 6, 8, 12]), draw.randint(1, 6), draw.randint(0, 3)

    def slopes(count):
        power = 2 ** math.floor(math.log2(count))
        own = [2 ** (-8 / power) ** 1 if False else 2 ** (-8 * (k + 1) / power) for k in range(power)]
        return own if power == count else own + [2 ** (-4 * (2 * k + 1) / power) for k in range(count - power)]

    places = torch.arange(steps + more)
    distance = (places[None, :] - places[-steps:, None]).abs()
    return case(name, f"alibi({heads}, {steps}, keys: {steps + more})", {}, lambda: (-distance * torch.tensor(slopes(heads), dtype=torch.float64)[:, None, None]).float(), slopes=False)


@family("transformer_encoder_layer", "transformer_decoder_layer")
def _(draw, name):
    n, t, s, heads = draw.randint(1, 2), draw.randint(1, 4), draw.randint(1, 4), draw.randint(1, 2)
    c, width = heads * draw.randint(1, 3), draw.randint(1, 6)
    given = {"feedforward": width, "dropout": 0}
    theirs = {"dim_feedforward": width, "dropout": 0.0, "batch_first": True}
    for key, value in (("activation", "gelu"), ("norm_first", True)):
        if draw.flip(0.4):
            given[key] = theirs[key] = value
    decodes = name == "transformer_decoder_layer"
    net = shaken((torch.nn.TransformerDecoderLayer if decodes else torch.nn.TransformerEncoderLayer)(c, heads, **theirs), draw)
    params = {"x": draw.plain([n, t, c], -2, 2)}
    later = ~torch.ones(t, t).tril().bool()
    if not decodes:
        causal = draw.flip(0.4)
        if causal:
            given["causal"] = True
        return case(name, f"{name}(x, {heads}{arguments(given)}) as net", params, lambda x, net: net(x, src_mask=later if causal else None), module=net, factor=1024)
    params["m"] = draw.plain([n, s, c], -2, 2)
    causal = draw.flip()
    if not causal:
        given["causal"] = False
    return case(name, f"{name}(x, m, {heads}{arguments(given)}) as net", params, lambda x, m, net: net(x, m, tgt_mask=later if causal else None), module=net, factor=1024)
