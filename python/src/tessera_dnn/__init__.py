"""Runs and trains networks that Tessera has compiled to WebAssembly, with NumPy arrays.

    import tessera_dnn as tessera

    chip = tessera.load("lenet.wasm")
    scores = chip.run("lenet", image=pixels)["output"]
"""

from .chip import Chip, load
from .command import compile
from .errors import TesseraError
from .training import Step, TrainingResult

__all__ = ["Chip", "Step", "TesseraError", "TrainingResult", "compile", "load"]
__version__ = "0.1.0"
