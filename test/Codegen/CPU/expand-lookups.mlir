// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v4+avx512vbmi \
// RUN:   -codegen-expand-lookups | FileCheck %s --check-prefixes=CHECK,VBMI
// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v3 \
// RUN:   -codegen-expand-lookups | FileCheck %s --check-prefixes=CHECK,AVX2
// RUN: quant-opt %s -codegen-attach-target=target=aarch64 \
// RUN:   -codegen-expand-lookups | FileCheck %s --check-prefixes=CHECK,NEON
// RUN: not quant-opt %s -codegen-attach-target=target=x86-64-v2 \
// RUN:   -codegen-expand-lookups 2>&1 | FileCheck %s --check-prefix=LACKS
// RUN: not quant-opt %s -codegen-expand-lookups 2>&1 | FileCheck %s --check-prefix=TARGET

// LACKS: error: 'mk.lookup' op requires a target that looks up vectors of bytes
// TARGET: error: requires the attribute 'llvm.target'; -codegen-attach-target sets it

// Equal tables are one; that of differences is another.
// CHECK-DAG: memref.global "private" constant @lookup{{.*}} : memref<256xi8> = dense<7> {alignment = 64 : i64}
// AVX2-DAG:  memref.global "private" constant @lookup{{.*}} : memref<256xi8> = dense<"0x0707070707070707070707070707070700000000
// CHECK-NOT: memref.global

// CHECK-LABEL: func.func @scalar
// CHECK-SAME:    (%[[Q:.*]]: i8)
// CHECK:         %[[WIDE:.*]] = arith.extsi %[[Q]] : i8 to i32
// CHECK:         %[[SUM:.*]] = arith.addi %[[WIDE]], %c128_i32
// CHECK:         %[[INDEX:.*]] = arith.index_cast %[[SUM]]
// CHECK:         %[[TABLE:.*]] = memref.get_global @lookup
// CHECK:         memref.load %[[TABLE]][%[[INDEX]]]
func.func @scalar(%q: i8) -> i8 {
  %entry = mk.lookup %q {table = dense<7> : tensor<256xi8>} : i8
  return %entry : i8
}

// The last vector is filled up with zeros.
// CHECK-LABEL: func.func @vector
// VBMI-COUNT-2: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.qi.512"
// VBMI-NOT:     llvm.call_intrinsic
// VBMI:         arith.select
// AVX2-COUNT-32: llvm.call_intrinsic "llvm.x86.avx2.pshuf.b"
// AVX2-NOT:     llvm.call_intrinsic
// NEON:         llvm.call_intrinsic "llvm.aarch64.neon.tbl4.v16i8"
// NEON-COUNT-3: llvm.call_intrinsic "llvm.aarch64.neon.tbx4.v16i8"
// CHECK:        return
func.func @vector(%q: vector<48xi8>) -> vector<48xi8> {
  %entries = mk.lookup %q {table = dense<7> : tensor<256xi8>} : vector<48xi8>
  return %entries : vector<48xi8>
}
