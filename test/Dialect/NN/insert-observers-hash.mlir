// RUN: quant-opt %s -nn-insert-observers -split-input-file > %t
// RUN: quant-opt %s -nn-insert-observers -split-input-file \
// RUN:   -mlir-print-debuginfo -mlir-elide-elementsattrs-if-larger=1 >> %t
// RUN: FileCheck %s < %t

// The hash by which a record is matched to its network: of what the network
// computes, not of locations, names of values or how the tool prints.

// CHECK:     nn.network_sha256 = "[[NETWORK:[0-9a-f]{64}]]"
// CHECK:     @network
func.func @network(%features: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %weight = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %score = nn.fully_connected %features, %weight
      : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32> loc("score")
  return %score : tensor<?x1xf32>
}

// -----

// The same under other names, with other locations and types spelled out.
// CHECK:     nn.network_sha256 = "[[NETWORK]]"
// CHECK:     @network
func.func @network(%x: tensor<?x2xf32> loc("elsewhere"))
    -> tensor<?x1xf32> {
  %w = "arith.constant"() {value = dense<[[1.0, 2.0]]> : tensor<1x2xf32>}
      : () -> tensor<1x2xf32> loc("constant")
  %y = nn.fully_connected %x, %w
      : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32> loc("other")
  return %y : tensor<?x1xf32> loc("end")
}

// -----

// Another weight, by one bit.
// CHECK-NOT: nn.network_sha256 = "[[NETWORK]]"
// CHECK:     @network
func.func @network(%features: tensor<?x2xf32>) -> tensor<?x1xf32> {
  %weight = arith.constant dense<[[1.0, 0x40000001]]> : tensor<1x2xf32>
  %score = nn.fully_connected %features, %weight
      : (tensor<?x2xf32>, tensor<1x2xf32>) -> tensor<?x1xf32> loc("score")
  return %score : tensor<?x1xf32>
}

// -----

// Another shape.
// CHECK-NOT: nn.network_sha256 = "[[NETWORK]]"
// CHECK:     @network
func.func @network(%features: tensor<1x2xf32>) -> tensor<1x1xf32> {
  %weight = arith.constant dense<[[1.0, 2.0]]> : tensor<1x2xf32>
  %score = nn.fully_connected %features, %weight
      : (tensor<1x2xf32>, tensor<1x2xf32>) -> tensor<1x1xf32> loc("score")
  return %score : tensor<1x1xf32>
}

// The first two once more, with other printing options.
// CHECK:     nn.network_sha256 = "[[NETWORK]]"
// CHECK:     @network
// CHECK:     nn.network_sha256 = "[[NETWORK]]"
// CHECK:     @network
