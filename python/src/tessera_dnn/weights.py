"""Variables in safetensors files: eight bytes with the length of a JSON header, the header, the tensors.

The package `safetensors` reads no `bf16` into NumPy, and its functions for bytes change from version to version; the format does not.
"""

import json
import os
from pathlib import Path
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

from .arrays import from_bytes, to_bytes
from .errors import TesseraError
from .manifest import ELEMENT_BYTES

_NAMES = {"f32": "F32", "f16": "F16", "bf16": "BF16", "i32": "I32", "i8": "I8", "u8": "U8", "bool": "BOOL"}
_TYPES = {name: type for type, name in _NAMES.items()}
#: Types of other programs, whose values variables can have.
_WIDE = {"F64": np.dtype("<f8"), "I64": np.dtype("<i8")}
#: The format's own limit.
_MOST_HEADER_BYTES = 100_000_000


def read_weights(file: Union[str, os.PathLike]) -> dict[str, NDArray[Any]]:
    """All tensors of a file by name; those of an element type that no variable has are left out."""
    try:
        data = Path(file).read_bytes()
    except OSError as error:
        raise TesseraError(f"{file} cannot be read: {error.strerror}") from None
    try:
        return _read(memoryview(data))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise TesseraError(f"{file} is no sound safetensors file: {error}") from None


def _read(data: memoryview) -> dict[str, NDArray[Any]]:
    length = int.from_bytes(data[:8], "little")
    if len(data) < 8 or length > min(len(data) - 8, _MOST_HEADER_BYTES):
        raise ValueError("its header is longer than the file")
    header = json.loads(bytes(data[8 : 8 + length]))
    content = data[8 + length :]
    found: dict[str, NDArray[Any]] = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        (start, end), shape = entry["data_offsets"], tuple(int(extent) for extent in entry["shape"])
        type, wide = _TYPES.get(entry["dtype"]), _WIDE.get(entry["dtype"])
        if type is None and wide is None:
            continue
        count = 1
        for extent in shape:
            if extent < 0:
                raise ValueError(f"{name} has a negative extent")
            count *= extent
        size = wide.itemsize if wide is not None else ELEMENT_BYTES[type]
        if not 0 <= start <= end <= len(content) or end - start != count * size:
            raise ValueError(f"{name} does not lie in the file as it says")
        piece = content[start:end]
        found[name] = np.frombuffer(piece, wide).reshape(shape) if wide is not None else from_bytes(piece, type, shape)
    return found


def write_weights(file: Union[str, os.PathLike], tensors: dict[str, tuple[str, NDArray[Any]]]) -> None:
    """Writes tensors, each with its element type, by name. The file is written whole or not at all."""
    header: dict[str, Any] = {}
    pieces: list[bytes] = []
    at = 0
    for name, (type, array) in tensors.items():
        piece = to_bytes(array, type)
        header[name] = {"dtype": _NAMES[type], "shape": list(array.shape), "data_offsets": [at, at + len(piece)]}
        pieces.append(piece)
        at += len(piece)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    target = Path(file)
    beside = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        with open(beside, "xb") as stream:
            stream.write(len(text).to_bytes(8, "little") + text)
            stream.writelines(pieces)
        os.replace(beside, target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise TesseraError(f"{file} cannot be written: {error.strerror}") from None
