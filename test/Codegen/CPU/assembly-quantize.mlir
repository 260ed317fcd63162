// Numbers are quantized without a division, in vectors as long as those of tiles.

// RUN: quantc %s --target=x86-64-v4+avx512vnni --emit=asm -o - \
// RUN:   | FileCheck %s --check-prefix=ZMM --implicit-check-not=vdivps
// RUN: quantc %s --target=x86-64-v3 --emit=asm -o - \
// RUN:   | FileCheck %s --check-prefix=YMM --implicit-check-not=vdivps

// ZMM:       vmaxps {{.*}}%zmm
// ZMM:       vmulps {{.*}}%zmm
// ZMM:       vfmadd{{.*}}%zmm
// ZMM:       vcvtps2dq {{.*}}%zmm
// YMM:       vmaxps {{.*}}%ymm
// YMM:       vmulps {{.*}}%ymm
// YMM:       vfmadd{{.*}}%ymm
// YMM:       vcvtps2dq {{.*}}%ymm
func.func @network(%x: tensor<?x4096xf32> {nn.name = "x"})
    -> (tensor<?x4096x!quant.uniform<i8:f32, 0.10000000149011612:-1>> {nn.name = "y"}) {
  %y = nn.quantize %x
      : tensor<?x4096xf32> -> tensor<?x4096x!quant.uniform<i8:f32, 0.10000000149011612:-1>>
  return %y : tensor<?x4096x!quant.uniform<i8:f32, 0.10000000149011612:-1>>
}
