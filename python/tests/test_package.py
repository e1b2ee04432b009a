"""The package, against what the chip of the JavaScript packages gave. `TESSERA_FIXTURES` is the folder with artifacts and answers."""

import json
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

import numpy as np

import tessera_dnn as tessera
from tessera_dnn.arrays import from_bytes, to_bytes
from tessera_dnn.manifest import read_manifest
from tessera_dnn.weights import read_weights

FIXTURES = Path(os.environ["TESSERA_FIXTURES"])
EXPECTED = json.loads((FIXTURES / "expected.json").read_text())


def floats(name):
    """Answers are kept as the bits of f32."""
    return np.array(EXPECTED[name], np.uint32).view(np.float32)


class Running(unittest.TestCase):
    def test_gives_the_bits_of_other_hosts(self):
        chip = tessera.load(FIXTURES / "net.wasm", seed=3)
        x = np.arange(8, dtype=np.float32).reshape(2, 4) / 7
        self.assertTrue(np.array_equal(chip.run("net", x=x)["output"].reshape(-1), floats("output")))

    def test_trains_to_the_bits_of_other_hosts(self):
        chip = tessera.load(FIXTURES / "net.wasm", seed=3)
        x, y = floats("x").reshape(-1, 4), floats("y").reshape(-1, 2)
        losses = []
        result = chip.train(
            "fit",
            {"x": x, "y": y},
            epochs=3,
            shuffle=False,
            inputs={"rate": lambda step: np.float32(0.05) / np.float32(1 + step)},
            on_step=lambda step: losses.append(step.outputs["loss"]),
        )
        self.assertEqual(result.steps, 3 * (len(x) // 2))
        self.assertTrue(np.array_equal(np.array(losses, np.float32), floats("losses")))
        self.assertTrue(np.array_equal(chip.variables["a.weight"].reshape(-1), floats("weight")))

    def test_every_element_type_comes_back(self):
        chip = tessera.load(FIXTURES / "types.wasm")
        given = {
            "a": np.array([1.5, -0.0, np.inf, 65504], np.float16),
            "b": np.array([1.5, -2, 3e38, -np.inf], np.float32),
            "c": np.array([-(2**31), 2**31 - 1, 0, 7], np.int64),
            "d": [-128, 127, 0, 5],
            "e": [0, 255, 3, 4],
            "f": [True, False, True, True],
        }
        found = chip.run("same", given)
        for name, value in given.items():
            expected = to_bytes(np.asarray(value, np.float32), "bf16") if name == "b" else None
            array = found[f"{name}_out"]
            if expected is not None:
                self.assertTrue(np.array_equal(array, from_bytes(expected, "bf16", (4,))))
            else:
                self.assertTrue(np.array_equal(array, value), name)

    def test_bf16_is_rounded_to_the_nearest_even(self):
        rng = np.random.default_rng(1)
        values = rng.integers(0, 2**32, 20_000, dtype=np.uint32).view(np.float32)
        rounded = from_bytes(to_bytes(values, "bf16"), "bf16", values.shape).astype(np.float64)
        finite = np.isfinite(values) & np.isfinite(rounded)
        bits = values[finite].view(np.uint32)
        low = (bits & 0xFFFF0000).view(np.float32).astype(np.float64)
        high = ((bits & 0xFFFF0000) + np.uint32(0x10000)).view(np.float32).astype(np.float64)
        exact = values[finite].astype(np.float64)
        best = np.minimum(np.abs(exact - low), np.abs(np.where(np.isfinite(high), high, np.inf) - exact))
        self.assertTrue(np.array_equal(np.abs(rounded[finite] - exact), best))
        self.assertTrue(np.array_equal(np.isnan(values), np.isnan(rounded)))


class Mistakes(unittest.TestCase):
    def setUp(self):
        self.chip = tessera.load(FIXTURES / "net.wasm")

    def fails(self, message, call):
        with self.assertRaisesRegex(tessera.TesseraError, message):
            call()

    def test_names(self):
        chip = self.chip
        self.fails("no program called nett\nhelp: did you mean net?", lambda: chip.run("nett"))
        self.fails("net has no input called y", lambda: chip.run("net", y=1))
        self.fails("no variable called a.weigth\nhelp: did you mean a.weight?", lambda: chip.variables["a.weigth"])
        self.fails("net needs a value for x", lambda: tessera.load(FIXTURES / "net.wasm").run("net"))
        self.fails("no variable called other", lambda: chip.load_weights({"other": np.zeros(2)}))

    def test_arrays(self):
        chip = self.chip
        self.fails(r"x of net is f32\[2, 4\], but an array of shape \[3\]", lambda: chip.run("net", x=[1, 2, 3]))
        self.fails("no array can be made", lambda: chip.run("net", x=[[1, 2], [3]]))
        self.fails("an array of <U1 was given", lambda: chip.run("net", x=["a"] * 8))
        self.fails("fill no batch of 2", lambda: chip.train("fit", {"x": np.zeros((1, 4)), "y": np.zeros((1, 2))}))
        self.fails("different numbers of samples: x 4, y 6", lambda: chip.train("fit", {"x": np.zeros((4, 4)), "y": np.zeros((6, 2))}))
        self.fails("net is a model", lambda: chip.train("net", {"x": np.zeros((4, 4))}))
        types = tessera.load(FIXTURES / "types.wasm")
        self.fails("i8.4., which holds -128 to 127; 0 to 128 was given", lambda: types.run("same", d=[0, 128, 0, 0]))
        self.fails("an array of float64", lambda: types.run("same", c=[0.5] * 4))

    def test_a_wrong_input_leaves_all_as_it_was(self):
        before = self.chip.run("net", x=np.ones((2, 4)))["output"]
        with self.assertRaises(tessera.TesseraError):
            self.chip.run("net", {"x": np.zeros((2, 4)), "z": 1})
        self.assertTrue(np.array_equal(self.chip.run("net")["output"], before))

    def test_files(self):
        self.fails("cannot be read: No such file", lambda: tessera.load(FIXTURES / "nothing.wasm"))
        self.fails("not a wasm module\nhelp: they are a page", lambda: tessera.load(b"<html>"))
        self.fails("no section called tessera", lambda: tessera.load(b"\0asm\1\0\0\0"))
        self.fails("several threads\nhelp: compile it without --threads", lambda: tessera.load(FIXTURES / "threads.wasm"))
        self.fails("cannot be written", lambda: self.chip.save(FIXTURES / "nowhere" / "a.safetensors"))

    def test_damaged_files_are_refused_or_run(self):
        wasm = (FIXTURES / "net.wasm").read_bytes()
        rng = np.random.default_rng(2)
        section = wasm.find(b'{"format"')
        for _ in range(300):
            broken = bytearray(wasm)
            for at in rng.integers(section, min(section + 3000, len(wasm)), 3):
                broken[at] = rng.integers(0, 256)
            try:
                manifest = read_manifest(bytes(broken))
            except tessera.TesseraError:
                continue
            for variable in manifest.variables.values():
                self.assertLessEqual(variable.tensor.address + variable.tensor.elements, manifest.total_bytes)
        self.chip.save(FIXTURES / "saved.safetensors")
        weights = (FIXTURES / "saved.safetensors").read_bytes()
        for _ in range(300):
            broken = bytearray(weights)
            for at in rng.integers(0, 200, 2):
                broken[at] = rng.integers(0, 256)
            (FIXTURES / "broken.safetensors").write_bytes(bytes(broken))
            try:
                read_weights(FIXTURES / "broken.safetensors")
            except tessera.TesseraError:
                pass


class Files(unittest.TestCase):
    def test_saves_what_the_command_reads(self):
        chip = tessera.load(FIXTURES / "net.wasm", seed=5)
        chip.save(FIXTURES / "five.safetensors")
        flags = ["--weights", str(FIXTURES / "five.safetensors"), "--program", "net"]
        artifact = tessera.compile(FIXTURES / "net.dnn", math="strict", flags=flags, command=EXPECTED["command"])
        x = np.linspace(-1, 1, 8).reshape(2, 4)
        # Compiled without its training, the program may add up in another order.
        np.testing.assert_allclose(tessera.load(artifact).run("net", x=x)["output"], chip.run("net", x=x)["output"], rtol=1e-5)

    def test_says_what_the_command_says(self):
        (FIXTURES / "wrong.dnn").write_text("model net(x: f32[2]) { x + y }\n")
        with self.assertRaisesRegex(tessera.TesseraError, "tessera compile failed\n.*error.unknown-name"):
            tessera.compile(FIXTURES / "wrong.dnn", command=EXPECTED["command"])

    def test_says_where_there_is_no_node(self):
        code = "import tessera_dnn as t\ntry: t.compile('a.dnn')\nexcept t.TesseraError as e: print(e)"
        bare = {**os.environ, "PATH": ""}
        ended = subprocess.run([sys.executable, "-c", code], cwd="/", env=bare, capture_output=True, text=True)
        self.assertIn("compiling needs Node", ended.stdout)


class Readme(unittest.TestCase):
    def test_its_blocks_run_in_their_order(self):
        text = Path(os.environ["TESSERA_README"]).read_text()
        os.chdir(FIXTURES)
        os.environ["PATH"] = os.pathsep.join([str(FIXTURES / "bin"), os.environ["PATH"]])
        scope = {}
        printed = []
        scope["print"] = lambda *values: printed.append(" ".join(map(str, values)))
        for block in re.findall(r"^```python\n(.*?)^```$", text, re.M | re.S):
            exec(block, scope)
            for expected in re.findall(r"^print\(.*\)  # (.*)$", block, re.M):
                self.assertIn(expected, printed)


if __name__ == "__main__":
    unittest.main()
