// RUN: quant-opt %s -quantc-verify-stage=stage=observed -verify-diagnostics

func.func @quantize(%x: tensor<2xf32>) {
  // expected-error@+1 {{'nn.quantize' op is illegal at stage 'observed', which -nn-insert-observers produces}}
  %y = nn.quantize %x : tensor<2xf32> -> tensor<2x!quant.uniform<i8:f32, 0.5>>
  return
}
