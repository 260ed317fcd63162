// Requantization at its extremes gives the bytes of the numpy reference: accumulators
// up to 2^31 - 1, multipliers on both sides of 0.5, up to which the clamp of the f32
// is left out, and up to infinite products; ties, numbers around the ends of i8 and of
// i16, zero points at the bounds, bounds that are not those of i8, and the sum of
// two results.

// RUN: rm -rf %t && mkdir %t
// RUN: quantc %s --stop-after=quantized -o %t/quantized.mlir
// RUN: %python -c "import numpy; numpy.savez(r'%t/inputs.npz', \
// RUN:   x=numpy.arange(-128, 128, dtype=numpy.int8).reshape(-1, 1))"
// RUN: %python %S/../reference/run_reference.py %t/quantized.mlir --inputs %t/inputs.npz --outputs %t/expected.npz
// RUN: %python %S/../reference/check_strategies.py %t %t/quantized.mlir --inputs %t/inputs.npz --expect %t/expected.npz
// RUN: quantc %t/quantized.mlir --strategy=naive -o %t/naive.so
// RUN: quant-run %t/naive.so --inputs %t/inputs.npz --expect %t/expected.npz
// RUN: quantc %t/quantized.mlir --target=x86-64 -o %t/sse2.so
// RUN: quant-run %t/sse2.so --inputs %t/inputs.npz --expect %t/expected.npz

!x = !quant.uniform<i8:f32, 1.0:-128>
!least = !quant.uniform<i8:f32, 1.0:-128>
!most = !quant.uniform<i8:f32, 1.0:127>
!narrow = !quant.uniform<i8<-100:100>:f32, 1.0:5>
!other = !quant.uniform<i8:f32, 1.0:3>
!sum = !quant.uniform<i8:f32, 2.0:-3>
// The multiplier of each channel is its weight's scale.
!weight_small = !quant.uniform<i8<-127:127>:f32:0, {0.5, 0.5, 0.5, 0.5, 0.25, 0.001953125, 9.313225746154785e-10, 9.313225746154785e-10, 0.3333333432674408, 0.012299999594688416, 1.1754943508222875e-38, 0.00390625, 0.00390625, 0.5, 0.5, 0.4999999701976776}>
!bias_small = !quant.uniform<i32:f32:0, {0.5, 0.5, 0.5, 0.5, 0.25, 0.001953125, 9.313225746154785e-10, 9.313225746154785e-10, 0.3333333432674408, 0.012299999594688416, 1.1754943508222875e-38, 0.00390625, 0.00390625, 0.5, 0.5, 0.4999999701976776}>
!weight_large = !quant.uniform<i8<-127:127>:f32:0, {0.5000000596046448, 1.0, 2.0, 1024.0, 512.0, 512.0, 1.0, 9.313225746154785e-10, 0.3333333432674408, 0.012299999594688416, 1.1754943508222875e-38, 0.00390625, 0.00390625, 0.5, 0.5, 0.4999999701976776}>
!bias_large = !quant.uniform<i32:f32:0, {0.5000000596046448, 1.0, 2.0, 1024.0, 512.0, 512.0, 1.0, 9.313225746154785e-10, 0.3333333432674408, 0.012299999594688416, 1.1754943508222875e-38, 0.00390625, 0.00390625, 0.5, 0.5, 0.4999999701976776}>
!weight_huge = !quant.uniform<i8<-127:127>:f32:0, {0.5000000596046448, 1.0, 2.0, 1024.0, 3.0000000054977558e+38, 3.0000000054977558e+38, 1.0, 9.313225746154785e-10, 0.3333333432674408, 0.012299999594688416, 1.1754943508222875e-38, 0.00390625, 0.00390625, 0.5, 0.5, 0.4999999701976776}>
!bias_huge = !quant.uniform<i32:f32:0, {0.5000000596046448, 1.0, 2.0, 1024.0, 3.0000000054977558e+38, 3.0000000054977558e+38, 1.0, 9.313225746154785e-10, 0.3333333432674408, 0.012299999594688416, 1.1754943508222875e-38, 0.00390625, 0.00390625, 0.5, 0.5, 0.4999999701976776}>

