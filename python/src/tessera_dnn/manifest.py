"""The description that an artifact has of itself: JSON in the custom section `tessera` of the module.

Everything in it is checked before it is believed, so that no address leads out of the memory.
"""

import json
from dataclasses import dataclass
from typing import Any, Optional

from .errors import TesseraError

#: Bytes of an element in memory, by its type.
ELEMENT_BYTES = {"f32": 4, "f16": 2, "bf16": 2, "i32": 4, "i8": 1, "u8": 1, "bool": 1}
COMPILED = "give the file that `tessera compile` wrote"


@dataclass(frozen=True)
class Tensor:
    """A tensor in the host window, contiguous and row-major; `address` in bytes."""

    name: str
    type: str
    shape: tuple[int, ...]
    address: int

    @property
    def elements(self) -> int:
        count = 1
        for extent in self.shape:
            count *= extent
        return count

    def __str__(self) -> str:
        return f"{self.type}[{', '.join(map(str, self.shape))}]"


@dataclass(frozen=True)
class Program:
    """A program: a model, or one step of training. `cycles` are modelled, of one run."""

    name: str
    kind: str
    cycles: float
    inputs: dict[str, Tensor]
    outputs: dict[str, Tensor]


@dataclass(frozen=True)
class Variable:
    """A param or state. Its `address` is that of the transfer area."""

    index: int
    path: str
    kind: str
    embedded: bool
    tensor: Tensor


@dataclass(frozen=True)
class Manifest:
    """What an artifact holds. `threads`: how many may share its work."""

    source: str
    math: str
    chip: dict[str, Any]
    threads: int
    total_bytes: int
    programs: dict[str, Program]
    variables: dict[str, Variable]


def read_manifest(wasm: bytes) -> Manifest:
    """The manifest of an artifact; a TesseraError where the bytes are none, or where it says what cannot be."""
    section = _custom_section(wasm, "tessera")
    if section is None:
        raise TesseraError("this wasm module was not made by Tessera: it has no section called tessera", COMPILED)
    try:
        told = json.loads(section)
    except ValueError as error:
        raise TesseraError(f"the artifact's manifest is not JSON: {error}") from None
    if not isinstance(told, dict) or told.get("format") != "tessera":
        raise TesseraError("the artifact's manifest is not one of Tessera", COMPILED)
    if told.get("version") != 1:
        raise TesseraError(
            f"the artifact has version {told.get('version')}, and this package reads version 1",
            "install another version of tessera-dnn, or compile again",
        )
    try:
        return _checked(told)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise TesseraError(f"the artifact's manifest is damaged: {type(error).__name__} {error}") from None


def _checked(told: dict[str, Any]) -> Manifest:
    memory = told["memory"]
    total = _count(memory["totalBytes"])
    host = memory["host"]
    start, end = _count(host["address"]), _count(host["address"]) + _count(host["bytes"])
    if end > total:
        raise ValueError("the host window ends after the memory")

    def tensor(name: str, type: str, shape: list[int], address: int) -> Tensor:
        made = Tensor(str(name), type, tuple(_count(extent) for extent in shape), _count(address))
        if not start <= made.address <= made.address + made.elements * ELEMENT_BYTES[type] <= end:
            raise ValueError(f"{name} lies outside of the host window")
        return made

    def tensors(entries: list[dict[str, Any]]) -> dict[str, Tensor]:
        return {e["name"]: tensor(e["name"], e["type"], e["shape"], e["address"]) for e in entries}

    programs = {
        name: Program(name, p["kind"], float(p["cycles"]), tensors(p["inputs"]), tensors(p["outputs"]))
        for name, p in told["programs"].items()
    }
    variables = {
        v["path"]: Variable(
            _count(v["index"]),
            v["path"],
            v["kind"],
            bool(v["embedded"]),
            tensor(v["path"], v["type"], v["shape"], host["transfer"]),
        )
        for v in told["variables"]
    }
    threads = _count(told.get("threads", 1))
    return Manifest(told["source"], told["math"], told["chip"], threads, total, programs, variables)


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is no count")
    return value


def _custom_section(wasm: bytes, wanted: str) -> Optional[bytes]:
    """The content of a custom section of a module (WebAssembly's specification, 5.5.3)."""
    if wasm[:8] != b"\0asm\1\0\0\0":
        page = "they are a page of HTML, which servers send for addresses that they do not know"
        raise TesseraError("these bytes are not a wasm module", page if wasm[:1] == b"<" else COMPILED)
    at = 8
    try:
        while at < len(wasm):
            kind = wasm[at]
            size, begin = _unsigned(wasm, at + 1)
            end = begin + size
            if end > len(wasm):
                raise IndexError
            if kind == 0:
                length, name = _unsigned(wasm, begin)
                if wasm[name : name + length] == wanted.encode():
                    return wasm[name + length : end]
            at = end
    except IndexError:
        raise TesseraError(f"the wasm module is damaged or cut off: its section at byte {at} is not whole") from None
    return None


def _unsigned(data: bytes, at: int) -> tuple[int, int]:
    """A number in unsigned LEB128, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
