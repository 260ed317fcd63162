// The range of an edge comes from the record by the method that is asked for,
// which the module remembers.

// RUN: split-file %s %t
// RUN: quant-opt %t/network.mlir -o %t/default.mlir \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/record})"
// RUN: FileCheck %s --check-prefixes=CHECK,AUTO < %t/default.mlir
// RUN: quant-opt %t/network.mlir \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/record ranges=minmax})" \
// RUN:   | FileCheck %s --check-prefixes=CHECK,MINMAX
// RUN: quant-opt %t/network.mlir \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/record ranges=mean})" \
// RUN:   | FileCheck %s --check-prefixes=CHECK,MEAN
// RUN: quant-opt %t/network.mlir \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/record ranges=percentile:90})" \
// RUN:   | FileCheck %s --check-prefixes=CHECK,PERCENTILE
// RUN: quant-opt %t/network.mlir \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/record ranges=mse})" \
// RUN:   | FileCheck %s --check-prefixes=CHECK,MSE
// RUN: quant-opt %t/network.mlir \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/record symmetric})" \
// RUN:   | FileCheck %s --check-prefix=SYMMETRIC

// CHECK: module attributes {nn.calibration_sha256 = "{{[0-9a-f]+}}"
// AUTO-SAME:       nn.quantization = {activations = "i8 asymmetric", ranges = "auto"}
// MINMAX-SAME:     nn.quantization = {activations = "i8 asymmetric", ranges = "minmax"}
// MEAN-SAME:       nn.quantization = {activations = "i8 asymmetric", ranges = "mean"}
// PERCENTILE-SAME: nn.quantization = {activations = "i8 asymmetric", ranges = "percentile:90"}
// MSE-SAME:        nn.quantization = {activations = "i8 asymmetric", ranges = "mse"}
// SYMMETRIC:       nn.quantization = {activations = "i8 symmetric", ranges = "auto"}

// 8000000 elements up to 1.0 and one of 100.0, the largest of one of 1000 samples.
// Its error, if it is clipped, weighs less than that of the others in wide steps:
// 91^2 + 8000000 * (9 / 255)^2 / 12 < 8000000 * (100 / 255)^2 / 12.
// AUTO:       range = !quant.calibrated<f32<0.000000e+00:{{8|9}}.
// MINMAX:     range = !quant.calibrated<f32<0.000000e+00:1.000000e+02>>
// 1.099 and half a bin of 2^-4
// MEAN:       range = !quant.calibrated<f32<0.000000e+00:1.13
// The far edge of the bin of 1.0.
// PERCENTILE: range = !quant.calibrated<f32<0.000000e+00:1.062500e+00>>
// MSE:        range = !quant.calibrated<f32<0.000000e+00:{{8|9}}.
// The steps are reach / 127, of which 100 / (1 + 8000000 / 12 / 127^2) = 2.36 is the
// best reach.
// SYMMETRIC:  range = !quant.calibrated<f32<-2.[[REACH:[34][0-9]*e\+00]]:2.[[REACH]]>>

// Set by hand, and widened to include 0.
// CHECK:     range = !quant.calibrated<f32<0.000000e+00:6.000000e+00>>
// SYMMETRIC: range = !quant.calibrated<f32<-6.000000e+00:6.000000e+00>>

// Of 400000 such elements the error of asymmetric integers is not halved, 1 / (1 + 0.51),
// that of symmetric ones is a third, 1 / (1 + 2.07).
// AUTO:       range = !quant.calibrated<f32<0.000000e+00:1.000000e+02>>
// SYMMETRIC:  range = !quant.calibrated<f32<-3.[[REACH:[123][0-9]*e\+01]]:3.[[REACH]]>>

//--- network.mlir
module attributes {nn.network_sha256 = "abc"} {
  func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
    %observed = nn.observe %x {id = 0 : i32, name = "x"} : tensor<?x4xf32>
    %relu = nn.clamp %observed {min = 0.0 : f32, max = 0x7F800000 : f32} : tensor<?x4xf32>
    %result = nn.observe %relu {id = 1 : i32, name = "relu"} : tensor<?x4xf32>
    %sum = nn.add %result, %result
        : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
    %last = nn.observe %sum {id = 2 : i32, name = "sum"} : tensor<?x4xf32>
    return %last : tensor<?x4xf32>
  }
}

//--- record
quantc-calibration 2
network abc
samples 1000
tensor 0 "x" count 8000001 nan 0 infinite 0 min 0.0625 max 100
exponent -4
values 1: 500000 500000 500000 500000 500000 500000 500000 500000
values 9: 500000 500000 500000 500000 500000 500000 500000 500000
values 1600: 1
minima 1: 1000
maxima 16: 999
maxima 1600: 1
# Nothing was seen of this one.
tensor 1 "relu" count 0 nan 0 infinite 0 min 0 max 0
range 1 6
tensor 2 "sum" count 400001 nan 0 infinite 0 min 0.0625 max 100
exponent -4
values 1: 25000 25000 25000 25000 25000 25000 25000 25000
values 9: 25000 25000 25000 25000 25000 25000 25000 25000
values 1600: 1
minima 1: 1000
maxima 16: 999
maxima 1600: 1
