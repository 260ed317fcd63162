// RUN: quant-opt %s -codegen-expand-rounding | FileCheck %s

// Where constants prove |x| < 2^22, roundeven is an addition and a subtraction of
// 1.5 * 2^23 = 12582912; elsewhere it stays. Where it becomes an i32, it is lrint.

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

// The number is converted as it is rounded. Truncation saturates, in two steps, and
// the zero point is added between them. The clamp stays: %real may be anything.
// CHECK-LABEL: func.func @to_i8
// CHECK-NOT:     math.roundeven
// CHECK:         %[[CLAMPED:.*]] = arith.select %{{.*}}, %{{.*}}, %cst_0 : f32
// CHECK-NEXT:    %[[INTEGER:.*]] = llvm.intr.lrint(%[[CLAMPED]]) : (f32) -> i32
// CHECK:         %[[RAISED:.*]] = arith.maxsi %[[INTEGER]], %c-32768_i32
// CHECK:         %[[LOWERED:.*]] = arith.minsi %[[RAISED]], %c32767_i32
// CHECK-NEXT:    %[[WORD:.*]] = arith.trunci %[[LOWERED]] : i32 to i16
// CHECK:         %[[STORED:.*]] = llvm.intr.sadd.sat(%[[WORD]], %c-3_i16)
// CHECK:         %[[RAISED:.*]] = arith.maxsi %[[STORED]], %c-128_i16
// CHECK:         %[[LOWERED:.*]] = arith.minsi %[[RAISED]], %c127_i16
// CHECK-NEXT:    %[[BYTE:.*]] = arith.trunci %[[LOWERED]] : i16 to i8
// CHECK-NEXT:    return %[[BYTE]]
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

// 0.5 * -2^31 is the greatest product that may lack its clamp. The bounds are those
// of i8.
// CHECK-LABEL: func.func @proved
// CHECK:         %[[SCALED:.*]] = arith.mulf
// CHECK-NEXT:    llvm.intr.lrint(%[[SCALED]])
// CHECK:         llvm.intr.sadd.sat
// CHECK:         arith.maxsi %{{.*}}, %c-128_i16
// CHECK:         arith.minsi %{{.*}}, %c127_i16
func.func @proved(%acc: i32) -> i8 {
  %lo = arith.constant -125.0 : f32
  %hi = arith.constant 130.0 : f32
  %multiplier = arith.constant 0.5 : f32
  %zero_point = arith.constant -3 : i32
  %real = arith.sitofp %acc : i32 to f32
  %scaled = arith.mulf %real, %multiplier : f32
  %is_above = arith.cmpf ogt, %scaled, %lo : f32
  %raised = arith.select %is_above, %scaled, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  %integer = arith.fptosi %rounded : f32 to i32
  %stored = arith.addi %integer, %zero_point : i32
  %byte = arith.trunci %stored : i32 to i8
  return %byte : i8
}

// The next multiplier.
// CHECK-LABEL: func.func @not_proved
// CHECK:         %[[CLAMPED:.*]] = arith.select %{{.*}}, %{{.*}}, %cst_0 : f32
// CHECK-NEXT:    llvm.intr.lrint(%[[CLAMPED]])
func.func @not_proved(%acc: i32) -> i8 {
  %lo = arith.constant -125.0 : f32
  %hi = arith.constant 130.0 : f32
  %multiplier = arith.constant 0x3F000001 : f32
  %zero_point = arith.constant -3 : i32
  %real = arith.sitofp %acc : i32 to f32
  %scaled = arith.mulf %real, %multiplier : f32
  %is_above = arith.cmpf ogt, %scaled, %lo : f32
  %raised = arith.select %is_above, %scaled, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  %integer = arith.fptosi %rounded : f32 to i32
  %stored = arith.addi %integer, %zero_point : i32
  %byte = arith.trunci %stored : i32 to i8
  return %byte : i8
}

