// A network that only hands its input on has observers, too: their dialect is there
// although nothing of it was read.
// RUN: quantc %s --observe -o %t.so
// RUN: quant-run %t.so --info | FileCheck %s
// CHECK: observed    1 tensors
// RUN: quantc %s --preprocess=type=u8,mean=1,std=2 --float -o %t.u8.so
// RUN: quant-run %t.u8.so --info | FileCheck %s --check-prefix=BYTES
// BYTES: input       x: u8 [batch, 3]
func.func @network(%x: tensor<?x3xf32> {nn.name = "x"}) -> (tensor<?x3xf32> {nn.name = "y"}) {
  return %x : tensor<?x3xf32>
}
