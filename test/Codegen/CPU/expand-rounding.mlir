// RUN: quant-opt %s -codegen-expand-rounding | FileCheck %s

// Where a clamp proves |x| < 2^22, roundeven is an addition and a subtraction of
// 1.5 * 2^23 = 12582912; elsewhere it stays.

// CHECK-LABEL: func.func @clamped
// CHECK-SAME:    (%[[REAL:.*]]: f32)
// CHECK:         %[[RAISED:.*]] = arith.select
// CHECK-NEXT:    %[[IS_BELOW:.*]] = arith.cmpf olt, %[[RAISED]],
// CHECK-NEXT:    %[[CLAMPED:.*]] = arith.select %[[IS_BELOW]], %[[RAISED]],
// CHECK-NEXT:    %[[MAGIC:.*]] = arith.constant 0x4B400000 : f32
// CHECK-NEXT:    %[[SUM:.*]] = arith.addf %[[CLAMPED]], %[[MAGIC]] : f32
// CHECK-NEXT:    %[[ROUNDED:.*]] = arith.subf %[[SUM]], %[[MAGIC]] : f32
// CHECK-NEXT:    return %[[ROUNDED]]
func.func @clamped(%real: f32) -> f32 {
  %lo = arith.constant -125.0 : f32
  %hi = arith.constant 130.0 : f32
  %is_above = arith.cmpf ogt, %real, %lo : f32
  %raised = arith.select %is_above, %real, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  return %rounded : f32
}

// The other order of the two bounds, up to the last number below 2^22.
// CHECK-LABEL: func.func @widest_bounds
// CHECK-NOT:     math.roundeven
// CHECK:         arith.addf
// CHECK:         arith.subf
func.func @widest_bounds(%real: f32) -> f32 {
  %lo = arith.constant -4194303.75 : f32
  %hi = arith.constant 4194303.75 : f32
  %is_below = arith.cmpf olt, %real, %hi : f32
  %lowered = arith.select %is_below, %real, %hi : f32
  %is_above = arith.cmpf ogt, %lowered, %lo : f32
  %clamped = arith.select %is_above, %lowered, %lo : f32
  %rounded = math.roundeven %clamped : f32
  return %rounded : f32
}

// 2^22 + 1.5 * 2^23 = 2^24 is outside of the range without fraction bits.
// CHECK-LABEL: func.func @bound_too_large
// CHECK-NOT:     arith.addf
// CHECK:         math.roundeven
func.func @bound_too_large(%real: f32) -> f32 {
  %lo = arith.constant -125.0 : f32
  %hi = arith.constant 4194304.0 : f32
  %is_above = arith.cmpf ogt, %real, %lo : f32
  %raised = arith.select %is_above, %real, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  return %rounded : f32
}

// CHECK-LABEL: func.func @infinite_bound
// CHECK-NOT:     arith.addf
// CHECK:         math.roundeven
func.func @infinite_bound(%real: f32) -> f32 {
  %lo = arith.constant 0.0 : f32
  %hi = arith.constant 0x7F800000 : f32
  %is_above = arith.cmpf ogt, %real, %lo : f32
  %raised = arith.select %is_above, %real, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  return %rounded : f32
}

// CHECK-LABEL: func.func @no_clamp
// CHECK-NOT:     arith.addf
// CHECK:         math.roundeven
func.func @no_clamp(%real: f32) -> f32 {
  %rounded = math.roundeven %real : f32
  return %rounded : f32
}

// CHECK-LABEL: func.func @no_upper_bound
// CHECK-NOT:     arith.addf
// CHECK:         math.roundeven
func.func @no_upper_bound(%real: f32) -> f32 {
  %lo = arith.constant -125.0 : f32
  %is_above = arith.cmpf ogt, %real, %lo : f32
  %raised = arith.select %is_above, %real, %lo : f32
  %rounded = math.roundeven %raised : f32
  return %rounded : f32
}

// CHECK-LABEL: func.func @no_lower_bound
// CHECK-NOT:     arith.addf
// CHECK:         math.roundeven
func.func @no_lower_bound(%real: f32) -> f32 {
  %hi = arith.constant 130.0 : f32
  %is_below = arith.cmpf olt, %real, %hi : f32
  %lowered = arith.select %is_below, %real, %hi : f32
  %rounded = math.roundeven %lowered : f32
  return %rounded : f32
}

// CHECK-LABEL: func.func @bound_not_constant
// CHECK-NOT:     arith.addf
// CHECK:         math.roundeven
func.func @bound_not_constant(%real: f32, %hi: f32) -> f32 {
  %lo = arith.constant -125.0 : f32
  %is_above = arith.cmpf ogt, %real, %lo : f32
  %raised = arith.select %is_above, %real, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  return %rounded : f32
}

// The selects choose the other way round: these are no bounds.
// CHECK-LABEL: func.func @not_a_clamp
// CHECK-NOT:     arith.addf
// CHECK:         math.roundeven
func.func @not_a_clamp(%real: f32) -> f32 {
  %lo = arith.constant -125.0 : f32
  %hi = arith.constant 130.0 : f32
  %is_above = arith.cmpf ogt, %real, %lo : f32
  %lowered = arith.select %is_above, %lo, %real : f32
  %is_below = arith.cmpf olt, %lowered, %hi : f32
  %raised = arith.select %is_below, %hi, %lowered : f32
  %rounded = math.roundeven %raised : f32
  return %rounded : f32
}

