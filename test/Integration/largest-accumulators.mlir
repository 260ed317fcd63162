// Of every kind of contraction, and of a sum: accumulators that reach 2147483647 and
// its negative, one unit less than what is refused (fold-scales-errors.mlir,
// ops-errors.mlir), are exact by every strategy.

// RUN: rm -rf %t && mkdir %t
// RUN: quantc %s --stop-after=quantized -o %t/quantized.mlir
// RUN: FileCheck %s --check-prefix=QUANTIZED --input-file=%t/quantized.mlir
// QUANTIZED-COUNT-2: nn.conv_2d {{.*}} -> tensor<?x1x1x2x!
// QUANTIZED: nn.matmul {{.*}} -> tensor<?x1x1x!
// QUANTIZED: nn.reduce sum {{.*}} -> tensor<?x1x!
// RUN: %python -c "import numpy; numpy.savez(r'%t/inputs.npz', \
// RUN:   image=numpy.full((1, 1, 3, 2), 127, numpy.int8), \
// RUN:   rows=numpy.full((1, 1, 33025), 127, numpy.int8), \
// RUN:   sum=numpy.full((1, 8421504, 1), 127, numpy.int8))"
// RUN: %python %S/../reference/run_reference.py %t/quantized.mlir --inputs=%t/inputs.npz --outputs=%t/expected.npz
// RUN: quantc %t/quantized.mlir --strategy=naive -o %t/naive.so
// RUN: quant-run %t/naive.so --inputs %t/inputs.npz --expect %t/expected.npz
// RUN: quantc %t/quantized.mlir --strategy=generic -o %t/generic.so
// RUN: quant-run %t/generic.so --inputs %t/inputs.npz --expect %t/expected.npz
// RUN: quantc %t/quantized.mlir -o %t/best.so
// RUN: quant-run %t/best.so --inputs %t/inputs.npz --expect %t/expected.npz
// RUN: %python -c "import numpy; e = numpy.load(r'%t/expected.npz'); \
// RUN:   print(*(e[n].ravel().tolist() for n in ('dense', 'depthwise', 'product', 'total')))" | FileCheck %s
// CHECK: [64, -64] [64, -64] [64] [64]

!activation = !quant.uniform<i8:f32, 1.0:-128>
!weight = !quant.uniform<i8<-127:127>:f32, 1.0>
!result = !quant.uniform<i8:f32, 33554432.0>

func.func @network(%image: tensor<?x1x3x2x!activation> {nn.name = "image"},
                   %rows: tensor<?x1x33025x!activation> {nn.name = "rows"},
                   %sum: tensor<?x8421504x1x!activation> {nn.name = "sum"})
    -> (tensor<?x1x1x2x!result> {nn.name = "dense"},
        tensor<?x1x1x2x!result> {nn.name = "depthwise"},
        tensor<?x1x1x!result> {nn.name = "product"},
        tensor<?x1x!result> {nn.name = "total"}) {
  // 2147483392 + 255 = 2^31 - 1
  %bias = arith.constant dense<[2147483392.0, -2147483392.0]> : tensor<2xf32>
  %real = nn.dequantize %image
      : tensor<?x1x3x2x!activation> -> tensor<?x1x3x2xf32>

  %dense_integers = arith.constant
      dense<[[[[0, 0], [0, 1], [0, 0]]], [[[0, 0], [0, -1], [0, 0]]]]>
      : tensor<2x1x3x2xi8>
  %dense_stored = quant.scast %dense_integers
      : tensor<2x1x3x2xi8> to tensor<2x1x3x2x!weight>
  %dense_filter = nn.dequantize %dense_stored
      : tensor<2x1x3x2x!weight> -> tensor<2x1x3x2xf32>
  %dense_real = nn.conv_2d %real, %dense_filter, %bias
      : (tensor<?x1x3x2xf32>, tensor<2x1x3x2xf32>, tensor<2xf32>)
      -> tensor<?x1x1x2xf32>
  %dense = nn.quantize %dense_real
      : tensor<?x1x1x2xf32> -> tensor<?x1x1x2x!result>

  %depthwise_integers = arith.constant
      dense<[[[[0], [1], [0]]], [[[0], [-1], [0]]]]> : tensor<2x1x3x1xi8>
  %depthwise_stored = quant.scast %depthwise_integers
      : tensor<2x1x3x1xi8> to tensor<2x1x3x1x!weight>
  %depthwise_filter = nn.dequantize %depthwise_stored
      : tensor<2x1x3x1x!weight> -> tensor<2x1x3x1xf32>
  %depthwise_real = nn.conv_2d %real, %depthwise_filter, %bias {groups = 2 : i64}
      : (tensor<?x1x3x2xf32>, tensor<2x1x3x1xf32>, tensor<2xf32>)
      -> tensor<?x1x1x2xf32>
  %depthwise = nn.quantize %depthwise_real
      : tensor<?x1x1x2xf32> -> tensor<?x1x1x2x!result>

  // 33025 * 255 * 255, the most products that fit.
  %left = nn.dequantize %rows
      : tensor<?x1x33025x!activation> -> tensor<?x1x33025xf32>
  %right = nn.transpose %left {permutation = array<i64: 0, 2, 1>}
      : tensor<?x1x33025xf32> -> tensor<?x33025x1xf32>
  %right_stored = nn.quantize %right
      : tensor<?x33025x1xf32> -> tensor<?x33025x1x!activation>
  %right_real = nn.dequantize %right_stored
      : tensor<?x33025x1x!activation> -> tensor<?x33025x1xf32>
  %product_real = nn.matmul %left, %right_real
      : (tensor<?x1x33025xf32>, tensor<?x33025x1xf32>) -> tensor<?x1x1xf32>
  %product = nn.quantize %product_real
      : tensor<?x1x1xf32> -> tensor<?x1x1x!result>

  // 8421504 * 255, the most elements that fit.
  %elements = nn.dequantize %sum
      : tensor<?x8421504x1x!activation> -> tensor<?x8421504x1xf32>
  %total_real = nn.reduce sum %elements {axes = array<i64: 1>}
      : tensor<?x8421504x1xf32> -> tensor<?x1xf32>
  %total = nn.quantize %total_real : tensor<?x1xf32> -> tensor<?x1x!result>
  return %dense, %depthwise, %product, %total
      : tensor<?x1x1x2x!result>, tensor<?x1x1x2x!result>,
        tensor<?x1x1x!result>, tensor<?x1x!result>
}