// Other bounds, rounded (2.5 is 2), are those of the second step; without a zero
// point there is no addition.
// CHECK-LABEL: func.func @narrow_bounds
// CHECK-NOT:     arith.cmpf
// CHECK-NOT:     sadd.sat
// CHECK:         %[[WORD:.*]] = arith.trunci %{{.*}} : i32 to i16
// CHECK:         %[[RAISED:.*]] = arith.maxsi %[[WORD]], %c2_i16
// CHECK:         %[[LOWERED:.*]] = arith.minsi %[[RAISED]], %c100_i16
// CHECK-NEXT:    arith.trunci %[[LOWERED]] : i16 to i8
func.func @narrow_bounds(%acc: i32) -> i8 {
  %lo = arith.constant 2.5 : f32
  %hi = arith.constant 100.0 : f32
  %multiplier = arith.constant 0.015625 : f32
  %real = arith.sitofp %acc : i32 to f32
  %scaled = arith.mulf %real, %multiplier : f32
  %is_above = arith.cmpf ogt, %scaled, %lo : f32
  %raised = arith.select %is_above, %scaled, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  %integer = arith.fptosi %rounded : f32 to i32
  %byte = arith.trunci %integer : i32 to i8
  return %byte : i8
}

// The params of a tile, and what is loaded, are elements of constants: here all are
// small, there one is not.
memref.global "private" constant @small : memref<16xf32> = dense<0.25> {alignment = 64 : i64}
memref.global "private" constant @mixed : memref<2xf32> = dense<[0.25, 0.75]>
// CHECK-LABEL: func.func @params
// CHECK:         mk.tile
// CHECK-NOT:     arith.cmpf
// CHECK:         mk.yield
// CHECK:         memref.load
// CHECK-COUNT-2: arith.cmpf
func.func @params(%a: memref<?xi16>, %panel: memref<1024xi8>, %init: memref<16xi32>,
                  %result: memref<?xi8>, %at: index) -> i8 {
  %c0 = arith.constant 0 : index
  %small = memref.get_global @small : memref<16xf32>
  mk.tile "generic" %a[%c0] : memref<?xi16>, %panel[%c0] : memref<1024xi8>,
      %init[%c0] : memref<16xi32> params(%small : memref<16xf32>)
      outputs(%result at %c0 : memref<?xi8>) {
  ^bb0(%acc: i32, %m: f32):
    %lo = arith.constant -128.0 : f32
    %hi = arith.constant 127.0 : f32
    %real = arith.sitofp %acc : i32 to f32
    %scaled = arith.mulf %real, %m : f32
    %is_above = arith.cmpf ogt, %scaled, %lo : f32
    %raised = arith.select %is_above, %scaled, %lo : f32
    %is_below = arith.cmpf olt, %raised, %hi : f32
    %clamped = arith.select %is_below, %raised, %hi : f32
    %rounded = math.roundeven %clamped : f32
    %integer = arith.fptosi %rounded : f32 to i32
    %byte = arith.trunci %integer : i32 to i8
    mk.yield %byte : i8
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>,
     output_pitches = array<i64: 16>}
  %mixed = memref.get_global @mixed : memref<2xf32>
  %m = memref.load %mixed[%at] : memref<2xf32>
  %acc = memref.load %init[%at] : memref<16xi32>
  %lo = arith.constant -128.0 : f32
  %hi = arith.constant 127.0 : f32
  %real = arith.sitofp %acc : i32 to f32
  %scaled = arith.mulf %real, %m : f32
  %is_above = arith.cmpf ogt, %scaled, %lo : f32
  %raised = arith.select %is_above, %scaled, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  %integer = arith.fptosi %rounded : f32 to i32
  %byte = arith.trunci %integer : i32 to i8
  return %byte : i8
}

