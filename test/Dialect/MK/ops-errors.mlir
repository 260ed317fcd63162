// RUN: quant-opt %s -verify-diagnostics -split-input-file

func.func @no_rows(%a: memref<?xi16>, %panel: memref<?xi8>, %start: memref<16xi32>,
    %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected positive rows and group, but got 0 and 2}}
  mk.tile "generic" %a[%i] : memref<?xi16>, %panel[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 0 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>,
     output_pitches = array<i64: 16>}
  return
}

// -----

func.func @too_many_columns(%a: memref<?xi16>, %panel: memref<?xi8>, %start: memref<16xi32>,
    %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected 1 to width = 16 columns, but got 17}}
  mk.tile "generic" %a[%i] : memref<?xi16>, %panel[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 17 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>,
     output_pitches = array<i64: 16>}
  return
}

// -----

func.func @no_stride(%a: memref<?xi16>, %panel: memref<?xi8>, %start: memref<16xi32>,
    %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected one stride per count, but got 0 and 1}}
  mk.tile "generic" %a[%i] : memref<?xi16>, %panel[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 64 : i64, counts = array<i64: 3>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>,
     output_pitches = array<i64: 16>}
  return
}

// -----

func.func @zero_count(%a: memref<?xi16>, %panel: memref<?xi8>, %start: memref<16xi32>,
    %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected positive counts}}
  mk.tile "generic" %a[%i] : memref<?xi16>, %panel[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 64 : i64, counts = array<i64: 0>, strides = array<i64: 8>,
     run = 64 : i64, input_pitches = array<i64>,
     output_pitches = array<i64: 16>}
  return
}

// -----

func.func @no_pitch(%a: memref<?xi16>, %panel: memref<?xi8>, %start: memref<16xi32>,
    %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected one base and one pitch per output, but got 1 and 0 for 1}}
  mk.tile "generic" %a[%i] : memref<?xi16>, %panel[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>,
     output_pitches = array<i64>}
  return
}

// -----

func.func @mixed_types(%a: memref<?xf32>, %panel: memref<?xi8>, %start: memref<16xi32>,
    %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected f32 throughout, or integers with i32 accumulators, but got 'f32' * 'i8' -> 'i32'}}
  mk.tile "generic" %a[%i] : memref<?xf32>, %panel[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>,
     output_pitches = array<i64: 16>}
  return
}

// -----

func.func @narrow_accumulators(%a: memref<?xi16>, %panel: memref<?xi8>, %start: memref<16xi16>,
    %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected f32 throughout, or integers with i32 accumulators, but got 'i16' * 'i8' -> 'i16'}}
  mk.tile "generic" %a[%i] : memref<?xi16>, %panel[%i] : memref<?xi8>,
      %start[%i] : memref<16xi16> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i16):
    %0 = arith.extsi %acc : i16 to i32
    mk.yield %0 : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>,
     output_pitches = array<i64: 16>}
  return
}

// -----

func.func @block_arguments(%a: memref<?xi16>, %panel: memref<?xi8>, %start: memref<16xi32>,
    %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected block arguments of types 'i32', but got 'i32', 'f32'}}
  mk.tile "generic" %a[%i] : memref<?xi16>, %panel[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32, %m: f32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>,
     output_pitches = array<i64: 16>}
  return
}

// -----

func.func @yielded_type(%a: memref<?xi16>, %panel: memref<?xi8>, %start: memref<16xi32>,
    %result: memref<?xi32>, %i: index) {
  mk.tile "generic" %a[%i] : memref<?xi16>, %panel[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    %0 = arith.trunci %acc : i32 to i8
    // expected-error @below {{'mk.yield' op expected values of types 'i32', but got 'i8'}}
    mk.yield %0 : i8
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>,
     output_pitches = array<i64: 16>}
  return
}

// -----

func.func @no_taps(%a: memref<?xi8>, %b: memref<?xi8>, %start: memref<16xi32>,
    %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.depthwise' op expected taps that fill groups of 2, but got 3}}
  mk.depthwise "generic" %a[%i] : memref<?xi8>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 16 : i64, input_pitches = array<i64>,
     output_pitches = array<i64: 16>, taps = array<i64: 0, 16, 32>}
  return
}

// -----

