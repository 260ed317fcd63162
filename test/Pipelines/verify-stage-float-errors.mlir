// RUN: quant-opt %s -quantc-verify-stage=stage=float -split-input-file -verify-diagnostics

func.func @other_dialect() {
  // expected-error@+1 {{'tensor.empty' op is illegal at stage 'float', which quant-translate --import-onnx produces}}
  %empty = tensor.empty() : tensor<2xf32>
  return
}

// -----

func.func @other_op(%x: tensor<2xf32>) {
  // expected-error@+1 {{'arith.addf' op is illegal at stage 'float', which quant-translate --import-onnx produces}}
  %sum = arith.addf %x, %x : tensor<2xf32>
  return
}

// -----

func.func @observed(%x: tensor<2xf32>) {
  // expected-error@+1 {{'nn.observe' op is illegal at stage 'float', which quant-translate --import-onnx produces}}
  %y = nn.observe %x {id = 0 : i32, name = "x"} : tensor<2xf32>
  return
}

// -----

func.func @quantize(%x: tensor<2xf32>) {
  // expected-error@+1 {{'nn.quantize' op is illegal at stage 'float', which quant-translate --import-onnx produces}}
  %y = nn.quantize %x : tensor<2xf32> -> tensor<2x!quant.uniform<i8:f32, 0.5>>
  return
}

// -----

func.func @integers() {
  // expected-error@+1 {{'arith.constant' op has the type 'tensor<2xi8>', which is illegal at stage 'float'}}
  %x = arith.constant dense<1> : tensor<2xi8>
  return
}

// -----

// expected-error@+1 {{input #1 has the type 'tensor<?x2xf64>', which is illegal at stage 'float'}}
func.func @double_input(%x: tensor<?x2xf32>, %y: tensor<?x2xf64>) -> tensor<?x2xf64> {
  return %y : tensor<?x2xf64>
}

// -----

func.func @quantized_inside(%x: tensor<2x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.clamp' op has the type 'tensor<2x!quant.uniform<i8:f32, 5.000000e-01>>', which is illegal at stage 'float'}}
  %y = nn.clamp %x {min = 0.0 : f32, max = 6.0 : f32} : tensor<2x!quant.uniform<i8:f32, 0.5>>
  // expected-error@+1 {{'nn.dequantize' op requires an input of the network at stage 'float'}}
  %z = nn.dequantize %y : tensor<2x!quant.uniform<i8:f32, 0.5>> -> tensor<2xf32>
  return
}
