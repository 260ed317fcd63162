// Tables of bytes give the entries of the numpy reference for every byte, in
// loops of all lengths, in epilogues and behind them, by every strategy of this CPU.

// RUN: rm -rf %t && mkdir %t
// RUN: %python -c "import numpy; r = numpy.random.default_rng(1); \
// RUN:   x = r.permutation(numpy.arange(3 * 5 * 7 * 67) %% 256 - 128).astype(numpy.int8); \
// RUN:   numpy.savez(r'%t/inputs.npz', x=x.reshape(3, 5, 7, 67))"
// RUN: %python %S/../reference/run_reference.py %s --inputs %t/inputs.npz --outputs %t/expected.npz
// RUN: %python %S/../reference/check_strategies.py %t %s --inputs %t/inputs.npz --expect %t/expected.npz

!x = !quant.uniform<i8:f32, 0.0625:-3>
!y = !quant.uniform<i8:f32, 0.03125:-120>
!w = !quant.uniform<i8<-127:127>:f32, 0.015625>

func.func @network(%x: tensor<?x5x7x67x!x> {nn.name = "x"})
    -> (tensor<?x5x7x67x!y> {nn.name = "all"}, tensor<?x5x7x9x!y> {nn.name = "convolved"},
        tensor<?x5x7x67x!y> {nn.name = "sum"}, tensor<?x3x2x67x!y> {nn.name = "part"}) {
  %all = nn.unary hardswish %x : tensor<?x5x7x67x!x> -> tensor<?x5x7x67x!y>
  %ones = arith.constant dense<1> : tensor<9x1x1x67xi8>
  %filter = quant.scast %ones : tensor<9x1x1x67xi8> to tensor<9x1x1x67x!w>
  %acc = nn.conv_2d %x, %filter
      : (tensor<?x5x7x67x!x>, tensor<9x1x1x67x!w>) -> tensor<?x5x7x9x!x>
  %convolved = nn.unary silu %acc : tensor<?x5x7x9x!x> -> tensor<?x5x7x9x!y>
  %double = nn.add %x, %x : (tensor<?x5x7x67x!x>, tensor<?x5x7x67x!x>) -> tensor<?x5x7x67x!x>
  %sum = nn.unary tanh %double : tensor<?x5x7x67x!x> -> tensor<?x5x7x67x!y>
  %slice = nn.slice %x {offsets = array<i64: 0, 1, 3, 0>, strides = array<i64: 1, 1, 1, 1>}
      : tensor<?x5x7x67x!x> -> tensor<?x3x2x67x!x>
  %part = nn.unary sigmoid %slice : tensor<?x3x2x67x!x> -> tensor<?x3x2x67x!y>
  return %all, %convolved, %sum, %part
      : tensor<?x5x7x67x!y>, tensor<?x5x7x9x!y>, tensor<?x5x7x67x!y>, tensor<?x3x2x67x!y>
}
