"""Tensors as NumPy arrays: what is taken for an element type, and how it lies in memory.

`bf16` has no type in NumPy: it is `float32` there, exactly when read, and rounded to the nearest (ties to even) when written.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import TesseraError
from .manifest import Tensor

#: What users see.
DTYPES = {
    "f32": np.dtype("<f4"),
    "f16": np.dtype("<f2"),
    "bf16": np.dtype("<f4"),
    "i32": np.dtype("<i4"),
    "i8": np.dtype("i1"),
    "u8": np.dtype("u1"),
    "bool": np.dtype("?"),
}


def as_tensor(given: Any, tensor: Tensor, what: str, exact_shape: bool = False) -> NDArray[Any]:
    """`given` in the tensor's type and shape, row-major. Wider floats are rounded and integers become floats; integers must fit, and floats are
    no integers. A shape may differ where the elements are as many (`[28, 28]` for `[1, 1, 28, 28]`), unless `exact_shape`. `what` names
    the tensor in messages. A TesseraError otherwise.
    """
    try:
        array = np.asarray(given)
    except ValueError as error:
        raise TesseraError(f"{what} is {tensor}, and no array can be made of what was given: {error}") from None
    wanted = DTYPES[tensor.type]
    if array.dtype.kind not in ("f" if wanted.kind == "f" else "") + "iub":
        raise TesseraError(
            f"{what} is {tensor}, but an array of {array.dtype} was given",
            "round it and cast it: array.round().astype(numpy.int32)" if array.dtype.kind == "f" else None,
        )
    if wanted.kind in "iu" and array.size > 0:
        least, most = np.iinfo(wanted).min, np.iinfo(wanted).max
        if int(array.min()) < least or int(array.max()) > most:
            raise TesseraError(f"{what} is {tensor}, which holds {least} to {most}; {array.min()} to {array.max()} was given")
    if array.shape != tensor.shape and (exact_shape or array.size != tensor.elements):
        raise TesseraError(f"{what} is {tensor}, but an array of shape {list(array.shape)} was given")
    with np.errstate(over="ignore", invalid="ignore"):
        return np.ascontiguousarray(array.astype(wanted, copy=False)).reshape(tensor.shape)


def to_bytes(array: NDArray[Any], type: str) -> bytes:
    """How the elements lie in memory."""
    if type != "bf16":
        return array.tobytes()
    bits = array.astype("<f4", copy=False).view(np.uint32)
    rounded = (bits + (0x7FFF + ((bits >> 16) & 1)) >> 16).astype("<u2")
    # The rounding would carry a NaN with few bits over to infinity.
    return np.where(np.isnan(array), ((bits >> 16) | 0x40).astype("<u2"), rounded).tobytes()


def from_bytes(data: Any, type: str, shape: tuple[int, ...]) -> NDArray[Any]:
    """A copy of the elements at the beginning of `data`."""
    if type != "bf16":
        return np.frombuffer(data, DTYPES[type]).reshape(shape).copy()
    return (np.frombuffer(data, "<u2").astype(np.uint32) << 16).view(np.float32).reshape(shape)
