// RUN: quant-opt %s -convert-nn-to-linalg -split-input-file -verify-diagnostics

// What the int8 stage cannot express is refused at the op, before any output.

!activation = !quant.uniform<i8:f32, 0.5:-3>

// bias - za * sum(w) is computed here, so that the weight has to be known.
func.func @weight_is_argument(%features: tensor<4x3x!activation>,
                              %weight: tensor<2x3x!quant.uniform<i8:f32, 0.5>>)
    -> tensor<4x2x!activation> {
  // expected-error@+1 {{failed to legalize operation 'nn.fully_connected'}}
  %scores = nn.fully_connected %features, %weight
      : (tensor<4x3x!activation>, tensor<2x3x!quant.uniform<i8:f32, 0.5>>)
      -> tensor<4x2x!activation>
  return %scores : tensor<4x2x!activation>
}

// -----

!activation = !quant.uniform<i8:f32, 0.5:-3>
!weight = !quant.uniform<i8:f32, 0.5>
!bias = !quant.uniform<i32:f32, 0.25>

func.func @bias_is_argument(%image: tensor<1x1x1x1x!activation>,
                            %bias: tensor<1x!bias>)
    -> tensor<1x1x1x1x!activation> {
  %filter_stored = arith.constant dense<1> : tensor<1x1x1x1xi8>
  %filter = quant.scast %filter_stored
      : tensor<1x1x1x1xi8> to tensor<1x1x1x1x!weight>
  // expected-error@+1 {{failed to legalize operation 'nn.conv_2d'}}
  %feature = nn.conv_2d %image, %filter, %bias
      : (tensor<1x1x1x1x!activation>, tensor<1x1x1x1x!weight>, tensor<1x!bias>)
      -> tensor<1x1x1x1x!activation>
  return %feature : tensor<1x1x1x1x!activation>
}

// -----

// expected-error@+1 {{'func.func' op expected inputs and outputs to be ranked tensors, but got 'index'}}
func.func @index_argument(%count: index) {
  return
}

// -----

// expected-error@+1 {{'func.func' op expected only the first dimension of inputs and outputs, the batch, to be dynamic, but got 'tensor<2x?xf32>'}}
func.func @dynamic_inside(%x: tensor<2x?xf32>) -> tensor<2x?xf32> {
  return %x : tensor<2x?xf32>
}

// -----

// expected-error@+1 {{expected one network function, but there is none}}
module {
  func.func private @declared(tensor<2xf32>)
}
