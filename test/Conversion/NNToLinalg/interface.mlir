// RUN: quant-opt %s -convert-nn-to-linalg -split-input-file \
// RUN:   | FileCheck %s --implicit-check-not='!quant' --implicit-check-not='nn.'

// What ends with the nn dialect but belongs into the binary's table goes on as
// attributes of the module; those of the nn dialect disappear.

!image = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8:f32:1, {0.5:0, 0.25:7}>

// CHECK:       module attributes {
// CHECK-SAME:    quantc.inputs = [
// CHECK-SAME:      {axis = -1 : i32, name = "image", scales = array<f32: 5.000000e-01>, type = tensor<?x2xi8>, zero_points = array<i32: -3>},
// CHECK-SAME:      {axis = 1 : i32, name = "table", scales = array<f32: 5.000000e-01, 2.500000e-01>, type = tensor<3x2xi8>, zero_points = array<i32: 0, 7>},
// CHECK-SAME:      {name = "mask", type = tensor<?x4xf32>}]
// CHECK-SAME:    quantc.observed = []
// CHECK-SAME:    quantc.outputs = [
// CHECK-SAME:      {name = "scores", type = tensor<?x2xf32>},
// CHECK-SAME:      {name = "table_out", type = tensor<3x2xf32>},
// CHECK-SAME:      {name = "mask_out", type = tensor<?x4xf32>}]
// CHECK-SAME:    quantc.provenance = {
// CHECK-SAME:      calibration_sha256 = "c0", model_sha256 = "a0", network_sha256 = "b0", stage = "float"}
// CHECK-NEXT:    func.func @network(%{{.*}}: tensor<?x2xi8>, %{{.*}}: tensor<3x2xi8>, %{{.*}}: tensor<?x4xf32>)
// CHECK-SAME:      -> (tensor<?x2xf32>, tensor<3x2xf32>, tensor<?x4xf32>) {
module attributes {nn.calibration_sha256 = "c0", nn.model_sha256 = "a0",
                   nn.network_sha256 = "b0",
                   nn.quantization = {ranges = "minmax"}} {
  func.func @network(%image: tensor<?x2x!image> {nn.name = "image"},
                     %table: tensor<3x2x!weight> {nn.name = "table"},
                     %mask: tensor<?x4xf32> {nn.name = "mask"})
      -> (tensor<?x2xf32> {nn.name = "scores"},
          tensor<3x2xf32> {nn.name = "table_out"},
          tensor<?x4xf32> {nn.name = "mask_out"}) {
    %scores = nn.dequantize %image : tensor<?x2x!image> -> tensor<?x2xf32>
    %table_out = nn.dequantize %table
        : tensor<3x2x!weight> -> tensor<3x2xf32>
    return %scores, %table_out, %mask
        : tensor<?x2xf32>, tensor<3x2xf32>, tensor<?x4xf32>
  }
}

// -----

// Tensors without a name get their position, modules without hashes only a stage.
// CHECK:       module attributes {
// CHECK-SAME:    quantc.inputs = [{name = "input0", type = tensor<2xf32>}, {name = "in", type = tensor<3xf32>}]
// CHECK-SAME:    quantc.outputs = [{name = "output0", type = tensor<3xf32>}, {name = "output1", type = tensor<2xf32>}]
// CHECK-SAME:    quantc.provenance = {stage = "float"}
// CHECK-NEXT:    func.func @unnamed
func.func @unnamed(%left: tensor<2xf32>, %right: tensor<3xf32> {nn.name = "in"})
    -> (tensor<3xf32>, tensor<2xf32>) {
  return %right, %left : tensor<3xf32>, tensor<2xf32>
}

// -----

// CHECK:       module attributes {
// CHECK-SAME:    quantc.observed = [{id = 4 : i32, name = "relu", type = tensor<?x2xf32>}]
// CHECK-SAME:    quantc.provenance = {stage = "observed"}
// CHECK:         func.func @observed
func.func @observed(%features: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %seen = nn.observe %features {id = 4 : i32, name = "relu"} : tensor<?x2xf32>
  return %seen : tensor<?x2xf32>
}

// -----

// An int8 network may be observed, too: it reports stored integers, and its
// table what they mean.
!activation = !quant.uniform<i8:f32, 0.25:9>
// CHECK:       module attributes {
// CHECK-SAME:    quantc.observed = [{axis = -1 : i32, id = 0 : i32, name = "input", scales = array<f32: 2.500000e-01>, type = tensor<?x2xi8>, zero_points = array<i32: 9>}, {id = 1 : i32, name = "output", type = tensor<?x2xf32>}]
// CHECK-SAME:    quantc.provenance = {stage = "int8"}
// CHECK:         func.func @observed_int8
func.func @observed_int8(%features: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %stored = nn.quantize %features
      : tensor<?x2xf32> -> tensor<?x2x!activation>
  %seen = nn.observe %stored {id = 0 : i32, name = "input"}
      : tensor<?x2x!activation>
  %real = nn.dequantize %seen : tensor<?x2x!activation> -> tensor<?x2xf32>
  %seen_real = nn.observe %real {id = 1 : i32, name = "output"}
      : tensor<?x2xf32>
  return %seen_real : tensor<?x2xf32>
}

// -----

// The host sees bytes, 128 above what is stored; a network that does not compute on
// integers stays one of floats.
// CHECK:       quantc.inputs = [{axis = -1 : i32, name = "image", scales = array<f32: 5.000000e-01>, type = tensor<?x2xui8>, zero_points = array<i32: 3>}]
// CHECK-SAME:  quantc.provenance = {stage = "float"}
// CHECK-NEXT:  func.func @bytes(%[[IMAGE:.*]]: tensor<?x2xi8>)
// CHECK:       linalg.generic {{.*}} ins(%[[IMAGE]] : tensor<?x2xi8>)
// CHECK:         %[[BIT:.*]] = arith.constant -128 : i8
// CHECK:         arith.xori %{{.*}}, %[[BIT]] : i8
func.func @bytes(%image: tensor<?x2x!quant.uniform<i8:f32, 0.5:-125>>
                     {nn.name = "image", nn.unsigned})
    -> (tensor<?x2xf32> {nn.name = "scores"}) {
  %scores = nn.dequantize %image
      : tensor<?x2x!quant.uniform<i8:f32, 0.5:-125>> -> tensor<?x2xf32>
  return %scores : tensor<?x2xf32>
}

// -----

// And it gets bytes. What is inside in other forms of the network is no matter.
// CHECK:       quantc.outputs = [{axis = -1 : i32, name = "scores", scales = array<f32: 5.000000e-01>, type = tensor<?x2xui8>, zero_points = array<i32: 3>}]
// CHECK-NEXT:  func.func @bytes_out({{[^)]*}}) -> tensor<?x2xi8> {
// CHECK:       arith.trunci
// CHECK:       linalg.generic
// CHECK:         %[[BIT:.*]] = arith.constant -128 : i8
// CHECK:         %[[BYTE:.*]] = arith.xori %{{.*}}, %[[BIT]] : i8
// CHECK:         linalg.yield %[[BYTE]]
// CHECK:       return
func.func @bytes_out(%real: tensor<?x2xf32>)
    -> (tensor<?x2x!quant.uniform<i8:f32, 0.5:-125>> {nn.name = "scores", nn.unsigned})
    attributes {nn.unsigned} {
  %scores = nn.quantize %real
      : tensor<?x2xf32> -> tensor<?x2x!quant.uniform<i8:f32, 0.5:-125>>
  return %scores : tensor<?x2x!quant.uniform<i8:f32, 0.5:-125>>
}
