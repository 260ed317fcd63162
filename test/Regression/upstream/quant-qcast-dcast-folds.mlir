// RUN: quant-opt %s -canonicalize | FileCheck %s

// Upstream folds quant.dcast(quant.qcast(x)) to x and so undoes quantization.
// This is why nn.quantize and nn.dequantize exist: if the fold ever goes away,
// the reason to keep ops of our own is to be judged again.

// CHECK-LABEL: func.func @round_trip
// CHECK-SAME:    (%[[REAL:.*]]: tensor<4xf32>)
// CHECK-NEXT:    return %[[REAL]] : tensor<4xf32>
func.func @round_trip(%real: tensor<4xf32>) -> tensor<4xf32> {
  %stored = quant.qcast %real
      : tensor<4xf32> to tensor<4x!quant.uniform<i8:f32, 0.5:-3>>
  %rounded = quant.dcast %stored
      : tensor<4x!quant.uniform<i8:f32, 0.5:-3>> to tensor<4xf32>
  return %rounded : tensor<4xf32>
}

// The same pair of ours survives, since it loses information.
// CHECK-LABEL: func.func @round_trip_nn
// CHECK:         nn.quantize
// CHECK:         nn.dequantize
func.func @round_trip_nn(%real: tensor<4xf32>) -> tensor<4xf32> {
  %stored = nn.quantize %real
      : tensor<4xf32> -> tensor<4x!quant.uniform<i8:f32, 0.5:-3>>
  %rounded = nn.dequantize %stored
      : tensor<4x!quant.uniform<i8:f32, 0.5:-3>> -> tensor<4xf32>
  return %rounded : tensor<4xf32>
}
