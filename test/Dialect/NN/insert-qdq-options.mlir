// RUN: quant-opt %s -nn-insert-qdq=symmetric | FileCheck %s --check-prefix=SYMMETRIC
// RUN: quant-opt %s -nn-insert-qdq=per-tensor | FileCheck %s --check-prefix=TENSOR
// RUN: quant-opt %s -nn-insert-qdq -o %t.signed
// RUN: quant-opt %s -nn-insert-qdq=unsigned | sed 's/ attributes {nn.unsigned} {$/ {/' > %t.unsigned
// RUN: cmp %t.signed %t.unsigned
// RUN: quant-opt %s -nn-insert-qdq=unsigned | FileCheck %s --check-prefix=UNSIGNED
// RUN: quant-opt %s -nn-insert-qdq="exclude=scores" | FileCheck %s --check-prefix=NAME
// RUN: quant-opt %s -nn-insert-qdq="exclude=/^sc/" | FileCheck %s --check-prefix=NAME
// RUN: quant-opt %s -nn-insert-qdq="exclude=nn.fully_connected" | FileCheck %s --check-prefix=NAME
// RUN: quant-opt %s -nn-insert-qdq="exclude=nn.add,/or/" | FileCheck %s --check-prefix=BOTH
// RUN: quant-opt %s -nn-insert-qdq="exclude=scores" -nn-fold-scales | FileCheck %s --check-prefix=FOLDED
// RUN: quant-opt %s -nn-insert-qdq="exclude=nn.add" -nn-fold-scales | FileCheck %s --check-prefix=SUM

// RUN: not quant-opt %s -nn-insert-qdq="exclude=score" 2>&1 | FileCheck %s --check-prefix=NONE
// RUN: not quant-opt %s -nn-insert-qdq="exclude=/^cores/" 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: no layer to exclude is named '{{score|/\^cores/}}'
// RUN: not quant-opt %s -nn-insert-qdq="exclude=/(/" 2>&1 | FileCheck %s --check-prefix=REGEX
// REGEX: error: malformed regular expression '/(/': parentheses not balanced

// Symmetric: scale = f32(max|x| / 127), zero point 0, for constant operands, too. A
// weight per tensor has the scale of its largest value, 2 / 127.

// SYMMETRIC-DAG: ![[X:.*]] = !quant.uniform<i8:f32, 0.015748031437397003>
// SYMMETRIC-DAG: ![[W:.*]] = !quant.uniform<i8<-127:127>:f32:0, {0.015748031437397003,0.0078740157186985015}>
// SYMMETRIC-DAG: ![[Y:.*]] = !quant.uniform<i8:f32, 0.031496062874794006>
// SYMMETRIC:     nn.quantize %{{.*}} -> tensor<?x2x![[X]]>
// SYMMETRIC:     quant.scast %{{.*}} : tensor<2x2xi8> to tensor<2x2x![[W]]>
// SYMMETRIC:     arith.constant dense<{{\[}}[-127, 32]]> : tensor<1x2xi8>

// The stored integers are the same.
// UNSIGNED:      func.func @network{{.*}} attributes {nn.unsigned} {

// TENSOR-DAG:    ![[W:.*]] = !quant.uniform<i8<-127:127>:f32, 0.015748031437397003>
// TENSOR:        %[[STORED:.*]] = arith.constant dense<{{\[}}[64, -127], [64, 16]]> : tensor<2x2xi8>
// TENSOR:        quant.scast %[[STORED]] : tensor<2x2xi8> to tensor<2x2x![[W]]>

// The layer's result is quantized for the layer behind it, and its operand for none.
// NAME:          %[[ACC:.*]] = nn.fully_connected %arg0, %{{.*}} {nn.float = "it was asked to stay float"} : (tensor<?x2xf32>, tensor<2x2xf32>)
// NAME:          nn.quantize %[[ACC]]
// NAME:          nn.add %{{[^{]*}} : (
// BOTH-NOT:      nn.quantize
// BOTH:          nn.fully_connected %{{.*}} {nn.float = "it was asked to stay float"}
// BOTH:          nn.add %{{.*}} {nn.float = "it was asked to stay float"}
// FOLDED:        nn.fully_connected %{{.*}} -> tensor<?x2xf32>
// FOLDED:        nn.add %{{.*}} -> tensor<?x2x!{{.*}}>
// SUM:           nn.fully_connected %{{.*}} -> tensor<?x2x!{{.*}}>
// SUM:           nn.add %{{.*}} -> tensor<?x2xf32>
func.func @network(%x: tensor<?x2xf32>) -> tensor<?x2xf32> {
  %weight = arith.constant dense<[[1.0, -2.0], [1.0, 0.25]]> : tensor<2x2xf32>
  %row = arith.constant dense<[[-4.0, 1.0]]> : tensor<1x2xf32>
  %seen = nn.observe %x
      {id = 0 : i32, name = "x", range = !quant.calibrated<f32<-2.0:2.0>>}
      : tensor<?x2xf32>
  %acc = nn.fully_connected %seen, %weight
      : (tensor<?x2xf32>, tensor<2x2xf32>) -> tensor<?x2xf32> loc("scores")
  %seen_acc = nn.observe %acc
      {id = 1 : i32, name = "scores", range = !quant.calibrated<f32<-4.0:4.0>>}
      : tensor<?x2xf32>
  %sum = nn.add %seen_acc, %row
      : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x2xf32> loc("sum")
  %seen_sum = nn.observe %sum
      {id = 2 : i32, name = "sum", range = !quant.calibrated<f32<-4.0:4.0>>}
      : tensor<?x2xf32>
  return %seen_sum : tensor<?x2xf32>
}
