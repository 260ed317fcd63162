// Where nothing is computed, there is nothing to observe and nothing to quantize.

// RUN: %python -c "import numpy as np; np.savez('%t.npz', y=np.float32([[2, 4], [6, 8]]))"
// RUN: quantc %s -o %t.so
// RUN: quant-run %t.so --expect %t.npz
// RUN: quantc %s --observe -o %t.observed.so
// RUN: quant-run --calibrate %t.observed.so -o %t.record | FileCheck %s
// CHECK: 0 tensors, 2 samples
func.func @network() -> (tensor<2x2xf32> {nn.name = "y"}) {
  %y = arith.constant dense<[[2.0, 4.0], [6.0, 8.0]]> : tensor<2x2xf32>
  return %y : tensor<2x2xf32>
}
