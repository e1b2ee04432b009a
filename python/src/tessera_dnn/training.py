"""The loop of a training."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Callable, Optional, Union

import numpy as np
from numpy.typing import NDArray

from .arrays import as_tensor
from .errors import TesseraError, unknown_name
from .manifest import Program, Tensor

if TYPE_CHECKING:
    from .chip import Chip


@dataclass(frozen=True)
class Step:
    """A step that was taken. `step` and `epoch` count from 1; `outputs` are the program's of one element, as numbers."""

    step: int
    epoch: int
    outputs: dict[str, float]


@dataclass(frozen=True)
class TrainingResult:
    """What a training came to: its steps, the means of the program's outputs over each epoch, and how long it took."""

    steps: int
    epochs: list[dict[str, float]] = field(default_factory=list)
    seconds: float = 0.0


#: A value that a step is given: the same for all, or made of the number of the step, from 0 on.
Scheduled = Union[float, NDArray[Any], Callable[[int], Any]]


def train(
    chip: Chip,
    program: Program,
    data: Mapping[str, Any],
    *,
    epochs: int = 1,
    inputs: Optional[Mapping[str, Scheduled]] = None,
    shuffle: bool = True,
    seed: int = 0,
    on_step: Optional[Callable[[Step], Any]] = None,
    on_epoch: Optional[Callable[[int, dict[str, float]], Any]] = None,
) -> TrainingResult:
    """Trains on `data`: arrays by the name of an input, whose first axis counts samples.

    The first axis of the input says how many samples a step takes; those that are left over at the end of an epoch are left out. `inputs` are
    the program's others, such as a rate. `shuffle` draws a new order for each epoch, by `seed`. `on_step` and `on_epoch` are called
    after each; where one of them returns False, the training ends. A TesseraError where the data does not fit, and where a loss is no number.
    """
    if program.kind != "train":
        raise TesseraError(f"{program.name} is a model, and cannot be trained", "write a `train` program that calls it")
    columns = {name: _column(program, name, given) for name, given in data.items()}
    if not columns:
        raise TesseraError(f"{program.name} has no data to train on", f"its inputs are {', '.join(program.inputs)}")
    counts = {name: len(column) for name, column in columns.items()}
    batches = {name: program.inputs[name].shape[0] for name in columns}
    samples, batch = next(iter(counts.values())), next(iter(batches.values()))
    if len(set(counts.values())) > 1:
        raise TesseraError(f"there are different numbers of samples: {_listed(counts)}")
    if len(set(batches.values())) > 1:
        raise TesseraError(f"{program.name} takes different numbers of samples in a step: {_listed(batches)}")
    if samples < batch:
        raise TesseraError(f"{samples} samples fill no batch of {batch}", f"--set {program.name}.n=… compiles for another")
    others = dict(inputs or {})
    for name in others:
        if name not in program.inputs:
            raise unknown_name(f"{program.name} has no input", name, program.inputs)
    order = np.random.default_rng(seed)
    begin, steps, means = time.perf_counter(), 0, []
    for epoch in range(1, epochs + 1):
        at = order.permutation(samples) if shuffle else np.arange(samples)
        sums: dict[str, float] = {}
        count = samples // batch
        for first in range(0, count * batch, batch):
            chosen = at[first : first + batch]
            given = {name: column[chosen] for name, column in columns.items()}
            given.update({name: value(steps) if callable(value) else value for name, value in others.items()})
            outputs = _numbers(chip.run(program.name, given))
            steps += 1
            for name, value in outputs.items():
                if not np.isfinite(value):
                    raise TesseraError(f"{name} is {value} at step {steps}", "a smaller rate, or `clip`, may help")
                sums[name] = sums.get(name, 0.0) + value
            if on_step is not None and on_step(Step(steps, epoch, outputs)) is False:
                return TrainingResult(steps, means, time.perf_counter() - begin)
        means.append({name: value / count for name, value in sums.items()})
        if on_epoch is not None and on_epoch(epoch, means[-1]) is False:
            break
    return TrainingResult(steps, means, time.perf_counter() - begin)


def _column(program: Program, name: str, given: Any) -> NDArray[Any]:
    tensor = program.inputs.get(name)
    if tensor is None:
        raise unknown_name(f"{program.name} has no input", name, program.inputs)
    if not tensor.shape:
        raise TesseraError(f"{name} of {program.name} is a single number, and no data", "give it in `inputs`")
    array = np.asarray(given)
    if array.ndim == 0:
        raise TesseraError(f"data for {name} of {program.name} has no axis that counts samples")
    whole = Tensor(name, tensor.type, (len(array), *tensor.shape[1:]), 0)
    return as_tensor(array, whole, f"data for {name} of {program.name}")


def _numbers(outputs: dict[str, NDArray[Any]]) -> dict[str, float]:
    return {name: float(array.reshape(-1)[0]) for name, array in outputs.items() if array.size == 1}


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.items())
