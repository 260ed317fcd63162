// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v4+avx512vbmi \
// RUN:   -codegen-form-lookups=for-epilogues | FileCheck %s --check-prefixes=CHECK,FORMED
// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v3 \
// RUN:   -codegen-form-lookups | FileCheck %s --check-prefixes=CHECK,FORMED
// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v3 \
// RUN:   -codegen-form-lookups=for-epilogues | FileCheck %s --check-prefix=LEFT
// RUN: quant-opt %s -codegen-attach-target=target=x86-64-v2 \
// RUN:   -codegen-form-lookups | FileCheck %s --check-prefix=LEFT
// RUN: not quant-opt %s -codegen-form-lookups 2>&1 | FileCheck %s --check-prefix=TARGET

// TARGET: error: requires the attribute 'llvm.target'; -codegen-attach-target sets it

// Where the target has vectors of bytes for it, and for epilogues only by few
// instructions.
// LEFT-LABEL: func.func @table
// LEFT:         tensor.extract
// LEFT-NOT:     mk.lookup
// CHECK-LABEL: func.func @table
// CHECK-SAME:    (%[[Q:.*]]: i8)
// FORMED-NEXT:   %[[ENTRY:.*]] = mk.lookup %[[Q]] {table = dense<7> : tensor<256xi8>} : i8
// FORMED-NEXT:   return %[[ENTRY]]
func.func @table(%q: i8) -> i8 {
  %table = arith.constant dense<7> : tensor<256xi8>
  %c128 = arith.constant 128 : i32
  %wide = arith.extsi %q : i8 to i32
  %sum = arith.addi %wide, %c128 : i32
  %index = arith.index_cast %sum : i32 to index
  %entry = tensor.extract %table[%index] : tensor<256xi8>
  return %entry : i8
}

// A table that the network gets.
// CHECK-LABEL: func.func @variable
// CHECK:         tensor.extract
func.func @variable(%q: i8, %table: tensor<256xi8>) -> i8 {
  %c128 = arith.constant 128 : i32
  %wide = arith.extsi %q : i8 to i32
  %sum = arith.addi %wide, %c128 : i32
  %index = arith.index_cast %sum : i32 to index
  %entry = tensor.extract %table[%index] : tensor<256xi8>
  return %entry : i8
}

// Other entries than bytes.
// CHECK-LABEL: func.func @words
// CHECK:         tensor.extract
func.func @words(%q: i8) -> i16 {
  %table = arith.constant dense<7> : tensor<256xi16>
  %c128 = arith.constant 128 : i32
  %wide = arith.extsi %q : i8 to i32
  %sum = arith.addi %wide, %c128 : i32
  %index = arith.index_cast %sum : i32 to index
  %entry = tensor.extract %table[%index] : tensor<256xi16>
  return %entry : i16
}

// Another place in the table.
// CHECK-LABEL: func.func @elsewhere
// CHECK:         tensor.extract
func.func @elsewhere(%q: i8) -> i8 {
  %table = arith.constant dense<7> : tensor<256xi8>
  %c127 = arith.constant 127 : i32
  %wide = arith.extsi %q : i8 to i32
  %sum = arith.addi %wide, %c127 : i32
  %index = arith.index_cast %sum : i32 to index
  %entry = tensor.extract %table[%index] : tensor<256xi8>
  return %entry : i8
}