// A requantized sum that is added to another number: it stays an f32, between its
// own clamp, which storage has, and no clamp of the result.
// CHECK-LABEL: func.func @residual
// CHECK-COUNT-2: arith.cmpf
// CHECK:         %[[SUM:.*]] = arith.addf %{{.*}}, %[[MAGIC:.*]] : f32
// CHECK-NEXT:    %[[REAL:.*]] = arith.subf %[[SUM]], %[[MAGIC]] : f32
// CHECK:         arith.mulf %[[REAL]],
// CHECK-NOT:     arith.cmpf
// CHECK:         %[[ADDED:.*]] = arith.addf
// CHECK-NEXT:    llvm.intr.lrint(%[[ADDED]])
// CHECK-NOT:     arith.extsi
func.func @residual(%scaled: f32, %other: i8) -> i8 {
  %lo = arith.constant -125.0 : f32
  %hi = arith.constant 130.0 : f32
  %zero_point = arith.constant -3 : i32
  %is_above = arith.cmpf ogt, %scaled, %lo : f32
  %raised = arith.select %is_above, %scaled, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  %integer = arith.fptosi %rounded : f32 to i32
  %stored = arith.addi %integer, %zero_point : i32
  %byte = arith.trunci %stored : i32 to i8
  %wide = arith.extsi %byte : i8 to i32
  %centered = arith.subi %wide, %zero_point : i32
  %real = arith.sitofp %centered : i32 to f32
  %ratio = arith.constant 0.75 : f32
  %left = arith.mulf %real, %ratio : f32
  %other_wide = arith.extsi %other : i8 to i32
  %other_zero_point = arith.constant 7 : i32
  %other_centered = arith.subi %other_wide, %other_zero_point : i32
  %other_real = arith.sitofp %other_centered : i32 to f32
  %right = arith.mulf %other_real, %ratio : f32
  %sum = arith.addf %left, %right : f32
  %lo_sum = arith.constant -128.0 : f32
  %hi_sum = arith.constant 127.0 : f32
  %sum_is_above = arith.cmpf ogt, %sum, %lo_sum : f32
  %sum_raised = arith.select %sum_is_above, %sum, %lo_sum : f32
  %sum_is_below = arith.cmpf olt, %sum_raised, %hi_sum : f32
  %sum_clamped = arith.select %sum_is_below, %sum_raised, %hi_sum : f32
  %sum_rounded = math.roundeven %sum_clamped : f32
  %sum_integer = arith.fptosi %sum_rounded : f32 to i32
  %sum_byte = arith.trunci %sum_integer : i32 to i8
  return %sum_byte : i8
}

// Read with another zero point: this is another number.
// CHECK-LABEL: func.func @read_otherwise
// CHECK:         arith.trunci %{{.*}} : i16 to i8
// CHECK-NEXT:    arith.extsi
func.func @read_otherwise(%acc: i32) -> f32 {
  %lo = arith.constant -125.0 : f32
  %hi = arith.constant 130.0 : f32
  %zero_point = arith.constant -3 : i32
  %other_zero_point = arith.constant 3 : i32
  %scaled = arith.sitofp %acc : i32 to f32
  %halved = arith.divf %scaled, %hi : f32
  %is_above = arith.cmpf ogt, %halved, %lo : f32
  %raised = arith.select %is_above, %halved, %lo : f32
  %is_below = arith.cmpf olt, %raised, %hi : f32
  %clamped = arith.select %is_below, %raised, %hi : f32
  %rounded = math.roundeven %clamped : f32
  %integer = arith.fptosi %rounded : f32 to i32
  %stored = arith.addi %integer, %zero_point : i32
  %byte = arith.trunci %stored : i32 to i8
  %wide = arith.extsi %byte : i8 to i32
  %centered = arith.subi %wide, %other_zero_point : i32
  %real = arith.sitofp %centered : i32 to f32
  return %real : f32
}

// The bytes of a u8 are cut off, not clamped.
// CHECK-LABEL: func.func @to_u8
// CHECK:         llvm.intr.lrint
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
// CHECK-NOT:     arith.maxsi
// CHECK:         arith.trunci
func.func @not_clamped_to_i8(%real: f32) -> i8 {
  %rounded = math.roundeven %real : f32
  %integer = arith.fptosi %rounded : f32 to i32
  %byte = arith.trunci %integer : i32 to i8
  return %byte : i8
}
