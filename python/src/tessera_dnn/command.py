"""Compiles programs by calling the command `tessera`, which needs Node."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Optional, Union

from .errors import TesseraError


def compile(
    source: Union[str, os.PathLike],
    output: Union[str, os.PathLike, None] = None,
    *,
    program: Union[str, Sequence[str], None] = None,
    weights: Union[str, os.PathLike, None] = None,
    set: Optional[Mapping[str, object]] = None,
    math: Optional[str] = None,
    precision: Optional[str] = None,
    threads: Optional[int] = None,
    chip: Optional[str] = None,
    flags: Sequence[str] = (),
    command: Optional[Sequence[str]] = None,
) -> bytes:
    """Compiles a `.dnn` text or an `.onnx` model, and returns the artifact; writes it to `output` too, if that is given.

    The options are those of `tessera compile`; `flags` are more of them, as on the command line. `command` is how the command is called;
    without it, `tessera` on the PATH, or that of a project's `node_modules`. A TesseraError with what the command says where it fails.
    """
    asked = [program] if isinstance(program, str) else list(program or ())
    arguments = [f"--program={name}" for name in asked]
    arguments += [f"--set={name}={value}" for name, value in (set or {}).items()]
    options = {"weights": weights, "math": math, "precision": precision, "threads": threads, "chip": chip}
    arguments += [f"--{name}={value}" for name, value in options.items() if value is not None]
    with tempfile.TemporaryDirectory(prefix="tessera-") as folder:
        target = Path(folder) / "artifact.wasm"
        called = [*(command or _found()), "compile", os.fspath(source), "-o", os.fspath(target), *arguments, *flags]
        try:
            ended = subprocess.run(called, capture_output=True, text=True, encoding="utf-8", errors="replace")
        except OSError as error:
            raise TesseraError(f"{called[0]} cannot be called: {error.strerror}") from None
        if ended.returncode != 0:
            raise TesseraError(f"tessera compile failed\n{(ended.stderr or ended.stdout).strip()}")
        artifact = target.read_bytes()
    if output is not None:
        try:
            Path(output).write_bytes(artifact)
        except OSError as error:
            raise TesseraError(f"{output} cannot be written: {error.strerror}") from None
    return artifact


def _found() -> list[str]:
    on_path = shutil.which("tessera")
    if on_path is not None:
        return [on_path]
    for folder in [Path.cwd(), *Path.cwd().parents]:
        local = folder / "node_modules" / ".bin" / ("tessera.cmd" if os.name == "nt" else "tessera")
        if local.exists():
            return [str(local)]
    if shutil.which("node") is None:
        raise TesseraError(
            "compiling needs Node, which is not here; running an artifact does not",
            "install Node 22, then: npm install --global @tessera-dnn/cli",
        )
    raise TesseraError("compiling needs the command `tessera`, which is not here", "npm install --global @tessera-dnn/cli")
