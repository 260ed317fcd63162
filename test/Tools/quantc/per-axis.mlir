// An activation with a scale per index of an axis keeps its layer in float, and the
// summary says so.

// RUN: quantc %s -o %t.so --report %t.json | FileCheck %s
// RUN: FileCheck %s --check-prefix=JSON --input-file=%t.json
// CHECK: its operand has a scale per index of an axis
// JSON:  its operand has a scale per index of an axis

!activation = !quant.uniform<i8:f32:1, {5.000000e-01,2.500000e-01:-3}>
!weight = !quant.uniform<i8<-127:127>:f32, 5.000000e-01>
!scores = !quant.uniform<i8:f32, 1.000000e+00>
func.func @network(%x: tensor<?x2x!activation> {nn.name = "x"})
    -> (tensor<?x1x!scores> {nn.name = "y"}) {
  %real = nn.dequantize %x : tensor<?x2x!activation> -> tensor<?x2xf32>
  %integers = arith.constant dense<[[1, 2]]> : tensor<1x2xi8>
  %stored = quant.scast %integers : tensor<1x2xi8> to tensor<1x2x!weight>
  %weight = nn.dequantize %stored : tensor<1x2x!weight> -> tensor<1x2xf32>
  %dense = nn.fully_connected %real, %weight
      : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32> loc("dense")
  %y = nn.quantize %dense : tensor<?x1xf32> -> tensor<?x1x!scores>
  return %y : tensor<?x1x!scores>
}
