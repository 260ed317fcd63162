//===- Passes.td - Code generation for CPUs ----------------*- tablegen -*-===//
//
// Part of the quantc project, under the Apache License v2.0 with LLVM
// Exceptions. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef QUANTC_CODEGEN_CPU_PASSES_TD
#define QUANTC_CODEGEN_CPU_PASSES_TD

include "mlir/Pass/PassBase.td"

// Where two cores share their caches, a loop of 0.25 us is as fast on both as on
// one; where what the other computed must come from afar, one of 6 us
// (docs/benchmarks.md). Half of that, as the estimates are of the fastest CPU code:
// AVX-512 takes twice as long.
def ShareFrom
    : Option<"shareFrom", "share-from", "int64_t", "3000",
             "nanoseconds that the loops of an op must take for one sample, by the "
             "fastest that was measured, for threads to share them">;

def TileContractions : Pass<"codegen-tile-contractions", "::mlir::ModuleOp"> {
  let summary = "Turn contractions into loops around tiles";
  let description = [{
    A matmul or convolution on buffers, the bias that its accumulators start from
    and the elementwise op behind it become loops over rows and panels of columns
    around `mk.tile`. Constant weights are packed into panels here; for a product of
    two activations loops in front of it pack those on the right, each matrix of a
    batch once. A balanced cut of the rows leaves no small remainder; where lines of an
    image are short, a tile has several.

    Where the strategy wants operands in another form, the left one is written so by
    what is in front, if that form is u8 and all other accesses can take it; else it is
    converted into a buffer first, if the form is wider or its elements are read twice
    or more. Each panel of the right one is converted in front of the rows that read
    it, if they are enough to pay for it: then panels are the outer loops, else rows.
    Panels are, too, where all are more than stays in a cache, or where few tiles read
    each and the weights of the network do not stay there: then each tile brings a part
    of the next panel nearer.

    Contractions that the strategy has no kernel for, or, unless it was asked for by
    name, none that pays, are those of the strategy that its row names for them. Where
    sums of two products would saturate, a panel gets a list of steps in which none
    does. Weights of up to 16 levels that few rows are multiplied with are packed as
    codes of 2 or 4 bits, where the target has an instruction that replaces codes by
    levels. Where it takes 3 microseconds or more for one sample, the outer loops are a
    `scf.forall` over rows, blocks of rows and panels that threads share. What has
    another form is left as it is.

    The module's attribute `quantc.strategy` says which one was taken, `quantc.costs`
    what each contraction, and each op that is left, should take (`Costs.def`).

    With `pack-at-load` no panels are made: their globals have no value, and the
    module's attribute `quantc.panels` lists the weights and how they are packed, so that
    code for several targets shares them.

    Stage: after bufferization, before `-codegen-plan-workspace`. Requires
    `llvm.target`.

    ```mlir
    scf.for %y = %c0 to %c32 step %c1 {
      mk.tile "avx2-exact" %image[%pixel], %panels[%c0], %start[%c0]
          params(%multiplier) outputs(%result at %position) {rows = 6, ...}
    ```
  }];
  let options = [
    Option<"strategy", "strategy", "std::string", "\"\"",
           "row of the strategy table; empty: the best that the target has">,
    ShareFrom,
    Option<"packAtLoad", "pack-at-load", "bool", "false",
           "whether weights are packed into panels when the binary is prepared, not here">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect",
                           "::quantc::mk::MKDialect"];
}

