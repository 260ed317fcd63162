//===- MKOps.td - The micro-kernel dialect -----------------*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_DIALECT_MK_IR_MKOPS_TD
#define QUANTC_DIALECT_MK_IR_MKOPS_TD

include "mlir/Dialect/Bufferization/IR/BufferizableOpInterface.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ViewLikeInterface.td"

def MK_Dialect : Dialect {
  let name = "mk";
  let cppNamespace = "::quantc::mk";
  let summary = "Register tiles of contractions";
  let description = [{
    Between loops over buffers and vector code stands one op: a block of outputs
    that fits the registers of a CPU. It says what is computed; which
    instructions compute it, a strategy decides (`-codegen-expand-tiles`).
    Kernels of a GPU read through `mk.border`.
  }];
}

class MK_Op<string mnemonic, list<Trait> traits = []>
    : Op<MK_Dialect, mnemonic, traits>;

def MK_Buffer : MemRefRankOf<[I8, I16, I32, F32], [1]>;

/// What the tiles share: operands, and the epilogue.
class MK_TileLike<string mnemonic, dag geometry, string format = "">
    : MK_Op<mnemonic, [AttrSizedOperandSegments, IsolatedFromAbove,
                       SingleBlock]> {
  let arguments = !con((ins
    StrAttr:$strategy,
    Arg<MK_Buffer, "left operand", [MemRead]>:$a,
    Index:$a_base,
    Arg<MK_Buffer, "right operand, packed", [MemRead]>:$b,
    Index:$b_base,
    Arg<MK_Buffer, "first values of the accumulators", [MemRead]>:$init,
    Index:$channel,
    Arg<Variadic<MK_Buffer>, "one value per column", [MemRead]>:$params,
    Arg<Variadic<MK_Buffer>, "one value per output", [MemRead]>:$inputs,
    Variadic<Index>:$input_bases,
    Arg<Variadic<MK_Buffer>, "results", [MemWrite]>:$outputs,
    Variadic<Index>:$output_bases,
    I64Attr:$rows,
    I64Attr:$columns,
    I64Attr:$width,
    I64Attr:$group,
    I64Attr:$a_pitch,
    DenseI64ArrayAttr:$input_pitches,
    DenseI64ArrayAttr:$output_pitches), geometry);
  let regions = (region SizedRegion<1>:$epilogue);
  let assemblyFormat = [{
    $strategy $a `[` $a_base `]` `:` type($a) `,`
    $b `[` $b_base `]` `:` type($b) `,` $init `[` $channel `]` `:` type($init)
    (`params` `(` $params^ `:` type($params) `)`)?
    (`inputs` `(` $inputs^ `at` $input_bases `:` type($inputs) `)`)?
    `outputs` `(` $outputs `at` $output_bases `:` type($outputs) `)`
  }] # format # "$epilogue attr-dict";
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def MK_TileOp : MK_TileLike<"tile", (ins
    Arg<Optional<MK_Buffer>, "accumulators", [MemRead, MemWrite]>:$scratch,
    Arg<Optional<MemRefRankOf<[I16, I32], [1]>>, "offsets of steps", [MemRead]>:$steps,
    Optional<Index>:$first_step, Optional<Index>:$end_step,
    Optional<Index>:$ahead,
    DenseI64ArrayAttr:$counts, DenseI64ArrayAttr:$strides, I64Attr:$run,
    DefaultValuedAttr<I64Attr, "0">:$skip,
    DefaultValuedAttr<I64Attr, "1">:$line,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$line_pitches,
    DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$row_inputs,
    UnitAttr:$is_prepared,
    DefaultValuedAttr<DenseI8ArrayAttr, "{}">:$levels,
    DefaultValuedAttr<I64Attr, "1">:$ahead_parts),
    "(`scratch` `(` $scratch^ `:` type($scratch) `)`)?"
    "(`steps` `(` $steps^ `from` $first_step `to` $end_step `:` type($steps) `)`)?"
    "(`ahead` `[` $ahead^ `]`)?"> {
  let summary = "A block of outputs of a contraction";
  let description = [{
    Computes `rows` x `columns` outputs:

    `acc[r, c] = init[channel + c] + sum over k of
     a[a_base + r * a_pitch + offset(k)] * b(k, c)`

    and from each accumulator, by the scalar code of the region, one value per
    output. The offsets of `a` are those of a loop nest, the outermost first, with
    the extents `counts` and the steps `strides`, around `run` neighbours. A 3x3
    convolution of an image of pitch `P` with `C` channels has `counts = [3]`,
    `strides = [P]`, `run = 3 * C`; a dense layer has only a run.

    `b` is a panel of `width` columns, `group` values of a column side by side:
    element `(k, c)` of a run lies at `[k / group][c][k mod group]`. The last
    group of a run that is none of whole groups is multiplied with its last `group`
    values, so that nothing behind it is read: zeros come first in `b`, then what no
    group had. In a run of less than a group they come behind. `init` and `params`
    have `width` elements from `channel` on.

    Block arguments: the accumulator, one value per param (of its column), one per
    input. Inputs and outputs are at `base + r * pitch + c`; of the inputs with the
    numbers `row_inputs` a row has one value, at `base + r * pitch`. The region holds
    elementwise ops on scalars and constants.

    With `steps` the panel is that of single steps `first_step` to `end_step`, which
    have `group` neighbours each: `steps` has their offsets, unsigned, and the run is
    a group, without counts.

    `strategy` names the row of the strategy table that expands the tile. Where that
    multiplies another form of the elements of `a`, as + 128 in u8, they are in it
    already if the tile `is_prepared`. One with accumulators in matrix registers
    takes them to `scratch`, as rows of `width` elements, before the epilogue; and as
    all tiles of a loop have the shape of these registers, the last one may begin
    among the rows of the one before: the first `skip` rows have no epilogue.

    With `levels`, 4 or 16 of them, `b` holds codes: the places of the elements
    there, of 2 or 4 bits. The codes of steps that follow each other in a run are in
    one byte, those of the first in its lowest bits.

    What `b` has from `ahead` on is needed later: the tile brings as many bytes nearer as
    its panel has, or one of `ahead_parts` of these.

    A row may be a `line` of pixels, for each of which the above holds,
    `line_pitches` apart in `a`, each input and each output.

    Example, a tile of a dense layer of 64 features:

    ```mlir
    mk.tile "generic" %a[%row] : memref<?xi16>, %panel[%c0] : memref<1024xi8>,
        %bias[%channel] : memref<16xi32> params(%multiplier : memref<16xf32>)
        outputs(%result at %position : memref<?xi8>) {
    ^bb0(%acc: i32, %m: f32):
      %0 = arith.sitofp %acc : i32 to f32
      %1 = arith.mulf %0, %m : f32
      %2 = arith.fptosi %1 : f32 to i8
      mk.yield %2 : i8
    } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
       a_pitch = 64 : i64, counts = array<i64>, strides = array<i64>,
       run = 64 : i64, input_pitches = array<i64>,
       output_pitches = array<i64: 16>}
    ```
  }];
  let extraClassDeclaration = [{
    /// Steps of `group` values in one run of the panel.
    int64_t getStepsPerRun() {
      return (getRun() + getGroup() - 1) / getGroup();
    }
    /// Steps whose elements are in the same bytes of the panel.
    int64_t getStepsPerByte() {
      return getLevels().empty() ? 1 : getLevels().size() == 4 ? 4 : 2;
    }
    /// Elements of a run in the panel, of codes the bytes of these.
    int64_t runSize() {
      int64_t bytes = (getStepsPerRun() + getStepsPerByte() - 1) / getStepsPerByte();
      return bytes * getGroup() * getWidth();
    }
    /// The same of the panel.
    int64_t panelSize() {
      int64_t size = runSize();
      for (int64_t count : getCounts())
        size *= count;
      return size;
    }
  }];
}

def MK_RegistersOp : MK_Op<"registers"> {
  let summary = "The shape of matrix registers";
  let description = [{
    From here on matrix registers of accumulators and of the left operand have
    `rows[0]` and, where a tile has twice as many, `rows[1]` rows; a row of the
    left operand has `depth` bytes. The right operand has `depth / 4` rows of 16
    columns. Expanded tiles are in front of what needs it;
    `-codegen-configure-registers` takes it out of loops.

    Example:

    ```mlir
    mk.registers rows = [14, 14], depth = 64
    ```
  }];
  let arguments = (ins DenseI64ArrayAttr:$rows, I64Attr:$depth);
  let assemblyFormat = "`rows` `=` $rows `,` `depth` `=` $depth attr-dict";
  let hasVerifier = 1;
}

def MK_DepthwiseOp : MK_TileLike<"depthwise", (ins
    DenseI64ArrayAttr:$taps,
    UnitAttr:$is_prepared)> {
  let summary = "A block of outputs of a depthwise convolution";
  let description = [{
    Computes `rows` pixels of `columns` channels:

    `acc[r, c] = init[channel + c] + sum over taps t of
     a[a_base + r * a_pitch + taps[t] + c] * b(t, c)`

    and their epilogue, as `mk.tile` does.

    `b` is in the order in which `group` taps are interleaved to one operand of a
    dot product: `[t / group][v][lane][t mod group]` with `group` vectors `v` of
    `width / group` lanes. The taps fill groups; those that only do that have
    weights of zero. Where four lanes are 128 bits, lane `4 * l + i` of vector `v`
    is channel `4 * (group * l + v) + i`: what unpacking within 128 bits gives.
    `init` and the parameters are in that order, too. With `is_prepared` the
    elements of `a` are as the strategy multiplies them, as in `mk.tile`.

    Example:

    ```mlir
    mk.depthwise "avx2-exact" %a[%pixel] : memref<?xi8>,
        %taps[%c0] : memref<160xi8>, %bias[%channel] : memref<16xi32>
        outputs(%result at %position : memref<?xi32>) {
    ^bb0(%acc: i32):
      mk.yield %acc : i32
    } {rows = 4 : i64, columns = 16 : i64, width = 16 : i64, group = 2 : i64,
       a_pitch = 16 : i64, input_pitches = array<i64>,
       output_pitches = array<i64: 16>,
       taps = array<i64: 0, 16, 32, 160, 176, 192, 320, 336, 352, 352>}
    ```
  }];
}

def MK_LookupOp
    : MK_Op<"lookup", !listconcat([Pure, SameOperandsAndResultType],
                                  ElementwiseMappable.traits)> {
  let summary = "Replaces bytes by entries of a table";
  let description = [{
    For the signed byte `q` the entry `q + 128` of the 256 of `table`: of one byte,
    as in the loops around scalars and the epilogues of tiles, or of each of a
    vector. `-codegen-expand-lookups` takes the instructions of the target.

    Example:

    ```mlir
    %0 = mk.lookup %q {table = dense<7> : tensor<256xi8>} : i8
    ```
  }];
  let arguments = (ins AnyTypeOf<[I8, VectorOfRankAndType<[1], [I8]>]>:$bytes,
                       SignlessIntElementsAttr<8>:$table);
  let results = (outs AnyTypeOf<[I8, VectorOfRankAndType<[1], [I8]>]>:$entries);
  let assemblyFormat = "$bytes attr-dict `:` type($bytes)";
  let hasVerifier = 1;
}

def MK_BorderOp
    : MK_Op<"border", [
        Pure, DeclareOpInterfaceMethods<ViewLikeOpInterface>,
        DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface, [
          "reifyResultShapes"]>,
        DeclareOpInterfaceMethods<BufferizableOpInterface, [
          "bufferizesToMemoryRead", "bufferizesToMemoryWrite",
          "getAliasingValues", "bufferize", "getBufferType"]>]> {
  let summary = "A tensor within a border that is not stored";
  let description = [{
    `source` with `low` elements in front of it and `high` behind, along each
    dimension, all of which are `value`. What reads a border knows that without
    memory: of buffers the result is the same one, at strides of `source`, and
    no element of the border may be loaded.

    Example:

    ```mlir
    %0 = mk.border %image low = [0, 1, 1, 0] high = [0, 1, 1, 0] of -128 : i8
        : memref<?x8x8x16xi8>
        to memref<?x10x10x16xi8, strided<[1024, 128, 16, 1], offset: -144>>
    ```
  }];
  let arguments = (ins AnyTypeOf<[AnyRankedTensor, AnyStridedMemRef]>:$source,
                       DenseI64ArrayAttr:$low,
                       DenseI64ArrayAttr:$high,
                       TypedAttrInterface:$value);
  let results = (outs AnyTypeOf<[AnyRankedTensor, AnyStridedMemRef]>:$result);
  let assemblyFormat = [{
    $source `low` `=` $low `high` `=` $high `of` $value attr-dict
    `:` type($source) `to` type($result)
  }];
  let builders = [OpBuilder<(ins "::mlir::Value":$source,
                                 "::llvm::ArrayRef<int64_t>":$low,
                                 "::llvm::ArrayRef<int64_t>":$high,
                                 "::mlir::TypedAttr":$value)>];
  let hasVerifier = 1;
}

def MK_YieldOp : MK_Op<"yield", [Pure, Terminator, ParentOneOf<["TileOp", "DepthwiseOp"]>]> {
  let summary = "The outputs of one accumulator";
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "$values attr-dict `:` type($values)";
}

#endif // QUANTC_DIALECT_MK_IR_MKOPS_TD
