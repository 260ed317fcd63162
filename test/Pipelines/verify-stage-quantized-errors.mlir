// RUN: quant-opt %s -quantc-verify-stage=stage=quantized -verify-diagnostics

func.func @observed(%x: tensor<2xf32>) {
  // expected-error@+1 {{'nn.observe' op is illegal at stage 'quantized', which -nn-fold-scales produces}}
  %y = nn.observe %x {id = 0 : i32, name = "x"} : tensor<2xf32>
  return
}

func.func @lowered() {
  // expected-error@+1 {{'tensor.empty' op is illegal at stage 'quantized', which -nn-fold-scales produces}}
  %empty = tensor.empty() : tensor<2xi8>
  return
}

func.func @types() {
  // expected-error@+1 {{'arith.constant' op has the type 'tensor<2xf64>', which is illegal at stage 'quantized'}}
  %x = arith.constant dense<1.0> : tensor<2xf64>
  return
}
