// RUN: quant-translate --export-onnx %s -o %t.onnx
// RUN: %python %S/Inputs/print_model.py %t.onnx | FileCheck %s

// Ops in float, in the layout that their operands have: axes, pads and constants
// follow it. A value that is returned twice, or that is an input, gets its names.

// CHECK:      network (float[2,2,3,3] nchw, float[2,3,3,2] nhwc) => (float[2,6] y0, float[2,3,3,4] y1, float[2,3,3,4] y1b, float[2,5,4,2] y2, float[2,2,3,3] y3, float[2] y4, float[2,3,3,2] y5)
// CHECK:        [[POOL:[a-z_0-9]+]] = MaxPool <{{.*}}kernel_shape: ints = [1, 1]> (nchw)
// CHECK:        [[SUM:[a-z_0-9]+]] = Add ([[POOL]], {{.*}})
// CHECK:        [[AVERAGE:[a-z_0-9]+]] = AveragePool <{{.*}}> ([[SUM]])
// CHECK:        [[CONCAT:[a-z_0-9]+]] = Concat <axis: int = 1> ([[AVERAGE]], [[POOL]])
// CHECK:        [[SLICE:[a-z_0-9]+]] = Slice ([[CONCAT]],
// CHECK:        [[SOFTMAX:[a-z_0-9]+]] = Softmax <axis: int = 1> ([[SLICE]])
// CHECK:        Transpose <perm: ints = [0, 2, 3, 1]> ([[SOFTMAX]])
// CHECK:        y0 = Reshape
// CHECK:        y2 = Pad (nhwc,
// CHECK:        y4 = ReduceMax <keepdims: int = 0> (y0,
// CHECK:        y5 = LayerNormalization <epsilon: float = 0.125> (nhwc, {{[^ ]*}}, {{[^ ]*}})
// CHECK:        y1 = Transpose <perm: ints = [0, 2, 3, 1]> ([[CONCAT]])
// CHECK:        y1b = Identity (y1)
// CHECK:        y3 = Identity (nchw)
func.func @network(%nchw: tensor<2x2x3x3xf32> {nn.name = "nchw"},
                   %nhwc: tensor<2x3x3x2xf32> {nn.name = "nhwc"})
    -> (tensor<2x6xf32> {nn.name = "y0"}, tensor<2x3x3x4xf32> {nn.name = "y1"},
        tensor<2x3x3x4xf32> {nn.name = "y1b"},
        tensor<2x5x4x2xf32> {nn.name = "y2"},
        tensor<2x2x3x3xf32> {nn.name = "y3"}, tensor<2xf32> {nn.name = "y4"},
        tensor<2x3x3x2xf32> {nn.name = "y5"}) {
  %image = nn.transpose %nchw {permutation = array<i64: 0, 2, 3, 1>}
      : tensor<2x2x3x3xf32> -> tensor<2x3x3x2xf32>
  %pool = nn.max_pool_2d %image {kernel = array<i64: 1, 1>}
      : tensor<2x3x3x2xf32> -> tensor<2x3x3x2xf32>
  %shift = arith.constant dense<[[[[1.0, 2.0]]]]> : tensor<1x1x1x2xf32>
  %sum = nn.add %pool, %shift
      : (tensor<2x3x3x2xf32>, tensor<1x1x1x2xf32>) -> tensor<2x3x3x2xf32>
  %average = nn.avg_pool_2d %sum
      {kernel = array<i64: 3, 3>, pad = array<i64: 1, 1, 1, 1>}
      : tensor<2x3x3x2xf32> -> tensor<2x3x3x2xf32>
  %concat = nn.concat %average, %pool {axis = 3 : i64}
      : (tensor<2x3x3x2xf32>, tensor<2x3x3x2xf32>) -> tensor<2x3x3x4xf32>
  %slice = nn.slice %concat
      {offsets = array<i64: 0, 0, 0, 1>, strides = array<i64: 1, 2, 1, 2>}
      : tensor<2x3x3x4xf32> -> tensor<2x1x3x2xf32>
  %softmax = nn.softmax %slice {axis = 3 : i64} : tensor<2x1x3x2xf32>
  %flat = nn.reshape %softmax : tensor<2x1x3x2xf32> -> tensor<2x6xf32>
  %pad = nn.pad %nhwc {low = array<i64: 0, 2, 0, 0>,
                       high = array<i64: 0, 0, 1, 0>, value = 1.5 : f32}
      : tensor<2x3x3x2xf32> -> tensor<2x5x4x2xf32>
  %max = nn.reduce max %flat {axes = array<i64: 1>}
      : tensor<2x6xf32> -> tensor<2xf32>
  %scale = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %bias = arith.constant dense<[3.0, 4.0]> : tensor<2xf32>
  %norm = nn.layer_norm %nhwc, %scale, %bias {epsilon = 0.125 : f32}
      : (tensor<2x3x3x2xf32>, tensor<2xf32>, tensor<2xf32>)
      -> tensor<2x3x3x2xf32>
  return %flat, %concat, %concat, %pad, %nchw, %max, %norm
      : tensor<2x6xf32>, tensor<2x3x3x4xf32>, tensor<2x3x3x4xf32>,
        tensor<2x5x4x2xf32>, tensor<2x2x3x3xf32>, tensor<2xf32>,
        tensor<2x3x3x2xf32>
}
