"""NumPy's side of the tests of files: `write DIR` makes .npy files for C++ to read, `check DIR` reads those that C++ made;
`write_more` and `check_more` do the same with .npz files and with bare elements.

Element i (in C order) of each array follows one rule per type, which tests/support/numpy.hpp knows too.
"""

import io
import itertools
import pathlib
import sys
import zipfile

import numpy as np
from numpy.lib import format as npy

TYPES = "bool int8 int16 int32 int64 uint8 uint16 uint32 uint64 float32 float64 complex64 complex128".split()
SHAPES = [(), (0,), (7,), (3, 4), (2, 0, 3), (2, 3, 4), (1, 2, 1, 2, 1, 2, 1, 2)]


def elements(name, shape):
    count = int(np.prod(shape, dtype=np.int64))
    i = np.arange(count, dtype=np.int64)
    if name == "bool":
        values = i % 3 == 0
    elif name.startswith("complex"):
        values = i * 0.5 - 3 - 1j * i
    elif name.startswith("float"):
        values = i * 0.5 - 3
    elif name.startswith("int"):
        values = i * 5 - 60
    else:
        values = i * 5
    if name in ("int64", "uint64"):
        values = values * 1000000007
    return values.astype(name).reshape(shape)


def file_name(name, shape, order, mark, version):
    return f"{name}_{'x'.join(map(str, shape)) or 'scalar'}_{order}_{mark}_v{version}.npy"


def write(directory):
    marks = {"little": "<", "big": ">"}
    for name, shape, order, mark, version in itertools.product(TYPES, SHAPES, "CF", marks, (1, 2, 3)):
        array = np.asarray(elements(name, shape), order=order)
        array = array.astype(array.dtype.newbyteorder(marks[mark]), order="K")
        with open(directory / file_name(name, shape, order, mark, version), "wb") as file:
            npy.write_array(file, array, version=(version, 0))
    # What must be refused, by the real thing.
    np.save(directory / "refused_object.npy", np.array([{}, 1], dtype=object))
    np.save(directory / "refused_text.npy", np.array(["a", "b"]))
    np.save(directory / "refused_date.npy", np.array(["2026-01-01"], dtype="M8[D]"))
    np.save(directory / "refused_record.npy", np.zeros(3, dtype=[("a", "<f8"), ("b", "<i4")]))
    np.save(directory / "refused_half.npy", np.zeros(3, dtype=np.float16))
    np.save(directory / "refused_rank.npy", np.zeros((1,) * 9))
    two = io.BytesIO()
    np.save(two, np.zeros(3))
    np.save(two, np.zeros(3))
    (directory / "refused_two.npy").write_bytes(two.getvalue())
    np.savez(directory / "refused_zip.npz", np.zeros(3))


def check(directory):
    files = sorted(directory.glob("*.npy"))
    for path in files:
        name, shape, kind = path.stem.split("_")
        shape = () if shape == "scalar" else tuple(int(n) for n in shape.split("x"))
        array = np.load(path, allow_pickle=False)
        mapped = np.load(path, mmap_mode="r")
        expected = elements(name, shape)
        assert array.dtype == np.dtype(name) and array.dtype.isnative, (path, array.dtype)
        assert array.shape == shape, (path, array.shape)
        assert np.array_equal(array, expected) and np.array_equal(mapped, expected), path
        if kind == "F":
            assert array.flags.f_contiguous, path
        assert path.stat().st_size % 64 == array.nbytes % 64, path
    print(len(files))


def shape_text(shape):
    return "x".join(map(str, shape)) or "scalar"


def write_more(directory):
    arrays = {f"{name}_{shape_text(shape)}_{order}": np.asarray(elements(name, shape), order=order)
              for name, shape, order in itertools.product(TYPES, SHAPES, "CF")}
    np.savez(directory / "stored.npz", **arrays)
    np.savez_compressed(directory / "deflated.npz", **arrays)
    np.savez(directory / "unnamed.npz", np.arange(3.0), np.arange(4))
    np.savez(directory / "none.npz")
    # Written to a pipe, as it were: sizes and checksums come behind the members.
    with open(directory / "streamed.npz", "wb") as file:
        with zipfile.ZipFile(Forwards(file), "w", zipfile.ZIP_DEFLATED) as archive:
            for name, array in arrays.items():
                with archive.open(name + ".npy", "w") as member:
                    npy.write_array(member, array, version=(1, 0))
    np.savez(directory / "refused.npz", fine=np.zeros(3), text=np.array(["a"]), thing=np.array([{}], dtype=object))
    for name, shape, order in itertools.product(TYPES, SHAPES, "CF"):
        array = elements(name, shape)
        for mark, sign in (("little", "<"), ("big", ">")):
            turned = array.astype(array.dtype.newbyteorder(sign))
            path = directory / f"{name}_{shape_text(shape)}_{order}_{mark}.bin"
            path.write_bytes(b"head" + turned.tobytes(order))


class Forwards(io.RawIOBase):
    """A file that can only be written forwards."""

    def __init__(self, file):
        self.file = file

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)


def check_more(directory):
    for path in directory.glob("*.npz"):
        with np.load(path, allow_pickle=False) as arrays:
            assert len(arrays.files) == len(TYPES) * len(SHAPES) * 2, path
            for key in arrays.files:
                name, shape, kind = key.split("_")
                shape = () if shape == "scalar" else tuple(int(n) for n in shape.split("x"))
                array = arrays[key]
                assert array.dtype == np.dtype(name) and array.shape == shape, (path, key)
                assert np.array_equal(array, elements(name, shape)), (path, key)
                assert kind != "F" or array.flags.f_contiguous, (path, key)
        with zipfile.ZipFile(path) as archive:
            assert archive.testzip() is None, path
            packed = {member.compress_type for member in archive.infolist()}
            assert packed == {zipfile.ZIP_DEFLATED if "deflated" in path.name else zipfile.ZIP_STORED}, path
    for path in directory.glob("*.bin"):
        name, shape, order, mark = path.stem.split("_")
        shape = () if shape == "scalar" else tuple(int(n) for n in shape.split("x"))
        read = np.fromfile(path, np.dtype(name).newbyteorder("<" if mark == "little" else ">"))
        assert np.array_equal(read.reshape(shape, order=order), elements(name, shape)), path


if __name__ == "__main__":
    {"write": write, "check": check, "write_more": write_more, "check_more": check_more}[sys.argv[1]](pathlib.Path(sys.argv[2]))
