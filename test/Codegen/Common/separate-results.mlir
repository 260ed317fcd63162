// RUN: quant-opt %s -codegen-separate-results | FileCheck %s
// RUN: quantc %s --float -o %t.so
// RUN: quantc %s --float --strategy=naive -o %t.naive.so
// RUN: %python %S/Inputs/separate_results.py %t.npz
// RUN: quant-run %t.so --inputs %t.npz --expect %t.npz
// RUN: quant-run %t.naive.so --inputs %t.npz --expect %t.npz

// Each output is a buffer of its own, whatever is returned.
// CHECK-LABEL: func.func @network
// CHECK-SAME:    (%[[X:.*]]: tensor<?x3xf32>
// CHECK:         %[[Y:.*]] = nn.clamp
// CHECK-DAG:     %[[Y2:.*]] = bufferization.alloc_tensor() copy(%[[Y]])
// CHECK-DAG:     %[[Y3:.*]] = bufferization.alloc_tensor() copy(%[[Y]])
// CHECK-DAG:     %[[X2:.*]] = bufferization.alloc_tensor() copy(%[[X]])
// CHECK:         return %[[Y]], %[[Y2]], %[[X]], %[[Y3]], %[[X2]]
func.func @network(%x: tensor<?x3xf32> {nn.name = "x"})
    -> (tensor<?x3xf32> {nn.name = "y"}, tensor<?x3xf32> {nn.name = "y2"},
        tensor<?x3xf32> {nn.name = "x1"}, tensor<?x3xf32> {nn.name = "y3"},
        tensor<?x3xf32> {nn.name = "x2"}) {
  %y = nn.clamp %x {min = 0.0 : f32, max = 0x7F800000 : f32} : tensor<?x3xf32>
  return %y, %y, %x, %y, %x : tensor<?x3xf32>, tensor<?x3xf32>, tensor<?x3xf32>,
      tensor<?x3xf32>, tensor<?x3xf32>
}
