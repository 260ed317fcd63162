// RUN: quant-opt %s -quantc-verify-stage=stage=int8 -split-input-file -verify-diagnostics

// expected-error@+1 {{stage 'int8' requires the attribute 'quantc.inputs'; -convert-nn-to-linalg sets it}}
module {}

// -----

// expected-error@+1 {{stage 'int8' requires the attribute 'quantc.provenance'; -convert-nn-to-linalg sets it}}
module attributes {quantc.inputs = [], quantc.outputs = [], quantc.observed = []} {}

// -----

module attributes {quantc.inputs = [], quantc.outputs = [], quantc.observed = [],
                   quantc.provenance = {}} {
  func.func @network(%x: tensor<2xf32>, %byte: i8, %real: f32) {
    // expected-error@+1 {{'nn.clamp' op is illegal at stage 'int8', which -convert-nn-to-linalg produces}}
    %y = nn.clamp %x {min = 0.0 : f32, max = 6.0 : f32} : tensor<2xf32>
    // expected-error@+1 {{'arith.extui' op is illegal at stage 'int8', which -convert-nn-to-linalg produces}}
    %wide = arith.extui %byte : i8 to i32
    // expected-error@+1 {{'arith.uitofp' op is illegal at stage 'int8', which -convert-nn-to-linalg produces}}
    %from = arith.uitofp %byte : i8 to f32
    // expected-error@+1 {{'arith.fptoui' op is illegal at stage 'int8', which -convert-nn-to-linalg produces}}
    %to = arith.fptoui %real : f32 to i8
    // expected-error@+1 {{'math.exp' op is illegal at stage 'int8', which -convert-nn-to-linalg produces}}
    %power = math.exp %real : f32
    // expected-error@+1 {{'arith.extf' op has the type 'f64', which is illegal at stage 'int8'}}
    %double = arith.extf %real : f32 to f64
    return
  }
}

// -----

// Upstream's ops with zero points.
module attributes {quantc.inputs = [], quantc.outputs = [], quantc.observed = [],
                   quantc.provenance = {}} {
  func.func @network(%a: tensor<2x3xi8>, %b: tensor<3x4xi8>, %c: tensor<2x4xi32>,
                     %as: tensor<1x2x3xi8>, %bs: tensor<1x3x4xi8>, %cs: tensor<1x2x4xi32>,
                     %image: tensor<1x3x3x2xi8>, %hwcf: tensor<3x3x2x4xi8>,
                     %fhwc: tensor<4x3x3x2xi8>, %pixel: tensor<1x1x1x4xi32>,
                     %groups: tensor<1x3x3x2x1xi8>, %gfhwc: tensor<2x2x3x3x1xi8>,
                     %grouped: tensor<1x1x1x2x2xi32>,
                     %hwc: tensor<3x3x2xi8>, %depthwise: tensor<1x1x1x2xi32>, %z: i32) {
    // expected-error@+1 {{'linalg.quantized_matmul' op is illegal at stage 'int8', which -convert-nn-to-linalg produces}}
    %0 = linalg.quantized_matmul ins(%a, %b, %z, %z : tensor<2x3xi8>, tensor<3x4xi8>, i32, i32) outs(%c : tensor<2x4xi32>) -> tensor<2x4xi32>
    // expected-error@+1 {{'linalg.quantized_batch_matmul' op is illegal at stage 'int8', which -convert-nn-to-linalg produces}}
    %1 = linalg.quantized_batch_matmul ins(%as, %bs, %z, %z : tensor<1x2x3xi8>, tensor<1x3x4xi8>, i32, i32) outs(%cs : tensor<1x2x4xi32>) -> tensor<1x2x4xi32>
    // expected-error@+1 {{'linalg.conv_2d_nhwc_hwcf_q' op is illegal at stage 'int8', which -convert-nn-to-linalg produces}}
    %2 = linalg.conv_2d_nhwc_hwcf_q ins(%image, %hwcf, %z, %z : tensor<1x3x3x2xi8>, tensor<3x3x2x4xi8>, i32, i32) outs(%pixel : tensor<1x1x1x4xi32>) -> tensor<1x1x1x4xi32>
    // expected-error@+1 {{'linalg.conv_2d_nhwc_fhwc_q' op is illegal at stage 'int8', which -convert-nn-to-linalg produces}}
    %3 = linalg.conv_2d_nhwc_fhwc_q ins(%image, %fhwc, %z, %z : tensor<1x3x3x2xi8>, tensor<4x3x3x2xi8>, i32, i32) outs(%pixel : tensor<1x1x1x4xi32>) -> tensor<1x1x1x4xi32>
    // expected-error@+1 {{'linalg.conv_2d_nhwgc_gfhwc_q' op is illegal at stage 'int8', which -convert-nn-to-linalg produces}}
    %4 = linalg.conv_2d_nhwgc_gfhwc_q ins(%groups, %gfhwc, %z, %z : tensor<1x3x3x2x1xi8>, tensor<2x2x3x3x1xi8>, i32, i32) outs(%grouped : tensor<1x1x1x2x2xi32>) -> tensor<1x1x1x2x2xi32>
    // expected-error@+1 {{'linalg.depthwise_conv_2d_nhwc_hwc_q' op is illegal at stage 'int8', which -convert-nn-to-linalg produces}}
    %5 = linalg.depthwise_conv_2d_nhwc_hwc_q ins(%image, %hwc, %z, %z : tensor<1x3x3x2xi8>, tensor<3x3x2xi8>, i32, i32) outs(%depthwise : tensor<1x1x1x2xi32>) -> tensor<1x1x1x2xi32>
    return
  }
}