// A comparison that NaN passes lets NaN through.
// CHECK-LABEL: func.func @unordered
// CHECK-NOT:     arith.addf
// CHECK:         math.roundeven
func.func @unordered(%real: f32) -> f32 {
  %lo = arith.constant -125.0 : f32
  %hi = arith.constant 130.0 : f32
  %is_above = arith.cmpf ugt, %real, %lo : f32
  %raised = arith.select %is_above, %real, %lo : f32
  %is_below = arith.cmpf ult, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  return %rounded : f32
}

// The constant is one of f32.
// CHECK-LABEL: func.func @double
// CHECK-NOT:     arith.addf
// CHECK:         math.roundeven %{{.*}} : f64
func.func @double(%real: f64) -> f64 {
  %lo = arith.constant -125.0 : f64
  %hi = arith.constant 130.0 : f64
  %is_above = arith.cmpf ogt, %real, %lo : f64
  %raised = arith.select %is_above, %real, %lo : f64
  %is_below = arith.cmpf olt, %raised, %hi : f64
  %clamped = arith.select %is_below, %raised, %hi : f64
  %rounded = math.roundeven %clamped : f64
  return %rounded : f64
}

// The canonical form of the same comparison, where the number is an integer
// that was converted.
// CHECK-LABEL: func.func @clamped_integer
// CHECK-NOT:     math.roundeven
func.func @clamped_integer(%stored: i32) -> f32 {
  %lo = arith.constant -84.0 : f32
  %hi = arith.constant 114.0 : f32
  %least = arith.constant -84 : i32
  %real = arith.sitofp %stored : i32 to f32
  %is_above = arith.cmpi sgt, %stored, %least : i32
  %raised = arith.select %is_above, %real, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  return %rounded : f32
}

// An integer that is compared with a constant that proves nothing.
// CHECK-LABEL: func.func @unproved_integer
// CHECK:         math.roundeven
func.func @unproved_integer(%stored: i32) -> f32 {
  %lo = arith.constant -84.0 : f32
  %hi = arith.constant 114.0 : f32
  %least = arith.constant -4194304 : i32
  %real = arith.sitofp %stored : i32 to f32
  %is_above = arith.cmpi sgt, %stored, %least : i32
  %raised = arith.select %is_above, %real, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  return %rounded : f32
}

// The integer is what the sum's bits are more than those of 1.5 * 2^23; a clamp
// that changes nothing stands before a truncation to the i8 that it fits.
// CHECK-LABEL: func.func @to_i8
// CHECK-NOT:     math.roundeven
// CHECK:         %[[SUM:.*]] = arith.addf
// CHECK-NEXT:    %[[BITS:.*]] = arith.bitcast %[[SUM]] : f32 to i32
// CHECK-NEXT:    %[[MAGIC:.*]] = arith.constant 1262485504 : i32
// CHECK-NEXT:    %[[INTEGER:.*]] = arith.subi %[[BITS]], %[[MAGIC]] : i32
// CHECK-NEXT:    %[[STORED:.*]] = arith.addi %[[INTEGER]], %{{.*}} : i32
// CHECK:         %[[RAISED:.*]] = arith.maxsi %[[STORED]], %c-128_i32
// CHECK:         %[[CLAMPED:.*]] = arith.minsi %[[RAISED]], %c127_i32
// CHECK-NEXT:    arith.trunci %[[CLAMPED]] : i32 to i8
func.func @to_i8(%real: f32) -> i8 {
  %lo = arith.constant -125.0 : f32
  %hi = arith.constant 130.0 : f32
  %zero_point = arith.constant -3 : i32
  %is_above = arith.cmpf ogt, %real, %lo : f32
  %raised = arith.select %is_above, %real, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  %integer = arith.fptosi %rounded : f32 to i32
  %stored = arith.addi %integer, %zero_point : i32
  %byte = arith.trunci %stored : i32 to i8
  return %byte : i8
}

// The bytes of a u8 are cut off, not clamped.
// CHECK-LABEL: func.func @to_u8
// CHECK:         arith.bitcast
// CHECK-NOT:     arith.maxsi
// CHECK:         arith.trunci
func.func @to_u8(%real: f32) -> i8 {
  %lo = arith.constant 0.0 : f32
  %hi = arith.constant 255.0 : f32
  %is_above = arith.cmpf ogt, %real, %lo : f32
  %raised = arith.select %is_above, %real, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  %integer = arith.fptosi %rounded : f32 to i32
  %byte = arith.trunci %integer : i32 to i8
  return %byte : i8
}

// An i8 that is shifted by what is not known.
// CHECK-LABEL: func.func @unknown_shift
// CHECK-NOT:     arith.maxsi
// CHECK:         arith.trunci
func.func @unknown_shift(%real: f32, %shift: i32) -> i8 {
  %lo = arith.constant -125.0 : f32
  %hi = arith.constant 127.0 : f32
  %is_above = arith.cmpf ogt, %real, %lo : f32
  %raised = arith.select %is_above, %real, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  %integer = arith.fptosi %rounded : f32 to i32
  %stored = arith.addi %integer, %shift : i32
  %byte = arith.trunci %stored : i32 to i8
  return %byte : i8
}

// CHECK-LABEL: func.func @not_clamped_to_i8
// CHECK-NOT:     arith.bitcast
// CHECK-NOT:     arith.maxsi
// CHECK:         arith.trunci
func.func @not_clamped_to_i8(%real: f32) -> i8 {
  %rounded = math.roundeven %real : f32
  %integer = arith.fptosi %rounded : f32 to i32
  %byte = arith.trunci %integer : i32 to i8
  return %byte : i8
}
