// DEFINE: %{no-parts} = --implicit-check-not="{{vpbroadcast[bw]|vpinsr}}"
// RUN: quantc %s --target=x86-64-v4+avx512vnni --emit=asm -o %t.vnni.s
// RUN: sed -n '/^quantc_share/,/^quantc_prepare/p' %t.vnni.s | FileCheck %s --check-prefix=VNNI %{no-parts}
// RUN: quantc %s --target=x86-64-v3 --strategy=avx2-exact --emit=asm -o %t.avx2.s
// RUN: sed -n '/^quantc_share/,/^quantc_prepare/p' %t.avx2.s | FileCheck %s --check-prefix=AVX2 %{no-parts}

// A convolution of 7x7 pixels of three channels reads runs of 21 bytes: five groups of
// four, and a sixth that begins at the 17th byte. No step reads single bytes.
// VNNI: vpbroadcastd 17(
// VNNI: vpdpbusd
// AVX2: vpbroadcastd 38(
// AVX2: vpmaddwd

!x = !quant.uniform<i8:f32, 0.0625:-3>
!w = !quant.uniform<i8<-127:127>:f32, 0.015625>
func.func @network(%x: tensor<1x38x38x3x!x> {nn.name = "x"}) -> (tensor<1x16x16x64x!x> {nn.name = "y"}) {
  %levels = arith.constant dense<1> : tensor<64x7x7x3xi8>
  %weight = quant.scast %levels : tensor<64x7x7x3xi8> to tensor<64x7x7x3x!w>
  %y = nn.conv_2d %x, %weight {strides = array<i64: 2, 2>}
      : (tensor<1x38x38x3x!x>, tensor<64x7x7x3x!w>) -> tensor<1x16x16x64x!x>
  return %y : tensor<1x16x16x64x!x>
}
