// RUN: split-file %s %t
// RUN: not quant-opt %t/network.mlir 2>&1 \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/missing})" \
// RUN:   | FileCheck %s --check-prefix=MISSING
// MISSING: error: cannot read the calibration record '{{.*}}missing': No such file or directory

// RUN: not quant-opt %t/network.mlir 2>&1 \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/malformed})" \
// RUN:   | FileCheck %s --check-prefix=MALFORMED
// MALFORMED: error: {{.*}}malformed:4: expected a name in double quotes

// RUN: not quant-opt %t/network.mlir 2>&1 \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/other})" \
// RUN:   | FileCheck %s --check-prefix=OTHER
// OTHER: error: the calibration record '{{.*}}other' is of another network (its network is def, this one is abc): calibrate this network anew

// RUN: not quant-opt %t/network.mlir 2>&1 \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/short})" \
// RUN:   | FileCheck %s --check-prefix=SHORT
// SHORT: error: the calibration record has no tensor 0, 'x'
// SHORT: error: the calibration record has no tensor 1, 'y'

// RUN: not quant-opt %t/network.mlir 2>&1 \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/bad-values})" \
// RUN:   | FileCheck %s --check-prefix=VALUES
// VALUES: error: tensor 'x' had 1 NaN and 2 infinite values of 4 during calibration: check the calibration data
// VALUES: error: tensor 'y' was never observed: calibrate with at least one sample

// RUN: not quant-opt %t/network.mlir 2>&1 \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/zero ranges=entropy})" \
// RUN:   | FileCheck %s --check-prefix=ENTROPY
// ENTROPY: error: the range method 'entropy' is not supported yet, expected minmax, mean, percentile[:P], mse or auto

// RUN: not quant-opt %t/network.mlir 2>&1 \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/zero ranges=percentile:20})" \
// RUN:   | FileCheck %s --check-prefix=PERCENTILE
// PERCENTILE: error: expected a percentile from 50 to 100, but got '20'

// RUN: not quant-opt %t/unobserved.mlir 2>&1 \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/zero})" \
// RUN:   | FileCheck %s --check-prefix=UNOBSERVED
// UNOBSERVED: error: requires an observed network: run -nn-insert-observers first

// What no scale can represent is reported, and is no error.
// RUN: quant-opt %t/network.mlir -o %t/zero.mlir 2>&1 \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/zero})" \
// RUN:   | FileCheck %s --check-prefix=ZERO
// RUN: FileCheck %s --check-prefix=ZERO-RANGE < %t/zero.mlir
// ZERO: remark: 'x' is as good as 0 in the calibration data; its range becomes 0 to 1
// ZERO-NOT: remark
// ZERO-RANGE: name = "x", range = !quant.calibrated<f32<0.000000e+00:1.000000e+00>>
// ZERO-RANGE: name = "y", range = !quant.calibrated<f32<-2.000000e+00:0.000000e+00>>
// RUN: quant-opt %t/network.mlir 2>&1 \
// RUN:   --pass-pipeline="builtin.module(nn-apply-calibration{record=%t/zero symmetric})" \
// RUN:   | FileCheck %s --check-prefix=BOTH-WAYS
// BOTH-WAYS: remark: 'x' is as good as 0 in the calibration data; its range becomes -1 to 1
// BOTH-WAYS: name = "x", range = !quant.calibrated<f32<-1.000000e+00:1.000000e+00>>

//--- network.mlir
module attributes {nn.network_sha256 = "abc"} {
  func.func @main(%x: tensor<?x4xf32>) -> tensor<?x4xf32> {
    %observed = nn.observe %x {id = 0 : i32, name = "x"} : tensor<?x4xf32>
    %result = nn.observe %observed {id = 1 : i32, name = "y"} : tensor<?x4xf32>
    return %result : tensor<?x4xf32>
  }
}

//--- unobserved.mlir
module {
}

//--- malformed
quantc-calibration 2
network abc
samples 1
tensor 0 x

//--- other
quantc-calibration 2
network def
samples 1

//--- short
quantc-calibration 2
network abc
samples 1

//--- bad-values
quantc-calibration 2
network abc
samples 1
tensor 0 "x" count 4 nan 1 infinite 2 min 0 max 0
exponent -111
values 0: 1
minima 0: 1
maxima 0: 1
tensor 1 "y" count 0 nan 0 infinite 0 min 0 max 0

//--- zero
quantc-calibration 2
network abc
samples 1
tensor 0 "x" count 1 nan 0 infinite 0 min 0 max 0
exponent -111
values 0: 1
minima 0: 1
maxima 0: 1
tensor 1 "y" count 1 nan 0 infinite 0 min -2 max -2
exponent -10
values -2048: 1
minima -2048: 1
maxima -2048: 1
