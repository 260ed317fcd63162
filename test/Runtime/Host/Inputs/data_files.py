# Part of the quantc project, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes one array in every way that can be read, and in many that cannot.

  data_files.py FOLDER

The samples are integers 0..16, [5, 8, 8], for a float input image [batch, 1, 8, 8].
"""
import io
import os
import sys
import warnings
import zipfile

import numpy

folder = sys.argv[1]
samples = numpy.random.default_rng(1).integers(0, 17, (5, 8, 8))


def npy(array):
    stream = io.BytesIO()
    numpy.save(stream, array, allow_pickle=True)
    return stream.getvalue()


def write(name, contents):
    with open(os.path.join(folder, name), "wb") as file:
        file.write(contents)


def write_zip(name, members, **options):
    with zipfile.ZipFile(os.path.join(folder, name), "w", **options) as archive:
        for member, contents in members:
            with archive.open(member, "w", force_zip64=name.startswith("zip64")) as file:
                file.write(contents)


# What can be read.
numpy.savez(f"{folder}/reference.npz", image=samples.astype(numpy.float32))
numpy.savez(f"{folder}/other-name.npz", pictures=samples.astype(numpy.float32))
numpy.savez_compressed(f"{folder}/compressed.npz", image=samples.astype(numpy.float32))
write_zip("zip64.npz", [("image.npy", npy(samples.astype(numpy.float32)))])
write("plain.npy", npy(samples.astype(numpy.float32)))
write("fortran.npy", npy(numpy.asfortranarray(samples.astype(numpy.float32))))
for type in ["uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float64"]:
    write(f"{type}.npy", npy(samples.astype(type)))
write("channels.npy", npy(samples.astype(numpy.float32).reshape(5, 1, 8, 8, 1)))
header = io.BytesIO()
numpy.lib.format.write_array(header, samples.astype(numpy.float32), version=(2, 0))
write("version2.npy", header.getvalue())

# What cannot.
whole = npy(samples.astype(numpy.float32))
write("empty.npy", b"")
write("text.csv", b"1, 2, 3\n")
write("short.npy", whole[:-1])
write("long.npy", whole + b"\0")
write("no-header.npy", whole[:9])
write("half-header.npy", whole[:40])
write("huge-header.npy", b"\x93NUMPY\x02\x00\xff\xff\xff\xff" + b" " * 100)
write("version9.npy", b"\x93NUMPY\x09\x00" + whole[8:])
write("big-endian.npy", npy(samples.astype(">f4")))
write("object.npy", npy(samples.astype(object)))
write("complex.npy", npy(samples.astype(numpy.complex64)))
write("half.npy", npy(samples.astype(numpy.float16)))
write("structured.npy", npy(numpy.zeros(5, [("a", "<i4"), ("b", "<f4")])))
write("scalar.npy", npy(numpy.float32(1)))
write("no-samples.npy", npy(numpy.zeros((0, 8, 8), numpy.float32)))
write("shape.npy", npy(numpy.zeros((5, 4, 16), numpy.float32)))
write("transposed.npy", npy(numpy.zeros((8, 8, 5), numpy.float32)))
write("truncated.npz", open(f"{folder}/compressed.npz", "rb").read()[:-30])
damaged = bytearray(open(f"{folder}/reference.npz", "rb").read())
damaged[200] ^= 0xff
write("damaged.npz", damaged)
write_zip("no-arrays.npz", [])
write_zip("other-member.npz", [("readme.txt", b"hello")])
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # zipfile knows what is coming
    write_zip("duplicate.npz", [("image.npy", whole), ("image.npy", whole)])
numpy.savez(f"{folder}/two-names.npz", a=samples, b=samples)
numpy.savez(f"{folder}/labels-length.npz", image=samples, labels=numpy.zeros(4, int))
numpy.savez(f"{folder}/labels-type.npz", image=samples, classes=numpy.zeros(5))
numpy.savez(f"{folder}/labels-shape.npz", image=samples, labels=numpy.zeros((5, 2), int))
for name, value in [("nan", numpy.nan), ("infinite", -numpy.inf)]:
    bad = samples.astype(numpy.float32)
    bad[3, 2, 1] = value
    numpy.savez(f"{folder}/{name}.npz", image=bad)
os.mkdir(f"{folder}/images")

# For an input of int8 [batch, 4], and what a clamp to 0..6 makes of one of them.
write("too-large.npy", npy(numpy.array([[1, 2, 3, 200]])))
write("real.npy", npy(numpy.array([[1, 2, 3, 4]], numpy.float32)))
write("extremes.npy", npy(numpy.array([[-128, 2, 3, 127]])))
numpy.savez(f"{folder}/clamped.npz", y=numpy.array([[0, 2, 3, 6]], numpy.int8))

# For an input of two samples [2, 3].
write("three.npy", npy(numpy.zeros((3, 3), numpy.float32)))
