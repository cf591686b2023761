#!/usr/bin/env python3
"""NumPy as a client of pinion's DLPack: it takes the tensors without a copy and lets go of them, and gives its own.

usage: tests/numpy/dlpack.py LIBRARY  (tests/numpy/dlpack_library.cpp)
"""
import ctypes
import gc
import sys
import unittest

try:
    import numpy as np
except ImportError:
    print("skipped: the package python3-numpy is missing")
    sys.exit(0)

TYPES = ["bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
         "float32", "float64", "complex64", "complex128"]
LAYOUTS = {
    "C": lambda x: x,
    "F": lambda x: np.asfortranarray(x),
    "T": lambda x: x.T,
    "slice": lambda x: x[::-2, 1::3],
    "scalar": lambda x: x[2, 1],
    "none": lambda x: x[:, 3:3],
}


def load(path):
    library = ctypes.CDLL(path)
    pointer = ctypes.c_void_p
    for name, result, *arguments in (
            ("export_numbers", pointer, ctypes.c_char_p, ctypes.c_char_p), ("address_of", pointer, pointer),
            ("write_first", None, pointer), ("let_go", None, pointer), ("blocks", ctypes.c_int),
            ("import_tensor", ctypes.c_int, pointer), ("sum_and_fill", ctypes.c_double), ("drop_imported", None)):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


new_capsule = ctypes.pythonapi.PyCapsule_New
new_capsule.restype, new_capsule.argtypes = ctypes.py_object, [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p]
pointer_of = ctypes.pythonapi.PyCapsule_GetPointer
pointer_of.restype, pointer_of.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
set_name = ctypes.pythonapi.PyCapsule_SetName
set_name.argtypes = [ctypes.py_object, ctypes.c_char_p]


class Exporter:
    def __init__(self, tensor):
        self.tensor = tensor

    def __dlpack__(self, **_):
        return new_capsule(self.tensor, b"dltensor", None)

    def __dlpack_device__(self):
        return 1, 0


def numpy_takes_bool():
    try:
        return np.array([True]).__dlpack__() is not None
    except (BufferError, TypeError):
        return False


class DLPack(unittest.TestCase):
    def test_numpy_takes_every_type_and_layout_without_a_copy_and_lets_go(self):
        for kind in TYPES:
            for lie, change in LAYOUTS.items():
                if kind == "bool" and not numpy_takes_bool():
                    continue  # this NumPy is older than bool in DLPack
                with self.subTest(type=kind, layout=lie):
                    tensor = lib.export_numbers(kind.encode(), lie.encode())
                    expected = np.asarray(change(np.arange(24).astype(kind).reshape(4, 6)))
                    taken = np.from_dlpack(Exporter(tensor))
                    self.assertEqual(taken.dtype, expected.dtype)
                    self.assertEqual(taken.shape, expected.shape)
                    if expected.size > 1:
                        self.assertEqual(taken.strides, expected.strides)
                    np.testing.assert_array_equal(taken, expected)
                    self.assertEqual(taken.ctypes.data, lib.address_of(tensor))
                    self.assertEqual(lib.blocks(), 1)
                    if expected.size:
                        lib.write_first(tensor)
                        self.assertEqual(taken[(0,) * taken.ndim], expected.dtype.type(1))
                    part = taken[..., :1] if taken.ndim else taken
                    del taken
                    gc.collect()
                    self.assertEqual(lib.blocks(), 1)
                    del part
                    gc.collect()
                    self.assertEqual(lib.blocks(), 0)

    def test_a_tensor_that_nobody_takes_is_let_go_of(self):
        lib.let_go(lib.export_numbers(b"float64", b"C"))
        self.assertEqual(lib.blocks(), 0)

    def test_an_array_of_numpy_is_seen_and_written_through_a_view(self):
        for kind in TYPES:
            for lie in ("C", "F", "T", "slice"):
                if kind == "bool" and not numpy_takes_bool():
                    continue
                with self.subTest(type=kind, layout=lie):
                    given = LAYOUTS[lie](np.arange(24).astype(kind).reshape(4, 6))
                    total = given.real.astype("float64").sum()
                    before = sys.getrefcount(given)
                    capsule = given.__dlpack__()
                    tensor = pointer_of(capsule, b"dltensor")
                    set_name(capsule, b"used_dltensor")
                    self.assertEqual(lib.import_tensor(tensor), 0)
                    self.assertEqual(lib.sum_and_fill(), total)
                    self.assertTrue((given == 1).all())
                    lib.drop_imported()
                    del capsule
                    self.assertEqual(sys.getrefcount(given), before)


if __name__ == "__main__":
    lib = load(sys.argv.pop(1))
    unittest.main()
