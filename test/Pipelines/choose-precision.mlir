// RUN: quant-opt %s -nn-insert-observers -quantc-choose-precision | FileCheck %s
// RUN: quant-opt %s -nn-insert-observers -quantc-choose-precision -quantc-choose-precision -o %t.twice
// RUN: quant-opt %s -nn-insert-observers -quantc-choose-precision -o %t.once
// RUN: cmp %t.once %t.twice


// Both operands come from ops that have no form on integers: to quantize both takes
// longer than to quantize the sum.
// CHECK-LABEL: func.func @between_floats
// CHECK:         nn.add %{{.*}} {nn.float = "integers would not be faster, with the conversions around them"}
// CHECK:         nn.fully_connected %{{[^{]*}} : (
func.func @between_floats(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %weight = arith.constant dense<0.5> : tensor<64x64xf32>
  %0 = nn.softmax %x {axis = 1 : i64} : tensor<?x64xf32>
  %1 = nn.softmax %0 {axis = 1 : i64} : tensor<?x64xf32>
  %2 = nn.add %0, %1 : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
  %3 = nn.fully_connected %2, %weight : (tensor<?x64xf32>, tensor<64x64xf32>) -> tensor<?x64xf32>
  %4 = nn.softmax %3 {axis = 1 : i64} : tensor<?x64xf32>
  return %4 : tensor<?x64xf32>
}

// A sum between contractions takes the same operations in float, on four times the
// bytes.
// CHECK-LABEL: func.func @between_integers
// CHECK-NOT:     nn.float
func.func @between_integers(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %weight = arith.constant dense<0.5> : tensor<64x64xf32>
  %0 = nn.fully_connected %x, %weight : (tensor<?x64xf32>, tensor<64x64xf32>) -> tensor<?x64xf32>
  %1 = nn.fully_connected %0, %weight : (tensor<?x64xf32>, tensor<64x64xf32>) -> tensor<?x64xf32>
  %2 = nn.add %0, %1 : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
  %3 = nn.fully_connected %2, %weight : (tensor<?x64xf32>, tensor<64x64xf32>) -> tensor<?x64xf32>
  return %3 : tensor<?x64xf32>
}

// Between floats a contraction has to be worth two conversions: four products an
// output are not, 64 are. What moves values goes with the layer.
// CHECK-LABEL: func.func @small_contractions
// CHECK:         nn.matmul %{{[^{]*}} {nn.float = {{.*}}x64x4xf32>, tensor<?x4x64xf32>)
// CHECK:         nn.transpose %{{[^{]*}} {permutation
// CHECK:         nn.softmax
// CHECK:         nn.matmul %{{[^{]*}} : (tensor<?x64x64xf32>
func.func @small_contractions(%x: tensor<?x64x4xf32>) -> tensor<?x64x64xf32> {
  %0 = nn.softmax %x {axis = 2 : i64} : tensor<?x64x4xf32>
  %1 = nn.transpose %0 {permutation = array<i64: 0, 2, 1>} : tensor<?x64x4xf32> -> tensor<?x4x64xf32>
  %2 = nn.matmul %0, %1 : (tensor<?x64x4xf32>, tensor<?x4x64xf32>) -> tensor<?x64x64xf32>
  %3 = nn.transpose %2 {permutation = array<i64: 0, 2, 1>} : tensor<?x64x64xf32> -> tensor<?x64x64xf32>
  %4 = nn.softmax %3 {axis = 2 : i64} : tensor<?x64x64xf32>
  %5 = nn.matmul %4, %4 : (tensor<?x64x64xf32>, tensor<?x64x64xf32>) -> tensor<?x64x64xf32>
  %6 = nn.softmax %5 {axis = 2 : i64} : tensor<?x64x64xf32>
  return %6 : tensor<?x64x64xf32>
}

// What was asked to stay float does, and its neighbours are told of it.
// CHECK-LABEL: func.func @asked
// CHECK:         nn.fully_connected %{{.*}} {nn.float = "by hand"}
// CHECK:         nn.add %{{.*}} {nn.float = "integers
// CHECK:         nn.fully_connected %{{.*}} {nn.float = "by hand"}
func.func @asked(%x: tensor<?x64xf32>) -> tensor<?x64xf32> {
  %weight = arith.constant dense<0.5> : tensor<64x64xf32>
  %0 = nn.fully_connected %x, %weight {nn.float = "by hand"} : (tensor<?x64xf32>, tensor<64x64xf32>) -> tensor<?x64xf32>
  %1 = nn.add %0, %0 : (tensor<?x64xf32>, tensor<?x64xf32>) -> tensor<?x64xf32>
  %2 = nn.fully_connected %1, %weight {nn.float = "by hand"} : (tensor<?x64xf32>, tensor<64x64xf32>) -> tensor<?x64xf32>
  return %2 : tensor<?x64xf32>
}
