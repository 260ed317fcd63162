// Tensors without elements are calibrated beside others: they have no range, and no
// message of a later stage.

// RUN: %python -c "import numpy as np; x = np.float32([[-1, 1], [0.5, 0.25]]); \
// RUN:   np.savez('%t.npz', none=x[:, :0], x=x); np.savez('%t.y.npz', nothing=x[:, :0], y=x + x)"
// RUN: quantc %s --stop-after=observed -o %t.observed.mlir
// RUN: FileCheck %s --input-file=%t.observed.mlir --implicit-check-not=nn.observe
// CHECK: nn.observe {{.*}} {id = 0 : i32, name = "x"}
// CHECK: nn.observe {{.*}} {id = 1 : i32, name = "sum"}
// RUN: quantc %s --calibrate %t.npz -o %t.so
// RUN: quant-run %t.so --inputs %t.npz --expect %t.y.npz --atol 0.02
func.func @network(%none: tensor<?x0xf32> {nn.name = "none"}, %x: tensor<?x2xf32> {nn.name = "x"})
    -> (tensor<?x0xf32> {nn.name = "nothing"}, tensor<?x2xf32> {nn.name = "y"}) {
  %nothing = nn.add %none, %none : (tensor<?x0xf32>, tensor<?x0xf32>) -> tensor<?x0xf32>
  %y = nn.add %x, %x : (tensor<?x2xf32>, tensor<?x2xf32>) -> tensor<?x2xf32> loc("sum")
  return %nothing, %y : tensor<?x0xf32>, tensor<?x2xf32>
}
