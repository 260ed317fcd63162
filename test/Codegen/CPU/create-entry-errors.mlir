// RUN: quant-opt %s -codegen-create-entry -split-input-file -verify-diagnostics

// The entry is made from what -convert-nn-to-linalg wrote down.

// expected-error@+1 {{requires a network function and quantc.inputs: run -convert-nn-to-linalg first}}
module {
  func.func @no_inputs(%workspace: memref<?xi8>) {
    return
  }
}

// -----

// expected-error@+1 {{requires a network function and quantc.inputs: run -convert-nn-to-linalg first}}
module attributes {quantc.inputs = []} {
  func.func private @no_body(memref<?xi8>)
}
