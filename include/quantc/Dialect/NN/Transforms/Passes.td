//===- Passes.td - Passes on the nn dialect ----------------*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_NN_TRANSFORMS_PASSES_TD
#define QUANTC_DIALECT_NN_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def Preprocess : Pass<"nn-preprocess", "::mlir::func::FuncOp"> {
  let summary = "Make raw images the inputs of a network";
  let description = [{
    Takes the steps that come before a network, real = (x - mean) / std of bytes
    in another layout, into it. The input gets the type of bytes and the layout;
    a common std becomes its scale, and a common mean that is a byte its zero
    point. Other means and stds, one for each channel, become a depthwise
    convolution of one element behind it, which `-nn-fold-scale-shift` takes into
    the first layer where that is exact: anywhere without means, else where that
    layer is not padded (its padding is the real 0, which no byte need be).

    A model keeps channels in dimension 1, or in the last one where only that has
    as many as there are means or stds, or at most 4 if there is one.

    Stage: `float` in, `float` out. Inputs of type u8 are quantized tensors
    behind `nn.dequantize`.

    ```mlir
    func.func @network(%image: tensor<?x3x32x32xf32> {nn.name = "image"}) {
      %0 = nn.conv_2d ...
    ```
    becomes, with `type=u8 layout=nhwc std=255`,
    ```mlir
    func.func @network(%image: tensor<?x32x32x3x!activation>
        {nn.name = "image", nn.unsigned}) {
      %0 = nn.dequantize %image : ...
      %1 = nn.transpose %0 {permutation = array<i64: 0, 3, 1, 2>} : ...
      %2 = nn.conv_2d ...
    ```
  }];
  let options =
      [Option<"input", "input", "std::string", "",
              "Name of the input; may be left out where there is one">,
       Option<"type", "type", "std::string", "\"f32\"",
              "What the host passes: f32 or u8">,
       Option<"layout", "layout", "std::string", "",
              "Order of the dimensions: nhwc or nchw; default the model's">,
       ListOption<"means", "mean", "double",
                  "One value, or one for each channel">,
       ListOption<"stds", "std", "double",
                  "One value, or one for each channel">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::quant::QuantDialect", "NNDialect"];
}

