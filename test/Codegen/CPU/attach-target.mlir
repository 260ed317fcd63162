// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v4+avx512vnni \
// RUN:   | FileCheck %s --implicit-check-not=passthrough
// RUN: quant-opt %s -codegen-attach-target="target=aarch64 for-size" \
// RUN:   | FileCheck %s --check-prefix=SIZE

// CHECK: module attributes {llvm.target = #llvm.target<
// CHECK-SAME: triple = "x86_64-unknown-linux-gnu", chip = "x86-64-v4",
// CHECK-SAME: features = <["+avx512vnni"]>>}
// SIZE: module attributes {llvm.target = #llvm.target<
// SIZE-SAME: triple = "aarch64-unknown-linux-gnu", chip = "generic">}
// SIZE: func.func @network() attributes {passthrough = ["noinline", "optsize"]}
func.func @network() {
  return
}
