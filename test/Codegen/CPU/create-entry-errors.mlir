// RUN: quant-opt %s -codegen-create-entry -split-input-file -verify-diagnostics

// The entry is made from what -convert-nn-to-linalg wrote down.

// expected-error@+1 {{requires a network function, quantc.inputs and quantc.workspace_fixed: run -convert-nn-to-linalg and -codegen-plan-workspace first}}
module {
  func.func @no_inputs(%workspace: memref<?xi8>) {
    return
  }
}

// -----

// expected-error@+1 {{requires a network function, quantc.inputs and quantc.workspace_fixed: run -convert-nn-to-linalg and -codegen-plan-workspace first}}
module attributes {quantc.inputs = []} {
  func.func private @no_body(memref<?xi8>)
}

// -----

// expected-error@+1 {{requires a network function, quantc.inputs and quantc.workspace_fixed: run -convert-nn-to-linalg and -codegen-plan-workspace first}}
module attributes {quantc.inputs = []} {
  func.func @not_planned(%image: memref<4xi8>, %scores: memref<4xi8>) {
    return
  }
}

// -----

module attributes {quantc.inputs = [], quantc.workspace_fixed = 0 : i64} {
  func.func @first(%workspace: memref<?xi8>) {
    return
  }
  // expected-error@+1 {{'func.func' op expected one network function, but 'first' is there, too}}
  func.func @second(%workspace: memref<?xi8>) {
    return
  }
}