def ExpandTiles : Pass<"codegen-expand-tiles", "::mlir::func::FuncOp"> {
  let summary = "Turn tiles into vector code";
  let description = [{
    Each `mk.tile` becomes a loop along K that carries its accumulators in
    registers, with the instructions of its strategy, and behind it the scalar
    code of its region on vectors. Of a panel that exceeds the first level of the
    caches the loop brings nearer what it reads some steps later.

    ```mlir
    %acc:12 = scf.for %k = %c0 to %c32 step %c1 iter_args(...) {
      %column = vector.load %panels[%position] : memref<1024xi8>, vector<16xi8>
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect",
                           "::mlir::LLVM::LLVMDialect"];
}

def OrderLoops : Pass<"codegen-order-loops", "::mlir::func::FuncOp"> {
  let summary = "Order loops so that LLVM can vectorize them";
  let description = [{
    For what is not in tiles. Loops over neighbouring dimensions become one where
    all operands have these one after the other, without gaps in memory, or not at
    all: an elementwise op on dense buffers becomes one loop over all elements. Of
    pooling and other reductions the loop over the last dimension of the result,
    the channels, becomes the innermost, so that neighbouring results are computed
    at once. The elements of each result are still taken in the same order. Where
    integers that are added up, or of which the greatest is taken, are neighbours,
    the loop over them becomes the innermost. Fills of a part of a buffer, the
    borders of a padded image, become loops that are not unrolled around the
    innermost one.

    Stage: after bufferization, before linalg ops become loops.

    ```mlir
    linalg.generic {iterator_types = ["parallel", "parallel", "parallel",
                                      "reduction", "reduction", "parallel"]}
        ins(%image, %window : ...) outs(%pooled : ...)
    ```
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect",
                           "::mlir::LLVM::LLVMDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

def SplitShortLoops
    : Pass<"codegen-split-short-loops", "::mlir::func::FuncOp"> {
  let summary = "Split innermost loops into pieces that fill vectors";
  let description = [{
    An innermost loop of fewer than 64 iterations, as over the channels of an image,
    becomes one of whole 16, then one of 8, of 4 and of what is left: LLVM vectorizes each
    of these wholly, and of 12 iterations none. Loops around vectors stay, and those
    around lookups, which have a pass of their own.

    Stage: `loops`, behind `-codegen-unroll-short-loops`, which would leave nothing of
    the last pieces to vectorize.

    ```mlir
    scf.for %channel = %c0 to %c8 step %c1 { ... }
    scf.for %channel = %c8 to %c12 step %c1 { ... }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect"];
}

def UnrollShortLoops
    : Pass<"codegen-unroll-short-loops", "::mlir::func::FuncOp"> {
  let summary = "Unroll innermost loops of at most four iterations";
  let description = [{
    As over the three channels of an image, where its layout changes: LLVM can
    vectorize the loop around, over pixels. It unrolls no loops itself before it
    vectorizes.

    Stage: `loops`, before tiles are expanded.

    ```mlir
    scf.for %x = %c0 to %c224 step %c1 {
      scf.for %channel = %c0 to %c3 step %c1 {
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect"];
}

def VectorizeReductions : Pass<"codegen-vectorize-reductions", "::mlir::func::FuncOp"> {
  let summary = "Hold sums in vectors until all is added";
  let description = [{
    A reduction whose innermost loop is over up to 64 neighbouring results, as the
    partial sums of a softmax, becomes loops around a vector of them. One of integers
    over neighbours, a multiple of 16 of them, sums 16 parts of the result. The
    outermost loops are shared as by `-codegen-parallelize`. Sums of floats keep their
    order.

    Stage: after bufferization and `-codegen-order-loops`, before
    `-codegen-parallelize`.

    ```mlir
    %sums = scf.for %i = %c0 to %c48 step %c1 iter_args(%before = %zeros) -> (vector<16xf32>) {
      %part = vector.load %x[%row, %i, %c0] : memref<128x48x16xf32>, vector<16xf32>
      %after = arith.addf %before, %part : vector<16xf32>
      scf.yield %after : vector<16xf32>
    }
    ```
  }];
  let options = [ShareFrom];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

def Parallelize : Pass<"codegen-parallelize", "::mlir::func::FuncOp"> {
  let summary = "Let threads share the outer loops of large ops";
  let description = [{
    For what is not in tiles. A linalg op on buffers that takes 3 microseconds
    or more for one sample becomes loops, of which the outermost parallel ones are a
    `scf.forall`: as many of them as it takes for 64 iterations, but not the
    innermost, which LLVM vectorizes, unless there is no other. Smaller ops take
    less time than it would to share them, and stay.

    Stage: after bufferization and `-codegen-order-loops`, before linalg ops become
    loops.

    ```mlir
    scf.forall (%n, %h) in (%batch, 64) {
      scf.for %w = %c0 to %c64 step %c1 {
    ```
  }];
  let options = [ShareFrom];
  let dependentDialects = ["::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

def FormLookups : Pass<"codegen-form-lookups", "::mlir::ModuleOp"> {
  let summary = "See tables of bytes where the target has instructions for them";
  let description = [{
    Where an 8-bit integer chooses one of 256 constants and the target replaces many
    bytes at once (`Lookups.cpp`), that is a `mk.lookup`, an elementwise op, so that
    tiles can take it into their epilogues. On other targets it stays a load of each
    entry.

    Stage: `int8`; before `-codegen-fuse-epilogues` with `for-epilogues`, behind it
    without. Requires `llvm.target`.

    ```mlir
    %entry = mk.lookup %q {table = dense<...> : tensor<256xi8>} : i8
    ```
  }];
  let options = [
    Option<"forEpilogues", "for-epilogues", "bool", "false",
           "only where the instructions are few enough for epilogues">,
  ];
  let dependentDialects = ["::quantc::mk::MKDialect"];
}

def VectorizeLookups : Pass<"codegen-vectorize-lookups", "::mlir::ModuleOp"> {
  let summary = "Look up vectors of bytes in loops around scalars";
  let description = [{
    An innermost loop around `mk.lookup` that reads and writes neighbours, or the same
    element in all iterations, takes vectors of as many bytes as the target replaces
    at once; what is left at its end stays a loop around scalars. Iterations that
    threads share become blocks of such loops.

    Stage: `loops`, after `-codegen-expand-rounding`, which knows scalars only.
    Requires `llvm.target`.

    ```mlir
    scf.for %i = %c0 to %c4096 step %c64 {
      %bytes = vector.load %x[%i] : memref<4100xi8>, vector<64xi8>
      %entries = mk.lookup %bytes {table = dense<...> : tensor<256xi8>} : vector<64xi8>
      vector.store %entries, %y[%i] : memref<4100xi8>, vector<64xi8>
    }
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect"];
}

def ExpandLookups : Pass<"codegen-expand-lookups", "::mlir::ModuleOp"> {
  let summary = "Look up bytes by the instructions of the target";
  let description = [{
    A `mk.lookup` of a vector becomes the instructions that the target has for tables
    of bytes, by a table in the form that these take; one of a scalar a load. Equal
    tables are one global.

    Stage: `loops`, after `-codegen-expand-tiles`. Requires `llvm.target`.

    ```mlir
    %low = llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.qi.512"(%t0, %bytes, %t1) : ...
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect",
                           "::mlir::vector::VectorDialect",
                           "::mlir::LLVM::LLVMDialect"];
}

def ExpandRounding : Pass<"codegen-expand-rounding", "::mlir::ModuleOp"> {
  let summary = "Round and saturate by what machines have";
  let description = [{
    An i32 of a rounded f32 becomes `llvm.intr.lrint`, which is one instruction of
    x86; every entry of a binary sets the rounding mode. Elsewhere `math.roundeven`
    of a value that was clamped to less than 2^22 in magnitude becomes an addition
    of 1.5 * 2^23, which rounds to the nearest even integer in every IEEE machine's
    default mode, and a subtraction. Without this a baseline x86-64 library would
    call `roundevenf`.

    A truncation to i8 of such an integer, where it is known to fit, saturates to
    16 bits, adds the zero point there, and saturates to 8: instructions that pack.
    The clamp of the f32 goes away where constants (multipliers, zero points) prove
    that the value is within 2^30 without it, and saturation to 8 bits takes its
    bounds.

    ```mlir
    %0 = llvm.intr.lrint(%x) : (f32) -> i32
    %1 = arith.maxsi %0, %c-32768_i32 : i32
    %2 = arith.minsi %1, %c32767_i32 : i32
    %3 = arith.trunci %2 : i32 to i16
    %4 = llvm.intr.sadd.sat(%3, %zero_point) : (i16, i16) -> i16
    %5 = arith.maxsi %4, %c-128_i16 : i16
    %6 = arith.minsi %5, %c127_i16 : i16
    %7 = arith.trunci %6 : i16 to i8
    ```

    What is stored as an i8 and read at once with the same zero point stays an f32.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::LLVM::LLVMDialect"];
}

def ExpandDivisions : Pass<"codegen-expand-divisions", "::mlir::ModuleOp"> {
  let summary = "Quantize without a division";
  let description = [{
    A quotient of an f32 by a constant, clamped and rounded to an integer, becomes one
    product and one fused multiply-add, where the target has that. The constants are
    the reciprocal and what it is off by; the pass tries every x whose quotient is next
    to the middle between two integers, and leaves the division where one of them would
    be rounded to another integer. x is clamped before, as infinities would give NaN.

    Stage: `loops` in, with its `llvm.target`, and out.

    ```mlir
    %rest = arith.mulf %clamped, %error : f32
    %quotient = math.fma %clamped, %reciprocal, %rest : f32
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect",
                           "::mlir::math::MathDialect"];
}

def ExpandMultiplyAdd : Pass<"codegen-expand-multiply-add",
                             "::mlir::ModuleOp"> {
  let summary = "Compute fma where the target has no such instruction";
  let description = [{
    Below x86-64-v3 there is no fused multiply-add; LLVM would call `fmaf` of libm.
    Each f32 `math.fma`, scalar or vector, becomes arithmetic in f64 with the same
    result for all operands: the product is exact in f64, the sum is rounded to
    odd, and rounding that to f32 is rounding the exact sum once. A warning says
    that float layers are slower for it. Where the target has the instruction,
    nothing changes.

    Stage: `loops` in, with its `llvm.target`; a step of lowering to LLVM.

    ```mlir
    %product = arith.mulf %a64, %b64 : f64
    %sum = arith.addf %product, %c64 : f64
    // ... %odd: %sum, or the neighbour towards the exact sum
    %fma = arith.truncf %odd : f64 to f32
    ```
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def DeferConstants : Pass<"codegen-defer-constants", "::mlir::ModuleOp"> {
  let summary = "Leave constants to what prepares a binary";
  let description = [{
    Constants of 64 bytes and more lose their value, which goes to the list
    `quantc.panels`, beside the weights that `-codegen-tile-contractions=pack-at-load`
    left there. The attribute `quantc.encoding` says how the binary is to hold all of
    them: coded, until `prepare` decodes them into the state.

    Stage: `loops`, its last step.

    ```mlir
    memref.global "private" @start : memref<64xi32> {alignment = 64 : i64}
    ```
  }];
  let options = [
    Option<"encode", "encode", "std::string", "\"auto\"",
           "rans, context, or auto: what takes fewest bytes in the given time">,
    Option<"maxLoad", "max-load-ms", "double", "100",
           "how many milliseconds of a core auto may take to decode">,
  ];
}

def CreateEntry : Pass<"codegen-create-entry", "::mlir::ModuleOp"> {
  let summary = "Give the network the signature that the runtime calls";
  let description = [{
    Adds `llvm.func @quantc_network(inputs, outputs, workspace, batch, context)`
    with C types `(const void *const *, void *const *, void *, int64_t, const
    void *)`, which makes memrefs of the pointers and calls the network, now
    `@quantc_body`. Calls of `quantc_observe_*` get the context as their first
    argument. Behind the context's `quantc_run_args` is the address of an array that holds
    those of the panels in `quantc.panels`; their globals go.

    Stage: `loops` in; the first step of lowering to LLVM.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def ShareKernels : Pass<"codegen-share-kernels", "::mlir::ModuleOp"> {
  let summary = "Make a function of each loop, and one of equal loops";
  let description = [{
    Outermost loops of the network become calls of functions. Loops that differ in nothing
    but the buffers that they read and write, in scalars that come from around them and in
    constants of f32, i8 and i32, as zero points and scales, become calls of one
    function: each kernel is generated once. Buffers of one loop are alive at once, so that
    they lie apart: where LLVM is to vectorize the loop, its pointers are `noalias`.

    Stage: a step of lowering to LLVM, after `-codegen-create-entry`.

    ```mlir
    llvm.call @quantc_kernel_0(%input, %weights, %bias, %output, %batch, %zero_point, %context)
        : (!llvm.ptr, !llvm.ptr, !llvm.ptr, !llvm.ptr, i64, i32, !llvm.ptr) -> ()
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect",
                           "::mlir::vector::VectorDialect"];
}

def OutlineParallel : Pass<"codegen-outline-parallel", "::mlir::ModuleOp"> {
  let summary = "Make functions of the loops that threads share";
  let description = [{
    Each outermost `scf.forall` becomes a function of what it captures, called by one that
    takes this out of a struct, `void (void *captures, int64_t begin, int64_t end)`, and
    a call of `quantc_parallel` of the embedded runtime, which hands the latter to
    the host's `parallel_for` or, without one, runs it from 0 to the number of
    iterations. All dimensions of the loop count as one. What the
    loop reads from around it lies in a struct on the caller's stack; constants,
    views and other pure ops are repeated.

    Stage: a step of lowering to LLVM, after `-codegen-create-entry`.

    ```mlir
    llvm.call @quantc_parallel(%context, %body, %captures, %count)
        : (!llvm.ptr, !llvm.ptr, !llvm.ptr, i64) -> ()
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect",
                           "::mlir::arith::ArithDialect",
                           "::mlir::scf::SCFDialect"];
}

def ConfigureRegisters
    : Pass<"codegen-configure-registers", "::mlir::ModuleOp"> {
  let summary = "Shape the matrix registers";
  let description = [{
    Each `mk.registers` goes in front of the outermost loop that has tiles of its
    shape only, and loads that shape there, unless it is the one before. Functions
    that threads call load their own, so that none is kept over a call.

    Stage: a step of lowering to LLVM, after `-codegen-outline-parallel`.

    ```mlir
    llvm.call_intrinsic "llvm.x86.ldtilecfg"(%registers) : (!llvm.ptr) -> ()
    ```
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

#endif // QUANTC_CODEGEN_CPU_PASSES_TD
