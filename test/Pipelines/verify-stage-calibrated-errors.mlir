// RUN: quant-opt %s -quantc-verify-stage=stage=calibrated -verify-diagnostics

func.func @quantize(%x: tensor<2xf32>) {
  // expected-error@+1 {{'nn.quantize' op is illegal at stage 'calibrated', which -nn-apply-calibration produces}}
  %y = nn.quantize %x : tensor<2xf32> -> tensor<2x!quant.uniform<i8:f32, 0.5>>
  return
}

func.func @no_range(%x: tensor<2xf32>) {
  // expected-error@+1 {{'nn.observe' op requires a range at stage 'calibrated', which -nn-apply-calibration sets}}
  %y = nn.observe %x {id = 0 : i32, name = "x"} : tensor<2xf32>
  return
}
