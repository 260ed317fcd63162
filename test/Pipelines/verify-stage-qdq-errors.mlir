// RUN: quant-opt %s -quantc-verify-stage=stage=qdq -verify-diagnostics

func.func @observed(%x: tensor<2xf32>) {
  // expected-error@+1 {{'nn.observe' op is illegal at stage 'qdq', which -nn-insert-qdq produces}}
  %y = nn.observe %x {id = 0 : i32, name = "x"} : tensor<2xf32>
  return
}

func.func @integers(%x: tensor<2x!quant.uniform<i8:f32, 0.5>>) {
  // expected-error@+1 {{'nn.clamp' op computes on 'tensor<2x!quant.uniform<i8:f32, 5.000000e-01>>' at stage 'qdq', where only nn.quantize and nn.dequantize see integers}}
  %y = nn.clamp %x {min = 0.0 : f32, max = 6.0 : f32} : tensor<2x!quant.uniform<i8:f32, 0.5>>
  return
}
