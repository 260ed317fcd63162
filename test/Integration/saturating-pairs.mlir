// Weights and inputs at their extremes give the bytes of the numpy reference, by
// instructions that saturate the sum of two products, too: in one column pairs that
// would saturate stand everywhere, in others at every second place, and some at the
// bounds of what does not, 128 and -128.

// RUN: rm -rf %t && mkdir %t
// RUN: quantc %s --stop-after=quantized -o %t/quantized.mlir
// RUN: %python -c "import numpy; r = numpy.random.default_rng(1); \
// RUN:   x = r.choice(numpy.array([-128, 127], numpy.int8), (33, 7)); \
// RUN:   x[0] = -128; x[1] = 127; x[2:13] = r.integers(-128, 128, (11, 7)); \
// RUN:   y = r.choice(numpy.array([-128, 127], numpy.int8), (33, 5, 12, 3)); y[0] = 127; \
// RUN:   numpy.savez(r'%t/inputs.npz', x=x, image=y)"
// RUN: %python %S/../reference/run_reference.py %t/quantized.mlir --inputs %t/inputs.npz --outputs %t/expected.npz
// RUN: %python %S/../reference/check_strategies.py %t %t/quantized.mlir --inputs %t/inputs.npz --expect %t/expected.npz
// RUN: quantc %t/quantized.mlir --target=x86-64-v3 --strategy=avx2-fast -o %t/fast.so --report %t/fast.json
// RUN: quant-run %t/fast.so --inputs %t/inputs.npz --expect %t/expected.npz
// RUN: grep -c '"avx2-fast tile"' %t/fast.json | FileCheck %s
// CHECK: 2

!x = !quant.uniform<i8:f32, 1.0:-128>
!w = !quant.uniform<i8<-127:127>:f32, 1.0>
!y = !quant.uniform<i8:f32, 2048.0>
!z = !quant.uniform<i8:f32, 8192.0:3>

func.func @network(%x: tensor<?x7x!x> {nn.name = "x"}, %image: tensor<?x5x12x3x!x> {nn.name = "image"})
    -> (tensor<?x11x!y> {nn.name = "y"}, tensor<?x3x10x9x!z> {nn.name = "z"}) {
  %rows = arith.constant dense<[
      [127, 127, 127, 127, 127, 127, 127],
      [-127, -127, -127, -127, -127, -127, -127],
      [127, -127, 127, -127, 127, -127, 127],
      [64, 64, 64, 64, 64, 64, 64],
      [-64, -64, -64, -64, -64, -64, -64],
      [65, 64, 65, 64, 65, 64, 65],
      [-64, -65, -64, -65, -64, -65, -64],
      [127, 1, 127, 1, 127, 1, 127],
      [127, 2, 0, 2, 127, 2, 0],
      [0, 127, 2, 0, 0, -127, -2],
      [-127, -1, -1, -127, -127, -2, 127]]> : tensor<11x7xi8>
  %weight = quant.scast %rows : tensor<11x7xi8> to tensor<11x7x!w>
  %y = nn.fully_connected %x, %weight
      : (tensor<?x7x!x>, tensor<11x7x!w>) -> tensor<?x11x!y>
  %taps = arith.constant dense<127> : tensor<9x3x3x3xi8>
  %filter = quant.scast %taps : tensor<9x3x3x3xi8> to tensor<9x3x3x3x!w>
  %z = nn.conv_2d %image, %filter
      : (tensor<?x5x12x3x!x>, tensor<9x3x3x3x!w>) -> tensor<?x3x10x9x!z>
  return %y, %z : tensor<?x11x!y>, tensor<?x3x10x9x!z>
}
