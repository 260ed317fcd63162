// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v4+avx512vnni \
// RUN:   | FileCheck %s --implicit-check-not=passthrough
// RUN: quant-opt %s -codegen-attach-target="target=aarch64 for-size" \
// RUN:   | FileCheck %s --check-prefix=SIZE
// RUN: quant-opt %s -codegen-attach-target=target=nvidia-sm_90a \
// RUN:   | FileCheck %s --check-prefix=GPU

// CHECK: module attributes {llvm.target = #llvm.target<
// CHECK-SAME: triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v4",
// CHECK-SAME: features = <["+avx512vnni"]>>}
// SIZE: module attributes {llvm.target = #llvm.target<
// SIZE-SAME: triple = "aarch64-unknown-linux-gnu", chip = "generic">}
// SIZE: func.func @network() attributes {passthrough = ["noinline", "optsize"]}
// GPU: module attributes {llvm.target = #llvm.target<
// GPU-SAME: triple = "nvptx64-nvidia-cuda", chip = "sm_90a", features = <["+ptx80"]>>}
func.func @network() {
  return
}
