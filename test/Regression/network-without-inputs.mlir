// A network that takes nothing gives the same in every run; it is calibrated and run
// without data.

// RUN: %python -c "import numpy as np; \
// RUN:   np.savez('%t.y.npz', y=np.float32([[2, 4], [6, 8]]), z=np.float32([[5], [11]]))"
// RUN: quantc %s -o %t.so
// RUN: quant-run %t.so --expect %t.y.npz --rtol 0.01 --outputs %t.run.npz | FileCheck %s
// CHECK: samples  2
// CHECK: outputs equal
// RUN: quantc %s --float -o %t.float.so
// RUN: quant-run %t.float.so --expect %t.y.npz

// RUN: quantc %s --observe -o %t.observed.so
// RUN: quant-run --calibrate %t.observed.so -o %t.record
// RUN: grep ^tensor %t.record | FileCheck %s --check-prefix=RECORD
// RECORD: tensor 0 "sum" count 4 {{.*}} min 2 max 8
// RECORD: tensor 1 "dense" count 2 {{.*}} min 5 max 11
// RUN: quantc %s --calibrate %t.record -o %t.recorded.so
// RUN: quant-run %t.recorded.so --expect %t.run.npz

// RUN: not quantc %s --calibrate %t.y.npz -o %t.none.so 2>&1 | FileCheck %s --check-prefix=DATA
// RUN: not quant-run %t.so --inputs %t.y.npz 2>&1 | FileCheck %s --check-prefix=DATA
// DATA: error: expected no data, but got '{{.*}}y.npz': the network has no inputs

func.func @network() -> (tensor<2x2xf32> {nn.name = "y"}, tensor<2x1xf32> {nn.name = "z"}) {
  %x = arith.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
  %weight = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %y = nn.add %x, %x : (tensor<2x2xf32>, tensor<2x2xf32>) -> tensor<2x2xf32> loc("sum")
  %z = nn.fully_connected %x, %weight
      : (tensor<2x2xf32>, tensor<1x2xf32>) -> tensor<2x1xf32> loc("dense")
  return %y, %z : tensor<2x2xf32>, tensor<2x1xf32>
}