func.func @network(%x: tensor<?x1x!x> {nn.name = "x"})
    -> (tensor<?x16x!least> {nn.name = "least"}, tensor<?x16x!most> {nn.name = "most"},
        tensor<?x16x!narrow> {nn.name = "narrow"},
        tensor<?x16x!least> {nn.name = "large_least"},
        tensor<?x16x!narrow> {nn.name = "huge_narrow"},
        tensor<?x16x!sum> {nn.name = "sum"}) {
  %ones = arith.constant dense<1> : tensor<16x1xi8>
  %small_weight = quant.scast %ones : tensor<16x1xi8> to tensor<16x1x!weight_small>
  %small_integers = arith.constant dense<[0, -128, 2147483392, -2147483392, 10, -64000, 1610612736, 2147483392, -300, 9000, 2147483392, 32640, -33000, 65400, -65700, 2147483392]> : tensor<16xi32>
  %small_bias = quant.scast %small_integers : tensor<16xi32> to tensor<16x!bias_small>
  %large_weight = quant.scast %ones : tensor<16x1xi8> to tensor<16x1x!weight_large>
  %large_integers = arith.constant dense<[2147483392, 2147483392, -2147483392, -2147483392, 2147483392, -2147483392, -2147483392, 2147483392, -300, 9000, 2147483392, 32640, -33000, 65400, -65700, 2147483392]> : tensor<16xi32>
  %large_bias = quant.scast %large_integers : tensor<16xi32> to tensor<16x!bias_large>
  %huge_weight = quant.scast %ones : tensor<16x1xi8> to tensor<16x1x!weight_huge>
  %huge_integers = arith.constant dense<[2147483392, 2147483392, -2147483392, -2147483392, 2147483392, -2147483392, -2147483392, 2147483392, -300, 9000, 2147483392, 32640, -33000, 65400, -65700, 2147483392]> : tensor<16xi32>
  %huge_bias = quant.scast %huge_integers : tensor<16xi32> to tensor<16x!bias_huge>
  %least = nn.fully_connected %x, %small_weight, %small_bias
      : (tensor<?x1x!x>, tensor<16x1x!weight_small>, tensor<16x!bias_small>) -> tensor<?x16x!least>
  %most = nn.fully_connected %x, %small_weight, %small_bias
      : (tensor<?x1x!x>, tensor<16x1x!weight_small>, tensor<16x!bias_small>) -> tensor<?x16x!most>
  %narrow = nn.fully_connected %x, %small_weight, %small_bias
      : (tensor<?x1x!x>, tensor<16x1x!weight_small>, tensor<16x!bias_small>) -> tensor<?x16x!narrow>
  %large_least = nn.fully_connected %x, %large_weight, %large_bias
      : (tensor<?x1x!x>, tensor<16x1x!weight_large>, tensor<16x!bias_large>) -> tensor<?x16x!least>
  %huge_narrow = nn.fully_connected %x, %huge_weight, %huge_bias
      : (tensor<?x1x!x>, tensor<16x1x!weight_huge>, tensor<16x!bias_huge>) -> tensor<?x16x!narrow>
  %other = nn.fully_connected %x, %small_weight, %small_bias
      : (tensor<?x1x!x>, tensor<16x1x!weight_small>, tensor<16x!bias_small>) -> tensor<?x16x!other>
  %sum = nn.add %least, %other
      : (tensor<?x16x!least>, tensor<?x16x!other>) -> tensor<?x16x!sum>
  return %least, %most, %narrow, %large_least, %huge_narrow, %sum
      : tensor<?x16x!least>, tensor<?x16x!most>, tensor<?x16x!narrow>, tensor<?x16x!least>,
        tensor<?x16x!narrow>, tensor<?x16x!sum>
}
