// Rows of nine bytes between others, which LLVM stores as eight and one: of a CPU with
// AVX-512 the one was two (upstream/masked-store-of-one-element.ll), and the padding of
// the next sample was overwritten.

// RUN: quantc %s --target=x86-64-v4 --strategy=generic --emit=llvm -o %t.ll
// RUN: FileCheck %s --input-file %t.ll --implicit-check-not="masked.store{{.*}}<i1 true, i1 false, i1 false"
// CHECK: store <8 x i8> %{{.*}}
// CHECK: %[[LAST:.*]] = extractelement <8 x i8> %{{.*}}, i64 0
// CHECK: store i8 %[[LAST]], ptr
func.func @network(%x: tensor<?x1x3x3xf32> {nn.name = "x"})
    -> (tensor<?x1x4x1x!quant.uniform<i8:f32, 1.0:-128>> {nn.name = "y"}) {
  %stored = arith.constant dense<[[[[1, 2, 3]]]]> : tensor<1x1x1x3xi8>
  %weight = quant.scast %stored : tensor<1x1x1x3xi8> to tensor<1x1x1x3x!quant.uniform<i8<-127:127>:f32, 1.0>>
  %0 = nn.quantize %x : tensor<?x1x3x3xf32> -> tensor<?x1x3x3x!quant.uniform<i8:f32, 4.0:-128>>
  %1 = nn.conv_2d %0, %weight {pad = array<i64: 0, 1, 0, 0>}
      : (tensor<?x1x3x3x!quant.uniform<i8:f32, 4.0:-128>>, tensor<1x1x1x3x!quant.uniform<i8<-127:127>:f32, 1.0>>)
      -> tensor<?x1x4x1x!quant.uniform<i8:f32, 1.0:-128>>
  return %1 : tensor<?x1x4x1x!quant.uniform<i8:f32, 1.0:-128>>
}
