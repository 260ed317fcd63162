// One unit less than what -nn-fold-scales refuses (fold-scales-errors.mlir): the
// accumulators reach -2147483647 and 2147483647, and the results are exact.

// RUN: mkdir -p %t && quantc %s --stop-after=quantized -o %t/quantized.mlir
// RUN: quantc %s -o %t/largest.so
// RUN: %python -c "import numpy; numpy.save(r'%t/inputs.npy', numpy.full((1, 66311), 127, numpy.int8))"
// RUN: %python -c "import numpy; numpy.savez(r'%t/inputs.npz', features=numpy.load(r'%t/inputs.npy'))"
// RUN: %python %S/../reference/run_reference.py %t/quantized.mlir --inputs=%t/inputs.npz --outputs=%t/expected.npz
// RUN: quant-run %t/largest.so --inputs %t/inputs.npz --expect %t/expected.npz
// RUN: %python -c "import numpy; print(numpy.load(r'%t/expected.npz')['scores'])" | FileCheck %s
// CHECK: {{\[}}[-64 64]]

!activation = !quant.uniform<i8:f32, 1.0:-128>
!weight = !quant.uniform<i8<-127:127>:f32, 1.0>
!scores = !quant.uniform<i8:f32, 33554432.0>

func.func @network(%features: tensor<?x66311x!activation> {nn.name = "features"})
    -> (tensor<?x2x!scores> {nn.name = "scores"}) {
  // 66311 * 127 * 255 + 1912 = 2^31 - 1
  %integers = arith.constant dense<-127> : tensor<1x66311xi8>
  %bias = arith.constant dense<-1912.0> : tensor<1xf32>
  %weight = quant.scast %integers : tensor<1x66311xi8> to tensor<1x66311x!weight>
  %real_weight = nn.dequantize %weight
      : tensor<1x66311x!weight> -> tensor<1x66311xf32>
  %others = arith.constant dense<127> : tensor<1x66311xi8>
  %other_bias = arith.constant dense<1912.0> : tensor<1xf32>
  %other_weight = quant.scast %others
      : tensor<1x66311xi8> to tensor<1x66311x!weight>
  %real_other_weight = nn.dequantize %other_weight
      : tensor<1x66311x!weight> -> tensor<1x66311xf32>
  %real = nn.dequantize %features
      : tensor<?x66311x!activation> -> tensor<?x66311xf32>
  %least = nn.fully_connected %real, %real_weight, %bias
      : (tensor<?x66311xf32>, tensor<1x66311xf32>, tensor<1xf32>)
      -> tensor<?x1xf32>
  %greatest = nn.fully_connected %real, %real_other_weight, %other_bias
      : (tensor<?x66311xf32>, tensor<1x66311xf32>, tensor<1xf32>)
      -> tensor<?x1xf32>
  %least_stored = nn.quantize %least : tensor<?x1xf32> -> tensor<?x1x!scores>
  %least_real = nn.dequantize %least_stored
      : tensor<?x1x!scores> -> tensor<?x1xf32>
  %greatest_stored = nn.quantize %greatest
      : tensor<?x1xf32> -> tensor<?x1x!scores>
  %greatest_real = nn.dequantize %greatest_stored
      : tensor<?x1x!scores> -> tensor<?x1xf32>
  %both = nn.concat %least_real, %greatest_real {axis = 1 : i64}
      : (tensor<?x1xf32>, tensor<?x1xf32>) -> tensor<?x2xf32>
  %scores = nn.quantize %both : tensor<?x2xf32> -> tensor<?x2x!scores>
  return %scores : tensor<?x2x!scores>
}