func.func @no_run(%a: memref<?xi16>, %b: memref<?xi8>, %start: memref<16xi32>,
    %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected a positive run, but got 0}}
  mk.tile "generic" %a[%i] : memref<?xi16>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 16 : i64, counts = array<i64>, strides = array<i64>,
     run = 0 : i64, input_pitches = array<i64>, output_pitches = array<i64: 16>}
  return
}

// -----

func.func @skips_all(%a: memref<?xi8>, %b: memref<?xi8>, %start: memref<16xi32>,
    %result: memref<?xi32>, %scratch: memref<256xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected 0 to rows - 1 = 3 rows to skip, but got 4}}
  mk.tile "amx" %a[%i] : memref<?xi8>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>)
      scratch(%scratch : memref<256xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 4 : i64,
     a_pitch = 16 : i64, counts = array<i64>, strides = array<i64>, run = 64 : i64,
     skip = 4 : i64, input_pitches = array<i64>, output_pitches = array<i64: 16>}
  return
}

// -----

func.func @line_without_pitches(%a: memref<?xi8>, %b: memref<?xi8>, %start: memref<16xi32>,
    %result: memref<?xi32>, %scratch: memref<256xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected line_pitches of the left operand and of each view, but got 1 for 2}}
  mk.tile "amx" %a[%i] : memref<?xi8>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>)
      scratch(%scratch : memref<256xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 4 : i64,
     a_pitch = 16 : i64, counts = array<i64>, strides = array<i64>, run = 64 : i64,
     line = 7 : i64, line_pitches = array<i64: 64>, input_pitches = array<i64>,
     output_pitches = array<i64: 16>}
  return
}

// -----

func.func @steps_with_counts(%a: memref<?xi8>, %b: memref<?xi8>, %start: memref<8xi32>,
    %result: memref<?xi32>, %steps: memref<9xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected steps to have a run of 4 and no counts, but got 12 and 1}}
  mk.tile "avx2-fast" %a[%i] : memref<?xi8>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<8xi32> outputs(%result at %i : memref<?xi32>)
      steps(%steps from %i to %i : memref<9xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 8 : i64, width = 8 : i64, group = 4 : i64,
     a_pitch = 16 : i64, counts = array<i64: 3>, strides = array<i64: 20>, run = 12 : i64,
     input_pitches = array<i64>, output_pitches = array<i64: 8>}
  return
}

// -----

func.func @parts_of_ahead(%a: memref<?xi8>, %b: memref<?xi8>, %start: memref<8xi32>,
    %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected ahead_parts that divide a step of 32 elements, but got 3}}
  mk.tile "avx512-vnni" %a[%i] : memref<?xi8>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<8xi32> outputs(%result at %i : memref<?xi32>) ahead[%i] {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 8 : i64, width = 8 : i64, group = 4 : i64,
     a_pitch = 16 : i64, counts = array<i64>, strides = array<i64>, run = 16 : i64,
     input_pitches = array<i64>, output_pitches = array<i64: 8>, ahead_parts = 3 : i64}
  return
}

// -----

func.func @steps_without_end(%a: memref<?xi8>, %b: memref<?xi8>, %start: memref<8xi32>,
    %result: memref<?xi32>, %steps: memref<9xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected steps with where they begin and end}}
  "mk.tile"(%a, %i, %b, %i, %start, %i, %result, %i, %steps, %i) <{
      strategy = "avx2-fast", rows = 4 : i64, columns = 8 : i64, width = 8 : i64,
      group = 4 : i64, a_pitch = 16 : i64, counts = array<i64>, strides = array<i64>,
      run = 4 : i64, input_pitches = array<i64>, output_pitches = array<i64: 8>,
      operandSegmentSizes = array<i32: 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0, 1, 1, 0, 0>}> ({
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  }) : (memref<?xi8>, index, memref<?xi8>, index, memref<8xi32>, index,
        memref<?xi32>, index, memref<9xi32>, index) -> ()
  return
}

// -----

// expected-error @below {{'mk.registers' op expected one or two counts of 1 to 16 rows, but got [17]}}
mk.registers rows = [17], depth = 64

// -----

// expected-error @below {{'mk.registers' op expected a depth of 4 to 64 bytes in steps of 4, but got 30}}
mk.registers rows = [16, 16], depth = 30

// -----

