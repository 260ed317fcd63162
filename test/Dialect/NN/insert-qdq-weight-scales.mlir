// RUN: quant-opt %s -nn-insert-qdq | FileCheck %s
// RUN: quant-opt %s -nn-insert-qdq="pair-safe per-tensor" | FileCheck %s

// Weights that are integers times given scales stay these integers, although 127 of
// a finer scale would fit; whatever the options say.
// CHECK-DAG:   !quant.uniform<i8<-127:127>:f32:0, {5.000000e-01,0.10000000149011612}>
// CHECK-LABEL: func.func @rows
// CHECK:         arith.constant dense<{{\[}}[3, -2, 0], [127, 3, -127]]> : tensor<2x3xi8>
// CHECK-NOT:     nn.weight_scales
func.func @rows(%x: tensor<?x3xf32>) -> tensor<?x2xf32> {
  // 3 * 0.1 in f32 is not the f32 next to 0.3.
  %weight = arith.constant dense<[[1.5, -1.0, 0.0], [0x414B3333, 0x3E99999A, 0xC14B3333]]>
      : tensor<2x3xf32>
  %seen = nn.observe %x
      {id = 0 : i32, name = "x", range = !quant.calibrated<f32<-2.0:2.0>>}
      : tensor<?x3xf32>
  %y = nn.fully_connected %seen, %weight
      {nn.weight_scales = array<f32: 0.5, 0.1>}
      : (tensor<?x3xf32>, tensor<2x3xf32>) -> tensor<?x2xf32>
  return %y : tensor<?x2xf32>
}
