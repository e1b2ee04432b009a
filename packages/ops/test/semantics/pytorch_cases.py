"""Writes pytorch-cases.json: PyTorch's answers to contractions and window ops on numbers that a formula makes.

Element i of operand j is ((7919 i + 104729 j) mod 65 - 32) / 16, so sums of products are exact in f32. Needs torch; run from this folder.
"""
import itertools
import json
import math

import torch
import torch.nn.functional as F


def operand(shape, j):
    values = [((7919 * i + 104729 * j) % 65 - 32) / 16 for i in range(math.prod(shape))]
    return torch.tensor(values, dtype=torch.float32).reshape(shape)


cases = []


def case(op, shapes, args, answer):
    tensors = [operand(shape, j) for j, shape in enumerate(shapes)]
    result = answer(*tensors)
    # ten digits: more than f32 has, fewer than make the file long
    data = [float(f'{x:.10g}') for x in result.flatten().tolist()]
    cases.append({'op': op, 'shapes': shapes, 'args': args, 'shape': list(result.shape), 'data': data})


def conv(x, w, **args):
    function = F.conv2d if len(x) == 4 else F.conv1d
    case('conv', [x, w], args, lambda a, b: function(a, b, **args))


conv([1, 3, 5, 4], [2, 3, 3, 3], padding=1)
conv([2, 1, 6, 5], [3, 1, 3, 2], stride=[2, 1])
conv([1, 2, 7, 7], [2, 2, 3, 3], stride=2, padding=[1, 2], dilation=[2, 1])
conv([1, 4, 4, 5], [4, 1, 3, 3], padding=1, groups=4)
conv([1, 4, 4, 4], [8, 1, 3, 3], padding=1, stride=2, groups=4)
conv([1, 6, 3, 3], [4, 3, 2, 2], groups=2)
conv([2, 3, 9], [4, 3, 3], padding=2, dilation=2, stride=3)
conv([1, 4, 6], [4, 2, 5], padding=3, groups=2)
conv([1, 2, 3, 3], [2, 2, 1, 1], padding=1)
case('conv', [[1, 2, 4, 4], [2, 2, 3, 3]], {'padding': [[0, 2], [1, 0]]}, lambda a, b: F.conv2d(F.pad(a, (1, 0, 0, 2)), b))


def conv_transpose(x, w, **args):
    function = F.conv_transpose2d if len(x) == 4 else F.conv_transpose1d
    case('conv_transpose', [x, w], args, lambda a, b: function(a, b, **args))


conv_transpose([1, 2, 3, 3], [2, 3, 2, 2], stride=2)
conv_transpose([1, 2, 3, 2], [2, 1, 3, 3], stride=2, padding=1, output_padding=1)
conv_transpose([2, 2, 3, 2], [2, 2, 3, 2], stride=[1, 3], output_padding=[0, 2])
conv_transpose([1, 2, 3, 3], [2, 1, 3, 3], stride=2, dilation=2, padding=[2, 1])
conv_transpose([1, 4, 2, 3], [4, 2, 3, 3], groups=2, stride=2)
conv_transpose([1, 3, 4], [3, 2, 4], stride=3, padding=1, dilation=2)

for a, b in [
    ([3, 4], [4, 5]), ([4], [4, 3]), ([3, 4], [4]), ([5], [5]), ([2, 3, 4], [4, 2]), ([2, 3, 4], [2, 4, 2]),
    ([2, 1, 3, 4], [3, 4, 2]), ([4], [2, 4, 3]), ([2, 3, 4], [4]),
]:
    case('matmul', [a, b], {}, torch.matmul)
case('matmul', [[4, 3], [4, 2]], {'transpose_a': True}, lambda a, b: a.T @ b)
case('matmul', [[2, 3, 4], [2, 5, 4]], {'transpose_b': True}, lambda a, b: a @ b.transpose(-1, -2))

pools = [
    ([1, 2, 6, 5], dict(kernel=2)), ([1, 2, 7, 6], dict(kernel=3, stride=2)), ([1, 1, 7, 6], dict(kernel=3, stride=2, padding=1)),
    ([1, 1, 6, 6], dict(kernel=[3, 2], stride=[2, 3], padding=[1, 0])), ([1, 2, 7], dict(kernel=3, stride=2, padding=1)),
    ([1, 1, 5, 5], dict(kernel=2, stride=3, padding=1)),
]
for (shape, args), ceil in itertools.product(pools, [False, True]):
    torch_args = dict(kernel_size=args['kernel'], stride=args.get('stride'), padding=args.get('padding', 0), ceil_mode=ceil)
    two = len(shape) == 4
    largest, mean = (F.max_pool2d, F.avg_pool2d) if two else (F.max_pool1d, F.avg_pool1d)
    case('max_pool', [shape], {**args, 'ceil': ceil}, lambda x: largest(x, **torch_args))
    for count in [True, False]:
        case('avg_pool', [shape], {**args, 'ceil': ceil, 'count_padding': count},
             lambda x: mean(x, **torch_args, count_include_pad=count))

for scale in [2, 3, [2, 4], [1, 3]]:
    factor = scale if isinstance(scale, int) else tuple(scale)
    case('upsample', [[1, 2, 3, 2]], {'scale': scale, 'mode': 'nearest'}, lambda x: F.interpolate(x, scale_factor=factor))
    case('upsample', [[1, 2, 3, 2]], {'scale': scale, 'mode': 'bilinear'},
         lambda x: F.interpolate(x, scale_factor=factor, mode='bilinear', align_corners=False))
case('upsample', [[1, 2, 4]], {'scale': 3, 'mode': 'bilinear'}, lambda x: F.interpolate(x, scale_factor=3, mode='linear'))

with open('pytorch-cases.json', 'w') as file:
    file.write('[\n' + ',\n'.join(json.dumps(each) for each in cases) + '\n]\n')
