// RUN: quant-opt %s -codegen-expand-multiply-add -verify-diagnostics

// expected-error @below {{requires an 'llvm.target' attribute: run -codegen-attach-target}}
module {
}
