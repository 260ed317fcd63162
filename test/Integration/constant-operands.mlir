// Sums, differences and products with a constant, and a change of the scale alone, run
// on integers, and give the bytes of the numpy reference.

// RUN: rm -rf %t && mkdir %t
// RUN: quantc %s --stop-after=quantized -o %t/quantized.mlir
// RUN: FileCheck %s --input-file=%t/quantized.mlir --implicit-check-not=nn.dequantize --implicit-check-not=nn.quantize
// CHECK: nn.add %{{.*}}, %{{.*}} : (tensor<?x3x!{{.*}}>, tensor<1x3x!{{.*}}>) -> tensor<?x3x!
// CHECK: nn.sub %{{.*}}, %{{.*}} : (tensor<1x3x!{{.*}}>, tensor<?x3x!{{.*}}>) -> tensor<?x3x!
// CHECK: nn.mul %{{.*}}, %{{.*}} : (tensor<?x3x!{{.*}}>, tensor<1x1x!{{.*}}>) -> tensor<?x3x!
// CHECK: nn.requantize
// RUN: quantc %t/quantized.mlir -o %t/network.so
// RUN: %python -c "import numpy; numpy.savez(r'%t/inputs.npz', \
// RUN:   x=numpy.arange(-128, 127, dtype=numpy.int8).reshape(-1, 3))"
// RUN: %python %S/../reference/run_reference.py %t/quantized.mlir --inputs %t/inputs.npz --outputs %t/expected.npz
// RUN: quant-run %t/network.so --inputs %t/inputs.npz --expect %t/expected.npz

!x = !quant.uniform<i8:f32, 0.5:-3>
!finer = !quant.uniform<i8:f32, 0.375:7>
!row = !quant.uniform<i8:f32, 0.5:-1>
!factor = !quant.uniform<i8:f32, 0.0078125:-128>
func.func @network(%x: tensor<?x3x!x> {nn.name = "x"})
    -> (tensor<?x3x!x> {nn.name = "sum"}, tensor<?x3x!finer> {nn.name = "difference"},
        tensor<?x3x!x> {nn.name = "product"}, tensor<?x3x!finer> {nn.name = "same"}) {
  %real = nn.dequantize %x : tensor<?x3x!x> -> tensor<?x3xf32>
  %row_integers = arith.constant dense<[[-128, 127, 0]]> : tensor<1x3xi8>
  %row_stored = quant.scast %row_integers : tensor<1x3xi8> to tensor<1x3x!row>
  %row = nn.dequantize %row_stored : tensor<1x3x!row> -> tensor<1x3xf32>
  %factor_integers = arith.constant dense<11> : tensor<1x1xi8>
  %factor_stored = quant.scast %factor_integers
      : tensor<1x1xi8> to tensor<1x1x!factor>
  %factor = nn.dequantize %factor_stored : tensor<1x1x!factor> -> tensor<1x1xf32>
  %sum_real = nn.add %real, %row
      : (tensor<?x3xf32>, tensor<1x3xf32>) -> tensor<?x3xf32>
  %sum = nn.quantize %sum_real : tensor<?x3xf32> -> tensor<?x3x!x>
  %difference_real = nn.sub %row, %real
      : (tensor<1x3xf32>, tensor<?x3xf32>) -> tensor<?x3xf32>
  %difference = nn.quantize %difference_real
      : tensor<?x3xf32> -> tensor<?x3x!finer>
  %product_real = nn.mul %real, %factor
      : (tensor<?x3xf32>, tensor<1x1xf32>) -> tensor<?x3xf32>
  %product = nn.quantize %product_real : tensor<?x3xf32> -> tensor<?x3x!x>
  %same = nn.quantize %real : tensor<?x3xf32> -> tensor<?x3x!finer>
  return %sum, %difference, %product, %same
      : tensor<?x3x!x>, tensor<?x3x!finer>, tensor<?x3x!x>, tensor<?x3x!finer>
}