def SinkTransposes : Pass<"nn-sink-transposes", "::mlir::func::FuncOp"> {
  let summary = "Move transposes towards the results and cancel them";
  let description = [{
    Importers of NCHW models put a transpose before and after every spatial op.
    This pass moves each behind the elementwise ops that follow it, where it
    meets its inverse, and takes the one between a convolution and a fully
    connected layer into the constant weight of that layer. A network of
    convolutions keeps none inside.

    Stage: `float` in, `float` out.

    ```mlir
    %0 = nn.transpose %conv {permutation = array<i64: 0, 3, 1, 2>} : ...
    %1 = nn.clamp %0 {max = 0x7F800000 : f32, min = 0.0 : f32} : ...
    %2 = nn.transpose %1 {permutation = array<i64: 0, 2, 3, 1>} : ...
    ```
    becomes
    ```mlir
    %0 = nn.clamp %conv {max = 0x7F800000 : f32, min = 0.0 : f32} : ...
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def FoldScaleShift : Pass<"nn-fold-scale-shift", "::mlir::func::FuncOp"> {
  let summary = "Fold constant factors and summands into contractions";
  let description = [{
    Multiplies a constant per channel that follows a convolution or a fully
    connected layer into its weight and bias, and adds one to its bias. Batch
    normalizations come as such pairs.

    Stage: `float` in, `float` out.

    ```mlir
    %0 = nn.conv_2d %x, %filter : ...
    %1 = nn.mul %0, %scale : ...
    %2 = nn.add %1, %shift : ...
    ```
    becomes
    ```mlir
    %0 = nn.conv_2d %x, %scaled_filter, %shift : ...
    ```
    A depthwise convolution of one element, a factor and a summand per channel,
    goes into a convolution behind it. Padding is 0 after the summands, so with
    any but 0 that convolution must not be padded.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def PruneChannels : Pass<"nn-prune-channels", "::mlir::func::FuncOp"> {
  let summary = "Take channels out of a network";
  let description = [{
    A layer, a convolution without groups or a dense layer with constant weights, says by
    `nn.kept_channels` which of its outputs are kept. The others vanish with all that
    belongs to them: their weights and biases, their part of activations, pools, pads,
    slices, concatenations and depthwise convolutions that they go through, and the
    weights of the layers that sum over them. Nothing else changes: no weight is repaired.

    Channels that are added to each other, or that are put at the same place, go
    together, so that all layers that give them have to say the same. Channels that reach
    inputs or outputs of the network, ops that need all of them (`nn.matmul`,
    `nn.softmax`, `nn.layer_norm`, convolutions with other groups, reductions and
    transpositions of the channels, slices with a stride along them), or that are
    repeated for all channels of another tensor, have to be kept.

    Stage: `float` in, `float` out.

    ```mlir
    %0 = nn.conv_2d %image, %filter1 {nn.kept_channels = array<i64: 0, 2>}
        : (tensor<?x8x8x3xf32>, tensor<4x1x1x3xf32>) -> tensor<?x8x8x4xf32>
    %1 = nn.clamp %0 {min = 0.0 : f32, max = 0x7F800000 : f32} : tensor<?x8x8x4xf32>
    %2 = nn.conv_2d %1, %filter2
        : (tensor<?x8x8x4xf32>, tensor<5x1x1x4xf32>) -> tensor<?x8x8x5xf32>
    ```
    becomes
    ```mlir
    %0 = nn.conv_2d %image, %filter1
        : (tensor<?x8x8x3xf32>, tensor<2x1x1x3xf32>) -> tensor<?x8x8x2xf32>
    %1 = nn.clamp %0 {min = 0.0 : f32, max = 0x7F800000 : f32} : tensor<?x8x8x2xf32>
    %2 = nn.conv_2d %1, %filter2
        : (tensor<?x8x8x2xf32>, tensor<5x1x1x2xf32>) -> tensor<?x8x8x5xf32>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def InsertObservers : Pass<"nn-insert-observers", "::mlir::ModuleOp"> {
  let summary = "Mark every edge that gets a scale of its own";
  let description = [{
    Puts an `nn.observe` on the network's inputs and on the result of every op
    that computes new values; a clamp that is the only user of such an op counts
    as part of it. Ops that only move values share their operand's scale and get
    none, nor do tensors without elements, nor what only ops read that stay float: of
    those, of sums and the like for them, as in front of a layer norm. Ids count from 0 in program order;
    names come from the locations and are made unique. The module gets the hash
    of the network, by which a calibration record is matched to it.

    Stage: `float` in, `observed` out.

    ```mlir
    %1 = nn.observe %0 {id = 1 : i32, name = "conv1"} : tensor<?x28x28x8xf32>
    ```
  }];
  let dependentDialects = ["NNDialect"];
}

def ApplyCalibration : Pass<"nn-apply-calibration", "::mlir::ModuleOp"> {
  let summary = "Give each observer the range that a record states";
  let description = [{
    Reads a calibration record (docs/calibration-record.md), which must be one of
    this network, chooses a range for each `nn.observe` and writes down, in the
    module's `nn.quantization`, the options that the ranges were chosen for.
    Symmetric ranges reach as far below 0 as above; the methods that minimise an
    error take that of symmetric integers.

    Stage: `observed` in, `calibrated` out.

    ```mlir
    %1 = nn.observe %0 {id = 1 : i32, name = "conv1",
        range = !quant.calibrated<f32<-1.5:3.25>>} : tensor<?x28x28x8xf32>
    ```
  }];
  let options = [
    Option<"recordFile", "record", "std::string", "", "File of the record">,
    Option<"ranges", "ranges", "std::string", "\"auto\"",
           "How a range is chosen: minmax, mean (of the samples' extremes), "
           "percentile[:P], mse or auto">,
    Option<"symmetric", "symmetric", "bool", "false",
           "Ranges for activations whose zero point is 0">,
  ];
  let dependentDialects = ["::mlir::quant::QuantDialect"];
}

def InsertQDQ : Pass<"nn-insert-qdq", "::mlir::func::FuncOp"> {
  let summary = "Turn observers into quantize/dequantize pairs";
  let description = [{
    Replaces each `nn.observe` by `nn.quantize` and `nn.dequantize`, with scale
    and zero point of its range: i8, asymmetric, per tensor. Constant weights of
    ops whose activations are quantized become i8 constants, symmetric in
    -127..127 with a scale per output channel, behind an `nn.dequantize`. Results
    of ops that only move values get their operand's type. Where a channel's
    bias would not fit into i32, or the scale of its accumulator would be no
    normal number, its weight scale is enlarged, with a remark.
    What a layer gives to a sum alone, whose other operand is there before it, is not
    quantized: the sum will take its accumulators.
    The result has the shape of an imported QDQ model.

    With `symmetric` zero points are 0 and the scale is max|x| / 127, for which
    `-nn-apply-calibration` has to have chosen the ranges. With `per-tensor` a
    weight has one scale. With `pair-safe` two neighbours along a row of a window (or
    of a matrix) have a sum of at most 128 and at least -128, for which strategies that
    add two products in 16 bits, such as `avx2-fast`, need the fewest steps: what is
    more is clipped, and the scale is that with the least error. Layers that `exclude`
    names stay float and are marked `nn.float`; an entry that names none is an error.
    Between layers with this mark and others in float nothing is quantized.

    A layer with `nn.weight_scales` has weights that are these scales times integers
    already: they become these integers, whatever the options say of weights.

    Unsigned integers are these, 128 above, with a zero point that is 128 above:
    they change no result. With `unsigned` the function is marked `nn.unsigned`,
    and an ONNX model of it has u8 activations.

    Stage: `calibrated` in, `qdq` out.

    ```mlir
    %1 = nn.quantize %0 {nn.edge = #nn.edge<1, "conv1">} : tensor<?x28x28x8xf32>
        -> tensor<?x28x28x8x!activation>
    %2 = nn.dequantize %1 : tensor<?x28x28x8x!activation>
        -> tensor<?x28x28x8xf32>
    ```
  }];
  let options = [
    Option<"symmetric", "symmetric", "bool", "false",
           "Activations have the zero point 0">,
    Option<"isUnsigned", "unsigned", "bool", "false",
           "Activations are u8 in an ONNX model, not s8">,
    Option<"perTensor", "per-tensor", "bool", "false",
           "Weights have one scale for all output channels">,
    Option<"pairSafe", "pair-safe", "bool", "false",
           "Sums of two products of weights with bytes fit into 16 bits">,
    ListOption<"exclude", "exclude", "std::string",
               "Layers that stay float: the name of a node, /REGEX/ for those "
               "whose names contain a match, or an op such as nn.add">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::quant::QuantDialect"];
}

def MoveQuantization : Pass<"nn-move-quantization", "::mlir::func::FuncOp"> {
  let summary = "Move quantization across ops that only move values";
  let description = [{
    Brings ops that share their operand's scale to integers: an `nn.dequantize` in
    front goes behind, and an `nn.quantize` behind goes in front, where the real
    numbers stay the same, respectively where nobody else needs them. Pairs that
    meet, of one type, vanish. Models of other tools quantize such ops in their
    own ways, or not at all.

    Stage: `qdq` in; between `qdq` and `quantized` out.

    ```mlir
    %1 = nn.max_pool_2d %0 {kernel = array<i64: 2, 2>} : ...
    %2 = nn.quantize %1 : tensor<?x7x7x8xf32> -> tensor<?x7x7x8x!activation>
    ```
    becomes
    ```mlir
    %1 = nn.quantize %0 : tensor<?x8x8x8xf32> -> tensor<?x8x8x8x!activation>
    %2 = nn.max_pool_2d %1 {kernel = array<i64: 2, 2>}
        : tensor<?x8x8x8x!activation> -> tensor<?x7x7x8x!activation>
    ```
  }];
}

def FoldScales : Pass<"nn-fold-scales", "::mlir::func::FuncOp"> {
  let summary = "Rewrite dequantize - op - quantize to an op on integers";
  let description = [{
    Each op that computes between `nn.dequantize` and `nn.quantize` becomes the
    same op on `!quant.uniform` tensors, which means just that sequence. Its bias
    becomes an i32 constant in scale (activation scale * weight scale), or is one
    already; a clamp that follows it, on integers, becomes bounds of the result's
    storage. A contraction whose real numbers only a sum of the same shape takes gives
    it accumulators in that same scale. Where only the scale changes, an
    `nn.requantize` says so. The pass proves, from the constant weights and the storage
    bounds, that no accumulator of a contraction can leave i32, and refuses the network
    otherwise, naming the layer.

    Stage: what `-nn-move-quantization` leaves in, `quantized` out. What stays
    between `nn.dequantize` and `nn.quantize` is computed in float; a bias that has
    no i32 form is reported.

    ```mlir
    %2 = nn.conv_2d %1, %filter, %bias
        : (tensor<?x28x28x1x!activation>, tensor<8x5x5x1x!weight>,
           tensor<8x!bias>) -> tensor<?x28x28x8x!activation1>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::quant::QuantDialect"];
}

def NumberEdges : Pass<"nn-number-edges", "::mlir::func::FuncOp"> {
  let summary = "Number the edges of a network that others quantized";
  let description = [{
    Gives every `nn.quantize` an `nn.edge`, named after the op that gives the real
    numbers, or the input. A network in which an edge has a number already was
    calibrated here, and is left as it is.

    Stage: `qdq` in and out.

    ```mlir
    %1 = nn.quantize %0 {nn.edge = #nn.edge<0, "conv1">}
        : tensor<?x28x28x8xf32> -> tensor<?x28x28x8x!activation>
    ```
  }];
}

def ObserveEdges : Pass<"nn-observe-edges", "::mlir::func::FuncOp"> {
  let summary = "Observe what quantization made of the calibrated edges";
  let description = [{
    Puts an `nn.observe` on the result of every op that carries `nn.edge`, with
    its id and name. The compiled network then reports the stored integers of these edges,
    and its table of observed tensors their scales and zero points. An edge that
    folding removed is not reported.

    Stage: `quantized` in, and out but for the observers, which
    `-convert-nn-to-linalg` takes.

    ```mlir
    %1 = nn.conv_2d %0, %filter, %bias {nn.edge = #nn.edge<3, "conv1">}
        : (...) -> tensor<?x28x28x8x!activation>
    %2 = nn.observe %1 {id = 3 : i32, name = "conv1"}
        : tensor<?x28x28x8x!activation>
    ```
  }];
}

#endif // QUANTC_DIALECT_NN_TRANSFORMS_PASSES_TD
