func.func @main(%x: tensor<?x4x!quant.uniform<i8:f32, 1.0>> {nn.name = "x"}) -> (tensor<?x4x!quant.uniform<i8:f32, 1.0>> {nn.name = "y"}) {
  %0 = nn.clamp %x {min = 0.0 : f32, max = 6.0 : f32} : tensor<?x4x!quant.uniform<i8:f32, 1.0>>
  return %0 : tensor<?x4x!quant.uniform<i8:f32, 1.0>>
}
