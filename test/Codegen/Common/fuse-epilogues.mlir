// RUN: quant-opt %s -codegen-fuse-epilogues -split-input-file | FileCheck %s

#rows = affine_map<(n, c) -> (n, c)>
#columns = affine_map<(n, c) -> (c)>
#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>
#result = affine_map<(m, n, k) -> (m, n)>

// The requantization and the residual addition become one op, which reads the
// accumulators, the multipliers and the shortcut.
// CHECK-LABEL: func.func @residual
// CHECK-SAME:    (%[[X:.*]]: tensor<4x8xi8>, %{{.*}}: tensor<16x8xi8>, %[[M:.*]]: tensor<16xf32>, %[[SHORTCUT:.*]]: tensor<4x16xf32>)
// CHECK:         %[[EMPTY:.*]] = tensor.empty() : tensor<4x16xf32>
// CHECK-NEXT:    %[[ACC:.*]] = linalg.matmul
// CHECK-NEXT:    %[[SUM:.*]] = linalg.generic {{.*}} ins(%[[ACC]], %[[M]], %[[SHORTCUT]] : {{.*}}) outs(%[[EMPTY]] : tensor<4x16xf32>)
// CHECK:           arith.sitofp
// CHECK:           arith.mulf
// CHECK:           arith.addf
// CHECK:         return %[[SUM]]
func.func @residual(%x: tensor<4x8xi8>, %w: tensor<16x8xi8>,
                    %m: tensor<16xf32>, %shortcut: tensor<4x16xf32>)
    -> tensor<4x16xf32> {
  %zero = arith.constant dense<0> : tensor<4x16xi32>
  %empty = tensor.empty() : tensor<4x16xf32>
  %acc = linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : tensor<4x8xi8>, tensor<16x8xi8>)
      outs(%zero : tensor<4x16xi32>) -> tensor<4x16xi32>
  %scaled = linalg.generic {indexing_maps = [#rows, #columns, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%acc, %m : tensor<4x16xi32>, tensor<16xf32>)
      outs(%empty : tensor<4x16xf32>) {
  ^bb0(%in: i32, %factor: f32, %out: f32):
    %real = arith.sitofp %in : i32 to f32
    %product = arith.mulf %real, %factor : f32
    linalg.yield %product : f32
  } -> tensor<4x16xf32>
  %sum = linalg.generic {indexing_maps = [#rows, #rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%scaled, %shortcut : tensor<4x16xf32>, tensor<4x16xf32>)
      outs(%empty : tensor<4x16xf32>) {
  ^bb0(%lhs: f32, %rhs: f32, %out: f32):
    %total = arith.addf %lhs, %rhs : f32
    linalg.yield %total : f32
  } -> tensor<4x16xf32>
  return %sum : tensor<4x16xf32>
}

// -----

#rows = affine_map<(n, c) -> (n, c)>
#columns = affine_map<(n, c) -> (c)>
#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>
#result = affine_map<(m, n, k) -> (m, n)>

// The accumulators come first, and params before the shortcut, also where that is the
// first operand of the addition.
// CHECK-LABEL: func.func @shortcut_first
// CHECK-SAME:    %[[SHORTCUT:[a-z0-9]+]]: tensor<4x16xf32>)
// CHECK:         %[[M:.*]] = arith.constant dense<[{{.*}}]> : tensor<16xf32>
// CHECK:         %[[ACC:.*]] = linalg.matmul
// CHECK-NEXT:    %[[SUM:.*]] = linalg.generic {indexing_maps = [#[[ROWS:.*]], #[[COLUMNS:.*]], #[[ROWS]], #[[ROWS]]]
// CHECK-SAME:      ins(%[[ACC]], %[[M]], %[[SHORTCUT]] :
// CHECK-NEXT:    ^bb0(%[[IN:.*]]: i32, %[[FACTOR:.*]]: f32, %[[OTHER:.*]]: f32, %{{.*}}: f32):
// CHECK-NEXT:      %[[REAL:.*]] = arith.sitofp %[[IN]]
// CHECK-NEXT:      %[[PRODUCT:.*]] = arith.mulf %[[REAL]], %[[FACTOR]]
// CHECK-NEXT:      arith.subf %[[OTHER]], %[[PRODUCT]]
func.func @shortcut_first(%x: tensor<4x8xi8>, %w: tensor<16x8xi8>,
                          %shortcut: tensor<4x16xf32>) -> tensor<4x16xf32> {
  %zero = arith.constant dense<0> : tensor<4x16xi32>
  %m = arith.constant dense<[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0,
                             1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]> : tensor<16xf32>
  %empty = tensor.empty() : tensor<4x16xf32>
  %acc = linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : tensor<4x8xi8>, tensor<16x8xi8>)
      outs(%zero : tensor<4x16xi32>) -> tensor<4x16xi32>
  %scaled = linalg.generic {indexing_maps = [#rows, #columns, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%acc, %m : tensor<4x16xi32>, tensor<16xf32>)
      outs(%empty : tensor<4x16xf32>) {
  ^bb0(%in: i32, %factor: f32, %out: f32):
    %real = arith.sitofp %in : i32 to f32
    %product = arith.mulf %real, %factor : f32
    linalg.yield %product : f32
  } -> tensor<4x16xf32>
  %sum = linalg.generic {indexing_maps = [#rows, #rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%shortcut, %scaled : tensor<4x16xf32>, tensor<4x16xf32>)
      outs(%empty : tensor<4x16xf32>) {
  ^bb0(%lhs: f32, %rhs: f32, %out: f32):
    %total = arith.subf %lhs, %rhs : f32
    linalg.yield %total : f32
  } -> tensor<4x16xf32>
  return %sum : tensor<4x16xf32>
}

// -----

#rows = affine_map<(n, c) -> (n, c)>
#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>
#result = affine_map<(m, n, k) -> (m, n)>

// Two readers: the value is needed as it is.
// CHECK-LABEL: func.func @unfused
// CHECK-COUNT-2: linalg.generic
func.func @unfused(%x: tensor<4x8xf32>, %w: tensor<16x8xf32>)
    -> (tensor<4x16xf32>, tensor<4x16xf32>) {
  %zero = arith.constant dense<0.0> : tensor<4x16xf32>
  %empty = tensor.empty() : tensor<4x16xf32>
  %acc = linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : tensor<4x8xf32>, tensor<16x8xf32>)
      outs(%zero : tensor<4x16xf32>) -> tensor<4x16xf32>
  %once = linalg.generic {indexing_maps = [#rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%acc : tensor<4x16xf32>) outs(%empty : tensor<4x16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %double = arith.addf %in, %in : f32
    linalg.yield %double : f32
  } -> tensor<4x16xf32>
  %twice = linalg.generic {indexing_maps = [#rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%once : tensor<4x16xf32>) outs(%empty : tensor<4x16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %double = arith.addf %in, %in : f32
    linalg.yield %double : f32
  } -> tensor<4x16xf32>
  return %once, %twice : tensor<4x16xf32>, tensor<4x16xf32>
}

// -----

#rows = affine_map<(r, c) -> (r, c)>
#per_row = affine_map<(r, c) -> (r)>
#split = affine_map<(r, i, p) -> (r, i, p)>
#partials = affine_map<(r, i, p) -> (r, p)>

// A dequantization is computed again for each reader, also for sums, which read it in
// another shape; its result is never stored. What divides has one reader, and goes there.
// CHECK-DAG: #[[SPLIT:.*]] = affine_map<(d0, d1, d2) -> (d0, d1, d2)>
// CHECK-LABEL: func.func @float
// CHECK-SAME:    (%[[Q:.*]]: tensor<?x32xi8>, %[[FACTORS:.*]]: tensor<?xf32>
// CHECK:         %[[PARTS:.*]] = tensor.expand_shape %[[Q]] {{.*}} : tensor<?x32xi8> into tensor<?x2x16xi8>
// CHECK:         linalg.generic {{.*}} iterator_types = ["parallel", "reduction", "parallel"]} ins(%[[PARTS]] :
// CHECK:           arith.sitofp
// CHECK:           arith.addf
// CHECK:         linalg.generic {{.*}} ins(%[[Q]], %[[FACTORS]] :
// CHECK:           arith.sitofp
// CHECK:           arith.divf
// CHECK:           arith.fptosi
// CHECK-NOT:     linalg.generic
func.func @float(%q: tensor<?x32xi8>, %factors: tensor<?xf32>,
                 %sums: tensor<?x16xf32>, %reals: tensor<?x32xf32>,
                 %to: tensor<?x32xi8>) -> (tensor<?x16xf32>, tensor<?x32xi8>) {
  %c0 = arith.constant 0 : index
  %x = linalg.generic {indexing_maps = [#rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%q : tensor<?x32xi8>) outs(%reals : tensor<?x32xf32>) {
  ^bb0(%in: i8, %out: f32):
    %real = arith.sitofp %in : i8 to f32
    linalg.yield %real : f32
  } -> tensor<?x32xf32>
  %batch = tensor.dim %x, %c0 : tensor<?x32xf32>
  %parts = tensor.expand_shape %x [[0], [1, 2]] output_shape [%batch, 2, 16]
      : tensor<?x32xf32> into tensor<?x2x16xf32>
  %sum = linalg.generic {indexing_maps = [#split, #partials],
      iterator_types = ["parallel", "reduction", "parallel"]}
      ins(%parts : tensor<?x2x16xf32>) outs(%sums : tensor<?x16xf32>) {
  ^bb0(%in: f32, %out: f32):
    %added = arith.addf %out, %in : f32
    linalg.yield %added : f32
  } -> tensor<?x16xf32>
  %quotients = linalg.generic {indexing_maps = [#rows, #per_row, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%x, %factors : tensor<?x32xf32>, tensor<?xf32>)
      outs(%reals : tensor<?x32xf32>) {
  ^bb0(%in: f32, %factor: f32, %out: f32):
    %quotient = arith.divf %in, %factor : f32
    linalg.yield %quotient : f32
  } -> tensor<?x32xf32>
  %stored = linalg.generic {indexing_maps = [#rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%quotients : tensor<?x32xf32>) outs(%to : tensor<?x32xi8>) {
  ^bb0(%in: f32, %out: i8):
    %integer = arith.fptosi %in : f32 to i8
    linalg.yield %integer : i8
  } -> tensor<?x32xi8>
  return %sum, %stored : tensor<?x16xf32>, tensor<?x32xi8>
}

// -----

#rows = affine_map<(r, c) -> (r, c)>
#per_row = affine_map<(r, c) -> (r)>
#row = affine_map<(r) -> (r)>

// A division of each row is done once for all its columns. One that a square reads, which
// two others read, is done once, too: the square takes in nothing, and goes to both.
// CHECK-LABEL: func.func @apart
// CHECK:         %[[FACTORS:.*]] = linalg.generic
// CHECK:         %[[SCALED:.*]] = linalg.generic {{.*}} ins(%{{.*}}, %[[FACTORS]] :
// CHECK:         linalg.generic {{.*}} ins(%[[SCALED]],
// CHECK:           arith.mulf
// CHECK-NEXT:      arith.addf
// CHECK:         linalg.generic {{.*}} ins(%[[SCALED]],
// CHECK:           arith.mulf
// CHECK-NEXT:      arith.subf
// CHECK-NOT:     linalg.generic
func.func @apart(%x: tensor<4x8xf32>, %sums: tensor<4xf32>)
    -> (tensor<4x8xf32>, tensor<4x8xf32>) {
  %one = arith.constant 1.0 : f32
  %empty = tensor.empty() : tensor<4x8xf32>
  %empty_row = tensor.empty() : tensor<4xf32>
  %factors = linalg.generic {indexing_maps = [#row, #row],
      iterator_types = ["parallel"]}
      ins(%sums : tensor<4xf32>) outs(%empty_row : tensor<4xf32>) {
  ^bb0(%in: f32, %out: f32):
    %factor = arith.divf %one, %in : f32
    linalg.yield %factor : f32
  } -> tensor<4xf32>
  %scaled = linalg.generic {indexing_maps = [#rows, #per_row, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%x, %factors : tensor<4x8xf32>, tensor<4xf32>)
      outs(%empty : tensor<4x8xf32>) {
  ^bb0(%in: f32, %factor: f32, %out: f32):
    %quotient = arith.divf %in, %factor : f32
    linalg.yield %quotient : f32
  } -> tensor<4x8xf32>
  %square = linalg.generic {indexing_maps = [#rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%scaled : tensor<4x8xf32>) outs(%empty : tensor<4x8xf32>) {
  ^bb0(%in: f32, %out: f32):
    %product = arith.mulf %in, %in : f32
    linalg.yield %product : f32
  } -> tensor<4x8xf32>
  %first = linalg.generic {indexing_maps = [#rows, #rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%square, %x : tensor<4x8xf32>, tensor<4x8xf32>)
      outs(%empty : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %sum = arith.addf %a, %b : f32
    linalg.yield %sum : f32
  } -> tensor<4x8xf32>
  %second = linalg.generic {indexing_maps = [#rows, #rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%square, %x : tensor<4x8xf32>, tensor<4x8xf32>)
      outs(%empty : tensor<4x8xf32>) {
  ^bb0(%a: f32, %b: f32, %out: f32):
    %sum = arith.subf %a, %b : f32
    linalg.yield %sum : f32
  } -> tensor<4x8xf32>
  return %first, %second : tensor<4x8xf32>, tensor<4x8xf32>
}

// -----

#rows = affine_map<(n, c) -> (n, c)>
#left = affine_map<(m, n, k) -> (m, k)>
#right = affine_map<(m, n, k) -> (n, k)>
#result = affine_map<(m, n, k) -> (m, n)>

// An elementwise op of another dialect, here a table, joins the epilogue.
// CHECK-LABEL: func.func @table
// CHECK:         linalg.matmul
// CHECK-NEXT:    linalg.generic
// CHECK:           arith.trunci
// CHECK-NEXT:      mk.lookup
// CHECK-NOT:     linalg.generic
func.func @table(%x: tensor<4x8xi8>, %w: tensor<16x8xi8>) -> tensor<4x16xi8> {
  %zero = arith.constant dense<0> : tensor<4x16xi32>
  %empty = tensor.empty() : tensor<4x16xi8>
  %acc = linalg.matmul indexing_maps = [#left, #right, #result]
      ins(%x, %w : tensor<4x8xi8>, tensor<16x8xi8>)
      outs(%zero : tensor<4x16xi32>) -> tensor<4x16xi32>
  %bytes = linalg.generic {indexing_maps = [#rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%acc : tensor<4x16xi32>) outs(%empty : tensor<4x16xi8>) {
  ^bb0(%in: i32, %out: i8):
    %byte = arith.trunci %in : i32 to i8
    linalg.yield %byte : i8
  } -> tensor<4x16xi8>
  %entries = linalg.generic {indexing_maps = [#rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%bytes : tensor<4x16xi8>) outs(%empty : tensor<4x16xi8>) {
  ^bb0(%in: i8, %out: i8):
    %entry = mk.lookup %in {table = dense<7> : tensor<256xi8>} : i8
    linalg.yield %entry : i8
  } -> tensor<4x16xi8>
  return %entries : tensor<4x16xi8>
}

// -----

#rows = affine_map<(n, c) -> (n, c)>
#row = affine_map<(n, c) -> (n)>

// It does not join a reduction, of which vectors are made of arithmetic alone.
// CHECK-LABEL: func.func @reduced_table
// CHECK:         linalg.generic
// CHECK:           mk.lookup
// CHECK:         linalg.generic
// CHECK-NOT:       mk.lookup
// CHECK:           arith.addi
func.func @reduced_table(%x: tensor<4x16xi8>, %init: tensor<4xi32>) -> tensor<4xi32> {
  %empty = tensor.empty() : tensor<4x16xi8>
  %entries = linalg.generic {indexing_maps = [#rows, #rows],
      iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<4x16xi8>) outs(%empty : tensor<4x16xi8>) {
  ^bb0(%in: i8, %out: i8):
    %entry = mk.lookup %in {table = dense<7> : tensor<256xi8>} : i8
    linalg.yield %entry : i8
  } -> tensor<4x16xi8>
  %sums = linalg.generic {indexing_maps = [#rows, #row],
      iterator_types = ["parallel", "reduction"]}
      ins(%entries : tensor<4x16xi8>) outs(%init : tensor<4xi32>) {
  ^bb0(%in: i8, %out: i32):
    %wide = arith.extsi %in : i8 to i32
    %sum = arith.addi %out, %wide : i32
    linalg.yield %sum : i32
  } -> tensor<4xi32>
  return %sums : tensor<4xi32>
}
