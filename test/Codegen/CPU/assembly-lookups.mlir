// RUN: quantc %s --target=x86-64-v4+avx512vnni+avx512vbmi --emit=asm -o %t.vbmi.s
// RUN: %python %S/Inputs/inner_loops.py vpermi2b < %t.vbmi.s | FileCheck %s --check-prefix=VBMI
// RUN: FileCheck %s --check-prefix=EPILOGUE < %t.vbmi.s
// RUN: quantc %s --target=x86-64-v4+avx512vnni --emit=asm -o %t.v4.s
// RUN: %python %S/Inputs/inner_loops.py vpshufb < %t.v4.s | FileCheck %s --check-prefix=SHUFFLES
// RUN: quantc %s --target=x86-64-v3 --emit=asm -o %t.v3.s
// RUN: %python %S/Inputs/inner_loops.py vpshufb < %t.v3.s | FileCheck %s --check-prefix=SHUFFLES
// RUN: quantc %s --target=aarch64 --emit=asm -o %t.neon.s
// RUN: %python %S/Inputs/inner_loops.py tbx < %t.neon.s | FileCheck %s --check-prefix=NEON

// A table of bytes: in a loop with all of it in registers, or in the epilogue of a
// convolution, where it takes two instructions of VBMI for 64 bytes; otherwise behind
// it; nothing on the stack.
// VBMI:     {{^}}1 vpermi2b, 0 broadcasts, 0 of the stack
// EPILOGUE: vpacksswb
// EPILOGUE: vpmovb2m
// EPILOGUE: {{vperm[it]2b}}
// EPILOGUE: {{vperm[it]2b}}
// SHUFFLES: {{^}}16 vpshufb, {{.*}}, 0 of the stack
// NEON:     {{^}}3 tbx, 0 broadcasts, 0 of the stack

!x = !quant.uniform<i8:f32, 0.0625:-3>
!y = !quant.uniform<i8:f32, 0.03125:-120>
!w = !quant.uniform<i8<-127:127>:f32, 0.015625>
func.func @network(%x: tensor<?x48x48x64x!x> {nn.name = "x"})
    -> (tensor<?x48x48x64x!y> {nn.name = "y"}, tensor<?x48x48x64x!y> {nn.name = "z"}) {
  %ones = arith.constant dense<1> : tensor<64x1x1x64xi8>
  %filter = quant.scast %ones : tensor<64x1x1x64xi8> to tensor<64x1x1x64x!w>
  %acc = nn.conv_2d %x, %filter
      : (tensor<?x48x48x64x!x>, tensor<64x1x1x64x!w>) -> tensor<?x48x48x64x!x>
  %y = nn.unary hardswish %acc : tensor<?x48x48x64x!x> -> tensor<?x48x48x64x!y>
  %z = nn.unary silu %x : tensor<?x48x48x64x!x> -> tensor<?x48x48x64x!y>
  return %y, %z : tensor<?x48x48x64x!y>, tensor<?x48x48x64x!y>
}
