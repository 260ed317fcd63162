// RUN: quant-opt %s -codegen-configure-registers -allow-unregistered-dialect | FileCheck %s

// Out of all loops whose tiles have its shape.
// CHECK-LABEL: func.func @loops
// CHECK:         llvm.mlir.addressof @registers :
// CHECK-NEXT:    llvm.call_intrinsic "llvm.x86.ldtilecfg"
// CHECK-NEXT:    scf.for
// CHECK-NOT:     ldtilecfg
// CHECK:         return
func.func @loops(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      mk.registers rows = [14, 13], depth = 48
      "test.tile"() : () -> ()
    }
    mk.registers rows = [14, 13], depth = 48
    "test.tile"() : () -> ()
  }
  return
}

// The second loop needs no other; the third one does, and so it has to be loaded
// again behind it.
// CHECK-LABEL: func.func @sequence
// CHECK:         addressof @registers :
// CHECK:         ldtilecfg
// CHECK:         scf.for
// CHECK-NOT:     ldtilecfg
// CHECK:         scf.for
// CHECK:         addressof @registers_0
// CHECK:         ldtilecfg
// CHECK:         scf.for
// CHECK:         addressof @registers :
// CHECK:         ldtilecfg
// CHECK-NEXT:    "test.tile"
func.func @sequence(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    mk.registers rows = [14, 13], depth = 48
    "test.tile"() : () -> ()
  }
  scf.for %i = %c0 to %n step %c1 {
    mk.registers rows = [14, 13], depth = 48
    "test.tile"() : () -> ()
  }
  scf.for %i = %c0 to %n step %c1 {
    mk.registers rows = [7], depth = 64
    "test.tile"() : () -> ()
  }
  mk.registers rows = [14, 13], depth = 48
  "test.tile"() : () -> ()
  return
}

// A loop of two shapes loads both, over and over.
// CHECK-LABEL: func.func @mixed
// CHECK:         scf.for
// CHECK:           addressof @registers :
// CHECK:           ldtilecfg
// CHECK-NEXT:      "test.tile"
// CHECK:           addressof @registers_0
// CHECK:           ldtilecfg
// CHECK-NEXT:      "test.tile"
func.func @mixed(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    mk.registers rows = [14, 13], depth = 48
    "test.tile"() : () -> ()
    mk.registers rows = [7], depth = 64
    "test.tile"() : () -> ()
  }
  return
}

// What is called between, a loop that threads share, has shapes of its own.
// CHECK-LABEL: func.func @calls
// CHECK:         ldtilecfg
// CHECK-NEXT:    "test.tile"
// CHECK:         llvm.call @quantc_parallel
// CHECK:         ldtilecfg
// CHECK-NEXT:    "test.tile"
// CHECK:         scf.for
// CHECK:           llvm.call @quantc_parallel
// CHECK:           ldtilecfg
// CHECK-NEXT:      "test.tile"
llvm.func @quantc_parallel()
func.func @calls(%n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  mk.registers rows = [14, 13], depth = 48
  "test.tile"() : () -> ()
  llvm.call @quantc_parallel() : () -> ()
  mk.registers rows = [14, 13], depth = 48
  "test.tile"() : () -> ()
  scf.for %i = %c0 to %n step %c1 {
    llvm.call @quantc_parallel() : () -> ()
    mk.registers rows = [14, 13], depth = 48
    "test.tile"() : () -> ()
  }
  return
}

// One byte for the palette; bytes of a row from byte 16 on, two for each register;
// rows from byte 48 on: four registers of sums, two of the left operand, two of the
// right one.
// CHECK: llvm.mlir.global private constant @registers(dense<[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 64, 0, 64, 0, 64, 0, 48, 0, 48, 0, 64, 0, 64, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 14, 14, 13, 13, 14, 13, 12, 12, 0, 0, 0, 0, 0, 0, 0, 0]>
// CHECK-SAME: alignment = 64 : i64
// CHECK: llvm.mlir.global private constant @registers_0(dense<[1, {{.*}}, 7, 7, 0, 0, 7, 0, 16, 16, 0, 0, 0, 0, 0, 0, 0, 0]>
