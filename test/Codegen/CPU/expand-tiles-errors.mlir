// RUN: quant-opt %s -codegen-expand-tiles -verify-diagnostics -split-input-file

func.func @unknown(%a: memref<?xi16>, %b: memref<?xi8>, %start: memref<16xi32>,
                   %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op unknown strategy 'fastest', expected generic, neon, neon-dotprod, sve, neon-i8mm, avx2-exact, avx2-fast, avx-vnni, avx-vnni-int8, avx512-vnni, amx}}
  mk.tile "fastest" %a[%i] : memref<?xi16>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>, output_pitches = array<i64: 16>}
  return
}

// -----

func.func @form(%a: memref<?xi8>, %b: memref<?xi8>, %start: memref<16xi32>,
                %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op strategy 'generic' requires a left operand of 16 bits, but got 'i8'}}
  mk.tile "generic" %a[%i] : memref<?xi8>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>, output_pitches = array<i64: 16>}
  return
}

// -----

func.func @panel(%a: memref<?xi16>, %b: memref<?xi8>, %start: memref<12xi32>,
                 %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op strategy 'avx2-exact' requires groups of 2 and a width that is a multiple of 8, but got 2 and 12}}
  mk.tile "avx2-exact" %a[%i] : memref<?xi16>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<12xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 12 : i64, width = 12 : i64, group = 2 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>, output_pitches = array<i64: 16>}
  return
}

// -----

func.func @real(%a: memref<?xf32>, %b: memref<?xf32>, %start: memref<16xf32>,
                %result: memref<?xf32>, %i: index) {
  // expected-error @below {{'mk.tile' op strategy 'generic' has no kernel for 'f32'}}
  mk.tile "generic" %a[%i] : memref<?xf32>, %b[%i] : memref<?xf32>,
      %start[%i] : memref<16xf32> outputs(%result at %i : memref<?xf32>) {
  ^bb0(%acc: f32):
    mk.yield %acc : f32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 1 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>, output_pitches = array<i64: 16>}
  return
}

// -----

func.func @matrices(%a: memref<?xi8>, %b: memref<?xi8>, %start: memref<16xi32>,
                    %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op strategy 'neon-i8mm' requires groups of 8 and a width that is a multiple of 2, but got 4 and 16}}
  mk.tile "neon-i8mm" %a[%i] : memref<?xi8>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 4 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>, output_pitches = array<i64: 16>}
  return
}

// -----

func.func @no_scratch(%a: memref<?xi8>, %b: memref<?xi8>, %start: memref<16xi32>,
                  %result: memref<?xi32>, %scratch: memref<768xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op strategy 'amx' requires scratch and a run in steps of 4, but got a run of 64 without scratch}}
  mk.tile "amx" %a[%i] : memref<?xi8>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 4 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>, output_pitches = array<i64: 16>}
  return
}

// -----

func.func @odd_run(%a: memref<?xi8>, %b: memref<?xi8>, %start: memref<16xi32>,
                  %result: memref<?xi32>, %scratch: memref<768xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op strategy 'amx' requires scratch and a run in steps of 4, but got a run of 27}}
  mk.tile "amx" %a[%i] : memref<?xi8>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<16xi32> outputs(%result at %i : memref<?xi32>) scratch(%scratch : memref<768xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 4 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 27 : i64, input_pitches = array<i64>, output_pitches = array<i64: 16>}
  return
}

// -----

func.func @steps_in_order(%a: memref<?xi8>, %b: memref<?xi8>, %start: memref<8xi32>,
    %result: memref<?xi32>, %steps: memref<9xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op strategy 'avx-vnni' takes no list of steps}}
  mk.tile "avx-vnni" %a[%i] : memref<?xi8>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<8xi32> outputs(%result at %i : memref<?xi32>)
      steps(%steps from %i to %i : memref<9xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 4 : i64, columns = 8 : i64, width = 8 : i64, group = 4 : i64,
     a_pitch = 16 : i64, counts = array<i64>, strides = array<i64>, run = 4 : i64,
     input_pitches = array<i64>, output_pitches = array<i64: 8>}
  return
}

// -----

module attributes {llvm.target = #llvm.target<triple = "x86_64-unknown-linux-gnu", chip = "x86-64">} {
func.func @codes(%a: memref<?xi16>, %b: memref<?xi8>, %start: memref<8xi32>,
                 %result: memref<?xi32>, %i: index) {
  // expected-error @below {{'mk.tile' op strategy 'avx2-exact' takes no codes of levels: the target has to look up 16 bytes at once}}
  mk.tile "avx2-exact" %a[%i] : memref<?xi16>, %b[%i] : memref<?xi8>,
      %start[%i] : memref<8xi32> outputs(%result at %i : memref<?xi32>) {
  ^bb0(%acc: i32):
    mk.yield %acc : i32
  } {rows = 1 : i64, columns = 8 : i64, width = 8 : i64, group = 2 : i64,
     a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
     run = 64 : i64, input_pitches = array<i64>, output_pitches = array<i64: 8>,
     levels = array<i8: -1, 0, 1, 2>}
  return
}
}
