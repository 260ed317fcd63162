// RUN: quant-translate --export-onnx %s -o %t.onnx
// RUN: %python %S/Inputs/print_model.py %t.onnx | FileCheck %s
// RUN: quant-translate --import-onnx %t.onnx | FileCheck %s --check-prefix=AGAIN

// What the host sees as bytes is uint8, with a zero point of its type; integers that
// are read in another scale are the same tensor.

!in = !quant.uniform<i8:f32, 0.5:-118>
!other = !quant.uniform<i8:f32, 0.25:-128>
!out = !quant.uniform<i8:f32, 0.5:2>

// CHECK-DAG:  [[IN:zero_point[_0-9]*]]: uint8 10
// CHECK-DAG:  [[OTHER:zero_point[_0-9]*]]: uint8 0
// CHECK-DAG:  [[OUT:zero_point[_0-9]*]]: uint8 130
// CHECK:      network (uint8[batch,4] x) => (uint8[batch,4] y)
// CHECK:        [[A:[a-z_0-9]+]] = DequantizeLinear (x, {{.*}}, [[IN]])
// CHECK-NEXT:   [[B:[a-z_0-9]+]] = DequantizeLinear (x, {{.*}}, [[OTHER]])
// CHECK-NEXT:   [[SUM:[a-z_0-9]+]] = Add ([[A]], [[B]])
// CHECK-NEXT:   y = QuantizeLinear ([[SUM]], {{.*}}, [[OUT]])

// AGAIN: func.func @network(%arg0: {{.*}} {nn.name = "x", nn.unsigned} {{.*}}) -> ({{.*}} {nn.name = "y", nn.unsigned})
func.func @network(%x: tensor<?x4x!in> {nn.name = "x", nn.unsigned})
    -> (tensor<?x4x!out> {nn.name = "y", nn.unsigned}) {
  %a = nn.dequantize %x : tensor<?x4x!in> -> tensor<?x4xf32>
  %bits = quant.scast %x : tensor<?x4x!in> to tensor<?x4xi8>
  %again = quant.scast %bits : tensor<?x4xi8> to tensor<?x4x!other>
  %b = nn.dequantize %again : tensor<?x4x!other> -> tensor<?x4xf32>
  %sum = nn.add %a, %b : (tensor<?x4xf32>, tensor<?x4xf32>) -> tensor<?x4xf32>
  %y = nn.quantize %sum : tensor<?x4xf32> -> tensor<?x4x!out>
  return %y : tensor<?x4x!out>
}
