// Functions of elements, quotients and matrix products: ONNX Runtime computes of the
// exported model what the library does.

// RUN: rm -rf %t && mkdir %t
// RUN: quant-translate --export-onnx %s -o %t/functions.onnx
// RUN: %python %S/Inputs/print_model.py %t/functions.onnx | FileCheck %s
// RUN: %python %S/../../Import/ONNX/Inputs/compare_with_onnxruntime.py %t quantc quant-run \
// RUN:   | FileCheck %s --check-prefix=EQUAL
// EQUAL: 1 of 1 models equal ONNX Runtime

// CHECK-DAG: gelu_tanh = Gelu <approximate: string = "tanh">
// CHECK-DAG: hardsigmoid = HardSigmoid <alpha: float = 0.25, beta: float = 0.375>
// CHECK-DAG: selu = Selu <alpha: float = 1.25, gamma: float = 1.125>
// CHECK-DAG: rsqrt = Reciprocal
// CHECK-DAG: silu = Mul
// CHECK-DAG: matmul = MatMul (x,
// CHECK-DAG: div = Div (x,

func.func @network(%x: tensor<?x3x4xf32> {nn.name = "x"})
    -> (tensor<?x3x4xf32> {nn.name = "abs"},
        tensor<?x3x4xf32> {nn.name = "neg"},
        tensor<?x3x4xf32> {nn.name = "exp"},
        tensor<?x3x4xf32> {nn.name = "sqrt"},
        tensor<?x3x4xf32> {nn.name = "rsqrt"},
        tensor<?x3x4xf32> {nn.name = "reciprocal"},
        tensor<?x3x4xf32> {nn.name = "erf"},
        tensor<?x3x4xf32> {nn.name = "tanh"},
        tensor<?x3x4xf32> {nn.name = "sigmoid"},
        tensor<?x3x4xf32> {nn.name = "silu"},
        tensor<?x3x4xf32> {nn.name = "gelu"},
        tensor<?x3x4xf32> {nn.name = "gelu_tanh"},
        tensor<?x3x4xf32> {nn.name = "hardsigmoid"},
        tensor<?x3x4xf32> {nn.name = "hardswish"},
        tensor<?x3x4xf32> {nn.name = "leaky_relu"},
        tensor<?x3x4xf32> {nn.name = "elu"},
        tensor<?x3x4xf32> {nn.name = "celu"},
        tensor<?x3x4xf32> {nn.name = "selu"},
        tensor<?x3x4xf32> {nn.name = "softplus"},
        tensor<?x3x4xf32> {nn.name = "softsign"},
        tensor<?x3x4xf32> {nn.name = "mish"},
        tensor<?x3x4xf32> {nn.name = "log"},
        tensor<?x3x3xf32> {nn.name = "matmul"},
        tensor<?x3x4xf32> {nn.name = "div"}) {
  %square = nn.mul %x, %x : (tensor<?x3x4xf32>, tensor<?x3x4xf32>) -> tensor<?x3x4xf32>
  %one = arith.constant dense<1.0> : tensor<1x1x1xf32>
  %positive = nn.add %square, %one : (tensor<?x3x4xf32>, tensor<1x1x1xf32>) -> tensor<?x3x4xf32>
  %abs = nn.unary abs %x : tensor<?x3x4xf32>
  %neg = nn.unary neg %x : tensor<?x3x4xf32>
  %exp = nn.unary exp %x : tensor<?x3x4xf32>
  %sqrt = nn.unary sqrt %positive : tensor<?x3x4xf32>
  %rsqrt = nn.unary rsqrt %positive : tensor<?x3x4xf32>
  %reciprocal = nn.unary reciprocal %positive : tensor<?x3x4xf32>
  %erf = nn.unary erf %x : tensor<?x3x4xf32>
  %tanh = nn.unary tanh %x : tensor<?x3x4xf32>
  %sigmoid = nn.unary sigmoid %x : tensor<?x3x4xf32>
  %silu = nn.unary silu %x : tensor<?x3x4xf32>
  %gelu = nn.unary gelu %x : tensor<?x3x4xf32>
  %gelu_tanh = nn.unary gelu_tanh %x : tensor<?x3x4xf32>
  %hardsigmoid = nn.unary hardsigmoid %x {alpha = 0.25 : f32, beta = 0.375 : f32} : tensor<?x3x4xf32>
  %hardswish = nn.unary hardswish %x : tensor<?x3x4xf32>
  %leaky_relu = nn.unary leaky_relu %x {alpha = 0.125 : f32} : tensor<?x3x4xf32>
  %elu = nn.unary elu %x {alpha = 0.75 : f32} : tensor<?x3x4xf32>
  %celu = nn.unary celu %x {alpha = 1.5 : f32} : tensor<?x3x4xf32>
  %selu = nn.unary selu %x {alpha = 1.25 : f32, beta = 1.125 : f32} : tensor<?x3x4xf32>
  %softplus = nn.unary softplus %x : tensor<?x3x4xf32>
  %softsign = nn.unary softsign %x : tensor<?x3x4xf32>
  %mish = nn.unary mish %x : tensor<?x3x4xf32>
  %log = nn.unary log %positive : tensor<?x3x4xf32>
  %turned = nn.transpose %x {permutation = array<i64: 0, 2, 1>} : tensor<?x3x4xf32> -> tensor<?x4x3xf32>
  %matmul = nn.matmul %x, %turned : (tensor<?x3x4xf32>, tensor<?x4x3xf32>) -> tensor<?x3x3xf32>
  %div = nn.div %x, %positive : (tensor<?x3x4xf32>, tensor<?x3x4xf32>) -> tensor<?x3x4xf32>
  return %abs, %neg, %exp, %sqrt, %rsqrt, %reciprocal, %erf, %tanh, %sigmoid, %silu, %gelu, %gelu_tanh, %hardsigmoid, %hardswish, %leaky_relu, %elu, %celu, %selu, %softplus, %softsign, %mish, %log, %matmul, %div
      : tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x4xf32>,
        tensor<?x3x3xf32>,
        tensor<?x3x4xf32>
}
