"""A running chip: an artifact with a memory of its own."""

import ctypes
import os
from collections.abc import Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any, Optional, Union

import wasmtime
from numpy.typing import NDArray

from .arrays import as_tensor, from_bytes, to_bytes
from .errors import TesseraError, unknown_name
from .manifest import COMPILED, ELEMENT_BYTES, Manifest, Program, Tensor, Variable, read_manifest
from .training import TrainingResult, train
from .weights import read_weights, write_weights

def load(
    artifact: Union[str, os.PathLike, bytes],
    *,
    weights: Union[str, os.PathLike, Mapping[str, Any], None] = None,
    seed: int = 0,
) -> "Chip":
    """Loads an artifact, a file or its bytes, and makes a chip that is ready to run.

    `seed` decides the first values of all variables that are not embedded; `weights`, a safetensors file or arrays by path, replace them. A
    TesseraError if it cannot be run here.
    """
    if isinstance(artifact, bytes):
        wasm = artifact
    else:
        try:
            wasm = Path(artifact).read_bytes()
        except OSError as error:
            raise TesseraError(f"{artifact} cannot be read: {error.strerror}") from None
    chip = Chip(wasm, seed=seed)
    if weights is not None:
        chip.load_weights(weights)
    return chip


class Chip:
    """Use `load`. Not for use by several threads at once. All mistakes of a caller are a TesseraError, and leave the chip as it was."""

    def __init__(self, wasm: bytes, *, seed: int = 0):
        self.manifest: Manifest = read_manifest(wasm)
        if not isinstance(seed, int) or not -(2**31) <= seed < 2**31:
            raise TesseraError(f"a seed is a whole number of 32 bits, not {seed}")
        if self.manifest.threads > 1:
            # The memory of such an artifact is given by its host, and wasmtime's Python package cannot hand over a shared one.
            raise TesseraError("the artifact was compiled for several threads", "compile it without --threads")
        engine = wasmtime.Engine()
        try:
            module = wasmtime.Module(engine, wasm)
        except wasmtime.WasmtimeError as error:
            raise TesseraError(f"the artifact cannot be compiled here: {str(error).splitlines()[0]}", COMPILED) from None
        if module.imports:
            imported = module.imports[0]
            raise TesseraError(f"the artifact imports {imported.module}.{imported.name}, and none of Tessera does", COMPILED)
        self._store = wasmtime.Store(engine)
        self._exports = self._instantiate(module)
        self._memory = self._bytes()
        self._call("load")
        self._call("init", seed)
        self.variables = Variables(self)
        self._given: set[tuple[str, str]] = set()

    @property
    def programs(self) -> dict[str, Program]:
        """The programs by name, with their inputs and outputs."""
        return self.manifest.programs

    def run(self, program: str, inputs: Optional[Mapping[str, Any]] = None, /, **named: Any) -> dict[str, NDArray[Any]]:
        """Runs a program once, and returns copies of its outputs by name.

        Inputs are given by name, in a mapping or as arguments, as whatever NumPy makes an array of. One that is not given keeps its last
        value. Nothing runs where one of them is wrong, or was never given.
        """
        asked = self.program(program)
        arrays = self._checked(asked, {**(inputs or {}), **named})
        missing = [n for n in asked.inputs if n not in arrays and (program, n) not in self._given]
        if missing:
            raise TesseraError(f"{program} needs a value for {missing[0]}: {asked.inputs[missing[0]]}")
        for name, array in arrays.items():
            self._write(asked.inputs[name], array)
            self._given.add((program, name))
        self._call(program)
        return {name: self._read(tensor) for name, tensor in asked.outputs.items()}

    def train(self, program: str, data: Mapping[str, Any], **options: Any) -> TrainingResult:
        """Trains on data whose first axis counts samples: see `tessera_dnn.training.train` for the options."""
        return train(self, self.program(program), data, **options)

    def init(self, seed: int) -> None:
        """Gives every state, and every param that is not embedded, its first value again."""
        self._call("init", seed)

    def load_weights(self, weights: Union[str, os.PathLike, Mapping[str, Any]]) -> list[str]:
        """Replaces the variables that a safetensors file or a mapping has by their paths, and returns the paths of the params that it
        lacks. None is replaced where one does not fit, or where nothing has the path of any."""
        given = weights if isinstance(weights, Mapping) else read_weights(weights)
        known = self.manifest.variables
        fitting = {path: as_tensor(given[path], v.tensor, path, exact_shape=True) for path, v in known.items() if path in given}
        if not fitting and given:
            raise unknown_name("the artifact has no variable", next(iter(given)), known)
        for path, array in fitting.items():
            self._write_variable(known[path], array)
        return [path for path, v in known.items() if v.kind == "param" and path not in fitting]

    def save(self, file: Union[str, os.PathLike]) -> None:
        """Writes all variables to a safetensors file, each in the type in which it is stored."""
        found = self.manifest.variables
        write_weights(file, {path: (v.tensor.type, self.variables[path]) for path, v in found.items()})

    def program(self, name: str) -> Program:
        """The program of that name."""
        found = self.manifest.programs.get(name)
        if found is None:
            raise unknown_name("the artifact has no program", name, self.manifest.programs)
        return found

    def _checked(self, program: Program, given: Mapping[str, Any]) -> dict[str, NDArray[Any]]:
        arrays: dict[str, NDArray[Any]] = {}
        for name, value in given.items():
            tensor = program.inputs.get(name)
            if tensor is None:
                raise unknown_name(f"{program.name} has no input", name, program.inputs)
            arrays[name] = as_tensor(value, tensor, f"{name} of {program.name}")
        return arrays

    def _instantiate(self, module: wasmtime.Module) -> Any:
        try:
            exports = wasmtime.Instance(self._store, module, []).exports(self._store)
        except (wasmtime.WasmtimeError, wasmtime.Trap, MemoryError) as error:
            raise TesseraError(f"the artifact cannot be started: {str(error).splitlines()[0]}") from None
        needed = ["init", "load", "read", "write", *self.manifest.programs]
        missing = [name for name in needed if not isinstance(exports.get(name), wasmtime.Func)]
        if missing:
            raise TesseraError(f"the artifact exports no function {missing[0]}", COMPILED)
        return exports

    def _bytes(self) -> Any:
        """The memory, which never grows, as bytes that can be written."""
        memory = self._exports.get("memory")
        if not isinstance(memory, wasmtime.Memory):
            raise TesseraError("the artifact exports no memory", COMPILED)
        size = memory.data_len(self._store)
        if size != self.manifest.total_bytes:
            raise TesseraError(f"the artifact has {size} bytes of memory, but says {self.manifest.total_bytes}")
        whole = ctypes.cast(memory.data_ptr(self._store), ctypes.POINTER(ctypes.c_ubyte * size)).contents
        return memoryview(whole).cast("B")

    def _call(self, function: str, *arguments: int) -> None:
        try:
            self._exports[function](self._store, *arguments)
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            raise TesseraError(f"{function} of the artifact failed: {str(error).splitlines()[0]}") from None

    def _write(self, tensor: Tensor, array: NDArray[Any]) -> None:
        data = to_bytes(array, tensor.type)
        self._memory[tensor.address : tensor.address + len(data)] = data

    def _read(self, tensor: Tensor) -> NDArray[Any]:
        size = tensor.elements * ELEMENT_BYTES[tensor.type]
        return from_bytes(self._memory[tensor.address : tensor.address + size], tensor.type, tensor.shape)

    def _write_variable(self, variable: Variable, array: NDArray[Any]) -> None:
        self._write(variable.tensor, array)
        self._call("write", variable.index)

    def _read_variable(self, variable: Variable) -> NDArray[Any]:
        self._call("read", variable.index)
        return self._read(variable.tensor)


class Variables(MutableMapping[str, Any]):
    """Params and states by path: reading one gives a copy, assigning replaces it. None can be added or removed."""

    def __init__(self, chip: Chip):
        self._chip = chip

    def __getitem__(self, path: str) -> NDArray[Any]:
        return self._chip._read_variable(self._find(path))

    def __setitem__(self, path: str, value: Any) -> None:
        variable = self._find(path)
        self._chip._write_variable(variable, as_tensor(value, variable.tensor, path, exact_shape=True))

    def __delitem__(self, path: str) -> None:
        raise TesseraError(f"{path} is part of the artifact and cannot be removed")

    def __iter__(self) -> Iterator[str]:
        return iter(self._chip.manifest.variables)

    def __len__(self) -> int:
        return len(self._chip.manifest.variables)

    def __contains__(self, path: object) -> bool:
        return path in self._chip.manifest.variables

    def _find(self, path: str) -> Variable:
        found = self._chip.manifest.variables.get(path)
        if found is None:
            raise unknown_name("the artifact has no variable", path, self)
        return found
