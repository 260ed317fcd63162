// RUN: quant-opt %s -pass-pipeline='builtin.module(codegen-attach-target{target=x86-64-v3},codegen-expand-divisions)' \
// RUN:   | FileCheck %s
// RUN: quant-opt %s -pass-pipeline='builtin.module(codegen-attach-target{target=x86-64-v2},codegen-expand-divisions)' \
// RUN:   | FileCheck %s --check-prefix=KEPT --implicit-check-not=math.fma
// RUN: not quant-opt %s -codegen-expand-divisions 2>&1 | FileCheck %s --check-prefix=MISSING
// MISSING: error: requires an 'llvm.target' attribute: run -codegen-attach-target

// x is limited to one integer more than the clamp on either side, so that infinities
// and NaN go to its bounds.
// CHECK-LABEL: func.func @quantize
// CHECK-SAME:    (%[[X:.*]]: f32)
// CHECK:         %[[LEAST:.*]] = arith.constant -1.280000e+01 : f32
// CHECK:         %[[ABOVE:.*]] = arith.cmpf ogt, %[[X]], %[[LEAST]]
// CHECK:         %[[RAISED:.*]] = arith.select %[[ABOVE]], %[[X]], %[[LEAST]]
// CHECK:         %[[MOST:.*]] = arith.constant 1.280000e+01 : f32
// CHECK:         %[[BELOW:.*]] = arith.cmpf olt, %[[RAISED]], %[[MOST]]
// CHECK:         %[[LIMITED:.*]] = arith.select %[[BELOW]], %[[RAISED]], %[[MOST]]
// CHECK:         %[[ERROR:.*]] = arith.constant -1.49011612E-7 : f32
// CHECK:         %[[REST:.*]] = arith.mulf %[[LIMITED]], %[[ERROR]]
// CHECK:         %[[RECIPROCAL:.*]] = arith.constant 1.000000e+01 : f32
// CHECK:         %[[QUOTIENT:.*]] = math.fma %[[LIMITED]], %[[RECIPROCAL]], %[[REST]]
// CHECK:         arith.cmpf ogt, %[[QUOTIENT]]
// KEPT-LABEL:  func.func @quantize
// KEPT:          arith.divf
func.func @quantize(%x: f32) -> f32 {
  %scale = arith.constant 0.1 : f32
  %lo = arith.constant -127.0 : f32
  %hi = arith.constant 127.0 : f32
  %quotient = arith.divf %x, %scale : f32
  %is_above = arith.cmpf ogt, %quotient, %lo : f32
  %raised = arith.select %is_above, %quotient, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  return %rounded : f32
}

// A quotient that is used as it is stays, as does one by a scale whose reciprocal is
// subnormal, one that is not rounded, and one without bounds.
// CHECK-LABEL: func.func @kept
// CHECK-COUNT-4: arith.divf
// CHECK-NOT:     math.fma
// KEPT-LABEL:  func.func @kept
func.func @kept(%x: f32) -> (f32, f32, f32, f32, f32) {
  %scale = arith.constant 0.1 : f32
  %huge = arith.constant 0x7F000001 : f32
  %lo = arith.constant -127.0 : f32
  %hi = arith.constant 127.0 : f32

  %read = arith.divf %x, %scale : f32
  %is_above0 = arith.cmpf ogt, %read, %lo : f32
  %raised0 = arith.select %is_above0, %read, %lo : f32
  %is_below0 = arith.cmpf olt, %raised0, %hi : f32
  %clamped0 = arith.select %is_below0, %raised0, %hi : f32
  %rounded0 = math.roundeven %clamped0 : f32

  %small = arith.divf %x, %huge : f32
  %is_above1 = arith.cmpf ogt, %small, %lo : f32
  %raised1 = arith.select %is_above1, %small, %lo : f32
  %is_below1 = arith.cmpf olt, %raised1, %hi : f32
  %clamped1 = arith.select %is_below1, %raised1, %hi : f32
  %rounded1 = math.roundeven %clamped1 : f32

  %float = arith.divf %x, %lo : f32
  %unbounded = arith.divf %x, %hi : f32
  %rounded2 = math.roundeven %unbounded : f32
  return %read, %rounded0, %rounded1, %float, %rounded2
      : f32, f32, f32, f32, f32
}
