// DEFINE: %{compile} = quantc %t.proved.mlir -o - --emit=asm
// RUN: sed 's/MULTIPLIER/0.25/' %s > %t.proved.mlir
// RUN: %{compile} --target=x86-64-v3 --strategy=avx2-exact | FileCheck %s --check-prefixes=X86,AVX2 --implicit-check-not="{{v(max|min|add|round)ps}}"
// RUN: %{compile} --target=x86-64-v4+avx512vnni | FileCheck %s --check-prefixes=X86,AVX512 --implicit-check-not="{{v(max|min|add|rndscale)ps}}"
// RUN: %{compile} --target=x86-64 | FileCheck %s --check-prefixes=SSE2 --implicit-check-not="{{(max|min|add)ps}}"
// RUN: %{compile} --target=aarch64 | FileCheck %s --check-prefixes=NEON --implicit-check-not="{{f(max|min|cm)|smax|smin}}"
// RUN: sed 's/MULTIPLIER/0.75/' %s > %t.large.mlir
// RUN: quantc %t.large.mlir --target=x86-64-v3 -o - --emit=asm | FileCheck %s --check-prefix=LARGE

// Where the multiplier proves that a product has an i32, packing is the clamp, and the
// zero point is added to words; four vectors, with AVX2 of two rows, are packed and
// put in order at once. The clamp of an f32 stays where the multiplier is large.
// X86:       vcvtdq2ps
// X86:       vmulps
// X86:       vcvtps2dq
// AVX2:      vpackssdw {{.*}}%ymm
// AVX2:      vpackssdw {{.*}}%ymm
// AVX2:      vpaddsw
// AVX2:      vpacksswb {{.*}}%ymm
// AVX2:      vpermd
// AVX2-NEXT: vmovdqu %xmm
// AVX2-NEXT: vextracti128 $1, %ymm{{.*}}, {{.*}}(%r
// AVX512:    vpackssdw {{.*}}%zmm
// AVX512:    vpackssdw {{.*}}%zmm
// AVX512:    vpaddsw
// AVX512:    vpacksswb {{.*}}%zmm
// AVX512:    vpermd
// AVX512-NEXT: vmovdqu64 %zmm
// SSE2:      cvtdq2ps
// SSE2:      mulps
// SSE2:      cvtps2dq
// SSE2:      packssdw
// SSE2:      paddsw
// SSE2:      packsswb
// NEON:      scvtf
// NEON:      fmul
// NEON:      sqxtn
// NEON:      sqadd
// NEON:      sqxtn
// LARGE:     vmulps
// LARGE:     vmaxps
// LARGE:     vminps
// LARGE:     vcvtps2dq
// LARGE:     vpackssdw

!x = !quant.uniform<i8:f32, 0.5:-3>
!w = !quant.uniform<i8<-127:127>:f32, MULTIPLIER>
func.func @network(%x: tensor<?x48x48x64x!x> {nn.name = "x"})
    -> (tensor<?x48x48x64x!x> {nn.name = "y"}) {
  %ones = arith.constant dense<1> : tensor<64x1x1x64xi8>
  %filter = quant.scast %ones : tensor<64x1x1x64xi8> to tensor<64x1x1x64x!w>
  %y = nn.conv_2d %x, %filter
      : (tensor<?x48x48x64x!x>, tensor<64x1x1x64x!w>) -> tensor<?x48x48x64x!x>
  return %y : tensor<?x48x48x64x!x>
}