func.func @row_input_of_none(%a: memref<?xi8>, %b: memref<?xi8>, %start: memref<16xi32>,
    %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected row_inputs of the 0 inputs, but got 0}}
  mk.tile "avx512-vnni" %a[%i] : memref<?xi8>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 4 : i64,
     a_pitch = 16 : i64, counts = array<i64>, strides = array<i64>, run = 64 : i64,
     row_inputs = array<i64: 0>, input_pitches = array<i64>,
     output_pitches = array<i64: 16>}
  return
}

// -----

func.func @short_table(%byte: i8) -> i8 {
  // expected-error @below {{'mk.lookup' op expected a table of 256 entries, but got 'tensor<16xi8>'}}
  %entry = mk.lookup %byte {table = dense<7> : tensor<16xi8>} : i8
  return %entry : i8
}

// -----

func.func @three_levels(%a: memref<?xi8>, %b: memref<?xi8>, %start: memref<8xi32>,
                        %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected 4 or 16 levels, or none, but got 3}}
  mk.tile "avx-vnni" %a[%i] : memref<?xi8>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<8xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 1 : i64, columns = 8 : i64, width = 8 : i64, group = 4 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>, output_pitches = array<i64: 8>,
     levels = array<i8: -1, 0, 1>}
  return
}

// -----

func.func @levels_of_floats(%a: memref<?xf32>, %b: memref<?xf32>, %start: memref<8xf32>,
                            %result: memref<?xf32>, %i: index) {
  // expected-error @below {{'mk.tile' op expected codes of levels in a right operand of i8, without a list of steps}}
  mk.tile "avx-vnni" %a[%i] : memref<?xf32>, %b[%i] : memref<?xf32>,
      %start[%i] : memref<8xf32> outputs(%result at %i : memref<?xf32>) {
  ^bb0(%acc: f32):
    mk.yield %acc : f32
  } {rows = 1 : i64, columns = 8 : i64, width = 8 : i64, group = 1 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>, output_pitches = array<i64: 8>,
     levels = array<i8: -1, 0, 1, 2>}
  return
}

// -----

func.func @border_of_another_rank(%x: tensor<4x4xi8>) {
  // expected-error @below {{'mk.border' op expected a border of 2 dimensions, but got one of 1 in front and 2 behind}}
  %0 = mk.border %x low = [1] high = [1, 1] of 0 : i8
      : tensor<4x4xi8> to tensor<6x6xi8>
  return
}

// -----

func.func @border_less_than_none(%x: tensor<4x4xi8>) {
  // expected-error @below {{'mk.border' op expected none or more elements around a known extent, but got -1 and 1}}
  %0 = mk.border %x low = [0, -1] high = [0, 1] of 0 : i8
      : tensor<4x4xi8> to tensor<4x4xi8>
  return
}

// -----

func.func @border_of_the_batch(%x: tensor<?x4xi8>) {
  // expected-error @below {{'mk.border' op expected none or more elements around a known extent, but got 0 and 1}}
  %0 = mk.border %x low = [0, 0] high = [1, 0] of 0 : i8
      : tensor<?x4xi8> to tensor<?x4xi8>
  return
}

// -----

func.func @border_of_another_type(%x: tensor<4x4xi8>) {
  // expected-error @below {{'mk.border' op expected a value of type 'i8', but got 0 : i32}}
  %0 = mk.border %x low = [0, 0] high = [1, 0] of 0 : i32
      : tensor<4x4xi8> to tensor<5x4xi8>
  return
}

// -----

func.func @border_of_unknown_strides(%x: memref<4x4xi8, strided<[?, 1]>>) {
  // expected-error @below {{'mk.border' op expected known strides, but got}}
  %0 = mk.border %x low = [0, 0] high = [1, 0] of 0 : i8
      : memref<4x4xi8, strided<[?, 1]>> to memref<5x4xi8, strided<[?, 1]>>
  return
}

// -----

func.func @border_of_another_extent(%x: tensor<4x4xi8>) {
  // expected-error @below {{'mk.border' op expected a result of type 'tensor<5x4xi8>', but got 'tensor<6x4xi8>'}}
  %0 = mk.border %x low = [0, 0] high = [1, 0] of 0 : i8
      : tensor<4x4xi8> to tensor<6x4xi8>
  return
}
